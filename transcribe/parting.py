"""The utterances of a file with their speakers, parted where the voice changes inside one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from transcribe.hypotheses import slices
from transcribe.speakers import UNSURE, Label, Turn

if TYPE_CHECKING:
    from transcribe.files import FileUtterance


def parted(one: FileUtterance, label: Label) -> Iterator[FileUtterance]:
    """The utterance with its speaker, or a part for each turn of a known voice that has words in it."""
    turns = _joined([turn for turn in label.turns if turn.known])
    if len(turns) < 2 or not one.words:
        yield replace(one, speaker=_name(label.speaker, label.voice))
        return
    texts = list(slices(one.text, one.words))
    borders_ms = [before.end_ms for before, _ in pairwise(turns)]
    owners = [sum((word.start_ms + word.end_ms) // 2 >= at_ms for at_ms in borders_ms) for word in one.words]
    runs = [(owner, list(run)) for owner, run in groupby(range(len(owners)), key=lambda at: owners[at])]
    start_ms = one.start_ms
    for (owner, run), after in zip(runs, [*(run for _, run in runs[1:]), None], strict=True):
        end_ms = one.end_ms if after is None else (one.words[run[-1]].end_ms + one.words[after[0]].start_ms) // 2
        text = "".join(texts[at] for at in run).strip()
        words = tuple(one.words[at] for at in run)
        speaker = _name(turns[owner].speaker, turns[owner].voice)
        yield replace(one, start_ms=start_ms, end_ms=end_ms, speaker=speaker, text=text, words=words)
        start_ms = end_ms


def _joined(turns: Sequence[Turn]) -> list[Turn]:
    """Each as long as nobody else speaks."""
    runs = [list(run) for _, run in groupby(turns, key=lambda turn: turn.voice)]
    return [replace(run[0], end_ms=run[-1].end_ms) for run in runs]


def _name(speaker: str, voice: int | None) -> str:
    """Who speaks, or where only the voice is known, which of the two it is."""
    return f"voice {voice + 1}" if speaker == UNSURE and voice is not None else speaker
