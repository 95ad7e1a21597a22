"""A desktop to ask for a laptop that stays awake: a session bus of its own, and somebody on it who answers."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jeepney import DBusAddress, MessageType, new_error, new_method_call, new_method_return
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.ScreenSaver"
_BUS = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")
_CONFIG = """\
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
"""


class Desktop:
    """What was asked of it, in order: Inhibit and UnInhibit. ``willing`` is whether it says yes."""

    def __init__(self, address: str, *, willing: bool = True) -> None:
        self.address = address
        self.asked: list[str] = []
        self._willing = willing
        self._connection = open_dbus_connection(address)
        request = new_method_call(_BUS, "RequestName", "su", (NAME, 0))
        self._connection.send_and_get_reply(request)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                message = self._connection.receive()
            except OSError:
                return
            if message.header.message_type is not MessageType.method_call:
                continue
            fields = message.header.fields
            self.asked.append(next(value for key, value in fields.items() if key.name == "member"))
            if not self._willing:
                self._connection.send(new_error(message, f"{NAME}.Refused"))
            elif self.asked[-1] == "Inhibit":
                self._connection.send(new_method_return(message, "u", (7,)))
            else:
                self._connection.send(new_method_return(message))


@contextmanager
def bus(folder: Path) -> Iterator[str]:
    """The address of a bus on which nobody is, yet."""
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip("dbus-daemon is not installed")
    path = folder / "bus"
    (folder / "bus.conf").write_text(_CONFIG.format(path=path), encoding="utf-8")
    command = [daemon, f"--config-file={folder / 'bus.conf'}", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        try:
            yield address
        finally:
            running.terminate()
