"""What a terminal would obey is shown: letter by letter, and for programs to the letter."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guides.plaintext import OBEYED, as_indented_json, as_json, shown
from tests.defaced import EVERY

ANYTHING = st.text(st.one_of(st.sampled_from(EVERY + "\n\t\r\ud800"), st.characters(codec=None)))


@given(ANYTHING)
def test_nothing_that_is_obeyed_is_left_and_every_letter_keeps_its_place(text: str) -> None:
    plain = shown(text)
    assert not OBEYED.search(plain.translate({10: "", 9: ""}))
    assert len(plain) == len(text)
    assert all(new == old or OBEYED.match(old) for old, new in zip(text, plain, strict=True))
    assert shown(plain) == plain


@given(ANYTHING, st.sampled_from([as_json, as_indented_json]))
def test_json_holds_nothing_of_it_and_is_read_back_to_the_letter(text: str, written_by: Callable[..., str]) -> None:
    written = written_by({text: [text]})
    assert not OBEYED.search(written.replace("\n", ""))
    assert json.loads(written) == {text: [text]}


_VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), ANYTHING)
_ROWS = st.lists(st.fixed_dictionaries({"a": _VALUES, "b": _VALUES}))
_ANY_JSON = st.recursive(
    _VALUES, lambda parts: st.one_of(_ROWS, st.lists(parts), st.dictionaries(ANYTHING, parts)), max_leaves=20
)


@given(_ANY_JSON)
def test_indented_json_has_the_lines_that_python_gives_it(value: object) -> None:
    theirs = json.dumps(value, ensure_ascii=False, indent=1)
    escaped = OBEYED.sub(lambda sign: sign[0] if sign[0] == "\n" else json.dumps(sign[0])[1:-1], theirs)
    assert as_indented_json(value) == escaped


def test_what_moves_a_cursor_or_turns_text_round_is_obeyed() -> None:
    controls = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cs", "Zl", "Zp")}
    turning = {
        chr(code)
        for code in range(0x110000)
        if unicodedata.bidirectional(chr(code)) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert all(OBEYED.match(letter) for letter in (*controls, *turning, *EVERY))


NEEDED = (
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a non-joiner
    "\u0915\u094d\u200d\u0937",  # Hindi, with a joiner
    "\u05e9\u05dc\u05d5\u05dd\u200f (50001)",  # Hebrew, with a mark of direction
    "\u061c\u0665\u0660",  # Arabic digits, with another
    "\U0001f469\u200d\U0001f467",  # a picture of two
    "so\u00a0then",
    "e\u0301",
    "soft\u00adly",
)


@pytest.mark.parametrize("text", NEEDED, ids=ascii)
def test_what_a_language_needs_is_shown_as_it_is(text: str) -> None:
    assert shown(text) == text
    assert json.loads(as_json(text)) == text


def test_a_picture_says_which_it_was_where_unicode_has_one() -> None:
    assert shown("\x1b]0;a\x07 \x7f\x00") == "␛]0;a␇ ␡␀"
    assert shown("\x9b\u202e\ufeff") == "\ufffd\ufffd\ufffd"
    assert shown("one\n\ttwo") == "one\n\ttwo"
