"""Sessions in which the n-th child can't be started, for each n: they record what they can, tell the rest, and end."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from store import Decision, Kind, State, Study
from tests.studies import PARTICIPANT, PASSPHRASE, make_study
from tests.tui.threaded import SPAWNING, Spawning, threaded
from transcribe import recorder, recording
from transcribe.child import Child
from transcribe.voice import Everything
from tui import events, restarting, scribing
from tui.capture import Capture
from tui.clock import world_now
from tui.reader import Choice
from tui.scribe_process import ScribeProcess
from tui.session import Conductor
from tui.source import Source

CHILDREN = 20
A_FEW = (1, 2, 3, 4, 11, 20)
SHORT_S, LONG_S = 0.1, 10.0
FASTER = 20
"""All pauses, and what is refused, are so many times shorter."""
AT_ONCE = 10
PATIENCE_S = 60.0


@pytest.fixture
def _faster(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("WAIT_S", "START_WAIT_S"):
        monkeypatch.setattr(restarting, name, tuple(wait_s / FASTER for wait_s in getattr(restarting, name)))
    monkeypatch.setattr(scribing, "RESTART_WAIT_S", 0.0)
    monkeypatch.setattr(recorder, "detector", Everything)
    with threaded():
        yield


@dataclass
class Held:
    """What is left of a session that was held, and what was told in it."""

    state: State
    recording_ms: int
    captured_ms: int
    dropped_frames: int
    gaps: list[tuple[int, int]]
    told_gaps: list[tuple[int, int]]
    kept_gaps: list[tuple[int, int]]
    without_words: int

    @property
    def wrong(self) -> list[str]:
        missing_ms = sum(end - start for start, end in self.gaps)
        return [
            *([] if self.state is State.COMPLETE else [f"it is {self.state}"]),
            *([] if self.gaps == self.told_gaps else ["gaps of the study differ from those that were told"]),
            *([] if self.gaps == self.kept_gaps else [f"gaps differ: {set(self.gaps) ^ set(self.kept_gaps)}"]),
            *([] if abs(self.recording_ms - self.captured_ms - missing_ms) <= 1 else ["time is missing"]),
            *([] if abs(self.dropped_frames - 16 * missing_ms) <= 16 else [f"{self.dropped_frames} frames dropped"]),
            *([] if self.captured_ms > 0 else ["nothing was captured"]),
            *([] if not self.without_words else [f"{self.without_words} utterances were not read"]),
        ]


async def held(folder: Path, spawning: Spawning) -> Held:
    """A session whose recorder and scribe are killed in turn until there were so many children."""
    SPAWNING.set(spawning)
    told: list[events.Event] = []
    with Study.open(folder, PASSPHRASE, world_now()) as study:
        key = _begun(study)
        conductor = Conductor(study, key, Source(), Choice("tiny.en"), told.append)
        for kind in (Kind.TAKING_PART, Kind.AUDIO):
            conductor.decide(kind, Decision.GRANTED)
        conductor.begin()
        await _disturbed(conductor)
        await conductor.stop()
        await conductor.close()
        row, reader = study.sessions.get(key), _reader(study, key)
        kept = [(gap.start_ms, gap.end_ms) for gap in reader.gaps()]
        reader.close()
        return Held(
            row.state,
            row.recording_ms,
            row.captured_ms,
            row.dropped_frames,
            [(gap.start_ms, gap.end_ms) for gap in study.log.gaps(key)],
            [(one.start_ms, one.end_ms) for one in told if isinstance(one, events.GapFound)],
            kept,
            len(study.transcript.pending(key)),
        )


def _begun(study: Study) -> str:
    guide = study.guides.current()
    session = study.sessions.begin(
        PARTICIPANT, 1, guide_sha256=guide.sha256, setting="", others_present="", now=world_now()
    )
    return session.id


def _reader(study: Study, key: str) -> recording.Reader:
    permit = study.permit_listening(key)
    return recording.open_reader(permit.path, permit.key)


async def _disturbed(conductor: Conductor) -> None:
    capture, hearing = conductor._capture, conductor._transcribing.hearing
    assert capture is not None
    keepers = (capture, hearing._scribe)
    for number in range(CHILDREN - len(keepers)):
        child = await _living(keepers[number % 2])
        await asyncio.sleep(0.02)
        child.kill()
    seq = capture.seq
    await _until(lambda: hearing.ready is not None and capture.seq > seq + 1)


async def _living(keeper: Capture | ScribeProcess) -> Child:
    while (child := keeper._child) is None or child.returncode is not None:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.005)
    return child


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - nobody tells what is waited for
        await asyncio.sleep(0.005)


async def all_held(tmp_path: Path, numbers: Iterable[int], seconds: float) -> dict[int, list[str]]:
    """What was wrong with sessions in which the child of each number can't be started, a few at a time."""
    made, some = make_study(tmp_path / "study"), asyncio.Semaphore(AT_ONCE)

    async def one(first: int) -> tuple[int, list[str]]:
        async with some, asyncio.timeout(PATIENCE_S):
            folder = Path(shutil.copytree(made, tmp_path / str(first)))
            return first, (await held(folder, Spawning(first, seconds / FASTER))).wrong

    found = await asyncio.gather(*(asyncio.create_task(one(first)) for first in numbers))
    return {first: wrong for first, wrong in found if wrong}


@pytest.mark.asyncio
@pytest.mark.usefixtures("_faster")
@pytest.mark.parametrize("seconds", [SHORT_S, LONG_S])
async def test_whichever_child_can_not_be_started_all_is_captured_that_can_be_and_the_session_ends(
    tmp_path: Path, seconds: float
) -> None:
    assert await all_held(tmp_path, A_FEW, seconds) == {}


@pytest.mark.slow
@pytest.mark.asyncio
@pytest.mark.usefixtures("_faster")
@pytest.mark.parametrize("seconds", [SHORT_S, LONG_S])
async def test_so_it_is_with_each_of_twenty(tmp_path: Path, seconds: float) -> None:
    assert await all_held(tmp_path, range(1, CHILDREN + 1), seconds) == {}
