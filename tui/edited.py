"""A text that is edited as it is shown, and kept to the letter where nobody touched it."""

from __future__ import annotations

from collections.abc import Iterable

from guides.plaintext import shown


class Edited:
    """``shown`` is what stands in the field, ``text`` what is kept: as long, and with what the field can't hold."""

    def __init__(self, text: str) -> None:
        self.text, self.shown = text, shown(text)

    def now(self, shown_now: str) -> str:
        """What is to be kept, now that this stands in the field: what is new in it, between what is not."""
        if self.text == self.shown:
            self.text = self.shown = shown_now
            return self.text
        before, after = _untouched(self.shown, shown_now)
        end = len(self.text) - after
        self.text = self.text[:before] + shown_now[before : len(shown_now) - after] + self.text[end:]
        self.shown = shown_now
        return self.text


def _untouched(old: str, new: str) -> tuple[int, int]:
    """How many letters at the beginning, and of the rest how many at the end, are in both."""
    before = _alike(zip(old, new, strict=False))
    rest = min(len(old), len(new)) - before
    return before, min(rest, _alike(zip(reversed(old), reversed(new), strict=False)))


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs are of the same letter, as far as the first that is not."""
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count
