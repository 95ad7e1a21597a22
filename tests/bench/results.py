"""What was measured, a row at a time, in one JSON file that is whole after every row; it holds no words."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

import psutil

from tui.clock import world_now

_LIBRARIES = ("vivavoce", "faster-whisper", "ctranslate2", "onnxruntime", "jiwer", "whisper-normalizer")

_ITSELF = ("boot", "processor", "cores", "memory_gb", "system", "versions")
_BOOT = Path("/proc/sys/kernel/random/boot_id")

Figures = dict[str, Any]

NO_MODEL = "-"
"""The model of a row that no words were needed for."""


@dataclass(frozen=True)
class Row:
    """The figures of one way on one set of sounds with one model; ``run`` counts repetitions from 1.

    ``machine`` says on which of the book's machines; only figures of one machine are set against each other.
    """

    part: str
    set: str
    model: str
    way: str
    run: int = 1
    figures: Figures = field(default_factory=dict)
    machine: int = 0

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What there is one row for."""
        return self.part, self.set, self.model, self.way, self.run


class Book:
    """The rows of one file, and the machines they were measured on. Rows that are there are not measured again.

    What is begun on one machine can be gone on with on another.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[Row] = []
        self.facts: Figures = {"machines": []}
        self._here: int | None = None
        if path.is_file():
            kept = json.loads(path.read_text(encoding="utf-8"))
            self.facts, self.rows = kept["facts"], [Row(**row) for row in kept["rows"]]

    @property
    def machines(self) -> list[Figures]:
        """What is known of each; it has a number, from 0."""
        return cast("list[Figures]", self.facts["machines"])

    @property
    def here(self) -> int:
        """The number of this machine; started anew it is another one, as it may be in a cloud.

        Where nothing says when it was started, it is another one on another day.
        """
        if self._here is None:
            now = machine()
            names = _ITSELF if now["boot"] else (*_ITSELF, "date")
            alike = [at for at, one in enumerate(self.machines) if all(one.get(name) == now[name] for name in names)]
            if not alike:
                alike = [len(self.machines)]
                self.machines.append(now)
            self._here = alike[0]
        return self._here

    @property
    def remarks(self) -> list[str]:
        """What a reader must know of this machine, from before and by hand too."""
        return list(self.machines[self.here].get("remarks", []))

    def note(self, **facts: Any) -> None:
        """Something about this machine."""
        self.machines[self.here] |= facts
        self._save()

    def add(self, row: Row) -> Row:
        """Keep a row that was measured here, on disk too."""
        row = replace(row, machine=self.here)
        self.rows.append(row)
        self._save()
        return row

    def of(self, **wanted: Any) -> list[Row]:
        """The rows with these values, in the order they were measured."""
        return [row for row in self.rows if all(getattr(row, name) == value for name, value in wanted.items())]

    def one(self, **wanted: Any) -> Row | None:
        """The first of them."""
        return next(iter(self.of(**wanted)), None)

    def _save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new")
        rows = ",\n".join(json.dumps(asdict(row)) for row in self.rows)  # a line each: a diff shows what was measured
        facts = json.dumps(self.facts, indent=1)
        new.write_text(f'{{"facts": {facts},\n"rows": [\n{rows}\n]}}\n', encoding="utf-8")
        new.replace(self.path)


def machine() -> Figures:
    """What a reader must know about where and when."""
    return {
        "date": f"{world_now():%Y-%m-%d}",
        "boot": _BOOT.read_text().strip() if _BOOT.is_file() else None,
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load_at_start": round(os.getloadavg()[0], 2),
        "versions": dict(_versions()),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def _versions() -> Iterator[tuple[str, str]]:
    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue
