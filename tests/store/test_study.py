"""Making, opening and locking a study; what lies on the disk."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database as Tables

from guides import Guide
from store import (
    BadInput,
    NotFound,
    NotNow,
    Session,
    State,
    StoreError,
    Study,
    StudyDamaged,
    StudyExists,
    StudyLocked,
    StudyMissing,
    WrongPassphrase,
    keys,
    schema,
)

NewStudy = tuple[Study, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, guide: Guide, now: datetime, passphrase: str) -> NewStudy:
    folder = tmp_path_factory.mktemp("made") / "peers"
    before = os.umask(0)
    try:
        study, recovery_key = Study.create(folder, passphrase, name=" Peers ", guide=guide, now=now, invented=True)
    finally:
        os.umask(before)
    study.participants.add("50001", {"age": "41", "note": "Zanzibar"}, now)
    study.close()
    return study, recovery_key


def test_everything_of_a_study_is_private_whatever_the_umask(made: NewStudy) -> None:
    folder = made[0].folder
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    files = dict.fromkeys(("keys.json", "study.db", "count", "ballast"), 0o600)
    assert modes == {"peers": 0o700, "recordings": 0o700, **files}


def test_no_word_of_a_study_lies_on_the_disk_in_clear(made: NewStudy) -> None:
    everything = b"".join(path.read_bytes() for path in made[0].folder.rglob("*") if path.is_file())
    assert b"Zanzibar" not in everything
    assert b"CREATE TABLE" not in everything


def test_a_study_opens_with_its_passphrase(made: NewStudy, passphrase: str, now: datetime) -> None:
    with Study.open(made[0].folder, passphrase, now) as study:
        assert (study.name, study.invented) == ("Peers", True)
        assert study.participants.get("50001").attributes["note"] == "Zanzibar"


def test_a_recovery_key_opens_it_however_it_is_typed(made: NewStudy, now: datetime) -> None:
    folder, recovery_key = made[0].folder, made[1]
    typed = recovery_key.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    with Study.open_with_recovery(folder, typed, now) as study:
        assert study.name == "Peers"


def test_a_wrong_passphrase_is_a_clear_refusal(made: NewStudy, now: datetime) -> None:
    with pytest.raises(WrongPassphrase, match="type it again"):
        Study.open(made[0].folder, "a noisy room", now)
    with pytest.raises(WrongPassphrase, match="recovery key"):
        Study.open_with_recovery(made[0].folder, "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE", now)


def test_a_new_passphrase_takes_the_place_of_the_old(
    tmp_path: Path, guide: Guide, now: datetime, passphrase: str
) -> None:
    study, recovery_key = Study.create(tmp_path / "s", passphrase, name="Peers", guide=guide, now=now)
    with study:
        study.rekey(recovery_key, "another evening", now)
    with pytest.raises(WrongPassphrase):
        Study.open(tmp_path / "s", passphrase, now)
    with Study.open(tmp_path / "s", "another evening", now) as opened:
        assert opened.name == "Peers"


def test_a_passphrase_is_stretched_as_long_as_the_design_says(
    tmp_path: Path, passphrase: str, designed_cost: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert designed_cost == {"MEMORY_KIB": 65536, "PASSES": 3, "LANES": 4}
    for name, cost in designed_cost.items():
        monkeypatch.setattr(keys, name, cost)
    keys.create(tmp_path, passphrase)
    wraps = json.loads((tmp_path / "keys.json").read_text())["wraps"]
    costs = {(wrap["kdf"], wrap["memory_kib"], wrap["passes"], wrap["lanes"]) for wrap in wraps.values()}
    assert costs == {("argon2id", 65536, 3, 4)}


@pytest.mark.parametrize("empty", ["", "  \t"])
def test_an_empty_passphrase_makes_no_study(tmp_path: Path, guide: Guide, now: datetime, empty: str) -> None:
    with pytest.raises(BadInput, match="passphrase is empty"):
        Study.create(tmp_path / "s", empty, name="Peers", guide=guide, now=now)
    assert not (tmp_path / "s").exists()


def test_a_study_is_never_made_over_another_or_among_other_files(
    made: NewStudy, tmp_path: Path, guide: Guide, now: datetime, passphrase: str
) -> None:
    with pytest.raises(StudyExists):
        Study.create(made[0].folder, passphrase, name="Peers", guide=guide, now=now)
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(BadInput, match="not an empty folder"):
        Study.create(tmp_path, passphrase, name="Peers", guide=guide, now=now)


def test_where_no_study_is_none_is_opened_and_none_is_made(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(StudyMissing, match="study init"):
        Study.open(tmp_path / "nowhere", "x", now)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_study_says_so_in_one_sentence(tmp_path: Path, guide: Guide, now: datetime, passphrase: str) -> None:
    folder = tmp_path / "s"
    Study.create(folder, passphrase, name="Peers", guide=guide, now=now)[0].close()
    (folder / "study.db").write_bytes(b"x" * 8192)
    with pytest.raises(StudyDamaged, match="backup"):
        Study.open(folder, passphrase, now)
    (folder / "keys.json").write_text(json.dumps({"wraps": {}}))
    with pytest.raises(StudyDamaged, match=r"keys\.json"):
        Study.open(folder, passphrase, now)
    (folder / "study.db").unlink()
    with pytest.raises(StudyDamaged, match=r"study\.db"):
        Study.open(folder, passphrase, now)


def test_a_session_left_open_is_interrupted_at_the_next_opening(
    make_study: Callable[[], Study], begin: Callable[..., Session], passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        session = begin(study)
    with Study.open(study.folder, passphrase, now) as later:
        assert later.sessions.get(session.id).state is State.INTERRUPTED
        assert later.audit.entries()[-1].action == "session interrupted"
        assert later.check() == ()


def test_a_reader_beside_a_running_interview_interrupts_nothing(
    make_study: Callable[[], Study], begin: Callable[..., Session], passphrase: str, now: datetime
) -> None:
    with make_study() as study, study.lock_for_session():
        session = begin(study)
        with Study.open(study.folder, passphrase, now) as reader:
            assert reader.sessions.get(session.id).state is State.OPEN
            with pytest.raises(StudyLocked, match="conducting"):
                reader.lock_for_session()


def test_a_lock_that_was_released_can_be_taken_by_another(
    make_study: Callable[[], Study], passphrase: str, now: datetime
) -> None:
    with make_study() as study, Study.open(study.folder, passphrase, now) as other:
        study.lock_for_session().release()
        with other.lock_for_session() as lock:
            assert lock.held


def test_a_lock_taken_twice_is_held_until_it_was_released_twice(
    make_study: Callable[[], Study], passphrase: str, now: datetime
) -> None:
    with make_study() as study, Study.open(study.folder, passphrase, now) as other:
        with study.lock_for_session():
            study.lock_for_session().release()
            with pytest.raises(StudyLocked):
                other.lock_for_session()
        with other.lock_for_session() as lock:
            assert lock.held


def test_settings_and_counts_belong_to_the_whole_study(
    make_study: Callable[[], Study], begin: Callable[..., Session], guide: Guide, now: datetime
) -> None:
    with make_study() as study:
        session = begin(study)
        study.sessions.stop(session.id, now, recording_ms=5000, captured_ms=4000, dropped_frames=0)
        assert study.setting("theme") is None
        study.set_setting("theme", "dark", now)
        study.set_setting("theme", "light", now)
        assert study.setting("theme") == "light"
        info = study.info(now)
    assert (info.participants, info.sessions, info.recorded_ms) == (1, {State.STOPPED: 1}, 4000)
    assert (info.guide_title, info.bytes_on_disk > 0) == (guide.title, True)


def test_the_guide_a_session_ran_is_kept_word_for_word(study: Study, session: Session, guide: Guide) -> None:
    kept = study.guides.get(session.guide_sha256)
    assert (kept.text, kept.sha256) == (guide.text, guide.sha256)
    assert study.guides.current() == kept
    with pytest.raises(NotFound):
        study.guides.get("0" * 64)


def test_a_guide_is_read_once_and_not_with_every_question_about_it(study: Study, session: Session) -> None:
    assert study.guides.current() is study.guides.get(session.guide_sha256)


def test_participants_are_numbers_with_attributes(study: Study, now: datetime) -> None:
    study.participants.add("P-7", {"age": "41", "role": "peer"}, now)
    changed = study.participants.set("P-7", {"age": "42", "role": "", "site": "north"}, now)
    assert changed.attributes == {"age": "42", "site": "north"}
    assert changed in study.participants.list()


@pytest.mark.parametrize("again", ["Q1", "q1"])
def test_a_number_is_given_once_whatever_its_case(study: Study, now: datetime, again: str) -> None:
    if again == "Q1":
        study.participants.add("Q1", {}, now)
    with pytest.raises(BadInput, match="already"):
        study.participants.add(again, {}, now)


def test_a_time_without_a_zone_is_refused(study: Study, now: datetime) -> None:
    with pytest.raises(BadInput, match="zone"):
        study.participants.add("T1", {}, now.replace(tzinfo=None))


def test_a_document_is_kept_with_a_session(study: Study, session: Session, now: datetime) -> None:
    added = study.attachments.add(session.id, "consent-form", "signed.pdf", b"%PDF", now + timedelta(minutes=1))
    assert study.attachments.list(session.id) == (added,)
    assert study.attachments.get(added.id) == (added, b"%PDF")
    with pytest.raises(BadInput):
        study.attachments.add(session.id, "consent-form", "empty.pdf", b"", now)


def test_another_connection_sees_what_was_written(study: Study, session: Session) -> None:
    other = study.another()
    try:
        assert other.sessions.get(session.id) == session
    finally:
        other.close()


def test_a_study_of_a_newer_program_is_left_alone(
    make_study: Callable[[], Study], passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        folder = study.folder
        study._database.run("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer vivavoce"):
        Study.open(folder, passphrase, now)


def test_what_makes_migrations_is_loaded_only_where_there_is_one_to_make(
    make_study: Callable[[], Study], passphrase: str, now: datetime
) -> None:
    """Its library takes time and brings numpy. The number that says whether one is missing counts the migrations."""
    with make_study() as study:
        folder = study.folder
        assert study.info(now).schema == len(schema.migrations.applied(Tables(study._database.connection)))
    code = (
        "import sys, datetime, pathlib, store; folder, now = sys.argv[1], datetime.datetime.now(datetime.UTC);"
        " store.Study.open(pathlib.Path(folder), sys.stdin.readline().strip(), now).close();"
        " sys.exit('sqlite_utils' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], input=passphrase, text=True, check=True)


def test_nothing_is_written_into_a_study_that_was_taken_away(study: Study, now: datetime) -> None:
    away = study.folder.rename(study.folder.with_name("away"))
    with pytest.raises(NotNow, match="put it back"):
        study.set_setting("interviewer", "A. N.", now)
    away.rename(study.folder)
    study.set_setting("interviewer", "A. N.", now)
    assert study.setting("interviewer") == "A. N."
