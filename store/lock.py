"""Who conducts: an operating system's lock that only one process can hold, and that dies with it."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from store.errors import StudyLocked

LOCK_FILE = "session.lock"
# long enough for another program's look at open sessions, as it opens the study
_PATIENCE_S = 0.5


class SessionLock:
    """A lock on a study, counted: one process may take it twice, and it is free when it was released as often.

    As a context manager it lets go of what was taken before.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / LOCK_FILE, mode=0o600, thread_local=False)

    @property
    def held(self) -> bool:
        """Whether it is held here."""
        return bool(self._lock.is_locked)

    def take(self, *, patient: bool = True) -> SessionLock:
        """Takes the lock, once more if it is held here already, or raises StudyLocked."""
        try:
            self._lock.acquire(timeout=_PATIENCE_S if patient else 0, poll_interval=0.02)
        except Timeout:
            sentence = "Another program is conducting a session in this study: stop it there, or wait for it."
            raise StudyLocked(sentence) from None
        return self

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
