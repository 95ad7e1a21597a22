"""Texts that people write: UTF-8 with or without a mark, or named by line and kind."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guides import Fault, check
from guides.texts import MARK, NotText, bare, is_text, one_spelling, text_in

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


@given(WORDS)
def test_utf8_is_read_as_it_stands_and_its_mark_is_no_part_of_it(text: str) -> None:
    assert text_in(text.encode()) == text
    assert bare(text_in(b"\xef\xbb\xbf" + text.encode())) == text


@given(WORDS, st.sampled_from(["utf-16", "utf-32"]))
def test_other_unicode_is_named(text: str, kind: str) -> None:
    with pytest.raises(NotText, match=f"line 1 is {kind.upper()} text"):
        text_in(text.encode(kind))


@pytest.mark.parametrize("kind", ["utf-16-le", "utf-16-be"])
def test_utf16_is_named_where_it_has_no_mark(kind: str) -> None:
    with pytest.raises(NotText, match="UTF-16"):
        text_in("Ravenscombe\n".encode(kind))


def test_zeros_alone_are_no_utf16() -> None:
    assert text_in(bytes(400)) == "\0" * 400


@given(st.integers(0, 20))
def test_what_is_no_utf8_is_named_by_its_line(before: int) -> None:
    with pytest.raises(NotText) as found:
        text_in(b"quiet\n" * before + "caf\xe9\n".encode("latin-1"))

    assert (found.value.line, found.value.what) == (before + 1, "not UTF-8 text")


def test_an_accent_is_written_in_one_way() -> None:
    assert one_spelling("cafe\u0301") == one_spelling("caf\xe9") == "caf\xe9"
    assert one_spelling("\u1100\u1161") == "\uac00"


def test_bytes_of_a_command_line_that_are_no_text_are_told() -> None:
    assert is_text("caf\xe9")
    assert not is_text(b"caf\xe9".decode("utf-8", "surrogateescape"))


CURLY, BLANK = "curly quotes", "no ordinary one (U+00A0)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[guide]\ntitle = “Mine”\n", [(2, "title", CURLY)]),
        ("[guide]\nname = 'mine'\ntitle = \u2018Mine\u2019\n", [(3, "title", CURLY)]),
        ('[guide]\ntitle = "Mine”\n', [(2, "title", CURLY)]),
        ('[guide]\ntitle = """Mine”””\n', [(2, "title", CURLY)]),
        ("[guide]\ntitle = “Mine”\nversion = 1\nname = „mine“\n", [(2, "title", CURLY), (4, "name", CURLY)]),
        ("[“guide”]\n", [(1, "file", CURLY)]),
        ('[guide]\n\xa0title = "Mine"\n', [(2, "title", BLANK)]),
        ('[guide]\ntitle\xa0= "Mine"\n', [(2, "title", BLANK)]),
        ('[guide]\ntitle =\xa0"Mine"\nname\xa0= "mine"\n', [(2, "title", BLANK), (3, "name", BLANK)]),
        ("[guide]\nwaves = [1,\xa02]\n", [(2, "waves", BLANK)]),
        ('[guide]\ntitle = "she said “no”" again\n', [(2, "title", "not TOML")]),
    ],
)
def test_what_a_word_processor_puts_into_a_guide_is_named_by_line(
    tmp_path: Path, text: str, expected: list[tuple[int, str, str]]
) -> None:
    (tmp_path / "guide.toml").write_text(text, encoding="utf-8")

    found = check(tmp_path / "guide.toml")

    assert [(fault.line, fault.key) for fault in found] == [(line, key) for line, key, _ in expected]
    assert all(what in fault.problem for fault, (_, _, what) in zip(found, expected, strict=True))


def test_curly_quotes_and_such_blanks_in_what_is_said_are_as_people_write(sound: str, tmp_path: Path) -> None:
    said = sound.replace('intro = "Thank you."', 'intro = "“Thank\xa0you,” we say."')
    (tmp_path / "guide.toml").write_text(said, encoding="utf-8")

    assert said != sound
    assert check(tmp_path / "guide.toml") == ()


@pytest.mark.parametrize("kind", ["utf-16", "latin-1"])
def test_a_guide_that_is_no_utf8_is_named(tmp_path: Path, sound: str, kind: str) -> None:
    path = tmp_path / "guide.toml"
    path.write_bytes(sound.replace("Thank you.", "Merci, \xe0 bient\xf4t.").encode(kind))

    (fault,) = check(path)

    assert isinstance(fault, Fault)
    assert "save the file as UTF-8" in fault.problem
    assert ("UTF-16" in fault.problem) == (kind == "utf-16")


def test_the_mark_of_a_file_is_kept_with_the_guide(tmp_path: Path, sound: str) -> None:
    (tmp_path / "guide.toml").write_text(MARK + sound, encoding="utf-8")

    assert check(tmp_path / "guide.toml") == ()
