"""Which wave an interview belongs to: a line that is changed only while it has the focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static


class WaveLine(Static, can_focus=True):
    """``wave`` of ``waves``; the arrow keys at the left and right take another one. No letter does."""

    DEFAULT_CSS = """
    WaveLine { height: 1; text-wrap: nowrap; }
    WaveLine:focus { background: $block-cursor-blurred-background; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "turn(1)", "Next wave", key_display="→", id="wave.next", tooltip="The wave after this one"),
        Binding("left", "turn(-1)", "Wave before", key_display="←", id="wave.before", tooltip="The wave before"),
    ]
    wave: reactive[int] = reactive(1)

    @dataclass
    class Changed(Message):
        """Another wave is meant."""

        wave: int

    def __init__(self, wave: int, waves: int) -> None:
        super().__init__(id="consent-wave")
        self.set_reactive(WaveLine.wave, wave)
        self.waves = waves

    def render(self) -> Content:
        """The line as it stands."""
        hint = "  ← → change it" if self.has_focus else ""
        return Content.assemble("   Wave            ", f"{self.wave} of {self.waves}", (hint, "$text-muted"))

    def on_focus(self) -> None:
        """Say how it is changed."""
        self.refresh()

    def on_blur(self) -> None:
        """No more."""
        self.refresh()

    def action_turn(self, by: int) -> None:
        """Another wave, as far as there is one."""
        wave = min(max(1, self.wave + by), max(self.waves, self.wave))
        if wave != self.wave:
            self.wave = wave
            self.post_message(self.Changed(wave))
