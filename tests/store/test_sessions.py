"""Sittings: their ids, and the moves that each may make."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from guides import Guide
from store import BadInput, Decision, Kind, Mode, NotFound, Session, State, StateError, Study

Move = Callable[[Study, str, datetime], Session]
MOVES: dict[str, Move] = {
    "stop": lambda study, session_id, now: study.sessions.stop(
        session_id, now, recording_ms=9000, captured_ms=8000, dropped_frames=7
    ),
    "complete": lambda study, session_id, now: study.sessions.complete(session_id, now, ready_after_stop_ms=1200),
    "interrupt": lambda study, session_id, now: study.sessions.interrupt(session_id, now),
    "reopen": lambda study, session_id, now: study.sessions.reopen(session_id, now, at_ms=0),
}
WAYS: dict[State, tuple[str, ...]] = {
    State.OPEN: (),
    State.INTERRUPTED: ("interrupt",),
    State.STOPPED: ("stop",),
    State.COMPLETE: ("stop", "complete"),
    State.WITHDRAWN: ("stop", "withdraw"),
}
ALLOWED = {
    (State.OPEN, "stop"): State.STOPPED,
    (State.OPEN, "interrupt"): State.INTERRUPTED,
    (State.INTERRUPTED, "reopen"): State.OPEN,
    (State.INTERRUPTED, "stop"): State.STOPPED,
    (State.STOPPED, "complete"): State.COMPLETE,
}


def bring(study: Study, session: Session, state: State, now: datetime) -> None:
    for step in WAYS[state]:
        if step == "withdraw":
            study.withdraw_audio(session.id, transcript=False, recorded_by="ME", now=now)
        else:
            MOVES[step](study, session.id, now)


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("state", State)
def test_a_session_moves_only_where_it_may(
    study: Study, session: Session, now: datetime, state: State, move: str
) -> None:
    bring(study, session, state, now)
    assert study.sessions.get(session.id).state is state
    if (state, move) in ALLOWED:
        assert MOVES[move](study, session.id, now).state is ALLOWED[state, move]
    else:
        with pytest.raises(StateError):
            MOVES[move](study, session.id, now)
        assert study.sessions.get(session.id).state is state


def test_ids_say_who_which_wave_and_which_sitting(study: Study, guide: Guide, now: datetime) -> None:
    study.participants.add("70001", {}, now)
    begun = [
        study.sessions.begin("70001", wave, guide_sha256=guide.sha256, setting="", others_present="", now=now)
        for wave in (1, 1, 2)
    ]
    assert [session.id for session in begun] == ["70001-w1-1", "70001-w1-2", "70001-w2-1"]
    assert all((session.state, session.mode) == (State.OPEN, Mode.NOTES) for session in begun)


def test_only_what_reads_takes_the_beginning_of_an_id(study: Study, guide: Guide, now: datetime) -> None:
    study.participants.add("71", {}, now)
    for wave in (1, 2, 2):
        study.sessions.begin("71", wave, guide_sha256=guide.sha256, setting="", others_present="", now=now)
    assert study.sessions.beginning_with("71-w1").id == study.sessions.beginning_with("71-w1-1").id == "71-w1-1"
    with pytest.raises(NotFound, match="71-w2-1 or 71-w2-2"):
        study.sessions.beginning_with("71-w2")
    with pytest.raises(NotFound, match="give the whole id, such as 71-w1-1"):
        study.sessions.get("71-w1")
    for nobody in ("", "99", "71-w3", "71%"):
        for look in (study.sessions.get, study.sessions.beginning_with):
            with pytest.raises(NotFound):
                look(nobody)


def test_nothing_begins_without_participant_guide_and_wave(study: Study, guide: Guide, now: datetime) -> None:
    study.participants.add("72", {}, now)
    for participant, wave, sha256, error in (
        ("nobody", 1, guide.sha256, NotFound),
        ("72", 0, guide.sha256, BadInput),
        ("72", guide.waves + 1, guide.sha256, BadInput),
        ("72", 1, "0" * 64, NotFound),
    ):
        with pytest.raises(error):
            study.sessions.begin(participant, wave, guide_sha256=sha256, setting="", others_present="", now=now)


def test_what_a_session_was_is_kept_with_it(study: Study, session: Session, now: datetime) -> None:
    study.sessions.note_machine(session.id, "tiny.en", "cpu")
    study.sessions.note_language(session.id, "pt")
    study.sessions.acknowledge(session.id, 12, 3000, 2900)
    running = study.sessions.get(session.id)
    assert (running.acked_seq, running.recording_ms, running.captured_ms) == (12, 3000, 2900)
    assert (running.model, running.device, running.language) == ("tiny.en", "cpu", "pt")
    MOVES["stop"](study, session.id, now + timedelta(hours=1))
    done = MOVES["complete"](study, session.id, now + timedelta(hours=2))
    assert (done.recording_ms, done.captured_ms, done.dropped_frames) == (9000, 8000, 7)
    assert (done.stopped_at, done.ready_after_stop_ms) == (now + timedelta(hours=1), 1200)
    assert (done.model, done.device, done.setting, done.others_present) == ("tiny.en", "cpu", "office", "nobody")


def test_a_receipt_for_no_session_is_refused(study: Study) -> None:
    with pytest.raises(NotFound):
        study.sessions.acknowledge("nobody-w1-1", 1, 1, 1)


def test_a_session_that_broke_off_did_so_at_the_latest_moment_that_is_written_down(
    study: Study, session: Session, now: datetime
) -> None:
    began = study.sessions.last_moment(session.id)
    study.log.mark(session.id, at_ms=60_000, now=now + timedelta(minutes=1))
    study.transcript.add_utterance(session.id, 200_000, 240_000, now + timedelta(minutes=4))
    study.log.pause(session.id, 120_000, now + timedelta(minutes=2))
    study.log.resume(session.id, now + timedelta(minutes=3))
    study.sessions.interrupt(session.id, now + timedelta(hours=9))
    study.consent.decide(
        session.id,
        Kind.QUOTING,
        Decision.WITHDRAWN,
        form_version="1",
        recorded_by="ME",
        now=now + timedelta(hours=10),
    )

    assert began == session.started_at
    assert study.sessions.last_moment(session.id) == now + timedelta(minutes=4)


def test_a_stop_may_say_that_the_end_was_earlier(study: Study, session: Session, now: datetime) -> None:
    ended_at, later = now + timedelta(minutes=4), now + timedelta(hours=9)
    stopped = study.sessions.stop(
        session.id, later, recording_ms=9000, captured_ms=8000, dropped_frames=0, ended_at=ended_at
    )

    assert stopped.stopped_at == ended_at
    assert [line.at for line in study.audit.entries() if line.subject == session.id][-1] == later
    assert study.memos.open(session.id, "", later).minutes_after == 536.0


def test_going_on_keeps_where_and_for_how_long_it_had_broken_off(study: Study, session: Session, now: datetime) -> None:
    study.log.mark(session.id, at_ms=60_000, now=now + timedelta(minutes=1))
    study.sessions.interrupt(session.id, now + timedelta(minutes=9))
    study.sessions.reopen(session.id, now + timedelta(minutes=10), at_ms=61_000)

    (one,) = study.dossier(session.id).interruptions
    assert (one.at_ms, one.went_on_at - one.broke_off_at) == (61_000, timedelta(minutes=9))
    assert study.sessions.last_moment(session.id) == now + timedelta(minutes=10)
