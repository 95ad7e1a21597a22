"""Facts about this laptop that matter before an interview; asked for without opening any microphone."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from transcribe.compute import CARD_DRIVER

CARD_OF_WINDOWS = Path("/dev/dxg")  # in a Linux that runs inside Windows
# What an hour of recording takes on disk: 16 kHz, 16 bit, mono, and what encryption and pages add to it.
BYTES_AN_HOUR = 16_000 * 2 * 3600 * 12 // 10


def span_words(seconds: int) -> str:
    """How long, as people say it: 25 min, 1 h 20 min, 12 h."""
    hours, minutes = divmod(max(0, seconds) // 60, 60)
    if hours >= 4:
        return f"{hours} h"
    if hours and minutes:
        return f"{hours} h {minutes} min"
    return f"{hours} h" if hours else f"{minutes} min"


@dataclass(frozen=True)
class Machine:
    """Disk in bytes; ``battery_percent`` None where there is none or nobody knows; seconds None likewise."""

    free_bytes: int
    battery_percent: int | None
    plugged: bool
    battery_s: int | None

    @property
    def disk_s(self) -> int:
        """How much recording there is room for, in seconds."""
        return self.free_bytes * 3600 // BYTES_AN_HOUR

    @property
    def disk_text(self) -> str:
        """Space left, and what it is good for."""
        lasts = "hundreds of hours" if self.disk_s >= 200 * 3600 else f"about {span_words(self.disk_s)}"
        return f"{self.free_bytes / 1e9:.1f} GB left, for {lasts}"

    @property
    def battery_text(self) -> str | None:
        """Charge, and how long it lasts where that is known."""
        if self.battery_percent is None:
            return None
        if self.plugged:
            return f"{self.battery_percent} %, on mains"
        lasts = f", about {span_words(self.battery_s)}" if self.battery_s else ""
        return f"{self.battery_percent} %{lasts}"


def look(folder: Path) -> Machine:
    """The facts now."""
    free = shutil.disk_usage(folder).free
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if battery is None:
        return Machine(free, None, False, None)
    left = battery.secsleft if battery.secsleft and battery.secsleft > 0 else None
    return Machine(free, round(battery.percent), bool(battery.power_plugged), left)


def device_words(device: str) -> str:
    """Where a model will run, in words; no word of a graphics card where there can be none."""
    if device == "auto":
        return "graphics card if one works, else processor" if _may_have_a_card() else "processor"
    return {"cpu": "processor", "cuda": "graphics card"}.get(device, device)


def _may_have_a_card() -> bool:
    """Whether a card that reads speech can be there; without a driver there is none, where that can be told."""
    return sys.platform != "linux" or any(path.exists() for path in (CARD_DRIVER, CARD_OF_WINDOWS))


def source_words(device: str | None, *, replayed: bool) -> str:
    """What the sound will come from, in words."""
    return "a sound file, not a microphone" if replayed else device or "the default microphone"
