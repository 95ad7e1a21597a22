"""What the interview, the memo and the transcript look like: narrow and dark, wide and light."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from guides import Guide
from store import Decision, Jotting, Kind, Move, Note, Session, Study
from tests.tui.conftest import Compare, OpenApp
from tests.tui.session.conftest import was_read
from transcribe.models import Model
from tui import events
from tui.app import VivavoceApp
from tui.demo.study import begin_second
from tui.screens.interview import InterviewScreen
from tui.screens.memo import MemoScreen
from tui.screens.transcript import TranscriptScreen
from tui.screens.which_model import WhichModel
from tui.session import Stage
from tui.sitting import Told
from tui.walk import Walk
from tui.widgets.memo_text import MemoText
from tui.widgets.top_line import TopLine

SIZES = [(80, 24), (120, 40)]
THEMES = ["vivavoce-dark", "vivavoce-light"]
# one theme a size: whether the colours of a theme can be read is tested for all words at once (../test_app.py)
looks = pytest.mark.parametrize(("size", "theme"), list(zip(SIZES, THEMES, strict=True)))
LEVELS_DB = (-48.0, -30.0, -22.0, -35.0, -41.0, -26.0, -19.0, -24.0)


@dataclass
class StandIn:
    """A conductor that stands still at one moment of an interview, for looks only."""

    study: Study
    session: Session
    guide: Guide
    walk: Walk
    stage: Stage = Stage.RECORDING
    at_ms: int = 1_421_000
    timed: bool = True
    sound_over: bool = True
    low: str = ""
    waiting: int = 0
    unwritten: tuple[Jotting, ...] = ()

    @property
    def newest_ms(self) -> int:
        return self.at_ms

    @property
    def recording(self) -> bool:
        return self.stage is not Stage.NOTES

    @property
    def off_the_record(self) -> bool:
        return self.stage is Stage.PAUSED

    @property
    def off_ms(self) -> int | None:
        return 42_000 if self.off_the_record else None

    def pause(self) -> None:
        self.stage = Stage.PAUSED

    def stretch(self, seconds: float, until_ms: int) -> tuple[int, int]:
        return until_ms - round(seconds * 1000), until_ms

    def typed_within(self, start_ms: int, end_ms: int) -> tuple[Note, ...]:
        return tuple(note for note in self.study.log.typed(self.session.id) if start_ms <= note.at_ms <= end_ms)

    def sound_or_words_within(self, start_ms: int, end_ms: int) -> bool:
        return self.recording

    def distress(self) -> None:
        self.stage = Stage.PAUSED if self.recording else Stage.NOTES


def stand_in(study: Study, now: datetime, stage: Stage, *, words: bool = True) -> StandIn:
    key = begin_second(study, now)
    for kind in Kind:
        study.consent.decide(key, kind, Decision.GRANTED, form_version="1", recorded_by="i", now=now)
    asked = (("change-since-last-time", Move.ASK, 61_000), ("role-model-lately", Move.ASK, 480_000))
    later = (("engaging-first-step", Move.SKIP, 1_100_000), ("story-used", Move.ASK, 1_152_000))
    for question, move, at_ms in (*asked, *later):
        study.log.cue(key, question=question, move=move, at_ms=at_ms, now=now)
    study.log.mark(key, at_ms=1_262_000, now=now)
    study.log.jot(key, at_ms=1_360_000, text="laughed, looked away", now=now)
    for start_ms, text in (
        (
            (1_380_000, "You were the first who did not read from a sheet."),
            (1_401_000, "And some weeks I tell them plainly that I am tired and that I have somebody to call."),
        )
        if words
        else ()
    ):
        row = study.transcript.add_utterance(key, start_ms, start_ms + 6_000, now)
        study.transcript.set_text(row, text, (), speaker="participant", reading="live", model="tiny.en", now=now)
    session = study.sessions.get(key)
    guide = study.guides.get(session.guide_sha256)
    walk = Walk.through(guide, session.wave).retraced(study.log.cues(key))
    return StandIn(study, session, guide, walk, stage)


async def interview(
    pilot: Pilot[int], now: datetime, theme: str, stage: Stage = Stage.RECORDING, *, words: bool = True
) -> None:
    app = pilot.app
    assert isinstance(app, VivavoceApp)
    app.theme = theme
    conductor = stand_in(app.study, now, stage, words=words)
    screen = InterviewScreen(conductor.session.id, conductor=conductor)  # type: ignore[arg-type]  # for looks only
    await app.push_screen(screen)
    while not screen.ready:
        await pilot.pause()
    if not words:
        await pilot.pause()
        return
    screen.post_message(Told(events.MachineKnown("tiny.en", "cpu", "int8"), 0))
    if stage is Stage.LOST:
        screen.post_message(Told(events.Notice("no_microphone", "There is no microphone; plug one in."), 0))
    for level_db in LEVELS_DB:
        await pilot.pause()
        screen.post_message(Told(events.LevelMoved(level_db, level_db + 9, 2), 0))
    caption = events.CaptionShown("caption", 1_415_000, "so then they, um, they tell me", "so then they, um,")
    screen.post_message(Told(caption, 0))
    await pilot.pause()


@looks
def test_an_interview(
    snap_compare: Compare, open_app: OpenApp, demo_folder: Path, now: datetime, size: tuple[int, int], theme: str
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await interview(pilot, now, theme)

    assert snap_compare(open_app(demo_folder), terminal_size=size, run_before=before)


@pytest.mark.parametrize("stage", [Stage.PAUSED, Stage.NOTES, Stage.LOST, Stage.WAITING])
def test_an_interview_that_does_not_record(
    snap_compare: Compare, open_app: OpenApp, demo_folder: Path, now: datetime, stage: Stage
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await interview(pilot, now, THEMES[0], stage)

    assert snap_compare(open_app(demo_folder), terminal_size=(80, 24), run_before=before)


@looks
def test_an_interview_of_notes(
    snap_compare: Compare, open_app: OpenApp, demo_folder: Path, now: datetime, size: tuple[int, int], theme: str
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await interview(pilot, now, theme, Stage.NOTES, words=False)
        typed = "She said that the first weeks were like learning to walk on a ship, and that nobody had told her so."
        await pilot.press("n", *typed, "ctrl+j", *"Then a long pause.")
        pilot.app.screen.query_one("#note-words").cursor_blink = False  # type: ignore[attr-defined]  # a TextArea
        await pilot.pause()

    assert snap_compare(open_app(demo_folder), terminal_size=size, run_before=before)


@pytest.mark.parametrize(
    ("size", "asked"), [*((SIZES[0], asked) for asked in ("x1", "x49", "w1", "N")), (SIZES[1], "w")]
)
def test_what_an_interview_asks_before_it_destroys(
    snap_compare: Compare, open_app: OpenApp, demo_folder: Path, now: datetime, size: tuple[int, int], asked: str
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await interview(pilot, now, THEMES[0])
        screen = pilot.app.screen
        assert isinstance(screen, InterviewScreen)
        screen.conductor.at_ms = 1_365_000  # type: ignore[misc]  # a stand-in's
        await pilot.press(*asked)
        for field in pilot.app.screen.query(Input):
            field.cursor_blink = False
        await pilot.pause()

    assert snap_compare(open_app(demo_folder), terminal_size=size, run_before=before)


def test_a_note_being_typed(snap_compare: Compare, open_app: OpenApp, demo_folder: Path, now: datetime) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await interview(pilot, now, THEMES[0])
        await pilot.press("n", *"laughed")
        pilot.app.screen.query_one("#note-words").cursor_blink = False  # type: ignore[attr-defined]  # an Input
        await pilot.pause()

    assert snap_compare(open_app(demo_folder), terminal_size=(80, 24), run_before=before)


def test_the_question_about_a_strike(
    snap_compare: Compare, open_app: OpenApp, demo_folder: Path, now: datetime
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await interview(pilot, now, THEMES[0])
        await pilot.press("x")
        await pilot.pause()

    assert snap_compare(open_app(demo_folder), terminal_size=(80, 24), run_before=before)


def test_the_smallest_terminal(snap_compare: Compare, open_app: OpenApp, demo_folder: Path, now: datetime) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await interview(pilot, now, THEMES[0])

    assert snap_compare(open_app(demo_folder), terminal_size=(20, 5), run_before=before)


@pytest.mark.parametrize(("size", "theme"), [((80, 24), THEMES[0]), ((120, 40), THEMES[1]), ((20, 5), THEMES[0])])
def test_an_interview_while_disk_and_battery_run_low(
    snap_compare: Compare, open_app: OpenApp, demo_folder: Path, now: datetime, size: tuple[int, int], theme: str
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await interview(pilot, now, theme)
        screen = pilot.app.screen
        assert isinstance(screen, InterviewScreen)
        screen.conductor.low = "▼ disk 25 min"  # type: ignore[misc]  # a stand-in's
        screen.query_one(TopLine).stand(screen.conductor)
        await pilot.pause()

    assert snap_compare(open_app(demo_folder), terminal_size=size, run_before=before)


@pytest.mark.parametrize("stage", [Stage.RECORDING, Stage.NOTES])
@pytest.mark.parametrize(("size", "theme"), [((80, 24), THEMES[0]), ((120, 40), THEMES[1]), ((20, 5), THEMES[0])])
def test_the_card_for_a_moment_of_distress(
    snap_compare: Compare,
    open_app: OpenApp,
    demo_folder: Path,
    now: datetime,
    size: tuple[int, int],
    theme: str,
    stage: Stage,
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await interview(pilot, now, theme, stage)
        await pilot.press("exclamation_mark")
        await pilot.pause()

    assert snap_compare(open_app(demo_folder), terminal_size=size, run_before=before)


@looks
def test_a_memo(
    snap_compare: Compare, open_app: OpenApp, filled: tuple[Path, str], size: tuple[int, int], theme: str
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        pilot.app.theme = theme
        await opened(pilot, MemoScreen(filled[1]))
        pilot.app.screen.query_one(MemoText).cursor_blink = False
        await pilot.press(*"Warm, and quick to laugh.", "enter", "ctrl+t")
        await pilot.pause()

    assert snap_compare(open_app(filled[0]), terminal_size=size, run_before=before)


async def opened(pilot: Pilot[int], screen: MemoScreen | TranscriptScreen) -> None:
    await pilot.app.push_screen(screen)
    await was_read(screen)
    await pilot.pause()


def begin_reading(study: Study, session: str, now: datetime) -> None:
    """A second reading that has come to its third utterance, and is held up there, for looks."""
    study.lock_for_session()
    study.wishes.add(session, "base", now)
    for row in study.transcript.utterances(session)[:2]:
        words = {"speaker": row.speaker, "reading": "again", "model": "base", "now": now}
        study.transcript.set_text(row.id, row.text or "", row.words, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("screen", [MemoScreen, TranscriptScreen, None], ids=["memo", "transcript", "board"])
def test_a_session_that_is_read_once_more(
    snap_compare: Compare,
    open_app: OpenApp,
    recorded: tuple[Path, str],
    now: datetime,
    screen: type[MemoScreen | TranscriptScreen] | None,
    size: tuple[int, int],
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        app = pilot.app
        assert isinstance(app, VivavoceApp)
        begin_reading(app.study, recorded[1], now)
        if screen is not None:
            await opened(pilot, screen(recorded[1]))
        for text in app.screen.query(MemoText):
            text.cursor_blink = False
        app.readings.wish(recorded[1], "base")
        await pilot.pause()

    assert snap_compare(open_app(recorded[0]), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_the_choice_of_a_model(
    snap_compare: Compare, open_app: OpenApp, recorded: tuple[Path, str], size: tuple[int, int]
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        await opened(pilot, MemoScreen(recorded[1]))
        pilot.app.screen.query_one(MemoText).cursor_blink = False
        sizes = {"medium": (1_528_000_000, True), "small.en": (484_000_000, False), "base": (145_000_000, True)}
        rows = [Model(name, Path(name), large, False, many) for name, (large, many) in sizes.items()]
        await pilot.app.push_screen(WhichModel(rows))
        await pilot.pause()

    assert snap_compare(open_app(recorded[0]), terminal_size=size, run_before=before)


@looks
def test_a_transcript(
    snap_compare: Compare, open_app: OpenApp, filled: tuple[Path, str], size: tuple[int, int], theme: str
) -> None:
    async def before(pilot: Pilot[int]) -> None:
        pilot.app.theme = theme
        await opened(pilot, TranscriptScreen(filled[1]))
        await pilot.pause()
        await pilot.press("slash", *"coat", "enter")
        await pilot.pause()

    assert snap_compare(open_app(filled[0]), terminal_size=size, run_before=before)
