"""The program's log: tracebacks for whoever mends it, never a word of an interview. Readable by its owner only."""

from __future__ import annotations

import logging
import logging.handlers
import os
import traceback
from pathlib import Path
from typing import Any

import platformdirs


def log_path() -> Path:
    """Where the log is."""
    return Path(platformdirs.user_log_dir("vivavoce")) / "vivavoce.log"


def start_log() -> None:
    """Send the program's log to its file; without a place to write it, to nowhere."""
    logger = logging.getLogger("vivavoce")
    logger.propagate = False
    if logger.handlers:
        return
    handler = _handler()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    of_tasks = logging.getLogger("asyncio")  # what it says of a task at which nobody looked is for no terminal
    of_tasks.propagate = False
    of_tasks.addHandler(handler)
    of_tasks.addFilter(_first_line)


def _handler() -> logging.Handler:
    try:
        path = log_path()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = _Private(path, maxBytes=1 << 20, backupCount=1, encoding="utf-8")
    except OSError:
        return logging.NullHandler()
    handler.setFormatter(_NoWords("%(asctime)s %(levelname)s %(message)s"))
    return handler


def _first_line(record: logging.LogRecord) -> bool:
    """Of what asyncio says only that: the rest repeats the exception, which might quote what somebody typed."""
    record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


class _Private(logging.handlers.RotatingFileHandler):
    """Its files are for their owner alone, whatever the umask, also the one that is begun when the first is full."""

    def _open(self) -> Any:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, self.mode, encoding=self.encoding)


class _NoWords(logging.Formatter):
    """Tracebacks without the exceptions' own messages, which might quote what somebody typed."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # the base class's name
        kind, _, trace = ei
        return f"{''.join(traceback.format_tb(trace))}{getattr(kind, '__name__', kind)}"
