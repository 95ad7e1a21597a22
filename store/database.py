"""The one place where ``study.db`` is opened, written to and read from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlcipher3 import dbapi2

from store import disk, faults
from store.count import Count, Counted
from store.errors import BadInput, NotNow, StudyLocked
from store.wiping import wiped

Row: TypeAlias = dict[str, Any]

BUSY_MS = 5_000
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
_TIMES_WRITTEN_OVER = 4
_CHANGING = ("INSERT", "UPDATE", "DELETE")
_NOTHING_YET: Row = {"seq": 0, "hash": "0" * 64}


class Database:
    """An encrypted database that exists; every write outside ``write()`` is a transaction of its own."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._count: Count | None = None
        refuse_long(path)
        _must_be_writable(path)
        with plain_errors(self.path):
            uri = f"{path.absolute().as_uri()}?mode=rw"
            self._connection = dbapi2.connect(uri, uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
            self._connection.execute("PRAGMA cipher_log_level = NONE")
            _unlock(self._connection, key)
            for setting in _SETTINGS:
                self._connection.execute(f"PRAGMA {setting}")
        self._file = _identity(path)

    @classmethod
    def create(cls, path: Path, key: bytes) -> Database:
        """A new one, 0600 whatever the umask; its ``-wal`` and ``-shm`` take the mode over."""
        disk.make_empty(path)
        return cls(path, key)

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
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
            counted = self._counted()
            self._execute("COMMIT")  # a disk that is full may refuse this, and leave the transaction open
        except BaseException:
            self._roll_back()
            raise
        if self._count is not None and counted is not None:
            self._count.keep(counted)

    def count_writes(self, count: Count) -> None:
        """From now on each transaction is counted, in the study and then beside it."""
        self._count = count

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

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def value(self, sql: str, values: Sequence[object] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, values)
        return next(iter(found.values())) if found else None

    def truncate_log(self) -> bool:
        """Empties the ``-wal``, so that what was deleted is gone there too; False while somebody else reads."""
        return bool(self.value("PRAGMA wal_checkpoint(TRUNCATE)") == 0)

    def copy_to(self, empty: Path) -> None:
        """What is committed now, into an empty file, under the same key; nobody has to wait for it."""
        with plain_errors(empty):
            self._connection.execute("VACUUM INTO ?", (str(empty.absolute()),))

    def close(self) -> None:
        """Empties the log, lets go of the file, and wipes its key; twice is nothing."""
        with plain_errors(self.path):
            self._connection.close()
        if self._count is not None:
            self._count.settle()

    def _must_be_there(self) -> None:
        """SQLite writes on without a word into a file that was deleted."""
        if not self._connection.in_transaction and _identity(self.path) != self._file:
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

    def _counted(self) -> Counted | None:
        """One more write; None as long as nothing is counted."""
        if self._count is None:
            return None
        writes = int(self.value("UPDATE written SET writes = writes + 1 RETURNING writes"))
        last = self.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1") or _NOTHING_YET
        return Counted(writes, int(last["seq"]), str(last["hash"]))

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._execute("ROLLBACK")


def _unlock(connection: dbapi2.Connection, key: bytes) -> None:
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


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """What SQLCipher says of the database at ``path`` as a sentence; its errors are no ``sqlite3.Error``."""
    try:
        yield
    except dbapi2.Error as fault:
        raise faults.of_database(path, fault) from fault
