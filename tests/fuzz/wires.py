"""The wire, in both directions: a message, or an error of the wire; a child leaves in order, whatever it is told."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, get_args

from hypothesis import strategies as st

from tests.fuzz.edits import edited
from tests.fuzz.target import Target
from transcribe import codec, models, recording, wire
from transcribe.child import LONGEST_LINE, Child
from transcribe.errors import WireError
from tui.demo.script import sound_path

KINDS = get_args(wire.Message)
FOLDER = tempfile.TemporaryDirectory(prefix="vivavoce-fuzz-")
RECORDING, HEARD = Path(FOLDER.name) / "new.db", Path(FOLDER.name) / "heard.db"
KEY = bytes(range(32))
SECRET = "something that was said"
LINES = [
    codec.encode(message)
    for message in (
        wire.Begin(str(RECORDING), KEY.hex(), replay=str(sound_path()), speed=0),
        wire.Load(str(HEARD), KEY.hex(), str(models.find().path), "cpu"),
        wire.Grant(200),
        wire.Stop(),
        wire.Level(1, 2, 3, -4.5, -6.0),
        wire.Hear("1", 0, 2_000),
        wire.Heard("1", SECRET, (wire.Word(1, 2, SECRET, 0.5),)),
        wire.Failed("disk_full", "The disk is full."),
    )
]
NAMES = [
    b'"type"',
    b"null",
    b"[]",
    b"{}",
    b"true",
    b"-1",
    b"1e999",
    b"NaN",
    b'"',
    b"\\u0000",
    b"\n",
    b"\xff",
    b"9" * 400,
]
NAMES += [kind.__name__.encode() for kind in KINDS] + [b"[" * 3_000]
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=9), inner, max_size=3)),
)
fields = st.sampled_from(sorted({name for kind in KINDS for name in kind.__dataclass_fields__}))
made_up = st.builds(
    lambda kind, more: json.dumps({"type": kind, **more}).encode() + b"\n",
    st.sampled_from([kind.__name__ for kind in KINDS]),
    st.dictionaries(fields, anything, max_size=6),
)
lines = st.one_of(edited(LINES, NAMES), made_up)
CHILDREN = ("transcribe.record", "transcribe.scribe", "transcribe.enrol", "transcribe.measure")


def holds(line: bytes) -> None:
    """A message of an agreed kind, or an error that repeats nothing."""
    try:
        assert isinstance(codec.decode(line), KINDS)
    except WireError as error:
        assert SECRET not in str(error)
        assert str(error).isprintable()


def holds_for_the_app(said: list[bytes]) -> None:
    """A child that says anything: messages, then the end or an error of the wire."""

    async def listen() -> None:
        heard = asyncio.StreamReader(limit=LONGEST_LINE)
        heard.feed_data(b"".join(said))
        heard.feed_eof()
        child = Child(_Process(heard))  # type: ignore[arg-type]  # as much of a process as is asked
        try:
            async for message in child.messages():
                assert isinstance(message, KINDS)
        except WireError:
            pass

    asyncio.run(listen())


class _Process:
    def __init__(self, stdout: asyncio.StreamReader) -> None:
        self.stdin, self.stdout = object(), stdout


def holds_for_a_child(told: tuple[str, list[bytes]]) -> None:
    """It answers in messages, leaves by itself with 0 or 1, and shows no traceback."""
    module, said = told
    for old in Path(FOLDER.name).glob("new.db*"):
        old.unlink()
    if not HEARD.exists():
        recording.create(HEARD, KEY).close()
    command = [sys.executable, "-I", "-X", "utf8", "-m", module]
    done = subprocess.run(command, input=b"".join(said), capture_output=True, timeout=120, check=False)
    assert done.returncode in (0, 1), (done.returncode, done.stderr[-900:])
    assert b"Traceback" not in done.stderr, done.stderr[-900:]
    assert SECRET.encode() not in done.stderr
    for line in done.stdout.splitlines(keepends=True):
        assert isinstance(codec.decode(line), KINDS)


def _told(module: str) -> Any:
    whole = {"transcribe.record": LINES[0] + LINES[2], "transcribe.scribe": LINES[1]}.get(module, b"")
    first = st.one_of(st.just(whole), lines, st.sampled_from(LINES))
    return st.tuples(st.just(module), st.builds(lambda one, more: [one, *more], first, st.lists(lines, max_size=3)))


TARGETS = (
    Target("lines of the wire", lines, holds, 200),
    Target("what a child says to the app", st.lists(lines, max_size=6), holds_for_the_app, 60),
    Target("what a child is told", st.sampled_from(CHILDREN).flatmap(_told), holds_for_a_child, 8),
)
