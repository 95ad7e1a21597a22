"""Standard input, output and error are there, or it is said so before anything begins."""

from __future__ import annotations

import os
import sys

_NAMES = ("input", "output", "error")
_ROLES = ("stdin", "stdout", "stderr")


def made_sure_of() -> str:
    """Open what is closed on nothing, so that no other file gets its descriptor; gives what is wrong, in a sentence.

    Nothing is wrong where only standard error is closed: then nobody wishes to be told.
    """
    closed = [number for number in range(3) if not _is_open(number)]
    for number in closed:
        _open_on_nothing(number)
    if not closed or closed == [2]:
        return ""
    return f"Standard {_NAMES[closed[0]]} is closed: give it a place, as {'<>'[min(closed[0], 1)]} {os.devnull}."


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return getattr(sys, _ROLES[number]) is not None


def _open_on_nothing(number: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    if nothing != number:
        os.dup2(nothing, number)
        os.close(nothing)
    os.set_inheritable(number, True)
    setattr(sys, _ROLES[number], os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))
