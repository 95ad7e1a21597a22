"""Wipes a secret that had to be a Python text, which nothing else can change."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def wiped(secret: str) -> Iterator[str]:
    """A text of plain letters that nobody else holds; when the block is left it holds zeros.

    Only CPython keeps texts so that this can be done; elsewhere they stay until the memory is used again.
    """
    try:
        yield secret
    finally:
        if sys.implementation.name == "cpython" and secret.isascii():
            length = len(secret)
            ctypes.memset(id(secret) + sys.getsizeof(secret) - length - 1, 0, length)
