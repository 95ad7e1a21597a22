"""A session led by lines: one order after the other, but for those that can't wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine

from store import StoreError
from tui.lines import NONE_YET, Line, Lines
from tui.orders import Order, Orders
from tui.printing import say
from tui.session import Conductor

# How long a replay stands and waits for the next line before it plays on.
PATIENCE_S = {True: 0.5, False: 0.05}
TOGETHER_S = 0.5
"""What comes so soon after an order was begun was meant to follow it, as in a script."""
WAIT, RESUME = "wait", "resume"
PROTECTING = ("distress", "pause")
"""No order holds these up."""
OVERTAKING = (*PROTECTING, RESUME, "strike", "withdraw", "stop", "quit")
"""No ``wait`` holds these up."""

NOT_RESUMED = "What stood in line meanwhile does not record again: `resume` is left out; give it when it is meant."


class LineDriver:
    """Carries out lines on a session, one after the other; a line it does not understand gets one sentence.

    What comes while an order takes its time overtakes it where it can't wait (see ``OVERTAKING``). Lines that were
    there when a ``wait`` began follow it; what is typed while it lasts is obeyed at once.
    """

    def __init__(self, conductor: Conductor, lines: Lines) -> None:
        self._conductor = conductor
        self._lines = lines
        self._replay = conductor.source.replay is not None
        self._orders = Orders(conductor)
        self._idle = asyncio.Event()

    async def run(self) -> None:
        """Until the end of the input, or ``quit``."""
        over = asyncio.create_task(self._stop_at_the_end_of_the_sound(), name="end of sound")
        try:
            while isinstance(line := await self._next(), Line):
                if not await self._obey(line):
                    break
            else:
                await self._at_end_of_input()
        finally:
            over.cancel()
            await asyncio.gather(over, return_exceptions=True)

    async def _next(self) -> Line | object:
        """The next line; meanwhile nothing stands in line."""
        self._idle.set()
        try:
            return await self._awaited()
        finally:
            self._idle.clear()

    async def _awaited(self) -> Line | object:
        """The next line; a replay stands still for a moment to wait for it, then plays on."""
        if self._replay and self._conductor.memo is None:
            self._conductor.play_until(self._conductor.played_ms)
            line = await self._lines.next(PATIENCE_S[self._conductor.source.speed == 0])
            if line is not NONE_YET:
                return line
            self._conductor.play_until(None)
        return await self._lines.next(None)

    async def _obey(self, line: Line) -> bool:
        """Carry it out; False for ``quit``."""
        name, _, rest = line.text.strip().partition(" ")
        if line.fault:
            say(f"Line {line.number} is {line.fault}: nothing was done; give it again as UTF-8.")
        elif name == "quit":
            return False
        elif (order := self._orders.named(name)) is not None:
            return await self._seen_through(name, self._carried_out(order, name, rest.strip()))
        elif name:
            say(f"There is no {name!r} here; `help` lists what there is.")
        return True

    async def _seen_through(self, name: str, work: Coroutine[None, None, None]) -> bool:
        """Until it is done; what can't wait overtakes it. False for a ``quit`` that does."""
        doing, began = asyncio.create_task(work), time.monotonic()
        try:
            await asyncio.sleep(0)  # most orders are done with their first step
            while (line := await self._overtaking(doing, name, began)) is not None:
                if not await self._obey(line):
                    return False
                if name == WAIT and self._conductor.memo is not None:  # stopped: there is nothing to wait for
                    return True
            await doing
            return True
        finally:
            doing.cancel()
            await asyncio.wait({doing})

    async def _overtaking(self, doing: asyncio.Task[None], name: str, began: float) -> Line | None:
        """A line that can't wait until this order is done; None when it is done."""
        if doing.done():
            return None
        picking = asyncio.create_task(self._lines.picked(lambda line: self._overtakes(line, name, began)))
        try:
            await asyncio.wait({doing, picking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            picking.cancel()
        if not picking.done():
            return None
        line = picking.result()
        if _name(line) in PROTECTING and self._drop_resumes(line.number):
            say(NOT_RESUMED)
        return line

    def _drop_resumes(self, before: int) -> int:
        return self._lines.drop(lambda line: line.number < before and _name(line) == RESUME)

    def _overtakes(self, line: Line, running: str, began: float) -> bool:
        name, at_once = _name(line), self._lines.typed or line.came > began + TOGETHER_S
        if running != WAIT:
            return at_once and name in PROTECTING
        if name in OVERTAKING:
            return at_once
        return self._lines.typed and line.came > began + TOGETHER_S and name != WAIT

    async def _carried_out(self, order: Order, name: str, rest: str) -> None:
        try:
            await order(rest)
        except StoreError as error:
            say(self._orders.refusal(name, rest, error))
        except KeyError:
            say(f"This guide has no question {rest!r} in this wave.")

    async def _at_end_of_input(self) -> None:
        if self._replay and self._conductor.memo is None:
            await self._conductor.until_over()

    async def _stop_at_the_end_of_the_sound(self) -> None:
        """Once no line is left that was there before it."""
        if self._replay:
            await self._conductor.until_ended()
            while not self._idle.is_set():
                await self._idle.wait()
            if self._conductor.sound_over:  # not so when consent to it was withdrawn: notes go on
                await self._conductor.stop()


def _name(line: Line) -> str:
    return line.text.strip().partition(" ")[0]
