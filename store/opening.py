"""Making a study's folder, and finding one."""

from __future__ import annotations

from pathlib import Path

from store.errors import BadInput, StudyDamaged, StudyExists, StudyMissing
from store.keys import KEYS_FILE
from store.permits import RECORDINGS

DATABASE_FILE = "study.db"


def make_folder(folder: Path) -> None:
    """The folder of a new study, 0700 whatever the umask; it must be new or empty."""
    if study_in(folder):
        raise StudyExists(f"There is a study in {folder} already: open it, or choose another folder.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder} is not an empty folder: choose a new one for the study.")
    try:
        for path in (folder, folder / RECORDINGS):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.chmod(0o700)
    except OSError as fault:
        raise BadInput(f"The folder {folder} can't be made ({fault.strerror}): choose another one.") from fault


def study_in(folder: Path) -> bool:
    """Whether there is a study in this folder, whole or not."""
    return any((folder / name).exists() for name in (DATABASE_FILE, KEYS_FILE))


def require_study(folder: Path) -> None:
    """Raises StudyMissing where there is none, StudyDamaged where half of it is gone."""
    database, keys = (folder / DATABASE_FILE).exists(), (folder / KEYS_FILE).exists()
    if not database and not keys:
        raise StudyMissing(f"There is no study in {folder}: make one with 'vivavoce study init'.")
    if not (database and keys):
        lost = KEYS_FILE if database else DATABASE_FILE
        raise StudyDamaged(f"The study in {folder} lacks its file {lost}: bring it back from a backup.")
