"""Whose the utterances are: the scribe is asked in idle moments and at the end, and what it says is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from store import Line, Move, Study
from store.speakers import INTERVIEWER, PARTICIPANT
from store.transcript import BY_VOICE
from transcribe import wire
from tui.events import Notice
from tui.hearing import Hearing

_AT_THE_END = "at the end"
_NOT_NAMED = (
    "Two voices are told apart, but not whose they are: press 1 or 2 on an utterance of the transcript, "
    "or name them with `vivavoce voice name`."
)

_ALIKE = (
    "Both channels of this microphone carry the same sound, so they can't tell who speaks: "
    "use a device with two microphones, or say in the settings that there is one."
)

Levels = tuple[tuple[float, ...], ...]


class Attributing:
    """Labels one session. During it an utterance gets its first label only, so that names don't flicker on the screen.

    At the end every label is set from all there is to know, and an utterance in which both speak is parted.
    ``tell`` gets the id of each utterance that changed; ``by`` is what the scribe goes by, voice or channel.
    """

    def __init__(
        self, study: Study, session: str, hearing: Hearing, tell: Callable[[str], None], now: Callable[[], datetime]
    ) -> None:
        self._study, self._session, self._hearing = study, session, hearing
        self._tell, self._now = tell, now
        self.by = BY_VOICE
        self._heard_in_two = False

    def listen(self, key: str, start_ms: int, end_ms: int, levels: Levels = ()) -> None:
        """Another utterance to tell apart; with two microphones, how loud each was (see ``wire.Span``)."""
        self._heard_in_two = self._heard_in_two or bool(levels)
        self._hearing.take_print(wire.TakePrint(key, start_ms, end_ms, levels))

    def ask(self, *, at_the_end: bool = False) -> None:
        """Ask whose the utterances are, if there are any and somebody can tell."""
        if not self._hearing.tells_apart or not (lines := self._lines()):
            return
        moves = tuple(cue.at_ms for cue in self._study.log.cues(self._session) if cue.move is not Move.SKIP)
        said = tuple(wire.Said(line.id, line.text) for line in lines)
        name = _AT_THE_END if at_the_end else f"after {len(lines)}"
        self._hearing.attribute(wire.Attribute(name, said, moves))

    @property
    def missing(self) -> Notice | None:
        """What keeps the transcript from saying who speaks, once all was asked; None where it says so."""
        lines = self._lines()
        if lines and not self._hearing.tells_apart:
            from transcribe.speaker_model import MISSING  # only now: few sessions come to this, and it brings numpy

            return Notice("no_speaker_model", MISSING)
        if any(line.voice and line.speaker is None for line in lines):
            return Notice("voices_not_named", _NOT_NAMED)
        if self._heard_in_two and lines and not any(line.voice for line in lines):
            return Notice("channels_alike", _ALIKE)
        return None

    def take(self, answer: wire.Attributed) -> None:
        """Write what the scribe says; but whose a voice is may have been said by hand, before a session went on."""
        known = {line.id: line for line in self._lines()}
        named = self._study.speakers.named(self._session)
        there = [one for one in _as_named(answer.whose, named) if one.id in known]
        changed: list[str] = []
        with self._study.speakers.all_at_once():  # an hour has a thousand: one by one they would wait for the disk
            for whose in sorted(there, key=lambda one: known[one.id].start_ms):
                line = known[whose.id]
                if answer.id == _AT_THE_END:
                    changed += self._part(whose, line)
                elif line.confidence is None and line.speaker is None and whose.speaker is not None:
                    changed += self._label(whose.id, whose)
        for key in changed:
            self._tell(key)

    def _lines(self) -> tuple[Line, ...]:
        return self._study.transcript.lines(self._session)

    def _part(self, whose: wire.Whose, line: Line) -> list[str]:
        """Label an utterance, parted from its end on wherever another begins to speak; gives what changed."""
        turns = _joined(whose.turns)
        first: wire.Whose | wire.WhoseTurn = whose
        changed: list[str] = []
        for before, after in reversed(list(pairwise(turns))):
            second = self._study.speakers.split(whose.id, before.end_ms, self._now(), self.by)
            if second is not None:
                changed += self._label(second, after)
                first = before
        as_it_was = first is whose and line.confidence is not None
        if as_it_was and (line.speaker, line.voice) == (whose.speaker, whose.voice):
            return changed
        return [*changed, *self._label(whose.id, first)]

    def _label(self, key: str, whose: wire.Whose | wire.WhoseTurn) -> list[str]:
        """The utterance, if it changed."""
        now, speaker = self._now(), whose.speaker
        changed = self._study.speakers.label(key, speaker, whose.confidence, now, self.by, whose.voice)
        return [key] if changed else []


def _as_named(whose: Sequence[wire.Whose], named: Mapping[str, str]) -> tuple[wire.Whose, ...]:
    """Each with the speaker whom a hand has named for its voice; as the scribe says where none was named."""
    said = Counter((one.voice, named[one.id]) for one in whose if one.voice is not None and one.id in named)
    straight = said[1, INTERVIEWER] + said[2, PARTICIPANT] - said[2, INTERVIEWER] - said[1, PARTICIPANT]
    if not straight:
        return tuple(whose)
    first, other = (INTERVIEWER, PARTICIPANT) if straight > 0 else (PARTICIPANT, INTERVIEWER)
    return tuple(_with_names(one, {1: first, 2: other}) for one in whose)


def _with_names(whose: wire.Whose, names: Mapping[int | None, str]) -> wire.Whose:
    turns = tuple(replace(turn, speaker=names.get(turn.voice, turn.speaker)) for turn in whose.turns)
    return replace(whose, speaker=names.get(whose.voice, whose.speaker), turns=turns)


def _joined(turns: Sequence[wire.WhoseTurn]) -> list[wire.WhoseTurn]:
    """The turns in a known voice, each as long as none in the other one comes between."""
    joined: list[wire.WhoseTurn] = []
    for turn in turns:
        if turn.voice is None:
            continue
        if joined and joined[-1].voice == turn.voice:
            last = joined.pop()
            surest = max(last.confidence, turn.confidence)
            turn = replace(turn, start_ms=last.start_ms, confidence=surest, speaker=turn.speaker or last.speaker)
        joined.append(turn)
    return joined
