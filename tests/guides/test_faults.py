from collections.abc import Callable
from pathlib import Path

import pytest

from guides import Fault, GuideError, GuideFaults, check, load, parse

Spoil = Callable[[str, str], tuple[Fault, ...]]

# what stood there, what stands there now, the key that is at fault, a word of what is said
SPOILT = [
    ('title = "A small guide"', 'titel = "A small guide"', "titel", "perhaps you mean title"),
    ('title = "A small guide"', 'title = "A small guide"\ncolour = "red"', "colour", "not a key"),
    ('title = "A small guide"', "title = 7", "title", "text in quotes, not a whole number"),
    ('title = "A small guide"', 'title = " "', "title", "empty"),
    ('title = "A small guide"', 'title = "A\\nsmall guide"', "title", "line break"),
    ('title = "A small guide"', 'title = "A \\u001b[2Jguide"', "title", "U+001B"),
    ('title = "A small guide"', 'title = "A \\u202Eguide"', "title", "U+202E"),
    ('title = "A small guide"', f'title = "{"x" * 501}"', "title", "too long"),
    ('name = "small"', 'name = "Small Guide"', "name", "lowercase"),
    ('version = "1.0"', "version = 1.0", "version", "not a number with a point"),
    ('language = "en"', 'language = "English!"', "language", "language code"),
    ("waves = 3\n", "waves = 0\n", "waves", "from 1 to 99, not 0"),
    ("waves = 3\n", "waves = true\n", "waves", "not true or false"),
    ("waves = 3\n", 'waves = "3"\n', "waves", "not text in quotes"),
    ('date = "2026-11-22"', 'date = "22.11.2026"', "date", "2026-11-22"),
    ('date = "2026-11-22"', 'date = "20261122"', "date", "2026-11-22"),
    ('date = "2026-11-22"', "date = 2026-11-22T10:00:00", "date", "not a date or a time"),
    ('intro = "Thank you."', 'intro = "Thank \\u0000 you."', "intro", "U+0000"),
    ('intro = "Thank you."', f'intro = "{"x" * 10_001}"', "intro", "too long"),
    ('id = "first"', 'id = "First one"', "id", "lowercase"),
    ('id = "first"', 'id = "-first"', "id", "lowercase"),
    ('id = "second"', 'id = "first"', "id", "taken already, in line 24"),
    ('id = "two"', 'id = "one"', "id", "taken already, in line 29"),
    ('question = [{ id = "three"', 'question = [{ id = "one"', "id", "taken already, in line 29"),
    ('id = "next-time"', 'id = "first-words"', "id", "taken already"),
    ("core = true", "core = 1", "core", "true or false"),
    ("core = true", 'core = "yes"', "core", "true or false"),
    ("waves = [1, 2, 3]", "waves = [0, 1]", "waves", "count from 1"),
    ("waves = [1, 2, 3]", "waves = [1, 4]", "waves", "waves, which is 3, and there is 4"),
    ("waves = [1, 2, 3]", "waves = [1, 1]", "waves", "wave 1 stands here twice"),
    ("waves = [1, 2, 3]", "waves = [true]", "waves", "wave numbers"),
    ("waves = [1, 2, 3]", 'waves = ["1"]', "waves", "wave numbers"),
    ("waves = [1, 2, 3]", "waves = 1", "waves", "a list in square brackets, not a whole number"),
    ("waves = [1, 2, 3]", "waves = []", "waves", "core question"),
    ("minutes = 5\n", "minutes = 0\n", "minutes", "from 1 to 60, not 0"),
    ("minutes = 60", "minutes = 61", "minutes", "from 1 to 60, not 61"),
    ("minutes = 5\n", f"minutes = 0x{'f' * 5_000}\n", "minutes", "so large a number"),
    ("waves = [1, 2, 3]", f"waves = [0x{'f' * 5_000}]", "waves", "so large a number"),
    ("minutes = 5\n", "minutes = 5.0\n", "minutes", "not a number with a point"),
    ("minutes = 5\n", "minutes = true\n", "minutes", "not true or false"),
    ('kind = "change"', 'kind = "why"', "kind", "clarify, example, contrast, change"),
    ('{ kind = "example", text = "When was that?" }', '{ kind = "when", text = "When?" }', "kind", "must be one of"),
    ('{ kind = "example", text = "When was that?" }', '{ kind = "example" }', "text", "missing"),
    ('{ kind = "example", text = "When was that?" }', '"When?"', "probes", "must be a table, not text"),
    ('{ kind = "example", text = "When was that?" }', '{kind="example",text="a",tone="b"}', "tone", "not a key"),
    ('prefill = "not_asked"', 'prefill = "everything"', "prefill", "marks, jottings, guide_log, not_asked"),
]


@pytest.mark.parametrize(("old", "new", "key", "words"), SPOILT)
def test_a_spoilt_key_is_named_with_its_line_and_what_is_wrong(
    spoil: Spoil, sound: str, old: str, new: str, key: str, words: str
) -> None:
    line = sound[: sound.index(old)].count("\n") + 1 + new.count("\ncolour")

    faults = [fault for fault in spoil(old, new) if fault.key == key]

    assert [fault.line for fault in faults] == [line]
    assert words in faults[0].problem


@pytest.mark.parametrize(
    ("old", "key", "header"),
    [
        ('title = "A small guide"\n', "title", "[guide]"),
        ("waves = 3\n", "waves", "[guide]"),
        ('audio = "My voice may be recorded."\n', "audio", "[consent]"),
        ('title = "First"\n', "title", "[[domain]]"),
        ("core = true\n", "core", "[[domain.question]]"),
        ("minutes = 5\n", "minutes", "[[domain.question]]"),
        ("waves = [1, 2, 3]\n", "waves", "[[domain.question]]"),
        ('kind = "change"\n', "kind", "[[domain.question.probe]]"),
        ('title = "Next time"\n', "title", "[[memo]]"),
    ],
)
def test_a_missing_key_is_named_at_the_line_of_its_table(
    spoil: Spoil, sound: str, old: str, key: str, header: str
) -> None:
    before = sound[: sound.index(old)]
    line = before[: before.rindex(header)].count("\n") + 1

    (fault,) = spoil(old, "")

    assert (fault.line, fault.key) == (line, key)
    assert "missing" in fault.problem


def test_every_fault_is_named_in_one_run_and_in_the_order_of_the_lines(tmp_path: Path, sound: str) -> None:
    spoilt = sound
    for old, new in (
        ('title = "A small guide"', 'title = ""'),
        ('date = "2026-11-22"', 'date = "soon"'),
        ("core = true", "core = 1"),
        ("waves = [1, 2, 3]", "waves = [0, 4, 4]"),
        ("minutes = 60", "minutes = 61"),
        ('kind = "change"', 'kind = "why"'),
        ('id = "next-time"', 'id = "first-words"\ncolour = "red"'),
    ):
        spoilt = spoilt.replace(old, new)
    path = tmp_path / "guide.toml"
    path.write_text(spoilt, encoding="utf-8")

    faults = check(path)

    keys = ["title", "date", "core", "waves", "waves", "waves", "minutes", "kind", "id", "colour"]
    assert [fault.key for fault in faults] == keys
    assert [fault.line for fault in faults] == sorted(fault.line for fault in faults)


def test_a_fault_prints_as_file_line_key_and_problem() -> None:
    assert str(Fault("my.toml", 7, "minutes", "is missing here")) == "my.toml:7: minutes: is missing here"


def test_the_file_in_a_fault_is_the_path_that_was_asked_for(spoil: Spoil, tmp_path: Path) -> None:
    (fault,) = spoil("minutes = 5\n", "")

    assert str(fault).startswith(f"{tmp_path / 'guide.toml'}:28: minutes: ")


def test_a_guide_of_nothing_but_a_remark_misses_its_three_parts() -> None:
    with pytest.raises(GuideFaults) as caught:
        parse("# nothing yet\n", "guide.toml")

    assert {fault.key for fault in caught.value.faults} == {"guide", "consent", "domain"}


def test_a_domain_without_questions_is_a_fault_at_the_domain(tmp_path: Path, sound: str) -> None:
    path = tmp_path / "guide.toml"
    path.write_text(sound + '\n[[domain]]\nid = "third"\ntitle = "Third"\ngroup = "main"\n', encoding="utf-8")

    (fault,) = check(path)

    assert (fault.key, fault.line) == ("question", sound.count("\n") + 2)


@pytest.mark.parametrize("empty", ["question = []", "question = [ ]"])
def test_an_empty_list_of_questions_is_no_question(spoil: Spoil, empty: str) -> None:
    old = 'question = [{ id = "three", text = "Why?", core = false, waves = [1], minutes = 1 }]'

    assert [fault.key for fault in spoil(old, empty)] == ["question"]


def test_one_bracket_where_two_belong_is_explained() -> None:
    with pytest.raises(GuideFaults) as caught:
        parse('[domain]\nid = "a"\n', "guide.toml")

    (fault,) = [fault for fault in caught.value.faults if fault.key == "domain"]
    assert "[[domain]]" in fault.problem


def test_probes_written_both_ways_in_one_question_are_refused(spoil: Spoil) -> None:
    faults = spoil('text = "And then?"', 'text = "And then?"\nprobes = []')

    assert [fault.key for fault in faults] == ["probe"]


def test_a_wrong_number_of_waves_does_not_make_every_question_wrong(spoil: Spoil) -> None:
    assert len(spoil("waves = 3\n", 'waves = "three"\n')) == 1


def test_an_optional_question_may_be_parked_in_no_wave(spoil: Spoil) -> None:
    assert spoil("waves = [2]", "waves = []") == ()


def test_a_key_in_quotes_is_found_at_its_line(spoil: Spoil) -> None:
    (fault,) = spoil("minutes = 60", '"minu\\u0074es" = 61')

    assert (fault.line, fault.key) == (44, "minutes")


def test_what_a_stranger_named_a_key_cannot_move_the_cursor(spoil: Spoil) -> None:
    (fault,) = spoil("minutes = 60", 'minutes = 60\n"\\u001b[2J\\n" = 1')

    assert str(fault).isprintable()


def test_not_toml_is_named_at_the_line_and_key_where_reading_stopped(spoil: Spoil) -> None:
    (fault,) = spoil('version = "1.0"', 'version = "1.0')

    assert (fault.line, fault.key) == (5, "version")
    assert "not TOML" in fault.problem


def test_a_key_given_twice_is_named_at_the_second(spoil: Spoil) -> None:
    (fault,) = spoil("minutes = 60", "minutes = 60\nminutes = 5")

    assert (fault.line, fault.key) == (45, "minutes")


def test_a_text_never_closed_is_named_at_the_end_of_the_file() -> None:
    with pytest.raises(GuideFaults) as caught:
        parse('[guide]\nsource = """\nso it begins\n', "guide.toml")

    (fault,) = caught.value.faults
    assert (fault.line, "end of the file" in fault.problem) == (3, True)


def test_bytes_that_are_not_utf8_are_named_at_their_line(tmp_path: Path) -> None:
    path = tmp_path / "guide.toml"
    path.write_bytes('[guide]\nname = "a"\ntitle = "Gespräch"\n'.encode("latin-1"))

    (fault,) = check(path)

    assert (fault.line, "UTF-8" in fault.problem) == (3, True)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_one_fault(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "guide.toml"
    path.write_bytes(content)

    (fault,) = check(path)

    assert "empty" in fault.problem


def test_a_missing_file_a_folder_and_an_impossible_name_are_one_fault_each(tmp_path: Path) -> None:
    problems = [check(path)[0].problem for path in (tmp_path / "none.toml", tmp_path, Path("a\0b"))]

    assert "no such file" in problems[0]
    assert "folder" in problems[1]
    assert "file" in problems[2]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#" * (1024 * 1024 + 1), "too large"),
        ("#" + "x" * 20_001, "line is too long"),
        ("a." * 5_000 + "a = 1", "more than thirty parts"),
        ("a = " + "[" * 9_000, "nested too deeply"),
        ("a = " + "9" * 10_000, "number"),
    ],
)
def test_a_file_made_to_keep_the_reader_busy_is_one_fault(text: str, words: str) -> None:
    with pytest.raises(GuideFaults) as caught:
        parse(text, "guide.toml")

    (fault,) = caught.value.faults
    assert words in fault.problem


def test_more_questions_than_a_guide_may_have_are_refused(sound: str) -> None:
    question = '[[domain.question]]\nid = "q{}"\ntext = "?"\ncore = false\nwaves = [1]\nminutes = 1\n'
    domain = '[[domain]]\nid = "{}"\ntitle = "D"\ngroup = "g"\n'
    halves = [domain.format(name) + "".join(question.format(f"{name}{n}") for n in range(500)) for name in ("x", "y")]

    with pytest.raises(GuideFaults) as caught:
        parse(sound + "".join(halves), "guide.toml")

    assert "more than 1000 questions" in caught.value.faults[0].problem


def test_load_says_in_one_sentence_what_is_wrong_and_carries_the_faults(tmp_path: Path) -> None:
    with pytest.raises(GuideError, match="cannot be used") as caught:
        load(tmp_path / "none.toml")

    assert isinstance(caught.value, GuideFaults)
    assert len(caught.value.faults) == 1
    assert "\n" not in str(caught.value)
