"""What the board's keys mend: a session begun by mistake, a form that comes later, a number typed wrong."""

from __future__ import annotations

from store import Session
from tui.screens.annulling import Annulling
from tui.screens.board_sittings import BoardSittings
from tui.screens.participant import Mended, MendParticipant
from tui.screens.signed_forms import SignedForms

_FORMS, _ANNUL = "The signed forms of which sitting?", "Which sitting was begun, or refused, by mistake?"


class BoardMending(BoardSittings):
    """The part of the board that mends what was typed or begun by mistake."""

    def reload(self) -> None:
        """Read everything anew from the study."""
        raise NotImplementedError

    def mends(self, action: str) -> bool | None:
        """Whether there is something for one of these keys; None greys it."""
        if action == "mend":
            return True if self.pointed is not None else None
        return True if (self.sittings if action == "forms" else self._to_annul) else None

    @property
    def _to_annul(self) -> tuple[Session, ...]:
        return tuple(one for one in self.sittings if not self.study.annulment.why_not(one.id))

    def action_forms(self) -> None:
        """The signed forms of a session."""
        self.with_one_of(
            self.sittings, _FORMS, lambda one: self.app.push_screen(SignedForms(self.study.sessions.get(one)))
        )

    def action_annul(self) -> None:
        """Take a session out of the counts that was begun, or refused, by mistake."""
        self.with_one_of(self._to_annul, _ANNUL, self._ask_why)

    def _ask_why(self, session_id: str) -> None:
        session = self.study.sessions.get(session_id)
        self.app.push_screen(Annulling(session), lambda annulled: self._annulled(session_id, annulled))

    def _annulled(self, session_id: str, annulled: bool | None) -> None:
        if annulled:
            self.reload()
            self.say(f"Session {session_id} is annulled; `vivavoce sessions list` tells of it.")

    def action_mend(self) -> None:
        """The number of this participant was typed by mistake."""
        if (cell := self.pointed) is not None:
            number = cell.participant
            self.app.push_screen(MendParticipant(number), lambda mended: self._mended(number, mended))

    def _mended(self, number: str, mended: Mended | None) -> None:
        if mended is None:
            return
        self.reload()
        self.say(f"{number} is {f'{mended.number} now' if mended.number else 'removed'}.")
