"""What every screen stands on: the app behind it, its study, the time, and what it says when it is asked for help."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, TypeAlias, cast

from textual.message_pump import MessagePump
from textual.screen import ScreenResultType

from store import Study
from tui.screens.working import WorkingScreen

if TYPE_CHECKING:
    from tui.app import VivavoceApp

WayBack: TypeAlias = "Callable[[VivavoceApp], None]"
"""Opens anew what was open when the app was locked; it holds ids, and no words."""


def face(of: MessagePump) -> VivavoceApp:
    """The app that a widget or a screen lives in, by its own type."""
    return cast("VivavoceApp", of.app)


class StudyScreen(WorkingScreen[ScreenResultType]):
    """A screen of this app.

    ``about`` opens its help, in plain sentences. ``keeps_open`` is one sentence while the app must not be quit.
    ``attended``: somebody is here, also where no key is pressed for long.
    """

    about: ClassVar[str] = ""
    keeps_open: str | None = None
    attended = False

    @property
    def face(self) -> VivavoceApp:
        """The app."""
        return face(self)

    @property
    def study(self) -> Study:
        """The open study; asking before it is open is a programming fault."""
        return self.face.study

    def now(self) -> datetime:
        """The time in the world, aware, in UTC."""
        return self.face.now()

    def way_back(self) -> WayBack | None:
        """How to come back here after the app was locked; None where the screen below it will do."""
        return None

    def hide(self) -> bool:
        """Take words off the screen where it can't be locked; whether there were any to be taken off."""
        return False

    def look_anew(self) -> bool:
        """Something was taken back in this study, anywhere: what may be shown no more goes off this screen at once.

        False where the whole screen has to be left.
        """
        return True

    def written_elsewhere(self) -> None:
        """Something was written in this study, by this app or by another program."""

    def say(self, sentence: object, severity: str = "information") -> None:
        """Show one sentence for a few seconds; never read as markup."""
        kind = "error" if isinstance(sentence, Exception) else severity
        if not any(note.message == str(sentence) for note in self.app._notifications):  # it stands there already
            self.notify(str(sentence), severity=kind, markup=False)  # type: ignore[arg-type]  # one of Textual's three
