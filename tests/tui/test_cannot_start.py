"""Recording where no recorder can be started for a while: all is captured that can be, and what is not is a gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import Permit
from tests.tui.threaded import ThreadedRecorder, threaded
from transcribe import recording, wire
from tui import restarting
from tui.capture import Capture
from tui.recorder_lost import RecorderLost
from tui.source import Source

KEY = bytes(range(32))
PATIENCE_S = 20.0
FEW, MANY = 3, 10**9
A_LITTLE_MS = 250


class Room:
    """A recorded session, and what was told of it."""

    def __init__(self, path: Path) -> None:
        self.told: list[wire.RecorderReport | RecorderLost] = []
        self.capture = Capture(Source(), self.told.append)
        self._permit = Permit("50001-w1-1", path, KEY)

    def begin(self) -> None:
        self.capture.start(self._permit)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():  # noqa: ASYNC110 - nobody tells what is waited for
                await asyncio.sleep(0.005)

    async def recorded(self, more_ms: int = A_LITTLE_MS) -> None:
        """So much more is recorded."""
        level = self.capture.at_ms
        await self.until(lambda: self.of(wire.Level) and self.capture.at_ms >= level + more_ms)

    async def lost(self) -> None:
        """The recorder dies, and it is noticed."""
        ThreadedRecorder.started[-1].kill()
        count = len(self.of(RecorderLost))
        await self.until(lambda: len(self.of(RecorderLost)) > count)

    def of(self, kind: type) -> list[wire.RecorderReport | RecorderLost]:
        return [one for one in self.told if isinstance(one, kind)]

    @property
    def gaps(self) -> tuple[wire.Gap, ...]:
        """Those that were told, after a look that they are those of the recording."""
        told = tuple(one for one in self.told if isinstance(one, wire.Gap))
        reader = recording.open_reader(self._permit.path, KEY)
        kept, self.captured_ms = reader.gaps(), reader.captured_ms
        reader.close()
        assert kept == told
        return told

    async def ended(self) -> wire.Ended:
        await self.capture.stop()
        await self.capture.gone()
        assert self.capture.ended is not None
        return self.capture.ended


@pytest.fixture
def recorders(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[ThreadedRecorder]]:
    monkeypatch.setattr(restarting, "WAIT_S", (0.0, 0.05, 0.1))
    with threaded() as kind:
        yield kind


@pytest.fixture
def room(tmp_path: Path, recorders: type[ThreadedRecorder]) -> Room:
    return Room(tmp_path / "recording.db")


def length_of(gaps: tuple[wire.Gap, ...]) -> int:
    return sum(gap.end_ms - gap.start_ms for gap in gaps)


@pytest.mark.asyncio
async def test_the_first_recorder_that_can_not_be_started_is_tried_again_and_that_is_said_once(room: Room) -> None:
    ThreadedRecorder.refusals = FEW
    room.begin()
    await room.recorded()
    ended = await room.ended()

    sentences = [one.notice.text for one in room.of(RecorderLost)]  # type: ignore[union-attr]  # they are such
    assert sentences == ["Recording can't be started (too many open files) and is tried again."]
    assert room.gaps == ()  # recording time begins with the first sound
    assert (ended.dropped_frames, ended.captured_ms) == (0, ended.at_ms)


@pytest.mark.asyncio
async def test_what_was_said_until_one_could_be_started_again_is_one_gap(room: Room) -> None:
    room.begin()
    await room.recorded()
    ThreadedRecorder.refusals = FEW
    await room.lost()
    await room.until(lambda: len(ThreadedRecorder.started) == 2)
    await room.recorded()
    ended = await room.ended()

    texts = [one.notice.text for one in room.of(RecorderLost)]  # type: ignore[union-attr]  # they are such
    assert texts == [
        "Recording stopped by itself and is being started again.",
        "Recording can't be started (too many open files) and is tried again.",
    ]
    (gap,) = room.gaps
    assert gap.reason == "restart"
    assert gap.end_ms - gap.start_ms >= 250  # three waits
    assert ended.dropped_frames == length_of(room.gaps) * 16
    assert ended.at_ms == ended.captured_ms + length_of(room.gaps)


@pytest.mark.asyncio
async def test_the_gaps_of_all_recorders_are_counted(room: Room) -> None:
    room.begin()
    for _ in range(3):
        await room.recorded()
        await room.lost()
        await room.until(lambda: room.capture._lost is None)
    await room.recorded()
    ended = await room.ended()

    assert len(room.gaps) == 3
    assert ended.dropped_frames == length_of(room.gaps) * 16


@pytest.mark.asyncio
async def test_a_stop_while_nobody_records_ends_the_gap(room: Room) -> None:
    room.begin()
    await room.recorded()
    ThreadedRecorder.refusals = MANY
    await room.lost()
    await asyncio.sleep(0.3)
    ended = await room.ended()

    (gap,) = room.gaps
    assert gap.end_ms - gap.start_ms >= 300
    assert (ended.reason, ended.at_ms, ended.captured_ms) == ("lost", gap.end_ms, gap.start_ms)
    assert ended.dropped_frames == length_of(room.gaps) * 16


@pytest.mark.asyncio
async def test_off_the_record_holds_at_once_while_nobody_records(room: Room) -> None:
    room.begin()
    await room.recorded()
    ThreadedRecorder.refusals = MANY
    await room.lost()
    await asyncio.sleep(0.2)
    room.capture.pause()
    await asyncio.wait_for(room.capture.settled(), 1)
    (paused,) = room.of(wire.Paused)
    await asyncio.sleep(0.3)
    ThreadedRecorder.refusals = 0
    await room.until(lambda: len(ThreadedRecorder.started) == 2)
    begin = ThreadedRecorder.started[-1].begin
    await room.until(lambda: room.of(wire.Gap))
    room.capture.resume()
    await room.recorded()
    ended = await room.ended()

    assert begin is not None
    assert begin.paused
    (gap,) = room.gaps
    assert isinstance(paused, wire.Paused)
    assert gap.end_ms == paused.at_ms  # what came later was off the record
    assert gap.end_ms - gap.start_ms >= 200
    assert ended.dropped_frames == length_of(room.gaps) * 16


@pytest.mark.asyncio
async def test_on_the_record_again_while_nobody_records_says_so_and_counts(room: Room) -> None:
    room.begin()
    await room.recorded()
    room.capture.pause()
    await room.capture.settled()
    ThreadedRecorder.refusals = MANY
    await room.lost()
    room.capture.resume()
    await asyncio.wait_for(room.capture.settled(), 1)
    kinds = [type(one) for one in room.told]
    assert kinds[kinds.index(wire.Resumed) + 1] is RecorderLost  # a second one comes where the next start fails as well
    await asyncio.sleep(0.2)
    ThreadedRecorder.refusals = 0
    await room.until(lambda: len(ThreadedRecorder.started) == 2)
    await room.recorded()
    await room.ended()

    (gap,) = room.gaps
    assert gap.end_ms - gap.start_ms >= 200


@pytest.mark.asyncio
async def test_whoever_goes_off_the_record_as_the_first_recorder_starts_is_off_it(room: Room) -> None:
    room.begin()
    room.capture.pause()
    await room.until(lambda: ThreadedRecorder.started and ThreadedRecorder.started[0].begin)

    begin = ThreadedRecorder.started[0].begin
    assert begin is not None
    assert begin.paused
    assert len(room.of(wire.Paused)) == 1
    assert (await room.ended()).captured_ms == 0


@pytest.mark.asyncio
async def test_an_app_that_fails_at_a_report_ends_no_recorder(
    tmp_path: Path, recorders: type[ThreadedRecorder]
) -> None:
    room = Room(tmp_path / "recording.db")

    def fail(report: wire.RecorderReport | RecorderLost) -> None:
        room.told.append(report)
        raise ZeroDivisionError

    room.capture = Capture(Source(), fail)
    room.begin()
    await room.recorded(1_000)
    ended = await room.ended()

    assert len(recorders.started) == 1
    assert (ended.reason, ended.dropped_frames) == ("stopped", 0)
