"""A whole session without a screen: driven by lines, or by the script of the demo."""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field

from store import Decision, Kind, State, Study
from tui import beginning, events, outlets
from tui.clock import world_now
from tui.demo.drive import drive
from tui.demo.script import DemoScript
from tui.endings import ENDINGS, Asked
from tui.led import LineDriver
from tui.lines import Lines
from tui.printing import Printer, say
from tui.reader import Choice
from tui.session import Conductor
from tui.source import Source

# How long a real microphone may take to give its first block before the interviewer is told.
FIRST_SOUND_S = 8.0
UNFINISHED = "The transcript is not complete; `vivavoce recover` finishes it."


@dataclass(frozen=True)
class Plan:
    """What a plain session is to be: whose, with which consent, from which sound.

    ``consent`` is kept as the session is prepared; ``asked_anew`` was kept before it went on, and is told.
    """

    session: str
    consent: Mapping[Kind, Decision]
    source: Source
    choice: Choice
    as_json: bool
    began: float
    asked_anew: Mapping[Kind, Decision] = field(default_factory=dict)


async def run_session(study: Study, plan: Plan) -> None:
    """Conduct a session driven by the lines of standard input."""
    conductor, printer = _prepared(study, plan)
    lines = Lines(sys.stdin)
    try:
        await _conducted(conductor, printer, LineDriver(conductor, lines).run)
    finally:
        lines.close()


async def run_demo(study: Study, plan: Plan, script: DemoScript) -> None:
    """Conduct the demo: its moves come from the script."""
    conductor, printer = _prepared(study, plan)
    await _conducted(conductor, printer, lambda: drive(conductor, script))


async def _conducted(conductor: Conductor, printer: Printer, lead: Callable[[], Coroutine[None, None, None]]) -> None:
    """Let lines or a script lead the session to its end.

    Whoever asks it to end (Ctrl-C, a polite kill, a closed terminal) stops it sooner; asked once more it leaves without
    the rest of the transcript.
    """

    async def led() -> None:
        if await _begun(conductor):
            await lead()

    asked = Asked()
    with ENDINGS.told(asked):
        try:
            try:
                await asked.before(1, led())
            finally:
                if conductor.began:
                    await conductor.stop()
        finally:
            if await asked.before(2, conductor.finished()):
                await conductor.close()
            else:
                if conductor.session.state is not State.COMPLETE:
                    printer(events.Notice("unfinished", UNFINISHED))
                await conductor.abandon()


def _prepared(study: Study, plan: Plan) -> tuple[Conductor, Printer]:
    printer = Printer(
        lambda: conductor.at_ms if conductor.timed else None,
        lambda question: conductor.guide.question(question).text,
        as_json=plan.as_json,
        began=plan.began,
    )
    outlets.never_wait(printer.notice)
    if study.invented and not plan.as_json:
        say("This is the demo: invented words, spoken by machines.")
    conductor = Conductor(study, plan.session, plan.source, plan.choice, printer)
    for kind, decision in plan.asked_anew.items():
        printer(events.ConsentTaken(kind, decision))
    for kind, decision in plan.consent.items():
        conductor.decide(kind, decision)
    return conductor, printer


async def _begun(conductor: Conductor) -> bool:
    """Start; False where the participant does not take part, which is recorded and no error."""
    if conductor.study.consent.newest(conductor.session.id).get(Kind.TAKING_PART) is not Decision.GRANTED:
        beginning.close_declined(conductor.study, conductor.session.id, world_now())
        say("The participant does not take part; the session is closed.")
        return False
    conductor.begin()
    if conductor.source.replay is not None:
        conductor.play_until(100)  # the first block, so that the first line finds the recording on
    if not await conductor.until_recording(FIRST_SOUND_S):
        say("The microphone gives no sound yet; `vivavoce devices` lists those there are.")
    return True
