"""The recorder as the app meets it: a child process, a replayed file, and what is in the recording afterwards."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.small_disk import small_disk
from tests.store import pages
from tests.transcribe import media
from tests.transcribe.recorders import KEY, PATIENCE_S, WITHOUT_LIMIT, Room, Session
from transcribe import codec, recording, wire
from transcribe.clock import clock_ms
from transcribe.errors import RecordingError
from transcribe.intake import Block, Intake
from transcribe.recorder import Recorder
from transcribe.segmenter import spans
from transcribe.sound import decode

DEMO = Path(__file__).parents[2] / "tui" / "demo" / "interview.flac"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.db"


@pytest.fixture
def noise() -> recording.Samples:
    return np.random.default_rng(7).integers(-3_000, 3_000, 20 * 16_000, dtype=np.int16)


@pytest.fixture
def noise_file(tmp_path: Path, noise: recording.Samples) -> str:
    soundfile.write(tmp_path / "noise.wav", noise, 16_000)
    return str(tmp_path / "noise.wav")


@pytest.fixture
def speech_file(tmp_path: Path) -> Path:
    """The first half minute of the demo."""
    held = np.concatenate([block for block, _ in zip(decode(DEMO), range(120), strict=False)])
    soundfile.write(tmp_path / "speech.flac", held, 16_000)
    return tmp_path / "speech.flac"


@pytest.mark.asyncio
async def test_a_file_played_to_its_end_is_recorded_sample_for_sample(
    path: Path, noise: recording.Samples, noise_file: str
) -> None:
    session = await Session.begin(path, replay=noise_file, speed=0.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))

    ended = await session.until(lambda each: isinstance(each, wire.Ended))

    assert await session.child.leave(10) == 0
    assert isinstance(ended, wire.Ended)
    assert (ended.reason, ended.at_ms, ended.captured_ms, ended.dropped_frames) == ("file_end", 20_000, 20_000, 0)
    assert np.array_equal(session.sound(), noise)
    assert recording.check(path, KEY, ended.seq) == ()
    assert [each.name for each in path.parent.iterdir() if each.name.startswith("s.db")] == ["s.db"]


@pytest.mark.asyncio
async def test_what_of_a_replayed_file_could_not_be_read_is_said_at_its_end(
    path: Path, tmp_path: Path, noise: recording.Samples
) -> None:
    kind = media.Kind("ipod", "aac", 16_000, timed=True)
    file = media.made(tmp_path / "noise.m4a", kind, noise)
    media.wiped(file, file.stat().st_size // 3, file.stat().st_size // 2)
    session = await Session.begin(path, replay=str(file), speed=0.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))

    ended = await session.until(lambda each: isinstance(each, wire.Ended))

    assert await session.child.leave(10) == 0
    assert isinstance(ended, wire.Ended)
    assert [sentence.partition(" is damaged")[0] for sentence in ended.notices] == ["noise.m4a"]
    assert 20_000 <= ended.at_ms <= 20_100


@pytest.mark.asyncio
async def test_reports_come_in_the_order_the_app_relies_on(path: Path, speech_file: Path) -> None:
    session = await Session.begin(path, replay=str(speech_file), speed=0.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))
    await session.until(lambda each: isinstance(each, wire.Ended))
    await session.child.leave(10)

    kinds = [type(each) for each in session.reports]
    assert kinds[:2] == [wire.Opened, wire.Started]
    assert kinds[-1] is wire.Ended
    levels = [each for each in session.reports if isinstance(each, wire.Level)]
    assert [each.seq for each in levels] == list(range(1, len(levels) + 1))
    assert [each.captured_ms for each in levels] == [each.at_ms for each in levels]


@pytest.mark.asyncio
async def test_a_replay_stands_exactly_at_its_grant_and_spans_are_told_before_the_level(
    path: Path, speech_file: Path
) -> None:
    session = await Session.begin(path, replay=str(speech_file), speed=0.0)

    for played_ms in (777, 5_001, 12_345):
        level = await session.play_to(played_ms)
        assert level.at_ms == played_ms
        assert len(session.sound()) == played_ms * 16

    heard_ms = max(each.end_ms for each in session.reports if isinstance(each, wire.Span))
    assert heard_ms > 12_000
    await session.stop()


@pytest.mark.asyncio
async def test_without_a_grant_nothing_is_played(path: Path, noise_file: str) -> None:
    session = await Session.begin(path, replay=noise_file, speed=0.0)
    await session.until(lambda each: isinstance(each, wire.Opened))

    ended = await session.stop()

    assert (ended.at_ms, ended.seq) == (0, 0)
    assert not session.of(wire.Started)


@pytest.mark.asyncio
async def test_what_is_said_while_paused_is_nowhere_in_the_file(
    path: Path, noise: recording.Samples, noise_file: str
) -> None:
    session = await Session.begin(path, replay=noise_file, speed=0.0)
    await session.play_to(4_003)
    assert await session.order(wire.Pause(), wire.Paused) == wire.Paused(4_003, 4_003)
    level = await session.play_to(11_007)
    assert (level.at_ms, level.rms_db) == (4_003, -100.0)
    assert await session.order(wire.Resume(), wire.Resumed) == wire.Resumed(4_003, 11_007)
    await session.play_to(15_000)

    ended = await session.stop()

    assert ended.captured_ms == ended.at_ms == 4_003 + 15_000 - 11_007
    expected = np.concatenate([noise[: 4_003 * 16], noise[11_007 * 16 : 15_000 * 16]])
    assert np.array_equal(session.sound(), expected)


@pytest.mark.asyncio
async def test_a_pause_at_real_speed_lets_nothing_in(path: Path, noise: recording.Samples, noise_file: str) -> None:
    session = await Session.begin(path, replay=noise_file, speed=4.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > 1_500)
    paused = await session.order(wire.Pause(), wire.Paused)
    assert isinstance(paused, wire.Paused)
    await session.until(lambda each: isinstance(each, wire.Level) and each.played_ms > paused.played_ms + 3_000)
    resumed = await session.order(wire.Resume(), wire.Resumed)
    assert isinstance(resumed, wire.Resumed)
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > paused.at_ms + 1_000)
    await session.stop()

    sound = session.sound()
    kept = paused.at_ms * 16
    assert np.array_equal(sound[:kept], noise[:kept])
    rest = sound[kept:]
    start = resumed.played_ms * 16
    assert np.array_equal(rest, noise[start : start + len(rest)])


@pytest.mark.asyncio
async def test_a_recorder_begun_paused_captures_nothing_before_resume(path: Path, noise_file: str) -> None:
    session = await Session.begin(path, replay=noise_file, speed=0.0, paused=True)
    await session.play_to(3_000)
    await session.order(wire.Resume(), wire.Resumed)
    level = await session.play_to(5_000)

    assert level.at_ms == 2_000
    await session.stop()


@pytest.mark.asyncio
async def test_an_open_span_closes_at_the_pause(path: Path, speech_file: Path) -> None:
    first = next(span for span in spans(decode(speech_file)) if span.end_ms - span.start_ms > 2_000)
    middle = (first.start_ms + first.end_ms) // 2
    session = await Session.begin(path, replay=str(speech_file), speed=0.0)
    await session.play_to(middle)

    await session.order(wire.Pause(), wire.Paused)

    assert session.closed_spans()[-1].start_ms == first.start_ms
    assert session.closed_spans()[-1].end_ms <= middle
    await session.stop()


@pytest.mark.asyncio
async def test_live_spans_are_those_of_the_recording_read_later(path: Path, speech_file: Path) -> None:
    session = await Session.begin(path, replay=str(speech_file), speed=10.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))
    await session.until(lambda each: isinstance(each, wire.Ended))
    await session.child.leave(10)

    reader = recording.open_reader(path, KEY)
    assert session.closed_spans() == list(spans(reader.blocks(0, 7_777)))
    assert len(session.closed_spans()) >= 3
    reader.close()


@pytest.mark.asyncio
async def test_at_speed_one_sound_comes_as_fast_as_the_clock(path: Path, noise_file: str) -> None:
    session = await Session.begin(path, replay=noise_file, speed=1.0)
    session.child.send(wire.Grant(3_000))
    await session.until(lambda each: isinstance(each, wire.Started))
    loop = asyncio.get_running_loop()
    began = loop.time()

    await session.until(lambda each: isinstance(each, wire.Level) and each.played_ms == 3_000)

    assert loop.time() - began == pytest.approx(3.0, abs=0.5)
    assert len(session.of(wire.Level)) >= 20
    await session.stop()


@pytest.mark.asyncio
async def test_struck_sound_is_gone_while_the_recording_goes_on(
    path: Path, noise: recording.Samples, noise_file: str
) -> None:
    session = await Session.begin(path, replay=noise_file, speed=0.0)
    await session.play_to(8_000)

    struck = await session.order(wire.StrikeSpan(3_000, 9_000), wire.Struck)
    assert struck == wire.Struck(3_000, 8_000, clean=True)
    await session.play_to(9_000)
    await session.stop()

    sound = session.sound()
    assert not sound[3_000 * 16 : 8_000 * 16].any()
    assert np.array_equal(sound[8_000 * 16 :], noise[8_000 * 16 : 9_000 * 16])


async def striking_while_it_is_read(path: Path, noise_file: str) -> tuple[Session, recording.Reader, wire.Struck]:
    """A recorder that is told to strike up to now while somebody copies the recording, as a backup does."""
    session = await Session.begin(path, replay=noise_file, speed=1.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > 1_000)
    reader = recording.open_reader(path, KEY)
    reader._db.execute("BEGIN")
    reader.read(0, 1_000)
    struck = await session.order(wire.StrikeSpan(200, None), wire.Struck)
    assert isinstance(struck, wire.Struck)
    return session, reader, struck


def left_of(noise: recording.Samples, path: Path) -> dict[str, int]:
    """Traces of what was struck, in the pages of the recording and of its log."""
    lies_there = {path.name: b"".join(pages.Opened(path, KEY).pages())}
    return pages.found(lies_there, pages.traces_of_sound(noise[200 * 16 : 1_000 * 16].tobytes()))


@pytest.mark.asyncio
async def test_a_strike_without_an_end_reaches_to_the_newest_sample(
    path: Path, noise: recording.Samples, noise_file: str
) -> None:
    session = await Session.begin(path, replay=noise_file, speed=2.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))
    reported = await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > 1_000)
    struck = await session.order(wire.StrikeSpan(200, None), wire.Struck)
    assert isinstance(reported, wire.Level)
    assert isinstance(struck, wire.Struck)
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > struck.end_ms + 300)
    await session.stop()

    sound, first, last = session.sound(), 200 * 16, struck.end_ms * 16
    assert struck == wire.Struck(200, struck.end_ms, clean=True)
    assert struck.end_ms >= reported.at_ms
    assert not sound[first:last].any()
    assert np.array_equal(sound[:first], noise[:first])
    assert np.array_equal(sound[last:], noise[last : len(sound)])


def test_what_was_said_before_a_strike_and_has_come_only_after_it_is_silence(path: Path) -> None:
    intake, said = Intake(paused=False, lag_ms=100), np.full(16_000, 7, np.int16)
    reports: list[wire.Message] = []
    recorder = Recorder(wire.Begin(str(path), KEY.hex()), recording.create(path, KEY), Room(), intake, reports.append)
    for piece in np.split(said, 100):
        intake.put(Block(piece, 0, clock_ms()))
    intake.tell(wire.StrikeSpan(500, None))
    for piece in np.split(said, 100):
        intake.put(Block(piece, 0, clock_ms()))
    intake.tell(wire.Stop())

    recorder.run()

    reader = recording.open_reader(path, KEY)
    sound = reader.read(0, 2_000)
    reader.close()
    assert [each for each in reports if isinstance(each, wire.Struck)] == [wire.Struck(500, 1_000, clean=True)]
    assert np.array_equal(np.flatnonzero(sound == 0), np.arange(500 * 16, 1_100 * 16))


@pytest.mark.asyncio
async def test_a_strike_while_another_program_reads_ends_no_recorder_and_its_log_is_emptied_later(
    path: Path, noise: recording.Samples, noise_file: str
) -> None:
    session, reader, struck = await striking_while_it_is_read(path, noise_file)
    assert not struck.clean
    assert not session.sound(200, struck.end_ms).any()
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > struck.end_ms + 500)
    await session.order(wire.Pause(), wire.Paused)
    assert left_of(noise, path)

    reader.close()
    await session.until(lambda each: isinstance(each, wire.LogEmptied))

    assert not left_of(noise, path)
    assert not session.of(wire.Failed)
    assert (await session.stop()).dropped_frames == 0


@pytest.mark.asyncio
async def test_a_recorder_that_is_stopped_while_another_program_reads_leaves_the_log_to_be_emptied_by_that(
    path: Path, noise: recording.Samples, noise_file: str
) -> None:
    session, reader, struck = await striking_while_it_is_read(path, noise_file)

    ended = await session.stop()

    assert ended.captured_ms >= struck.end_ms
    assert not session.of(wire.LogEmptied)
    assert left_of(noise, path)
    reader.close()
    assert not left_of(noise, path)


@pytest.mark.asyncio
async def test_a_log_that_a_killed_recorder_left_is_emptied_by_the_next(path: Path, noise_file: str) -> None:
    session, reader, struck = await striking_while_it_is_read(path, noise_file)
    session.child.kill()
    await session.child.leave(1)

    after = await Session.begin(path, replay=noise_file, speed=1.0, at_ms=struck.end_ms, clock_ms=clock_ms())
    reader.close()

    await after.until(lambda each: isinstance(each, wire.LogEmptied))
    await after.stop()


@pytest.mark.asyncio
async def test_the_end_of_stdin_ends_the_recorder_cleanly(
    path: Path, noise: recording.Samples, noise_file: str
) -> None:
    session = await Session.begin(path, replay=noise_file, speed=0.0)
    await session.play_to(6_000)

    assert await session.child.leave(10) == 0

    assert np.array_equal(session.sound(), noise[: 6_000 * 16])
    assert not path.with_name("s.db-wal").exists()


@pytest.mark.asyncio
async def test_a_killed_recorder_loses_nothing_it_acknowledged_and_the_next_one_goes_on(
    path: Path, noise: recording.Samples, noise_file: str
) -> None:
    session = await Session.begin(path, replay=noise_file, speed=1.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))
    level = await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > 1_000)
    assert isinstance(level, wire.Level)
    os.kill(session.child.pid, signal.SIGKILL)
    await session.child.leave(1)
    assert recording.check(path, KEY, level.seq) == ()
    held_ms = len(session.sound()) // 16

    after = await Session.begin(path, replay=noise_file, speed=0.0, at_ms=4_000, played_ms=4_000)
    await after.play_to(6_000)
    ended = await after.stop()

    assert after.of(wire.Gap) == [wire.Gap(held_ms, 4_000, "restart")]
    assert (ended.at_ms, ended.dropped_frames) == (6_000, (4_000 - held_ms) * 16)
    sound = after.sound()
    assert np.array_equal(sound[: held_ms * 16], noise[: held_ms * 16])
    assert not sound[held_ms * 16 : 4_000 * 16].any()
    assert np.array_equal(sound[4_000 * 16 :], noise[4_000 * 16 : 6_000 * 16])


def test_an_app_that_does_not_read_holds_nothing_up(path: Path, tmp_path: Path) -> None:
    long_file = tmp_path / "long.wav"
    soundfile.write(long_file, np.tile(np.concatenate(list(decode(DEMO))), 3)[: 300 * 16_000], 16_000)
    command = [sys.executable, "-I", "-m", "transcribe.record"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(codec.encode(wire.Begin(str(path), KEY.hex(), replay=str(long_file), speed=0.0)))
    child.stdin.write(codec.encode(wire.Grant(WITHOUT_LIMIT)))
    child.stdin.flush()

    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and recorded_ms(path) < 300_000:
        time.sleep(0.1)

    assert recorded_ms(path) == 300_000
    child.communicate()
    assert child.returncode == 0


@pytest.mark.asyncio
async def test_a_recording_taken_away_ends_the_recorder_with_a_sentence(path: Path, noise_file: str) -> None:
    session = await Session.begin(path, replay=noise_file, speed=1.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))
    await session.until(lambda each: isinstance(each, wire.Level))

    recording.destroy(path)
    failed = await session.until(lambda each: isinstance(each, wire.Failed))

    assert isinstance(failed, wire.Failed)
    assert failed.code == "recording_gone"
    assert await session.child.leave(5) == 1
    assert list(path.parent.glob("s.db*")) == []


@pytest.mark.asyncio
async def test_what_a_killed_recorder_wrote_and_did_not_report_is_not_recorded_twice(
    path: Path, noise: recording.Samples, noise_file: str
) -> None:
    writer = recording.create(path, KEY)
    for start_ms in (0, 1_000, 1_500):
        writer.append(noise[start_ms * 16 : (1_000 if start_ms == 0 else start_ms + 500) * 16])
    writer.close()

    told = {"at_ms": 1_500, "played_ms": 1_500, "clock_ms": clock_ms()}  # the app knows nothing of the last half second
    after = await Session.begin(path, replay=noise_file, speed=0.0, **told)
    await after.play_to(3_000)
    ended = await after.stop()

    assert after.of(wire.Gap) == []
    assert ended.at_ms == 3_000
    assert np.array_equal(after.sound(), noise[: 3_000 * 16])


@pytest.mark.asyncio
async def test_a_recorder_that_takes_over_never_makes_a_new_file(path: Path, noise_file: str) -> None:
    session = await Session.begin(path, replay=noise_file, at_ms=5_000)

    failed = await session.until(lambda each: isinstance(each, wire.Failed))

    assert isinstance(failed, wire.Failed)
    assert failed.code == "recording_gone"
    assert await session.child.leave(5) == 1
    assert list(path.parent.glob("s.db*")) == []


@pytest.mark.asyncio
async def test_a_file_that_is_no_sound_is_one_sentence(path: Path, tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_text("no sound")
    session = await Session.begin(path, replay=str(tmp_path / "no.wav"))

    failed = await session.until(lambda each: isinstance(each, wire.Failed))

    assert isinstance(failed, wire.Failed)
    assert failed.code == "source"
    assert "is not a sound file" in failed.text
    assert await session.child.leave(5) == 1


def recorded_ms(path: Path) -> int:
    try:
        reader = recording.open_reader(path, KEY)
    except RecordingError:
        return 0
    try:
        return reader.end_ms
    except RecordingError:  # the file is there, but its tables are not yet
        return 0
    finally:
        reader.close()


@pytest.fixture
def full_soon(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "2m") as disk:
        yield disk


@pytest.mark.asyncio
async def test_a_full_disk_is_said_and_everything_before_it_stays(
    full_soon: Path, tmp_path: Path, noise: recording.Samples
) -> None:
    soundfile.write(tmp_path / "long.wav", np.tile(noise, 6), 16_000)
    session = await Session.begin(full_soon / "s.db", replay=str(tmp_path / "long.wav"), speed=20.0)
    session.child.send(wire.Grant(WITHOUT_LIMIT))

    failed = await session.until(lambda each: isinstance(each, wire.Failed))

    assert isinstance(failed, wire.Failed)
    assert failed.code == "disk_full"
    assert await session.child.leave(5) == 1
    acked = [each for each in session.reports if isinstance(each, wire.Level)][-1]
    shutil.copytree(full_soon, tmp_path / "moved")
    assert recording.check(tmp_path / "moved" / "s.db", KEY, acked.seq) == ()
    reader = recording.open_reader(tmp_path / "moved" / "s.db", KEY)
    assert np.array_equal(reader.read(0, acked.at_ms), np.tile(noise, 6)[: acked.at_ms * 16])
    reader.close()
