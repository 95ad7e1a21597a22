"""What a scribe still owes: kept by the app, so that a scribe that dies can be given it all anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from transcribe import wire
from transcribe.windows import touches

TRIES_PER_JOB = 3
"""What a scribe has died of so often is let go."""
SCAN = "scan"
"""What stands for the one scan among the ids of jobs."""


class Owed:
    """Closed stretches, windows, a scan, voiceprints and one question about them, each until it is answered.

    Voiceprints stay on the list when they are taken, for they live in the scribe and go with it.
    """

    def __init__(self) -> None:
        self.finals: dict[str, wire.Hear] = {}
        self.windows: dict[str, wire.Reread] = {}
        self.scan: wire.Scan | None = None
        self._prints: dict[str, wire.TakePrint] = {}
        self._unprinted: set[str] = set()
        self._question: wire.Attribute | None = None
        self._deaths: Counter[str] = Counter()

    @property
    def nothing(self) -> bool:
        """Whether everything is answered."""
        return not (self.finals or self.windows or self.scan or self._unprinted or self._question)

    def died(self, otherwise: str | None) -> str | None:
        """Note that a scribe died, of what it does before all else, or ``otherwise``: gives that after some deaths."""
        job = self._first or otherwise
        if job is None:
            return None
        self._deaths[job] += 1
        return job if self._deaths[job] >= TRIES_PER_JOB else None

    @property
    def _first(self) -> str | None:
        if self.finals:
            return next(iter(self.finals))
        if self.scan is not None:
            return SCAN
        question = () if self._question is None else (self._question.id,)
        return next(iter((*self.windows, *(key for key in self._prints if key in self._unprinted), *question)), None)

    def again(self) -> Iterator[wire.ScribeCommand]:
        """All that a new scribe is to be told, in order."""
        yield from self.finals.values()
        if self.scan is not None:
            yield self.scan
        yield from self.windows.values()
        self._unprinted = set(self._prints)
        yield from self._prints.values()
        if self._question is not None:
            yield self._question

    def answered(self, report: wire.ScribeReport) -> wire.ScribeCommand | None:
        """Take what this answers off the list, and give it; None for what nobody waits for, as after a strike."""
        order: wire.ScribeCommand | None = None
        match report:
            case wire.Heard(id=job):
                order = self.finals.pop(job, None)
            case wire.Reheard(id=window):
                order = self.windows.pop(window, None)
            case wire.Span(end_ms=end_ms) if self.scan is not None:
                order, self.scan = self.scan, wire.Scan(end_ms, self.scan.end_ms)  # a scribe started anew goes on here
            case wire.Scanned():
                order, self.scan = self.scan, None
            case wire.Printed(id=key):
                self._unprinted.discard(key)
            case wire.Attributed(id=key) if self.is_asked(key):
                order, self._question = self._question, None
            case _:
                pass
        return order

    def owe(self, order: wire.ScribeCommand) -> None:
        """Put back on the list what was answered in vain."""
        match order:
            case wire.Hear(id=job):
                self.finals = {job: order, **self.finals}
            case wire.Reread(id=window):
                self.windows[window] = order
            case wire.Scan():
                self.scan = order
            case wire.Attribute():
                self._question = order
            case _:
                pass

    def print(self, order: wire.TakePrint) -> None:
        """One more utterance whose voiceprints are wanted."""
        self._prints[order.id] = order
        self._unprinted.add(order.id)

    def is_asked(self, key: str) -> bool:
        """Whether this is the question about voices that waits for an answer."""
        return self._question is not None and self._question.id == key

    def unask(self) -> None:
        """Nobody can answer the question about voices."""
        self._question = None

    def ask(self, question: wire.Attribute) -> None:
        """A newer question takes the place of an older one."""
        self._question = question

    def without_voices(self) -> None:
        """Nobody can tell voices apart."""
        self._prints.clear()
        self._unprinted.clear()
        self._question = None

    def print_failed(self, key: str) -> None:
        """No prints can be had of this one."""
        self._prints.pop(key, None)
        self._unprinted.discard(key)

    def forget_finals(self, start_ms: int, end_ms: int) -> tuple[wire.Hear, ...]:
        """Drop and give the closed stretches that touch this time, or are read with one that does."""
        dropped = tuple(
            job for job in self.finals.values() if any(touches(one, start_ms, end_ms) for one in (*job.earlier, job))
        )
        for job in dropped:
            del self.finals[job.id]
        return dropped

    def set_aside(self, job: str) -> None:
        """Drop a closed stretch that can't be heard, so that nothing is read with it any more either."""
        del self.finals[job]
        for key, one in self.finals.items():
            self.finals[key] = replace(one, earlier=tuple(its for its in one.earlier if its.id != job))

    def forget_windows(self, start_ms: int, end_ms: int) -> tuple[wire.Reread, ...]:
        """Drop and give the windows that touch this time, whole."""
        dropped = tuple(
            window
            for window in self.windows.values()
            if any(touches(stretch, start_ms, end_ms) for stretch in window.stretches)
        )
        for window in dropped:
            del self.windows[window.id]
        return dropped

    def forget_prints(self, start_ms: int, end_ms: int) -> tuple[str, ...]:
        """Drop the voiceprints of utterances that touch this time, and give the utterances."""
        dropped = tuple(key for key, one in self._prints.items() if one.start_ms < end_ms and one.end_ms > start_ms)
        for key in dropped:
            self.print_failed(key)
        return dropped

    def clear(self) -> None:
        """There is nobody to owe it."""
        self.finals.clear()
        self.windows.clear()
        self.scan = None
        self.without_voices()
