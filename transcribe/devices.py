"""The microphones of this machine, by name: their numbers change whenever one is plugged in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from transcribe.errors import SoundError

NO_PORTAUDIO = (
    "No microphone can be used: the PortAudio library is missing; install libportaudio2 (Debian, Ubuntu) "
    "or portaudio (Fedora, Arch, Homebrew)."
)


@dataclass(frozen=True)
class Microphone:
    """A device that gives sound. ``host`` is the system's interface to it, ``rate_hz`` its own rate."""

    name: str
    host: str
    channels: int
    rate_hz: int
    default: bool


def microphones(*, anew: bool = False) -> tuple[Microphone, ...]:
    """Every input there is. PortAudio looks once: ``anew`` makes it look again, which ends its open streams.

    Raises SoundError when PortAudio is missing.
    """
    with quiet():
        sd = portaudio()
        if anew:
            look_again(sd)
        hosts, default = sd.query_hostapis(), default_input(sd)
        return tuple(
            Microphone(
                name=info["name"],
                host=hosts[info["hostapi"]]["name"],
                channels=info["max_input_channels"],
                rate_hz=round(info["default_samplerate"]),
                default=index == default,
            )
            for index, info in enumerate(sd.query_devices())
            if info["max_input_channels"] > 0
        )


def portaudio() -> Any:
    """The sounddevice module; raises SoundError when PortAudio is missing or fails to start."""
    try:
        import sounddevice
    except OSError:
        raise SoundError(NO_PORTAUDIO) from None
    return sounddevice


def look_again(sd: Any) -> None:
    """Has PortAudio forget its devices and search for them."""
    sd._terminate()  # sounddevice has no public way to see a device that came later
    sd._initialize()


def find(sd: Any, name: str | None) -> int:
    """Number, for now, of the microphone of this name (None: the default). Raises SoundError."""
    if name is None:
        index = default_input(sd)
        if index is None:
            raise SoundError("There is no microphone; plug one in, or choose one with `vivavoce devices`.")
        return index
    inputs = {index: info["name"] for index, info in enumerate(sd.query_devices()) if info["max_input_channels"] > 0}
    same = [index for index, each in inputs.items() if each == name]
    alike = [index for index, each in inputs.items() if name.casefold() in each.casefold()]
    if same or len(alike) == 1:
        return (same or alike)[0]
    raise SoundError(f'There is no microphone called "{name}"; `vivavoce devices` lists what there is.')


def default_input(sd: Any) -> int | None:
    """Number, for now, of the system's default microphone; None when there is none."""
    index = int(sd.default.device[0])
    if index >= 0:
        return index
    return next(
        (each["default_input_device"] for each in sd.query_hostapis() if each["default_input_device"] >= 0), None
    )


@contextmanager
def quiet() -> Iterator[None]:
    """ALSA writes to descriptor 2 whatever it is asked: for so long that leads nowhere."""
    held, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(held, 2)
        os.close(held)
        os.close(nowhere)
