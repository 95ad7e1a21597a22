"""What two readings of somebody who is still speaking agree on: those words stay, the rest may change.

The idea is LocalAgreement-2 (Macháček, Dabre and Bojar 2023, *Turning Whisper into a real-time transcription system*):
the words with which two readings in a row begin are taken as said.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_RECENT_WORDS = 12


class Agreement:
    """The readings of one stretch of speech, each of all that was said so far or of its last seconds.

    A word that was confirmed is never taken back, whatever later readings say: only the tail moves.
    """

    def __init__(self) -> None:
        self._confirmed: list[str] = []
        self._tail: list[str] = []
        self._start_ms = 0
        self._read_to = 0  # how many words of the last reading are confirmed

    def take(self, start_ms: int, text: str) -> tuple[str, str]:
        """One more reading, of the sound from ``start_ms`` on: (confirmed words, words that may still change)."""
        words = text.split()
        expected = self._read_to if start_ms == self._start_ms else 0
        known = min(len(words), _known(self._confirmed[-_RECENT_WORDS:], words, expected))
        tail = words[known:]
        agreed = _common(self._tail, tail)
        self._confirmed += tail[:agreed]
        self._tail, self._start_ms, self._read_to = tail[agreed:], start_ms, known + agreed
        return " ".join(self._confirmed), " ".join(self._tail)


def _known(recent: Sequence[str], words: Sequence[str], expected: int) -> int:
    """How many words of a reading are those already confirmed, of which ``recent`` are the last."""
    if not recent or (0 < expected <= len(words) and _plain(words[expected - 1]) == _plain(recent[-1])):
        return expected
    old, new = [_plain(word) for word in recent], [_plain(word) for word in words]
    blocks = [block for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks() if block.size]
    if not blocks:
        return expected
    last = blocks[-1]
    return last.b + len(old) - last.a


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
