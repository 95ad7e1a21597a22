"""The palette (Ctrl+P): every action of the screen it was called from, found by typing, made from the bindings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from textual.app import App
from textual.binding import Binding
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen
from textual.types import IgnoreReturnCallbackType


@dataclass(frozen=True)
class Command:
    """One thing that can be done on a screen: its name, its keys as people read them, and what it does."""

    binding: Binding
    node: DOMNode
    keys: str
    name: str
    about: str
    enabled: bool


def commands(screen: Screen[object]) -> Iterator[Command]:
    """What can be done on a screen, in the order of its footer; each once, however many keys it has.

    Only bindings with an id count: those without are the small movements that widgets bring along.
    """
    gathered: dict[str, list[tuple[DOMNode, Binding, bool, str]]] = {}
    for active in screen.active_bindings.values():
        if active.binding.id and active.binding.description:
            row = (active.node, active.binding, active.enabled, active.tooltip)
            gathered.setdefault(active.binding.action.removeprefix("app."), []).append(row)
    for rows in gathered.values():
        node, binding, enabled, about = rows[0]
        keys = " ".join(dict.fromkeys(_key(screen.app, row[1]) for row in rows))
        yield Command(binding, node, keys, binding.description, about or binding.description, enabled)


def _key(app: App[object], binding: Binding) -> str:
    return str(app.get_key_display(binding))


class Commands(Provider):
    """Offers the active bindings of the screen below."""

    async def discover(self) -> Hits:
        """Everything that can be done now."""
        for command in commands(self.screen):
            if command.enabled:
                yield DiscoveryHit(_shown(command), self._run(command), command.name, help=command.about)

    async def search(self, query: str) -> Hits:
        """What can be done now and is called, or explained, somewhat like this."""
        matcher = self.matcher(query)
        for command in commands(self.screen):
            score = max(matcher.match(command.name), matcher.match(command.about) * 0.7)
            if command.enabled and score > 0:
                yield Hit(score, _shown(command), self._run(command), command.name, help=command.about)

    def _run(self, command: Command) -> IgnoreReturnCallbackType:
        return partial(self.app.run_action, command.binding.action, command.node)


def _shown(command: Command) -> Content:
    return Content.assemble(command.name, "  ", (command.keys, "$secondary"))
