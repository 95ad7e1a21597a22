"""``python -m tests.at_once.zygote``: has the program loaded, and forks for each command: a start is most of its cost.

An order is a line of JSON: ``env``, ``folder``, and either ``argv``, for a command, or ``terminal`` and ``sound``, for
the app, which plays that file for a microphone. For a command there lie ``in``, a pipe, and ``out`` and ``err``, files
or pipes, in the folder. The process that is forked is a program like any other. Its ``pid`` is put into the folder, and
at its end its ``code`` and its ``cost``, in seconds of processor, with its children's.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.at_once import fork
from tests.at_once.meter import Meter, known_work
from tui.reader import Choice
from tui.source import Source

LOADED = (
    *("tui.cli", "tui.plain", "tui.led", "tui.session", "tui.recovery", "tui.rereading", "tui.starting", "tui.doctor"),
    *("tui.commands.app", "tui.commands.session", "tui.commands.recover", "tui.commands.retranscribe"),
    *("tui.commands.machine", "tui.commands.withdraw", "tui.commands.export", "tui.commands.search", "store"),
    *("keyring", "transcribe.sound", "transcribe.recording"),
)

QUICKEST_OF = 500


def main() -> int:
    """Until nobody gives orders any more."""
    for name in (*LOADED, *fork.LOADED):
        import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()  # what all share is not looked through in each of them, and so stays shared
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    quick_ns = min(known_work() for _ in range(QUICKEST_OF))
    for line in sys.stdin:
        if not os.fork():
            _keep(json.loads(line), quick_ns)
    return 0


def _keep(order: dict[str, Any], quick_ns: int) -> None:
    """Fork once more, and see the program out: the one that takes orders waits for nobody."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    folder = Path(order["folder"])
    pid = os.fork()
    if not pid:
        _become(order, folder, quick_ns)
    _put(folder / "pid", str(pid))
    _, status, used = os.wait4(pid, 0)
    _put(folder / "cost", f"{used.ru_utime + used.ru_stime:.3f}")
    _put(folder / "code", str(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _become(order: dict[str, Any], folder: Path, quick_ns: int) -> None:
    code = 70
    try:
        os.setsid()
        os.environ.clear()
        os.environ.update(order["env"])
        _take_streams(folder, order.get("terminal"))
        argv = order.get("argv", [])
        sys.argv = ["vivavoce", *argv]
        if "sound" in order:
            _play(order["sound"])
        fork.children_are_forked(folder)
        meter = Meter(folder / "loop.json", quick_ns)
        meter.install()
        try:
            import_module("tui.cli").main(argv)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            meter.write()
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
    finally:
        os._exit(code)


def _take_streams(folder: Path, terminal: str | None) -> None:
    """A terminal that is opened by whoever has none becomes theirs."""
    streams = [(folder / "in", os.O_RDONLY), (folder / "out", os.O_WRONLY), (folder / "err", os.O_WRONLY)]
    if terminal:
        streams = [(Path(terminal), os.O_RDWR)] * 3
    for descriptor, (path, flags) in enumerate(streams):
        opened = os.open(path, flags)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(d, m, closefd=False) for d, m in ((0, "r"), (1, "w"), (2, "w")))
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc, assignment]


def _play(sound: str) -> None:
    """As the demo does with its own sound."""
    app: Any = import_module("tui.commands.app")
    app.Source = partial(Source, replay=Path(sound))
    app.DEFAULT = Choice("tiny.en")


def _put(file: Path, content: str) -> None:
    """Whole or not at all."""
    unfinished = file.with_suffix(".part")
    unfinished.write_text(content)
    unfinished.rename(file)


if __name__ == "__main__":
    sys.exit(main())
