"""Every test: the libraries' own threads sleep when they have nothing to do, and tell nobody, as in the program.

And no test goes by what was measured on this machine or which models were added to it, or leaves any of it behind.
"""

import gc
import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from store import keys
from tests.once import MadeOnce
from tests.studies import cheap_keys
from transcribe.frugal import be_frugal
from transcribe.onnx import TELL_NOBODY

settings.register_profile("untimed", deadline=None)  # how long an example takes says more of the machine than of us
settings.load_profile("untimed")
be_frugal()
gc.set_threshold(50_000, 20, 20)  # apps come and go here by the thousand: a fifth of the processor went into looking
os.environ.update(TELL_NOBODY)  # for tests that load a network themselves


def pytest_collection_finish() -> None:
    """All tests are read and stay: no collection need look at them again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _a_machine_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("WAKEPY_FAKE_SUCCESS", "1")  # no test keeps this machine awake, unless it brings a desktop along
        patch.setenv("VIVAVOCE_MODELS", str(tmp_path_factory.mktemp("shelf") / "models"))
        yield


@pytest.fixture(autouse=True)
def _logs_are_heard() -> None:
    """A command that ran in this process before keeps what is logged to its file, and apart from ``caplog``."""
    for name in ("vivavoce", "asyncio"):
        logging.getLogger(name).propagate = True


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Gives folders that are made once in a run."""
    return MadeOnce(tmp_path_factory)


@pytest.fixture(scope="session", autouse=True)
def designed_cost() -> Iterator[dict[str, int]]:
    """What it costs to try a passphrase, as designed; the studies that tests make cost less."""
    designed = {"MEMORY_KIB": keys.MEMORY_KIB, "PASSES": keys.PASSES, "LANES": keys.LANES}
    with cheap_keys():
        yield designed
