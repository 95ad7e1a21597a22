"""A room in which a session is held in real time, with a microphone that hears what is played into it."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import psutil
import soundfile

from store import Study
from tests.faults.fault import Fault, program
from tests.faults.heard import PIECE_S, Recorded, speech_in_noise
from tests.faults.heard import Sound as Heard
from tests.faults.kept import samples_of
from tests.faults.stage import MODEL, RATE_HZ, Run
from tests.faults.verdict import Sound
from tests.program import Running, Vivavoce
from tests.transcribe.pulse import VirtualMicrophone

TAKES_S = 40.0
"""Longer than any session: what is played is never over."""
QUIET = 0.005
SETTLES_S = 0.3
"""On its way from the room to the recorder, or to the witness."""
_WITH_A_MICROPHONE = ("--participant", "50001", "--wave", "1", "--audio", "granted", "--plain", "--json")


class Room:
    """One session on one study, its microphone, and what becomes of both."""

    def __init__(self, study: Path, home: Path, fault: Fault | None = None, prelude: str = "") -> None:
        self.study, self.home = study, home
        self.microphone = VirtualMicrophone(home)
        names = ("HOME", "XDG_RUNTIME_DIR", "PULSE_SERVER")
        self.vivavoce = Vivavoce(study, {name: self.microphone.env[name] for name in names})
        for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
            self.vivavoce.env.pop(name, None)
        self.trouble: list[str] = []
        self._played = 0
        self._began = self._broke = self._ended = (0, 0.0)
        command = program(fault, home, prelude)
        self.run: Running = self.vivavoce.start("session", *_WITH_A_MICROPHONE, "--model", MODEL, command=command)

    # --- in the session -----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Wait until it is recorded; what the microphone gives counts from a second later."""
        self.run.until("recording")
        self.run.say("ask", "note written before", "mark here")
        self.play()
        self.let_pass(1.0)
        self._began = self._given_until_now()

    def play(self) -> None:
        """Another stretch is spoken from now on."""
        path = self.home / f"played-{self._played}.wav"
        soundfile.write(path, speech_in_noise(self._played, TAKES_S), RATE_HZ)
        self._played += 1
        self.microphone.play(path)

    def breaks(self) -> None:
        """The fault begins now; unless more is said, it also ends the session."""
        self._broke = self._ended = self._given_until_now()

    def end(self) -> None:
        """What is said from now on counts no more."""
        self._ended = self._given_until_now()

    def let_pass(self, seconds: float) -> None:
        """Real time, which is what these faults are about."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(left)

    def until(self, code: str) -> None:
        """Wait for a notice."""
        self.run.until(lambda event: event.get("code") == code)

    def processes(self) -> list[psutil.Process]:
        """The app and its children."""
        app = psutil.Process(self.run.process.pid)
        return [app, *app.children(recursive=True)]

    def signal_all(self, number: signal.Signals) -> None:
        """To everything that there is: the laptop is suspended, or wakes up."""
        for process in self.processes():
            process.send_signal(number)
        self.microphone.freeze(number == signal.SIGSTOP)

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def told(self) -> Run:
        """What the session said, once it is over."""
        code = self.run.finish()
        sentences = tuple(self.run.errors().splitlines())
        if any(line.startswith("Traceback") for line in sentences):
            self.trouble.append("a traceback")
        return Run(tuple(self.run.events), sentences, tuple(self.trouble), code)

    def sound(self, study: Study) -> Sound:
        """What the microphone gave before the fault and is not recorded, and what it gave after it and is not."""
        kept = samples_of(study)
        recorded = Recorded(kept[0] if kept else np.zeros(0, np.int16))
        lost = missed = 0.0
        for witness, at_s, piece in self._given():
            if not recorded.holds(piece):
                before = (witness, at_s + PIECE_S + SETTLES_S) <= self._broke
                lost, missed = lost + PIECE_S * before, missed + PIECE_S * (not before)
        return Sound(lost, missed)

    def leave(self) -> None:
        """End what still runs."""
        with suppress(psutil.Error):
            for process in self.processes():
                process.kill()
        self.run.process.wait()
        self.microphone.close()

    def _given_until_now(self) -> tuple[int, float]:
        """The number of the witness, and how many seconds it has heard."""
        return len(self.microphone.witnesses) - 1, self.microphone.witnesses[-1].stat().st_size / 2 / RATE_HZ

    def _given(self) -> Iterator[tuple[int, float, Heard]]:
        """Every piece that was not silent, with the number of the witness and the second of its begin."""
        step = round(PIECE_S * RATE_HZ)
        for number, path in enumerate(self.microphone.witnesses):
            raw = path.read_bytes()
            heard: Heard = np.asarray(np.frombuffer(raw[: len(raw) // 2 * 2], "<i2") / 32768, np.float32)
            for start in range(0, len(heard) - step + 1, step):
                place, piece = (number, start / RATE_HZ), heard[start : start + step]
                counts = self._began <= place and (number, place[1] + PIECE_S + SETTLES_S) <= self._ended
                if counts and np.std(piece) > QUIET:
                    yield *place, piece
