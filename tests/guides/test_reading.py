import hashlib
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guides import (
    Distress,
    GuideFaults,
    Probe,
    ProbeKind,
    bundled,
    bundled_guide,
    check,
    load,
    load_distress,
    parse,
    render_distress,
)


def _in_a_file(folder: Path, content: bytes) -> Path:
    path = folder / "guide.toml"
    path.write_bytes(content)
    return path


def test_a_sound_guide_has_no_faults_and_reads_as_written(tmp_path: Path, sound: str) -> None:
    guide = load(_in_a_file(tmp_path, sound.encode()))

    assert (guide.name, guide.waves, guide.consent.audio) == ("small", 3, "My voice may be recorded.")
    assert [question.id for question in guide.questions()] == ["one", "two", "three"]
    assert guide.question("two").probes == (Probe(ProbeKind.CHANGE, "How was it before?"),)
    assert [heading.prefill for heading in guide.memo_headings] == ["", "not_asked"]
    assert guide.source.startswith("Made for a test.")


def test_the_waves_of_a_question_come_in_order(sound: str) -> None:
    guide = parse(sound.replace("waves = [1, 2, 3]", "waves = [3, 1]"), "guide.toml")

    assert guide.question("one").waves == (1, 3)


def test_a_date_may_be_written_without_quotes(sound: str) -> None:
    assert parse(sound.replace('"2026-11-22"', "2026-11-22"), "guide.toml").consent.date == "2026-11-22"


def test_probes_memo_headings_and_hints_may_be_left_out(sound: str) -> None:
    bare = sound[: sound.index("[[memo]]")] + '[[memo]]\nid = "a"\ntitle = "A"\n'

    guide = parse(bare, "guide.toml")

    assert guide.question("three").probes == ()
    assert [(heading.hint, heading.prefill) for heading in guide.memo_headings] == [("", "")]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_of_every_editor_are_read_and_kept_byte_for_byte(
    tmp_path: Path, sound: str, mark: str, line_end: str
) -> None:
    content = (mark + sound.replace("\n", line_end)).encode()

    guide = load(_in_a_file(tmp_path, content))

    assert guide.domains == parse(sound, "guide.toml").domains
    assert guide.sha256 == hashlib.sha256(content).hexdigest()
    assert guide.text.encode() == content
    assert parse(guide.text, guide.name) == guide


def test_faults_in_a_file_with_windows_line_ends_stand_in_the_same_lines(tmp_path: Path, sound: str) -> None:
    spoilt = sound.replace("minutes = 60", "minutes = 61").replace("\n", "\r\n")

    (fault,) = check(_in_a_file(tmp_path, spoilt.encode()))

    assert fault.line == 44


@pytest.mark.parametrize("name", bundled())
def test_a_kept_guide_reopens_as_the_same_guide(name: str) -> None:
    guide = bundled_guide(name)

    assert parse(guide.text, guide.name) == guide


def test_text_that_cannot_be_saved_is_a_fault_at_its_line(sound: str) -> None:
    with pytest.raises(GuideFaults) as caught:
        parse(sound.replace("A small guide", "A \ud800 guide"), "guide.toml")

    assert caught.value.faults[0].line == 4


_ANY_FILE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_ANY_FILE
@given(content=st.binary(max_size=400))
def test_checking_never_raises_whatever_the_bytes(tmp_path: Path, content: bytes) -> None:
    faults = check(_in_a_file(tmp_path, content))

    assert faults
    assert all(fault.line >= 1 and str(fault).isprintable() for fault in faults)


_SIGNS = """ [ ] [[ ]] { } = " ' \''' # , . \\ true -1 1e9 nan 12:00:00 ä \0 [guide] [domain] [[domain]]"""
_SCRAPS = ["", "\n", "\r", "\\\n", "\u2028", '"""', "a.b.c = 1", "x = {y = [1, {z = 2}]}", "waves = [\n1,\n# ]\n2]"]
_PIECES = st.sampled_from([*_SIGNS.split(), *_SCRAPS, "[[domain.question]]", 'probes = ["""a""""", 1]'])


@_ANY_FILE
@given(edits=st.lists(st.tuples(st.integers(0, 1300), st.integers(0, 60), _PIECES), min_size=1, max_size=4))
def test_checking_a_guide_that_was_cut_and_pasted_about_never_raises(
    tmp_path: Path, sound: str, edits: list[tuple[int, int, str]]
) -> None:
    text = sound
    for at, cut, piece in edits:
        text = text[:at] + piece + text[at + cut :]

    faults = check(_in_a_file(tmp_path, text.encode()))

    last = text.count("\n") + 1
    assert all(1 <= fault.line <= last and str(fault).isprintable() for fault in faults)


_MEMO_KEYS = ("id", "title", "hint", "prefill")
_KEYS = st.text(st.characters(categories=["L", "P", "Zs", "Cc"]), max_size=8).filter(lambda key: key not in _MEMO_KEYS)
_VALUES = st.sampled_from(
    ["1", '"a # ]"', "'b } \"'", "[1, [2, 3], {c = 4}]", '"""\n[x]\ny = 1\n"""', "{a.b = [\n],d='''\n'''}"]
)


@_ANY_FILE
@given(pairs=st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=6))
def test_an_unknown_key_is_named_at_its_own_line_whatever_stands_around_it(sound: str, pairs: dict[str, str]) -> None:
    lines = sound.count("\n")
    wanted = set()
    text = sound
    for key, value in pairs.items():
        wanted.add(text.count("\n") + 1)
        text += '"' + "".join(f"\\U{ord(character):08X}" for character in key) + f'" = {value}\n'

    with pytest.raises(GuideFaults) as caught:
        parse(text, "guide.toml")

    assert {fault.line for fault in caught.value.faults} == wanted
    assert min(wanted) == lines + 1


CARD = '[distress]\nsay = "Let us stop here."\ncall = """\nCrisis line: 0 000\nSupervisor: 0 001\n"""\n'


def test_a_guide_may_have_a_card_for_a_moment_of_distress(sound: str) -> None:
    guide = parse(sound.replace("[[domain]]", f"{CARD}\n[[domain]]", 1), "guide")

    assert guide.distress == Distress("Let us stop here.", "Crisis line: 0 000\nSupervisor: 0 001")


def test_a_guide_without_a_card_has_a_plain_one_that_is_not_empty(sound: str) -> None:
    card = parse(sound, "guide").distress

    assert card.say
    assert card.call
    assert not re.search(r"\d", card.say + card.call)


@pytest.mark.parametrize("name", bundled())
def test_no_bundled_card_holds_a_number_of_anybody(name: str) -> None:
    card = bundled_guide(name).distress

    assert "write the number here" in card.call
    assert not re.search(r"\d", card.say + card.call)


@pytest.mark.parametrize(
    ("spoilt", "key"),
    [('say = ""\ncall = "x"', "say"), ('say = "x"', "call"), ('say = "x"\ncall = "y"\nwhom = "z"', "whom")],
)
def test_a_card_without_words_or_with_other_keys_is_a_fault(sound: str, spoilt: str, key: str) -> None:
    with pytest.raises(GuideFaults) as refused:
        parse(sound.replace("[[domain]]", f"[distress]\n{spoilt}\n\n[[domain]]", 1), "guide")

    assert [fault.key for fault in refused.value.faults] == [key]


lines = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1).filter(lambda text: text.strip())


@given(say=st.lists(lines, min_size=1), call=st.lists(lines, min_size=1))
def test_a_card_that_was_written_is_read_back_to_the_letter(say: list[str], call: list[str]) -> None:
    card = Distress("\n".join(say).strip(), "\n".join(call).strip())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "card.toml"
        path.write_text(render_distress(card), encoding="utf-8")

        assert load_distress(path) == card


def test_a_file_with_more_than_a_card_in_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "card.toml"
    path.write_text(f'{CARD}\n[guide]\nname = "no"\n', encoding="utf-8")

    with pytest.raises(GuideFaults) as refused:
        load_distress(path)
    assert [fault.key for fault in refused.value.faults] == ["guide"]
