"""``python -m tests.offline.alone SOUND``: a session with a microphone where there is no network, told as JSON."""

from __future__ import annotations

import json
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.program import Vivavoce
from tests.transcribe.pulse import VirtualMicrophone

LISTENED_S = 18
SESSION = ("--participant", "50001", "--wave", "1", "--plain", "--json", "--audio", "granted")


def held(sound: Path) -> dict[str, Any]:
    """From the study to the memo; the sound plays into the microphone."""
    home = Path(tempfile.mkdtemp(prefix="vv", dir="/tmp"))  # short: the path of a socket may have 108 bytes
    microphone = VirtualMicrophone(home)
    try:
        program = in_room(microphone, home / "study")
        run = program.start("session", *SESSION)
        run.until("recording")
        microphone.play(sound)
        run.say("ask", f"wait {LISTENED_S}", "note was heard", "stop", "memo A calm start.")
        code = run.finish()
        (shown,) = program.json("sessions", "list")
        return {"code": code, "events": run.events, "session": shown, "check": program("study", "check").returncode}
    finally:
        microphone.close()
        shutil.rmtree(home, ignore_errors=True)


def in_room(microphone: VirtualMicrophone, study: Path) -> Vivavoce:
    """The program on a new study, with this microphone and no other way out."""
    program = Vivavoce(study, microphone.env)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY"):
        program.env.pop(name, None)
    for words in (("study", "init"), ("participants", "add", "50001")):
        made = program.apart(*words)
        assert made.returncode == 0, made.stderr
    return program


def reachable() -> bool:
    """Whether anything can be reached from here, be it this machine itself."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), 1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    json.dump({"reachable": reachable(), **held(Path(sys.argv[1]))}, sys.stdout)
