"""The scribe of one session kept running: started again when it dies, hangs, or could not be started."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from store import NotNow, StoreError
from transcribe import wire
from tui import loading
from tui.owed import SCAN, Owed
from tui.reader import Reader
from tui.restarting import Starts, cannot_be_started
from tui.scribe_process import Life, ScribeProcess
from tui.scribe_reports import (
    CardLost,
    NoScribe,
    OtherModel,
    Refused,
    Report,
    ScribeLost,
    ScribeWaits,
    SetAside,
    Unattributed,
)
from tui.unforeseen import attempt, survived

# After this many starts without a model there is no use in trying again.
TRIES_TO_LOAD = 2
RESTART_WAIT_S = 0.2
# Whoever waits for the end does not wait longer for one that can't be started.
START_PATIENCE_S = 15.0
_CAPTION = "caption"


class Scribing:
    """One life of a scribe after another, and what is owed, until nobody wants one any more."""

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
        self._starts, self._fruitless = Starts(), 0
        self._waited_for, self._language = 0, ""
        self._idle = asyncio.Event()
        self._idle.set()

    def read_again(self, stretches: tuple[wire.Hear, ...]) -> None:
        """Have a window of neighbours read once more, when the scribe is idle."""
        if not self._given_up and stretches:
            window = wire.Reread(f"window-{stretches[0].id}", stretches)
            self._owed.windows[window.id] = window
            self._order(window)

    async def _run(self, load: wire.Load) -> None:
        if not await survived(self._keep_running(load)):
            self._give_up(None)

    async def _keep_running(self, load: wire.Load) -> bool:
        """True once no more scribe is wanted."""
        next_load: wire.Load | None = load
        while next_load is not None:
            load = next_load
            try:
                next_load = await self._live(load)
            except StoreError as fault:
                await self._end_with(fault)
                break
        return True

    async def _live(self, load: wire.Load) -> wire.Load | None:
        """One life of a scribe, and what comes of its end; gives what the next loads, None where there is no next."""
        self.ready, self._glance = None, None
        living = self._scribe.live(load, self._owed.again(), self._note, self._has_work)
        life = await survived(living, StoreError) or Life()
        if self._leaving:
            return None
        if not life.came_up:
            await self._wait_for_a_start(life.why)
            return load
        self._fruitless = self._fruitless + 1 if self.ready is None else 0
        if self.ready is None and (life.failure is not None or self._fruitless >= TRIES_TO_LOAD):
            self._give_up(life.failure)
            return None
        if job := self._owed.died(_CAPTION if self._glance is not None else None):
            self._let_go_of(job)
        if not self._left_for_the_processor():
            of_a_card = loading.died_of_a_card(load, self.ready) and not life.hung
            self._say(CardLost() if of_a_card else ScribeLost(life.hung))
            await asyncio.sleep(RESTART_WAIT_S)
        return loading.after(load, self._without_card(), self._language)

    async def _end_with(self, fault: StoreError) -> None:
        """What was heard is refused for good, as where consent was taken back elsewhere: say so, and end.

        Whoever waits for the end gets the fault itself.
        """
        await self._scribe.leave()
        if not self._waited_for:
            self._say(Refused(str(fault)))
        self._fault = fault
        self._given_up = True
        self._owed.clear()
        self._idle.set()

    async def _wait_for_a_start(self, why: str) -> None:
        """It could not be started: say so once, and try again a little later.

        Whoever waits for the end is told, once that has gone on for a while, and need not wait for ever.
        """
        if not self._starts.failed:
            self._say(ScribeWaits(why))
        self._starts.fail()
        if self._waited_for and self._starts.failing_s > START_PATIENCE_S:
            self._fault = NotNow(f"The transcriber {cannot_be_started(why)}: close other programs, then try again.")
            self._idle.set()
        await asyncio.sleep(self._starts.wait_s)
        if not self._owed.nothing:
            self._idle.clear()

    def _has_work(self) -> bool:
        return self.ready is None or self._glance is not None or not self._owed.nothing

    def _left_for_the_processor(self) -> bool:
        """Whether the scribe has lost its card and lived, where this machine is known to read otherwise without one."""
        return self.reader.spare is not None and self.ready is not None and self.ready.device == "cpu"

    def _without_card(self) -> Reader:
        """What reads from here on: after the first scribe, no other tries a card."""
        before, self.reader = self.reader, self.reader.spare or self.reader
        if self.reader.model != before.model:
            self._say(OtherModel(self.reader.model))
        return self.reader

    def _note(self, report: wire.Message) -> None:
        if self._starts.failed:  # it could be started, after all
            self._starts, self._fault = Starts(), None
        match report:
            case wire.Ready():
                self.ready = report
                if not report.voices:
                    self._owed.without_voices()
                self._say(report)
                if self._left_for_the_processor():
                    self._scribe.kill()  # what it has done is told, what it owes is given to the next
            case wire.LanguageFound(language=language):
                self._language = language
                self._say(report)
            case wire.Caption():
                self._glance = None
                self._say(report)
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
            except BaseException:
                self._owed.owe(order)
                raise
        self._fault = None

    def _failed(self, job: str, *, lasting: bool = False) -> None:
        """The scribe can't do this, or dies on it: it is owed no more, and said."""
        if self._glance is not None and self._glance.id == job:
            self._glance = None
        elif job in self._owed.finals:
            order = self._owed.finals[job]
            self._owed.set_aside(job)
            self._give(order, SetAside(job, lasting))
        elif (window := self._owed.windows.pop(job, None)) is not None:
            self._give(window, wire.Reheard(job, (), tuple(one.id for one in window.stretches)))
        elif self._owed.is_asked(job):
            self._owed.unask()
            self._say(Unattributed())
        else:
            self._owed.print_failed(job)

    def _let_go_of(self, job: str) -> None:
        """What the scribe dies on; a whole window in its parts, which are tried once more."""
        window = self._owed.windows.get(job)
        if job == _CAPTION:
            self._captions = False
        elif job == SCAN:
            self._owed.scan = None
            self._say(SetAside(""))
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
        self._say(NoScribe("the transcriber can't be started" if failure is None else failure.text))

    def _say(self, report: Report) -> None:
        """Tell what nobody waits for an answer to: where that fails, the scribe goes on."""
        attempt(lambda: self._tell(report), StoreError)

    def _give(self, order: wire.ScribeCommand, instead: Report) -> None:
        """Tell that this can't be done; where that can't be written, it is still owed."""
        try:
            self._say(instead)
        except StoreError:
            self._owed.owe(order)
            raise

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
