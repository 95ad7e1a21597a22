"""Guides by strangers: a guide that can be used, or faults in plain sentences, and never anything else."""

from __future__ import annotations

import json
import time
from importlib.resources import files
from typing import Any

from hypothesis import strategies as st

from guides import GuideError, check, load
from tests.fuzz.asking import Edge
from tests.fuzz.edits import edited
from tests.fuzz.target import Target

PATIENCE_S = 20.0
EDGE = Edge()
REAL = [
    files("guides").joinpath(name).read_bytes() for name in ("open-interview.toml", "peer-specialist-fidelity.toml")
]
WORDS = [
    *(b"[", b"[[", b"]]", b"]", b"{", b"}", b'"', b'"""', b"'", b"'''", b"=", b".", b"#", b"\n", b"\r", b"\\", b"\\u"),
    *(b"[[domain]]\n", b"[[domain.question]]\n", b"[guide]\n", b"[consent]\n", b"[[memo]]\n", b"probes = [", b"a.b.c."),
    *(b"true", b"inf", b"nan", b"-0", b"9" * 400, b"1979-05-27T07:32:00Z", b"0x", b"\xff", b"\x00", b"\x1b[2J"),
    *("\u202e".encode(), "\ufeff".encode(), b"[" * 200, b"{a=" * 200, b"x" * 5_000),
]
KEYS = [
    "guide",
    "name",
    "title",
    "version",
    "language",
    "source",
    "waves",
    "consent",
    "date",
    "intro",
    "audio",
    "domain",
]
KEYS += ["id", "group", "question", "text", "core", "minutes", "probes", "probe", "kind", "memo", "hint", "prefill"]
keys = st.one_of(st.sampled_from(KEYS), st.text(max_size=8))
leaves = st.one_of(
    st.text(max_size=40), st.integers(), st.booleans(), st.floats(), st.sampled_from(["core", "2026-01-01", "clarify"])
)
values = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=5))
)
tables = st.dictionaries(keys, values, max_size=8)


def holds(raw: bytes) -> None:
    """Read as a file."""
    path = EDGE.file("guide.toml", raw)
    began = time.monotonic()
    faults = check(path)
    try:
        guide = load(path)
    except GuideError as refusal:
        assert faults
        assert str(refusal).isprintable()
    else:
        assert not faults
        assert guide.text.encode() == raw
    assert all(str(fault).isprintable() and fault.line >= 1 for fault in faults)
    assert time.monotonic() - began < PATIENCE_S


def holds_at_the_edge(raw: bytes) -> None:
    """The same by command."""
    path = EDGE.file("edge.toml", raw)
    answer = EDGE.answers_to(argv=["guides", "check", str(path)])
    assert answer["code"] in (0, 1)
    assert (answer["code"] == 0) == (not check(path))


def written(content: dict[str, Any]) -> bytes:
    """As TOML, each key of the top on a line of its own."""
    return "".join(f"{_key(key)} = {_value(value)}\n" for key, value in content.items()).encode("utf-8", "replace")


def _value(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_value, value)) + "]"
        case str():
            return _key(value)
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def _key(text: str) -> str:
    return json.dumps(text.replace("\x7f", ""))


TARGETS = (
    Target("guides with something done to them", edited(REAL, WORDS), holds, 60),
    Target("tables of anything for guides", tables.map(written), holds, 60),
    Target("guides by command", edited(REAL, WORDS), holds_at_the_edge, 15),
)
