"""Which files make a study, and which in its folder do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from store.ballast import BALLAST_FILE
from store.count import COUNT_FILE
from store.erasing import COPY_FILES, ERASING_FILE
from store.keys import KEYS_FILE
from store.lock import LOCK_FILE, READING_FILE
from store.opening import DATABASE_FILE
from store.patience import TRIES_FILE
from store.permits import RECORDINGS
from store.records import Finding
from store.sealed import SEALED

BESIDE = ("-wal", "-shm")
"""What SQLite may lay beside a database."""
OWN = frozenset(
    {
        *(DATABASE_FILE, *(f"{DATABASE_FILE}{suffix}" for suffix in BESIDE)),
        *(KEYS_FILE, COUNT_FILE, BALLAST_FILE, LOCK_FILE, READING_FILE, ERASING_FILE, TRIES_FILE, RECORDINGS),
        SEALED,
        *COPY_FILES,
    }
)
_UNFINISHED = (".new", "-new")
# what file managers leave behind wherever they have been
_SYSTEMS = frozenset({".DS_Store", ".directory", "Thumbs.db", "desktop.ini"})


def strangers(folder: Path, keyed: frozenset[str]) -> Iterator[Finding]:
    """Files that belong to no study; ``keyed`` are the file names of recordings that have a key."""
    for path in _entries(folder):
        if path.name.endswith(_UNFINISHED):
            yield Finding("leftover", f"The file {path.name} was never finished being written: delete it.")
        elif path.name not in OWN:
            yield Finding("orphan-file", f"{path.name} does not belong to the study: move it out of its folder.")
    for name in dict.fromkeys(_without_suffix(path.name) for path in _entries(folder / RECORDINGS)):
        if name not in keyed:
            text = f"The file {RECORDINGS}/{name} belongs to no recording that the study knows: delete it, unless "
            text += "writes were lost or a backup may know it."
            yield Finding("orphan-recording", text)


def _without_suffix(name: str) -> str:
    """The recording that a file belongs to: one that was never begun leaves its empty tables, which hurt nobody."""
    for suffix in (*BESIDE, "-new"):
        name = name.removesuffix(suffix)
    return name


def _entries(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in sorted(folder.iterdir()) if path.name not in _SYSTEMS)
