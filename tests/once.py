"""What costs much is made once in a run of the tests, whichever worker asks first."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


class MadeOnce:
    """Folders that all workers of a run share; whoever is given one leaves it as it is, and works on a copy."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        base = factory.getbasetemp()
        self._shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def __call__(self, name: str, make: Callable[[Path], object]) -> Path:
        """The folder of this name, which ``make`` fills where it is empty; the other workers wait for it meanwhile."""
        folder, made = self._shared / name, self._shared / f"{name}.made"
        with FileLock(self._shared / f"{name}.lock"):
            if not made.exists():
                folder.mkdir()
                make(folder)
                made.touch()
        return folder
