"""The app: opens the study, shows the screen that is due, and keeps the terminal's descriptor for itself."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.worker import Worker

from guides.plaintext import shown
from store import ConsentRequired, SessionLock, State, Study, StudyMissing, TooSoon
from store.errors import StoreError
from store.opening import require_study
from tui import theme
from tui.backlog import IN_THE_LOOP_MS
from tui.beside import Beside, Over
from tui.clock import world_now
from tui.encoding import doubt_about_letters
from tui.erasing import Erasing
from tui.harmless import Harmless
from tui.idle_measuring import IdleMeasuring
from tui.key_order import KeyDone, KeyOrder
from tui.locking import FINISHING, Locking
from tui.log import log_path
from tui.opening import Opening
from tui.palette import Commands, commands
from tui.readings import Readings
from tui.recovery import offered, unfinished
from tui.refusals import Refusals
from tui.screens import StudyScreen
from tui.screens.board import Board
from tui.screens.consent import ConsentScreen
from tui.screens.first_run import FirstRun
from tui.screens.help import HelpScreen
from tui.screens.interrupted import InterruptedScreen
from tui.screens.leaving import Leaving
from tui.screens.second_reading import ReadingMoved, SecondReading
from tui.screens.unlock import Unlock
from tui.screens.withdrawal import WithdrawalScreen
from tui.terminal import Terminal
from tui.unlocking import unlocked
from tui.watch import Watch

_LOG = logging.getLogger("vivavoce")
_HARMLESS = Harmless()


class VivavoceApp(App[int]):
    """The face of a study. ``now`` is the time in the world, given from outside."""

    TITLE = "vivavoce"
    CSS_PATH = "vivavoce.tcss"
    COMMANDS: ClassVar = {Commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", id="app.help", key_display="?", tooltip="What the keys do here"),
        Binding("f1", "help", "Help", id="app.help.typing", tooltip="What the keys do here, also while you type"),
        Binding("f2", "other_theme", "Light or dark", id="app.theme", show=False, tooltip="Switch light and dark"),
        Binding("ctrl+l", "lock", "Lock", id="app.lock", show=False, priority=True, tooltip="Close the study"),
        Binding("ctrl+q", "quit", "Quit", id="app.quit", show=False, priority=True, tooltip="Leave vivavoce"),
    ]

    def __init__(self, opening: Opening, now: Callable[[], datetime] = world_now) -> None:
        super().__init__()
        self.refusals = Refusals(self)
        self._passphrase = opening.passphrase
        self.opening = replace(opening, passphrase=None)
        self.now = now
        self._study: Study | None = None
        self._measuring = IdleMeasuring(self, lambda: isinstance(self.screen, Board) and not self.finishing, now)
        self._readings: Readings | None = None
        self._beside: Beside | None = None
        self._watch: Watch | None = None
        self._erasing: Erasing | None = None
        self._terminal = Terminal(lambda: self.exit(1), self.refresh)
        self.locking = Locking(self)
        self._key_order = KeyOrder(self, super().on_event)
        for one in theme.THEMES:
            self.register_theme(one)
        self.theme = theme.DARK.name

    @property
    def study(self) -> Study:
        """The open study."""
        if self._study is None:
            raise RuntimeError("A screen asked for the study before it was open.")
        return self._study

    @property
    def readings(self) -> Readings:
        """The second readings of the open study."""
        if self._readings is None:
            raise RuntimeError("A screen asked for the readings before the study was open.")
        return self._readings

    @property
    def beside(self) -> Beside:
        """Where what takes longer than a key may is done in the open study."""
        if self._beside is None:
            raise Over
        return self._beside

    @property
    def erasing(self) -> Erasing:
        """What erases unused space of the open study."""
        if self._erasing is None:
            raise Over
        return self._erasing

    @property
    def is_open(self) -> bool:
        """Whether there is a study yet."""
        return self._study is not None

    # --- which screen is due ------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        """First run, unlock, or straight in."""
        if not self.is_headless:
            self._terminal.begin()
            if doubt := doubt_about_letters():
                self.warn(doubt)
        if self.opening.source.replay is None:
            self._measuring.begin()
        passphrase, self._passphrase = self._passphrase, None
        folder = self.opening.folder
        try:
            require_study(folder.absolute())
            if passphrase is None:
                self.push_screen(Unlock())
                return
            self.enter(await unlocked(partial(Study.open, folder, passphrase, self.now())))
        except StudyMissing:
            self.push_screen(FirstRun())
        except StoreError as trouble:
            self.push_screen(Unlock("" if isinstance(trouble, TooSoon) else str(trouble)))

    def enter(self, study: Study) -> None:
        """The study is open: what was interrupted first, then the board; readings that were wished for go on.

        After it was locked, where they were.
        """
        self._study = study = self.locking.opened(study)
        study.erase_later()
        study.wait_for_others(IN_THE_LOOP_MS)
        self._readings = Readings(study, self.opening.choice.device, self._reading_moved, self.warn, self.now)
        self._beside, self._watch = Beside(study), Watch(self, study)
        self._watch.begin()
        self._erasing = Erasing(study, self._receipts_given, self.now)
        self.theme = theme.known(study.setting(theme.SETTING))
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(Board())
        on_offer = {session.id for session in offered(study)}
        if left := tuple(session for session in self.unfinished() if session in on_offer):
            self.push_screen(InterruptedScreen(left))
        else:
            self.locking.go_back()
        if study.lost:
            self.warn(study.lost)
        self.locking.watch()
        self.run_worker(self.readings.run(), name="second readings", group="readings", exit_on_error=False)
        self.run_worker(self.erasing.run(), name="erasing", group="erasing", exit_on_error=False)

    def unfinished(self) -> tuple[str, ...]:
        """The sessions to be mended: interrupted, or stopped before their transcript was whole; the newest first.

        While one is being finished in the background, those that were stopped are left to it.
        """
        left = reversed(unfinished(self.study))
        busy = self.finishing
        return tuple(session.id for session in left if not (busy and session.state is State.STOPPED))

    @property
    def finishing(self) -> bool:
        """Whether a transcript is being finished in the background."""
        return any(worker.group == FINISHING and worker.is_running for worker in self.workers)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A transcript was finished in the background: the board shows it."""
        self.refusals.take(event.worker.error)
        if event.worker.group != FINISHING or not event.worker.is_finished or not self.is_running:
            return
        if isinstance(self.screen, Board):
            self.screen.reload()
        self.locking.finished()

    def _reading_moved(self, session: str, utterance: str | None) -> None:
        """Tell every screen that may show it."""
        for screen in self.screen_stack:
            if isinstance(screen, SecondReading | Board):
                screen.post_message(ReadingMoved(session, utterance))

    def _receipts_given(self, sessions: tuple[str, ...]) -> None:
        """What was destroyed is erased: say so, unless the screen that shows the receipt is there."""
        if not any(isinstance(screen, WithdrawalScreen) for screen in self.screen_stack):
            for session in sessions:
                self.notify(
                    f"{session}: what was destroyed is erased. `sessions show` prints the receipt.", markup=False
                )

    def warn(self, sentence: str) -> None:
        """Say what is wrong, whichever screen is on top."""
        self.notify(sentence, severity="warning", markup=False)

    async def on_event(self, event: events.Event) -> None:
        """Every key and every move of the mouse says that somebody is there."""
        if isinstance(event, events.InputEvent) and not event.is_forwarded and self.locking.touched():
            return
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._key_order.take(event)
            return
        await super().on_event(event)
        await self._key_order.dealt_with(event)

    async def on_key_done(self, message: KeyDone) -> None:
        """A key was dealt with on its way."""
        await self._key_order.dealt_with(message)

    def on_key(self, event: events.Key) -> None:
        """A key that was sent to a screen before its line had the focus is typed there, and is no command."""
        line = self.focused
        if not (event.is_printable and event.character):
            return
        if isinstance(line, Input):
            event.prevent_default()
            line.insert_text_at_cursor(event.character)
        elif isinstance(line, TextArea):
            event.prevent_default()
            line.insert(event.character)

    # --- screens that others open -------------------------------------------------------------------------------------

    def show_consent(self, participant: str, wave: int) -> None:
        """What comes before a session."""
        self._measuring.hold_off()
        self.push_screen(ConsentScreen(participant, wave))

    def show_consent_anew(self, session_id: str) -> None:
        """Consent asked anew before a session goes on; takes the place of the screen that asked for it."""
        from tui.screens.consent_anew import ConsentAnew  # as below

        self._measuring.hold_off()
        self.switch_screen(ConsentAnew(self.study.sessions.get(session_id)))

    def show_interview(self, session_id: str, lock: SessionLock) -> None:
        """Conduct this session; takes the place of the screen that asked for it, and takes over its lock."""
        from tui.screens.interview import InterviewScreen  # only now: the board is painted sooner without it

        self._measuring.hold_off()
        self.switch_screen(InterviewScreen(session_id, lock=lock))

    def show_transcript(self, session_id: str, at_ms: int | None = None) -> None:
        """Read a session, from this place on if one is given."""
        from tui.screens.transcript import TranscriptScreen  # as above

        if self._may_be_read(session_id):
            self.push_screen(TranscriptScreen(session_id, at_ms))

    def point_at(self, participant: str, wave: int) -> None:
        """Let the board, when it is seen again, stand at this participant and wave."""
        for screen in self.screen_stack:
            if isinstance(screen, Board):
                screen.point_at(participant, wave)

    def show_memo(self, session_id: str, *, instead: bool = False) -> None:
        """Write the memo of a session; ``instead`` of the screen that asked for it, else on top of it."""
        from tui.screens.memo import MemoScreen  # as above

        if self._may_be_read(session_id):
            (self.switch_screen if instead else self.push_screen)(MemoScreen(session_id))

    def _may_be_read(self, session_id: str) -> bool:
        """Whether the gate of this session is open; if not, it is said why."""
        try:
            self.study.gate.session(session_id)
        except ConsentRequired as shut:
            self.notify(str(shut), severity="warning", markup=False)
            return False
        return True

    async def on_unmount(self) -> None:
        """Let go of the study and of the terminal; what is still to be erased is left to the next opening."""
        try:
            await self.nothing_beside()
            await self.locking.close()
            if self._study is not None:
                self._study.close()
        finally:
            self._terminal.end()  # up to here one more polite kill breaks nothing off

    async def nothing_beside(self) -> None:
        """Nothing is looked at or done beside the screens any more, for the study is being closed."""
        if self._watch is not None:
            self._watch.end()
        if self._beside is not None:
            await self._beside.closed()

    def let_go(self) -> Study:
        """Give the study away: it is locked, and no screen has it any more."""
        study = self.study
        self._study = self._readings = self._erasing = self._beside = self._watch = None
        return study

    # --- what can't be done, and what is no more ----------------------------------------------------------------------

    def _register_child(self, parent: DOMNode, child: Widget, before: int | None, after: int | None) -> None:
        """Textual's own: every widget and every screen comes by here before its loop begins."""
        self.refusals.guard(child)
        super()._register_child(parent, child, before, after)

    async def _dispatch_message(self, message: Message) -> None:
        """Textual's own: keys are obeyed here, whichever screen they belong to."""
        await self.refusals.deliver(self, super()._dispatch_message, message)

    def _handle_exception(self, error: Exception) -> None:
        """A refusal is said; any other fault ends the app."""
        if not self.refusals.take(error):
            super()._handle_exception(error)

    def refuse(self, why: Exception | str) -> None:
        """Say why something can't be done, where the screen says such things; what is being said is not said twice."""
        if isinstance(self.screen, StudyScreen) and self.screen.is_mounted:
            self.screen.say(why, "warning")
        elif not any(note.message == str(why) for note in self._notifications):
            self.notify(str(why), severity="error", markup=False)

    def can_be_left(self, screen: Screen[object]) -> bool:
        """Whether there is a screen of ours below it."""
        return screen in self.screen_stack[2:]

    async def leave(self, screen: Screen[object]) -> None:
        """Take a screen down, with everything that stands on it."""
        while self.can_be_left(screen):
            await self.pop_screen()

    # --- what was copied ----------------------------------------------------------------------------------------------

    def copy_to_clipboard(self, text: str) -> None:
        """Within the app only: every program, and some other machines, could read what lies on the system's."""
        self._clipboard = text

    def forget_copied(self) -> None:
        """Nothing can be pasted that was copied before."""
        self._clipboard = ""

    def get_key_display(self, binding: Binding) -> str:
        """Keys by their names where the sign for them is not widely known."""
        return "enter" if binding.key == "enter" else super().get_key_display(binding)

    # --- what works everywhere ----------------------------------------------------------------------------------------

    def action_help(self) -> None:
        """Help for the screen we are on."""
        about = self.screen.about if isinstance(self.screen, StudyScreen) else ""
        self.push_screen(HelpScreen(about, tuple(commands(self.screen))))

    def action_other_theme(self) -> None:
        """Light instead of dark, or the other way; the study remembers it."""
        self.theme = theme.other(self.theme)
        if self._study is not None:
            try:
                self._study.set_setting(theme.SETTING, self.theme, self.now())
            except StoreError as refused:
                self.refuse(f"The look is not kept: {refused}")

    async def action_lock(self) -> None:
        """Close the study and ask for the passphrase; in an interview, which goes on, hide the words at least."""
        await self.locking.asked()

    async def action_quit(self) -> None:
        """Leave, unless a screen says why not yet; what was destroyed is erased before, for whoever has the time."""
        if self._kept_open():
            return
        if self.is_open and self.erasing.owed and not self.study.conducted:
            self.push_screen(Leaving())
        else:
            self.exit(0)

    def action_help_quit(self) -> None:
        """Ctrl+C: in a terminal it copies, and many a hand takes it for leaving."""
        if not self._kept_open():
            self.notify("Ctrl+Q leaves vivavoce.", markup=False)

    def _kept_open(self) -> bool:
        """Whether a screen must not be left now; it has said why."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, StudyScreen) and screen.keeps_open:
                screen.say(screen.keeps_open, "warning")
                return True
        return False

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last of them lets nothing through that a terminal would obey."""
        return (*super().get_line_filters(), _HARMLESS)

    def _fatal_error(self) -> None:
        """One sentence for the person, the places in the code for the log; never values, which may be words."""
        kind, _, trace = sys.exc_info()
        places = "".join(traceback.format_tb(trace)) if trace is not None else ""
        _LOG.error("%s\n%s", kind.__name__ if kind is not None else "unknown", places)
        where = shown(str(log_path()))
        self.panic(Text(f"vivavoce met a fault of its own and closed; what was recorded is safe. See {where}."))
