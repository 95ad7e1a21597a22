"""New files outside a study: private, whole or not at all, and never over something that exists.

Whatever leaves the program as a file goes through here. ``refuse`` says before the work begins why a file can't be
written; ``ready`` writes one under a passing name beside it, which gets its name in one move that takes no other file's
place. Only ``ready_anew`` takes the place of a file, and only of one that nobody has changed since it was written.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from store import disk, faults
from store.errors import BadInput, DiskFull, StoreError
from store.opening import lies_in_a_study

ROOM_BYTES = 2**20
"""What has to be free where nobody knows yet how long a file will be."""
TakePlace: TypeAlias = Callable[[Path, Path], None]
"""Gives the file under the first name the second one."""
_PROBE = ".vivavoce-new"
_NO_SECOND_NAME = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL})


@dataclass(frozen=True)
class Written:
    """A file that holds what it was to hold; ``kept`` is the one that was there, changed by somebody, and stays."""

    path: Path
    kept: Path | None = None


def refuse(path: Path, *, beside: tuple[str, ...] = (), room_bytes: int = ROOM_BYTES) -> None:
    """Raises BadInput or DiskFull, with the reason, where no new file of this name can be written.

    ``beside``: what is put after its name for files that lie beside it meanwhile; ``room_bytes`` must be free.
    """
    refuse_in_a_study(path.absolute().parent)
    if os.path.lexists(path):  # pathlib's own question raises where a name is too long
        raise BadInput(f"{path} is {'a folder' if path.is_dir() else 'there already'}: name a new file.")
    _refuse_folder(path.absolute().parent)
    for name in sorted({path.name, *(path.name + suffix for suffix in beside)}, key=len, reverse=True):
        _try(path, path.with_name(name), len(os.fsencode(name)) - len(os.fsencode(path.name)))
    if shutil.disk_usage(path.absolute().parent).free < room_bytes:
        raise DiskFull(_no_room(path))


def refuse_in_a_study(folder: Path) -> None:
    """Raises BadInput for the folder of a study, or one in it: what is written for people would lie there in clear."""
    if lies_in_a_study(folder):
        raise BadInput(f"{folder} belongs to a study, in which only its own encrypted files lie: choose another place.")


def refuse_folder(folder: Path, room_bytes: int) -> None:
    """The same for a folder into which files of so many bytes are to be written."""
    refuse(folder / _PROBE, room_bytes=room_bytes)


class NewFile:
    """A file that is written and waits under a passing name; ``sha256`` is of what it holds."""

    def __init__(self, written: Written, content: bytes, passing: Path | None, take_place: TakePlace) -> None:
        self.written, self.sha256 = written, sha256(content)
        self._passing, self._take_place = passing, take_place
        self._named = False

    @property
    def path(self) -> Path:
        """Its name."""
        return self.written.path

    def name(self) -> None:
        """Gives it its name, unless somebody has taken it meanwhile (BadInput); one that held this already has it."""
        if self._passing is None:
            return
        with _said_of(self.path):
            self._take_place(self._passing, self.path)
        self._named = True

    def take_away(self) -> None:
        """Where it was not to get its name after all: then nothing is there."""
        if self._named:
            with _said_of(self.path):
                self.path.unlink(missing_ok=True)
            disk.settle(self.path.absolute().parent)


@contextmanager
def ready(path: Path, content: bytes) -> Iterator[NewFile]:
    """A new file, written but without its name, to be named in the block; else nothing of it is left behind.

    Its name is on the disk once the folder is settled. Raises BadInput, or DiskFull.
    """
    refuse(path, room_bytes=len(content))
    with _passing_by(Written(path), content, _name_it) as new:
        yield new


@contextmanager
def ready_anew(path: Path, content: bytes, ours: Callable[[Path, str], bool]) -> Iterator[NewFile]:
    """The same, also where there is a file already: one that holds this stays, one of ours is replaced.

    ``ours`` says by path and SHA-256 whether nobody has changed a file since it was written here. Any other stays as it
    is, and the new one is called ``NAME (2)`` or higher.
    """
    candidate = next(one for one in _names(path) if _may_be(one, content, ours))
    written = Written(candidate, None if candidate == path else path)
    if not os.path.lexists(candidate):
        refuse(candidate, room_bytes=len(content))
        take_place: TakePlace = _name_it
    elif _holds(candidate, content):
        yield NewFile(written, content, None, _replace)
        return
    else:
        take_place = _replace
    with _passing_by(written, content, take_place) as new:
        yield new


def write(path: Path, content: bytes) -> None:
    """A new file, on the disk when the call returns. Raises BadInput, or DiskFull, and leaves nothing then."""
    with ready(path, content) as new:
        new.name()
    disk.settle(path.absolute().parent)


def give_name(passing: Path, path: Path) -> None:
    """Gives a file that was written under another name in the same folder its own, unless somebody has it: BadInput."""
    with _said_of(path):
        _name_it(passing, path)


def renew(path: Path, content: bytes, ours: Callable[[Path, str], bool]) -> Written:
    """A file as ``ready_anew`` makes it, named, and on the disk when the call returns."""
    with ready_anew(path, content, ours) as new:
        new.name()
    disk.settle(path.absolute().parent)
    return new.written


def sha256(content: bytes) -> str:
    """The sum by which a file is known again, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _names(path: Path) -> itertools.chain[Path]:
    numbered = (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in itertools.count(2))
    return itertools.chain((path,), numbered)


def _may_be(path: Path, content: bytes, ours: Callable[[Path, str], bool]) -> bool:
    """Whether a file of this name may be made, is there already, or may be replaced."""
    return not os.path.lexists(path) or _holds(path, content) or _is_ours(path, ours)


def _holds(path: Path, content: bytes) -> bool:
    found = _content(path)
    return found == content


def _is_ours(path: Path, ours: Callable[[Path, str], bool]) -> bool:
    found = _content(path)
    return found is not None and ours(path, sha256(found))


def _content(path: Path) -> bytes | None:
    """What is in an ordinary file; None for anything else, and where it can't be read."""
    try:
        return None if path.is_symlink() or not path.is_file() else path.read_bytes()
    except OSError:
        return None


def _refuse_folder(folder: Path) -> None:
    if not os.path.lexists(folder):
        raise BadInput(f"There is no folder {folder}: make it, or choose another place.")
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder: choose another place.")


def _try(path: Path, name: Path, longer: int) -> None:
    """Makes an empty file of this name and takes it away again: nothing else knows what a disk will take."""
    try:
        disk.make_empty(name)
    except FileExistsError:
        if name != path:
            raise BadInput(f"{name} is left over, or in use: delete it, or choose another name.") from None
        raise BadInput(f"{path} is there already: name a new file.") from None
    except OSError as fault:
        raise _sentence(path, fault, longer) from fault
    name.unlink(missing_ok=True)


@contextmanager
def _passing_by(written: Written, content: bytes, take_place: TakePlace) -> Iterator[NewFile]:
    path = written.path
    passing = _passing(path)
    try:
        with _said_of(path):
            passing.unlink(missing_ok=True)
            disk.write_new(passing, content)
        yield NewFile(written, content, passing, take_place)
    finally:
        passing.unlink(missing_ok=True)


@contextmanager
def _said_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise _sentence(path, fault) from fault


def _passing(path: Path) -> Path:
    """The same each time, so that what a crash left goes with the next try; and short, whatever the name is."""
    return path.with_name(f".vivavoce-{sha256(os.fsencode(path.name))[:12]}.part")


def _name_it(passing: Path, path: Path) -> None:
    """Gives a file its name, if nobody else has it; raises BadInput."""
    try:
        os.link(passing, path)
    except FileExistsError:
        raise BadInput(f"{path} is there already: name a new file.") from None
    except OSError as fault:
        if fault.errno not in _NO_SECOND_NAME:
            raise
        disk.make_empty(path)  # a file system that knows no second names: the name is taken first
        _replace(passing, path)


def _replace(passing: Path, path: Path) -> None:
    passing.replace(path)


def _sentence(path: Path, fault: OSError, longer: int = 0) -> StoreError:
    if fault.errno in faults.FULL:
        return DiskFull(_no_room(path))
    if fault.errno == errno.EINVAL:  # as sticks and Windows say it, of a sign in the name or of its length
        return BadInput(f"This disk takes no file called {path.name}: choose a shorter name, without : ? * < > or |.")
    if fault.errno in faults.TOO_LONG:
        return BadInput(f"The name of {path} is too long for this disk{_longest(path, longer)}: choose a shorter one.")
    return faults.of_file(path.absolute().parent, fault)


def _longest(path: Path, longer: int) -> str:
    """How long it may be, where the system says so; ``longer``: what has to be put after it, in bytes."""
    try:
        most = os.pathconf(path.absolute().parent, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):
        return ""
    return f", which takes {most - longer} bytes"


def _no_room(path: Path) -> str:
    return f"There is not enough room in {path.absolute().parent}: free some, or choose another place."
