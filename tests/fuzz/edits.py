"""Real bytes with something done to them: cut, doubled, overwritten, mixed up."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_SIZES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


@dataclass(frozen=True)
class Edit:
    """At a place between 0 and 1 of all there is: so many bytes gone, and these in their stead, so many times."""

    at: float
    gone: int
    put: bytes
    times: int = 1


def numbers() -> tuple[bytes, ...]:
    """The figures at which programs stumble, in the ways files hold them."""
    widths = {"B": 0xFF, "<H": 0xFFFF, ">H": 0xFFFF, "<I": 0xFFFFFFFF, ">I": 0xFFFFFFFF}
    return tuple(struct.pack(form, size) for form, most in widths.items() for size in _SIZES if size <= most)


def edited(real: Sequence[bytes], words: Sequence[bytes], head: int = 0) -> SearchStrategy[bytes]:
    """One of the real ones after some edits; every other edit is in the first ``head`` bytes, if that is given."""
    anywhere = st.floats(0, 1)
    puts = st.one_of(st.sampled_from(list(words)), st.binary(max_size=8), st.just(b""))
    gone = st.one_of(st.integers(0, 8), st.integers(0, 2_000))
    over = st.builds(lambda at, put: Edit(at, len(put), put), anywhere, puts)
    edit = st.one_of(over, over, st.builds(Edit, anywhere, gone, puts, st.sampled_from((1, 1, 1, 2, 50))))
    edits = st.lists(edit, max_size=8)
    return st.builds(lambda raw, early, late: _done(_done(raw, early, head or len(raw)), late, len(raw)),
                     st.sampled_from(list(real)), edits, edits)  # fmt: skip


def _done(raw: bytes, edits: Sequence[Edit], within: int) -> bytes:
    for edit in edits:
        at = round(edit.at * min(within, len(raw)))
        raw = raw[:at] + edit.put * edit.times + raw[at + edit.gone :]
    return raw
