"""The children of a program are forked with what they load loaded already: else that is most of what a pair costs."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

FORKED = ("transcribe.record", "transcribe.scribe", "transcribe.awake")
LOADED = (
    *("numpy", "av", "transcribe.onnx", "transcribe.voice", "transcribe.replay", "transcribe.whisper"),
    *("faster_whisper", "wakepy", *FORKED),
)
_MOST_DESCRIPTORS = 4096


def children_are_forked(folder: Path) -> None:
    """From now on, in this process; the pid of each is put into ``folder`` under the name of its module."""
    begun = subprocess.Popen._execute_child  # type: ignore[attr-defined]

    def execute_child(self: Any, args: Any, executable: Any, preexec_fn: Any, *others: Any) -> Any:
        module = args[-1] if isinstance(args, tuple | list) else ""
        if module in FORKED:
            preexec_fn = partial(_become, module, _environment(others), folder)
        return begun(self, args, executable, preexec_fn, *others)

    subprocess.Popen._execute_child = execute_child  # type: ignore[attr-defined]


def _environment(others: tuple[Any, ...]) -> Mapping[str, str]:
    """What ``env`` is among the arguments of ``_execute_child``, behind ``close_fds``, ``pass_fds`` and ``cwd``."""
    environment: Mapping[str, str] = others[3]
    return environment


def _become(module: str, environment: Mapping[str, str], folder: Path) -> None:
    """What would be done by a new Python; the streams are those that a new process was to have."""
    code = 70
    try:
        os.closerange(3, _MOST_DESCRIPTORS)  # so the one that forked goes on
        (folder / f"{module}.{os.getpid()}").touch()
        os.environ.clear()
        os.environ.update(environment)
        _forget_the_program()
        sys.argv = [module]
        code = import_module(module).main()
    finally:
        os._exit(code)


def _forget_the_program() -> None:
    asyncio._set_running_loop(None)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGWINCH):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(d, m, closefd=False) for d, m in ((0, "r"), (1, "w"), (2, "w")))
