"""Which of two voices is the interviewer's: by a print of theirs, or else by who asks. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log, tanh

INTERVIEWER = "interviewer"
PARTICIPANT = "participant"
UNSURE = "?"

LEAST_CONFIDENCE = 0.3
"""What is less sure than this stays "?"."""

_STEEP = 5.0
_ASKING_CAP = 0.9  # nobody's manner of speaking proves who they are
_FIRST = 1.0  # the interviewer begins, nearly always: worth 2.7 to 1
_MOST = 2.0  # no sign alone is worth more than 7 to 1
_CUE_MS = 10_000  # a question of the guide is asked this soon after it is called up, or not at all


@dataclass(frozen=True)
class Naming:
    """Which voice, 0 or 1, is the interviewer's, and how sure that is, from 0 to 1."""

    interviewer: int
    confidence: float

    @property
    def sure(self) -> bool:
        """Whether it is sure enough to name anybody."""
        return self.confidence >= LEAST_CONFIDENCE

    def speaker(self, voice: int) -> str:
        """Whose this voice is."""
        return INTERVIEWER if voice == self.interviewer else PARTICIPANT


@dataclass(frozen=True)
class Spoken:
    """A stretch in one voice, and its words where they are known."""

    start_ms: int
    length_ms: int
    voice: int
    text: str = ""


def by_print(likeness: tuple[float, float]) -> Naming:
    """From the cosines of the two voices' middles with a print of the interviewer: the nearer one is theirs."""
    lead = likeness[0] - likeness[1]
    return Naming(int(lead < 0), tanh(_STEEP * abs(lead)))


def by_asking(spoken: Sequence[Spoken], cues_ms: Collection[int] = ()) -> Naming:
    """From what interviewers do: ask questions, speak first, say less, and speak when the guide moves on.

    Each sign is a logarithm of odds; they are added up. ``cues_ms`` is when the guide moved on. With no sign at all
    the confidence is 0; it is never above 0.9.
    """
    ordered = sorted(spoken, key=lambda one: one.start_ms)
    if len({one.voice for one in ordered}) < 2:
        return Naming(0, 0.0)
    odds = _questions(ordered) + _brevity(ordered) + _cues(ordered, cues_ms)
    odds += _FIRST if ordered[0].voice == 0 else -_FIRST
    return Naming(int(odds < 0), _ASKING_CAP * tanh(abs(odds) / 2))


def _questions(spoken: Sequence[Spoken]) -> float:
    """Who ends more of what they say with a question mark."""
    asked, said = [0.5, 0.5], [1.0, 1.0]
    for one in spoken:
        if one.text:
            said[one.voice] += 1
            asked[one.voice] += one.text.rstrip().endswith("?")
    return _capped(log(asked[0] / said[0]) - log(asked[1] / said[1]))


def _brevity(spoken: Sequence[Spoken]) -> float:
    """Who says less; half as much is worth 1.4 to 1."""
    length_ms = [1.0, 1.0]
    for one in spoken:
        length_ms[one.voice] += one.length_ms
    return _capped(0.5 * (log(length_ms[1]) - log(length_ms[0])))


def _cues(spoken: Sequence[Spoken], cues_ms: Collection[int]) -> float:
    """Who speaks first after a move in the guide."""
    answered = [1.0, 1.0]
    for cue_ms in cues_ms:
        after = next((one for one in spoken if cue_ms <= one.start_ms < cue_ms + _CUE_MS), None)
        if after is not None:
            answered[after.voice] += 1
    return _capped(log(answered[0]) - log(answered[1]))


def _capped(odds: float) -> float:
    return max(-_MOST, min(_MOST, odds))
