"""Learns the interviewer's own voice, so that transcripts know who asks; asks before it listens, and keeps no sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from store.errors import StoreError
from transcribe import wire
from transcribe.errors import TranscribeError
from tui import machine
from tui.enrolling import ENOUGH_SPEECH_MS, learn_voice
from tui.screens import face
from tui.screens.confirm import Confirm
from tui.screens.working import WorkingScreen
from tui.widgets.level_meter import LevelMeter

_ABOUT = (
    "So that transcripts know who asks. Be alone, and speak for half a minute, about anything. No sound is kept; your "
    "voiceprint lies encrypted in the study and nowhere else."
)
OWN_VOICE = "own voice"
_BAR = 30


class OwnVoice(ModalScreen[None], WorkingScreen[None]):
    """Says whether the voice is known; ``y`` listens, ``x`` forgets, Escape leaves at any moment."""

    DEFAULT_CSS = """
    OwnVoice {
        align: center middle;
        #voice-box { width: 64; max-width: 98%; height: auto; max-height: 98%; padding: 1 2; }
        #voice-box { background: $surface; }
        Static { height: auto; }
        #voice-said { margin-top: 1; }
        #voice-heard { height: 1; margin-top: 1; }
        #voice-bar { width: 1fr; height: 1; }
        #voice-keys { margin-top: 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "listen", "Listen", id="voice.listen", tooltip="Open the microphone and learn your voice"),
        Binding("x", "forget", "Forget", id="voice.forget", tooltip="Take your voiceprint out of the study"),
        Binding("escape,q", "dismiss", "Back", id="voice.back", tooltip="Back; what is not learnt yet is not kept"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._listening = False
        self._said, self._look = "", ""

    def compose(self) -> ComposeResult:
        """What it is for, how it stands, what can be done."""
        with VerticalScroll(id="voice-box", classes="pane") as box:
            box.border_title = "Your own voice"
            yield Static(Content(_ABOUT), classes="muted")
            yield Static("", id="voice-said", markup=False)
            with Horizontal(id="voice-heard"):
                yield LevelMeter()
                yield Static("", id="voice-bar", markup=False)
            yield Static("", id="voice-keys", classes="muted", markup=False)

    def on_mount(self) -> None:
        """How it stands; in a low terminal the arrow keys move the page."""
        self.query_one("#voice-box").focus()
        self._draw()

    # --- keys ---------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is begun twice, and only what is known can be forgotten."""
        if action == "listen":
            return not self._listening and self._missing() is None
        if action == "forget":
            return not self._listening and self._known
        return super().check_action(action, parameters)

    def action_listen(self) -> None:
        """The key is the answer to the question on the screen: only now is the microphone opened."""
        if self._known:
            more = "The one that is known goes once the new one is there."
            self._ask(Confirm("Learn your voice anew?", more, yes="Learn it", no="Keep it"), self._listen)
        else:
            self._listen()

    def _ask(self, question: Confirm, then: Callable[[], None]) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                then()

        self.app.push_screen(question, answered)

    def _listen(self) -> None:
        self._listening = True
        self._heard(wire.Level(0, 0, 0, -100.0, -100.0))
        self._tell("Speak now, about anything.", "strong")
        self.run_worker(self._learn(), exclusive=True, group=OWN_VOICE, description="your own voice")

    def action_forget(self) -> None:
        """Out of the study, after a question."""
        question = Confirm("Forget your voice?", "Your voiceprint is destroyed.", yes="Forget it", no="Keep it")
        self._ask(question, lambda: self._keep((), "Your voice is forgotten."))

    # --- listening ----------------------------------------------------------------------------------------------------

    async def _learn(self) -> None:
        try:
            learnt = await learn_voice(face(self).opening.source, self._heard)
        except TranscribeError as trouble:
            self._listening = False
            self._tell(str(trouble), "bad")
            return
        self._listening = False
        self._keep(learnt.voiceprint, f"Your voice is known now, from {round(learnt.speech_ms / 1000)} s of speech.")

    def _heard(self, level: wire.Level) -> None:
        self.query_one(LevelMeter).move(level.rms_db, level.peak_db)
        share = min(1.0, level.played_ms / ENOUGH_SPEECH_MS)
        words = f"{'█' * int(share * _BAR):<{_BAR}} {round(share * ENOUGH_SPEECH_MS / 1000)} s"
        self.query_one("#voice-bar", Static).update(Content(words))

    def _keep(self, voiceprint: tuple[float, ...], sentence: str) -> None:
        try:
            face(self).study.set_voiceprint(voiceprint, face(self).now())
        except StoreError as refused:
            self._tell(str(refused), "bad")
        else:
            self._tell(sentence, "good")

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def _known(self) -> bool:
        return bool(face(self).study.voiceprint)

    def _missing(self) -> str | None:
        """What has to be added first."""
        from transcribe import speaker_model  # only now: it brings numpy, and the board is painted without it

        return None if speaker_model.installed() is not None else speaker_model.MISSING

    def _tell(self, sentence: str, look: str) -> None:
        self._said, self._look = sentence, look
        self._draw()

    def _draw(self) -> None:
        missing = self._missing()
        stands = missing or ("Your voice is known." if self._known else "Your voice is not known yet.")
        said = self.query_one("#voice-said", Static)
        said.update(Content(self._said or stands))
        said.set_classes(self._look or ("doubtful" if missing else ""))
        self.query_one("#voice-heard").display = self._listening
        self.query_one("#voice-keys", Static).update(Content(self._keys(missing)))
        self.refresh_bindings()

    def _keys(self, missing: str | None) -> str:
        if self._listening:
            return "Escape stops; nothing is kept then."
        source = face(self).opening.source
        words = machine.source_words(source.device, replayed=source.replay is not None)
        ask = "" if missing else f"Are you alone, and may this be opened: {words}? y listens.\n"
        return f"{ask}{'x forgets your voice. ' if self._known else ''}Escape goes back."
