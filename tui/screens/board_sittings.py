"""What the board's keys do with a sitting under the cursor: with the only one, or with the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store import Session
from tui.screens import StudyScreen
from tui.screens.choose import Answer, Choose
from tui.screens.withdrawal import WithdrawalScreen
from tui.taking_back import choices
from tui.waves import Cell
from tui.widgets.board_detail import sitting_words

_OPEN, _MEMO = "The transcript of which sitting?", "The memo of which sitting?"
_WITHDRAW = "Of which sitting is something taken back?"
_SEVERAL = "There was more than one with {participant} in wave {wave}; the newest is the first."


class BoardSittings(StudyScreen[None]):
    """The part of the board that opens a sitting, or takes back what was agreed to in it."""

    @property
    def pointed(self) -> Cell | None:
        """The cell under the cursor."""
        raise NotImplementedError

    @property
    def sittings(self) -> tuple[Session, ...]:
        """Those under the cursor that count, the newest first, also where a later one hides them."""
        return () if self.pointed is None else self.pointed.counted

    @property
    def to_read(self) -> tuple[Session, ...]:
        """Those that may be read."""
        return tuple(one for one in self.sittings if not self.study.gate.is_shut(one.id))

    @property
    def to_take_back(self) -> tuple[Session, ...]:
        """Those in which something was agreed to that can be taken back; annulled ones too, which keep their sound."""
        cell = self.pointed
        return () if cell is None else tuple(one for one in cell.sittings if choices(self.study, one.id))

    def with_one_of(self, sittings: Sequence[Session], question: str, do: Callable[[str], object]) -> None:
        """Do it with the only one, or with the one that is chosen; with none, nothing."""
        if len(sittings) < 2:
            for one in sittings:
                do(one.id)
            return

        def chosen(session: str | None) -> None:
            if session is not None:
                do(session)

        answers = tuple(Answer(_key(at), self._in_words(one), one.id) for at, one in enumerate(sittings, start=1))
        about = _SEVERAL.format(participant=sittings[0].participant, wave=sittings[0].wave)
        self.app.push_screen(Choose(question, about, answers), chosen)

    def _in_words(self, session: Session) -> str:
        return f"{session.id}  {sitting_words(session, self.study.consent.newest(session.id))}"

    def action_open(self) -> None:
        """The transcript."""
        self.with_one_of(self.to_read, _OPEN, self.face.show_transcript)

    def action_memo(self) -> None:
        """The memo."""
        self.with_one_of(self.to_read, _MEMO, self.face.show_memo)

    def action_withdraw(self) -> None:
        """The participant takes consent back, after the interview."""
        self.with_one_of(self.to_take_back, _WITHDRAW, lambda one: self.app.push_screen(WithdrawalScreen(one)))


def _key(at: int) -> str:
    """The key of the answer at this place; those past the ninth have none, and are gone to."""
    return str(at) if at <= 9 else " "
