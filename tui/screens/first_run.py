"""The first run: name the study, choose a passphrase, a guide and participants, write the recovery key down."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Select, Static

from guides import bundled, bundled_guide
from store import Study
from store.errors import StoreError
from store.participants import number_fault
from tui.passphrase import strength
from tui.screens import StudyScreen
from tui.screens.recovery_key import RecoveryKey
from tui.widgets.field import Field
from tui.widgets.headline import Headline
from tui.widgets.key_footer import KeyFooter

_LOOKS = {"weak": "bad", "fair": "doubtful", "good": "good"}
_INTRO = """\
It is kept on this laptop alone, encrypted with your passphrase.
To look around first, leave with Ctrl+Q and type: vivavoce demo"""
_HEIGHTS = [(0, "-low"), (20, "-high")]
_PREFERRED = "peer-specialist-fidelity"


class GuideChoice(Select[str]):
    """The guides that come along; enter goes on as in every other line, space opens the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "app.focus_next", "Next", show=False),
        Binding("space", "show_overlay", "Other guide", id="first.guide", tooltip="Choose another guide"),
    ]


class FirstRun(StudyScreen[None]):
    """Four fields, then the board."""

    about = (
        "Everything the study holds is encrypted with the passphrase. Participants are numbers, never names. "
        "Participants can be added later. The name and the guide stay as they are chosen here."
    )
    DEFAULT_CSS = """
    FirstRun {
        align: center top;
        #first-box { width: 84; max-width: 100%; height: 1fr; padding: 1 3; }
        #first-intro { height: auto; margin-bottom: 1; }
        #first-guide { height: 2; }
        #first-guide .field-label { width: 20; color: $text-muted; }
        #first-guide Select { width: 1fr; height: 1; }
        #first-buttons { height: 1; align-horizontal: right; }
        &.-low #first-intro { display: none; }
        &.-low #first-box { padding: 0 1; }
    }
    """
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "make", "Make the study", id="first.make", tooltip="Make the study"),
        Binding("up", "app.focus_previous", "Up", id="first.before", show=False, tooltip="The line above"),
        Binding("down", "app.focus_next", "Down", id="first.after", show=False, tooltip="The line below"),
        Binding("ctrl+q", "app.quit", "Leave", id="first.quit", priority=True, tooltip="Leave without making anything"),
    ]

    def compose(self) -> ComposeResult:
        """The form."""
        yield Headline(Content.assemble(("vivavoce", "bold $primary"), " · a new study"))
        with VerticalScroll(id="first-box", can_focus=False):
            yield Static(Content(_INTRO), id="first-intro")
            yield Field("name", "Name of the study", hint="Peer support study")
            yield Field("passphrase", "Passphrase", hint="four words or more", secret=True)
            yield Field("again", "The same again", secret=True)
            with Horizontal(id="first-guide"):
                yield Static("Guide", classes="field-label", markup=False)
                names = [(bundled_guide(name).title, name) for name in bundled()]
                preferred = _PREFERRED if _PREFERRED in bundled() else bundled()[0]
                yield GuideChoice(names, value=preferred, allow_blank=False, compact=True, id="guide")
            yield Field("participants", "Participants", hint="50001 50002 50003 (more can come later)")
            with Horizontal(id="first-buttons"):
                yield Button("Make the study", id="first-make")
        yield KeyFooter()

    def on_mount(self) -> None:
        """Begin at the top."""
        self._field("name").take_focus()

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}", Field)

    @on(Input.Submitted)
    def _onward(self) -> None:
        """Enter goes to the next field; from the last to the button."""
        self.focus_next()

    @on(Input.Changed, "#passphrase Input")
    def _judge(self, event: Input.Changed) -> None:
        verdict = strength(event.value)
        self._field("passphrase").say(verdict.text if verdict else "", _LOOKS[verdict.verdict] if verdict else "muted")

    @on(Button.Pressed, "#first-make")
    def _pressed(self) -> None:
        self.action_make()

    # --- making it ----------------------------------------------------------------------------------------------------

    def action_make(self) -> None:
        """Check the fields one by one; make the study when nothing is wrong."""
        wrong = self._faults()
        for name in ("name", "again", "participants"):
            self._field(name).say(wrong.get(name, ""))
        if "passphrase" in wrong:
            self._field("passphrase").say(wrong["passphrase"])
        if wrong:
            self._field(next(iter(wrong))).take_focus()
            return
        try:
            study, recovery_key = self._make()
        except StoreError as refused:
            self._field("name").say(str(refused))
            return
        self._field("passphrase").value = self._field("again").value = ""
        self.keeps_open = "Write the recovery key down first: w goes on to the board."
        self.app.push_screen(RecoveryKey(recovery_key), lambda _: self._enter(study))

    def _enter(self, study: Study) -> None:
        self.keeps_open = None
        self.face.enter(study)

    def _faults(self) -> dict[str, str]:
        """What is wrong, by field, in the order of the form; one sentence each."""
        found: dict[str, str] = {}
        if not self._field("name").value.strip():
            found["name"] = "Give the study a name; you can choose any."
        if not self._field("passphrase").value.strip():
            found["passphrase"] = "Choose a passphrase: without one nothing can be encrypted."
        elif self._field("again").value != self._field("passphrase").value:
            found["again"] = "The two differ: type the same passphrase again."
        if twice := _first_twice(self._numbers()):
            found["participants"] = f"{twice} stands there twice: write each number once."
        elif fault := next(filter(None, map(number_fault, self._numbers())), ""):
            found["participants"] = fault
        return found

    def _numbers(self) -> list[str]:
        return self._field("participants").value.replace(",", " ").replace(";", " ").split()

    def _make(self) -> tuple[Study, str]:
        guide = bundled_guide(str(self.query_one("#guide", GuideChoice).value))
        study, recovery_key = Study.create(
            self.face.opening.folder,
            self._field("passphrase").value,
            name=self._field("name").value,
            guide=guide,
            now=self.now(),
        )
        for number in self._numbers():
            study.participants.add(number, {}, self.now())
        return study, recovery_key


def _first_twice(numbers: list[str]) -> str | None:
    folded = [number.casefold() for number in numbers]
    return next((number for number in numbers if folded.count(number.casefold()) > 1), None)
