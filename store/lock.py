"""Who conducts: an operating system's lock that only one process can hold, and that dies with it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from store import faults
from store.errors import NotNow, StudyLocked

LOCK_FILE = "session.lock"
READING_FILE = "reading.lock"
# long enough for another program's look at open sessions, as it opens the study
_PATIENCE_S = 0.5
# long enough for a program that reads a session once more to see that it must not, and to end its scribe
_UNTIL_LET_GO_S = 3.0
_CONDUCTED = "Another program is conducting a session in this study: stop it there, or wait for it."
_READ = "Another program is reading a session of this study once more: stop it there, or wait for it."


class SessionLock:
    """A lock on a study, counted: one process may take it twice, and it is free when it was released as often.

    As a context manager it lets go of what was taken before.
    """

    def __init__(self, folder: Path, file: str = LOCK_FILE, refusal: str = _CONDUCTED) -> None:
        self._lock = FileLock(folder / file, mode=0o600, thread_local=False)
        self._refusal = refusal

    @classmethod
    def for_reading(cls, folder: Path) -> SessionLock:
        """The other lock of a study: whoever holds it reads a session once more, behind whatever else is done."""
        return cls(folder, READING_FILE, _READ)

    @property
    def held(self) -> bool:
        """Whether it is held here."""
        return bool(self._lock.is_locked)

    def take(self, *, patient: bool = True) -> SessionLock:
        """Takes the lock, once more if it is held here already, or raises StudyLocked."""
        try:
            self._lock.acquire(timeout=_PATIENCE_S if patient else 0, poll_interval=0.02)
        except Timeout:
            raise StudyLocked(self._refusal) from None
        except NotImplementedError:
            raise NotNow(
                f"The disk of {self._lock.lock_file} knows no locks: copy the study to another disk."
            ) from None
        except OSError as fault:
            raise faults.of_file(Path(self._lock.lock_file), fault) from fault
        return self

    @property
    def anywhere(self) -> bool:
        """Whether it is held, here or by another program."""
        if self.held:
            return True
        try:
            self.take(patient=False).release()
        except StudyLocked:
            return True
        return False

    def let_others_go(self) -> None:
        """Waits until no other program holds it, three seconds at the most; what is held here is left alone."""
        if self.held:
            return
        with suppress(Timeout), self._lock.acquire(timeout=_UNTIL_LET_GO_S, poll_interval=0.02):
            pass

    def release(self) -> None:
        """Lets go of what was taken once; without harm when nothing is held."""
        self._lock.release()

    def free(self) -> None:
        """Lets go of it altogether."""
        self._lock.release(force=True)

    def __enter__(self) -> SessionLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.release()
