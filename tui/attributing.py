"""Whose the utterances are: the scribe is asked in idle moments and at the end, and what it says is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

from store import Move, Study
from store.transcript import BY_VOICE
from transcribe import wire
from tui.hearing import Hearing

_AT_THE_END = "at the end"

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

    def listen(self, key: str, start_ms: int, end_ms: int, levels: Levels = ()) -> None:
        """Another utterance to tell apart; with two microphones, how loud each was (see ``wire.Span``)."""
        self._hearing.take_print(wire.TakePrint(key, start_ms, end_ms, levels))

    def ask(self, *, at_the_end: bool = False) -> None:
        """Ask whose the utterances are, if there are any and somebody can tell."""
        rows = self._study.transcript.utterances(self._session)
        if not rows or not self._hearing.tells_apart:
            return
        moves = tuple(cue.at_ms for cue in self._study.log.cues(self._session) if cue.move is not Move.SKIP)
        said = tuple(wire.Said(row.id, row.text or "") for row in rows)
        name = _AT_THE_END if at_the_end else f"after {len(rows)}"
        self._hearing.attribute(wire.Attribute(name, said, moves))

    def take(self, answer: wire.Attributed) -> None:
        """Write what the scribe says."""
        known = {row.id: row for row in self._study.transcript.utterances(self._session)}
        for whose in sorted(answer.whose, key=lambda one: known[one.id].start_ms if one.id in known else 0):
            row = known.get(whose.id)
            if row is None:
                continue
            if answer.id == _AT_THE_END:
                self._part(whose)
            elif row.confidence is None and row.speaker is None and whose.speaker is not None:
                self._label(whose.id, whose.speaker, whose.confidence)

    def _part(self, whose: wire.Whose) -> None:
        """Label an utterance, parted from its end on wherever another begins to speak."""
        turns = _joined(whose.turns)
        key, speaker, confidence = whose.id, whose.speaker, whose.confidence
        for before, after in reversed(list(pairwise(turns))):
            second = self._study.speakers.split(key, before.end_ms, self._now(), self.by)
            if second is not None:
                self._label(second, after.speaker, after.confidence)
                speaker, confidence = before.speaker, before.confidence
        self._label(key, speaker, confidence)

    def _label(self, key: str, speaker: str | None, confidence: float) -> None:
        if self._study.speakers.label(key, speaker, confidence, self._now(), self.by):
            self._tell(key)


def _joined(turns: Sequence[wire.WhoseTurn]) -> list[wire.WhoseTurn]:
    """The turns of those who are known, each as long as nobody else that is known speaks."""
    joined: list[wire.WhoseTurn] = []
    for turn in turns:
        if turn.speaker is None:
            continue
        if joined and joined[-1].speaker == turn.speaker:
            last = joined.pop()
            turn = wire.WhoseTurn(last.start_ms, turn.end_ms, turn.speaker, max(last.confidence, turn.confidence))
        joined.append(turn)
    return joined
