"""Before a session: the four decisions, who else is there, and the microphone tried once sound is agreed to."""

from __future__ import annotations

from pathlib import Path
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
from tui.beginning import Arrangement, begin, write_blank_form
from tui.lasttime import last_time
from tui.screens import StudyScreen, WayBack
from tui.widgets.board_detail import looking_back
from tui.widgets.decisions import TITLES, DecisionLine, Decisions
from tui.widgets.facts import Facts
from tui.widgets.field import Field
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter
from tui.widgets.sound_check import SoundCheckPane

_WIDTHS = [(0, "-narrow"), (76, "-wide"), (106, "-broad")]
_UNDECIDED = "Decide all four first"


class ConsentScreen(StudyScreen[None]):
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
        #consent-start { width: 100%; margin-top: 0; }
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
        Binding("w", "wave", "Wave", id="consent.wave", tooltip="Take another wave"),
        Binding("t", "try_again", "Try again", id="consent.try", tooltip="Try the microphone again"),
        Binding("p", "blank", "Blank form", id="consent.blank", tooltip="Write the blank form to be printed"),
        Binding("ctrl+s", "begin", "Begin", id="consent.begin", tooltip="Begin the session"),
        Binding("up", "app.focus_previous", "Up", id="consent.before", show=False, tooltip="The line above"),
        Binding("down", "app.focus_next", "Down", id="consent.after", show=False, tooltip="The line below"),
        Binding("pagedown", "scroll(1)", "Down", id="consent.down_right", show=False, tooltip="More of last time"),
        Binding("pageup", "scroll(-1)", "Up", id="consent.up_right", show=False, tooltip="Back up at the right"),
        Binding("escape", "leave", "Back", id="consent.back", tooltip="Back to the board; nothing is kept"),
    ]
    wave: reactive[int] = reactive(1, init=False)
    attended = True  # a form is read without a key

    def __init__(self, participant: str, wave: int) -> None:
        super().__init__()
        self.participant = participant
        self.set_reactive(ConsentScreen.wave, wave)

    def compose(self) -> ComposeResult:
        """Decisions at the left; microphone and last time at the right."""
        form = self._guide.consent
        yield Headline()
        with Container(id="consent-body"):
            with VerticalScroll(id="consent-left", classes="pane", can_focus=False) as left:
                left.border_title = Content(f"Consent · form version {form.version}")
                yield Decisions()
                yield Static(id="consent-wording", markup=False)
                yield Field("setting", "Setting", hint="where you sit", value=self._last_setting)
                yield Field("others", "Others present", hint="nobody")
                yield Field("signed", "Signed form", hint="a file, if you have one")
                yield Button(_UNDECIDED, id="consent-start")
            with VerticalScroll(id="consent-right", can_focus=False):
                yield SoundCheckPane(self.participant)
                with Container(id="consent-last", classes="pane"):
                    yield Facts(id="last-facts")
        yield KeyFooter()

    def way_back(self) -> WayBack:
        """The same participant; what was decided so far is decided anew."""
        participant, wave = self.participant, self.wave
        return lambda app: app.show_consent(participant, wave)

    def on_mount(self) -> None:
        """At the first decision."""
        self.call_after_refresh(self._first_drawing)  # never, if the app is left in this very moment

    async def _first_drawing(self) -> None:
        self._show_wave()
        await self._check.decide(self._made)

    @property
    def _guide(self) -> Guide:
        return self.study.guides.current()

    @property
    def _last_setting(self) -> str:
        """Where they met last time is where they most likely meet again."""
        back = last_time(self.study, self.participant, self.wave)
        return "" if back is None else back.session.setting

    @property
    def _made(self) -> dict[Kind, Decision]:
        return self.query_one(Decisions).made

    @property
    def _check(self) -> SoundCheckPane:
        return self.query_one(SoundCheckPane)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def watch_wave(self) -> None:
        """Another wave looks back on another session."""
        self._show_wave()

    def _show_wave(self) -> None:
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
            await self._check.decide(self._made)
        except StoreError as refused:
            self.say(refused)
        button = self.query_one("#consent-start", Button)
        button.label = Content(self._start_words)
        self.refresh_bindings()
        if len(self._made) == len(TITLES) or self._refused:
            self.set_focus(button)

    @property
    def _refused(self) -> bool:
        return self._made.get(Kind.TAKING_PART) is Decision.DECLINED

    @property
    def _start_words(self) -> str:
        if self._refused:
            return "Keep that they declined; nothing starts"
        if len(self._made) < len(TITLES):
            return _UNDECIDED
        sound = self._made[Kind.AUDIO] is Decision.GRANTED
        return "Begin the session, with sound" if sound else "Begin the session, with notes only"

    # --- keys ---------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Begin once everything is decided."""
        if action == "begin" and self.is_mounted:
            return True if self._refused or len(self._made) == len(TITLES) else None
        return action != "try_again" or (self.is_mounted and self._check.failed)

    def action_go_to(self, number: int) -> None:
        """To this decision."""
        self.query_one(Decisions).go_to(number)

    def action_scroll(self, by: int) -> None:
        """Move the right half, where last time stands."""
        half = self.query_one("#consent-right", VerticalScroll)
        half.scroll_relative(y=by * max(1, half.size.height - 2), animate=False)

    def action_wave(self) -> None:
        """The next wave, round."""
        self.wave = self.wave % self._guide.waves + 1

    async def action_try_again(self) -> None:
        """Try the microphone again."""
        await self._check.try_again()
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
        self.say(f"The blank form is in {file}; print it from there.")

    def action_leave(self) -> None:
        """Back to the decisions from a field, else back to the board."""
        if isinstance(self.focused, Input):
            self.query_one(Decisions).go_to(1)
        else:
            self.dismiss(None)

    @on(Input.Submitted)
    def _onward(self) -> None:
        self.focus_next()

    @on(Decisions.Onward)
    async def _onward_from_decisions(self) -> None:
        if self.focused is self.query_one("#consent-start", Button):
            await self.action_begin()

    @on(Button.Pressed, "#consent-start")
    async def _pressed(self) -> None:
        await self.action_begin()

    async def action_begin(self) -> None:
        """Keep the decisions and begin, or keep that they declined and go back."""
        if not self._refused and len(self._made) < len(TITLES):
            self.say("Set every decision first: granted or declined.", "warning")
            return
        arrangement = Arrangement(
            self.participant,
            self.wave,
            self._made,
            setting=self.query_one("#setting", Field).value.strip(),
            others_present=self.query_one("#others", Field).value.strip() or "nobody",
            signed_form=self._signed_form(),
        )
        if arrangement.signed_form is not None and not arrangement.signed_form.is_file():
            self.query_one("#signed", Field).say("There is no such file: mend the path, or leave it empty.")
            self.query_one("#signed", Field).take_focus()
            return
        await self._check.release()  # the recorder opens it next
        try:
            self._begin(arrangement)
        except (StoreError, OSError) as refused:
            self.say(refused)
            await self._check.decide(self._made)

    def _begin(self, arrangement: Arrangement) -> None:
        with self.study.lock_for_session() as lock:
            session = begin(self.study, arrangement, self.now())
            if not self._refused:
                self.face.show_interview(session.id, lock.take())
                return
        self.app.notify(f"{self.participant} declined to take part; this is kept, nothing was started.", markup=False)
        self.dismiss(None)

    def _signed_form(self) -> Path | None:
        typed = self.query_one("#signed", Field).value.strip()
        return Path(typed).expanduser() if typed else None
