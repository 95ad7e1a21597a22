"""Writing a study's database anew, so that no page of it holds what was destroyed; it gives way to everybody.

A copy without unused space is made beside the database, under its key, while others read and write. Then the copy takes
the place of the database, page by page in one transaction. In a large study that takes seconds, in which nobody else
can write. So whoever wants to write, or begins a session, says so first, by the time of the file ``erasing.lock``: that
is looked at every few milliseconds, and then the work is dropped, to be done anew later. What was written since the
copy was begun makes it worthless, which is known before a page is changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from typing import TypeAlias

from store import disk, faults
from store.database import Database
from store.errors import DiskFull, GaveWay, NotNow, StudyLocked
from store.lock import SessionLock

ERASING_FILE = "erasing.lock"
COPY_FILE = "study.db.erasing"
COPY_FILES = (COPY_FILE, f"{COPY_FILE}-journal")
"""What lies beside the database while it is written anew, and is worth nothing after a kill."""
HELD = "Another program is using the study, so traces inside its database stay: close it, and open the study once."
CONDUCTED = "While an interview runs unused space inside the database is not erased: that is done once it is over."
_NO_ROOM = "Unused space can't be erased: that needs {needed:.0f} MB of room beside the study. Free some."
_SPARE_BYTES = 2**24
_ASKED_EACH_S = 0.005
_OTHER = "Another program is erasing what was destroyed in this study: wait for it, then try again."
_DROPPED = "Somebody wrote to the study while unused space was being erased: it is begun anew."
Wanted: TypeAlias = Callable[[], bool]
"""Whether it is still wished for: asked every few milliseconds."""


def always() -> bool:
    """Wished for until it is done."""
    return True


class Eraser:
    """Writes the database of a study anew; ``key`` gives its key, ``conducted`` says whether a session is held."""

    def __init__(self, database: Database, key: Callable[[], bytes], conducted: Callable[[], bool]) -> None:
        self.database = database
        self._key = key
        self._conducted = conducted
        folder = database.path.parent
        self._file = folder / ERASING_FILE
        self._copy = folder / COPY_FILE
        self._lock = SessionLock(folder, ERASING_FILE, _OTHER)

    def erase(self, wanted: Wanted = always) -> None:
        """Leaves no copy of what was destroyed, nor the mark that there may be one; raises NotNow, and is done later.

        Never while a session is conducted; GaveWay where somebody wrote meanwhile, or it is not ``wanted`` any more.
        """
        try:
            with self._lock.take(patient=False):
                self._remove_copy()
                try:
                    self._put_through_the_log()
                    self._require_room()
                    self._write_anew(wanted)
                except BaseException:
                    self.database.truncate_log()  # what was written in vain takes no room
                    raise
                finally:
                    self._remove_copy()
        except OSError as fault:
            raise NotNow(str(faults.of_file(self._copy, fault))) from fault
        self._put_through_the_log()

    def tidy(self) -> None:
        """A copy that a kill left behind goes, unless it is being made just now."""
        if self._copy.exists():
            with suppress(StudyLocked), self._lock.take(patient=False):
                self._remove_copy()

    def _put_through_the_log(self) -> None:
        if not self.database.truncate_log():
            raise StudyLocked(HELD)

    def _require_room(self) -> None:
        needed = 2 * self.database.path.stat().st_size + _SPARE_BYTES
        free = shutil.disk_usage(self.database.path.parent).free
        if free < needed:
            raise DiskFull(_NO_ROOM.format(needed=needed / 1e6))

    def _write_anew(self, wanted: Wanted) -> None:
        said, seen = self._file.stat().st_mtime_ns, self.database.version()
        if self._conducted():
            raise GaveWay(CONDUCTED)
        if self.database.log_size():  # somebody wrote since it was emptied
            raise GaveWay(_DROPPED)

        def go_on() -> bool:
            return wanted() and self._file.stat().st_mtime_ns == said

        disk.make_empty(self._copy)
        if not self.database.copy_to(self._copy, lambda: not go_on(), each_s=_ASKED_EACH_S):
            raise GaveWay(_DROPPED)
        key = self._key()
        with (
            closing(Database.private(self._copy, key)) as copy,
            closing(Database(self.database.path, key)) as place,
        ):
            copy.run("DELETE FROM leftover")
            place.become(copy, lambda: go_on() and self.database.version() == seen)

    def _remove_copy(self) -> None:
        for name in COPY_FILES:
            self._copy.with_name(name).unlink(missing_ok=True)
