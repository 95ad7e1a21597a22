"""UTF-8 whatever the locale says: what is drawn, the names of files, and what children are told of them."""

from __future__ import annotations

import codecs
import locale
import os
import sys
from contextlib import suppress

_IN_UTF8 = ["-X", "utf8"]


def begin_in_utf8() -> None:
    """Begin anew in Python's UTF-8 mode where the locale is another one; elsewhere nothing happens.

    Children run in it in any case: they would take the name of a file for another one than the program does.
    """
    if os.name != "posix" or sys.flags.utf8_mode or _is_utf8() or sys.orig_argv[1:3] == _IN_UTF8:
        return
    with suppress(OSError):
        os.execv(sys.executable, [sys.executable, *_IN_UTF8, *sys.orig_argv[1:]])


def doubt_about_letters() -> str | None:
    """What to tell whoever looks at a terminal that is said to write neither UTF-8 nor plain ASCII."""
    name = locale.getencoding()  # that of the locale, also in UTF-8 mode
    if os.name != "posix" or _named(name) in ("utf-8", "ascii"):
        return None
    return f"This terminal is said to write {name}, and vivavoce writes UTF-8: if letters look wrong, set it to UTF-8."


def _is_utf8() -> bool:
    return _named(locale.getpreferredencoding(False)) == "utf-8"


def _named(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return encoding
