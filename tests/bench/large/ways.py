"""What is measured on a large study: each way gives figures by name, and works on a copy if it changes anything.

Time is by the clock, memory the most that the process held at a time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable

from tests.bench.large.build import Build
from tests.bench.large.typed import Found, locking, looking_over, searching

FORMATS = {"md": "md", "all formats": "json,txt,md,vtt,srt"}
SESSION = "60000-w2-1"
TAKEN_BACK = "Taken back"


def exporting(build: Build) -> Found:
    """Every session, in one format and in all."""
    found: Found = {}
    with build.copy() as study, tempfile.TemporaryDirectory(prefix="vivavoce-large-", dir=build.study.parent) as to:
        for name, formats in FORMATS.items():
            ran = build.command(study, "export", "--to", f"{to}/{name}", "--format", formats)
            found[f"export as {name}, s"] = [ran.wall_s]
            found[f"export as {name}, processor, s"] = [ran.used_s]
            found[f"export as {name}, MB"] = [ran.peak_mb]
    return found


def backing_up(build: Build) -> Found:
    """Everything into one file, and out of it."""
    with tempfile.TemporaryDirectory(prefix="vivavoce-large-", dir=build.study.parent) as to:
        made = build.command(build.study, "study", "backup", f"{to}/backup")
        back = build.command(build.study, "study", "restore", f"{to}/backup", "--study", f"{to}/back")
    return {"study backup, s": [made.wall_s], "study restore, s": [back.wall_s]}


def taking_back(build: Build) -> Found:
    """One session of all, until it is taken back and until its receipt; a build that does not tell them apart: both."""
    with build.copy() as study:
        ran = build.command(study, *_withdraw(build))
    return {"withdraw, taken back, s": [ran.when(TAKEN_BACK) or ran.wall_s], "withdraw, receipt, s": [ran.wall_s]}


def killed(build: Build) -> Found:
    """The same, killed when it is taken back, and called again: the rest is done, and the receipt given."""
    with build.copy() as study:
        ran = build.command(study, *_withdraw(build), end=lambda line: line.startswith(TAKEN_BACK))
        if ran.when(TAKEN_BACK) is None:
            return {}
        again = build.command(study, *_withdraw(build))
    assert any("recording" in line for _, line in again.said), "no receipt"
    return {"withdraw, killed and called again, receipt, s": [again.wall_s]}


def checking(build: Build) -> Found:
    """Whether anything is wrong with it."""
    return {"study check, s": [build.command(build.study, "study", "check").wall_s]}


ONCE = ("export", "backup", "check")
"""What takes minutes, and is gone once."""
WAYS: dict[str, Callable[[Build], Found]] = {
    "export": exporting,
    "withdraw": taking_back,
    "killed": killed,
    "doctor": looking_over,
    "lock": locking,
    "search": searching,
    "backup": backing_up,
    "check": checking,
}


def _withdraw(build: Build) -> tuple[str, ...]:
    words = ("withdraw", SESSION, "--taking-part", "--notes")
    asks = any("--yes" in line for _, line in build.command(build.study, "withdraw", "--help").said)
    return (*words, "--yes") if asks else words
