"""The app's end of a child process: starts it, speaks the wire with it, and sees it out."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

from transcribe.codec import decode, encode
from transcribe.errors import NotStartedError, WireError
from transcribe.frugal import FRUGAL
from transcribe.wire import Message

LONGEST_LINE = 2**24
"""Bytes; asyncio's own 64 KiB is too short for the words of a long stretch."""

_SECRETS = ("VIVAVOCE_PASSPHRASE",)
_TERMINATE_S = 0.5
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""On Windows nothing can be asked of a process: either ends it."""
_PIPES_S = 0.05
_AGAIN_AFTER_S = (0.2, 0.5, 2.0)
_HINDRANCES = {
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "too many open files"),
    **dict.fromkeys((errno.ENOMEM, errno.EAGAIN), "no memory for another process"),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), "its Python is missing"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), "its Python may not be run"),
}


class Child:
    """One child process that speaks the wire on its stdin and stdout; made by ``start``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._in, self._out = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, module: str, log_fd: int | None = None) -> Child:
        """Runs ``python -m module``; its stderr goes to ``log_fd`` or nowhere. Raises NotStartedError."""
        environment = FRUGAL | {name: value for name, value in os.environ.items() if name not in _SECRETS}
        loop = asyncio.get_running_loop()
        protocol = _Spawned(limit=LONGEST_LINE, loop=loop)
        try:
            transport, _ = await loop.subprocess_exec(
                lambda: protocol,
                *(sys.executable, "-I", "-X", "utf8", "-m", module),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL if log_fd is None else log_fd,
                env=environment,
            )
        except (OSError, RuntimeError, MemoryError) as error:
            await protocol.let_go()
            raise NotStartedError(_hindrance(error)) from None
        return cls(asyncio.subprocess.Process(transport, protocol, loop))

    @classmethod
    async def start_patiently(cls, module: str) -> Child:
        """As ``start``, for what is done once: what fails is tried again for some seconds. Raises NotStartedError."""
        for wait_s in _AGAIN_AFTER_S:
            with suppress(NotStartedError):
                return await cls.start(module)
            await asyncio.sleep(wait_s)
        return await cls.start(module)

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
        for number, wait_s in ((signal.SIGTERM, grace_s), (_KILL, _TERMINATE_S)):
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    return await self._process.wait()
            self._signal(number)
        return await self._process.wait()

    def kill(self) -> None:
        """Ends the child at once; nothing happens when it is gone already."""
        self._signal(_KILL)

    def _signal(self, number: int) -> None:
        """Not by the process itself: asked to signal a child that has just left, it takes the code it left with.

        Whoever waits for it then is told 255, and that on standard error.
        """
        with suppress(ProcessLookupError, PermissionError):  # the latter is what Windows says of one that is gone
            if self._process.returncode is None:
                os.kill(self._process.pid, number)


class _Spawned(asyncio.subprocess.SubprocessStreamProtocol):
    """What asyncio itself uses; knows its process also where there was no thread or descriptor to wait for its end."""

    _spawned: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It runs, and its pipes are there."""
        self._spawned = transport
        super().connection_made(transport)

    async def let_go(self) -> None:
        """End a process that was made all the same; else it would stay as long as the app."""
        await asyncio.sleep(_PIPES_S)
        if self._spawned is not None:
            self._spawned.close()


def _hindrance(error: Exception) -> str:
    if not isinstance(error, OSError):
        return _HINDRANCES[errno.ENOMEM]
    return _HINDRANCES.get(error.errno or 0) or (error.strerror or "the system gives no reason").lower()
