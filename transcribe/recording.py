"""The recording: one encrypted file a session, appended several times a second, read by others at the same time.

Samples are int16, mono, 16 kHz. Places inside are kept in frames (1/16 ms), so that nothing drifts; the face speaks
milliseconds of recording time, which stands still while paused and runs on through a gap. Sequence numbers begin at 1.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from transcribe import cipher
from transcribe.cipher import RecordingFullError, RecordingGoneError, RecordingLockedError, plain_errors
from transcribe.errors import RecordingError
from transcribe.wire import Gap, Struck

if TYPE_CHECKING:  # the app asks how far a recording goes; it starts sooner without numpy
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "FRAMES_PER_MS",
    "RATE_HZ",
    "Reader",
    "RecordingFullError",
    "RecordingGoneError",
    "RecordingLockedError",
    "Samples",
    "Writer",
    "append_to",
    "check",
    "create",
    "destroy",
    "held_elsewhere",
    "open_reader",
    "strike",
]

RATE_HZ = 16_000
FRAMES_PER_MS = RATE_HZ // 1000

Samples: TypeAlias = "NDArray[np.int16]"

_SCHEMA = """
CREATE TABLE chunk(seq INTEGER PRIMARY KEY, start_frame INTEGER NOT NULL, frames INTEGER NOT NULL,
    pcm16 BLOB NOT NULL);
CREATE UNIQUE INDEX chunk_place ON chunk(start_frame, frames);
CREATE TABLE gap(id INTEGER PRIMARY KEY, start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO meta VALUES ('format', '1'), ('rate_hz', '16000');
"""
LEAVE_S = 1.0
"""How long a writer that leaves waits for whoever reads; the app does not wait much longer for a recorder."""

_GLANCE_S = 0.3
"""A scribe that has its samples is gone again so soon."""
_NEW = "-new"
_SHARED_BYTES = (510, 0x4000_0002)
"""How many bytes a connection of SQLite's locks for reading, and from where on (``SHARED_SIZE``, ``SHARED_FIRST``)."""
_LAST_CHUNK = "SELECT seq, start_frame + frames FROM chunk ORDER BY seq DESC LIMIT 1"
_BEFORE_AND_WITHIN = """SELECT start_frame, frames, pcm16 FROM chunk WHERE start_frame < :end AND start_frame >=
    coalesce((SELECT max(start_frame) FROM chunk WHERE start_frame <= :start), 0) ORDER BY start_frame"""


class _Open:
    """What a writer and a reader of a recording have in common."""

    def __init__(self, path: Path, db: Any) -> None:
        self.path = path
        self._db = db

    def gaps(self) -> tuple[Gap, ...]:
        """What was not captured or was destroyed, in order of time."""
        rows = self._all("SELECT start_ms, end_ms, reason FROM gap ORDER BY start_ms, id")
        return tuple(Gap(*row) for row in rows)

    def close(self) -> None:
        """Lets go of the file; the last one to leave removes its ``-wal``."""
        with plain_errors(self.path):
            self._db.close()

    def _captured(self) -> int:
        return int(self._one("SELECT coalesce(sum(frames), 0) FROM chunk")[0])

    def _end(self) -> tuple[int, int]:
        seq, frame = self._one(_LAST_CHUNK) or (0, 0)
        gap_ms = self._one("SELECT coalesce(max(end_ms), 0) FROM gap")[0]
        return seq, max(frame, gap_ms * FRAMES_PER_MS)

    def _one(self, sql: str) -> Any:
        with plain_errors(self.path):
            return self._db.execute(sql).fetchone()

    def _all(self, sql: str, values: dict[str, int] | None = None) -> list[Any]:
        with plain_errors(self.path):
            return list(self._db.execute(sql, values or {}).fetchall())


class Writer(_Open):
    """Appends to a recording; what a call returned from is on the disk."""

    def __init__(self, path: Path, db: Any) -> None:
        super().__init__(path, db)
        self._file = _identity(path)
        self.last_seq, self._end_frame = self._end()
        self._captured_frames = self._captured()

    @property
    def end_ms(self) -> int:
        """Recording time at the end of the file."""
        return self._end_frame // FRAMES_PER_MS

    @property
    def captured_ms(self) -> int:
        """Milliseconds of sound that were captured: no pauses, no gaps; struck sound counts, it was captured."""
        return self._captured_frames // FRAMES_PER_MS

    @property
    def dropped_frames(self) -> int:
        """Frames of recording time without captured sound: the gaps of every recorder, but no pause and no strike."""
        return self._end_frame - self._captured_frames

    def append(self, samples: Samples) -> int:
        """Commits these samples at the end and gives the chunk's seq. Raises RecordingError; then nothing was added."""
        seq = self.last_seq + 1
        row = (seq, self._end_frame, len(samples), samples.astype("<i2", copy=False).tobytes())
        with plain_errors(self.path):
            self._db.execute("INSERT INTO chunk VALUES (?, ?, ?, ?)", row)
        self.last_seq = seq
        self._end_frame += len(samples)
        self._captured_frames += len(samples)
        return seq

    def gap(self, start_ms: int, end_ms: int, reason: str) -> None:
        """Notes a stretch without sound (``reason``: restart, stall, device); the next chunk starts at ``end_ms``."""
        with plain_errors(self.path):
            self._db.execute("INSERT INTO gap(start_ms, end_ms, reason) VALUES (?, ?, ?)", (start_ms, end_ms, reason))
        self._end_frame = max(self._end_frame, end_ms * FRAMES_PER_MS)

    def strike(self, start_ms: int, end_ms: int | None = None) -> Struck:
        """Overwrites the samples of this stretch with zeros, here and in the log, and notes a gap "strike".

        Gives which stretch that was: without an end, and at the most, up to the end of the recording. Where it is not
        ``clean``, another program reads the recording, and the log is still to be emptied.
        """
        whole_ms = -(-self._end_frame // FRAMES_PER_MS)
        struck_ms = max(start_ms, whole_ms if end_ms is None else min(end_ms, whole_ms))
        if start_ms < struck_ms:
            self._silence(start_ms, struck_ms)
        return Struck(start_ms, struck_ms, self.empty_log(_GLANCE_S))

    def _silence(self, start_ms: int, end_ms: int) -> None:
        with plain_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._overwrite(start_ms * FRAMES_PER_MS, end_ms * FRAMES_PER_MS)
                row = (start_ms, end_ms, "strike")
                self._db.execute("INSERT INTO gap(start_ms, end_ms, reason) VALUES (?, ?, ?)", row)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def empty_log(self, wait_s: float = 0.0) -> bool:
        """Moves everything out of the log and cuts it off; False while another program reads the recording."""
        with plain_errors(self.path), cipher.patient(self._db, wait_s):
            return not self._one("PRAGMA wal_checkpoint(TRUNCATE)")[0]

    def still_there(self) -> bool:
        """Whether the path still names the file that is being written."""
        try:
            return _identity(self.path) == self._file
        except OSError:
            return False

    def close(self) -> None:
        """Moves everything out of the log, empties it, and lets go of the file.

        While another program reads the recording the log stays; whoever leaves last removes it.
        """
        try:
            self.empty_log(LEAVE_S)
        finally:
            super().close()

    def _overwrite(self, first: int, last: int) -> None:
        for start, frames, pcm16 in self._all(_BEFORE_AND_WITHIN, {"start": first, "end": last}):
            begin, end = max(first - start, 0), min(last - start, frames)
            if begin < end:
                silenced = pcm16[: 2 * begin] + bytes(2 * (end - begin)) + pcm16[2 * end :]
                self._db.execute("UPDATE chunk SET pcm16 = ? WHERE start_frame = ?", (silenced, start))


class Reader(_Open):
    """Reads a recording, also while another process writes it; every call sees the newest committed chunk."""

    @property
    def end_ms(self) -> int:
        """Recording time at the end of what is committed."""
        return int(self._end()[1]) // FRAMES_PER_MS

    @property
    def captured_ms(self) -> int:
        """Milliseconds of sound that were captured; see ``Writer.captured_ms``."""
        return self._captured() // FRAMES_PER_MS

    @property
    def last_seq(self) -> int:
        """Number of the newest chunk, 0 when there is none."""
        return int(self._end()[0])

    def read(self, start_ms: int, end_ms: int) -> Samples:
        """The samples of a stretch: zeros where a gap or a strike is, shorter where the recording ends before."""
        import numpy as np

        first, last = max(0, start_ms) * FRAMES_PER_MS, min(end_ms * FRAMES_PER_MS, self._end()[1])
        samples: Samples = np.zeros(max(0, last - first), np.int16)
        for start, frames, pcm16 in self._all(_BEFORE_AND_WITHIN, {"start": first, "end": last}):
            begin, end = max(first, start), min(last, start + frames)
            if begin < end:
                samples[begin - first : end - first] = np.frombuffer(pcm16, "<i2")[begin - start : end - start]
        return samples

    def blocks(self, start_ms: int = 0, block_ms: int = 30_000) -> Iterator[Samples]:
        """The recording from ``start_ms`` to its end, a block at a time, for what is too long for one array."""
        while len(block := self.read(start_ms, start_ms + block_ms)):
            yield block
            start_ms += block_ms


def create(path: Path, key: bytes) -> Writer:
    """A new recording (mode 0600) under its 32-byte key; raises RecordingError if something is there already."""
    if path.exists():
        raise RecordingError(f"There is a recording {path.name} in {path.parent} already; open that one.")
    unfinished = path.with_name(path.name + _NEW)
    try:
        _remove(unfinished)
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with plain_errors(path):
            db = cipher.connect(unfinished, key)
            try:
                db.executescript(f"BEGIN;{_SCHEMA}COMMIT;")
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # where closing does it, it fails in silence
            finally:
                db.close()
        unfinished.rename(path)  # so that whoever finds the file finds its tables
    except OSError as error:
        raise RecordingError(f"No recording can be made in {path.parent} ({error.strerror}); check the disk.") from None
    return append_to(path, key)


def append_to(path: Path, key: bytes) -> Writer:
    """The recording at ``path``, to be continued; raises RecordingGoneError, RecordingLockedError or RecordingError."""
    return Writer(path, cipher.connect(path, key))


def open_reader(path: Path, key: bytes) -> Reader:
    """The recording at ``path``, to be read; never changes a sample and never makes a file."""
    db = cipher.connect(path, key)
    db.execute("PRAGMA query_only=ON")
    return Reader(path, db)


def destroy(path: Path) -> None:
    """Removes a recording with its log; what is gone already is no error."""
    _remove(path)
    _remove(path.with_name(path.name + _NEW))


def held_elsewhere(path: Path) -> bool:
    """Whether another process has a recording open, told by the lock that SQLite keeps on a file as long as it has.

    For whoever has no connection to it: to look drops the locks that this process itself holds on the file. Where the
    system knows no such locks (Windows) a file that is open can't be removed either.
    """
    try:
        import fcntl
    except ImportError:
        return False
    try:
        with path.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, *_SHARED_BYTES)
    except FileNotFoundError:
        return False
    except OSError as fault:
        return fault.errno in (errno.EACCES, errno.EAGAIN)
    return False


def strike(path: Path, key: bytes, start_ms: int, end_ms: int) -> None:
    """Destroys the samples of a stretch of a recording nobody is writing: no trace stays in the file or its log.

    Raises RecordingError; also where the samples are gone, but another program keeps the log from being emptied.
    """
    writer = append_to(path, key)
    try:
        clean = writer.strike(start_ms, end_ms).clean or writer.empty_log(cipher.BUSY_S)
    finally:
        writer.close()
    if not clean:
        raise RecordingError(
            f"Another program keeps reading the recording {path.name}, so its log can't be emptied; close that program "
            "and try again."
        )


def check(path: Path, key: bytes, acked_seq: int) -> tuple[str, ...]:
    """What is wrong with a recording, a sentence each; ``acked_seq`` is the newest chunk its receipt names."""
    try:
        reader = open_reader(path, key)
    except RecordingError as error:
        return (str(error),)
    try:
        return tuple(_findings(reader, acked_seq))
    except RecordingError as error:
        return (str(error),)
    finally:
        reader.close()


def _findings(reader: Reader, acked_seq: int) -> Iterator[str]:
    name = f"The recording {reader.path.name}"
    yield from cipher.faults(reader.path, reader._db)
    rows, last = reader._one("SELECT count(*), coalesce(max(seq), 0) FROM chunk")
    odd = reader._one("SELECT count(*) FROM chunk WHERE length(pcm16) != 2 * frames")[0]
    if rows != last:
        yield f"{name} lacks {last - rows} of {last} stretches of sound; restore it from a backup."
    if odd:
        yield f"{name} has {odd} stretches of sound of the wrong length; restore it from a backup."
    if last < acked_seq:
        yield f"{name} ends at stretch {last}, but {acked_seq} were written; restore it from a backup."


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
