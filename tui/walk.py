"""Where the interviewer is in the guide: a pure value that moves give anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from guides.model import Guide, Question
from store.records import Cue, Move


@dataclass(frozen=True)
class Walk:
    """The questions of one wave, the one that is up, and which were asked or skipped.

    ``here`` is the index of the question on show: asked already, or next to be asked.
    """

    questions: tuple[Question, ...]
    here: int = 0
    asked: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()

    @classmethod
    def through(cls, guide: Guide, wave: int) -> Walk:
        """The walk at its beginning; a guide without questions in this wave gives an empty one."""
        return cls(guide.for_wave(wave))

    def retraced(self, cues: Iterable[Cue]) -> Walk:
        """The walk after these cues were made, to go on with an interrupted session."""
        walk = self
        for cue in cues:
            if cue.question is not None and walk._index(cue.question) is not None:
                walk = walk._made(cue.move, cue.question)
        return walk

    @property
    def current(self) -> Question | None:
        """The question on show, or None when there is none."""
        return self.questions[self.here] if self.here < len(self.questions) else None

    @property
    def following(self) -> Question | None:
        """The one to be asked next: the question on show if it was not asked, else the next that was not."""
        if self.current is not None and not self._done(self.current):
            return self.current
        return next((question for question in self.questions[self.here + 1 :] if not self._done(question)), None)

    def core_not_asked(self) -> tuple[Question, ...]:
        """The core questions that were not asked, in guide order."""
        return tuple(question for question in self.questions if question.core and question.id not in self.asked)

    def fidelity(self) -> tuple[int, int]:
        """How many core questions were asked, and how many there are."""
        core = [question for question in self.questions if question.core]
        return sum(question.id in self.asked for question in core), len(core)

    def shown(self, question_id: str) -> Walk:
        """The same walk with this question on show, nothing asked; raises KeyError for one not in this wave."""
        index = self._index(question_id)
        if index is None:
            raise KeyError(question_id)
        return replace(self, here=index)

    def ask(self, question_id: str | None = None) -> Walk | None:
        """The walk after asking that question, or the following one; None when there is none left."""
        question = self._named(question_id) if question_id else self.following
        return None if question is None else self._made(Move.ASK, question.id)

    def skip(self, question_id: str | None = None) -> Walk | None:
        """The walk after passing that question, or the following one, by; None when there is none left."""
        question = self._named(question_id) if question_id else self.following
        return None if question is None else self._made(Move.SKIP, question.id)

    def back(self) -> Walk | None:
        """The walk after going back to the question before; None at the beginning."""
        if self.here == 0:
            return None
        return self._made(Move.BACK, self.questions[self.here - 1].id)

    def _made(self, move: Move, question_id: str) -> Walk:
        index = self._index(question_id)
        if index is None:
            raise KeyError(question_id)
        if move is Move.SKIP:
            return replace(self, here=index, skipped=self.skipped | {question_id})
        if move is Move.ASK:
            asked, skipped = self.asked | {question_id}, self.skipped - {question_id}
            return replace(self, here=index, asked=asked, skipped=skipped)
        return replace(self, here=index)

    def _named(self, question_id: str) -> Question:
        index = self._index(question_id)
        if index is None:
            raise KeyError(question_id)
        return self.questions[index]

    def _index(self, question_id: str) -> int | None:
        return next((i for i, question in enumerate(self.questions) if question.id == question_id), None)

    def _done(self, question: Question) -> bool:
        return question.id in self.asked or question.id in self.skipped
