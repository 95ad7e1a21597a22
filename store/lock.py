"""Who conducts: an operating system's lock that only one process can hold, and that dies with it."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from store import disk, faults
from store.errors import NotNow, StudyLocked
from store.folder_lock import FolderLock
from store.permits import RECORDINGS

LOCK_FILE = "session.lock"
READING_FILE = "reading.lock"
# long enough for another program's look at open sessions, as it opens the study
_PATIENCE_S = 0.5
# long enough for a program that reads a session once more to see that it must not, and to end its scribe
_UNTIL_LET_GO_S = 3.0
_TRY_EVERY_S = 0.02
_CONDUCTED = "Another program is conducting a session in this study: stop it there, or wait for it."
_READ = "Another program is reading a session of this study once more: stop it there, or wait for it."


class SessionLock:
    """A lock on a study, counted: one process may take it twice, and it is free when it was released as often.

    Two locks in one: on a file, and on the folder it lies in (or that of the recordings), so that a file which is
    deleted or replaced frees no study under its holder. As a context manager it lets go of what was taken before.
    """

    def __init__(self, folder: Path, file: str = LOCK_FILE, refusal: str = _CONDUCTED) -> None:
        self._path = folder / file
        self._refusal = refusal
        self._folder = FolderLock(folder if file == LOCK_FILE else folder / RECORDINGS)
        self._file = _file_lock(self._path)
        self._taken = 0
        self._known: tuple[disk.Identity, disk.Identity] = (None, None)

    @classmethod
    def for_reading(cls, folder: Path) -> SessionLock:
        """The other lock of a study: whoever holds it reads a session once more, behind whatever else is done."""
        return cls(folder, READING_FILE, _READ)

    @property
    def held(self) -> bool:
        """Whether it is held here."""
        return self._taken > 0

    def take(self, *, patient: bool = True) -> SessionLock:
        """Takes the lock, once more if it is held here already, or raises StudyLocked."""
        if self.held:
            self.look_after()
        else:
            self._take(_PATIENCE_S if patient else 0)
        self._taken += 1
        return self

    def look_after(self) -> str:
        """Sees that the lock's file is still there, and lays and locks it anew where it was deleted or replaced.

        Gives a sentence where another program has locked the new one by then, else nothing. The folder stays ours in
        any case, so nobody who asks for it takes the study for free.
        """
        if not self.held or self._identity() == self._known or not self._in_its_folder:
            return ""
        anew = _file_lock(self._path)
        try:
            anew.acquire(timeout=0)
        except Timeout:
            return (
                f"Another program has taken the place of the file {self._path.name} in the study's folder: what is "
                "being done here goes on; close that program, and begin nothing in it."
            )
        except OSError:
            return ""  # a folder that is away: looked for again later
        self._file.release(force=True)
        self._file, self._known = anew, self._identity()
        return ""

    @property
    def anywhere(self) -> bool:
        """Whether it is held, here or by another program."""
        if self.held:
            self.look_after()
            return True
        try:
            self.take(patient=False).release()
        except StudyLocked:
            return True
        return False

    def let_others_go(self) -> bool:
        """Waits until no other program holds it, three seconds at the most: False where one holds it still.

        What is held here is left alone.
        """
        if self.held:
            return True
        with suppress(StudyLocked):
            self._take(_UNTIL_LET_GO_S)
            self._let_go()
            return True
        return False

    def release(self) -> None:
        """Lets go of what was taken once; without harm when nothing is held."""
        if self._taken == 1:
            self._let_go()
        self._taken = max(0, self._taken - 1)

    def free(self) -> None:
        """Lets go of it altogether."""
        if self.held:
            self._let_go()
        self._taken = 0

    def _take(self, patience_s: float) -> None:
        """The folder first: who holds that meets nobody at the file but programs that don't ask for folders."""
        until = time.monotonic() + patience_s
        try:
            while not self._folder.take():
                if time.monotonic() >= until:
                    raise StudyLocked(self._refusal)
                time.sleep(_TRY_EVERY_S)
            self._take_file(max(0.0, until - time.monotonic()))
        except NotImplementedError:
            raise NotNow(f"The disk of {self._path} knows no locks: copy the study to another disk.") from None

    def _take_file(self, patience_s: float) -> None:
        try:
            self._file.acquire(timeout=patience_s, poll_interval=_TRY_EVERY_S)
        except BaseException as fault:
            self._folder.release()
            if isinstance(fault, Timeout):
                raise StudyLocked(self._refusal) from None
            if isinstance(fault, OSError):
                raise faults.of_file(self._path, fault) from fault
            raise
        self._known = self._identity()

    def _let_go(self) -> None:
        self._file.release(force=True)
        self._folder.release()

    def _identity(self) -> tuple[disk.Identity, disk.Identity]:
        return disk.identity(self._path.parent), disk.identity(self._path)

    @property
    def _in_its_folder(self) -> bool:
        """Whether the folder that has this name is the one that was locked, and not another put in its place."""
        return self._known[0] is not None and disk.identity(self._path.parent) == self._known[0]

    def __enter__(self) -> SessionLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.release()


def _file_lock(path: Path) -> FileLock:
    return FileLock(path, mode=0o600, thread_local=False)
