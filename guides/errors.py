"""What can be wrong with a guide, and the exceptions that say so.

GuideError
├── GuideFaults    a guide that cannot be used; carries every fault found in it
└── UnknownGuide   no bundled guide has this name (also a KeyError)
"""

from __future__ import annotations

from dataclasses import dataclass

from guides.plaintext import quoted


class GuideError(Exception):
    """Anything that goes wrong with a guide; its text is one plain sentence."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a guide: where, at which key, and what.

    ``line`` counts from 1. ``key`` is ``file`` when the fault is not about one key.
    """

    file: str
    line: int
    key: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.problem}"


class GuideFaults(GuideError):
    """A guide, or a card, that cannot be used, with every fault in it in the order of the lines."""

    def __init__(self, faults: tuple[Fault, ...], what: str = "guide") -> None:
        first = faults[0]
        others = "" if len(faults) == 1 else f", and {len(faults) - 1} more"
        super().__init__(f"This {what} cannot be used: {first}{others}.")
        self.faults = faults


class UnknownGuide(GuideError, KeyError):
    """No bundled guide has this name."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no guide called {quoted(name)}; there are {' and '.join(known)}.")

    def __str__(self) -> str:
        return str(self.args[0])
