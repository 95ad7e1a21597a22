"""What was found, a line of JSON each as it comes: a run that was broken off goes on, and parts are put together."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tests.at_once.pair import Found, Pair, Phase, Slow


class Results:
    """A file of them; of two lines of one pair the later counts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.found = {one.pair: one for one in read((file,))} if file.exists() else {}

    def keep(self, found: Found) -> None:
        """On disk when it returns."""
        line = json.dumps(asdict(found))
        with self._lock, self._file.open("a") as file:
            file.write(line + "\n")
            self.found[found.pair] = found


def read(files: Iterable[Path]) -> tuple[Found, ...]:
    """What is in these files, each pair once; a last line that was cut off is left out."""
    found: dict[Pair, Found] = {}
    for file in files:
        for line in file.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                one = _found(json.loads(line))
                found[one.pair] = one
    return tuple(found.values())


def _found(kept: dict[str, object]) -> Found:
    pair = kept["pair"]
    assert isinstance(pair, dict)
    trouble = kept["trouble"]
    assert isinstance(trouble, list)
    return Found(
        Pair(pair["first"], pair["second"], Phase(pair["phase"]), Slow(pair["slow"])),
        tuple(trouble),
        float(str(kept["held_up_ms"])),
        float(str(kept["cost_s"])),
    )
