"""The one place where ``study.db`` is opened, written to and read from."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

from sqlcipher3 import dbapi2

from store import disk, faults
from store.count import Count, Counted
from store.errors import BadInput, GaveWay, NotNow, StoreError, StudyLocked
from store.wiping import wiped
from transcribe import write_ahead

Row: TypeAlias = dict[str, Any]

BUSY_MS = 5_000
LOG_BUSY_MS = 40
"""How long emptying the log waits for whoever reads: nobody else can write meanwhile."""
_ALONE_MS = 500
LONGEST_PATH_BYTES = 512
"""SQLite takes no path that is longer, that of the log beside a database included."""
_BESIDE_BYTES = len("-journal")
_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = ON",
    "checkpoint_fullfsync = ON",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
    f"busy_timeout = {BUSY_MS}",
)
_STEPS, ASKED_EACH_S = 100, 0.25
"""After so many steps of SQLite's a long statement may ask something, and so often it does."""
_OF_A_COPY = ("journal_mode = MEMORY", "synchronous = OFF", "secure_delete = ON", "temp_store = MEMORY")
_PAGES_AT_A_TIME = 200
_STEPS_TO_A_SYNC = 5
_WENT_WELL = (dbapi2.SQLITE_OK, dbapi2.SQLITE_DONE)
_TIMES_WRITTEN_OVER = 4
_CHANGING = ("INSERT", "UPDATE", "DELETE")
# the write that began a new log noted the old one: so what the database held then are those before that one
_ONE_MORE = """
    UPDATE written SET writes = writes + 1, log = :log, log_base =
    CASE WHEN log IS NULL OR :log IS NULL THEN NULL WHEN log = :log THEN log_base ELSE writes - 1 END RETURNING writes
"""
_NOTHING_YET: Row = {"seq": 0, "hash": "0" * 64}


class Database:
    """An encrypted database that exists; every write outside ``write()`` is a transaction of its own.

    It may be opened in one thread and handed to another; only one may use it at a time.
    """

    def __init__(self, path: Path, key: bytes, settings: Sequence[str] = _SETTINGS) -> None:
        self.path = path
        self._count: Count | None = None
        self._called: Path | None = None
        self._patience_ms = BUSY_MS
        refuse_long(path)
        _must_be_writable(path)
        with plain_errors(self.path):
            uri = f"{path.absolute().as_uri()}?mode=rw"
            self._connection = dbapi2.connect(
                uri, uri=True, isolation_level=None, timeout=BUSY_MS / 1000, check_same_thread=False
            )
            self._connection.execute("PRAGMA cipher_log_level = NONE")
            unlock(self._connection, key)
            for setting in settings:
                self._connection.execute(f"PRAGMA {setting}")
        self._file = disk.identity(path)

    @classmethod
    def create(cls, path: Path, key: bytes) -> Database:
        """A new one, 0600 whatever the umask; its ``-wal`` and ``-shm`` take the mode over."""
        disk.make_empty(path)
        return cls(path, key)

    @classmethod
    def private(cls, path: Path, key: bytes) -> Database:
        """A copy that is nobody's but ours, and soon gone: nothing is laid beside it."""
        return cls(path, key, _OF_A_COPY)

    @classmethod
    def alone(cls, path: Path, key: bytes) -> Database:
        """Opens it for nobody but us, as long as it is open; raises StudyLocked while another program has it open."""
        database = cls(path, key)
        try:
            for setting in (f"busy_timeout = {_ALONE_MS}", "locking_mode = EXCLUSIVE", "journal_mode = DELETE"):
                database.rows(f"PRAGMA {setting}")
            database._execute("BEGIN EXCLUSIVE")
            database._execute("COMMIT")
        except BaseException as fault:
            database.close()
            if isinstance(fault, StudyLocked):
                raise StudyLocked("Another program has this study open: close it there, then try again.") from fault
            raise
        return database

    @property
    def connection(self) -> dbapi2.Connection:
        """For a library that needs it; everybody else goes through the methods."""
        return self._connection

    @contextmanager
    def write(self) -> Iterator[None]:
        """All or nothing: what is executed inside is on disk when the block is left. Blocks may be nested."""
        if self._connection.in_transaction:
            yield
            return
        self._must_be_there()
        self.call()
        self._execute("BEGIN IMMEDIATE")
        log = write_ahead.salts(self.path)
        try:
            yield
            counted = self._counted(log)
            self._execute("COMMIT")  # a disk that is full may refuse this, and leave the transaction open
        except BaseException:
            self._roll_back()
            raise
        if self._count is not None and counted is not None:
            self._count.keep(counted)

    def count_writes(self, count: Count) -> None:
        """From now on each transaction is counted, in the study and then beside it."""
        self._count = count

    def call_before_writing(self, file: Path) -> None:
        """From now on whoever holds this file up for everybody is told before each write, by its time."""
        self._called = file

    def call(self) -> None:
        """Tells whoever writes the study anew that somebody else wants to; without harm where nobody does."""
        if self._called is not None:
            with suppress(OSError):
                os.utime(self._called)

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """Executes one statement; gives the row id of what was inserted. Raises NotNow where the file is gone."""
        return int(self._counting(sql, values).lastrowid or 0)

    def change(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> int:
        """Executes one statement; gives the number of rows that it changed. Raises what ``run`` does."""
        return int(self._counting(sql, values).rowcount)

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[Row]:
        """Every row, by column name."""
        with plain_errors(self.path):
            cursor = self._connection.execute(sql, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def value(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, values)
        return next(iter(found.values())) if found else None

    def wait_for_others(self, ms: int = BUSY_MS) -> None:
        """How long a write waits for another program's from now on, until it raises StudyLocked."""
        self._patience_ms = ms
        self._wait(ms)

    def truncate_log(self) -> bool:
        """Empties the ``-wal``, so that what was deleted is gone there too; False while somebody else reads.

        And in the midst of ``write``. Most of it is done before, in a way that nobody has to wait for.
        """
        if self._connection.in_transaction:
            return False
        self.rows("PRAGMA wal_checkpoint(PASSIVE)")
        self.call()
        self._wait(min(LOG_BUSY_MS, self._patience_ms))
        try:
            return bool(self.value("PRAGMA wal_checkpoint(TRUNCATE)") == 0)
        finally:
            self._wait(self._patience_ms)

    def log_size(self) -> int:
        """How many bytes the ``-wal`` has."""
        try:
            return write_ahead.log_of(self.path).stat().st_size
        except OSError:
            return 0

    def version(self) -> int:
        """Another number after each commit of anybody else."""
        return int(self.value("PRAGMA data_version"))

    def copy_to(self, empty: Path, unless: Callable[[], bool] = lambda: False, each_s: float = ASKED_EACH_S) -> bool:
        """What is committed now, into an empty file, under the same key; nobody who writes has to wait for it.

        But as long as it lasts the log can't be emptied. So ``unless`` is asked each so many seconds; where it says
        so, the copying is broken off, and False is given. What is copied is not synced.
        """
        asked = _Asked(unless, each_s)
        try:
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.set_progress_handler(asked, _STEPS)
            with plain_errors(empty):
                self._connection.execute("VACUUM INTO ?", (empty.absolute().as_uri(),))  # any path
        except StoreError:
            if not asked.broken_off:
                raise
        finally:
            self._connection.set_progress_handler(None, 0)
            self._connection.execute("PRAGMA synchronous = FULL")
        return not asked.broken_off

    def become(self, copy: Database, wanted: Callable[[], bool]) -> None:
        """Takes over every page of a copy, in one transaction, in which nobody else can write.

        ``wanted`` is asked every few pages, and first when nobody else can write any more; where it says no, GaveWay is
        raised, and nothing was changed. What is written reaches the disk on the way, so that the end takes no longer.
        """
        steps = itertools.count(1)

        def look(status: int, left: int, pages: int) -> None:
            if status not in _WENT_WELL:
                raise StudyLocked("Another program is writing to this study.")
            if left and not wanted():
                raise GaveWay("Somebody else wanted to write.")
            if next(steps) % _STEPS_TO_A_SYNC == 0:
                disk.settle(write_ahead.log_of(self.path))

        at_a_time = max(1, min(_PAGES_AT_A_TIME, (int(copy.value("PRAGMA page_count")) - 1) // 2))
        self._wait(0)
        with plain_errors(self.path):
            copy.connection.backup(self._connection, pages=at_a_time, progress=look)

    def interrupt(self) -> None:
        """Breaks off, from another thread, the statement that is being executed; it raises GaveWay."""
        with suppress(dbapi2.ProgrammingError):  # it was closed meanwhile
            self._connection.interrupt()

    def close(self) -> None:
        """Empties the log, lets go of the file, and wipes its key; twice is nothing."""
        with plain_errors(self.path):
            self._connection.close()
        if self._count is not None:
            self._count.settle()

    def _wait(self, ms: int) -> None:
        self.rows(f"PRAGMA busy_timeout = {ms}")

    def _must_be_there(self) -> None:
        """SQLite writes on without a word into a file that was deleted."""
        if not self._connection.in_transaction and disk.identity(self.path) != self._file:
            raise NotNow("The study's folder was taken away or replaced: put it back where it was, then go on.")

    def _counting(self, sql: str, values: Sequence[object] | Mapping[str, object]) -> dbapi2.Cursor:
        if sql.lstrip().startswith(_CHANGING):
            with self.write():
                return self._execute(sql, values)
        self._must_be_there()
        return self._execute(sql, values)

    def _execute(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> dbapi2.Cursor:
        with plain_errors(self.path):
            return self._connection.execute(sql, values)

    def _counted(self, log: bytes | None) -> Counted | None:
        """One more write, and the salts of the log as it began; None as long as nothing is counted."""
        if self._count is None:
            return None
        writes = int(self.value(_ONE_MORE, {"log": log}))
        last = self.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1") or _NOTHING_YET
        return Counted(writes, int(last["seq"]), str(last["hash"]))

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._execute("ROLLBACK")


class _Asked:
    """Asks every now and then, in the midst of a long statement, whether it is to be broken off."""

    def __init__(self, unless: Callable[[], bool], each_s: float) -> None:
        self.broken_off = False
        self._each_s = each_s
        self._unless = unless
        self._next = 0.0

    def __call__(self) -> bool:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._each_s
            self.broken_off = self._unless()
        return self.broken_off


def unlock(connection: dbapi2.Connection, key: bytes) -> None:
    """Gives the key so that no text of it stays in memory; what SQLCipher keeps of it, it wipes when it is closed.

    A script is not kept by the connection, as a statement is. What SQLite needed to read it lay in the connection's own
    small stretches of memory, and orders of the same form that do nothing are written over them, in whatever sequence
    they come.
    """
    order = "PRAGMA {} = \"x'{}'\""
    with wiped(key.hex()) as spelt, wiped(order.format("key", spelt)) as secret:
        connection.executescript(secret)
    for _ in range(_TIMES_WRITTEN_OVER):
        connection.executescript(order.format("nil", "0" * 2 * len(key)))


def refuse_long(path: Path) -> None:
    """SQLite says of a path that is too long for it no more than that it can't be opened."""
    length = len(os.fsencode(path.absolute())) + _BESIDE_BYTES
    if length > LONGEST_PATH_BYTES:
        raise BadInput(
            f"{path.parent} is too long a path for a database, by {length - LONGEST_PATH_BYTES} bytes: take a "
            "folder with a shorter one."
        )


def _must_be_writable(path: Path) -> None:
    """SQLite would only say that it can't open it."""
    if not path.exists():
        raise faults.missing(path)
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise faults.not_writable(path.parent)


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """What SQLCipher says of the database at ``path`` as a sentence; its errors are no ``sqlite3.Error``."""
    try:
        yield
    except dbapi2.Error as fault:
        raise faults.of_database(path, fault) from fault
