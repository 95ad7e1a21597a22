"""A session that is over, read once more by a bigger model while its screen goes on: the keys and the news of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.message import Message

from store import ConsentRequired, Dossier, StoreError
from tui.rereading import models_for, readable
from tui.screens import StudyScreen
from tui.screens.which_model import WhichModel
from tui.widgets.passages import with_utterance

if TYPE_CHECKING:
    from transcribe.models import Model

KEY = "ctrl+r"
NO_MODEL = "No other model is here that is as big and has not read this yet: add one with 'vivavoce models add FOLDER'."


@dataclass
class ReadingMoved(Message):
    """The second reading of a session has moved; ``utterance`` has new words, None if it began, waits or ended."""

    session: str
    utterance: str | None


def reading_keys(screen: str, begin: str = "Read again", end: str = "Stop reading") -> list[Binding]:
    """One key: begins a reading, takes it back, or says what it would need. Only what is possible is shown."""
    return [
        Binding(KEY, "reread", begin, id=f"{screen}.reread", tooltip="A bigger model reads it once more"),
        Binding(KEY, "reread_stop", end, id=f"{screen}.reread.stop", tooltip="End the second reading"),
        Binding(
            KEY,
            "reread_how",
            "Read again",
            id=f"{screen}.reread.how",
            show=False,
            tooltip="A bigger model reads it once more, if there is one",
        ),
    ]


class SecondReading(StudyScreen[None]):
    """A screen of one session; those who extend it draw what ``_dossier`` holds and what ``reading_status`` says."""

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self._session_id = session_id
        self._dossier: Dossier | None = None
        self._ready = False
        self._to_be_drawn = False
        self._readable = False
        self._models: tuple[Model, ...] = ()

    @property
    def reading_status(self) -> str:
        """How far a second reading is; empty where there is none."""
        return self.face.readings.status(self._session_id)

    def look_for_models(self) -> None:
        """Find out what can be read with what; to be called when there is time, for it looks through folders."""
        from transcribe import models
        from transcribe.errors import TranscribeError

        self._readable, self._models = readable(self.study, self._session_id), ()
        if self._readable:
            try:
                self._models = models_for(self.study, self._session_id, models.installed())
            except TranscribeError as fault:
                self.say(fault)
        self.refresh_bindings()

    def read_anew(self) -> bool:
        """What the study holds of the session now. Where its gate was shut meanwhile: False, and the screen is left."""
        try:
            self._dossier = self.study.dossier(self._session_id)
        except ConsentRequired as shut:
            self._dossier = None
            self.say(shut, "warning")
            if self.is_current:
                self.app.pop_screen()
            return False
        return True

    def draw_transcript(self) -> None:
        """Draw what is known of the session, and how far its reading is."""
        raise NotImplementedError

    def on_reading_moved(self, message: ReadingMoved) -> None:
        """Take it in, and draw it together with what else comes in the same moment."""
        if message.session != self._session_id or not self._ready or self._dossier is None:
            return
        if message.utterance is None:
            if not self.read_anew():
                return
            self.look_for_models()
        elif not self.study.gate.is_shut(self._session_id):
            self._dossier = with_utterance(self._dossier, self.study.transcript.get(message.utterance))
        if not self._to_be_drawn:
            self._to_be_drawn = True
            self.call_later(self._draw_what_came)

    def _draw_what_came(self) -> None:
        self._to_be_drawn = False
        self.draw_transcript()

    # --- keys ---------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of the three that share a key, the one that is possible now."""
        if not action.startswith("reread_") and action != "reread":
            return True
        wished = self.study.wishes.get(self._session_id) is not None
        match action:
            case "reread":
                return self._readable and not wished and bool(self._models)
            case "reread_how":
                return self._readable and not wished and not self._models
            case _:
                return wished

    def action_reread(self) -> None:
        """The bigger model begins at once; of several, one is chosen."""
        if len(self._models) == 1:
            self._begin(self._models[0].name)
        else:
            self.app.push_screen(WhichModel(self._models), self._begin)

    def action_reread_stop(self) -> None:
        """What was read stays."""
        self.face.readings.take_back(self._session_id)

    def action_reread_how(self) -> None:
        """What it would need."""
        self.say(NO_MODEL)

    def _begin(self, model: str | None) -> None:
        if model is None:
            return
        try:
            self.face.readings.wish(self._session_id, model)
        except StoreError as refused:
            self.say(refused)
