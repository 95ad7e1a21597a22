"""No core dumps: what a process holds in its memory, keys and words, is not written to a file when it crashes."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

_NOTHING = Path("/proc/self/coredump_filter")


def leave_no_core() -> None:
    """Ask it of the system for this process and its children. Where it is refused, nothing is said.

    On Linux the limit is 1 byte and not 0: a pattern that pipes the dump to a program (systemd, apport) ignores 0,
    and by 1 the kernel gives up; a file would need a page. Whoever traces this process may do so still.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    most = 1 if sys.platform == "linux" else 0
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_CORE, (allowed, allowed))
    with suppress(OSError):
        if _NOTHING.exists():
            _NOTHING.write_text("0")  # no memory of any kind, should it be dumped all the same
