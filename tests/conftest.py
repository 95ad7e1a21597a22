"""Every test: the libraries' own threads sleep when they have nothing to do, and tell nobody, as in the program.

And no test goes by what was measured on this machine, or leaves a measurement behind.
"""

import os
from collections.abc import Iterator

import pytest

from transcribe.frugal import be_frugal
from transcribe.onnx import TELL_NOBODY

be_frugal()
os.environ.update(TELL_NOBODY)  # for tests that load a network themselves


@pytest.fixture(scope="session", autouse=True)
def _a_cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
