"""A whole session without a screen: driven by lines, or by the script of the demo."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass

from store import Decision, Kind, StoreError, Study
from tui import beginning
from tui.clock import world_now
from tui.demo.drive import drive
from tui.demo.script import DemoScript
from tui.distress import as_lines, card_of
from tui.lines import END, NONE_YET, Lines
from tui.printing import Printer, remark
from tui.reader import Choice
from tui.session import Conductor
from tui.source import Source

# How long a real microphone may take to give its first block before the interviewer is told.
FIRST_SOUND_S = 8.0
# How long a replay stands and waits for the next line before it plays on.
PATIENCE_S = {True: 0.5, False: 0.05}

HELP = """\
ask [QUESTION]     the next question of the guide is asked (or the one named)
back               back to the question before
skip [QUESTION]    the next question is passed by
follow [TEXT]      a follow-up question that is not in the guide
mark [TEXT]        flag this moment
note TEXT          keep a note
pause · resume     off the record, on the record again
distress           off the record at once; shows what to say and whom to call
strike SECONDS     destroy the last seconds, sound and words
withdraw           audio consent is taken back: the recording is destroyed
wait SECONDS|end   let the time pass
stop               end the session; the memo opens
memo TEXT          add a line to the memo (after stop)
quit               stop, if need be, and leave"""


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
        self._memo_lines: list[str] = []
        self._orders: dict[str, Callable[[str], Awaitable[None]]] = {
            name.removeprefix("_do_"): getattr(self, name) for name in dir(self) if name.startswith("_do_")
        }

    async def run(self) -> None:
        """Until the end of the input, or ``quit``."""
        over = asyncio.create_task(self._stop_at_the_end_of_the_sound(), name="end of sound")
        try:
            while (line := await self._next()) is not END:
                if isinstance(line, str) and line.strip() and not await self._carry_out(line.strip()):
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
        order = self._orders.get(name)
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

    # --- one method an order ------------------------------------------------------------------------------------------

    async def _do_ask(self, rest: str) -> None:
        if not self._conductor.ask(rest or None):
            remark("Every question of this wave was asked.")

    async def _do_back(self, _: str) -> None:
        if not self._conductor.back():
            remark("This is the first question.")

    async def _do_skip(self, rest: str) -> None:
        if not self._conductor.skip(rest or None):
            remark("There is no question left to skip.")

    async def _do_follow(self, rest: str) -> None:
        self._conductor.follow(rest or None)

    async def _do_mark(self, rest: str) -> None:
        self._conductor.mark(rest or None)

    async def _do_note(self, rest: str) -> None:
        if rest:
            self._conductor.jot(rest)
        else:
            remark("A note needs words: note TEXT.")

    async def _do_pause(self, _: str) -> None:
        self._conductor.pause()
        await self._conductor.settled()

    async def _do_resume(self, _: str) -> None:
        self._conductor.resume()
        await self._conductor.settled()

    async def _do_distress(self, _: str) -> None:
        try:
            self._conductor.distress()
            await self._conductor.settled()
        finally:  # whatever can't be written, the card is there
            for line in as_lines(card_of(self._conductor.study, self._conductor.guide)):
                remark(line)

    async def _do_strike(self, rest: str) -> None:
        seconds = _seconds(rest)
        if seconds is None:
            remark("Strike how much? strike SECONDS, for instance: strike 60.")
        else:
            await self._conductor.strike(seconds)

    async def _do_withdraw(self, _: str) -> None:
        await self._conductor.withdraw()

    async def _do_wait(self, rest: str) -> None:
        seconds = _seconds(rest)
        if rest == "end":
            await self._conductor.until_over()
        elif seconds is None:
            remark("Wait how long? wait SECONDS, or wait end.")
        else:
            await self._conductor.until_played(self._conductor.played_ms + round(seconds * 1000))

    async def _do_stop(self, _: str) -> None:
        await self._conductor.stop()

    async def _do_memo(self, rest: str) -> None:
        if self._conductor.memo is None:
            remark("The memo opens when the session has stopped; use note TEXT until then.")
            return
        self._memo_lines.append(rest)
        self._conductor.write_memo("\n".join([*self._memo_lines, self._conductor.prefilled]))

    async def _do_help(self, _: str) -> None:
        for line in HELP.splitlines():
            remark(line)


def _seconds(text: str) -> float | None:
    """A positive number of seconds below a day, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < 86_400 else None
