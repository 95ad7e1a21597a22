"""Room on the disk and charge in the battery: what is said before a session, and once while they run low.

Pure: facts about the laptop in, notices out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui.events import Notice
from tui.machine import Machine, span_words

PLANNED_S = 2 * 3600
"""The longest interview that is planned for (see the guide's minutes); there is to be room for it."""
LEAST_BATTERY_S = 90 * 60
LEAST_PERCENT = 50
"""Where the system can't say how long the battery lasts."""

DISK_STEPS_S = (3600, 1800, 600)
BATTERY_STEPS = (20, 10, 5)
_CLEARLY = 1.25
"""How far above a step is above it, so that what wobbles about it is told once."""


def before(machine: Machine, *, recorded: bool) -> tuple[Notice, ...]:
    """What to see to before a session begins, each with what to do; nothing where all is well or unknown."""
    found = []
    if recorded and machine.disk_s < PLANNED_S:
        words = f"There is room for {span_words(machine.disk_s)} of recording only: free some space before you begin."
        found.append(Notice("low_disk", words))
    if machine.battery_percent is not None and not machine.plugged:
        if machine.battery_s is not None and machine.battery_s < LEAST_BATTERY_S:
            words = f"The battery lasts for {span_words(machine.battery_s)} only: plug the laptop in before you begin."
            found.append(Notice("low_battery", words))
        elif machine.battery_s is None and machine.battery_percent < LEAST_PERCENT:
            words = f"The battery is at {machine.battery_percent} %: plug the laptop in before you begin."
            found.append(Notice("low_battery", words))
    return tuple(found)


@dataclass(frozen=True)
class Watch:
    """How many steps down each supply is, as far as it was told; what is unknown for a moment changes nothing."""

    recorded: bool
    disk: int = 0
    battery: int = 0

    def seeing(self, machine: Machine) -> tuple[Watch, tuple[Notice, ...]]:
        """The watch after a look, and what is new: a step further down, or well again."""
        disk = _step(self.disk, machine.disk_s, DISK_STEPS_S) if self.recorded else 0
        battery = _step(self.battery, _charge(machine), BATTERY_STEPS)
        return Watch(self.recorded, disk, battery), tuple(self._news(disk, battery, machine))

    def _news(self, disk: int, battery: int, machine: Machine) -> Iterator[Notice]:
        if disk > self.disk:
            room = f"There is room for {span_words(machine.disk_s)} of recording: free some space."
            yield Notice("low_disk", room)
        elif self.disk and not disk:
            yield Notice("disk_fine", "There is room for the recording again.")
        if battery > self.battery:
            yield Notice("low_battery", f"The battery is at {machine.battery_percent} %: plug the laptop in.")
        elif self.battery and not battery:
            yield Notice("battery_fine", "The laptop has power again.")

    def words(self, machine: Machine) -> str:
        """What runs low, in a few words with a shape; empty while nothing does."""
        if self.disk and self.battery:
            return "▼ disk, battery"  # all there is room for in a narrow terminal; the notices have the figures
        if self.disk:
            return f"▼ disk {span_words(machine.disk_s)}"
        percent = "" if machine.battery_percent is None else f" {machine.battery_percent} %"
        return f"▼ battery{percent}" if self.battery else ""


def _charge(machine: Machine) -> float | None:
    if machine.battery_percent is None:
        return None
    return float("inf") if machine.plugged else machine.battery_percent


def _step(told: int, value: float | None, steps: tuple[int, ...]) -> int:
    """How many steps ``value`` is down, where it was ``told`` down before: up again only when it is clearly so."""
    if value is None:
        return told
    down = sum(value <= step for step in steps)
    return max(down, min(told, sum(value <= step * _CLEARLY for step in steps)))
