"""How things are: the study's own findings and what this laptop can do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import psutil
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from store.errors import StoreError
from tui import machine
from tui.screens import StudyScreen
from tui.widgets.headline import Headline, place


@dataclass(frozen=True)
class Row:
    """One thing that was looked at. ``verdict``: good, doubtful or bad."""

    verdict: str
    name: str
    text: str


_LOOKS = {"good": ("✓", "$success"), "doubtful": ("▲", "$warning"), "bad": ("✕", "$error")}


class DoctorScreen(StudyScreen[None]):
    """A row for each thing, with what to do where something is wrong."""

    about = "✓ is well, ▲ wants a look, ✕ is wrong. What is wrong says what to do about it."
    DEFAULT_CSS = """
    DoctorScreen {
        #doctor-rows { height: 1fr; padding: 0 1; }
        #doctor-words { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "look", "Look again", id="doctor.again", tooltip="Look at everything again"),
        Binding("escape,q", "dismiss", "Back", id="doctor.back", tooltip="Back to the board"),
    ]

    def compose(self) -> ComposeResult:
        """The rows."""
        yield Headline(place(self.study.name, "doctor", invented=self.study.invented))
        with VerticalScroll(id="doctor-rows", classes="pane"):
            yield Static(Content("Looking at every recording …"), id="doctor-words")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Paint first: the check reads every recording."""
        self.query_one("#doctor-rows").focus()
        self.call_after_refresh(self.action_look)

    def action_look(self) -> None:
        """Look at everything."""
        rows = [*self._study_rows(), *self._machine_rows()]
        width = max(len(row.name) for row in rows)
        lines = [_line(row, width) for row in rows]
        self.query_one("#doctor-words", Static).update(Content("\n").join(lines))

    def _study_rows(self) -> Iterator[Row]:
        study = self.study
        try:
            findings = study.check()
            info = study.info(self.now())
        except StoreError as trouble:
            yield Row("bad", "study", str(trouble))
            return
        if not findings:
            yield Row("good", "study", "Everything that was looked at is whole: database, recordings, audit log.")
        for finding in findings:
            yield Row("bad", finding.code, finding.text)
        sessions = sum(info.sessions.values())
        yield Row("good", "holds", f"{info.participants} participants, {sessions} sessions, {info.memos} memos")
        yield Row(
            "good",
            "recorded",
            f"{info.recorded_ms / 3_600_000:.1f} h of sound, {info.bytes_on_disk / 1e6:.1f} MB on disk",
        )
        if left := self.face.unfinished():
            yield Row("doubtful", "unfinished", f"{', '.join(left)}: on the board, i offers to finish them.")
        yield Row("good", "folder", str(study.folder))

    def _machine_rows(self) -> Iterator[Row]:
        facts = machine.look(self.study.folder)
        yield Row("doubtful" if facts.disk_low else "good", "disk", facts.disk_text)
        if facts.battery_text is not None:
            low = not facts.plugged and (facts.battery_percent or 0) < 40
            yield Row("doubtful" if low else "good", "battery", facts.battery_text)
        cores, memory = os.cpu_count() or 1, psutil.virtual_memory()
        few = cores < 2 or memory.available < 1e9
        yield Row(
            "doubtful" if few else "good", "processor", f"{cores} cores, {memory.available / 1e9:.1f} GB of memory free"
        )
        choice, source = self.face.opening.choice, self.face.opening.source
        yield Row("good", "model", f"{choice.model}, on {machine.device_words(choice.device)}")
        yield Row(
            "good", "microphone", f"{machine.source_words(source.device, source.replay is not None)}; not opened now"
        )


def _line(row: Row, width: int) -> Content:
    shape, colour = _LOOKS[row.verdict]
    return Content.assemble((f"{shape} ", colour), (row.name.ljust(width), "bold"), f"  {row.text}")
