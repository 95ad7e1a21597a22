"""How things are: the study's own findings and what this laptop can do."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from importlib import import_module
from typing import ClassVar

import psutil
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from transcribe.errors import TranscribeError
from tui import machine, swap
from tui.looking import Look
from tui.reader import settled
from tui.screens import StudyScreen
from tui.supplies import PLANNED_S
from tui.swap import Swap
from tui.widgets.facts import Fact, Facts
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter

_LOOKING = "Looking at everything …"
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
    _machine: tuple[Fact, ...] = ()
    _awake = Fact("", "")
    _look: Look | None = None
    _asking: asyncio.Task[None] | None = None

    def compose(self) -> ComposeResult:
        """The rows."""
        yield Headline(place(self.study.name, "doctor", invented=self.study.invented))
        with VerticalScroll(id="doctor-rows", classes="pane"):
            yield Static(Content(_LOOKING), id="doctor-words")
            yield Facts(classes="-broad")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Paint first."""
        self.query_one("#doctor-rows").focus()
        self.call_after_refresh(self.action_look)

    async def on_unmount(self) -> None:
        """Whatever is still looked at is dropped, and who is still asked whether the laptop stays awake is let go."""
        if self._look is not None:
            self._look.drop()
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    def action_look(self) -> None:
        """Look at everything: each thing is shown when it was looked at, and no key waits for it."""
        if self._look is not None:
            self._look.drop()
        self._look = Look(self.study, self.now())
        self.run_worker(self._show_all(self._look), exclusive=True, group="looking", description="what doctor looks at")
        if self._asking is None or self._asking.done():
            self._awake = _row("unseen", "awake", "asking …")
            self._asking = asyncio.create_task(self._ask(), name="asking who keeps the laptop awake")

    async def _show_all(self, look: Look) -> None:
        language = self.study.guides.current().language
        self._machine = await asyncio.to_thread(lambda: tuple(self._machine_rows(language)))
        rows: tuple[Fact, ...] = ()
        self._show(rows)
        if (words := self.query_one_optional("#doctor-words", Static)) is None:
            return
        words.display = True
        async for looked in look.everything():
            words.update(Content(f"{_LOOKING} {looked.what}"), layout=False)
            if looked.found:
                rows = (*rows, *(_row("bad", finding.code, finding.text) for finding in looked.found))
                self._show(rows)
        words.display = False
        if not rows and not look.trouble:
            rows = (_row("good", "study", "Everything that was looked at is whole: database, recordings, audit log."),)
        self._show((*rows, *self._study_rows(look)))

    def _show(self, rows: tuple[Fact, ...]) -> None:
        self._rows = rows
        if (facts := self.query_one_optional(Facts)) is not None:  # else it was left in this very moment
            facts.show((*rows, *self._machine, self._awake))

    async def _ask(self) -> None:
        await asyncio.to_thread(import_module, "tui.doctor")  # only now: the board is painted without it
        from tui import awake, doctor

        answer = await awake.answer()
        verdict = "doubtful" if answer is None else "good"
        self._awake = _row(verdict, "awake", doctor.awake_words(answer))
        self._show(self._rows)

    def _study_rows(self, look: Look) -> Iterator[Fact]:
        if look.trouble:
            yield _row("bad", "study", look.trouble)
        if (info := look.info) is None or (outlook := look.outlook) is None:
            return
        held = ((info.participants, "participant"), (sum(info.sessions.values()), "session"), (info.memos, "memo"))
        yield _row("good", "holds", ", ".join(_count(*each) for each in held))
        yield _row(
            "good",
            "recorded",
            f"{info.recorded_ms / 3_600_000:.1f} h of sound, {info.bytes_on_disk / 1e6:.1f} MB on disk",
        )
        if outlook.sentence:
            yield _row("bad" if outlook.due else "doubtful", "retention", outlook.sentence)
        if left := self.face.unfinished():
            yield _row("doubtful", "unfinished", f"{', '.join(left)}: on the board, i mends them.")
        yield _row("good", "folder", str(self.study.folder))

    def _machine_rows(self, language: str | None) -> Iterator[Fact]:
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
        yield from self._speed_rows(language)
        sound = machine.source_words(source.device, replayed=source.replay is not None)
        yield _row("unseen", "microphone", f"{sound}; not tried here")
        swapping = swap.look()
        yield _row("doubtful" if swapping in (Swap.PLAIN, Swap.UNKNOWN) else "good", "swap", swapping.value)

    def _speed_rows(self, language: str | None) -> Iterator[Fact]:
        from tui import doctor, measuring  # only now: the board is painted without it

        reader = settled(self.face.opening.choice, language)
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
