"""Reads the arrays out of a torch checkpoint without torch: a zip with one pickle, of which only tensors are believed.

The file is a stranger's, so nothing in it is run: the pickle may name plain tensors of floats and whole numbers and the
dict that holds them, and anything else ends the reading.
"""

from __future__ import annotations

import io
import math
import pickle
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from transcribe.errors import ModelError

Arrays = dict[str, NDArray[Any]]

_MOST_BYTES = 256 * 2**20  # of all tensors together
_MOST_PICKLE_BYTES = 4 * 2**20
_KINDS = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
# What a file that was tampered with makes the unpickler, or the looks taken at its tensors here, raise.
_ODD = (ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)


def read(file: IO[bytes]) -> Arrays:
    """The arrays by name, as they were saved. Raises ModelError when there is anything else in the file."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _tensors(archive)
    except (zipfile.BadZipFile, zlib.error, pickle.UnpicklingError, *_ODD) as error:
        raise ModelError(f"The weights can't be read ({type(error).__name__}); download their file again.") from None


def _tensors(archive: zipfile.ZipFile) -> Arrays:
    if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
        raise ValueError("too large")
    listed = next((name for name in archive.namelist() if name.endswith("/data.pkl")), "data.pkl")
    if archive.getinfo(listed).file_size > _MOST_PICKLE_BYTES:
        raise ValueError("too large")
    found = _Tensors(archive, listed.removesuffix("data.pkl")).load()
    if not isinstance(found, dict) or not all(isinstance(array, np.ndarray) for array in found.values()):
        raise TypeError("no dict of tensors")
    return {str(name): array for name, array in found.items()}


class _Tensors(pickle.Unpickler):
    """Unpickles tensors whose numbers are entries of the same archive."""

    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(io.BytesIO(archive.read(f"{root}data.pkl")))
        self._archive, self._root = archive, root
        self._read: dict[str, bytes] = {}  # each entry once, however many tensors look into it

    def find_class(self, module: str, name: str) -> Any:
        """Only what a saved dict of tensors is made of."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _KINDS:
            return _KINDS[name]
        raise pickle.UnpicklingError(f"{module}.{name} is no tensor")

    def persistent_load(self, pid: Any) -> NDArray[Any]:
        """The numbers that ("storage", kind, entry, device, how many) stands for."""
        word, kind, entry, _, size = pid
        if word != "storage" or not isinstance(kind, np.dtype):
            raise TypeError("no storage")
        if entry not in self._read:
            self._read[entry] = self._archive.read(f"{self._root}data/{entry}")
        numbers = np.frombuffer(self._read[entry], kind)
        if len(numbers) != size:
            raise ValueError("cut short")
        return numbers


def _tensor(numbers: NDArray[Any], offset: int, shape: Sequence[int], strides: Sequence[int], *_: Any) -> NDArray[Any]:
    """A tensor in one piece; others are not saved by models of this kind."""
    size = math.prod(shape)
    expected = [math.prod(shape[at + 1 :]) for at in range(len(shape))]
    if list(strides) != expected or not 0 <= offset <= len(numbers) - size:
        raise ValueError("not in one piece")
    return numbers[offset : offset + size].reshape(shape)
