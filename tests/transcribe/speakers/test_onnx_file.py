import numpy as np
import onnxruntime
from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.speakers.onnx_file import Drawing


def run(drawing: Drawing, output: str, x: np.ndarray) -> np.ndarray:
    file = drawing.file({"x": ("any", *x.shape[1:])}, {output: ("any", "some")})
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    result: np.ndarray = session.run(None, {"x": x})[0]
    return result


@settings(max_examples=15, deadline=None)
@given(rows=st.integers(1, 5), inner=st.integers(1, 300), columns=st.integers(1, 300))
def test_a_product_drawn_is_the_product(rows: int, inner: int, columns: int) -> None:
    values = np.random.default_rng(inner * columns)
    x = values.standard_normal((rows, inner), np.float32)
    weights = values.standard_normal((inner, columns), np.float32)
    drawing = Drawing()

    output = drawing.node("MatMul", "x", drawing.constant(weights))

    np.testing.assert_allclose(run(drawing, output, x), x @ weights, rtol=1e-3, atol=1e-3)


def test_attributes_of_every_kind_arrive() -> None:
    x = np.arange(12, dtype=np.float32).reshape(2, 6)
    drawing = Drawing()

    turned = drawing.node("Transpose", "x", perm=(1, 0))
    axis = drawing.constant(np.array([-1], np.int64))
    summed = drawing.node("ReduceSum", turned, axis, keepdims=0)
    padded = drawing.node("Pad", summed, drawing.constant(np.array([0, 1], np.int64)), mode="edge")

    np.testing.assert_array_equal(run(drawing, padded, x), [6, 8, 10, 12, 14, 16, 16])
