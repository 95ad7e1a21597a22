"""A second hypothesis of the same sound: what it is prompted with, and what of it goes into the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transcribe import glossary, verbatim
from transcribe.hypotheses import edited
from transcribe.wire import Word


@dataclass(frozen=True)
class Manner:
    """How words are read beyond what Whisper does by itself: with a glossary, with fillers and repeats."""

    terms: tuple[str, ...] = ()
    strict: bool = False


AS_IT_COMES = Manner()


@dataclass(frozen=True)
class Reading:
    """What one hypothesis says in a window, and in which language."""

    text: str
    words: tuple[Word, ...]
    language: str


def prompts(manner: Manner, readings: Sequence[Reading]) -> tuple[str, ...]:
    """What calls for what these readings may lack, a hypothesis each; none where nothing is to be won.

    Terms and untidy speech are not asked for in one: that costs terms (measured).
    """
    words = [word for one in readings for word in one.words]
    terms = ", ".join(glossary.like(words, manner.terms)) if manner.terms else ""
    strict = any(one.words and verbatim.kind(manner.strict, one.language) == verbatim.STRICT for one in readings)
    return tuple(one for one in (terms, verbatim.PROMPT if strict else "") if one)


def merged(manner: Manner, first: Reading, second: Sequence[Word], length_ms: int) -> Reading:
    """The first reading of a sound of ``length_ms`` with what it lacked and the second has."""
    if not first.words or not second:
        return first
    text, words = first.text, first.words
    if manner.terms:
        text, words = edited(text, words, glossary.spelled(words, second, manner.terms))
    if verbatim.kind(manner.strict, first.language) == verbatim.STRICT:
        text, words = verbatim.merged(text, words, second, length_ms)
    return Reading(text, words, first.language)
