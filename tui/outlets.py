"""Standard output and standard error, whose readers nobody waits for: a loop that records has other things to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO, cast

from tui.writer import Place, Worth, Writer

LEFT_OUT = "{} left out here, for nobody read what came before. The study holds what was kept."
UNREAD = "{} not printed in the end, for nobody reads on."
BROKEN = "Nothing can be printed any more ({}); the session goes on until you stop it."


class Outlets:
    """A writer for stdout and one for stderr; where both are the same place it is one, so that lines keep their order.

    ``notice`` makes a line for stdout out of a sentence about lines that nobody read. A place that takes nothing any
    more (its reader has gone, a full disk) is named once on the other one. Raises AttributeError and OSError for
    streams that are no files, RuntimeError where the system gives no thread.
    """

    def __init__(self, out: TextIO, err: TextIO, notice: Callable[[str], str]) -> None:
        same = os.path.samestat(os.fstat(out.fileno()), os.fstat(err.fileno()))
        self._notice = notice
        self._out = Writer(_beneath(out), lambda count: _line(notice(_counted(LEFT_OUT, count))), self._broke)
        self._err = self._out if same else Writer(_beneath(err), _left_out, lambda _: None)
        self._of = {out: self._out, err: self._err}

    def take(self, stream: TextIO, line: bytes, worth: Worth) -> bool:
        """Have this line written; False for another stream."""
        writer = self._of.get(stream)
        if writer is not None:
            writer.put(line, worth)
        return writer is not None

    def finish(self) -> None:
        """Wait for the readers, as long as they read on; what is left is said where somebody reads."""
        left = self._out.drain()
        if self._out is self._err:
            return
        if left:
            self._err.put(_line(_counted(UNREAD, left)), Worth.SAID_ONCE)
        unsaid = self._err.drain()
        if unsaid and not left:
            self._out.put(_line(self._notice(_counted(UNREAD, unsaid))), Worth.SAID_ONCE)
            self._out.drain()

    def _broke(self, error: OSError) -> None:
        if self._out is not self._err:
            self._err.put(_line(BROKEN.format(error.strerror)), Worth.SAID_ONCE)


_outlets: list[Outlets] = []


def never_wait(notice: Callable[[str], str] = "[{}]".format) -> None:
    """From now on, until ``finish``, whatever is printed goes through outlets (which see), if there can be any."""
    with suppress(AttributeError, OSError, RuntimeError):
        _outlets[:] = [Outlets(sys.stdout, sys.stderr, notice)]


def taken(stream: TextIO, line: bytes, worth: Worth) -> bool:
    """Whether an outlet has this line now; False where it is still to be written."""
    return any(outlets.take(stream, line, worth) for outlets in _outlets)


def finish() -> None:
    """The end of the program: wait for the readers; whoever interrupts this waits no longer."""
    with suppress(KeyboardInterrupt):
        for outlets in _outlets:
            outlets.finish()
    _outlets.clear()


def _left_out(count: int) -> bytes:
    return _line(_counted(LEFT_OUT, count))


def _counted(sentence: str, count: int) -> str:
    return sentence.format("1 line was" if count == 1 else f"{count} lines were")


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


def _beneath(stream: TextIO) -> Place:
    """What a stream writes to in the end."""
    return cast(Place, getattr(stream.buffer, "raw", stream.buffer))
