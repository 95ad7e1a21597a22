"""A bigger model reads a session once more behind the memo: wished for by a key, broken off, taken up, taken back."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path

import psutil
import pytest
import soundfile
from textual.pilot import Pilot
from textual.widgets import Static

from store import Decision, Kind, Move, State, Study, StudyLocked
from tests.once import MadeOnce
from tests.tui.conftest import OpenApp
from tests.tui.scripted import Reads, scripted
from tests.tui.session.conftest import was_read
from transcribe import models, wire
from tui.app import VivavoceApp
from tui.demo.script import sound_path
from tui.demo.study import begin_second, make
from tui.screens.board import Board
from tui.screens.confirm import Confirm
from tui.screens.interview import InterviewScreen
from tui.screens.memo import MemoScreen
from tui.screens.transcript import TranscriptScreen
from tui.screens.which_model import WhichModel
from tui.widgets.headline import Headline
from tui.widgets.memo_text import MemoText
from tui.widgets.transcript_view import TranscriptView

Until = Callable[[Callable[[], object]], Awaitable[None]]
SESSION = "50008-w2-1"
LENGTH_S = 32
"""More than one window, so that a reading can be broken off between two."""
PATIENCE_S = 240.0
COPY, OTHER = "copy.en", "other.en"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of added models, in which a copy of the bundled one goes by another name."""
    folder = tmp_path_factory.mktemp("shelf") / "models"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIVAVOCE_MODELS", str(folder))
        models.add(models.find().path, COPY)
        yield folder


@pytest.fixture(scope="module")
def _recorded(made_once: MadeOnce, shelf: Path) -> Path:
    """The demo's study, and in it a session that was recorded and read the whole way."""
    return made_once("second-reading", _record) / "study"


def _record(within: Path) -> None:
    folder, sound = within / "study", within / "part.wav"
    make(folder, datetime.fromisoformat("2026-11-22T12:00:00+00:00")).close()
    samples, rate = soundfile.read(sound_path(), frames=LENGTH_S * 16_000)
    soundfile.write(sound, samples, rate)
    run(folder, "session", "--participant", "50008", "--wave", "2", "--plain", "--audio", "granted", "--replay",
        str(sound), "--speed", "0", stdin="wait end\n")  # fmt: skip


@pytest.fixture
def until() -> Until:
    """As everywhere, with more patience: a whole session is read again, on a machine that may be busy."""

    async def wait(condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
                await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def recorded(_recorded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(_recorded, tmp_path / "study"))


@pytest.fixture
def other_model(shelf: Path) -> Iterator[None]:
    """A third model, as big as the others."""
    models.add(models.find().path, OTHER)
    yield
    shutil.rmtree(shelf / OTHER)


@pytest.fixture
def reads() -> Iterator[None]:
    """Scripted children: what the app does about a reading. That it is done by a real scribe: the first test here."""
    Reads.let = None
    with scripted(Reads):
        yield


@pytest.fixture
def no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVAVOCE_MODELS", str(tmp_path / "none"))


def run(folder: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "VIVAVOCE_STUDY": str(folder), "VIVAVOCE_PASSPHRASE": "demo"}
    return subprocess.run(
        [sys.executable, "-m", "tui", *words], input=stdin, capture_output=True, text=True, env=env, check=True
    )


def progress(study: Study, model: str = COPY) -> tuple[int, int]:
    return study.transcript.progress(SESSION, "again", model)


def readings_of_each(study: Study) -> Counter[str]:
    """How often each utterance was read again."""
    rows = study.transcript.utterances(SESSION, heard_only=False)
    return Counter({row.id: sum(v.reading == "again" for v in study.transcript.history(row.id)) for row in rows})


def wait_for(condition: Callable[[], object]) -> None:
    patience = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < patience
        time.sleep(0.02)


def watched(seen: set[str], look: Callable[[], str], app: VivavoceApp) -> Callable[[], bool]:
    """Whether nothing is wished for any more; whoever asks notes what is to be seen meanwhile."""

    def over() -> bool:
        seen.add(look())
        return not app.study.wishes.list()

    return over


def subtitle(app: VivavoceApp) -> str:
    return str(app.screen.query_one(TranscriptView).border_subtitle)


async def at_the_memo(app: VivavoceApp, pilot: Pilot[int], until: Until) -> MemoText:
    """The board, then m on 50008's second session."""
    await until(lambda: isinstance(app.screen, Board))
    app.point_at("50008", 2)
    await pilot.pause()
    await pilot.press("m")
    await until(lambda: isinstance(app.screen, MemoScreen) and "reread" in shown_or_not(app))
    return app.screen.query_one(MemoText)


def shown_or_not(app: VivavoceApp) -> set[str]:
    """Which of the three meanings of ctrl+r is possible now, by the footer's own question."""
    active = app.screen.active_bindings.get("ctrl+r")
    return {active.binding.action.partition("_")[0]} if active is not None else set()


def footer(app: VivavoceApp) -> str | None:
    active = app.screen.active_bindings.get("ctrl+r")
    return active.binding.description if active is not None and active.binding.show else None


@pytest.mark.asyncio
async def test_ctrl_r_in_the_memo_reads_it_again_while_typing_goes_on(
    recorded: Path, open_app: OpenApp, until: Until
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        text = await at_the_memo(app, pilot, until)
        first, count = footer(app), progress(app.study)[1]
        await pilot.press("ctrl+r")
        said = [footer(app), subtitle(app)]
        typed = "Warm, and quick to laugh."
        seen: set[str] = set()
        for key in typed:
            await pilot.press(key)
            seen.add(subtitle(app))
        await until(watched(seen, lambda: subtitle(app), app))
        await until(lambda: footer(app) is None)

        assert first == "Read again"
        assert said[0] == "Stop reading"
        assert {f"{read} of {count} read again with {COPY}" for read in range(count + 1)} & seen
        assert text.document.get_line(0) == typed
        assert app.focused is text
        assert progress(app.study) == (count, count)
        assert set(readings_of_each(app.study).values()) == {1}
        assert app.study.sessions.get(SESSION).state is State.COMPLETE
    await until(lambda: not psutil.Process().children())


@pytest.mark.asyncio
async def test_words_that_are_read_again_come_to_the_transcript_as_they_are_read(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        view = app.screen.query_one(TranscriptView)
        chosen = view.selected
        assert chosen is not None
        await pilot.press("ctrl+r")
        await until(lambda: not app.study.wishes.list())
        await pilot.pause()

        spoken = [row.text for row in app.study.transcript.utterances(SESSION)]
        assert all("What was said from" in str(text) for text in spoken)
        assert [row.text for row in view.passages if row.id] == spoken
        assert view.selected is not None
        assert view.selected.id == chosen.id
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_leaving_the_memo_does_not_stop_it_and_the_board_says_who_is_read(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        Reads.let = 1
        await pilot.press("ctrl+r", "escape")
        await until(lambda: isinstance(app.screen, Board))
        right = app.screen.query_one(Headline).query_one("#headline-right", Static)
        await until(lambda: progress(app.study)[0])
        said = "50008 w2: {} of {} read again".format(*progress(app.study))
        await until(lambda: said in str(right.content))
        Reads.go_on()
        await until(lambda: not app.study.wishes.list())
        await until(lambda: "read again" not in str(right.content))

        read, count = progress(app.study)
        assert read == count > 0
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_the_same_key_ends_it_and_what_was_read_stays(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        Reads.let = 1
        await pilot.press("ctrl+r")
        await until(lambda: progress(app.study)[0])
        await pilot.press("ctrl+r")
        await until(lambda: not Reads.scribes())
        read, count = progress(app.study)

        assert app.study.wishes.list() == ()
        assert 0 < read < count
        assert footer(app) == "Read again"
        assert "read again" not in subtitle(app)
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_a_reading_that_closing_broke_off_goes_on_at_the_next_start_where_it_was(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        Reads.let = 1
        await pilot.press("ctrl+r")
        await until(lambda: progress(app.study)[0])
    assert not Reads.scribes()
    with Study.open(recorded, "demo", app.now()) as study:
        broken_off, wished = progress(study), study.wishes.list()

    Reads.let = None
    again = open_app(recorded)
    async with again.run_test(size=(120, 40)):
        await until(lambda: again.is_open and not again.study.wishes.list())
        assert 0 < broken_off[0] < broken_off[1]
        assert [wish.model for wish in wished] == [COPY]
        assert set(readings_of_each(again.study).values()) == {1}
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_an_interview_comes_first_and_the_reading_goes_on_after_it(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        Reads.let = 1
        await pilot.press("ctrl+r")
        await until(lambda: progress(app.study)[0])
        session = begin_second(app.study, app.now())
        for kind in Kind:
            decision = Decision.DECLINED if kind is Kind.AUDIO else Decision.GRANTED
            app.study.consent.decide(session, kind, decision, form_version="1", recorded_by="i", now=app.now())
        interview = InterviewScreen(session)
        await app.push_screen(interview)
        await until(lambda: interview.ready and not Reads.scribes())
        held_up = progress(app.study)
        await pilot.press("space", "s")
        await until(lambda: isinstance(app.screen, Confirm))
        meanwhile = progress(app.study)
        Reads.let = None
        await pilot.press("y")
        await until(lambda: isinstance(app.screen, MemoScreen))
        await until(lambda: not app.study.wishes.list())

        assert 0 < held_up[0] < held_up[1]
        assert meanwhile == held_up
        assert [cue.move for cue in app.study.log.cues(session)] == [Move.ASK]
        assert set(readings_of_each(app.study).values()) == {1}
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_a_withdrawal_by_another_program_ends_it_at_once(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        Reads.let = 0
        await pilot.press("ctrl+r")
        await until(Reads.scribes)
        withdrawing = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tui", "withdraw", SESSION, "--yes"),
            env={**os.environ, "VIVAVOCE_STUDY": str(recorded), "VIVAVOCE_PASSPHRASE": "demo"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        said, _ = await withdrawing.communicate()
        await until(lambda: not Reads.scribes())
        await until(lambda: not app.study.wishes.list())
        await until(lambda: footer(app) is None)

        assert withdrawing.returncode == 0
        assert "the key of the recording" in said.decode()
        assert app.study.sessions.get(SESSION).state is State.WITHDRAWN
        assert not (recorded / "recordings" / f"{SESSION}.db").exists()
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_nobody_else_reads_the_same_session_meanwhile_and_everybody_may_conduct_one(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        Reads.let = 0
        await pilot.press("ctrl+r")
        await until(Reads.scribes)
        with Study.open(recorded, "demo", app.now()) as elsewhere:
            with pytest.raises(StudyLocked, match="once more"):
                elsewhere.lock_for_reading()
            with elsewhere.lock_for_session():
                await until(lambda: not Reads.scribes())
                wished = app.study.wishes.list()
                Reads.let = None
        await until(lambda: not app.study.wishes.list())

        assert [wish.session for wish in wished] == [SESSION]
        assert set(readings_of_each(app.study).values()) == {1}
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_words_corrected_by_hand_stay_when_it_is_read_again(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        mended = app.study.transcript.utterances(SESSION)[2]
        text = "What I heard myself."
        app.study.transcript.set_text(mended.id, text, (), speaker=None, reading="by hand", model="", now=app.now())
        await pilot.press("ctrl+r")
        await until(lambda: not app.study.wishes.list())

        assert app.study.transcript.get(mended.id).text == "What I heard myself."
        assert readings_of_each(app.study).pop(mended.id) == 0
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_of_several_models_one_is_chosen_and_escape_chooses_none(
    recorded: Path, other_model: None, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        await pilot.press("ctrl+r")
        await until(lambda: isinstance(app.screen, WhichModel))
        await pilot.press("escape")
        none = app.study.wishes.list()
        await pilot.press("ctrl+r")
        await until(lambda: isinstance(app.screen, WhichModel))
        Reads.let = 0
        await pilot.press("down", "enter")
        await until(app.study.wishes.list)
        chosen = app.study.wishes.list()[0].model
        await pilot.press("ctrl+r")
        await until(lambda: not Reads.scribes())

        assert none == ()
        assert chosen == OTHER
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_without_another_model_the_footer_is_silent_and_the_key_says_what_to_do(
    recorded: Path, no_model: None, open_app: OpenApp, until: Until
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        shown = footer(app)
        await pilot.press("ctrl+r")
        said = [note.message for note in app._notifications]

        assert shown is None
        assert any("vivavoce models add" in sentence for sentence in said)
        assert app.study.wishes.list() == ()


@pytest.mark.asyncio
async def test_a_session_of_notes_cannot_be_read_at_all(recorded: Path, open_app: OpenApp) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = MemoScreen("50008-w1-1")
        await app.push_screen(screen)
        await was_read(screen)
        await pilot.pause()
        await pilot.press("ctrl+r")

        assert app.screen.active_bindings.get("ctrl+r") is None
        assert app.study.wishes.list() == ()


@pytest.mark.asyncio
async def test_the_transcript_screen_has_the_same_key(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(TranscriptScreen(SESSION))
        await until(lambda: footer(app) == "Again")
        Reads.let = 1
        await pilot.press("ctrl+r")
        body = app.screen.query_one("#transcript-body")
        await until(lambda: progress(app.study)[0])
        said = "{} of {} read again with {}".format(*progress(app.study), COPY)
        await until(lambda: said in str(body.border_subtitle))
        Reads.go_on()
        await until(lambda: not app.study.wishes.list())
        await pilot.pause()

        assert not body.border_subtitle
        assert set(readings_of_each(app.study).values()) == {1}
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_a_wish_for_a_transcript_that_is_still_being_finished_waits_for_it(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        session = begin_second(app.study, app.now())
        for kind in Kind:
            app.study.consent.decide(session, kind, Decision.GRANTED, form_version="1", recorded_by="i", now=app.now())
        screen = InterviewScreen(session)
        await app.push_screen(screen)
        await until(lambda: screen.ready and screen.conductor.at_ms > 500)
        await until(lambda: app.study.sessions.get(session).model)
        Reads.let = 0  # so that the transcript is not whole when the memo opens
        (recorder,) = Reads.recorders()
        recorder.tell(wire.Span(100, 400, closed=True))
        await until(lambda: screen.conductor.behind)
        await pilot.press("s")
        await until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(lambda: isinstance(app.screen, MemoScreen) and footer(app) == "Read again")
        await pilot.press("ctrl+r")
        await until(lambda: "then read again" in subtitle(app))
        waiting = (app.study.sessions.get(session).state, app.study.transcript.progress(session, "again", COPY)[0])
        Reads.go_on()
        await until(lambda: not app.study.wishes.list())

        assert waiting == (State.STOPPED, 0)
        assert app.study.sessions.get(session).state is State.COMPLETE
        read, count = app.study.transcript.progress(session, "again", COPY)
        assert read == count > 0
    assert not Reads.scribes()


@pytest.mark.asyncio
async def test_a_withdrawal_in_this_app_ends_it_before_the_key_goes(
    recorded: Path, open_app: OpenApp, until: Until, reads: None
) -> None:
    app = open_app(recorded)
    async with app.run_test(size=(120, 40)) as pilot:
        await at_the_memo(app, pilot, until)
        Reads.let = 0
        await pilot.press("ctrl+r")
        await until(Reads.scribes)
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, Board))
        await pilot.press("w", "2", "y")
        await until(lambda: app.study.receipts.list(SESSION))

        assert not Reads.scribes()
        assert not app.study.wishes.list()
        assert not (recorded / "recordings" / f"{SESSION}.db").exists()
        assert [row.text for row in app.study.transcript.utterances(SESSION) if row.text] == []
        assert app.study.sessions.get(SESSION).state is State.WITHDRAWN
    assert not Reads.scribes()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_killed_app_leaves_a_reading_that_the_next_start_takes_up(recorded: Path, now: datetime) -> None:
    script = (
        "import sys; from pathlib import Path; from tui.app import VivavoceApp; from tui.opening import Opening;"
        "VivavoceApp(Opening(Path(sys.argv[1]), 'demo')).run(headless=True)"
    )

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", script, str(recorded)], stdin=subprocess.DEVNULL)

    with Study.open(recorded, "demo", now) as study:
        study.wishes.add(SESSION, COPY, now)
        first = start()
        wait_for(lambda: progress(study)[0])
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        killed = progress(study)
        second = start()
        wait_for(lambda: not study.wishes.list())
        second.terminate()
        second.wait()

        assert 0 < killed[0] < killed[1]
        assert set(readings_of_each(study).values()) == {1}
