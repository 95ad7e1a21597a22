"""The scribe of one session: fed with closed stretches, asked for captions when idle, and started again."""

from __future__ import annotations

import asyncio

from store import Permit
from transcribe import wire
from transcribe.windows import without
from tui import loading
from tui.loading import Known
from tui.reader import Reader
from tui.scribing import Scribing


class Hearing(Scribing):
    """Keeps a scribe running from ``start`` to ``leave`` and remembers what it still owes."""

    def start(self, permit: Permit, reader: Reader, known: Known | None = None) -> None:
        """Spawn the scribe and keep it alive."""
        self.reader = reader
        load = loading.first(permit, reader, known or Known())
        self._runner = asyncio.create_task(self._run(load), name="scribe")
        self._runner.add_done_callback(lambda _: self._idle.set())

    def hear(self, job: wire.Hear) -> None:
        """Have a closed stretch transcribed."""
        if not self._given_up:
            self._owed.finals[job.id] = job
            self._order(job)

    def scan(self, start_ms: int, end_ms: int) -> None:
        """Have a stretch that nobody listened to searched for speech; its spans are told as they are found."""
        if not self._given_up and start_ms < end_ms:
            self._owed.scan = wire.Scan(start_ms, end_ms)
            self._order(self._owed.scan)

    def take_print(self, order: wire.TakePrint) -> None:
        """Have the voiceprints of an utterance taken, if there is a model for it."""
        if self.tells_apart:
            self._owed.print(order)
            self._order(order)

    def attribute(self, question: wire.Attribute) -> None:
        """Ask whose the utterances are, if there is a model for it."""
        if self.tells_apart:
            self._owed.ask(question)
            self._order(question)

    def glance(self, job: str, start_ms: int, end_ms: int) -> bool:
        """Ask for a caption of an open stretch; refused (False) while anything else is in hand."""
        if not self._captions or self.ready is None or self._owed.finals or self._glance is not None:
            return False
        self._glance = wire.Glance(job, start_ms, end_ms)
        self._scribe.send(self._glance)
        return True

    def forget(self, start_ms: int, end_ms: int) -> tuple[wire.Hear, ...]:
        """Drop what touches this stretch, whose words must not come back; returns the jobs dropped.

        Windows that touch it go whole; what else they held is read again in windows without it.
        """
        dropped = self._owed.forget_finals(start_ms, end_ms)
        for window in self._owed.forget_windows(start_ms, end_ms):
            self.read_again(without(window.stretches, start_ms, end_ms))
        for key in self._owed.forget_prints(start_ms, end_ms):
            self._scribe.send(wire.Forget(key))
        self._settle()
        return dropped

    def owes(self, job: str) -> bool:
        """Whether this stretch is still to be heard."""
        return job in self._owed.finals

    @property
    def behind(self) -> int:
        """How many closed stretches are not transcribed yet."""
        return len(self._owed.finals)

    def handled_ms(self, at_ms: int) -> int:
        """Everything before this recording time is dealt with; ``at_ms`` when nothing is in hand."""
        if self._given_up or self._starts.failed:
            return at_ms
        if self.ready is None:
            return 0
        waiting = [job.start_ms for job in self._owed.finals.values()]
        if self._glance is not None:
            waiting.append(self._glance.end_ms)
        return min(waiting, default=at_ms)

    async def drained(self) -> None:
        """Wait until nothing is owed, or there is no scribe to owe it.

        Raises what keeps the study from being written, or the scribe from being started (StoreError); what is owed
        stays so.
        """
        self._waited_for += 1
        try:
            await self._idle.wait()
        finally:
            self._waited_for -= 1
        if self._fault is not None:
            raise self._fault

    async def leave(self) -> None:
        """Let the scribe go."""
        self._leaving = True
        await self._scribe.leave()
        await self._end()

    async def kill(self) -> None:
        """End the scribe at once; when this returns, it is no more."""
        self._leaving = True
        self._scribe.kill()
        await self._end()
        await self._scribe.leave()

    @property
    def pid(self) -> int | None:
        """The scribe's process, while there is one."""
        return self._scribe.pid

    @property
    def tells_apart(self) -> bool:
        """Whether voices can be told apart, as far as is known yet."""
        return not self._given_up and (self.ready is None or self.ready.voices)
