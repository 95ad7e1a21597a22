"""What the child that keeps the laptop awake says: once, as soon as it knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Awake:
    """The system has promised not to fall asleep by itself while this child lives. ``how``: by whose promise."""

    how: str


@dataclass(frozen=True)
class MaySleep:
    """Nobody here promises that."""


AwakeReport = Awake | MaySleep
