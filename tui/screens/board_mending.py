"""What the board's keys mend: a session begun by mistake, a form that comes later, a number typed wrong."""

from __future__ import annotations

from store import Session
from store.errors import StoreError
from tui.screens import StudyScreen
from tui.screens.annulling import Annulling
from tui.screens.participant import Mended, MendParticipant
from tui.screens.signed_forms import SignedForms
from tui.waves import Cell


class BoardMending(StudyScreen[None]):
    """The part of the board that mends what was typed or begun by mistake."""

    @property
    def pointed(self) -> Cell | None:
        """The cell under the cursor."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read everything anew from the study."""
        raise NotImplementedError

    def mends(self, action: str) -> bool | None:
        """Whether there is something for one of these keys; None greys it."""
        if action == "mend":
            return True if self.pointed is not None else None
        session = self._session_there
        if session is None:
            return None
        return True if action == "forms" or not self.study.annulment.why_not(session.id) else None

    @property
    def _session_there(self) -> Session | None:
        cell = self.pointed
        return None if cell is None or cell.session is None else self.study.sessions.get(cell.session.id)

    def action_forms(self) -> None:
        """The signed forms of this session."""
        if (session := self._session_there) is not None:
            self.app.push_screen(SignedForms(session))

    def action_annul(self) -> None:
        """Take a session out of the counts that was begun, or refused, by mistake."""
        if (session := self._session_there) is not None:
            self.app.push_screen(Annulling(session), lambda reason: self._annul(session.id, reason))

    def _annul(self, session_id: str, reason: str | None) -> None:
        if reason is None:
            return
        try:
            self.study.annulment.annul(session_id, reason, self.now())
        except StoreError as refused:
            self.say(refused)
            return
        self.reload()
        self.say(f"Session {session_id} is annulled; `vivavoce sessions list` tells of it.")

    def action_mend(self) -> None:
        """The number of this participant was typed by mistake."""
        if (cell := self.pointed) is not None:
            number = cell.participant
            self.app.push_screen(MendParticipant(number), lambda mended: self._mend(number, mended))

    def _mend(self, number: str, mended: Mended | None) -> None:
        if mended is None:
            return
        try:
            if mended.number is None:
                self.study.participants.remove(number, self.now())
            else:
                self.study.participants.rename(number, mended.number, self.now())
        except StoreError as refused:
            self.say(refused)
            return
        self.reload()
        self.say(f"{number} is {f'{mended.number} now' if mended.number else 'removed'}.")
