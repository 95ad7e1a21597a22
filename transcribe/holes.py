"""Holes in what was heard: speech for which Whisper wrote no word, because it stopped early or skipped what follows.

A stretch has no long pause in it, for it would have been cut there: where its words leave a hole, somebody spoke. That
is rare, but it loses whole sentences. Of 168 stretches of telephone prompts, cut at 12 s, one lost 18 words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from transcribe.decoding import Hearing
from transcribe.hypotheses import Edit, edited, plain
from transcribe.wire import Word

LEAST_MS = 1_500
"""Where nothing was lost, words of a stretch are never this far apart (one of 255 stretches was, and had lost some)."""

_QUIET_MS = 256  # before and after speech, as the segmenter leaves it
_SURE = -0.6  # mean log-probability; laughter, a door or somebody far away get words below it


class Hole(NamedTuple):
    """From where to where, on the clock of the words, and how many of them stand before it."""

    start_ms: int
    end_ms: int
    at: int


def holes(words: Sequence[Word], start_ms: int, end_ms: int) -> Iterator[Hole]:
    """Where the words of a stretch that lasts from ``start_ms`` to ``end_ms`` leave speech without a word."""
    lasts_ms = [start_ms + _QUIET_MS, *(word.end_ms for word in words)]
    nexts_ms = [*(word.start_ms for word in words), end_ms - _QUIET_MS]
    for at, (last_ms, next_ms) in enumerate(zip(lasts_ms, nexts_ms, strict=True)):
        if next_ms - last_ms > LEAST_MS:
            yield Hole(last_ms, next_ms, at)


def filled(hearing: Hearing, found: Sequence[tuple[Hole, Hearing]]) -> Hearing:
    """What was heard, with what was found in each hole, in order, where that can be trusted.

    What there was stays letter for letter. A word at the edge that was found once more is not said twice.
    """
    edits = [Edit(hole.at, hole.at, _new(hearing.words, hole.at, its)) for hole, its in found]
    text, words = edited(hearing.text, hearing.words, [edit for edit in edits if edit.words])
    return replace(hearing, text=text, words=words)


def _new(words: Sequence[Word], at: int, found: Hearing) -> tuple[Word, ...]:
    """What was found that is not in ``words`` before or after place ``at``; nothing where it is too unsure."""
    if found.doubtful or found.mean_logprob < _SURE:
        return ()
    new = found.words
    if new and at and plain(new[0].text) == plain(words[at - 1].text):
        new = new[1:]
    if new and at < len(words) and plain(new[-1].text) == plain(words[at].text):
        new = new[:-1]
    return new
