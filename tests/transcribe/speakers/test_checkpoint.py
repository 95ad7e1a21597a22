import io
import pickle
import sys
import types
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from transcribe.errors import ModelError
from transcribe.speakers import checkpoint


@pytest.fixture(autouse=True)
def torch(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """As much of torch as it takes to write a checkpoint: names to pickle."""
    module, inner = types.ModuleType("torch"), types.ModuleType("torch._utils")

    def _rebuild_tensor_v2(*_: Any) -> None: ...

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    inner._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    for kind in ("FloatStorage", "LongStorage", "HalfStorage"):
        setattr(module, kind, type(kind, (), {"__module__": "torch", "__qualname__": kind}))
    monkeypatch.setitem(sys.modules, "torch", module)
    monkeypatch.setitem(sys.modules, "torch._utils", inner)
    return module


class Tensor:
    """Pickles as a tensor over an entry of the archive."""

    def __init__(self, entry: str, shape: tuple[int, ...], kind: str = "FloatStorage", **odd: Any) -> None:
        self.entry, self.shape, self.kind, self.odd = entry, shape, kind, odd

    def __reduce__(self) -> tuple[Any, ...]:
        size = int(np.prod(self.shape))
        strides = self.odd.get("strides", tuple(int(np.prod(self.shape[at + 1 :])) for at in range(len(self.shape))))
        storage = Storage(("storage", getattr(sys.modules["torch"], self.kind), self.entry, "cpu", size))
        arguments: tuple[Any, ...] = (storage, self.odd.get("offset", 0), self.shape, strides, False, OrderedDict())
        return sys.modules["torch._utils"]._rebuild_tensor_v2, arguments


class Storage(tuple[Any, ...]):
    """What torch keeps outside of the pickle."""


class Pickler(pickle.Pickler):
    def persistent_id(self, thing: Any) -> Any:
        return tuple(thing) if isinstance(thing, Storage) else None


def saved(state: Any, **entries: bytes) -> io.BytesIO:
    pickled, file = io.BytesIO(), io.BytesIO()
    Pickler(pickled, protocol=2).dump(state)
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", pickled.getvalue())
        for entry, content in entries.items():
            archive.writestr(f"archive/data/{entry}", content)
    file.seek(0)
    return file


def floats(*values: float) -> bytes:
    return np.array(values, "<f4").tobytes()


def test_tensors_are_read_as_they_were_saved() -> None:
    state = OrderedDict(weight=Tensor("a", (2, 3)), count=Tensor("b", (), "LongStorage"))

    arrays = checkpoint.read(saved(state, a=floats(1, 2, 3, 4, 5, 6), b=np.array([9], "<i8").tobytes()))

    assert {name: array.tolist() for name, array in arrays.items()} == {"weight": [[1, 2, 3], [4, 5, 6]], "count": 9}


def test_nothing_that_a_pickle_calls_is_run(tmp_path: Path) -> None:
    class Touch:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "touched",)

    with pytest.raises(ModelError, match="can't be read"):
        checkpoint.read(saved({"weight": Touch()}))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "tensor",
    [
        Tensor("a", (7,)),  # more than there is
        Tensor("a", (6,), offset=1),
        Tensor("a", (6,), offset=-1),
        Tensor("a", (2, 3), strides=(1, 2)),
        Tensor("a", (6,), "HalfStorage"),
        Tensor("missing", (6,)),
        "no tensor",
    ],
)
def test_an_odd_tensor_is_refused(tensor: Any) -> None:
    with pytest.raises(ModelError, match="can't be read"):
        checkpoint.read(saved({"weight": tensor}, a=floats(1, 2, 3, 4, 5, 6)))


@pytest.mark.parametrize("content", [b"", b"PK", b"a shopping list\n" * 20, b"PK\5\6" + bytes(18)])
def test_what_is_no_checkpoint_is_refused(content: bytes) -> None:
    with pytest.raises(ModelError, match="can't be read"):
        checkpoint.read(io.BytesIO(content))


def test_a_checkpoint_that_would_swell_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "_MOST_BYTES", 1_000)

    with pytest.raises(ModelError, match="can't be read"):
        checkpoint.read(saved({"weight": Tensor("a", (300,))}, a=bytes(1_200)))
