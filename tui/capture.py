"""The recorder of one session: started with a permit, granted sound to play, watched, and started again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from store import Permit
from transcribe import wire
from transcribe.child import Child
from transcribe.errors import WireError
from transcribe.intake import clock_ms
from tui.due import Due
from tui.restarting import Restarting
from tui.source import Source

# A microphone that sends no report for this long has a recorder that hangs: it is killed and started anew.
STALLED_AFTER_MS = 4_000
WATCH_S = 1.0
# An app that looks so much later than it meant to was asleep, and has not read yet what the recorder reported.
ASLEEP_MS = 1_500
# Longest wait at Stop for the recorder to commit what it holds.
STOP_GRACE_S = 5.0
# Longest wait for the answer to a pause or a resume; a recorder that was killed answers when it is back.
ANSWER_S = 3.0
# Longest wait for a recorder to leave by itself once it has nothing more to do.
_LEFT_S = 0.5


@dataclass(frozen=True)
class RecorderLost:
    """The recorder died without being told to leave; it is being started again. ``why``: in its own words, if any."""

    at_ms: int
    why: str = ""


class Capture:
    """Keeps a recorder running from ``start`` to ``stop``, whatever happens to it in between.

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
        self._heard_ms = clock()
        self._due = Due()
        self._restarting = Restarting(may_wait=source.replay is None)
        self._child: Child | None = None
        self._runner: asyncio.Task[None] | None = None
        self._leaving = False
        self._limit_ms: int | None = 0
        self._handled = handled
        self._granted_ms = -1
        self._moved = asyncio.Event()
        self._over = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()

    # --- for the conductor --------------------------------------------------------------------------------------------

    def start(self, permit: Permit, *, at_ms: int = 0, paused: bool = False) -> None:
        """Spawn the recorder and keep it alive; ``at_ms``: how far the recording goes already."""
        begin = wire.Begin(
            path=str(permit.path),
            key_hex=permit.key.hex(),
            device=self.source.device,
            replay=None if self.source.replay is None else str(self.source.replay.absolute()),
            speed=self.source.speed,
            paused=paused,
            two_channels=self.source.interviewer_channel is not None,
        )
        self.at_ms, self.paused = at_ms, paused
        self._runner = asyncio.create_task(self._keep_running(begin), name="recorder")

    def play_until(self, played_ms: int | None) -> None:
        """Let a replay play up to here and stand there; None lets it run."""
        self._limit_ms = played_ms
        self._grant()

    def nudge(self) -> None:
        """The scribe has got on: a replay at speed 0 may play further."""
        self._grant()

    async def until_played(self, played_ms: int) -> None:
        """Wait until this much was played, or the recorder has ended for good."""
        while self.played_ms < played_ms and not self._over.is_set():
            self._moved.clear()
            await self._moved.wait()

    async def until_over(self) -> None:
        """Wait for the end of the file, a stop, or a recorder that can't go on."""
        await self._over.wait()

    def pause(self) -> None:
        """Capture nothing from now on."""
        self.paused = True
        self._settled.clear()
        self._send(wire.Pause())

    def resume(self) -> None:
        """Capture again."""
        self.paused = False
        self._settled.clear()
        self._send(wire.Resume())

    async def settled(self) -> None:
        """Wait until the recorder has answered the last ``pause`` or ``resume``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                await self._settled.wait()

    def strike(self, start_ms: int, end_ms: int) -> None:
        """Have the samples of a stretch destroyed; ``Struck`` answers."""
        self._send(wire.StrikeSpan(start_ms, end_ms))

    async def stop(self) -> None:
        """Let the recorder commit what it holds; one that does not answer is killed. It leaves by itself then."""
        self._leaving = True
        if self._child is None or self._child.returncode:  # it has died, and is just being started again
            await self.kill()
            return
        self._send(wire.Stop())
        try:
            async with asyncio.timeout(STOP_GRACE_S):
                await self._over.wait()
        except TimeoutError:
            await self.kill()

    async def gone(self) -> None:
        """Wait until the recorder that was stopped is no more."""
        if self._runner is not None:
            await asyncio.wait({self._runner})

    async def kill(self) -> None:
        """End the recorder at once; when this returns, it is no more."""
        self._leaving = True
        if self._child is not None:
            self._child.kill()
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
        if self._child is not None:
            await self._child.leave(_LEFT_S)
        self._end()

    @property
    def is_over(self) -> bool:
        """Whether no more sound will come."""
        return self._over.is_set()

    @property
    def pid(self) -> int | None:
        """The recorder's process, while there is one."""
        return None if self._child is None else self._child.pid

    # --- keeping it running -------------------------------------------------------------------------------------------

    async def _keep_running(self, begin: wire.Begin) -> None:
        try:
            await self._restart_until_ended(begin)
        finally:
            self._end()

    async def _restart_until_ended(self, begin: wire.Begin) -> None:
        while True:
            seen_before = self.seq
            await self._run_once(begin)
            if self.ended is not None or self._leaving:
                return
            if not self._restarting.died(recorded=self.seq != seen_before, ever=self.seq > 0):
                self._tell_why_it_is_given_up()
                return
            if self._restarting.first_time("lost"):
                self._tell(RecorderLost(self.at_ms, self._restarting.why))
            await self._restarting.wait(Path(begin.path))
            begin = self._from_here(begin)

    def _tell_why_it_is_given_up(self) -> None:
        if self._restarting.failed is not None:
            self._tell(self._restarting.failed)

    async def _run_once(self, begin: wire.Begin) -> None:
        self._restarting.failed, self._granted_ms, self._heard_ms = None, -1, self._clock()
        self._child = await Child.start("transcribe.record")
        self._child.send(begin)
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
        """Kill a recorder on a microphone that has fallen silent altogether."""
        looked_ms = self._clock()
        while self.source.replay is None:
            await asyncio.sleep(WATCH_S)
            now_ms = self._clock()
            if now_ms - looked_ms > WATCH_S * 1000 + ASLEEP_MS:
                self._heard_ms = now_ms
            looked_ms = now_ms
            if now_ms - self._heard_ms > STALLED_AFTER_MS:
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
        passed_ms = round(since_heard_ms * self.source.speed)
        return passed_ms if self._limit_ms is None else max(0, min(passed_ms, self._limit_ms - self.played_ms))

    def _note(self, message: wire.Message) -> None:
        self._heard_ms = self._clock()
        match message:
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
        self._tell(message)  # type: ignore[arg-type]  # a recorder sends reports only; the codec knows all messages
        self._grant()
        self._moved.set()
        if self.ended is not None:
            self._end()

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

    def _send(self, message: wire.RecorderCommand) -> None:
        if self._child is not None:
            self._child.send(message)

    def _end(self) -> None:
        self._over.set()
        self._settled.set()
        self._moved.set()
