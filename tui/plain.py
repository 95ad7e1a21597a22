"""A whole session without a screen: driven by lines, or by the script of the demo."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass

from store import Decision, Kind, StoreError, Study
from tui import beginning
from tui.clock import world_now
from tui.demo.drive import drive
from tui.demo.script import DemoScript
from tui.lines import END, NONE_YET, Lines, Unreadable
from tui.orders import Orders
from tui.printing import Printer, remark
from tui.reader import Choice
from tui.session import Conductor
from tui.source import Source

# How long a real microphone may take to give its first block before the interviewer is told.
FIRST_SOUND_S = 8.0
# How long a replay stands and waits for the next line before it plays on.
PATIENCE_S = {True: 0.5, False: 0.05}


@dataclass(frozen=True)
class Plan:
    """What a plain session is to be: whose, with which consent, from which sound."""

    session: str
    consent: Mapping[Kind, Decision]
    source: Source
    choice: Choice
    as_json: bool
    began: float


async def run_session(study: Study, plan: Plan) -> None:
    """Conduct a session driven by the lines of standard input."""
    conductor = _prepared(study, plan)
    lines = Lines(sys.stdin)
    try:
        await _led(conductor, LineDriver(conductor, lines).run)
    finally:
        lines.close()
        await conductor.close()


async def run_demo(study: Study, plan: Plan, script: DemoScript) -> None:
    """Conduct the demo: its moves come from the script."""
    conductor = _prepared(study, plan)
    try:
        await _led(conductor, lambda: drive(conductor, script))
    finally:
        await conductor.close()


async def _led(conductor: Conductor, lead: Callable[[], Coroutine[None, None, None]]) -> None:
    """Let lines or a script lead the session to its end; Ctrl-C, a closed terminal and a polite kill end it sooner."""

    async def leading() -> None:
        if await _begun(conductor):
            await lead()

    task = asyncio.create_task(leading(), name="leading")
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            loop.add_signal_handler(getattr(signal, name), task.cancel)
    await asyncio.wait({task})
    if conductor.began:
        await conductor.stop()
    if not task.cancelled():
        task.result()


def _prepared(study: Study, plan: Plan) -> Conductor:
    printer = Printer(
        lambda: conductor.at_ms if conductor.timed else None,
        lambda question: conductor.guide.question(question).text,
        as_json=plan.as_json,
        began=plan.began,
    )
    if study.invented and not plan.as_json:
        remark("This is the demo: invented words, spoken by machines.")
    conductor = Conductor(study, plan.session, plan.source, plan.choice, printer)
    for kind, decision in plan.consent.items():
        conductor.decide(kind, decision)
    return conductor


async def _begun(conductor: Conductor) -> bool:
    """Start; False where the participant does not take part, which is recorded and no error."""
    if conductor.study.consent.newest(conductor.session.id).get(Kind.TAKING_PART) is not Decision.GRANTED:
        beginning.close_declined(conductor.study, conductor.session.id, world_now())
        remark("The participant does not take part; the session is closed.")
        return False
    conductor.begin()
    if conductor.source.replay is not None:
        conductor.play_until(100)  # the first block, so that the first line finds the recording on
    if not await conductor.until_recording(FIRST_SOUND_S):
        remark("The microphone gives no sound yet; `vivavoce devices` lists those there are.")
    return True


class LineDriver:
    """Carries out lines on a session, one after the other; a line it does not understand gets one sentence."""

    def __init__(self, conductor: Conductor, lines: Lines) -> None:
        self._conductor = conductor
        self._lines = lines
        self._replay = conductor.source.replay is not None
        self._orders = Orders(conductor)

    async def run(self) -> None:
        """Until the end of the input, or ``quit``."""
        over = asyncio.create_task(self._stop_at_the_end_of_the_sound(), name="end of sound")
        try:
            while (line := await self._next()) is not END:
                if isinstance(line, Unreadable):
                    remark(f"Line {line.number} is {line.what}: nothing was done; give it again as UTF-8.")
                elif isinstance(line, str) and line.strip() and not await self._carry_out(line.strip()):
                    break
            else:
                await self._at_end_of_input()
        finally:
            over.cancel()
            await asyncio.gather(over, return_exceptions=True)

    async def _next(self) -> str | object:
        """The next line; a replay stands still for a moment to wait for it, then plays on."""
        if self._replay and self._conductor.memo is None:
            self._conductor.play_until(self._conductor.played_ms)
            line = await self._lines.next(PATIENCE_S[self._conductor.source.speed == 0])
            if line is not NONE_YET:
                return line
            self._conductor.play_until(None)
        return await self._lines.next(None)

    async def _carry_out(self, line: str) -> bool:
        name, _, rest = line.partition(" ")
        if name == "quit":
            return False
        order = self._orders.named(name)
        if order is None:
            remark(f"There is no {name!r} here; `help` lists what there is.")
            return True
        try:
            await order(rest.strip())
        except StoreError as error:
            remark(str(error))
        except KeyError:
            remark(f"This guide has no question {rest.strip()!r} in this wave.")
        return True

    async def _at_end_of_input(self) -> None:
        if self._replay and self._conductor.memo is None:
            await self._conductor.until_over()

    async def _stop_at_the_end_of_the_sound(self) -> None:
        if self._replay:
            await self._conductor.until_ended()
            if self._conductor.sound_over:  # not so when consent to it was withdrawn: notes go on
                await self._conductor.stop()
