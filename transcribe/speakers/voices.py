"""The voices of one session as they come in, and whose every utterance is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import tanh

from transcribe.speakers import naming
from transcribe.speakers.apart import Pair, middle, pair
from transcribe.speakers.naming import LEAST_CONFIDENCE, UNSURE, Naming, Spoken
from transcribe.speakers.turns import STEEP, Turn, leaning, leans
from transcribe.speakers.voiceprints import Print, Vector

# Between the likeness of a voice to itself (0.6 and more) and to others (0.3 and less), for when there is nothing to
# compare with but a print of the interviewer.
_SAME_VOICE = 0.45


@dataclass(frozen=True)
class Label:
    """Whose an utterance is: "interviewer", "participant" or "?", and how sure that is, from 0 to 1.

    ``turns`` covers the utterance without holes: more than one where the voice changes inside it, none where it was
    too short to tell anything. ``speaker`` is then who speaks longest, and ``voice`` which voice that is: 0 for the one
    heard first, 1 for the other, None where that is unsure. Where a voice is known and nothing says whose it is, the
    speaker is "?" and the confidence the voice's.
    """

    speaker: str
    confidence: float
    turns: tuple[Turn, ...]
    voice: int | None = None


@dataclass(frozen=True)
class _Utterance:
    start_ms: int
    end_ms: int
    prints: tuple[Print, ...]


class Voices:
    """Collects the prints of a session. The labels follow from what was added, in whatever order and when."""

    def __init__(self) -> None:
        self._utterances: dict[str, _Utterance] = {}
        self._enrolled: Vector | None = None

    def add(self, utterance_id: str, start_ms: int, end_ms: int, prints: Sequence[Print]) -> None:
        """An utterance and its prints; added again it takes the place of itself."""
        self._utterances[utterance_id] = _Utterance(start_ms, end_ms, tuple(prints))

    def remove(self, utterance_id: str) -> None:
        """Forget an utterance that was struck: a print can tell who somebody is."""
        self._utterances.pop(utterance_id, None)

    def enrol(self, vector: Vector | None) -> None:
        """A print of the interviewer (see ``enrolment``), from whenever; None forgets it."""
        self._enrolled = vector

    def labels(self, texts: Mapping[str, str] | None = None, cues_ms: Collection[int] = ()) -> dict[str, Label]:
        """A label for every utterance. Without an enrolled print, texts and moves in the guide say who asks."""
        ordered = self._in_order()
        prints = [one for utterance in ordered.values() for one in utterance.prints]
        voices = pair(prints, self._enrolled)
        if voices is None:
            return {key: self._alone(utterance) for key, utterance in self._utterances.items()}
        lying = iter(leans(prints, voices))
        cut = {
            key: leaning(list(islice(lying, len(one.prints))), one.start_ms, one.end_ms) for key, one in ordered.items()
        }
        named = self._named(voices, list(_spoken(cut, texts or {})), cues_ms)
        return {key: labelled(cut[key], named) for key in self._utterances}

    def _in_order(self) -> dict[str, _Utterance]:
        """By time, so that nothing depends on when something was added."""
        return dict(sorted(self._utterances.items(), key=lambda item: (item[1].start_ms, item[0])))

    def _named(self, voices: Pair, spoken: Sequence[Spoken], cues_ms: Collection[int]) -> Naming:
        if self._enrolled is None:
            return naming.by_asking(spoken, cues_ms)
        return naming.by_print((float(voices.first @ self._enrolled), float(voices.other @ self._enrolled)))

    def _alone(self, one: _Utterance) -> Label:
        """While there is one voice as far as can be told: each utterance held against the enrolled print."""
        vector = middle(one.prints)
        if vector is None:
            return Label(UNSURE, 0.0, ())
        lead = 0.0 if self._enrolled is None else float(vector @ self._enrolled) - _SAME_VOICE
        turn = Turn(one.start_ms, one.end_ms, 0, tanh(STEEP * abs(lead)))
        return replace(labelled((turn,), Naming(int(lead < 0), 1.0)), voice=None)


def enrolment(prints: Sequence[Print]) -> Vector | None:
    """The print of one person from all of theirs (half a minute of speech is plenty); None for no prints."""
    return middle(prints)


def _spoken(cut: Mapping[str, Sequence[Turn]], texts: Mapping[str, str]) -> Iterator[Spoken]:
    """The turns; an utterance's words go with its turn when it has only one."""
    for key, its in cut.items():
        text = texts.get(key, "") if len(its) == 1 else ""
        for turn in its:
            yield Spoken(turn.start_ms, turn.length_ms, turn.voice, text)


def labelled(cut: Sequence[Turn], named: Naming) -> Label:
    """The turns with their speakers, and who speaks longest."""
    if not cut:
        return Label(UNSURE, 0.0, ())
    its = tuple(_named_turn(turn, named) for turn in cut)
    length_ms = {voice: sum(turn.length_ms for turn in its if turn.voice == voice) for voice in (0, 1)}
    voice = max(length_ms, key=lambda one: length_ms[one])
    sure_ms = sum(turn.length_ms * turn.confidence for turn in its if turn.voice == voice)
    confidence = round(sure_ms / max(1, sum(length_ms.values())), 3)
    return Label(_speaker(voice, confidence, named), confidence, its, voice if confidence >= LEAST_CONFIDENCE else None)


def _named_turn(turn: Turn, named: Naming) -> Turn:
    confidence = round(min(turn.confidence, named.confidence if named.sure else 1.0), 3)
    return replace(turn, confidence=confidence, speaker=_speaker(turn.voice, confidence, named))


def _speaker(voice: int, confidence: float, named: Naming) -> str:
    return named.speaker(voice) if named.sure and confidence >= LEAST_CONFIDENCE else UNSURE
