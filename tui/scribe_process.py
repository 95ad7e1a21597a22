"""The process of one session's scribe: one life after another, each given what is still owed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from transcribe import wire
from transcribe.child import Child
from transcribe.errors import WireError

_GRACE_S = 0.5


class ScribeProcess:
    """At most one scribe at a time."""

    def __init__(self) -> None:
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Its number, while there is one."""
        return None if self._child is None else self._child.pid

    async def live(
        self, load: wire.Load, owed: Iterable[wire.ScribeCommand], note: Callable[[wire.Message], None]
    ) -> wire.Failed | None:
        """One life, every report of which goes to ``note``; gives why it could not load, if it said so.

        What ``note`` raises ends it.
        """
        failure: wire.Failed | None = None
        self._child = child = await Child.start("transcribe.scribe")
        try:
            child.send(load)
            for command in owed:
                child.send(command)
            async for report in child.messages():
                if isinstance(report, wire.Failed) and report.id is None:
                    failure = report
                note(report)
        except WireError:
            child.kill()  # it does not speak our language any more: another one takes over
        except BaseException:
            child.kill()
            raise
        await child.leave(_GRACE_S)
        return failure

    def send(self, message: wire.ScribeCommand) -> None:
        """Tell it, if there is one."""
        if self._child is not None:
            self._child.send(message)

    def kill(self) -> None:
        """End it at once."""
        if self._child is not None:
            self._child.kill()

    async def leave(self) -> None:
        """Let it go."""
        if self._child is not None:
            await self._child.leave(_GRACE_S)
