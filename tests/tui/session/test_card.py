"""A graphics card that fails in mid-session, in the real scribe under the real conductor."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import jiwer
import pytest
import pytest_asyncio
import soundfile

from store import Decision, Kind, State, Study
from transcribe import compute, measurement, models
from transcribe.child import Child
from transcribe.wire import Measurement, Timing
from tui import events, scribe_process
from tui.demo.script import sound_path
from tui.demo.study import begin_second, make
from tui.reader import Choice
from tui.session import Conductor
from tui.source import Source

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ONE_SENTENCE = "The CUDA graphics card does not work here; the processor does the work."
BIGGER = "bigger.en"
OTHER_MODEL = "Without the graphics card, the smaller model tiny.en reads on."


class OfACard(Child):
    """Starts the scribe of ``tests.transcribe.card`` in place of ours."""

    @classmethod
    async def start(cls, module: str, log_fd: int | None = None) -> Child:
        return await Child.start("tests.transcribe.card", log_fd)


async def held(study: Study, sound: Path, now: datetime, device: str) -> tuple[str, list[events.Event]]:
    """A whole session on this sound, as fast as the machine goes."""
    told: list[events.Event] = []
    session = begin_second(study, now)
    conductor = Conductor(
        study, session, Source(replay=sound, speed=0), Choice("auto", device), told.append, lambda: now
    )
    for kind in Kind:
        conductor.decide(kind, Decision.GRANTED)
    conductor.begin()
    conductor.play_until(None)
    await conductor.until_ended()
    await conductor.stop()
    await conductor.close()
    return session, told


def words(study: Study, session: str) -> list[tuple[int, int, str | None]]:
    return [(row.start_ms, row.end_ms, row.text) for row in study.transcript.utterances(session)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def said(tmp_path_factory: pytest.TempPathFactory, sound: Path) -> list[tuple[int, int, str | None]]:
    """What the processor hears from the beginning."""
    with make(tmp_path_factory.mktemp("cpu") / "study", NOW) as study:
        session, _ = await held(study, sound, NOW, "cpu")
        return words(study, session)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of the demo: three utterances."""
    path = tmp_path_factory.mktemp("sound") / "short.wav"
    samples, rate = soundfile.read(sound_path(), frames=17 * 16_000)
    soundfile.write(path, samples, rate)
    return path


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("how", "device"),
    [("load", "auto"), ("work", "auto"), ("abort", "auto"), ("abort-at-load", "cuda"), ("abort-at-load", "auto")],
)
async def test_a_card_that_fails_in_a_session_costs_no_words_and_is_said_once(
    said: list[tuple[int, int, str | None]],
    demo_folder: Path,
    sound: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    device: str,
) -> None:
    (tmp_path / "driver").touch()
    monkeypatch.setattr(compute, "CARD_DRIVER", tmp_path / "driver")
    monkeypatch.setenv("FAILING_CARD", how)
    monkeypatch.setattr(scribe_process, "Child", OfACard)
    with Study.open(demo_folder, "demo", NOW) as study:
        session, told = await held(study, sound, NOW, device)

        assert study.sessions.get(session).state is State.COMPLETE
        assert study.sessions.get(session).device == "cpu"
        assert len(said) >= 3
        assert words(study, session) == said
    notices = [one for one in told if isinstance(one, events.Notice) and one.code != "no_speaker_model"]
    assert [(one.code, one.text) for one in notices] == [("device_fallback", ONE_SENTENCE)]


def spoken(rows: list[tuple[int, int, str | None]]) -> str:
    return " ".join(text or "" for *_, text in rows).lower()


@pytest.fixture
def only_the_card_keeps_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second model, for which a processor as it was measured here is too slow."""
    monkeypatch.setenv("VIVAVOCE_MODELS", str(tmp_path / "shelf"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    models.add(models.find().path, BIGGER)
    timings = (
        Timing("tiny.en", "cpu", "int8", 1, 50.0, 2.0, 4.0),
        Timing(BIGGER, "cpu", "int8", 1, 900.0, 20.0, 40.0),
        Timing(BIGGER, "cuda", "float16", 1, 10.0, 1.0, 2.0),
    )
    measurement.keep(Measurement(NOW.isoformat(), measurement.state(models.installed()), 0.0, timings, ()))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.usefixtures("only_the_card_keeps_up")
@pytest.mark.parametrize("how", ["load", "work", "abort", "abort-at-load"])
async def test_without_its_card_a_model_that_is_too_slow_gives_way_to_one_that_is_not(
    said: list[tuple[int, int, str | None]], demo_folder: Path, sound: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("FAILING_CARD", how)
    monkeypatch.setattr(scribe_process, "Child", OfACard)
    with Study.open(demo_folder, "demo", NOW) as study:
        session, told = await held(study, sound, NOW, "auto")

        kept = study.sessions.get(session)
        assert (kept.state, kept.device, kept.model) == (State.COMPLETE, "cpu", "tiny.en")
        found = words(study, session)
        assert [place[:2] for place in found] == [place[:2] for place in said]
        assert jiwer.wer(spoken(said), spoken(found)) < 0.15
    notices = [one for one in told if isinstance(one, events.Notice) and one.code != "no_speaker_model"]
    assert [(one.code, one.text) for one in notices] == [
        ("device_fallback", ONE_SENTENCE),
        ("other_model", OTHER_MODEL),
    ]
