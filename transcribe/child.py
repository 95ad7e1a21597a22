"""The app's end of a child process: starts it, speaks the wire with it, and sees it out."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

from transcribe.codec import decode, encode
from transcribe.errors import ChildError, WireError
from transcribe.frugal import FRUGAL
from transcribe.wire import Message

LONGEST_LINE = 2**24
"""Bytes; asyncio's own 64 KiB is too short for the words of a long stretch."""

_SECRETS = ("VIVAVOCE_PASSPHRASE",)
_TERMINATE_S = 0.5


class Child:
    """One child process that speaks the wire on its stdin and stdout; made by ``start``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._in, self._out = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, module: str, log_fd: int | None = None) -> Child:
        """Runs ``python -m module``; its stderr goes to ``log_fd`` or nowhere. Raises ChildError."""
        environment = FRUGAL | {name: value for name, value in os.environ.items() if name not in _SECRETS}
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-X", "utf8", "-m", module),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL if log_fd is None else log_fd,
                limit=LONGEST_LINE,
                env=environment,
            )
        except OSError as error:
            raise ChildError(f"{module} could not be started ({error.strerror}); start the program again.") from None
        return cls(process)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it left: None while it runs, negative when a signal ended it."""
        return self._process.returncode

    def send(self, message: Message) -> bool:
        """Hands the child a message without waiting; False when it is gone."""
        if self._process.returncode is not None or self._in.is_closing():
            return False
        self._in.write(encode(message))
        return True

    async def messages(self) -> AsyncIterator[Message]:
        """What the child says until it leaves; a line that is no message raises WireError."""
        while True:
            try:
                line = await self._out.readline()
            except ValueError:
                raise WireError("a line from the other process is too long") from None
            if not line.endswith(b"\n"):  # the end, or a line that a kill cut off
                return
            yield decode(line)

    async def leave(self, grace_s: float) -> int:
        """Closes the child's stdin and waits; ends it when it stays longer than ``grace_s``. Gives its return code.

        Whoever is cancelled meanwhile is so once the child is no more: else it would be left behind unseen.
        """
        seeing_out, cancelled = asyncio.create_task(self._see_out(grace_s)), False
        while not seeing_out.done():
            try:
                await asyncio.shield(seeing_out)
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            raise asyncio.CancelledError
        return seeing_out.result()

    async def _see_out(self, grace_s: float) -> int:
        self._in.close()
        for end, wait_s in ((self._process.terminate, grace_s), (self._process.kill, _TERMINATE_S)):
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    return await self._process.wait()
            with suppress(ProcessLookupError):
                end()
        return await self._process.wait()

    def kill(self) -> None:
        """Ends the child at once; nothing happens when it is gone already."""
        with suppress(ProcessLookupError):
            self._process.kill()
