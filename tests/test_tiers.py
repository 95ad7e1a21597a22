"""The page on the tests against the tests: what is slow and why, and where proofs went."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "tests.md").read_text(encoding="utf-8")
SLOW = "pytest.mark." + "slow"


def test_every_file_with_slow_tests_is_named_with_its_reason_and_no_other() -> None:
    marked = {
        str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("test_*.py") if SLOW in path.read_text("utf-8")
    }
    rows = re.findall(r"^\| `(tests/\S+\.py)` \| \S", PAGE, re.MULTILINE)

    assert sorted(marked) == sorted(rows)


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/\S+\.py)(?:::(\w+))?`", PAGE)
    missing = [
        (file, name)
        for file, name in named
        if not (ROOT / file).is_file() or (f"def {name}(" not in (ROOT / file).read_text("utf-8") and name)
    ]

    assert named
    assert missing == []
