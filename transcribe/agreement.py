"""What two readings of somebody who is still speaking agree on: those words stay, the rest may change.

The idea is LocalAgreement-2 (Macháček, Dabre and Bojar 2023, *Turning Whisper into a real-time transcription system*):
the words with which two readings in a row begin are taken as said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Agreement:
    """The readings of one stretch of speech, each of all that was said so far or of its last seconds.

    A word that was confirmed is never taken back, whatever later readings say: only the tail moves. A word of the tail
    that a later reading no longer reaches back to is confirmed as it stands.
    """

    def __init__(self) -> None:
        self._confirmed: list[str] = []
        self._tail: list[str] = []
        self._start_ms = 0
        self._read_to = 0  # how many words of the last reading are confirmed

    def take(self, start_ms: int, text: str) -> tuple[str, str]:
        """One more reading, of the sound from ``start_ms`` on: (confirmed words, words that may still change)."""
        words = text.split()
        if start_ms == self._start_ms:
            known = _place(self._held(), words, self._read_to).known
        elif words:
            known = self._move_on(words)
        else:
            return self._shown()
        tail = words[known:]
        agreed = _common(self._tail, tail)
        self._confirmed += tail[:agreed]
        self._tail, self._start_ms, self._read_to = tail[agreed:], start_ms, known + agreed
        return self._shown()

    def _move_on(self, words: Sequence[str]) -> int:
        """Of a later window: confirm what it has left behind, and say how many of its words are confirmed."""
        place = _place([*self._held(), *self._tail], words, self._read_to, later=True)
        left = max(0, len(self._tail) - place.overlap)
        self._confirmed += self._tail[:left]
        del self._tail[:left]
        return place.known

    def _held(self) -> list[str]:
        """The words of the last reading that are confirmed."""
        return self._confirmed[len(self._confirmed) - self._read_to :]

    def _shown(self) -> tuple[str, str]:
        return " ".join(self._confirmed), " ".join(self._tail)


class _Place(NamedTuple):
    """Where two readings fit together best; the higher, the better.

    The last ``overlap`` words of the old one are in the new one too; its first ``known`` words are confirmed ones.
    """

    score: int
    near: int
    overlap: int
    known: int


def _place(old: Sequence[str], new: Sequence[str], confirmed: int, *, later: bool = False) -> _Place:
    """Lay two readings along each other, the new one ending no earlier: two points a word alike, one off for another.

    ``confirmed`` words of the old one are; where it fits equally well, as many of the new one are. Of a ``later`` one
    the first words of the old may be gone, for nothing.
    """
    old, new = [_plain(word) for word in old], [_plain(word) for word in new]
    count = len(old)
    row = [_Place(-at, 0, count, 0) for at in range(len(new) + 1)]
    for done, word in enumerate(old, start=1):
        before, row = row, [_Place(0, 0, count - done, 0) if later else _Place(-done, -done, count, 0)]
        for at, other in enumerate(new, start=1):
            best = max(_on(before[at - 1], 2 if word == other else -1), _on(before[at], -1))
            if done == confirmed:
                best = best._replace(known=at, near=0 if later else -abs(at - confirmed))
            row.append(max(best, _on(row[at - 1], -1)))
    return max(row)


def _on(place: _Place, points: int) -> _Place:
    return place._replace(score=place.score + points)


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many words two readings begin with alike, but for punctuation and case."""
    count = 0
    for one, other in zip(before, after, strict=False):
        if _plain(one) != _plain(other):
            break
        count += 1
    return count


def _plain(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())
