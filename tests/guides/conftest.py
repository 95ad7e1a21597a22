"""A small sound guide to spoil, and a way to hear what is then wrong with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from guides import Fault, check

SOUND = '''\
# a remark with [brackets] and "quotes
[guide]
name = "small"
title = "A small guide"
version = "1.0"
language = "en"
source = """
Made for a test.
[not.a.table]
fake = 1
"""
waves = 3

[consent]
version = "1"
date = "2026-11-22"
intro = "Thank you."
taking_part = "I take part."
audio = "My voice may be recorded."
quoting = "My words may be printed."
contact = "You may call me."

[[domain]]
id = "first"
title = "First"
group = "main"

[[domain.question]]
id = "one"
text = "How was it?"
core = true
waves = [1, 2, 3]
minutes = 5
probes = [
    { kind = "clarify", text = "What do you mean?" },
    { kind = "example", text = "When was that?" },
]

[[domain.question]]
id = "two"
text = "And then?"
core = false
waves = [2]
minutes = 60

[[domain.question.probe]]
kind = "change"
text = "How was it before?"

[[domain]]
id = "second"
title = "Second"
group = "main"
question = [{ id = "three", text = "Why?", core = false, waves = [1], minutes = 1 }]

[[memo]]
id = "first-words"
title = "First words"
hint = ""
prefill = ""

[[memo]]
id = "next-time"
title = "Next time"
hint = "What to ask."
prefill = "not_asked"
'''

Spoil = Callable[[str, str], tuple[Fault, ...]]


@pytest.fixture
def sound() -> str:
    return SOUND


@pytest.fixture
def spoil(tmp_path: Path) -> Spoil:
    """Replace the one place where ``old`` stands, and check the file."""

    def spoiled(old: str, new: str) -> tuple[Fault, ...]:
        assert SOUND.count(old) == 1, "the place to spoil is not one place"
        path = tmp_path / "guide.toml"
        path.write_text(SOUND.replace(old, new), encoding="utf-8")
        return check(path)

    return spoiled
