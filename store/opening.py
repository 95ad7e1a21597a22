"""Making a study's folder, finding one, and bringing its database up to date."""

from __future__ import annotations

import os
from pathlib import Path

from store import faults
from store.database import Database, refuse_long
from store.errors import BadInput, StoreError, StudyDamaged, StudyExists, StudyMissing
from store.keys import KEYS_FILE
from store.permits import RECORDINGS
from store.triggers import MANIFEST

DATABASE_FILE = "study.db"

#: How many migrations ``store/schema.py`` has.
SCHEMA = 17


_LONGEST_NAME = 64
"""Letters of the name of a recording, which is that of its session."""


def make_folder(folder: Path) -> None:
    """The folder of a new study, 0700 whatever the umask; it must be new or empty."""
    require_empty(folder)
    refuse_long(folder / RECORDINGS / ("x" * _LONGEST_NAME))
    try:
        for path in (folder, folder / RECORDINGS):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.chmod(0o700)
    except OSError as fault:
        raise faults.of_file(folder, fault) from fault


def require_empty(folder: Path) -> None:
    """Raises StudyExists, or BadInput, for a folder with something in it."""
    if study_in(folder):
        raise StudyExists(f"There is a study in {folder} already: open it, or choose another folder.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder} is not an empty folder: choose a new one for the study.")


def study_in(folder: Path) -> bool:
    """Whether there is a study in this folder, whole or not."""
    return any(_is_there(folder / name) for name in (DATABASE_FILE, KEYS_FILE))


def lies_in_a_study(folder: Path) -> bool:
    """Whether this folder, or one that it lies in, is that of a whole study; links are followed."""
    here = Path(os.path.realpath(folder))  # pathlib's own raises where a link leads to itself
    return any(map(_is_whole, (here, *here.parents)))


def _is_whole(folder: Path) -> bool:
    try:
        return all((folder / name).is_file() for name in (DATABASE_FILE, KEYS_FILE))
    except OSError:  # a name that is too long is no study's
        return False


def require_study(folder: Path) -> None:
    """Raises StudyMissing where there is none, StudyDamaged where half of it is gone."""
    database, keys = _is_there(folder / DATABASE_FILE), _is_there(folder / KEYS_FILE)
    if not database and not keys:
        raise StudyMissing(f"There is no study in {folder}: make one with 'vivavoce study init'.")
    if database and (folder / DATABASE_FILE).is_file() and (folder / DATABASE_FILE).stat().st_size == 0:
        raise StudyDamaged(f"The database of the study in {folder} is empty: bring the study back from a backup.")
    if not (database and keys):
        lost = KEYS_FILE if database else DATABASE_FILE
        raise StudyDamaged(f"The study in {folder} lacks its file {lost}: bring it back from a backup.")


def _is_there(path: Path) -> bool:
    """Whether there is such a file; raises StoreError where that can't be known."""
    try:
        return path.exists()
    except OSError as fault:
        raise faults.of_file(path.parent, fault) from fault


def bring_up_to_date(database: Database) -> None:
    """Brings a study to the newest schema and asserts that no trigger was lost on the way.

    Raises StudyDamaged, and StoreError where a newer vivavoce has been at work.
    """
    seen = schema_of(database)
    if seen > SCHEMA:
        raise StoreError("A newer vivavoce has been at this study: open it with that one, or install it here too.")
    if seen < SCHEMA:
        from store import schema

        schema.migrate(database)
    if lost := lost_triggers(database):
        raise StudyDamaged(f"The study lacks its safeguards ({', '.join(lost)}): bring it back from a backup.")


def schema_of(database: Database) -> int:
    """How many migrations this study has seen."""
    return int(database.value("PRAGMA user_version"))


def lost_triggers(database: Database) -> tuple[str, ...]:
    """The triggers of the manifest that are missing, or read otherwise."""
    found = _triggers(database)
    return tuple(name for name, sql in MANIFEST.items() if found.get(name) != sql)


def added_triggers(database: Database) -> tuple[str, ...]:
    """Triggers that no version of the study's own making holds."""
    return tuple(sorted(_triggers(database).keys() - MANIFEST.keys()))


def _triggers(database: Database) -> dict[str, str]:
    rows = database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {str(row["name"]): str(row["sql"]) for row in rows}
