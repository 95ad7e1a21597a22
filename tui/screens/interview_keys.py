"""What the keys of the interview do; everything that writes goes through the conductor."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from store import Cue, Move
from tui.screens.interview_turns import InterviewTurns
from tui.screens.typed_notes import TypedNotes
from tui.widgets.captions import Captions
from tui.widgets.guide_list import GuideList
from tui.widgets.note_line import NoteLine, Purpose
from tui.widgets.passages import question_text
from tui.widgets.top_line import NewsLine
from tui.widgets.wrapping import shortened

ASKING = "Ask the selected question; if it was asked, the one that follows"
STRIKE = "Destroy the last minutes: sound, words and, if you say so, notes"
WITHDRAW = "Audio, quoting or contact is taken back; nothing is captured while it asks"
DISTRESS = "Off the record at once, with what to say and whom to call"
UNSTAMP = "Take back the newest move in the guide, or what became of the selected question"
NOTES = "Correct or strike what was typed"
MOST_SHOWN = 30
NOTHING_STAMPED = "There is nothing to take back: no move was made in the guide."
TAKEN_BACK = {
    Move.ASK: "Taken back, not asked: {}",
    Move.SKIP: "Taken back, not skipped: {}",
    Move.BACK: "Taken back: going back to {}",
    Move.FOLLOW: "Taken back: the follow-up.",
}


class InterviewKeys(InterviewTurns):
    """The commands of an interview, each a single key; ``ready`` once the session has begun."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,enter", "ask", "Ask", key_display="space", id="interview.ask", tooltip=ASKING),
        Binding("b", "back", "Back", id="interview.back", tooltip="Go back to the question before"),
        Binding("k", "skip", "Skip", id="interview.skip", tooltip="Pass the question by"),
        Binding("u", "unstamp", "Undo", id="interview.unstamp", tooltip=UNSTAMP),
        Binding("m", "mark", "Mark", id="interview.mark", tooltip="Flag this moment"),
        Binding("n", "note", "Note", id="interview.note", tooltip="Type a note; enter keeps it, escape drops it"),
        Binding("o", "off", "Off rec.", id="interview.record", tooltip="Off the record: nothing is captured"),
        Binding("o", "on", "On rec.", id="interview.resume", tooltip="On the record again"),
        Binding("s", "stop", "Stop", id="interview.stop", tooltip="Stop; asks once, then opens the memo"),
        Binding("f", "follow", "Follow", id="interview.follow", tooltip="Stamp a follow-up that is in no guide"),
        Binding("F", "words", "Follow…", show=False, id="interview.words", tooltip="Stamp a follow-up, with words"),
        Binding("N", "notes", "Notes", show=False, id="interview.notes", tooltip=NOTES),
        Binding("h", "quiet", "Quiet", id="interview.quiet", tooltip="Hide the words on the screen, or show them"),
        Binding("x", "strike", "Strike", id="interview.strike", tooltip=STRIKE),
        Binding("w", "withdraw", "Withdraw", id="interview.withdraw", tooltip=WITHDRAW),
        Binding("exclamation_mark", "distress", "Distress", key_display="!", id="interview.distress", tooltip=DISTRESS),
    ]  # fmt: skip
    OWN = frozenset(binding.action for binding in BINDINGS if isinstance(binding, Binding))

    ready = False

    @property
    def worded(self) -> bool:
        """Whether there is room for what is said: sound is recorded, or was."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what can't be done now; leave out what this session has no use for."""
        if action not in self.OWN:
            return True
        if not self.ready:
            return False if action == "on" else None
        shown = {"off": not self._goes_on, "on": self._goes_on, "quiet": self.worded}
        if not shown.get(action, True):
            return False
        return True if self._can(action) else None

    def _can(self, action: str) -> bool:
        conductor = self.conductor
        match action:
            case "back":
                return conductor.walk.here > 0
            case "withdraw":
                return bool(self.takeable)
            case "strike":
                return conductor.timed
            case "ask" | "skip":
                return conductor.walk.current is not None
        return True

    @property
    def _goes_on(self) -> bool:
        """Whether ``o`` is the way back to the record."""
        return self.soundless or self.conductor.off_the_record

    def say(self, sentence: object, severity: str = "information") -> None:
        """In the line of news: nothing may lie over the keys while somebody talks."""
        if self.ready:
            self.query_one(NewsLine).notice(str(sentence))
        else:
            super().say(sentence, severity)

    # --- the guide ----------------------------------------------------------------------------------------------------

    @property
    def _chosen(self) -> str | None:
        """The selected question, if it was not asked yet."""
        chosen, walk = self.query_one(GuideList).chosen, self.conductor.walk
        return None if chosen in walk.asked else chosen

    def action_ask(self) -> None:
        """Ask the selected question, or the one that follows."""
        if self._try(lambda: self.conductor.ask(self._chosen)) is False:
            self.say("Every question has been asked or skipped.")

    @on(OptionList.OptionSelected)
    def _selected(self) -> None:
        self.action_ask()

    def action_skip(self) -> None:
        """Pass the selected question by, or the one that follows."""
        if self._try(lambda: self.conductor.skip(self._chosen)) is False:
            self.say("Every question has been asked or skipped.")

    def action_back(self) -> None:
        """Back to the question before."""
        self._try(self.conductor.back)

    def action_follow(self) -> None:
        """Stamp a follow-up question."""
        self._try(self.conductor.follow)

    def action_words(self) -> None:
        """Type the words of a follow-up question."""
        self.query_one(NoteLine).open(Purpose.FOLLOW_UP)

    def action_unstamp(self) -> None:
        """Take back what became of the selected question; of the one in hand, or one that is to come, the last move."""
        chosen, walk = self.query_one(GuideList).chosen, self.conductor.walk
        in_hand = walk.current.id if walk.current is not None else None
        mended = chosen if chosen != in_hand and chosen in walk.asked | walk.skipped else None
        undone = self._try(lambda: self.conductor.unstamp(mended) or NOTHING_STAMPED)
        if isinstance(undone, Cue):
            words = shortened(question_text(self.conductor.guide, undone.question), MOST_SHOWN)
            self.say(TAKEN_BACK[undone.move].format(words))
        elif undone is not None:
            self.say(undone)

    # --- notes --------------------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Flag this moment."""
        self._try(self.conductor.mark)

    def action_note(self) -> None:
        """Open the line to type in."""
        self.query_one(NoteLine).open(Purpose.NOTE)

    def action_notes(self) -> None:
        """The list of what was typed."""
        self.app.push_screen(TypedNotes(self.conductor))

    def typed(self, purpose: Purpose, text: str | None) -> None:
        """Keep what was typed: on disk when this returns, or as soon as it can be.

        Where it is refused, the line stays open with its words.
        """
        if text is not None and purpose is Purpose.FOLLOW_UP:
            self.conductor.follow(text or None)
        elif text:
            self.conductor.jot(text)

    def hide(self) -> bool:
        """Quiet mode."""
        self.query_one(Captions).quiet = True
        return True

    def action_quiet(self) -> None:
        """Hide the words, or show them."""
        captions = self.query_one(Captions)
        captions.quiet = not captions.quiet
