"""The microphone as a source: opened by name, watched, and opened again when it went away or stopped giving sound."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any

import numpy as np

from transcribe import devices
from transcribe.clock import clock_ms
from transcribe.errors import SoundError
from transcribe.intake import Block, Intake
from transcribe.recording import RATE_HZ, Samples

RETRY_S = 1.0
REOPEN_AFTER_MS = 5_000
CLOSE_S = 1.0
LEAST_LAG_MS = 100
"""Sound servers are later than they admit: 70 to 90 ms from the room to the callback were measured."""


class MicrophoneSource:
    """A microphone by name (None: the default), at 16 kHz or resampled from its own rate.

    With ``two_channels`` each person has one, on the first two channels of the device; blocks are (n, 2).
    """

    live = True

    def __init__(self, device: str | None, played_ms: int, *, two_channels: bool = False) -> None:
        self.name = device or "default microphone"
        self.rate_hz = RATE_HZ
        self._device, self._played_from = device, played_ms
        self._channels = 2 if two_channels else 1
        self._stream: Any = None
        self._fresh: str | None = None
        self._lost, self._closed, self._busy = Event(), Event(), Lock()
        self._opened_ms = self._heard_ms = clock_ms()

    def open(self, intake: Intake) -> None:
        """Lets the sound in from now on, through unplugging and stalls. Raises SoundError."""
        self._intake = intake
        self._start(devices.portaudio(), None)
        Thread(target=self._keep_open, name="microphone", daemon=True).start()

    def grant(self, played_ms: int) -> None:
        """A room full of people needs no grant to go on."""

    def handled(self, played_ms: int) -> None:
        """Nor does it wait."""

    def played_ms(self) -> int:
        """Time since it was opened, on top of where it began."""
        return self._played_from + int(clock_ms() - self._opened_ms)

    def close(self) -> None:
        """No sound from now on. Never ``stop``: that waits for ever on a source that stalls."""
        self._closed.set()
        self._lost.set()
        if self._busy.acquire(timeout=CLOSE_S):
            self._abort()
            self._busy.release()

    # --- the stream ---------------------------------------------------------------------------------------------------

    def _start(self, sd: Any, fresh: str | None) -> None:
        index = devices.find(sd, self._device)
        info = sd.query_devices(index)
        self.name, own_rate, most = info["name"], round(info["default_samplerate"]), info["max_input_channels"]
        self._fresh, refusal = fresh, ""
        if most < self._channels:
            raise SoundError(f'"{self.name}" has only one channel; connect two microphones, or say that there is one.')
        for rate_hz, channels in dict.fromkeys(
            [(RATE_HZ, self._channels), (own_rate, self._channels), (own_rate, most)]
        ):
            try:
                self._stream = self._opened(sd, index, rate_hz, channels)
            except sd.PortAudioError as error:
                refusal = str(error.args[0])
            else:
                self.rate_hz = rate_hz
                return
        raise SoundError(f'The microphone "{self.name}" can\'t be opened ({refusal}); choose another one.')

    def _opened(self, sd: Any, index: int, rate_hz: int, channels: int) -> Any:
        convert = _to_16k(rate_hz, self._channels)
        wanted = slice(2) if self._channels == 2 else 0

        def heard(sound: Samples, _frames: int, _time: Any, _status: Any) -> None:
            self._heard_ms = clock_ms()
            samples = convert(sound[:, wanted])
            fresh, self._fresh = self._fresh, None
            self._intake.put(Block(samples, self.played_ms(), self._heard_ms, fresh=fresh))

        stream: Any = sd.InputStream(
            device=index,
            samplerate=rate_hz,
            channels=channels,
            dtype="int16",
            callback=heard,
            finished_callback=lambda: self._finished(stream),
        )
        self._heard_ms = clock_ms()
        stream.start()
        self._intake.lag_ms = max(LEAST_LAG_MS, round(stream.latency * 1000))
        return stream

    def _finished(self, stream: Any) -> None:
        """PortAudio's only word about an unplugged device."""
        if stream is self._stream:
            self._lost.set()

    def _abort(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(Exception):  # a device that is gone may refuse anything; the next one is what matters
                stream.abort()
                stream.close()

    # --- keeping it open ----------------------------------------------------------------------------------------------

    def _keep_open(self) -> None:
        while not self._closed.is_set():
            if self._lost.wait(RETRY_S):
                self._reopen("device")
            elif clock_ms() - self._heard_ms >= REOPEN_AFTER_MS:
                self._reopen("stall")

    def _reopen(self, why: str) -> None:
        with self._busy:
            if self._closed.is_set():
                return
            self._abort()
            self._lost.clear()
            try:
                sd = devices.portaudio()
                devices.look_again(sd)
                self._start(sd, why)
            except (SoundError, OSError):
                failed = True
            else:
                failed = False
        if failed and not self._closed.wait(RETRY_S):
            self._lost.set()


def _to_16k(rate_hz: int, channels: int) -> Any:
    """Samples at a device's rate to samples at 16 kHz, block by block."""
    if rate_hz == RATE_HZ:
        return lambda samples: samples
    import soxr

    stream = soxr.ResampleStream(rate_hz, RATE_HZ, channels, dtype="int16")
    return lambda samples: np.asarray(stream.resample_chunk(np.ascontiguousarray(samples)), np.int16)
