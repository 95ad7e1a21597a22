"""SECURITY.md against the tests: each test that it names is there, and each claim names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINES = 130
"""A page: what is longer is not read."""


def functions_of(path: Path) -> set[str]:
    """The names of all functions of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def claims() -> list[str]:
    """The rows of the tables of what is protected."""
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    return [row for row in rows if not row.startswith(("| --", "| claim"))]


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED.findall(PAGE))))
def test_every_test_that_is_named_is_there(file: str, name: str) -> None:
    assert name.startswith("test_")
    assert name in functions_of(ROOT / file)


@pytest.mark.parametrize("claim", claims())
def test_every_claim_names_its_test(claim: str) -> None:
    assert NAMED.search(claim)


def test_it_is_one_page() -> None:
    assert claims()
    assert len(PAGE.splitlines()) <= LINES
