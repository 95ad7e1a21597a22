"""Keys of a terminal that does not write UTF-8: a letter that can't be told is left out, and nothing ends."""

from __future__ import annotations

import codecs
import os
import time
from collections.abc import Callable
from functools import partial

_LEFT_OUT = "vivavoce.left out"
_SELDOM_S = 10.0

SENTENCE = "This terminal does not write UTF-8, so a letter was left out: set it to UTF-8."


def take_any_keys(said: Callable[[], object]) -> None:
    """From here on Textual reads keys so; ``said`` is called, in its thread, when one is left out, but seldom.

    It decodes strictly, in a thread whose end is the end of the app, whatever is being recorded.
    """
    if os.name != "posix":
        return
    from textual.drivers import linux_driver

    last_s = -_SELDOM_S

    def leave_out(error: UnicodeError) -> tuple[str, int]:
        nonlocal last_s
        if time.monotonic() - last_s >= _SELDOM_S:
            last_s = time.monotonic()
            said()
        return "", error.end if isinstance(error, UnicodeDecodeError) else 0

    codecs.register_error(_LEFT_OUT, leave_out)
    decoder = partial(codecs.getincrementaldecoder("utf-8"), errors=_LEFT_OUT)
    setattr(linux_driver, "getincrementaldecoder", lambda _: decoder)  # noqa: B010 - it has no setting for this
