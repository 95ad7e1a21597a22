"""Writes a network as an ONNX file: the few protobuf messages that takes, and no others.

Field numbers are those of ``onnx.proto`` (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); the encoding is
https://protobuf.dev/programming-guides/encoding/: a key (field number and kind), then a number or counted bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Shape = Sequence[int | str]
Value = int | str | Sequence[int]

_IR_VERSION, _OPSET = 8, 17
_NUMBER, _BYTES = 0, 2
_KINDS = {np.dtype(np.float32): 1, np.dtype(np.int64): 7}
_FLOATS = 1
_INT, _STRING, _INTS = 2, 3, 7


@dataclass
class Drawing:
    """A network as it grows: ``constant`` and ``node`` give the name of what they put in."""

    _nodes: list[bytes] = field(default_factory=list)
    _constants: list[bytes] = field(default_factory=list)

    def constant(self, array: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """Keep an array in the network."""
        name = f"c{len(self._constants)}"
        dims = b"".join(_number(1, size) for size in array.shape)
        raw = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()
        self._constants.append(dims + _number(2, _KINDS[array.dtype]) + _text(8, name) + _bytes(9, raw))
        return name

    def node(self, kind: str, *inputs: str, **attributes: Value) -> str:
        """Compute something from what has a name already."""
        output = f"n{len(self._nodes)}"
        parts = [_text(1, one) for one in inputs] + [_text(2, output), _text(4, kind)]
        parts += [_bytes(5, _attribute(key, value)) for key, value in attributes.items()]
        self._nodes.append(b"".join(parts))
        return output

    def file(self, inputs: dict[str, Shape], outputs: dict[str, Shape]) -> bytes:
        """The whole file. A size that is a word may differ from call to call; all of it is float32."""
        parts = [_bytes(1, node) for node in self._nodes] + [_text(2, "network")]
        parts += [_bytes(5, constant) for constant in self._constants]
        parts += [_bytes(11, _described(name, shape)) for name, shape in inputs.items()]
        parts += [_bytes(12, _described(name, shape)) for name, shape in outputs.items()]
        opset = _text(1, "") + _number(2, _OPSET)
        return _number(1, _IR_VERSION) + _bytes(7, b"".join(parts)) + _bytes(8, opset)


def _attribute(name: str, value: Value) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT)
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _number(20, _STRING)
    return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _INTS)


def _described(name: str, shape: Shape) -> bytes:
    sizes = [_number(1, size) if isinstance(size, int) else _text(2, size) for size in shape]
    tensor = _number(1, _FLOATS) + _bytes(2, b"".join(_bytes(1, size) for size in sizes))
    return _text(1, name) + _bytes(2, _bytes(1, tensor))


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3 | _NUMBER) + _varint(value % 2**64)


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _bytes(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the top bit says that more follow."""
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])
