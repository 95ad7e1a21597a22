"""Before a session: the four decisions, who else is there, and the microphone tried once sound is agreed to."""

from __future__ import annotations

from typing import ClassVar

from platformdirs import user_documents_path
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Button, Input, Static

from guides import Guide
from store import Decision, Kind
from store.errors import StoreError
from store.localtime import long_day
from tui.beginning import write_blank_form
from tui.distress import NO_NUMBERS, no_numbers
from tui.lasttime import last_time
from tui.screens import WayBack
from tui.screens.consent_begin import ConsentBegin
from tui.screens.distress_words import DistressWords
from tui.widgets.board_detail import looking_back
from tui.widgets.decisions import TITLES, DecisionLine, Decisions
from tui.widgets.facts import Facts
from tui.widgets.field import Field
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter
from tui.widgets.sound_check import SoundCheckPane
from tui.widgets.wave_line import WaveLine

_LOOKS = {"error": "bad", "warning": "doubtful"}
_WIDTHS = [(0, "-narrow"), (76, "-wide"), (106, "-broad")]
_UNDECIDED = "Decide all four first"
_ALL_DECIDED = "Enter begins. Tab goes to Setting, and on to the form."
_DECIDED_ANEW = "Wave {wave}: its consent is asked anew, and nothing is decided yet."
_NUMBERS = "Write the numbers of the card for a moment of distress"


class ConsentScreen(ConsentBegin):
    """Asks everything anew for each session; nothing is recorded before it is begun."""

    about = (
        "Read the form together, then set each decision: nothing is chosen beforehand. Without consent to take part "
        "nothing starts. Without consent to audio no microphone is opened, and the interview runs with typed notes. "
        "Once taking part and audio are both granted the microphone is tried: its level moves, and no sound is kept."
    )
    DEFAULT_CSS = """
    ConsentScreen {
        #consent-body { layout: horizontal; height: 1fr; }
        #consent-left { width: 1fr; height: 1fr; padding: 0 1; }
        #consent-right { width: 34; height: 1fr; padding: 0; border: none; }
        &.-broad #consent-right { width: 46%; }
        #consent-wording { height: auto; min-height: 3; margin: 1 0; padding: 0 1; border-left: wide $border-blurred; }
        #consent-start { width: 100%; }
        #consent-said { height: auto; max-height: 3; padding: 0 1; display: none; }
        #consent-numbers { height: auto; padding: 0 1; display: none; }
        #consent-last { height: auto; padding: 0 1; }
        #consent-right Static, #consent-wording { height: auto; }
        Field .field-label { width: 16; }
        Field .field-said { padding-left: 16; }
        Field .field-said.-empty { display: none; }
        &.-narrow #consent-body { layout: vertical; overflow-y: auto; }
        &.-narrow #consent-left { height: auto; width: 1fr; }
        &.-narrow #consent-right { height: auto; width: 1fr; }
    }
    """
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    AUTO_FOCUS = "DecisionLine"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                str(number),
                f"go_to({number})",
                TITLES[kind],
                id=f"consent.{number}",
                show=False,
                tooltip=f"Go to the decision: {TITLES[kind].lower()}",
            )
            for number, kind in enumerate(TITLES, start=1)
        ),
        Binding("w", "wave", "Wave", id="consent.wave", tooltip="Go to the line of the wave"),
        Binding("t", "try_again", "Try again", id="consent.try", tooltip="Try the microphone again"),
        Binding("p", "blank", "Blank form", id="consent.blank", tooltip="Write the blank form to be printed"),
        Binding("ctrl+s", "begin", "Begin", id="consent.begin", tooltip="Begin the session"),
        Binding("exclamation_mark", "numbers", "Numbers", show=False, id="consent.numbers", tooltip=_NUMBERS),
        Binding("up,shift+tab", "line_before", "Up", id="consent.before", show=False, tooltip="The line above"),
        Binding("down,tab", "line_after", "Down", id="consent.after", show=False, tooltip="The line below"),
        Binding("pagedown", "scroll(1)", "Down", id="consent.down_right", show=False, tooltip="More of last time"),
        Binding("pageup", "scroll(-1)", "Up", id="consent.up_right", show=False, tooltip="Back up at the right"),
        Binding("escape", "leave", "Back", id="consent.back", tooltip="Back to the board; nothing is kept"),
    ]
    wave = reactive(1, init=False)
    attended = True  # a form is read without a key
    first_field: ClassVar[str] = "setting"

    def __init__(self, participant: str, wave: int) -> None:
        super().__init__()
        self.participant = participant
        self._setting_before = ""
        self.set_reactive(ConsentScreen.wave, wave)

    def compose(self) -> ComposeResult:
        """Decisions at the left; microphone and last time at the right; Begin below, where it is always in sight."""
        form = self._guide.consent
        yield Headline()
        with Container(id="consent-body"):
            with VerticalScroll(id="consent-left", classes="pane", can_focus=False) as left:
                left.border_title = Content(f"Consent · form version {form.version}")
                yield WaveLine(self.wave, self._guide.waves)
                yield Decisions(self._all_decided)
                yield Static(id="consent-wording", markup=False)
                self._setting_before = self._last_setting
                yield Field("setting", "Setting", hint="where you sit", value=self._setting_before)
                yield Field("others", "Others present", hint="nobody")
                yield Field("signed", "Signed form", hint="a file, if you have one")
            with VerticalScroll(id="consent-right", can_focus=False):
                yield Static(NO_NUMBERS, id="consent-numbers", classes="doubtful", markup=False)
                yield SoundCheckPane(self.participant)
                with Container(id="consent-last", classes="pane"):
                    yield Facts(id="last-facts")
        yield Static(id="consent-said", markup=False)
        yield Button(_UNDECIDED, id="consent-start")
        yield KeyFooter()

    def way_back(self) -> WayBack:
        """The same participant; what was decided so far is decided anew."""
        participant, wave = self.participant, self.wave
        return lambda app: app.show_consent(participant, wave)

    def on_mount(self) -> None:
        """At the first decision."""
        self.call_after_refresh(self._first_drawing)  # never, if the app is left in this very moment

    async def _first_drawing(self) -> None:
        self.show_before()
        self._look_at_the_card()
        await self.check.decide(self.made)

    def on_screen_resume(self) -> None:
        """The card may have its numbers by now."""
        if self.query_one_optional("#consent-numbers"):
            self._look_at_the_card()

    def _look_at_the_card(self) -> None:
        self.query_one("#consent-numbers").display = no_numbers(self.study, self._guide)
        self.refresh_bindings()

    @property
    def setting_before(self) -> str:
        """What stood in the field before anybody typed."""
        return self._setting_before

    @property
    def _guide(self) -> Guide:
        return self.study.guides.current()

    @property
    def _last_setting(self) -> str:
        """Where they met last time is where they most likely meet again."""
        back = last_time(self.study, self.participant, self.wave)
        return "" if back is None else back.session.setting

    # --- what is shown ------------------------------------------------------------------------------------------------

    @on(WaveLine.Changed)
    def _take_wave(self, event: WaveLine.Changed) -> None:
        self.wave = event.wave

    def watch_wave(self) -> None:
        """Another wave looks back on another session, and asks for a consent of its own."""
        if self.made:
            self.query_one(Decisions).forget()
            self.say(_DECIDED_ANEW.format(wave=self.wave))
        if self.typed("setting") == self._setting_before:
            self._setting_before = self._last_setting
            self.query_one("#setting", Field).value = self._setting_before
        self.show_before()

    def say(self, sentence: object, severity: str = "information") -> None:
        """In a line of the pane: nothing may lie over a decision or a field."""
        kind = "error" if isinstance(sentence, Exception) else severity
        line = self.query_one("#consent-said", Static)
        line.update(Content(str(sentence)))
        line.set_classes(_LOOKS.get(kind, "muted"))
        line.display = bool(str(sentence))

    def show_before(self) -> None:
        """Whom it is with, and what stood before it."""
        study = self.study
        left = place(study.name, "before the session", invented=study.invented)
        self.query_one(Headline).tell(left, f"{self.participant} · wave {self.wave} of {self._guide.waves}")
        back = last_time(study, self.participant, self.wave)
        box = self.query_one("#consent-last")
        box.display = back is not None
        if back is not None:
            day = long_day(back.session.started_at, back.session.utc_offset_min)
            box.border_title = Content(f"Last: wave {back.session.wave}, {day}")
            self.query_one("#last-facts", Facts).show(looking_back(back))

    @on(DecisionLine.Reached)
    def _show_wording(self, event: DecisionLine.Reached) -> None:
        form = self._guide.consent
        wording = {
            Kind.TAKING_PART: form.taking_part,
            Kind.AUDIO: form.audio,
            Kind.QUOTING: form.quoting,
            Kind.CONTACT: form.contact,
        }
        text = " ".join(wording[event.kind].split())
        self.query_one("#consent-wording", Static).update(Content(text))

    @on(Decisions.Changed)
    async def _decided(self) -> None:
        try:
            await self.check.decide(self.made)
        except StoreError as refused:
            self.say(refused)
        self.query_one("#consent-start", Button).label = Content(self._start_words)
        self.refresh_bindings()

    def _all_decided(self) -> None:
        """Enter begins from here, and no letter decides."""
        self.set_focus(self.query_one("#consent-start", Button))
        self.say("" if self.refused else self.what_now)

    @property
    def what_now(self) -> str:
        """What Enter and Tab do once all is decided."""
        return _ALL_DECIDED

    @property
    def begins(self) -> str:
        """What follows once all is decided, in words."""
        return "Begin the session"

    @property
    def _start_words(self) -> str:
        if self.refused:
            return "Keep that they declined; nothing starts"
        if len(self.made) < len(TITLES):
            return _UNDECIDED
        sound = self.made[Kind.AUDIO] is Decision.GRANTED
        return f"{self.begins}, {'with sound' if sound else 'with notes only'}"

    # --- keys ---------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Begin once everything is decided; single signs mean a line only where lines are."""
        if not self.is_mounted or not self.query_one_optional("#consent-start"):
            return True
        match action:
            case "begin":
                return True if self.ready else None
            case "try_again":
                return self.check.failed
            case "numbers":
                return bool(self.query_one("#consent-numbers").display)
            case "go_to" | "wave":
                return isinstance(self.focused, DecisionLine | WaveLine)
        return True

    def action_go_to(self, number: int) -> None:
        """To this decision."""
        self.query_one(Decisions).go_to(number)

    def action_wave(self) -> None:
        """To the line of the wave."""
        self.set_focus(self.query_one(WaveLine))

    def action_line_after(self) -> None:
        """On as one reads; from Begin to the fields above it, never to a decision: what is typed next is no answer."""
        if self.focused is self.query_one("#consent-start", Button):
            self.query_one(f"#{self.first_field}", Field).take_focus()
        else:
            self.focus_next()

    def action_line_before(self) -> None:
        """Back as one reads."""
        self.focus_previous()

    def action_numbers(self) -> None:
        """The card, to be written."""
        self.app.push_screen(DistressWords())

    def action_scroll(self, by: int) -> None:
        """Move the right half, where last time stands."""
        half = self.query_one("#consent-right", VerticalScroll)
        half.scroll_relative(y=by * max(1, half.size.height - 2), animate=False)

    async def action_try_again(self) -> None:
        """Try the microphone again."""
        await self.check.try_again()
        self.refresh_bindings()

    def action_blank(self) -> None:
        """Write the blank form where documents are kept, and say where."""
        try:
            file = write_blank_form(self._guide, user_documents_path())
        except OSError as fault:
            self.say(f"The form can't be written ({fault.strerror}): free the folder {user_documents_path()}.", "error")
            return
        except StoreError as refused:
            self.say(refused, "error")
            return
        self.say(f"The blank form is in {file}.")

    @on(Input.Submitted)
    def _onward(self) -> None:
        self.focus_next()
