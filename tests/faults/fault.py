"""One fault: what happens to one process of a session at its n-th system call of a kind.

strace does it from outside: the program knows nothing of it, and the n-th write is the n-th write the kernel sees.
"""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

KILLED, SLOW = "SIGKILL", "slow"
APP, RECORDER, SCRIBE = "app", "recorder", "scribe"
_MODULES = {RECORDER: "transcribe.record", SCRIBE: "transcribe.scribe"}

WRITE, REPORT, READ, FLUSH = "pwrite64", "write", "pread64", "fdatasync"
"""How SQLCipher writes and reads pages, how reports and what is printed leave, and what a commit waits for."""

_CALLED = {WRITE: "write to disk", REPORT: "report", READ: "read from disk", FLUSH: "flush to disk"}
_SLOW_US = 700_000


@dataclass(frozen=True)
class Fault:
    """``what`` is KILLED, or the name of an error (ENOSPC, EIO) that the call then gives; ``at`` counts from 1.

    SLOW: every call from there on takes 0.7 s.

    Calls are counted on each thread of a child, and on the main thread of the app, from the start. A child that is
    started again after the fault runs without it.
    """

    role: str
    call: str
    what: str
    at: int

    @property
    def name(self) -> str:
        """As a row of the table calls it."""
        return f"{self.role}: {self.what} at a {_CALLED[self.call]}"

    def tracer(self, trace: Path) -> list[str]:
        """The command in front of the one that is to fail; ``trace`` gets every such call up to there.

        The process keeps its number and its parent (-D).
        """
        threads = [] if self.role == APP else ["-f"]  # the children of a child are none; those of the app are others
        effect = {KILLED: "signal=SIGKILL", SLOW: f"delay_enter={_SLOW_US}"}.get(self.what, f"error={self.what}")
        which = f"{self.at}+" if self.what == SLOW else str(self.at)
        injected = ["-e", f"inject={self.call}:{effect}:when={which}"] if self.at else []
        return ["strace", *threads, "-D", "-qq", "-s", "0", "-o", str(trace), "-e", f"trace={self.call}", *injected]


def counting(role: str, call: str) -> Fault:
    """No fault, only the count of calls."""
    return Fault(role, call, KILLED, 0)


def program(fault: Fault | None, folder: Path, prelude: str = "") -> list[str]:
    """The command that is ``vivavoce`` with this fault in it; what it needs is made in ``folder``.

    ``prelude`` is Python that runs before anything of the program is imported.
    """
    plainly = [sys.executable, "-m", "tui"]
    if prelude:
        plainly = [sys.executable, "-c", f"{prelude}\nfrom tui.cli import main\nmain()"]
    if fault is None:
        return plainly
    tracer = fault.tracer(folder / "trace")
    if fault.role == APP:
        return [*tracer, *plainly]
    interpreter = folder / "python"
    interpreter.write_text(_INTERPRETER.format(
        module=_MODULES[fault.role],
        once=shlex.quote(str(folder / "once")),
        tracer=shlex.join(tracer),
        python=shlex.quote(sys.executable),
    ))  # fmt: skip
    interpreter.chmod(0o700)
    started = f"import sys; sys.executable = {str(interpreter)!r}; from tui.cli import main; main()"
    return [sys.executable, "-c", started]


# What the app starts its children with: the first one that runs the module is traced, all others are not.
_INTERPRETER = """#!/bin/sh
case "$*" in
  *{module}*) mkdir {once} 2>/dev/null && exec {tracer} {python} "$@";;
esac
exec {python} "$@"
"""


def calls(folder: Path) -> int:
    """How many such calls the traced process made."""
    trace = folder / "trace"
    return sum("(" in line for line in trace.read_text(errors="replace").splitlines()) if trace.exists() else 0


def reached(fault: Fault, folder: Path) -> bool:
    """Whether it happened: a process may be done before, and threads are counted each by itself."""
    trace = folder / "trace"
    sign = "+++ killed by SIGKILL" if fault.what == KILLED else "(INJECTED)"
    return trace.exists() and sign in trace.read_text(errors="replace")
