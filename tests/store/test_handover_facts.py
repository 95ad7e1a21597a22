"""What every hand-over says of a session: a table of formats and facts, read out of the files."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pysubs2
import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from guides import Guide
from store import Decision, Dossier, Kind, Session, Study
from store.handover import FORMATS, export, vtt
from store.handover.captions import captions
from tests.store.eventful import FOLLOW_UP, SAID_FIRST, everything, in_notes, taken_back_midway

FOR_PEOPLE = ("txt", "md", "vtt", "srt")
Begin = Callable[..., Session]


@pytest.fixture(scope="module")
def sittings(
    make_study: Callable[[], Study], begin: Begin, record: Callable[..., Path], now: datetime
) -> Iterator[tuple[Study, dict[str, str]]]:
    with make_study() as study:
        notes = begin(study)
        study.consent.decide(
            notes.id, Kind.AUDIO, Decision.DECLINED, form_version="1", recorded_by="ME", now=notes.started_at
        )
        held = {
            "audio": everything(study, begin(study), record, now),
            "notes": in_notes(study, notes, now),
            "taken back": taken_back_midway(study, begin(study), record, now),
        }
        yield study, {name: session.id for name, session in held.items()}


@pytest.fixture(scope="module")
def files(
    sittings: tuple[Study, dict[str, str]], tmp_path_factory: pytest.TempPathFactory, now: datetime
) -> dict[tuple[str, str], str]:
    """All that was written, by the name of the session and the format; Markdown as it is shown."""
    study, ids = sittings
    folder = tmp_path_factory.mktemp("handed-over")
    export(study, list(ids.values()), folder, FORMATS, unmask=False, now=now)
    found: dict[tuple[str, str], str] = {}
    for name, key in ids.items():
        for form, suffixes in FORMATS.items():
            paths = [folder / f"{key}.{suffix}" for suffix in suffixes]
            text = "\n".join(path.read_text("utf-8") for path in paths if path.exists())
            found[name, form] = re.sub(r"\\(.)", r"\1", text) if form == "md" else text
    return found


@pytest.fixture(scope="module")
def dossier(sittings: tuple[Study, dict[str, str]]) -> Dossier:
    study, ids = sittings
    return study.dossier(ids["audio"])


def facts(guide: Guide, begun: str) -> dict[str, str]:
    """Of the audio session, as people read it."""
    first, second, third, fourth = (one.text for one in guide.for_wave(1)[:4])
    core = next(one for one in guide.core_for(1) if one.text not in (first, second, fourth))
    return {
        "study": "Peer support, session",
        "wave": "wave 1",
        "date": f"Began: {begun}",
        "end": "Ended: 2026-03-02 09:42 +00:00",
        "length": "Length: 00:00:38, net of what was off the record",
        "interviewer": "Interviewer: ME",
        "setting": "Setting: office",
        "others present": "Others present: nobody",
        "guide": f"Guide: {guide.title}, version {guide.version}, SHA-256 {guide.sha256}",
        "model and device": "Model: tiny.en, on cpu",
        "granted": f"Consent: audio granted, {begun}, form 1, recorded by ME",
        "withdrawn later": "Consent: contact withdrawn, 2026-03-03 09:30 +00:00, form 2, recorded by ME",
        "off the record": "Off the record: at 00:00:13, for 4 min",
        "interruption": "Interrupted: at 00:00:30; it went on after 5 min",
        "gap": "No sound (stall): 00:00:26 to 00:00:28",
        "strike": "Struck at the participant's wish: 00:00:31 to 00:00:33",
        "unread": "Not transcribed yet: 00:00:36 to 00:00:38",
        "core asked": f"of {len(guide.core_for(1))}",
        "skipped": f"Skipped: {third}",
        "core not asked": f"Core question not asked: {core.text}",
        "optional not asked": "Optional questions not asked: ",
        "follow-up": FOLLOW_UP,
        "asked": first,
        "asked, nobody answered": second,
        "asked last": fourth,
        "mark": f"00:00:04 under “{first}”: spring",
        "note": f"00:00:05 under “{first}”: looks away",
        "note off the record": f"00:00:13 under “{first}” (made off the record): a name",
        "mark off the record": f"00:00:13 under “{first}” (made off the record)",
        "verbatim": "Clean verbatim",
        "not finished": "nobody has transcribed yet: 1",
    }


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_every_format_says_every_fact(
    files: dict[tuple[str, str], str], guide: Guide, form: str, sittings: tuple[Study, dict[str, str]]
) -> None:
    wanted = facts(guide, "2026-03-02 09:30 +00:00")
    text = files["audio", form]
    assert {name: words in text for name, words in wanted.items()} == dict.fromkeys(wanted, True)
    assert sittings[0].audit.entries()[-1].action == "handed over"
    assert re.search("Audit log head: [0-9a-f]{64}", text)


def test_the_table_of_facts_is_what_is_tested(guide: Guide) -> None:
    table = (Path(__file__).parents[2] / "docs" / "handovers.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if " yes |" in line]
    assert rows == [[name, *["yes"] * len(FOR_PEOPLE)] for name in facts(guide, "")]


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_moves_are_told_where_they_were_made(files: dict[tuple[str, str], str], form: str) -> None:
    told = files["audio", form].casefold()
    for move, at in (("asked", 14), ("skipped", 15), ("back to it", 16), ("follow-up", 10)):
        assert re.search(rf"{move}[^\n]* at 00:00:{at}", told), move


def test_json_says_them_too(files: dict[tuple[str, str], str], guide: Guide) -> None:
    told = json.loads(files["audio", "json"])
    assert told["utc_offset_min"] == 0
    assert told["not_transcribed"] == [{"start": 36.0, "end": 38.0}]
    assert [cue["move"] for cue in told["cues"]] == ["ask", "follow", "ask", "skip", "back", "ask"]
    assert [note["off_record"] for note in told["jottings"]] == [False, True]
    assert told["not_asked"] == [
        one.id
        for one in guide.for_wave(1)
        if one.id not in {cue["question"] for cue in told["cues"]} or one is guide.for_wave(1)[2]
    ]


@pytest.mark.parametrize("form", ["txt", "md"])
def test_a_turn_is_a_paragraph_and_ends_where_something_happened(files: dict[tuple[str, str], str], form: str) -> None:
    text = files["audio", form].replace("*", "").replace("`", "")
    assert " ".join(SAID_FIRST) in text
    places = [
        "How did it begin?",
        SAID_FIRST[0],
        f"Follow-up: {FOLLOW_UP}",
        "My sister was.",
        "(10 s)",
        "(off the record, 4 min)",
        "(skipped at 00:00:15",
        "Voice 1: It comes back",
        "Voice 2: Does it?",
        "(no sound (stall)",
        "(interrupted; it went on after 5 min)",
        "(struck at the participant's wish",
        "(not transcribed yet, 00:00:36",
    ]
    found = [text.index(each) for each in places]
    assert found == sorted(found)
    assert "what must not stay" not in text


@pytest.mark.parametrize("form", ["txt", "md"])
def test_notes_stand_under_the_question_that_they_answer(
    files: dict[tuple[str, str], str], guide: Guide, form: str
) -> None:
    text = files["notes", form].replace("*", "")
    first, second = (one.text for one in guide.for_wave(1)[:2])
    body = text[text.casefold().index("notes\n") :]
    places = [first, "began in spring", second, "hope is a plant", "strong"]
    assert [body.index(each) for each in places] == sorted(body.index(each) for each in places)
    assert body.count("hope is a plant") == 1


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_nobody_transcribed_a_session_of_notes(files: dict[tuple[str, str], str], form: str) -> None:
    text = files["notes", form]
    assert "erbatim" not in text
    assert "Model: none; nothing was transcribed" in text
    assert "Consent: audio declined, 2026-03-02 09:30 +00:00, form 1, recorded by ME" in text
    assert "00:00:09" in text


@pytest.mark.parametrize("form", FOR_PEOPLE)
def test_what_was_taken_back_midway_is_told_with_what_was_kept(files: dict[tuple[str, str], str], form: str) -> None:
    text = files["taken back", form]
    assert "Consent: audio withdrawn, 2026-03-02 09:30 +00:00" in text
    assert "recording destroyed, what was transcribed was kept" in text
    assert "Before I took it back." in text
    assert "goes on more freely" in text


ODD = st.one_of(
    st.sampled_from(["a --> b", "<v x>", "line\nbreak", "NOTE", "00:00:01.000 to 00:00:02.000", "1984", "{x}", "# x"]),
    st.text(max_size=20),
)


@settings(max_examples=40, deadline=None)
@given(setting=ODD, said=ODD, noted=ODD)
def test_nothing_that_was_typed_can_become_a_caption(dossier: Dossier, setting: str, said: str, noted: str) -> None:
    odd = replace(
        dossier,
        session=replace(dossier.session, setting=setting, others_present=said),
        jottings=tuple(replace(one, text=noted) for one in dossier.jottings),
        cues=tuple(replace(one, text=said) for one in dossier.cues),
    )
    text = vtt.render(odd)
    shown = captions(vtt.spoken(odd))
    assert [one.plaintext for one in pysubs2.SSAFile.from_string(text)] == ["\n".join(one.lines) for one in shown]
    assert len(webvtt.from_buffer(io.StringIO(text))) == len(shown)
    assert text.count("-->") == len(shown)
