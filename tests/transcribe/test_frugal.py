"""Memory that a session no longer needs goes back to the system."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_HOLDS_THE_TOP = """
import psutil
from transcribe.frugal import give_back

blocks = [bytearray(100_000) for _ in range(800)]
top = bytearray(100_000)
del blocks
before = psutil.Process().memory_info().rss
give_back()
print(before - psutil.Process().memory_info().rss)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's malloc keeps what is freed")
def test_what_lies_free_below_the_top_is_given_back() -> None:
    environment = {"MALLOC_ARENA_MAX": "1"}
    done = subprocess.run([sys.executable, "-c", _HOLDS_THE_TOP], env=environment, capture_output=True, text=True)
    assert int(done.stdout) > 40_000_000, done.stderr
