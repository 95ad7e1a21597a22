"""What is refused is said, and the app lives on: no key, timer or worker ends it by a sentence of ours.

Textual ends an app by whatever a handler raises, an interview with its recorder too. But a StoreError, TranscribeError,
GuideError or FaceError is no fault of the program: it says what is wrong and what to do. Everything else ends the app.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakSet

from textual import events
from textual._context import active_message_pump
from textual.dom import DOMNode
from textual.message import Message
from textual.message_pump import MessagePump
from textual.messages import CloseMessages, Prune
from textual.screen import Screen
from textual.worker import WorkerFailed

from guides.errors import GuideError
from store.errors import StoreError
from transcribe.errors import TranscribeError
from tui.beside import Over
from tui.errors import FaceError

if TYPE_CHECKING:
    from tui.app import VivavoceApp

Deliver: TypeAlias = "Callable[[Message], Awaitable[None]]"
_REFUSALS = (StoreError, TranscribeError, GuideError, FaceError)
_LAST_MESSAGES = (CloseMessages, Prune, events.Unmount)
_LOG = logging.getLogger("vivavoce")


class Refusals:
    """Stands between what is handled and Textual, which would end the loop of whoever could not handle it."""

    def __init__(self, app: VivavoceApp) -> None:
        self._app = app
        self._not_drawn: WeakSet[MessagePump] = WeakSet()

    def guard(self, widget: MessagePump) -> None:
        """Let a widget or a screen outlive a message that was refused; to be called before its loop begins."""
        if "_dispatch_message" in vars(widget):
            return  # it comes by a second time
        deliver = widget._dispatch_message

        async def dispatch(message: Message) -> None:
            await self.deliver(widget, deliver, message)

        widget._dispatch_message = dispatch  # type: ignore[method-assign]  # each message goes through it

    async def deliver(self, pump: MessagePump, deliver: Deliver, message: Message) -> None:
        """Let ``deliver`` do its work; a screen that could not be drawn gets no messages any more but its last."""
        if pump in self._not_drawn and not isinstance(message, _LAST_MESSAGES):
            return
        try:
            await deliver(message)
        except _REFUSALS as error:
            if not self.take(error, pump):
                raise

    def take(self, error: BaseException | None, pump: MessagePump | None = None) -> bool:
        """Say it, if it is a refusal, and leave the screen that could not be drawn for it; else False."""
        if isinstance(error, WorkerFailed):
            error = error.error
        if not isinstance(error, _REFUSALS):
            return False
        pump = pump or active_message_pump.get(None)
        if pump is not None and not pump._is_mounted:
            self._not_drawn.add(pump)
            if (screen := _not_drawn_yet(pump)) is not None:
                if not self._app.can_be_left(screen):
                    return False
                self._not_drawn.add(screen)
                self._app.call_later(self._app.leave, screen)
        _note(error)
        if not isinstance(error, Over):
            self._app.refuse(error)
        return True


def _not_drawn_yet(pump: MessagePump) -> Screen[object] | None:
    """The screen to which a widget belongs, if that is not there yet either."""
    if not isinstance(pump, DOMNode):
        return None
    found = next((node for node in pump.ancestors_with_self if isinstance(node, Screen)), None)
    return found if found is None or not found._is_mounted else None


def _note(error: BaseException) -> None:
    """The places in the code, for the log; never the sentence, in which there may be a number or a path."""
    _LOG.warning("refused: %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
