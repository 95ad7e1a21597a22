"""A session on the screen: shown as long as it may be, and read once more by a bigger model meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.binding import Binding
from textual.message import Message

from store import ConsentRequired, Dossier, StoreError, Study
from tui.rereading import models_for, readable
from tui.screens import StudyScreen
from tui.screens.which_model import WhichModel
from tui.widgets.passages import Passage, passages, with_utterance
from tui.widgets.transcript_view import TranscriptView

if TYPE_CHECKING:
    from transcribe.models import Model

KEY = "ctrl+r"
BEING_READ = "It is being read …"
ANEW = "Something was taken back: it is being read anew …"
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
    """A screen of one session; those who extend it draw what ``_dossier`` and ``_page`` hold, in a ``TranscriptView``.

    To read a long session takes half a second: that is done beside the loop, and whatever this screen is told meanwhile
    waits for it in order. Keys that the app obeys itself, and typing, do not. ``known``: it was read to the end once.
    """

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self._session_id = session_id
        self._dossier: Dossier | None = None
        self._page: tuple[Passage, ...] = ()
        self._ready = False
        self._to_be_drawn = False
        self._readable = False
        self._models: tuple[Model, ...] = ()
        self.known = False

    @property
    def reading_status(self) -> str:
        """How far a second reading is; empty where there is none."""
        return self.face.readings.status(self._session_id)

    async def look_for_models(self) -> None:
        """Find out what can be read with what."""
        from transcribe.errors import TranscribeError

        session = self._session_id
        try:
            self._readable, self._models = await self.face.beside.do(lambda study: _readable_by(study, session))
        except TranscribeError as fault:
            self._readable, self._models = False, ()
            self.say(fault)
        self.known = True
        self.refresh_bindings()

    async def read_anew(self) -> bool:
        """What the study holds of the session now. Where its gate was shut meanwhile: False, and the screen is left."""
        session = self._session_id
        try:
            self._dossier, self._page = await self.face.beside.read(lambda study: _read(study, session))
        except ConsentRequired as shut:
            self._shut(shut)
            return False
        return True

    async def take_in(self) -> None:
        """Read it anew, draw it, and look what it could be read with."""
        if await self.read_anew():
            self._view.hidden = ""
            self.draw_transcript()
            await self.look_for_models()

    def look_anew(self) -> bool:
        """Nothing is shown until it was read anew; where nothing may be read any more, the screen is left."""
        if not self._ready or self._dossier is None:
            return True  # it has not read anything yet, or is being left
        try:
            self.study.gate.session(self._session_id)
        except ConsentRequired as shut:
            self._take_off(shut)
            return False
        self._view.hidden = ANEW
        self._view.refresh()
        self._take_in_beside()
        return True

    @work(group="reading anew", exclusive=True)
    async def _take_in_beside(self) -> None:
        await self.take_in()

    def _shut(self, why: ConsentRequired) -> None:
        """Nothing of it is to be seen any more: leave it."""
        self._take_off(why)
        self.app.call_later(self.face.leave, self)

    def _take_off(self, why: ConsentRequired) -> None:
        self._dossier, self._page = None, ()
        if (view := self.query_one_optional(TranscriptView)) is not None:
            view.show(())
        self.say(why, "warning")

    @property
    def _view(self) -> TranscriptView:
        return self.query_one(TranscriptView)

    def _put_in(self, utterance: str) -> None:
        """One utterance has new words."""
        if self._dossier is not None and not self.study.gate.is_shut(self._session_id):
            self._dossier = with_utterance(self._dossier, self.study.transcript.get(utterance))
            self._page = passages(self._dossier)

    def draw_transcript(self) -> None:
        """Draw what is known of the session, and how far its reading is."""
        raise NotImplementedError

    async def on_reading_moved(self, message: ReadingMoved) -> None:
        """Take it in, and draw it together with what else comes in the same moment."""
        if message.session != self._session_id or not self._ready or self._dossier is None:
            return
        if message.utterance is None:
            await self.take_in()
            return
        self._put_in(message.utterance)
        if not self._to_be_drawn:
            self._to_be_drawn = True
            self.call_later(self._draw_what_came)

    def _draw_what_came(self) -> None:
        self._to_be_drawn = False
        if self._dossier is not None:
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


def _read(study: Study, session: str) -> tuple[Dossier, tuple[Passage, ...]]:
    held = study.dossier(session)
    return held, passages(held)


def _readable_by(study: Study, session: str) -> tuple[bool, tuple[Model, ...]]:
    """Whether a session can be read once more, and by which models: this looks through folders."""
    from transcribe import models

    if not readable(study, session):
        return False, ()
    return True, models_for(study, session, models.installed())
