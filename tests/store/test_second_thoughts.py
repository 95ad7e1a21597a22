"""What is corrected, struck or undone while a session runs: nothing of it counts, and nothing of its words is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database as Tables

from guides import Guide
from store import BadInput, Cause, Cue, Dossier, Jotting, Mark, Move, NotFound, Session, Study, keys, schema
from tests.store import pages
from tests.store.lived import NOW, PASSPHRASE

ASKED = "hope-kept"
HASTY = "Quaggawhistler Zimmerfrau"


@pytest.fixture
def opened(study: Study, session: Session) -> tuple[Study, str]:
    return study, session.id


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def pages_of(study: Study) -> bytes:
    """The study as it lies on the disk, in clear, its log with it."""
    key = keys.unlock(study.folder, "passphrase", PASSPHRASE)
    return pages.on_disk(study.folder, {"study.db": key})["study.db"]


def dossier(study: Study, session: str) -> Dossier:
    return study.dossier(session)


def test_a_corrected_note_holds_nothing_of_what_it_was(opened: tuple[Study, str]) -> None:
    study, session = opened
    note = study.log.jot(session, at_ms=4_000, text=f"met {HASTY} there", now=NOW)
    assert study.search("Quaggawhistler")

    study.correct_note(session, note.id, "met her aunt there", later(9))

    (kept,) = study.log.jottings(session)
    assert (kept.text, kept.at_ms, kept.corrected_at) == ("met her aunt there", 4_000, later(9))
    assert not study.search("Quaggawhistler")
    assert [hit.ref for hit in study.search("aunt")] == [note.id]
    assert b"Quaggawhistler" not in pages_of(study)
    assert "Quaggawhistler" not in repr(study.audit.entries())


@pytest.mark.parametrize("kind", ["jotting", "mark", "follow-up"])
def test_a_struck_note_is_gone_and_its_receipt_says_so(opened: tuple[Study, str], kind: str) -> None:
    study, session = opened
    make: dict[str, Callable[[], Jotting | Mark | Cue]] = {
        "jotting": lambda: study.log.jot(session, at_ms=1, text=HASTY, now=NOW),
        "mark": lambda: study.log.mark(session, at_ms=1, text=HASTY, now=NOW),
        "follow-up": lambda: study.log.cue(session, question=None, move=Move.FOLLOW, at_ms=1, text=HASTY, now=NOW),
    }
    note = make[kind]()
    assert [one.id for one in study.log.typed(session)] == [note.id]

    receipt = study.strike_note(session, note.id, later(5))

    assert study.log.typed(session) == ()
    assert receipt.cause is Cause.STRIKE
    assert receipt.destroyed == {
        "jotting": ("1 jotting",),
        "mark": ("the words of 1 mark",),
        "follow-up": ("the words of 1 follow-up question",),
    }[kind]  # fmt: skip
    assert b"Quaggawhistler" not in pages_of(study)
    assert len(study.log.marks(session)) == (kind == "mark")
    assert study.check() == ()


def test_a_note_of_another_session_or_none_is_refused(opened: tuple[Study, str]) -> None:
    study, session = opened
    note = study.log.jot(session, at_ms=1, text="calm", now=NOW)
    for wrong in ("j99999", "k1", "x", ""):
        with pytest.raises(NotFound):
            study.strike_note(session, wrong, NOW)
    with pytest.raises(BadInput, match="strike it"):
        study.correct_note(session, note.id, "  ", NOW)
    assert [one.text for one in study.log.jottings(session)] == ["calm"]


def test_a_strike_takes_the_notes_of_its_stretch_if_they_are_meant(opened: tuple[Study, str]) -> None:
    study, session = opened
    for at_ms in (9_000, 10_000, 15_000, 20_000, 21_000):
        study.log.jot(session, at_ms=at_ms, text=f"at {at_ms}", now=NOW)
    study.log.mark(session, at_ms=12_000, text="said so", now=NOW)
    study.log.cue(session, question=None, move=Move.FOLLOW, at_ms=13_000, text="and then", now=NOW)

    kept = study.strike(session, 10_000, 20_000, NOW, sound=False)
    assert len(study.log.typed(session)) == 7
    assert kept.destroyed == ("the words of 0 utterances",)
    assert "Jottings, marks" in kept.out_of_reach[1]

    receipt = study.strike(session, 10_000, 20_000, NOW, sound=False, notes=True)
    assert [note.at_ms for note in study.log.typed(session)] == [9_000, 21_000]
    assert receipt.destroyed == ("3 jottings", "the words of 1 mark", "the words of 1 follow-up question")
    assert any("outside that stretch stay" in line for line in receipt.out_of_reach)


def test_a_move_that_is_undone_stays_in_the_log_and_counts_for_nothing(opened: tuple[Study, str]) -> None:
    study, session = opened
    first = study.log.cue(session, question="hope-kept", move=Move.ASK, at_ms=1_000, now=NOW)
    wrong = study.log.cue(session, question="role-model-lately", move=Move.ASK, at_ms=2_000, now=NOW)
    row = study.transcript.add_utterance(session, 3_000, 4_000, NOW)
    study.transcript.set_text(row, "well", (), speaker=None, reading="live", model="tiny.en", now=NOW)

    study.log.undo(session, wrong.id, later(1))

    assert study.log.cues(session) == (first,)
    (undone,) = study.log.undone(session)
    assert (undone.id, undone.undone_at) == (wrong.id, later(1))
    told = dossier(study, session)
    assert (told.cues, told.undone) == ((first,), (undone,))
    assert [row.question for row in told.utterances] == ["hope-kept"]
    with pytest.raises(NotFound):
        study.log.undo(session, wrong.id, later(2))


def test_a_note_knows_what_was_asked_last_before_it(opened: tuple[Study, str]) -> None:
    study, session = opened
    study.log.jot(session, at_ms=500, text="before", now=later(0.5))
    study.log.cue(session, question="hope-kept", move=Move.ASK, at_ms=1_000, now=later(1))
    study.log.jot(session, at_ms=1_000, text="at once", now=later(1))
    study.log.cue(session, question="role-model-lately", move=Move.SKIP, at_ms=2_000, now=later(2))
    study.log.mark(session, at_ms=2_500, now=later(2.5))
    study.log.cue(session, question="story-used", move=Move.ASK, at_ms=3_000, now=later(3))
    study.log.jot(session, at_ms=3_000, text="off the record, before it was asked", now=later(2.9))

    assert [note.question for note in study.log.jottings(session)] == [None, "hope-kept", "hope-kept"]
    assert [mark.question for mark in study.log.marks(session)] == ["hope-kept"]


def test_a_note_says_whether_it_was_made_off_the_record(opened: tuple[Study, str]) -> None:
    study, session = opened
    study.log.jot(session, at_ms=1, text="on", now=NOW)
    study.log.jot(session, at_ms=1, text="off", off_record=True, now=NOW)
    study.log.mark(session, at_ms=1, off_record=True, now=NOW)

    assert [note.off_record for note in study.log.jottings(session)] == [False, True]
    assert [note.off_record for note in study.log.typed(session)] == [False, True]
    assert study.log.marks(session)[0].off_record


def test_of_a_study_made_before_this_the_time_says_what_was_off_the_record(study: Study, session: Session) -> None:
    study.log.jot(session.id, at_ms=5, text="on", now=later(1))
    study.log.pause(session.id, 9, later(2))
    for seconds in (2, 3):
        study.log.jot(session.id, at_ms=9, text="off", now=later(seconds))
    study.log.resume(session.id, later(4))
    study.log.jot(session.id, at_ms=9, text="on again", now=later(4))
    study._database.run("UPDATE jotting SET off_record = NULL")

    assert [note.off_record for note in study.log.jottings(session.id)] == [False, True, True, False]


def test_a_study_made_before_this_opens_and_keeps_its_notes(
    make_study: Callable[[], Study], guide: Guide, tmp_path: Path, passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        study.participants.add("50001", {}, now)
        kept = study.guides.keep(guide, now)
        session = study.sessions.begin("50001", 1, guide_sha256=kept, setting="", others_present="", now=now).id
        study.log.jot(session, at_ms=1, text="from then", now=now)
        study.log.cue(session, question=ASKED, move=Move.ASK, at_ms=1, now=now)
        for statement in (
            "DROP TRIGGER jotting_corrected_found",
            "ALTER TABLE cue DROP COLUMN undone_at",
            "ALTER TABLE jotting DROP COLUMN corrected_at",
            "ALTER TABLE jotting DROP COLUMN off_record",
            "ALTER TABLE mark DROP COLUMN off_record",
            "DELETE FROM _sqlite_migrations WHERE name = 'm015_second_thoughts'",
            "PRAGMA user_version = 0",
        ):
            study._database.run(statement)
        folder = study.folder
    with Study.open(folder, passphrase, now) as study:
        assert [note.text for note in study.log.jottings(session)] == ["from then"]
        assert [cue.question for cue in study.log.cues(session)] == [ASKED]
        assert "m015_second_thoughts" in {
            row.name for row in schema.migrations.applied(Tables(study._database.connection))
        }
        assert study.check() == ()
