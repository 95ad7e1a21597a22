"""A lock on a folder itself, which nobody can delete or replace under its holder as they can a file in it."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

_TAKEN = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES})


class FolderLock:
    """The operating system's, dead with its process; a folder that is moved keeps it, and a copy has none.

    Windows locks no folder, and needs none: there a file that is open can't be taken away.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Whether it is ours now; True also where folders can't be locked. Raises NotImplementedError without locks."""
        if sys.platform == "win32":
            return True
        import fcntl

        try:
            descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            return True  # the lock in it says what is wrong
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            os.close(descriptor)
            if fault.errno == errno.ENOSYS:
                raise NotImplementedError from fault
            return fault.errno not in _TAKEN
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Lets go of it; without harm when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
