"""The key of a study that was closed is nowhere in the memory of the process any more, nor its spelling while open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from store import Study, keys
from store.wiping import wiped

PROGRAM = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from store import Study
study = Study.open(Path(sys.argv[1]), sys.argv[2], datetime.now(UTC))
study.search("coat"), study.sessions.list(), study.another().close()
for _ in range(2):
    print(flush=True)
    sys.stdin.readline()
    study.close()
"""


def places(pid: int, needle: bytes) -> int:
    """How often this lies in what the process can write to."""
    found = 0
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            stretch, rights, *_ = line.split()
            if not rights.startswith("rw"):
                continue
            first, last = (int(end, 16) for end in stretch.split("-"))
            memory.seek(first)
            found += memory.read(last - first).count(needle)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the memory of a process as a file")
def test_when_a_study_is_closed_its_key_is_nowhere_in_memory(make_study: Callable[[], Study], passphrase: str) -> None:
    study = make_study()
    study.close()
    key = keys.unlock(study.folder, "passphrase", passphrase)
    spelt = [key.hex()[at : at + 16].encode() for at in range(0, 2 * len(key), 16)]
    command = [sys.executable, "-c", PROGRAM, str(study.folder), passphrase]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        found = []
        for _ in range(2):
            process.stdout.readline()
            found.append([places(process.pid, piece) for piece in (key, *spelt)])
            process.stdin.write(b"\n")
            process.stdin.flush()

    (raw_open, *spelt_open), closed = found
    assert raw_open > 0
    assert spelt_open == [0] * len(spelt)
    assert closed == [0] * (1 + len(spelt))


def test_closing_a_study_slows_no_other_down(make_study: Callable[[], Study]) -> None:
    make_study().close()

    with closing(dbapi2.connect(":memory:")) as another:
        assert another.execute("PRAGMA cipher_memory_security").fetchone() == ("0",)


def test_a_text_that_was_wiped_holds_nothing_of_what_it_was() -> None:
    secret = bytes(range(32)).hex()

    with wiped(secret) as spelt:
        assert spelt == bytes(range(32)).hex()

    assert secret == "\0" * 64
