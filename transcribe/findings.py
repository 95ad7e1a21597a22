"""What a file did not give of its sound, in sentences for whoever reads its transcript."""

from __future__ import annotations

from dataclasses import dataclass, field

_LEAST_MS = 100  # less is no word
_NAMED = 5


@dataclass
class Findings:
    """Of one reading of a file, complete when it is over. Times in ms of the file.

    ``unread`` holds (start_ms, end_ms), the end None where nothing came after it; ``estimated`` says that how
    long they were was told by their bytes only. ``claimed_ms`` is set where the file ends before it says that it does,
    ``headless`` where its beginning can't be read and nothing tells how long that was.
    """

    name: str
    unread: list[tuple[int, int | None]] = field(default_factory=list)
    estimated: bool = False
    claimed_ms: int | None = None
    held_ms: int = 0
    begins_ms: int | None = None
    headless: bool = False
    wild_ms: int | None = None
    tracks: str = ""

    def could_not_read(self, start_ms: int, end_ms: int | None) -> None:
        """Adds a stretch; with the one before it if they touch."""
        if self.unread and self.unread[-1][1] is not None and start_ms - self.unread[-1][1] < _LEAST_MS:
            start_ms = self.unread.pop()[0]
        self.unread.append((start_ms, end_ms))

    def goes_on(self) -> None:
        """What seemed to be the end was none."""
        if self.unread and self.unread[-1][1] is None:
            self.unread.pop()

    def sentences(self) -> tuple[str, ...]:
        """What there is to say, one plain sentence each; nothing of a whole file."""
        found = (self.tracks, self._begins(), self._headless(), self._unread(), self._wild(), self._short())
        return tuple(sentence for sentence in found if sentence)

    def _begins(self) -> str:
        if self.begins_ms is None:
            return ""
        return f"The clock of {self.name} begins at {clock(self.begins_ms)}; times are counted from there."

    def _headless(self) -> str:
        if not self.headless:
            return ""
        return f"{self.name} is damaged at its beginning; times are counted from what can be read first."

    def _unread(self) -> str:
        spans = [(a, b) for a, b in self.unread if b is None or b - a >= _LEAST_MS or self.estimated]
        if not spans:
            return ""
        named = [f"from {clock(a)} to " + ("its end" if b is None else clock(b)) for a, b in spans[:_NAMED]]
        more = f" and in {len(spans) - _NAMED} more places" if len(spans) > _NAMED else ""
        placed = "; the times after that are estimated" if self.estimated else ""
        return f"{self.name} is damaged: it could not be read {', '.join(named)}{more}{placed}."

    def _wild(self) -> str:
        if self.wild_ms is None:
            return ""
        return f"The clock of {self.name} can't be right from {clock(self.wild_ms)} on; what follows is placed there."

    def _short(self) -> str:
        if self.claimed_ms is None:
            return ""
        claim = f"{self.name} says that it is {clock(self.claimed_ms)} long"
        return f"{claim}, but nothing can be read after {clock(self.held_ms)}; look for a whole copy of it."


def clock(ms: int) -> str:
    """A time as it is read: 0:08.9, or 1:02:03.4."""
    tenths = round(ms / 100)
    seconds, rest = divmod(tenths, 10)
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}.{rest}" if hours else f"{minutes}:{seconds % 60:02}.{rest}"
