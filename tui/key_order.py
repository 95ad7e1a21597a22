"""One key at a time, in the order in which they were pressed."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message import Message

LOOK_AGAIN_S = 0.02
"""How often a key that waits looks whether the one before can still be on its way."""
LONGEST_S = 5.0
"""No key waits for longer."""
URGENT_S = 0.04
"""And none that hides or leaves, wherever the focus is: a screen may be waiting for a recorder that stands still."""


class KeyDone(Message):
    """Follows a key on its way from the widget that got it up to the app: when it arrives the key was dealt with."""


class KeyOrder:
    """Hands on a key, or what was pasted, when the one before has been dealt with.

    A key goes to the widget with the focus and from there, one widget after the other, up to the app. What the app does
    with it may move the focus; the next key, sent on before, would be on its way from the old place while the one after
    that came to the new place at once, and overtook it.
    """

    def __init__(self, app: App[int], hand_on: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app, self._hand_on = app, hand_on
        self._waiting: deque[events.Event] = deque()
        self._on_its_way: events.Event | None = None
        self._behind_it: KeyDone | None = None
        self._sent_to: DOMNode = app
        self._looked = 0
        self._looking = False

    async def take(self, pressed: events.Event) -> None:
        """The next one; it is handed on now, or when those before it have been dealt with."""
        self._waiting.append(pressed)
        await self._go_on()

    async def dealt_with(self, arrived: Message) -> None:
        """A key, or what follows one, has come up to the app, which has dealt with it; others are left alone."""
        if arrived is self._on_its_way or arrived is self._behind_it:
            self._forget()
            await self._go_on()

    async def _go_on(self) -> None:
        while self._waiting and self._on_its_way is None:
            pressed = self._waiting.popleft()
            self._sent_to = self._app.focused or self._app.screen
            self._on_its_way, self._behind_it = pressed, KeyDone()
            await self._hand_on(pressed)
            if not (pressed.is_forwarded and self._sent_to.post_message(self._behind_it)):
                self._forget()
        if self._waiting:
            self._look_again()

    def _forget(self) -> None:
        self._on_its_way = self._behind_it = None
        self._looked = 0

    def _look_again(self) -> None:
        if not self._looking:
            self._looking = True
            self._app.set_timer(LOOK_AGAIN_S, self._look)

    async def _look(self) -> None:
        """A widget that was taken away has taken along what was on its way; and what hides waits for nobody."""
        self._looking = False
        self._looked += 1
        waited_s = self._looked * LOOK_AGAIN_S
        if waited_s >= URGENT_S and any(map(self._is_urgent, self._waiting)):
            while self._waiting:
                await self._hand_on(self._waiting.popleft())
            self._forget()
        elif not self._sent_to.is_attached or waited_s >= LONGEST_S:
            self._forget()
        await self._go_on()

    def _is_urgent(self, pressed: events.Event) -> bool:
        """Whether its binding comes before all others."""
        bindings = self._app.screen.active_bindings
        return isinstance(pressed, events.Key) and pressed.key in bindings and bindings[pressed.key].binding.priority
