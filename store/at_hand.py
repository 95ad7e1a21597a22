"""The study that a backup came from, where it is at hand: what was taken back in it since does not come back.

It is known by its keys, which nobody else has, and by its audit log, in which the line must stand that was the last one
when the backup was made. Nothing is written there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from store import keys, opening
from store.database import Database
from store.errors import StoreError
from store.manifest import Manifest
from store.taken_back import TakenBack, taken_back


@dataclass(frozen=True)
class AtHand:
    """A study that a backup came from: where it lies, its key, and what was taken back in it since."""

    folder: Path
    key: bytes
    since: tuple[TakenBack, ...]


def find(said: Manifest, key: bytes, secret: str, places: Sequence[Path]) -> AtHand | None:
    """The study that this backup came from, looked for in these places and in the folders in them.

    Where there are several, because one was restored or copied, the one in which most happened. Raises StoreError where
    it is there and can't be read.
    """
    found: list[tuple[int, AtHand]] = []
    for folder in dict.fromkeys(_studies(places)):
        own = key if keys.sound(folder, key) else _other_key(folder, secret) if folder in places else None
        if own is None:
            continue
        with closing(Database(folder / opening.DATABASE_FILE, own)) as database:
            if database.value("SELECT hash FROM audit WHERE seq = ?", (said.audit_seq,)) == said.audit_head:
                length = int(database.value("SELECT max(seq) FROM audit"))
                found.append((length, AtHand(folder, own, taken_back(database, said.audit_seq))))
    return max(found, key=lambda one: one[0])[1] if found else None


@contextmanager
def opened(one: AtHand) -> Iterator[Database]:
    """Its database, to be read."""
    with closing(Database(one.folder / opening.DATABASE_FILE, one.key)) as database:
        yield database


def _studies(places: Iterable[Path]) -> Iterator[Path]:
    """Whole studies: these folders, and those that lie in them."""
    for place in places:
        inside: list[Path] = []
        with suppress(OSError):
            inside = sorted(place.iterdir())
        yield from (one for one in (place, *inside) if _is_whole(one))


def _is_whole(folder: Path) -> bool:
    """Nobody's business where it can't be looked into."""
    with suppress(OSError):
        return all((folder / name).is_file() for name in (opening.DATABASE_FILE, keys.KEYS_FILE))
    return False


def _other_key(folder: Path, secret: str) -> bytes | None:
    """The key of a study that was encrypted anew since, if the same secret opens it still."""
    with suppress(StoreError):
        return keys.either(secret, lambda by: keys.unlock(folder, by, secret))
    return None
