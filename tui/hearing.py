"""The scribe of one session: fed with closed stretches, asked for captions when idle, and started again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from store import NotNow, Permit, StoreError
from transcribe import wire
from transcribe.windows import without
from tui import loading
from tui.loading import Known
from tui.owed import SCAN, Owed
from tui.reader import Reader
from tui.scribe_process import ScribeProcess
from tui.scribe_reports import CardLost, NoScribe, OtherModel, Report, ScribeLost, SetAside, Unattributed, Unwritten

# After this many starts without a model there is no use in trying again.
TRIES_TO_LOAD = 2
RESTART_WAIT_S = 0.2
# Pause until a study that could not be written is tried again.
UNWRITTEN_WAIT_S = 2.0
_CAPTION = "caption"


class Hearing:
    """Keeps a scribe running from ``start`` to ``leave`` and remembers what it still owes."""

    def __init__(self, tell: Callable[[Report], None]) -> None:
        self.reader = Reader("")
        self.ready: wire.Ready | None = None
        self._tell = tell
        self._owed = Owed()
        self._glance: wire.Glance | None = None
        self._scribe = ScribeProcess()
        self._runner: asyncio.Task[None] | None = None
        self._captions = True
        self._leaving = self._given_up = False
        self._fault: StoreError | None = None
        self._waited_for, self._language = 0, ""
        self._idle = asyncio.Event()
        self._idle.set()

    # --- for the conductor --------------------------------------------------------------------------------------------

    def start(self, permit: Permit, reader: Reader, known: Known | None = None) -> None:
        """Spawn the scribe and keep it alive."""
        self.reader = reader
        load = loading.first(permit, reader, known or Known())
        self._runner = asyncio.create_task(self._keep_running(load), name="scribe")
        self._runner.add_done_callback(lambda _: self._idle.set())

    def hear(self, job: wire.Hear) -> None:
        """Have a closed stretch transcribed."""
        if not self._given_up:
            self._owed.finals[job.id] = job
            self._order(job)

    def read_again(self, stretches: tuple[wire.Hear, ...]) -> None:
        """Have a window of neighbours read once more, when the scribe is idle."""
        if not self._given_up and stretches:
            window = wire.Reread(f"window-{stretches[0].id}", stretches)
            self._owed.windows[window.id] = window
            self._order(window)

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
        if self._given_up:
            return at_ms
        if self.ready is None:
            return 0
        waiting = [job.start_ms for job in self._owed.finals.values()]
        if self._glance is not None:
            waiting.append(self._glance.end_ms)
        return min(waiting, default=at_ms)

    async def drained(self) -> None:
        """Wait until nothing is owed, or there is no scribe to owe it.

        Raises what keeps the study from being written (StoreError); what is owed stays so.
        """
        self._waited_for += 1
        try:
            await self._idle.wait()
        finally:
            self._waited_for -= 1
        if self._fault is not None:
            raise self._fault
        if self._runner is not None and self._runner.done() and not self._leaving:
            self._runner.result()  # a fault that nobody foresaw must not keep anybody waiting

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

    # --- keeping it running -------------------------------------------------------------------------------------------

    async def _keep_running(self, load: wire.Load) -> None:
        fruitless = 0
        while True:
            try:
                self.ready, self._glance = None, None
                failure = await self._scribe.live(load, self._owed.again(), self._note)
            except StoreError as fault:
                await self._come_to_a_halt(fault)
                continue
            if self._leaving:
                return
            fruitless = fruitless + 1 if self.ready is None else 0
            if self.ready is None and (failure is not None or fruitless >= TRIES_TO_LOAD):
                self._give_up(failure)
                return
            if job := self._owed.died(_CAPTION if self._glance is not None else None):
                self._let_go_of(job)
            if not self._left_for_the_processor():
                self._tell(CardLost() if loading.died_of_a_card(load, self.ready) else ScribeLost())
                await asyncio.sleep(RESTART_WAIT_S)
            load = loading.after(load, self._without_card(), self._language)

    async def _come_to_a_halt(self, fault: StoreError) -> None:
        """What was heard can't be written: say so, and let the scribe go until that may have changed.

        Whoever waits for the end gets the fault itself. One that stays (consent taken back elsewhere) is the end.
        """
        await self._scribe.leave()
        if not self._waited_for and str(fault) != str(self._fault):
            self._tell(Unwritten(str(fault)))
        self._fault = fault
        self._idle.set()
        if not isinstance(fault, NotNow):
            self._given_up = True
            self._owed.clear()
            raise fault
        await asyncio.sleep(UNWRITTEN_WAIT_S)
        if not self._owed.nothing:
            self._idle.clear()

    def _left_for_the_processor(self) -> bool:
        """Whether the scribe has lost its card and lived, where this machine is known to read otherwise without one."""
        return self.reader.spare is not None and self.ready is not None and self.ready.device == "cpu"

    def _without_card(self) -> Reader:
        """What reads from here on: after the first scribe, no other tries a card."""
        before, self.reader = self.reader, self.reader.spare or self.reader
        if self.reader.model != before.model:
            self._tell(OtherModel(self.reader.model))
        return self.reader

    def _note(self, report: wire.Message) -> None:
        match report:
            case wire.Ready():
                self.ready = report
                if not report.voices:
                    self._owed.without_voices()
                self._tell(report)
                if self._left_for_the_processor():
                    self._scribe.kill()  # what it has done is told, what it owes is given to the next
            case wire.LanguageFound(language=language):
                self._language = language
                self._tell(report)
            case wire.Caption():
                self._glance = None
                self._tell(report)
            case wire.Failed(id=job) if job is not None:
                self._failed(job, lasting=report.code == "hear")
            case wire.Heard() | wire.Reheard() | wire.Span() | wire.Scanned() | wire.Printed() | wire.Attributed():
                self._take(report)
            case _:
                pass
        self._settle()

    def _take(self, answer: wire.ScribeReport) -> None:
        """An answer that can't be written is asked for again."""
        order = self._owed.answered(answer)
        if order is not None:
            try:
                self._tell(answer)
            except StoreError:
                self._owed.owe(order)
                raise
        self._fault = None

    def _failed(self, job: str, *, lasting: bool = False) -> None:
        """The scribe can't do this, or dies on it: it is owed no more, and said."""
        if self._glance is not None and self._glance.id == job:
            self._glance = None
        elif job in self._owed.finals:
            self._owed.set_aside(job)
            self._tell(SetAside(job, lasting))
        elif (window := self._owed.windows.pop(job, None)) is not None:
            self._tell(wire.Reheard(job, (), tuple(one.id for one in window.stretches)))
        elif self._owed.is_asked(job):
            self._owed.unask()
            self._tell(Unattributed())
        else:
            self._owed.print_failed(job)

    def _let_go_of(self, job: str) -> None:
        """What the scribe dies on; a whole window in its parts, which are tried once more."""
        window = self._owed.windows.get(job)
        if job == _CAPTION:
            self._captions = False
        elif job == SCAN:
            self._owed.scan = None
            self._tell(SetAside(""))
        elif window is not None and len(window.stretches) > 1:
            del self._owed.windows[job]
            for stretch in window.stretches:
                self.read_again((stretch,))
        else:
            self._failed(job)
        self._settle()

    def _give_up(self, failure: wire.Failed | None) -> None:
        self._given_up = True
        self._owed.clear()
        self._idle.set()
        self._tell(NoScribe("the transcriber can't be started" if failure is None else failure.text))

    def _settle(self) -> None:
        if self._owed.nothing:
            self._idle.set()

    def _order(self, command: wire.ScribeCommand) -> None:
        self._idle.clear()
        self._scribe.send(command)

    async def _end(self) -> None:
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
        self._idle.set()
