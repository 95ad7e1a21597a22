"""The folder of added models: each in a folder of its own, which takes its name only when it is full."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from transcribe.errors import ModelError


def folder() -> Path:
    """Where added models are kept: ``$VIVAVOCE_MODELS``, or the platform's user data folder."""
    given = os.environ.get("VIVAVOCE_MODELS")
    return Path(given) if given else platformdirs.user_data_path("vivavoce", appauthor=False) / "models"


@contextmanager
def new_folder(name: str) -> Iterator[Path]:
    """A folder to fill, which takes its name only when it is full. Raises ModelError when there is no room."""
    target = folder() / name
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder(), prefix=".new-") as held:
            new = Path(held) / name
            new.mkdir()
            yield new
            new.rename(target)
    except OSError as error:
        raise ModelError(f"The model can't be put into {target} ({error.strerror}); free some space there.") from None


def note_sum(file: Path) -> None:
    """Put the file's SHA-256 beside it."""
    _beside(file).write_text(file_sum(file) + "\n")


def noted_sum(file: Path) -> str | None:
    """The SHA-256 that was put beside the file, None when there is none."""
    return _beside(file).read_text().strip() if _beside(file).is_file() else None


def file_sum(path: Path) -> str:
    """The file's SHA-256, as it is now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")
