"""A microphone without hardware: a private PulseAudio whose microphone hears what is played into it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest

ASOUNDRC = """\
pcm.!default { type pulse hint { show on description "Default (PulseAudio)" } }
ctl.!default { type pulse }
pcm.pulse { type pulse }
"""
MODULES = """\
.fail
load-module module-native-protocol-unix
load-module module-null-sink sink_name=vsink rate=48000 channels=2
load-module module-remap-source master=vsink.monitor source_name=vmic channels=1 master_channel_map=front-left \
channel_map=mono
set-default-sink vsink
set-default-source vmic
"""
NULL_SINK = ("module-null-sink", "sink_name=vsink", "rate=48000", "channels=2")
REMAP = (
    "module-remap-source",
    "master=vsink.monitor",
    "source_name=vmic",
    "channels=1",
    "master_channel_map=front-left",
    "channel_map=mono",
)
PATIENCE_S = 10.0


class VirtualMicrophone:
    """The sound server, and what can be done to it."""

    def __init__(self, home: Path) -> None:
        runtime = home / "run"
        runtime.mkdir(mode=0o700)
        kept = {
            name: value for name, value in os.environ.items() if name not in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY")
        }
        self.env = {
            **kept,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "PULSE_SERVER": f"unix:{runtime}/pulse/native",
        }
        (home / ".asoundrc").write_text(ASOUNDRC)
        (home / "test.pa").write_text(MODULES)
        self.witnesses: list[Path] = []
        self._players: list[subprocess.Popen[bytes]] = []
        self.start_server()

    def start_server(self) -> None:
        """The first time, or after it died."""
        home = Path(self.env["HOME"])
        server = ("pulseaudio", "-n", "-F", str(home / "test.pa"), "--daemonize=no", "--exit-idle-time=-1")
        self.server = self._spawn(*server, "--disallow-exit", f"--log-target=file:{home / 'pulse.log'}")
        self._await_server()
        self._keep_awake()

    def play(self, path: Path) -> subprocess.Popen[bytes]:
        """Starts to play a sound file into the microphone."""
        player = self._spawn("paplay", str(path))
        self._players.append(player)
        return player

    def hush(self) -> None:
        """Nothing is played any more."""
        for player in self._players:
            if isinstance(player.args, tuple | list) and player.args[0] == "paplay":
                player.kill()
                player.wait()

    def pactl(self, *args: str) -> str:
        """Asks or changes the server."""
        done = subprocess.run(["pactl", *args], env=self.env, capture_output=True, text=True, check=True, timeout=10)
        return done.stdout.strip()

    def mute(self, muted: bool) -> None:
        """The switch on the microphone."""
        self.pactl("set-source-mute", "vmic", str(int(muted)))

    def suspend(self, suspended: bool) -> None:
        """The source gives nothing any more, and says nothing about it."""
        self.pactl("suspend-source", "vmic", str(int(suspended)))

    def unplug(self) -> None:
        """The device goes away."""
        modules = [line.split("\t") for line in self.pactl("list", "short", "modules").splitlines()]
        for number, name, *_ in modules:
            if name == "module-null-sink":
                self.pactl("unload-module", number)

    def plug_in(self) -> None:
        """The device comes back."""
        for module in (NULL_SINK, REMAP):
            self.pactl("load-module", *module)
        self.pactl("set-default-sink", "vsink")
        self.pactl("set-default-source", "vmic")
        self._keep_awake()

    def kill_server(self) -> None:
        """The sound server is gone from one moment to the next."""
        self.server.kill()
        self.server.wait()

    def freeze(self, frozen: bool) -> None:
        """The sound server does nothing for a while."""
        self.server.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def move_default(self, moved: bool) -> None:
        """Another microphone, a silent one, is the default from now on, and takes over who listens; or it is as before.

        A second witness hears what is said, which nobody hears through the microphone now.
        """
        if moved:
            self.pactl("load-module", "module-null-sink", "sink_name=other", "rate=48000", "channels=2")
            self._keep_awake("vsink.monitor")
        self.pactl("set-default-source", "other.monitor" if moved else "vmic")

    def close(self) -> None:
        """Ends the server and everything that played or listened."""
        for process in (*self._players, self.server):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _keep_awake(self, source: str = "vmic") -> None:
        """Without a listener the server delivers nothing of the first seconds of a recording.

        What it hears is kept in the last of ``witnesses``, 16 kHz and mono: what the microphone really gave.
        """
        heard = Path(self.env["HOME"]) / f"heard-{len(self.witnesses)}.raw"
        self.witnesses.append(heard)
        how = ("--format=s16le", "--rate=16000", "--channels=1", "--latency-msec=20", "--raw")
        self._players.append(self._spawn("parec", "-d", source, *how, str(heard)))
        self._until(lambda: heard.exists() and heard.stat().st_size > 0)

    def _await_server(self) -> None:
        def up() -> bool:
            try:
                return "vmic" in self.pactl("list", "short", "sources")
            except (subprocess.SubprocessError, OSError):
                return False

        self._until(up)

    def _until(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not ready():
            assert time.monotonic() < deadline, "the sound server did not get ready"
            time.sleep(0.05)


@pytest.fixture
def virtual_microphone() -> Iterator[VirtualMicrophone]:
    for tool in ("pulseaudio", "pactl", "paplay", "parec"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is missing: install pulseaudio and pulseaudio-utils")
    if find_library("portaudio") is None:
        pytest.skip("PortAudio is missing: install libportaudio2")
    home = Path(tempfile.mkdtemp(prefix="vv", dir="/tmp"))
    microphone = VirtualMicrophone(home)
    try:
        yield microphone
    finally:
        microphone.close()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def room(virtual_microphone: VirtualMicrophone, monkeypatch: pytest.MonkeyPatch) -> VirtualMicrophone:
    """The virtual microphone, as every child will find it."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_RUNTIME_DIR", "PULSE_SERVER"):
        monkeypatch.setenv(name, virtual_microphone.env[name])
    return virtual_microphone
