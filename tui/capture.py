"""The recorder of one session: started with a permit, granted sound to play, paused, stopped, always kept running."""

from __future__ import annotations

import asyncio
import contextlib

from store import Permit
from transcribe import wire
from transcribe.errors import RecordingError
from tui.capturing import Capturing
from tui.recorder_lost import closed

# Longest wait at Stop for the recorder to commit what it holds.
STOP_GRACE_S = 5.0
# A recorder is never further ahead of what it told than the most that it holds before it commits, and its queue.
MOST_AHEAD_MS = 5_000
# So much later than it came a report may be read here.
READ_LATE_MS = 200
# Longest wait for the answer to a pause or a resume; a recorder that was killed answers when it is back.
ANSWER_S = 3.0
# Longest wait for a recorder to leave by itself once it has nothing more to do.
_LEFT_S = 0.5


class Capture(Capturing):
    """Keeps a recorder running from ``start`` to ``stop``, whatever happens to it in between."""

    def start(self, permit: Permit, *, at_ms: int = 0, paused: bool = False) -> None:
        """Spawn the recorder and keep it alive; ``at_ms``: how far the recording goes already."""
        self._begin = begin = wire.Begin(
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
        if not self._send(wire.Pause()):
            self._answer_for_it()

    def resume(self) -> None:
        """Capture again."""
        self.paused = False
        self._settled.clear()
        if not self._send(wire.Resume()):
            self._answer_for_it()

    async def settled(self) -> None:
        """Wait until the recorder has answered the last ``pause`` or ``resume``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                await self._settled.wait()

    def strike(self, start_ms: int, end_ms: int | None) -> None:
        """Have the samples of a stretch destroyed, without an end up to now; ``Struck`` says which stretch that was."""
        self._send(wire.StrikeSpan(start_ms, end_ms))

    async def stop(self) -> None:
        """Let the recorder commit what it holds; one that does not answer is killed. It leaves by itself then.

        Where none has said how it ended, what was not captured up to now is a gap.
        """
        self._leaving, stands_ms = True, self._stands_ms
        if self._lost is None:
            grace_s = STOP_GRACE_S if self._send(wire.Stop()) else _LEFT_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(grace_s):
                    await self._over.wait()
        if self.ended is None:  # it hangs, or is just being started again
            await self.kill()
            self._end_for_it(max(self.at_ms, stands_ms))

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
    def newest_ms(self) -> int:
        """How far the recording may go by now: the recorder tells of it up to two seconds later."""
        if self.paused or self.ended is not None:
            return self.at_ms
        since_ms = round((self._clock() - self._heard_ms) * (self.source.speed or 1)) + READ_LATE_MS
        if self.source.replay is not None:
            granted_ms = max(0, self._granted_ms - self.played_ms)
            since_ms = min(since_ms, granted_ms) if self.source.speed else granted_ms
        return self.at_ms + min(since_ms, MOST_AHEAD_MS)

    @property
    def is_over(self) -> bool:
        """Whether no more sound will come."""
        return self._over.is_set()

    @property
    def pid(self) -> int | None:
        """The recorder's process, while there is one."""
        return None if self._child is None else self._child.pid

    @property
    def _stands_ms(self) -> int:
        """Recording time now, whether anybody records or not."""
        return self.at_ms if self.paused else self.at_ms + self._missed_ms()

    def _end_for_it(self, end_ms: int) -> None:
        """The recorder left without a word: what it wrote counts, and what came after that is a gap."""
        if self._begin is None:
            return
        with contextlib.suppress(RecordingError):  # the study's receipts are what is known then
            for report in closed(self._begin, end_ms):
                self._note(report)
