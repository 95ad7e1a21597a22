"""The recorder of one session kept running: granted sound to play, watched, and started again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from transcribe import wire
from transcribe.child import Child
from transcribe.clock import clock_ms
from transcribe.errors import NotStartedError, WireError
from tui.due import Due
from tui.recorder_lost import RecorderLost
from tui.restarting import Restarting, cannot_be_started
from tui.source import Source
from tui.unforeseen import attempt, survived

# A microphone that sends no report for this long has a recorder that hangs: it is killed and started anew.
STALLED_AFTER_MS = 4_000
WATCH_S = 1.0
# An app that looks so much later than it meant to was asleep, and has not read yet what the recorder reported.
ASLEEP_MS = 1_500
# Longest wait for a recorder to leave by itself once it has nothing more to do.
_LEFT_S = 0.5


class Capturing:
    """One life of a recorder after another, until one is told to leave.

    Every report goes to ``tell`` in the order it came; a death is told as ``RecorderLost``. ``handled`` answers up to
    which recording time the scribe has dealt with everything, given where the recording is.
    """

    def __init__(
        self,
        source: Source,
        tell: Callable[[wire.RecorderReport | RecorderLost], None],
        handled: Callable[[int], int] = lambda at_ms: at_ms,
        clock: Callable[[], float] = clock_ms,
    ) -> None:
        self.source = source
        self.at_ms = 0
        self.played_ms = 0
        self.seq = 0
        self.paused = False
        self.ended: wire.Ended | None = None
        self._tell = tell
        self._clock = clock
        self._heard_ms = self._alive_ms = clock()
        self._due = Due()
        self._restarting = Restarting(may_wait=source.replay is None)
        self._child: Child | None = None
        self._begin: wire.Begin | None = None
        self._lost: RecorderLost | None = None
        self._gaps: set[wire.Gap] = set()
        self._runner: asyncio.Task[None] | None = None
        self._leaving = False
        self._limit_ms: int | None = 0
        self._handled = handled
        self._granted_ms = -1
        self._moved = asyncio.Event()
        self._over = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()

    async def _keep_running(self, begin: wire.Begin) -> None:
        try:
            await survived(self._restart_until_ended(begin))
        finally:
            self._end()

    async def _restart_until_ended(self, begin: wire.Begin) -> None:
        while True:
            seen_before = self.seq
            await survived(self._run_once(begin))
            if self.ended is not None or self._leaving:
                return
            if not self._restarting.died(recorded=self.seq != seen_before, ever=self.seq > 0):
                self._tell_why_it_is_given_up()
                return
            self._tell_that_it_is_lost()
            self._answer_for_it()
            await self._restarting.wait(Path(begin.path))

    def _tell_why_it_is_given_up(self) -> None:
        can_not = f"Recording {cannot_be_started(self._restarting.missing or '')}."
        self._say(self._restarting.failed or wire.Failed("recorder", can_not))

    def _tell_that_it_is_lost(self) -> None:
        self._lost = RecorderLost(self.at_ms, self._restarting.why, self._restarting.missing)
        if self._restarting.first_time("lost" if self._lost.not_started is None else "can't be started"):
            self._say(self._lost)

    async def _run_once(self, begin: wire.Begin) -> None:
        self._child, self._granted_ms = None, -1
        self._restarting.begin()
        try:
            self._child = await Child.start("transcribe.record")
        except NotStartedError as error:
            self._restarting.not_started = error
            return
        self._child.send(replace(begin, paused=self.paused) if self._lost is None else self._from_here(begin))
        self._lost, self._alive_ms = None, self._clock()
        self._grant()
        watch = asyncio.create_task(self._watch(self._child))
        try:
            async for report in self._child.messages():
                self._note(report)
        except WireError:
            self._child.kill()  # it does not speak our language any more: another one takes over
        finally:
            watch.cancel()
            await self._child.leave(_LEFT_S)

    async def _watch(self, child: Child) -> None:
        """Kill a recorder on a microphone that hangs: one that works says something twice a second."""
        looked_ms = self._clock()
        while self.source.replay is None:
            await asyncio.sleep(WATCH_S)
            now_ms = self._clock()
            if now_ms - looked_ms > WATCH_S * 1000 + ASLEEP_MS:
                self._alive_ms = now_ms
            looked_ms = now_ms
            if now_ms - self._alive_ms > STALLED_AFTER_MS:
                child.kill()

    def _from_here(self, begin: wire.Begin) -> wire.Begin:
        """The same start at the recording time it is now: what passed meanwhile becomes a gap."""
        passed_ms = self._passed_ms()
        still = self.paused or self.seq == 0  # nothing recorded yet: recording time has not begun
        at_ms = self.at_ms if still else self.at_ms + passed_ms
        played_ms = self.played_ms + passed_ms
        return replace(begin, at_ms=at_ms, played_ms=played_ms, paused=self.paused, clock_ms=clock_ms())

    def _passed_ms(self) -> int:
        since_heard_ms = self._clock() - self._heard_ms
        if self.source.replay is None:
            return round(since_heard_ms) if self.paused else self._due.missed_ms(self._clock())
        if self.seq == 0:
            return 0  # nothing of the file was played yet
        passed_ms = round(since_heard_ms * self.source.speed)
        return passed_ms if self._limit_ms is None else max(0, min(passed_ms, self._limit_ms - self.played_ms))

    def _answer_for_it(self) -> None:
        """No recorder is there to answer a pause or a resume: it holds all the same, from now on."""
        if self._settled.is_set():
            return
        if self.paused:
            self.at_ms += self._missed_ms()
            self._note(wire.Paused(self.at_ms, self.played_ms))
        else:
            self._note(wire.Resumed(self.at_ms, self.played_ms))
            if self.seq:
                self._due.heard(self.at_ms, self._clock())
            if self._lost is not None:
                self._say(self._lost)  # on the record again, and nobody records

    def _missed_ms(self) -> int:
        """What the room has said since the last sound that is recorded; of a file nothing is missed."""
        return self._due.missed_ms(self._clock()) if self.source.replay is None else 0

    def _note(self, message: wire.Message) -> None:
        self._heard_ms = self._alive_ms = self._clock()
        self._restarting.came_up = True
        match message:
            case wire.Gap() if not self._is_news(message):
                return
            case wire.Level(seq=seq, at_ms=at_ms, played_ms=played_ms):
                self.seq, self.at_ms, self.played_ms = max(seq, self.seq), at_ms, played_ms
                self._due.heard(at_ms, self._heard_ms)
            case wire.Ended(at_ms=at_ms, seq=seq):
                self.ended, self.at_ms, self.seq = message, at_ms, seq
                self._leaving = True
            case wire.Failed(code=code):
                self._restarting.failed = message
                if not self._restarting.first_time(code):
                    return
            case wire.Paused() | wire.Resumed():
                self._due.reset()
                self._settled.set()
            case wire.Started():
                self._restarting.works()
            case _:
                pass
        self._say(message)  # type: ignore[arg-type]  # a recorder sends reports only; the codec knows all messages
        self._grant()
        self._moved.set()
        if self.ended is not None:
            self._end()

    def _is_news(self, gap: wire.Gap) -> bool:
        """Not what was told before, nor what an earlier app knows of; strikes are told otherwise."""
        known = self._begin is None or gap.start_ms < self._begin.at_ms or gap.reason == "strike"
        if known or gap in self._gaps:
            return False
        self._gaps.add(gap)
        return True

    def _say(self, report: wire.RecorderReport | RecorderLost) -> None:
        """Whatever becomes of it in the app, the recorder goes on."""
        attempt(lambda: self._tell(report))

    def _grant(self) -> None:
        """Tell a replay how far it may play, if that has moved on."""
        if self.source.replay is None or self._child is None:
            return
        upto = 2**53 if self._limit_ms is None else self._limit_ms
        if self.source.speed == 0:  # at most a second past what the scribe has dealt with
            upto = min(upto, self.played_ms + self._handled(self.at_ms) - self.at_ms + 1000)
        if upto > self._granted_ms:
            self._granted_ms = upto
            self._send(wire.Grant(upto))

    def _send(self, message: wire.RecorderCommand) -> bool:
        return self._child is not None and self._child.send(message)

    def _end(self) -> None:
        self._over.set()
        self._settled.set()
        self._moved.set()
