"""``python -m tests.fuzz.edge``: a process that reads files, or runs commands, one a line of JSON, until it is closed.

It stands apart so that a crash of a library is seen as what it is, and costs a process and not the run.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

MOST_BYTES = 3 * 2**30
MOST_FRAMES = 16_000 * 600


def main() -> None:
    """Answers on what was stdout; everything else that is printed goes nowhere."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in sys.stdin:
        order = json.loads(line)
        answers.write(json.dumps(heard(order["path"]) if "path" in order else run(order["argv"])) + "\n")
        answers.flush()


def heard(path: str) -> dict[str, Any]:
    """Reads a sound file in both ways; the sentences with which it was refused, and anything else that was raised."""
    from transcribe import sound
    from transcribe.errors import TranscribeError

    sentences, unforeseen = [], []
    for decode in (sound.decode, sound.decode_channels):
        try:
            sound.duration_ms(Path(path))
            frames = 0
            for block in decode(Path(path)):
                frames += len(block)
                if frames > MOST_FRAMES:
                    break
        except TranscribeError as refusal:
            sentences.append(str(refusal))
        except Exception as error:  # noqa: BLE001 - what must never happen is what is looked for
            unforeseen.append(repr(error))
    return {"sentences": sentences, "unforeseen": unforeseen}


def run(argv: list[str]) -> dict[str, Any]:
    """Runs the program; its code, and what it said."""
    from tui import cli

    said, put = io.StringIO(), io.StringIO()
    unforeseen = []
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(put):
        try:
            cli.main(argv)
        except SystemExit as left:
            code = left.code
        except BaseException as error:  # noqa: BLE001 - as above
            unforeseen.append(repr(error))
            code = -1
    return {"code": code, "sentences": said.getvalue().splitlines(), "unforeseen": unforeseen}


if __name__ == "__main__":
    main()
