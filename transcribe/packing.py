"""Several stretches of speech in one window of Whisper's, and its words given back to the stretches they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

import numpy as np

from transcribe.alignment import without_pause
from transcribe.decoding import Hearing
from transcribe.holes import Hole, filled, holes
from transcribe.hypotheses import slices
from transcribe.recording import FRAMES_PER_MS, Samples
from transcribe.stretchwise import attempt, stretchwise
from transcribe.whisper import Engine
from transcribe.windows import WINDOW_MS
from transcribe.wire import Word

_HOLE_MS = 1_000  # speech without words for this long was not heard
_BREATH_MS = 100
_SEARCH_MS = 6_000  # a long stretch is cut at its quietest breath in this much before the limit
_SENTENCE_ENDS = (".", "?", "!")


@dataclass(frozen=True)
class Stretch:
    """Speech, and where in the recording it begins."""

    start_ms: int
    sound: Samples

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return len(self.sound) // FRAMES_PER_MS

    @property
    def end_ms(self) -> int:
        """Where it ends in the recording."""
        return self.start_ms + self.length_ms


def hear(engine: Engine, stretches: Sequence[Stretch], *, beam: int, packed: bool) -> list[Hearing]:
    """What is said in each stretch, words in recording time.

    ``packed`` puts neighbours into one window: several times faster for short stretches, since a window costs the same
    however little is said in it. What a shared window heard badly is heard again, with fewer neighbours or alone.
    A stretch that can't be read is ``failed``. Raises ModelError where the model does not work.
    """
    return stretchwise(lambda some: _hear(engine, some, beam, packed), stretches, _failed)


def _hear(engine: Engine, stretches: Sequence[Stretch], beam: int, packed: bool) -> list[Hearing]:
    parts = [(number, part) for number, stretch in enumerate(stretches) for part in _cut(stretch)]
    heard = _hear_parts(engine, [part for _, part in parts], beam, packed)
    by_stretch = groupby(zip(parts, heard, strict=True), key=lambda one: one[0][0])
    return [_merged([hearing for _, hearing in group]) for _, group in by_stretch]


def hear_last(
    engine: Engine, earlier: Sequence[Stretch], last: Stretch, *, beam: int
) -> tuple[Hearing, list[Hearing | None]]:
    """What is said in the last stretch, and once more in those before it, all in one window of 30 s at most.

    The last is heard alone where it was heard badly so, or there is no other; of the others, such a one gets None.
    Words in recording time. Raises ModelError where the model does not work.
    """
    window = [*earlier, last]
    found = attempt(lambda: _in_one_window(engine, window, beam)) if earlier else None
    *before, of_last = found or [None] * len(window)
    return of_last or hear(engine, [last], beam=beam, packed=False)[0], before


def _in_one_window(engine: Engine, window: Sequence[Stretch], beam: int) -> list[Hearing | None]:
    (heard,) = engine.hear([_joined(window)], beam=beam)
    return [None if _badly_heard(*one) else one[1] for one in zip(window, _split(window, heard), strict=True)]


def _failed(_: Stretch) -> Hearing:
    return Hearing(failed=True)


def placed(engine: Engine, words: Sequence[Word], start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """The same words as they go into the transcript: none of them outside this time, or with a pause in front."""
    found = (_within(word, start_ms, end_ms) for word in words)
    return tuple(map(without_pause, found)) if engine.scope.pause_before else tuple(found)


def _hear_parts(engine: Engine, parts: Sequence[Stretch], beam: int, packed: bool) -> list[Hearing]:
    groups = list(_groups(parts)) if packed else [[part] for part in parts]
    return [one for heard in _hear_groups(engine, groups, beam) for one in heard]


def _hear_groups(engine: Engine, groups: Sequence[Sequence[Stretch]], beam: int) -> list[list[Hearing]]:
    """Each group in one window; neighbours heard badly there once more in a window of their own, and so on."""
    windows = engine.hear([_joined(group) for group in groups], beam=beam)
    heard = [list(_split(group, window)) for group, window in zip(groups, windows, strict=True)]
    for group, its in zip(groups, heard, strict=True):
        if len(group) == 1:
            its[0] = attempt(partial(_without_holes, engine, group[0], its[0], beam)) or its[0]
    places = [(number, run) for number, group in enumerate(groups) for run in _badly_heard_runs(group, heard[number])]
    again = _hear_groups(engine, [groups[number][run] for number, run in places], beam) if places else []
    for (number, run), better in zip(places, again, strict=True):
        for at, hearing in enumerate(better, run.start):
            before = heard[number][at]
            if before.doubtful or len(hearing.words) >= len(before.words):
                heard[number][at] = hearing
    return heard


def _without_holes(engine: Engine, part: Stretch, hearing: Hearing, beam: int) -> Hearing:
    """A stretch that was heard alone, and where its words leave a hole, what is heard in there."""
    open_ = list(holes(hearing.words, part.start_ms, part.end_ms)) if hearing.words else []
    if not open_:
        return hearing
    pieces = [_around(part, hole) for hole in open_]
    found = engine.hear([piece.sound for piece in pieces], beam=beam)
    moved = [_moved(its, piece) for its, piece in zip(found, pieces, strict=True)]
    return filled(hearing, list(zip(open_, moved, strict=True)))


def _around(part: Stretch, hole: Hole) -> Stretch:
    """The sound of a hole, and a little before and after it, for words seldom end when they are said to."""
    start_ms, end_ms = max(part.start_ms, hole.start_ms - _BREATH_MS), min(part.end_ms, hole.end_ms + _BREATH_MS)
    first, last = ((at_ms - part.start_ms) * FRAMES_PER_MS for at_ms in (start_ms, end_ms))
    return Stretch(start_ms, part.sound[first:last])


def _badly_heard_runs(group: Sequence[Stretch], heard: Sequence[Hearing]) -> list[slice]:
    """Neighbours to hear again together, fewer than the group; where all of it is bad, each part by itself."""
    if len(group) == 1:
        return []
    bad = [at for at, one in enumerate(zip(group, heard, strict=True)) if _badly_heard(*one)]
    if len(bad) == len(group):
        return [slice(at, at + 1) for at in bad]
    firsts = [at for at in bad if at - 1 not in bad]
    lasts = [at for at in bad if at + 1 not in bad]
    return [slice(first, last + 1) for first, last in zip(firsts, lasts, strict=True)]


def _badly_heard(part: Stretch, hearing: Hearing) -> bool:
    """Whether the shared window may have lost speech: Whisper can stop early, or skip what follows a pause."""
    edges = [part.start_ms, *(edge for word in hearing.words for edge in (word.start_ms, word.end_ms)), part.end_ms]
    longest_ms = max(after - before for before, after in zip(edges[::2], edges[1::2], strict=True))
    return hearing.doubtful or not hearing.words or longest_ms > _HOLE_MS


def _cut(stretch: Stretch) -> Iterator[Stretch]:
    """The stretch in parts that fit a window, cut where it is quietest."""
    while stretch.length_ms > WINDOW_MS:
        breath = _BREATH_MS * FRAMES_PER_MS
        first = (WINDOW_MS - _SEARCH_MS) * FRAMES_PER_MS
        searched = stretch.sound[first : WINDOW_MS * FRAMES_PER_MS].astype(np.float32).reshape(-1, breath)
        quietest = int(np.square(searched).mean(axis=1).argmin())
        at_ms = WINDOW_MS - _SEARCH_MS + quietest * _BREATH_MS + _BREATH_MS // 2
        yield Stretch(stretch.start_ms, stretch.sound[: at_ms * FRAMES_PER_MS])
        stretch = Stretch(stretch.start_ms + at_ms, stretch.sound[at_ms * FRAMES_PER_MS :])
    yield stretch


def _groups(parts: Sequence[Stretch]) -> Iterator[list[Stretch]]:
    group: list[Stretch] = []
    length_ms = 0
    for part in parts:
        if group and length_ms + part.length_ms > WINDOW_MS:
            yield group
            group, length_ms = [], 0
        length_ms += part.length_ms
        group.append(part)
    if group:
        yield group


def _joined(group: Sequence[Stretch]) -> Samples:
    return np.concatenate([part.sound for part in group])


def _split(group: Sequence[Stretch], window: Hearing) -> Iterator[Hearing]:
    """The window's words, each with the stretch that it overlaps most, at its place in the recording."""
    if len(group) == 1:
        yield _moved(window, group[0])
        return
    begins_ms = np.cumsum([0, *(part.length_ms for part in group[:-1])])
    places = [(int(at), int(at) + part.length_ms) for at, part in zip(begins_ms, group, strict=True)]
    owners = _owners(window.words, places)
    texts = list(slices(window.text, window.words))
    for number, part in enumerate(group):
        mine = [at for at, owner in enumerate(owners) if owner == number]
        moved = [_clipped(window.words[at], part, int(begins_ms[number])) for at in mine]
        text = "".join(texts[at] for at in mine).strip()
        yield replace(window, text=text, words=tuple(moved))


def _owners(words: Sequence[Word], places: Sequence[tuple[int, int]]) -> list[int]:
    """Which place (start_ms, end_ms) each word belongs to; they come in order."""
    owners: list[int] = []
    owner = 0
    for at in range(len(words)):
        while owner + 1 < len(places) and _begins_next(words, at, places[owner], places[owner + 1]):
            owner += 1
        owners.append(owner)
    return owners


def _begins_next(words: Sequence[Word], at: int, here: tuple[int, int], there: tuple[int, int]) -> bool:
    """Whether the word is no longer of this place; a sentence's end tells when the times do not."""
    word = words[at]
    if word.end_ms <= there[0] or word.start_ms >= here[1]:
        return word.start_ms >= here[1]
    if at and words[at - 1].text.endswith(_SENTENCE_ENDS):
        return True
    if word.text.endswith(_SENTENCE_ENDS):
        return False
    if not at and len(words) > 1 and words[1].start_ms >= here[1]:
        return True  # nobody speaks in this place: what is first said reaches over its end, and goes on beyond it
    return min(word.end_ms, there[1]) - there[0] > here[1] - max(word.start_ms, here[0])


def _clipped(word: Word, part: Stretch, begin_ms: int) -> Word:
    shift_ms = part.start_ms - begin_ms
    moved = replace(word, start_ms=word.start_ms + shift_ms, end_ms=word.end_ms + shift_ms)
    return _within(moved, part.start_ms, part.end_ms)


def _within(word: Word, first_ms: int, last_ms: int) -> Word:
    start_ms = min(max(word.start_ms, first_ms), last_ms)
    return replace(word, start_ms=start_ms, end_ms=min(max(word.end_ms, start_ms), last_ms))


def _moved(hearing: Hearing, part: Stretch) -> Hearing:
    return replace(hearing, words=tuple(_clipped(word, part, 0) for word in hearing.words))


def _merged(parts: Sequence[Hearing]) -> Hearing:
    if len(parts) == 1:
        return parts[0]
    words = tuple(word for part in parts for word in part.words)
    return replace(parts[0], text=" ".join(part.text for part in parts if part.text), words=words)
