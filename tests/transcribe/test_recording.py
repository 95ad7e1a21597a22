"""The recording file: what was appended is there, whatever happens, and what was struck is nowhere."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe import recording
from transcribe.errors import RecordingError

KEY = bytes(range(32))
PAGE, RESERVE, IV, SALT = 4096, 80, 16, 16  # how SQLCipher 4 lays out a page


def noise(frames: int, seed: int = 0) -> recording.Samples:
    return np.random.default_rng(seed).integers(-20_000, 20_000, frames, dtype=np.int16)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session.db"


def plain_bytes(path: Path) -> bytes:
    """Every page of the file, decrypted: also the free ones no query reaches."""
    pages = []
    raw = path.read_bytes()
    for start in range(0, len(raw), PAGE):
        page = raw[start : start + PAGE]
        body = page[(SALT if start == 0 else 0) : PAGE - RESERVE]
        iv = page[PAGE - RESERVE : PAGE - RESERVE + IV]
        decryptor = Cipher(algorithms.AES(KEY), modes.CBC(iv)).decryptor()
        pages.append(decryptor.update(body) + decryptor.finalize())
    return b"".join(pages)


def test_what_was_appended_is_read_back_exactly_across_chunks(path: Path) -> None:
    sound = noise(48_000)
    writer = recording.create(path, KEY)
    for start in range(0, 48_000, 1_777):
        writer.append(sound[start : start + 1_777])

    reader = recording.open_reader(path, KEY)

    assert np.array_equal(reader.read(0, 3_000), sound)
    assert np.array_equal(reader.read(123, 1_456), sound[123 * 16 : 1_456 * 16])
    assert (reader.end_ms, reader.captured_ms, reader.last_seq) == (3_000, 3_000, writer.last_seq)
    reader.close()
    writer.close()


def test_a_reader_of_another_connection_sees_each_new_chunk(path: Path) -> None:
    writer = recording.create(path, KEY)
    reader = recording.open_reader(path, KEY)
    assert reader.end_ms == 0

    writer.append(noise(1_600))

    assert reader.end_ms == 100
    writer.close()
    reader.close()


def test_recording_time_runs_on_through_a_gap_which_reads_as_silence(path: Path) -> None:
    writer = recording.create(path, KEY)
    writer.append(noise(1_600, 1))
    writer.gap(100, 350, "stall")
    writer.append(noise(1_600, 2))
    reader = recording.open_reader(path, KEY)

    samples = reader.read(0, 10_000)

    assert np.array_equal(samples[:1_600], noise(1_600, 1))
    assert not samples[1_600 : 350 * 16].any()
    assert np.array_equal(samples[350 * 16 :], noise(1_600, 2))
    assert (writer.end_ms, writer.captured_ms) == (450, 200)
    assert [(gap.start_ms, gap.end_ms, gap.reason) for gap in reader.gaps()] == [(100, 350, "stall")]
    writer.close()
    reader.close()


def test_odd_chunk_lengths_do_not_drift(path: Path) -> None:
    writer = recording.create(path, KEY)
    for _ in range(160):
        writer.append(noise(7))

    assert writer.end_ms == 160 * 7 // 16
    assert np.array_equal(recording.open_reader(path, KEY).read(0, 70), np.tile(noise(7), 160))
    writer.close()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4_000), st.integers(0, 300)), max_size=8), st.integers(0, 900), st.data())
def test_any_stretch_reads_as_if_it_were_one_array(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[int, int]], start_ms: int, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("any") / "session.db"
    writer, whole = recording.create(path, KEY), np.zeros(0, np.int16)
    for seed, (frames, gap_ms) in enumerate(parts):
        writer.append(noise(frames, seed))
        whole = np.concatenate([whole, noise(frames, seed)])
        if gap_ms:
            end_ms = writer.end_ms + gap_ms
            writer.gap(writer.end_ms, end_ms, "stall")
            whole = np.concatenate([whole, np.zeros(end_ms * 16 - len(whole), np.int16)])
    end_ms = data.draw(st.integers(start_ms, 2_500))

    reader = recording.open_reader(path, KEY)

    assert np.array_equal(reader.read(start_ms, end_ms), whole[start_ms * 16 : end_ms * 16])
    assert np.array_equal(np.concatenate([np.zeros(0, np.int16), *reader.blocks(0, 70)]), whole)
    reader.close()
    writer.close()


def test_struck_samples_are_nowhere_in_the_file_nor_in_its_log(path: Path) -> None:
    writer = recording.create(path, KEY)
    for seed in range(10):
        writer.append(noise(1_600, seed))
    writer.strike(250, 650)

    reader = recording.open_reader(path, KEY)
    samples = reader.read(0, 1_000)

    assert np.array_equal(samples[: 250 * 16], np.concatenate([noise(1_600, seed) for seed in range(3)])[: 250 * 16])
    assert not samples[250 * 16 : 650 * 16].any()
    assert np.array_equal(samples[650 * 16 : 700 * 16], noise(1_600, 6)[50 * 16 :])
    assert [(gap.start_ms, gap.end_ms, gap.reason) for gap in reader.gaps()] == [(250, 650, "strike")]
    assert reader.end_ms == 1_000
    reader.close()
    assert path.with_name(path.name + "-wal").stat().st_size == 0
    everything = plain_bytes(path)
    assert noise(1_600, 7).tobytes()[:64] in everything
    for seed in (3, 4, 5):
        sound = noise(1_600, seed).tobytes()
        assert not any(sound[at : at + 32] in everything for at in range(0, 3_200, 32))
    writer.close()


def test_a_strike_after_the_session_leaves_no_sample_either(path: Path) -> None:
    writer = recording.create(path, KEY)
    writer.append(noise(16_000))
    writer.close()

    recording.strike(path, KEY, 200, 900)

    reader = recording.open_reader(path, KEY)
    assert not reader.read(200, 900).any()
    assert reader.read(0, 200).all() or reader.read(0, 200).any()
    reader.close()
    assert noise(16_000)[5_000:5_016].tobytes() not in plain_bytes(path)
    assert recording.check(path, KEY, 1) == ()


def test_closing_leaves_one_file_that_only_its_owner_can_read(path: Path) -> None:
    writer = recording.create(path, KEY)
    writer.append(noise(1_600))

    writer.close()

    assert [each.name for each in path.parent.iterdir()] == ["session.db"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"SQLite" not in path.read_bytes()


def test_a_missing_file_is_an_error_and_is_not_made(path: Path) -> None:
    with pytest.raises(recording.RecordingGoneError, match="is gone from"):
        recording.append_to(path, KEY)
    with pytest.raises(recording.RecordingGoneError):
        recording.open_reader(path, KEY)

    assert not path.exists()


def test_a_recording_is_never_made_over_another(path: Path) -> None:
    recording.create(path, KEY).close()

    with pytest.raises(RecordingError, match="already"):
        recording.create(path, KEY)


def test_a_wrong_key_is_refused_in_one_sentence(path: Path) -> None:
    recording.create(path, KEY).close()

    with pytest.raises(recording.RecordingLockedError, match="key does not open"):
        recording.open_reader(path, bytes(32))
    assert len(recording.check(path, bytes(32), 0)) == 1


def test_a_writer_notices_that_its_file_was_taken_away_or_replaced(path: Path) -> None:
    writer = recording.create(path, KEY)
    assert writer.still_there()

    path.rename(path.with_name("elsewhere.db"))
    assert not writer.still_there()

    path.write_bytes(b"something else")
    assert not writer.still_there()


def test_check_finds_lost_rows_holes_and_damage(path: Path) -> None:
    writer = recording.create(path, KEY)
    for seed in range(30):
        writer.append(noise(1_600, seed))
    assert recording.check(path, KEY, 30) == ()
    assert len(recording.check(path, KEY, 31)) == 1
    writer._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    writer._db.execute("DELETE FROM chunk WHERE seq = 7")
    assert "lacks 1 of 30" in recording.check(path, KEY, 30)[0]
    writer.close()

    raw = bytearray(path.read_bytes())
    raw[-2_000] ^= 0xFF
    path.write_bytes(raw)

    assert recording.check(path, KEY, 30)


def test_check_says_that_a_recording_is_missing(path: Path) -> None:
    assert "is gone" in recording.check(path, KEY, 0)[0]


def test_destroying_removes_the_file_and_its_log(path: Path) -> None:
    writer = recording.create(path, KEY)
    writer.append(noise(1_600))

    recording.destroy(path)
    recording.destroy(path)

    assert list(path.parent.iterdir()) == []


WRITES_FOR_EVER = """
import sys, numpy as np
from pathlib import Path
from transcribe import recording
writer = recording.create(Path(sys.argv[1]), bytes(range(32)))
while True:
    print(writer.append(np.full(1600, writer.last_seq + 1, np.int16)), flush=True)
"""


def test_a_killed_writer_loses_no_acknowledged_chunk_and_another_goes_on(path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", WRITES_FOR_EVER, str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    acked = 0
    while acked < 50:
        acked = int(child.stdout.readline())
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()

    writer = recording.append_to(path, KEY)
    assert writer.last_seq >= acked
    before = writer.last_seq
    writer.append(np.full(1_600, before + 1, np.int16))
    reader = recording.open_reader(path, KEY)

    assert np.array_equal(reader.read(0, 10**7)[::1_600], np.arange(1, before + 2))
    assert recording.check(path, KEY, acked) == ()
    reader.close()
    writer.close()
