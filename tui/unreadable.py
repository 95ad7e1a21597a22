"""What could not be read in one session: noted in the study, and said, a sentence a stretch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from store import NotNow, Study, Utterance
from store.unreadable import MOST_TRIES
from tui.events import Notice
from tui.times import clock_time

UNSEARCHED = Notice(
    "set_aside", "A part of the recording could not be searched for speech; `vivavoce recover` tries it again."
)
_MOST_SAID = 5
_MORE = Notice("set_aside", "More stretches could not be transcribed; the transcript names each of them.")
_RECOVER = "`vivavoce recover` tries it again."
_REREAD = "its sound is kept, and `vivavoce retranscribe` tries it again."
_STAY = "the words that are there stay."
_NOTHING_READ = "{model} could read none of it: check it with `vivavoce models verify`, or read with another --model."


class Unreadable:
    """Counts what one model reads and what it can't; ``unfinished`` while a part of it is worth another try."""

    def __init__(self, study: Study, tell: Callable[[Notice], None], now: Callable[[], datetime]) -> None:
        self._study, self._tell, self._now = study, tell, now
        self.unfinished = False
        self.read = 0
        self._refused = 0
        self._first_time = False

    def refused(self, row: Utterance, model: str, *, again: bool) -> None:
        """A stretch could not be read; ``again``: it may be another time, unless this was the last try."""
        self._refused += 1
        try:
            tries = self._study.unreadable.note(row.id, model, self._now())
        except NotNow:
            tries, again = 1, True  # it can't even be noted now
        self._first_time = self._first_time or tries < MOST_TRIES
        again = again and tries < MOST_TRIES
        self.unfinished = self.unfinished or again
        if self._refused > _MOST_SAID:
            if self._refused == _MOST_SAID + 1:
                self._tell(_MORE)
            return
        what_then = _STAY if row.text else _RECOVER if again else _REREAD
        where = f"from {clock_time(row.start_ms)} to {clock_time(row.end_ms + 999)}"
        self._tell(Notice("set_aside", f"What is said {where} could not be transcribed; {what_then}"))

    def unsearched(self) -> None:
        """A part of the sound could not even be searched for speech."""
        self.unfinished = True
        self._tell(UNSEARCHED)

    def look_back(self, model: str) -> None:
        """All was tried: a model that could read nothing at all does not work, and another is to try it."""
        if self._refused and not self.read:
            self.unfinished = self.unfinished or self._first_time
            self._tell(Notice("nothing_read", _NOTHING_READ.format(model=model)))
