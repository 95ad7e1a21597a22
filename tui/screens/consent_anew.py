"""Consent asked anew before an interrupted session goes on: how it stood beside it, and nothing decided beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from textual.content import Content
from textual.widgets import Button

from store import Decision, Kind, Session, SessionLock, State
from store.errors import StateError
from store.localtime import long_day
from tui import going_on
from tui.beginning import Arrangement
from tui.screens import WayBack
from tui.screens.consent import ConsentScreen
from tui.screens.interrupted import InterruptedScreen
from tui.widgets.board_detail import decided
from tui.widgets.facts import Facts
from tui.widgets.headline import Headline, place
from tui.widgets.wave_line import WaveLine

_ENDED = "This session was ended elsewhere meanwhile, and can't go on: with these decisions a new one begins."
_OTHERWISE = "Sound is decided otherwise than before: Enter begins a new session, and this one stays as it is."


class ConsentAnew(ConsentScreen):
    """The same questions about a session that broke off; with other answers a new session begins in its place."""

    about = (
        "The session broke off a while ago, so everything is asked anew: nothing is chosen beforehand, and how it "
        "stood is shown. With the same decision about sound the session goes on where it was left. With another one a "
        "new session begins, and this one stays as it is: what was recorded was agreed to then."
    )
    first_field = "signed"
    refusal_follows = (
        "The session does not go on, and stays as it is; w on the board takes it back. The refusal is kept, as another "
        "sitting of wave {wave}."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session.participant, session.wave)
        self._held = session
        self._said_that_it_ended = False

    def way_back(self) -> WayBack:
        """Where it is offered."""
        session = self._held.id

        def offer(app: object) -> None:
            self.app.push_screen(InterruptedScreen((session,)))

        return offer

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Its wave is settled."""
        return False if action == "wave" else super().check_action(action, parameters)

    def show_before(self) -> None:
        """Which session it is, what was decided when it began, and nothing to be settled once more."""
        for settled in (self.query_one(WaveLine), self.query_one("#setting"), self.query_one("#others")):
            settled.display = False
        left = place(self.study.name, "before the session goes on", invented=self.study.invented)
        self.query_one(Headline).tell(left, self._held.id)
        broke_off = self.study.sessions.last_moment(self._held.id)
        pane = self.query_one("#consent-last")
        pane.border_title = Content(f"As it stood, {long_day(broke_off, self._held.utc_offset_min)}")
        facts = self.query_one("#last-facts", Facts)
        facts.add_class("-broad")  # kinds of consent are longer than what is said of a last time
        facts.show(decided(self.study.consent.newest(self._held.id)))

    @property
    def what_now(self) -> str:
        """With the same decision about sound it goes on, else a new session begins."""
        if self._goes_on_with(self.made):
            return "Enter goes on with the session. Tab goes to the form."
        return _OTHERWISE if self._interrupted else _ENDED

    @property
    def begins(self) -> str:
        """What follows from what is decided."""
        return "Go on with the session" if self._goes_on_with(self.made) else "Begin a new session"

    def written_elsewhere(self) -> None:
        """Another program may have ended the session, or annulled it: then a new one begins, and that is said once."""
        if not (self._interrupted or self._said_that_it_ended):
            self._said_that_it_ended = True
            self.query_one("#consent-start", Button).label = Content(self._start_words)
            self.say(_ENDED, "warning")

    @property
    def _interrupted(self) -> bool:
        return self.study.sessions.get(self._held.id).state is State.INTERRUPTED

    def _goes_on_with(self, decisions: Mapping[Kind, Decision]) -> bool:
        return self._interrupted and going_on.goes_on_with(self.study, self._held.id, decisions)

    def arranged(self) -> Arrangement:
        """What was decided; setting and others present are as they were, if that was not destroyed since."""
        before = self.study.sessions.get(self._held.id)
        return replace(super().arranged(), setting=before.setting, others_present=before.others_present)

    def quoted_earlier(self, arranged: Arrangement) -> tuple[str, ...]:
        """Without the session that goes on: what is decided is kept with it."""
        earlier = super().quoted_earlier(arranged)
        if not self._goes_on_with(arranged.decisions):
            return earlier
        return tuple(one for one in earlier if one != self._held.id)

    def _begin(self, arrangement: Arrangement, lock: SessionLock) -> None:
        if not self._goes_on_with(arrangement.decisions):
            if not (self._interrupted or self._said_that_it_ended):  # whoever pressed Enter meant something else
                self.written_elsewhere()
                raise StateError(_ENDED)
            super()._begin(arrangement, lock)
            return
        going_on.reopen(self.study, self._held.id, self.now(), arrangement)
        self.face.show_interview(self._held.id, lock.take())
