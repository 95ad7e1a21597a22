"""Processes that can't be started for a while: the system refuses, and the program knows nothing of it.

Each function gives Python to run in the program's process before anything of it is imported.
"""

from __future__ import annotations

_REFUSING = """
import errno, os, subprocess, time
def refusing(real, first, seconds, sign, made=[0], until=[]):
    def make(*given):
        made[0] += 1
        if made[0] == first:
            until.append(time.monotonic() + seconds)
        if os.path.exists(sign) or (until and time.monotonic() < until[0]):
            raise OSError(errno.EAGAIN, "Resource temporarily unavailable")
        return real(*given)
    return make
subprocess._fork_exec = refusing(subprocess._fork_exec, {first}, {seconds}, {sign})
"""


def for_seconds(first: int, seconds: float) -> str:
    """From the ``first`` one on (the program's first child is 1) none can be started for so long."""
    return _REFUSING.format(first=first, seconds=seconds, sign="''")


def as_long_as(there: str) -> str:
    """None can be started as long as there is a file of this name, given as Python has it."""
    return _REFUSING.format(first=0, seconds=0, sign=there)
