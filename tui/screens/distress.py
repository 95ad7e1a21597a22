"""The card for a moment of distress: nothing is recorded, what may be said and whom to call, and three ways on."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from guides import Distress
from tui.screens import StudyScreen
from tui.session import Conductor
from tui.widgets.recording_bar import RecordingBar, Standing

TICK_S = 0.25
_WIDTHS = [(0, "-tiny"), (56, "-wide")]
_HEIGHTS = [(0, "-low"), (14, "-high")]


class WayOn(StrEnum):
    """What follows the card."""

    RECORD = "record"
    NOTES = "notes"
    END = "end"


class DistressScreen(StudyScreen[WayOn]):
    """Calm, and the whole screen. ``recorded`` is whether the session has sound, so that it can be resumed."""

    about = (
        "This is a moment to be with the participant. Nothing is recorded, and nothing has to be decided now. "
        "Up and down move the card where it is longer than the screen."
    )
    AUTO_FOCUS = "#distress-card"
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    DEFAULT_CSS = """
    DistressScreen {
        #distress-top { height: 1; background: $panel; }
        #distress-who { width: auto; margin-left: 2; }
        #distress-card { height: 1fr; align-horizontal: center; }
        #distress-card > Static { width: 72; max-width: 100%; height: auto; padding: 0 1; }
        #distress-ways { height: auto; width: 100%; padding: 0 1; background: $panel; }
        #distress-few { height: 1; width: 100%; background: $panel; display: none; }
        &.-wide.-high #distress-card { padding: 1 0; }
        &.-wide.-high #distress-card > Static { padding: 0 1 1 1; }
        &.-tiny #distress-who, &.-low #distress-call-title, &.-tiny #distress-call-title { display: none; }
        &.-tiny #distress-ways, &.-low #distress-ways { display: none; }
        &.-tiny #distress-few, &.-low #distress-few { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "record", "Record", id="distress.record", tooltip="On the record again"),
        Binding("n,escape", "notes", "Notes only", id="distress.notes", tooltip="Go on without recording"),
        Binding("s", "end", "End", id="distress.end", tooltip="End the interview; the memo opens"),
    ]

    def __init__(self, conductor: Conductor, card: Distress, *, recorded: bool) -> None:
        super().__init__()
        self.keeps_open = "An interview is running: end it with s before you leave."
        self._conductor, self._card, self._recorded = conductor, card, recorded

    def compose(self) -> ComposeResult:
        """Whether anything is recorded, the card, the ways on."""
        session = self._conductor.session
        with Horizontal(id="distress-top"):
            yield RecordingBar()
            yield Static(Content(f"{session.participant} · wave {session.wave}"), id="distress-who")
        with VerticalScroll(id="distress-card"):
            yield Static(Content(self._card.say), id="distress-say")
            yield Static(Content("Whom to call"), id="distress-call-title", classes="strong muted")
            yield Static(Content(self._card.call), id="distress-call")
        yield Static(self._ways(), id="distress-ways")
        yield Static(Content("o on  n notes  s end" if self._recorded else "n notes  s end"), id="distress-few")

    def on_mount(self) -> None:
        """How it stands, as long as the card is there."""
        self._stand()
        self.set_interval(TICK_S, self._stand)

    def _stand(self) -> None:
        self.query_one(RecordingBar).stand(Standing.of(self._conductor))

    def _ways(self) -> Content:
        lines = [
            ("n", "go on with notes only; nothing is recorded until you say so" if self._recorded else "go on"),
            ("s", "end the interview; the memo opens"),
        ]
        if self._recorded:
            lines.insert(0, ("o", "record again"))
        key = "bold $footer-key-foreground"
        return Content("\n").join(Content.assemble((name, key), f"   {words}") for name, words in lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where nothing was recorded there is nothing to resume."""
        return self._recorded if action == "record" else True

    def action_record(self) -> None:
        """On the record again."""
        self.dismiss(WayOn.RECORD)

    def action_notes(self) -> None:
        """Go on without sound."""
        self.dismiss(WayOn.NOTES)

    def action_end(self) -> None:
        """To the memo."""
        self.dismiss(WayOn.END)
