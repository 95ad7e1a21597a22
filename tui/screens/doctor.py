"""How things are: the study's own findings and what this laptop can do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import ClassVar

import psutil
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from store.errors import StoreError
from transcribe.errors import TranscribeError
from tui import machine, swap
from tui.reader import settled
from tui.screens import StudyScreen
from tui.supplies import PLANNED_S
from tui.swap import Swap
from tui.widgets.facts import Fact, Facts
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter

_SHAPES = {"good": "✓", "doubtful": "▲", "bad": "✕", "unseen": "·"}


class DoctorScreen(StudyScreen[None]):
    """A row for each thing, with what to do where something is wrong."""

    about = "✓ is well, ▲ wants a look, ✕ is wrong, · was not looked at. What is wrong says what to do about it."
    DEFAULT_CSS = """
    DoctorScreen {
        #doctor-rows { height: 1fr; padding: 0 1; }
        #doctor-words { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "look", "Look again", id="doctor.again", tooltip="Look at everything again"),
        Binding("m", "measure", "Measure", id="doctor.measure", tooltip="Measure how fast this machine reads speech"),
        Binding("escape,q", "dismiss", "Back", id="doctor.back", tooltip="Back to the board"),
    ]

    _rows: tuple[Fact, ...] = ()
    _asking: asyncio.Task[None] | None = None

    def compose(self) -> ComposeResult:
        """The rows."""
        yield Headline(place(self.study.name, "doctor", invented=self.study.invented))
        with VerticalScroll(id="doctor-rows", classes="pane"):
            yield Static(Content("Looking at every recording …"), id="doctor-words")
            yield Facts(classes="-broad")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Paint first: the check reads every recording."""
        self.query_one("#doctor-rows").focus()
        self.call_after_refresh(self.action_look)

    async def on_unmount(self) -> None:
        """Who is still asked whether the laptop stays awake is let go."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    def action_look(self) -> None:
        """Look at everything; the last row comes when a child has answered."""
        self._rows = (*self._study_rows(), *self._machine_rows())
        self.query_one("#doctor-words").display = False
        self.query_one(Facts).show((*self._rows, _row("unseen", "awake", "asking …")))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask(), name="asking who keeps the laptop awake")

    async def _ask(self) -> None:
        from tui import awake, doctor  # only now: the board is painted without them

        answer = await awake.answer()
        verdict = "doubtful" if answer is None else "good"
        self.query_one(Facts).show((*self._rows, _row(verdict, "awake", doctor.awake_words(answer))))

    def _study_rows(self) -> Iterator[Fact]:
        study = self.study
        try:
            findings = study.check()
            info = study.info(self.now())
        except StoreError as trouble:
            yield _row("bad", "study", str(trouble))
            return
        if not findings:
            yield _row("good", "study", "Everything that was looked at is whole: database, recordings, audit log.")
        for finding in findings:
            yield _row("bad", finding.code, finding.text)
        held = ((info.participants, "participant"), (sum(info.sessions.values()), "session"), (info.memos, "memo"))
        yield _row("good", "holds", ", ".join(_count(*each) for each in held))
        yield _row(
            "good",
            "recorded",
            f"{info.recorded_ms / 3_600_000:.1f} h of sound, {info.bytes_on_disk / 1e6:.1f} MB on disk",
        )
        outlook = study.retention.look(self.now())
        if outlook.sentence:
            yield _row("bad" if outlook.due else "doubtful", "retention", outlook.sentence)
        if left := self.face.unfinished():
            yield _row("doubtful", "unfinished", f"{', '.join(left)}: on the board, i mends them.")
        yield _row("good", "folder", str(study.folder))

    def _machine_rows(self) -> Iterator[Fact]:
        facts = machine.look(self.study.folder)
        yield _row("doubtful" if facts.disk_s < PLANNED_S else "good", "disk", facts.disk_text)
        if facts.battery_text is not None:
            low = not facts.plugged and (facts.battery_percent or 0) < 40
            yield _row("doubtful" if low else "good", "battery", facts.battery_text)
        cores, memory = os.cpu_count() or 1, psutil.virtual_memory()
        few = cores < 2 or memory.available < 1e9
        yield _row(
            "doubtful" if few else "good", "processor", f"{cores} cores, {memory.available / 1e9:.1f} GB of memory free"
        )
        source = self.face.opening.source
        yield from self._speed_rows()
        sound = machine.source_words(source.device, replayed=source.replay is not None)
        yield _row("unseen", "microphone", f"{sound}; not tried here")
        swapping = swap.look()
        yield _row("doubtful" if swapping in (Swap.PLAIN, Swap.UNKNOWN) else "good", "swap", swapping.value)

    def _speed_rows(self) -> Iterator[Fact]:
        from tui import doctor, measuring  # only now: the board is painted without it

        reader = settled(self.face.opening.choice, self.study.guides.current().language)
        measured = measuring.kept()
        words = doctor.auto_words(reader, measured, "m measures it")
        found = "good" if reader.captions else "doubtful"
        yield _row("unseen" if measured is None else found, "reads with", words)
        if reader.notice:
            yield _row("doubtful", "language", reader.notice)
        for timing in measured.timings if measured else ():
            yield _row("good", f"speed {timing.model}", doctor.timing_words(timing))
        for way in measured.unusable if measured else ():
            yield _row("doubtful", f"speed {way.model}", doctor.unusable_words(way))

    def action_measure(self) -> None:
        """Measure this machine anew."""
        words = self.query_one("#doctor-words", Static)
        words.update(Content("Measuring how fast this machine reads speech …"))
        words.display = True
        self.run_worker(self._measure(), exclusive=True, group="measuring", description="how fast this machine reads")

    async def _measure(self) -> None:
        from tui import measuring  # as above

        try:
            await measuring.measure(self.now())
        except TranscribeError as trouble:
            self.say(str(trouble), "warning")
        self.action_look()


def _row(verdict: str, name: str, text: str) -> Fact:
    return Fact(f"{_SHAPES[verdict]} {name}", text, name_look=f"{verdict} strong")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
