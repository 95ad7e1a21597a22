"""Writes of a session that may have to wait: nothing is lost that can be written later, and nothing overtakes them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from store import NotNow, StoreError, StudyLocked

T = TypeVar("T")
Write = Callable[[], object]

IN_THE_LOOP_MS = 20
"""How long a write on the event loop waits for another program's: every key waits with it."""
AGAIN_S = 0.25
"""Pause between two tries while something waits."""
LOCKED_S, REFUSED_S = 20.0, 1.0
"""How long somebody waits for a write: where another program holds the study, and where the disk takes none."""


@dataclass(eq=False)
class _Kept:
    write: Write
    of_sound: bool = False
    awaited: bool = False
    refusal: Exception | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Backlog:
    """Does each write at once, or keeps it and does it later: all in the order in which they came.

    ``say`` gets the reason, once; ``moved`` gets how many writes wait, whenever that changes. ``insist`` (of the study)
    does a write. What is refused for good (any StoreError but NotNow) is raised to whoever wants it, or said where
    they have gone on.
    """

    def __init__(
        self,
        say: Callable[[str], None],
        insist: Callable[[Write], object] = lambda write: write(),
        moved: Callable[[int], None] = lambda waiting: None,
    ) -> None:
        self._say, self._insist, self._moved = say, insist, moved
        self._kept: deque[_Kept] = deque()
        self._told = 0
        self._fault: NotNow | None = None
        self._refused_at = 0.0
        self._at_it = False
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many writes are not on the disk yet."""
        return len(self._kept)

    def do(self, write: Write, *, of_sound: bool = False) -> bool:
        """Do this after what is kept, or keep it too; whether it is done. ``of_sound``: see ``drop_sound``."""
        mine = _Kept(write, of_sound, awaited=True)
        self._add(mine)
        mine.awaited = False
        if mine.refusal is not None:
            raise mine.refusal
        return mine.over.is_set()

    def attempt(self, write: Write) -> None:
        """Do this now or never, and never before what is kept: what comes next will say the same."""
        if self._kept or self._just_refused:
            return
        try:
            self._insist(write)
            self._fault = None
        except NotNow as fault:
            self._keep_in_mind(fault)

    async def done(self, write: Callable[[], T], *, patient: bool = False) -> T:
        """Do this in its turn, and wait for it; raises what refuses it, NotNow after a while: then it is dropped.

        ``patient``: it waits for as long as it takes.
        """
        result: list[T] = []
        mine = _Kept(lambda: result.append(write()), awaited=True)
        self._add(mine)
        try:
            await self._until_over(mine, patient=patient)
        finally:
            self._drop(mine)
        if mine.refusal is not None:
            raise mine.refusal
        return result[0]

    async def empty(self) -> None:
        """Wait until everything is on the disk; raises NotNow after a while, and all is tried on."""
        while self._kept:
            await self._until_over(self._kept[-1])

    def catch_up(self) -> None:
        """Do all that is kept; raises NotNow where something has to stay."""
        self.go_on()
        if self._kept and self._fault is not None:
            raise self._fault

    def go_on(self) -> None:
        """Do what is kept, as far as it goes, and try the rest again in a moment."""
        if self._at_it:
            return  # a write that comes of another has its turn after it
        self._at_it = True
        try:
            while self._kept:
                self._do(self._kept[0])
            self._fault = None
        except NotNow as fault:
            self._keep_in_mind(fault)
        finally:
            self._at_it = False
            self._tell_how_many()
            if self._kept:
                self._try_again_later()

    def drop_sound(self) -> None:
        """Nothing of what is kept about sound is wanted any more."""
        for one in [one for one in self._kept if one.of_sound]:
            self._drop(one)
        self._tell_how_many()

    def _add(self, one: _Kept) -> None:
        """One try at a time: each may wait for a moment, and the next one is due."""
        self._kept.append(one)
        if self._timer is None or len(self._kept) == 1:
            self.go_on()
        else:
            self._tell_how_many()

    @property
    def _just_refused(self) -> bool:
        return self._fault is not None and time.monotonic() - self._refused_at < AGAIN_S

    def _do(self, one: _Kept) -> None:
        try:
            self._insist(one.write)
        except NotNow:
            raise
        except StoreError as refusal:
            one.refusal = refusal
            if not one.awaited:
                self._say(str(refusal))
        except Exception as fault:
            one.refusal = fault
            self._drop(one)
            raise
        self._drop(one)

    def _drop(self, one: _Kept) -> None:
        with contextlib.suppress(ValueError):  # a write may clear up behind itself
            self._kept.remove(one)
        one.over.set()

    async def _until_over(self, one: _Kept, *, patient: bool = False) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        while not one.over.is_set():
            patience_s = LOCKED_S if isinstance(self._fault, StudyLocked) else REFUSED_S
            if not patient and self._fault is not None and clock() - began > patience_s:
                raise self._fault
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(AGAIN_S):
                    await one.over.wait()

    def _try_again_later(self) -> None:
        if self._timer is None:
            with contextlib.suppress(RuntimeError):  # no event loop: whoever comes next tries again
                self._timer = asyncio.get_running_loop().call_later(AGAIN_S, self._again)

    def _again(self) -> None:
        self._timer = None
        self.go_on()

    def _keep_in_mind(self, fault: NotNow) -> None:
        before, self._fault, self._refused_at = self._fault, fault, time.monotonic()
        if before is None or str(before) != str(fault):
            self._say(str(fault))

    def _tell_how_many(self) -> None:
        if len(self._kept) != self._told:
            self._told = len(self._kept)
            self._moved(self._told)
