"""How the app begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from tui.demo.script import DemoScript
from tui.reader import AUTO, Choice
from tui.source import Source


@dataclass(frozen=True)
class Opening:
    """How the app begins: which study, what opens it, where sound comes from and what reads it."""

    folder: Path
    passphrase: str | None = field(default=None, repr=False)
    source: Source = field(default_factory=Source)
    choice: Choice = field(default_factory=lambda: Choice(AUTO))
    demo: DemoScript | None = None
