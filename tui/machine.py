"""Facts about this laptop that matter before an interview; asked for without opening any microphone."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

# Lists the microphones and leaves; PortAudio never comes into the app's own process.
_LIST = "from tui.cli import main; main(['devices', '--json'])"
_SECRET = "VIVAVOCE_PASSPHRASE"
_PATIENCE_S = 10.0
NONE_FOUND = "none found: plug one in"

# What an hour of recording takes on disk: 16 kHz, 16 bit, mono, and what encryption and pages add to it.
BYTES_AN_HOUR = 16_000 * 2 * 3600 * 12 // 10
LOW_DISK_HOURS = 4


@dataclass(frozen=True)
class Machine:
    """Disk in bytes; ``battery_percent`` None where there is none or nobody knows; seconds None likewise."""

    free_bytes: int
    battery_percent: int | None
    plugged: bool
    battery_s: int | None

    @property
    def disk_text(self) -> str:
        """Space left, and what it is good for."""
        hours = self.free_bytes // BYTES_AN_HOUR
        lasts = "hundreds of hours" if hours >= 200 else f"about {hours} h"
        return f"{self.free_bytes / 1e9:.1f} GB left, for {lasts}"

    @property
    def disk_low(self) -> bool:
        """Whether a long interview might not fit."""
        return self.free_bytes < LOW_DISK_HOURS * BYTES_AN_HOUR

    @property
    def battery_text(self) -> str | None:
        """Charge, and how long it lasts where that is known."""
        if self.battery_percent is None:
            return None
        if self.plugged:
            return f"{self.battery_percent} %, on mains"
        lasts = f", about {self.battery_s / 3600:.1f} h" if self.battery_s else ""
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
    """Where a model will run, in words."""
    known = {
        "auto": "graphics card, else processor",
        "cpu": "processor",
        "cuda": "graphics card",
    }
    return known.get(device, device)


def source_words(device: str | None, *, replayed: bool) -> str:
    """What the sound will come from, in words."""
    return "a sound file, not a microphone" if replayed else device or "the default microphone"


async def default_microphone() -> str | None:
    """The name of the system's microphone, as a child lists it; None where nobody can say. Opens none."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-X",
        "utf8",
        "-c",
        _LIST,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != _SECRET},
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            said, _ = await child.communicate()
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return named(said) if child.returncode == 0 else None


def named(said: bytes) -> str | None:
    """The default microphone of a list in JSON, or the first; None for what is no list."""
    try:
        found = json.loads(said)
    except ValueError:
        return None
    names = [str(one["name"]) for one in found if one.get("default")] or [str(one["name"]) for one in found]
    return names[0] if names else NONE_FOUND
