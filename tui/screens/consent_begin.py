"""From what stands on the consent screen to a session: what is asked before it, and what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.widgets import Button, Input

from store import Decision, Kind, SessionLock
from store.errors import StoreError
from transcribe.errors import TranscribeError
from tui.beginning import Arrangement, begin
from tui.holding import taken
from tui.screens import StudyScreen
from tui.screens.choose import Answer, Choose
from tui.screens.confirm import Confirm
from tui.widgets.decisions import TITLES, Decisions
from tui.widgets.field import Field
from tui.widgets.sound_check import SoundCheckPane

NO_SUCH_FILE = "There is no such file: mend the path, or leave it empty."
NOT_A_FILE = "That is a folder: give the file of the scan."
REFUSAL = "Keep that {participant} declines to take part?"
REFUSAL_FOLLOWS = "No interview is held in wave {wave}, and the refusal is kept with it. Nothing else is kept."
QUOTING = "{participant} declines to be quoted. In the earlier interviews too?"
QUOTING_GRANTED = "It was granted in {sessions}."
ONLY, TOO = "only", "too"
LEAVING = "Leave without beginning?"
NOTHING_KEPT = "What was decided and typed here is not kept."


class ConsentBegin(StudyScreen[None]):
    """What begins a session, or leaves it be; nothing is kept that was not asked for."""

    participant: str
    wave: int
    refusal_follows: ClassVar[str] = REFUSAL_FOLLOWS

    @property
    def made(self) -> dict[Kind, Decision]:
        """What is decided so far."""
        return self.query_one(Decisions).made

    @property
    def check(self) -> SoundCheckPane:
        """The pane in which the microphone is tried."""
        return self.query_one(SoundCheckPane)

    @property
    def refused(self) -> bool:
        """Whether they decline to take part."""
        return self.made.get(Kind.TAKING_PART) is Decision.DECLINED

    @property
    def ready(self) -> bool:
        """Whether there is something to keep."""
        return self.refused or len(self.made) == len(TITLES)

    @property
    def begun_to_fill(self) -> bool:
        """Whether something was decided or typed."""
        typed = any(self.typed(name) for name in ("others", "signed"))
        return bool(self.made) or typed or self.typed("setting") != self.setting_before

    @property
    def setting_before(self) -> str:
        """What stood in the field before anybody typed."""
        raise NotImplementedError

    def typed(self, name: str) -> str:
        """What stands in a field."""
        return self.query_one(f"#{name}", Field).value.strip()

    # --- the signed form ----------------------------------------------------------------------------------------------

    @on(Input.Blurred, "#signed Input")
    def _look_for_the_form(self) -> None:
        self._form_is_there()

    def _form_is_there(self) -> bool:
        """Whether the field is empty or names a file; what is wrong is said below it."""
        form = self._signed_form()
        wrong = ""
        if form is not None and not form.is_file():
            wrong = NOT_A_FILE if form.is_dir() else NO_SUCH_FILE
        self.query_one("#signed", Field).say(wrong)
        return not wrong

    def _signed_form(self) -> Path | None:
        """The file that was typed, or dropped on the terminal, which puts quotation marks around some names."""
        typed = self.typed("signed")
        if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "'\"":
            typed = typed[1:-1]
        return Path(typed).expanduser() if typed else None

    # --- leaving and beginning ----------------------------------------------------------------------------------------

    def action_leave(self) -> None:
        """Back to the board; asks where something was decided or typed."""
        if not self.begun_to_fill:
            self.dismiss(None)
            return
        self.app.push_screen(Confirm(LEAVING, NOTHING_KEPT, yes="Leave", no="Stay"), self._left)

    def _left(self, leave: bool | None) -> None:
        if leave:
            self.dismiss(None)

    @on(Button.Pressed, "#consent-start")
    def _pressed(self) -> None:
        self.action_begin()

    def action_begin(self) -> None:
        """Keep the decisions and begin, or keep that they declined and go back."""
        if not self.ready:
            self.say("Set every decision first: granted or declined.", "warning")
        elif self._form_is_there():
            self._ask_and_begin(self.arranged())
        else:
            self.query_one("#signed", Field).take_focus()

    def arranged(self) -> Arrangement:
        """What stands on the screen."""
        others = self.typed("others") or "nobody"
        form = self._signed_form()
        return Arrangement(self.participant, self.wave, self.made, self.typed("setting"), others, form)

    @work(group="asking", exclusive=True)
    async def _ask_and_begin(self, arranged: Arrangement) -> None:
        agreed = await self._asked(arranged)
        if agreed is not None:
            await self.keep(agreed)

    async def keep(self, arranged: Arrangement) -> None:
        """Keep this, of which everything was asked, and begin; what is in the way is said."""
        await self.check.release()  # the recorder opens it next
        try:
            with await taken(self.study) as lock:
                self._begin(arranged, lock)
        except (StoreError, TranscribeError, OSError) as refused:
            self.say(refused)
            await self.check.decide(self.made)

    async def _asked(self, arranged: Arrangement) -> Arrangement | None:
        """What is to be kept after all, once what can't be taken back was asked; None for nothing."""
        if self.refused:
            about = {"participant": self.participant, "wave": self.wave}
            more = self.refusal_follows.format(**about)
            question = Confirm(REFUSAL.format(**about), more, yes="Keep it", no="Go back")
            return arranged if await self.app.push_screen_wait(question) else None
        if arranged.decisions[Kind.QUOTING] is not Decision.DECLINED:
            return arranged
        earlier = self.quoted_earlier(arranged)
        if not earlier:
            return arranged
        answers = (Answer("o", "no: in this one only", ONLY), Answer("e", "yes: in the earlier ones too", TOO))
        more = QUOTING_GRANTED.format(sessions=", ".join(earlier))
        asked = Choose(QUOTING.format(participant=self.participant), more, answers, nothing="go back; nothing begins")
        answer = await self.app.push_screen_wait(asked)
        if answer is None:
            return None
        return replace(arranged, unquoted_too=earlier if answer == TOO else ())

    def quoted_earlier(self, arranged: Arrangement) -> tuple[str, ...]:
        """The sessions, but for the one that this is about, in which quoting is granted still."""
        return tuple(one.id for one in self.study.consent.still_granted(self.participant, Kind.QUOTING))

    def _begin(self, arrangement: Arrangement, lock: SessionLock) -> None:
        session = begin(self.study, arrangement, self.now())
        if not self.refused:
            self.face.show_interview(session.id, lock.take())
            return
        self.app.notify(f"{self.participant} declined to take part; this is kept, nothing was started.", markup=False)
        self.dismiss(None)
