"""What leaves the study, format by format."""

from __future__ import annotations

import errno
import json
import re
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from store import (
    BadInput,
    ConsentRequired,
    Decision,
    Dossier,
    Kind,
    Move,
    NotNow,
    Session,
    Study,
    StudyLocked,
    Verbatim,
    disk,
)
from store.database import BUSY_MS
from store.handover import FORMATS, export, ready, srt
from store.handover.as_json import as_dict, session_dict
from store.handover.wording import CLEAN, STRICT, clock, kind_of

EVERY = tuple(FORMATS)
WITH_NOTES = {"json", "txt", "md"}
Begin = Callable[..., Session]
Say = Callable[..., str]


@pytest.fixture(scope="module")
def told(study: Study, begin: Begin, say: Say, now: datetime) -> Session:
    session = begin(study, wave=2)
    question = next(study.guides.current().questions())
    study.log.cue(session.id, question=question.id, move=Move.ASK, at_ms=0, now=now)
    say(study, session.id, "How <b>are</b> you & yours --> today?", 0, "interviewer")
    say(study, session.id, "I can\n\ncope *slowly*", 3_723_004, "participant")
    study.log.mark(session.id, at_ms=100, text=None, now=now)
    study.log.jot(session.id, at_ms=200, text="looked away", now=now)
    study.sessions.stop(session.id, now, recording_ms=3_800_000, captured_ms=3_700_500, dropped_frames=0)
    study.memos.open(session.id, "First words: slow", now + timedelta(minutes=2))
    return study.sessions.get(session.id)


@pytest.fixture(scope="module")
def dossier(study: Study, told: Session) -> Dossier:
    return study.dossier(told.id)


def written(name: str, dossier: Dossier) -> str:
    """All that is written of a session in one format."""
    return "\n".join(render(dossier) for render in FORMATS[name].values())


def refused(study: Study, begin: Begin, now: datetime, kind: Kind, decision: Decision) -> Session:
    session = begin(study)
    study.consent.decide(session.id, kind, decision, form_version="1", recorded_by="ME", now=now)
    return session


def test_files_are_private_whole_and_named_after_the_session(
    study: Study, told: Session, tmp_path: Path, now: datetime
) -> None:
    paths = [file.path for file in export(study, [told.id], tmp_path / "out", EVERY, unmask=False, now=now).files]
    assert [path.name for path in paths] == [f"{told.id}.{suffix}" for name in EVERY for suffix in FORMATS[name]]
    assert sorted(paths) == sorted((tmp_path / "out").iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert study.audit.entries()[-1].action == "handed over"
    assert {one.path for one in study.handed_over.list(told.id)} >= set(paths)


def test_a_file_corrected_by_hand_since_is_kept(study: Study, told: Session, tmp_path: Path, now: datetime) -> None:
    def again() -> list[tuple[str, bool]]:
        files = export(study, [told.id], tmp_path, ["md", "txt"], unmask=False, now=now).files
        return [(file.path.name, file.kept is not None) for file in files]

    md, txt = f"{told.id}.md", f"{told.id}.txt"
    assert again() == again() == [(md, False), (txt, False)]  # nobody has changed them, so they are made anew
    corrected = (tmp_path / md).read_text() + "corrected"
    (tmp_path / md).write_text(corrected)
    assert again() == again() == [(f"{told.id} (2).md", True), (txt, False)]
    assert (tmp_path / md).read_text() == corrected
    assert study.audit.head() not in corrected
    assert {path.name for path in tmp_path.iterdir()} == {md, txt, f"{told.id} (2).md"}


def test_a_folder_named_through_a_link_holds_the_same_files(
    study: Study, told: Session, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "link").symlink_to("out")
    for to in ("out", "link", "link/../out"):
        export(study, [told.id], tmp_path / to, ["txt"], unmask=False, now=now)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{told.id}.txt"]
    here = [one.path for one in study.handed_over.list(told.id) if tmp_path in one.path.parents]
    assert here == [tmp_path / "out" / f"{told.id}.txt"]


def test_a_session_named_twice_is_handed_over_once(study: Study, told: Session, tmp_path: Path, now: datetime) -> None:
    before = len(study.audit.entries())
    assert len(export(study, [told.id, told.id], tmp_path, ["txt"], unmask=False, now=now).files) == 1
    assert len(study.audit.entries()) == before + 1


def test_where_it_breaks_off_each_session_is_there_and_noted_with_all_its_files_or_with_none(
    study: Study, told: Session, begin: Begin, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = begin(study)
    before, write_new = len(study.audit.entries()), disk.write_new

    def none_for_the_second_text(path: Path, content: bytes) -> None:
        if (tmp_path / f"{told.id}.txt").exists() and not content.startswith(b"#"):
            raise OSError(errno.ENOSPC, "No space left on device")
        write_new(path, content)

    monkeypatch.setattr(disk, "write_new", none_for_the_second_text)
    with pytest.raises(NotNow, match="not enough room"):
        export(study, [told.id, other.id], tmp_path, ["md", "txt"], unmask=False, now=now)
    assert {path.name for path in tmp_path.iterdir()} == {f"{told.id}.md", f"{told.id}.txt"}
    here = {one.path for one in study.handed_over.list(told.id) if tmp_path in one.path.parents}
    assert here == set(tmp_path.iterdir())
    assert study.handed_over.list(other.id) == ()
    assert [entry.action for entry in study.audit.entries()[before:]] == ["handed over"]


def test_a_study_that_cannot_be_written_hands_nothing_over(
    study: Study, told: Session, tmp_path: Path, now: datetime
) -> None:
    study._database.run("PRAGMA busy_timeout = 1")
    with study.another() as other, other.at_once(), pytest.raises(StudyLocked):
        export(study, [told.id], tmp_path, ["md"], unmask=False, now=now)
    study._database.run(f"PRAGMA busy_timeout = {BUSY_MS}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_somebody_else_is_kept(study: Study, told: Session, tmp_path: Path, now: datetime) -> None:
    recording = tmp_path / "interview.wav"
    recording.write_bytes(b"sound")
    (tmp_path / f"{told.id}.txt").symlink_to(recording)
    [file] = export(study, [told.id], tmp_path, ["txt"], unmask=False, now=now).files
    assert (file.path.name, recording.read_bytes()) == (f"{told.id} (2).txt", b"sound")


def test_nothing_is_handed_over_into_the_study_itself(study: Study, told: Session, now: datetime) -> None:
    before = sorted(study.folder.rglob("*"))
    for to in (study.folder, study.folder / "recordings" / "out"):
        with pytest.raises(BadInput, match="belongs to a study"):
            export(study, [told.id], to, ["txt"], unmask=False, now=now)
    assert sorted(study.folder.rglob("*")) == before


def test_nothing_is_written_where_there_is_no_room(
    study: Study, told: Session, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    with pytest.raises(NotNow, match="not enough room"):
        export(study, [told.id], tmp_path, ["txt"], unmask=False, now=now)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", EVERY)
def test_every_file_says_what_it_leaves_out(dossier: Dossier, name: str) -> None:
    text = written(name, dossier)
    assert CLEAN in text
    assert "Invented words" not in text
    assert "Quoting was" not in text


@pytest.mark.parametrize("name", EVERY)
def test_every_file_says_how_verbatim_it_truly_is(dossier: Dossier, name: str) -> None:
    one, *rest = dossier.utterances
    strict = replace(one, verbatim=Verbatim.STRICT)
    partly = written(name, replace(dossier, utterances=(strict, *rest)))
    assert f"in 1 of {1 + len(rest)} utterances" in partly
    assert CLEAN not in partly
    assert STRICT in written(name, replace(dossier, utterances=(strict,)))


def test_the_kind_of_verbatim_has_a_short_name(dossier: Dossier) -> None:
    one, *rest = dossier.utterances
    strict = replace(one, verbatim=Verbatim.STRICT)
    assert [kind_of((strict,)), kind_of((strict, *rest)), kind_of(rest)] == [
        "strict verbatim",
        "partly strict verbatim",
        "clean verbatim",
    ]


@pytest.mark.parametrize("name", EVERY)
def test_every_file_says_that_words_are_invented_or_not_to_be_quoted(dossier: Dossier, name: str) -> None:
    consent = {**dossier.consent, Kind.QUOTING: Decision.DECLINED}
    text = written(name, replace(dossier, invented=True, consent=consent))
    assert "Invented words" in text
    assert "Quoting was declined" in text


@pytest.mark.parametrize("transcript", [False, True])
@pytest.mark.parametrize("name", EVERY)
def test_every_file_says_that_audio_was_withdrawn_and_when(
    study: Study, begin: Begin, say: Say, record: Callable[..., Path], now: datetime, name: str, transcript: bool
) -> None:
    session = begin(study)
    record(study, session.id)
    say(study, session.id, "slowly and with care")
    study.log.jot(session.id, at_ms=1, text="leans back", now=now)
    study.sessions.stop(session.id, now, recording_ms=2000, captured_ms=2000, dropped_frames=0)
    study.memos.open(session.id, "a calm hour", now)
    study.withdraw_audio(session.id, transcript=transcript, recorded_by="ME", now=now + timedelta(days=9))
    text = written(name, study.dossier(session.id))
    kept = "no transcript was kept" if transcript else "what was transcribed was kept"
    assert f"Audio recording: withdrawn on 2026-03-11; recording destroyed, {kept}." in text
    assert ("slowly and with care" in text) is not transcript
    assert session.id in ready(study)
    if name in WITH_NOTES:
        assert "leans back" in text
        assert "a calm hour" in text


@pytest.mark.parametrize("name", EVERY)
def test_every_file_carries_the_head_of_the_audit_log(study: Study, told: Session, name: str) -> None:
    assert study.audit.head() in written(name, study.dossier(told.id))


def test_webvtt_is_valid_and_nothing_said_can_break_it(dossier: Dossier) -> None:
    head, *blocks = written("vtt", dossier).rstrip("\n").split("\n\n")
    assert head == "WEBVTT"
    cues = [block.split("\n") for block in blocks if not block.startswith("NOTE ")]
    assert all("-->" not in block and "\n" not in block for block in blocks[: -len(cues)])
    assert [cue[0] for cue in cues] == ["1", "2"]
    assert [cue[1] for cue in cues] == ["00:00:00.000 --> 00:00:00.900", "01:02:03.004 --> 01:02:03.904"]
    participant = dossier.session.participant
    assert cues[0][2] == "<v Interviewer>How \u2039b\u203aare\u2039/b\u203a you & yours --\u203a today?"
    assert cues[1][2:] == [f"<v {participant}>I can cope *slowly*"]


def test_subrip_is_valid_and_its_facts_stand_beside_it(dossier: Dossier) -> None:
    blocks = [block.split("\n") for block in srt.render(dossier).rstrip("\n").split("\n\n")]
    assert [block[0] for block in blocks] == ["1", "2"]
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}", block[1]) for block in blocks)
    assert blocks[0][2] == "Interviewer: How \u2039b\u203aare\u2039/b\u203a you & yours"
    assert CLEAN in srt.about(dossier)


def test_a_session_without_words_gets_no_subrip_file(study: Study, begin: Begin, tmp_path: Path, now: datetime) -> None:
    session = refused(study, begin, now, Kind.AUDIO, Decision.DECLINED)
    paths = export(study, [session.id], tmp_path, ["srt"], unmask=False, now=now).files
    assert [file.path.name for file in paths] == [f"{session.id}.about.txt"]
    assert srt.NO_CAPTIONS in paths[0].path.read_text("utf-8")


def test_plain_text_is_cut_by_question_and_ends_with_the_memo(dossier: Dossier) -> None:
    lines = written("txt", dossier).splitlines()
    question = next(dossier.guide.questions())
    said = f"[01:02:03.004] {dossier.session.participant}: I can cope *slowly*"
    assert (
        lines.index(question.text) < lines.index(said) < lines.index(f"00:00:00 under “{question.text}”: looked away")
    )
    assert lines[-4:-2] == ["MEMO, begun 2 min after the interview", "First words: slow"]


def test_markdown_holds_no_markup_of_the_people(dossier: Dossier) -> None:
    text = written("md", dossier)
    assert "\\*slowly\\*" in text
    assert "\\<b\\>" in text


def test_json_is_the_session_with_everything(dossier: Dossier, told: Session) -> None:
    whole = json.loads(written("json", dossier))
    assert {"cues", "marks", "jottings", "utterances", "versions", "memos", "consent", "legend"} <= set(whole)
    assert {**whole, **session_dict(told)} == whole
    assert (whole["audio_seconds"], whole["state"], whole["mode"]) == (3700.5, "stopped", "audio")
    said = whole["utterances"][0]
    assert {"id", "version", "start", "end", "speaker", "text", "question"} <= set(said)
    assert (said["start"], said["end"], said["speaker"]) == (0.0, 0.9, "interviewer")
    assert json.loads(json.dumps(as_dict(dossier))) == as_dict(dossier)


@pytest.mark.parametrize("decision", [Decision.DECLINED, Decision.WITHDRAWN])
def test_whoever_does_not_take_part_is_never_handed_over(
    study: Study, told: Session, begin: Begin, tmp_path: Path, now: datetime, decision: Decision
) -> None:
    session = refused(study, begin, now, Kind.TAKING_PART, decision)
    with pytest.raises(ConsentRequired, match=f"{session.id} is shut: taking part was {decision}"):
        export(study, [told.id, session.id], tmp_path, EVERY, unmask=False, now=now)
    assert list(tmp_path.iterdir()) == []
    everything = export(study, [], tmp_path, ["txt"], unmask=False, now=now).files
    assert f"{told.id}.txt" in {file.path.name for file in everything}
    assert f"{session.id}.txt" not in {file.path.name for file in everything}


def test_an_unknown_format_or_folder_is_refused(study: Study, told: Session, tmp_path: Path, now: datetime) -> None:
    with pytest.raises(BadInput, match="no format pdf"):
        export(study, [told.id], tmp_path, ["pdf"], unmask=False, now=now)
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="choose another"):
        export(study, [told.id], tmp_path / "file", ["txt"], unmask=False, now=now)


@pytest.mark.parametrize("name", EVERY)
def test_a_session_of_notes_is_handed_over_too(study: Study, begin: Begin, now: datetime, name: str) -> None:
    session = refused(study, begin, now, Kind.AUDIO, Decision.DECLINED)
    assert "Audio recording: declined on 2026-03-02; this session was kept in notes." in written(
        name, study.dossier(session.id)
    )


def test_one_person_who_does_not_take_part_keeps_nobody_else_from_being_handed_over(
    study: Study, told: Session, begin: Begin, now: datetime
) -> None:
    declined = refused(study, begin, now, Kind.TAKING_PART, Decision.DECLINED)
    study.sessions.stop(declined.id, now, recording_ms=0, captured_ms=0, dropped_frames=0)
    study.sessions.complete(declined.id, now, ready_after_stop_ms=None)
    assert told.id in ready(study)
    assert declined.id not in ready(study)


def test_a_session_that_is_not_transcribed_yet_says_so(study: Study, session: Session, now: datetime) -> None:
    study.transcript.add_utterance(session.id, 0, 900, now)
    text = written("txt", study.dossier(session.id))
    assert "Not finished: stretches of speech that nobody has transcribed yet: 1." in text
    assert "Not finished: the session was never stopped." in text


@pytest.mark.parametrize(("ms", "text"), [(0, "00:00:00.000"), (59_999, "00:00:59.999"), (3_600_001, "01:00:00.001")])
def test_times_are_hours_minutes_seconds_and_thousandths(ms: int, text: str) -> None:
    assert clock(ms) == text
