"""Sessions begun or refused by mistake: they stay in sight, count for nothing, and grant nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlcipher3 import dbapi2

from guides import bundled_guide
from store import (
    BadInput,
    ConsentRequired,
    Decision,
    Kind,
    NotFound,
    Rule,
    Session,
    State,
    StateError,
    Study,
)
from store.handover import export, ready

REASON = "Tab went to the wrong row"
Finish = Callable[[Study, Session, datetime], Session]


@pytest.fixture
def finish() -> Finish:
    def stop_and_complete(study: Study, session: Session, now: datetime) -> Session:
        study.sessions.stop(session.id, now, recording_ms=0, captured_ms=0, dropped_frames=0)
        return study.sessions.complete(session.id, now, ready_after_stop_ms=None)

    return stop_and_complete


def test_what_was_annulled_stays_in_sight_and_counts_no_more(
    study: Study, session: Session, finish: Finish, say: Callable[..., str], tmp_path: Path, now: datetime
) -> None:
    say(study, session.id, "quince jelly")
    held = finish(study, session, now)
    counted = study.info(now)
    annulled = study.annulment.annul(held.id, f"  {REASON}\n", now)
    assert (annulled.annulled_at, annulled.annulled_reason) == (now, REASON)
    assert annulled in study.sessions.list()
    assert annulled not in study.sessions.not_annulled()
    after = study.info(now)
    assert after.sessions.get(State.COMPLETE, 0) == counted.sessions[State.COMPLETE] - 1
    assert after.annulled == counted.annulled + 1
    assert not study.search("quince jelly")
    assert study.dossier(held.id).utterances
    assert held.id not in ready(study)
    with pytest.raises(StateError, match="was annulled"):
        export(study, [held.id], tmp_path / "out", ["txt"], unmask=False, now=now)
    assert not (tmp_path / "out").exists()
    newest = study.audit.entries()[-1]
    assert (newest.action, newest.subject) == ("session annulled", held.id)


def test_the_next_sitting_is_another_one(
    study: Study, session: Session, finish: Finish, begin: Callable[..., Session], now: datetime
) -> None:
    finish(study, session, now)
    study.annulment.annul(session.id, REASON, now)
    again = study.sessions.begin(
        session.participant, 1, guide_sha256=session.guide_sha256, setting="", others_present="", now=now
    )
    assert again.id == f"{session.participant}-w1-2"
    assert study.consent.newest(again.id) == {}


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 501])
def test_annulling_needs_a_reason(study: Study, session: Session, finish: Finish, now: datetime, reason: str) -> None:
    finish(study, session, now)
    with pytest.raises(BadInput):
        study.annulment.annul(session.id, reason, now)


def test_an_open_session_is_not_annulled_nor_one_twice(
    study: Study, session: Session, finish: Finish, now: datetime
) -> None:
    with pytest.raises(StateError, match="is open: stop it"):
        study.annulment.annul(session.id, REASON, now)
    finish(study, session, now)
    study.annulment.annul(session.id, REASON, now)
    with pytest.raises(StateError, match="already"):
        study.annulment.annul(session.id, "another reason", now)
    assert study.sessions.get(session.id).annulled_reason == REASON


def test_an_interrupted_session_that_was_annulled_does_not_go_on(study: Study, session: Session, now: datetime) -> None:
    study.sessions.interrupt(session.id, now)
    study.annulment.annul(session.id, REASON, now)
    with pytest.raises(StateError, match="was annulled"):
        study.sessions.reopen(session.id, now, at_ms=0)
    assert study.sessions.get(session.id).state is State.INTERRUPTED
    assert study.log.interruptions(session.id) == ()


@pytest.mark.parametrize("kind", Kind)
def test_what_a_participant_took_back_is_not_annulled(
    study: Study, session: Session, finish: Finish, now: datetime, kind: Kind
) -> None:
    finish(study, session, now)
    study.consent.decide(session.id, kind, Decision.WITHDRAWN, form_version="1", recorded_by="ME", now=now)
    with pytest.raises(StateError, match="was withdrawn"):
        study.annulment.annul(session.id, REASON, now)


def test_the_beginning_of_an_id_annuls_nothing(study: Study, session: Session, finish: Finish, now: datetime) -> None:
    finish(study, session, now)
    with pytest.raises(NotFound, match=f"such as {session.id}"):
        study.annulment.annul(session.id[:-2], REASON, now)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE annulment SET reason = 'another'",
        "UPDATE annulment SET annulled_at = '2020-01-01T00:00:00.000000Z', reason = ''",
        "DELETE FROM annulment",
        "INSERT INTO decision (session, kind, decision, decided_at, form_version, recorded_by)"
        " SELECT session, 'audio', 'granted', annulled_at, '1', 'x' FROM annulment LIMIT 1",
        "UPDATE session SET state = 'open' WHERE id IN (SELECT session FROM annulment)",
        "DELETE FROM handed_over",
    ],
)
def test_the_database_itself_keeps_an_annulment(
    study: Study,
    session: Session,
    finish: Finish,
    connect: Callable[[Study], dbapi2.Connection],
    now: datetime,
    sql: str,
) -> None:
    finish(study, session, now)
    study.annulment.annul(session.id, REASON, now)
    study.handed_over.note(session.id, Path("/tmp/x.md"), "0" * 64, now)
    beside = connect(study)
    with pytest.raises(dbapi2.IntegrityError, match="state: "):
        beside.execute(sql)
    beside.close()


def test_the_sound_of_an_annulled_session_can_still_be_withdrawn(
    study: Study, session: Session, record: Callable[..., Path], finish: Finish, now: datetime
) -> None:
    path = record(study, session.id)
    finish(study, session, now)
    study.annulment.annul(session.id, REASON, now)
    study.withdraw_audio(session.id, transcript=True, recorded_by="ME", now=now)
    assert not path.exists()
    left = study.sessions.get(session.id)
    assert (left.state, left.annulled_reason) == (State.WITHDRAWN, REASON)


def test_with_the_notes_of_a_withdrawal_goes_the_reason(
    study: Study, session: Session, finish: Finish, now: datetime
) -> None:
    finish(study, session, now)
    study.annulment.annul(session.id, REASON, now)
    receipt = study.withdraw_taking_part(session.id, notes=True, recorded_by="ME", now=now)
    assert "why it was annulled" in receipt.destroyed
    left = study.sessions.get(session.id)
    assert (left.annulled_at, left.annulled_reason) == (now, "")


def test_a_study_of_the_release_before_learns_of_annulments(
    make_study: Callable[[], Study], begin: Callable[..., Session], passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        people = [begin(study).participant for _ in range(3)]
        study.participants.add("40001", {"age": "41"}, now - timedelta(days=1))
        names = ("annul%", "wish_gone_with_annulment", "handed_over%", "person%", "backup%")
        chosen = " OR ".join(f"name LIKE '{name}'" for name in names)
        sql = f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND ({chosen})"
        for row in study._database.rows(sql):
            study._database.run(f"DROP TRIGGER {row['name']}")
        for statement in (
            "DROP INDEX participant_by_person",
            "ALTER TABLE participant DROP COLUMN person",
            *(f"DROP TABLE {table}" for table in ("annulment", "handed_over", "person", "backup")),
            "DELETE FROM _sqlite_migrations WHERE name IN ('m013_annulled_and_handed_over', 'm020_backups_and_stages')",
            "PRAGMA user_version = 1",
        ):
            study._database.run(statement)
        folder = study.folder
    with Study.open(folder, passphrase, now) as again:
        assert [one.number for one in again.participants.list()] == ["40001", *people]
        assert {one.number: one.id for one in again.participants.list()}["40001"] == "p1"  # who was there first
        assert len({one.id for one in again.participants.list()}) == 4
        assert again.participants.add("40002", {}, now).id == "p5"
        assert again.check() == ()


class _Orders(RuleBasedStateMachine):
    """Sittings with one person, in which anything may be decided, withdrawn, annulled and destroyed in any order."""

    study: Study

    @initialize()
    def somebody(self) -> None:
        self.now = self.study.sessions.list()[-1].started_at if self.study.sessions.list() else _START
        self.number = f"6{len(self.study.participants.list()):04}"
        self.study.participants.add(self.number, {}, self.now)
        self.sittings: list[str] = []
        self.annulled: dict[str, str] = {}

    @rule(wave=st.integers(1, 3), kinds=st.sets(st.sampled_from(list(Kind))))
    def hold(self, wave: int, kinds: set[Kind]) -> None:
        sha256 = self.study.guides.current().sha256
        session = self.study.sessions.begin(
            self.number, wave, guide_sha256=sha256, setting="", others_present="", now=self.now
        )
        assert self.study.consent.newest(session.id) == {}, "nothing is granted by what was before"
        for kind in Kind:
            decision = Decision.GRANTED if kind in kinds else Decision.DECLINED
            self._decide(session.id, kind, decision)
        self.sittings.append(session.id)

    @rule(which=st.integers(0, 5))
    def end(self, which: int) -> None:
        if (session := self._at(which)) and session.state is State.OPEN:
            self.study.sessions.stop(session.id, self.now, recording_ms=0, captured_ms=0, dropped_frames=0)

    @rule(which=st.integers(0, 5))
    def interrupt_and_go_on(self, which: int) -> None:
        session = self._at(which)
        if session and session.state is State.OPEN:
            self.study.sessions.interrupt(session.id, self.now)
        elif session and session.state is State.INTERRUPTED:
            if session.annulled_at is None:
                with suppress(ConsentRequired):  # somebody has refused since
                    self.study.sessions.reopen(session.id, self.now, at_ms=0)
            else:
                with pytest.raises(StateError):
                    self.study.sessions.reopen(session.id, self.now, at_ms=0)

    @rule(which=st.integers(0, 5), reason=st.sampled_from(["", "by mistake"]))
    def annul(self, which: int, reason: str) -> None:
        if (session := self._at(which)) is None:
            return
        history = self.study.consent.history(session.id)
        withdrawn = any(one.decision is Decision.WITHDRAWN for one in history)
        may = reason and session.annulled_at is None and session.state is not State.OPEN and not withdrawn
        if not may or session.state is State.WITHDRAWN:
            with pytest.raises((StateError, BadInput)):
                self.study.annulment.annul(session.id, reason, self.now)
            return
        self.study.annulment.annul(session.id, reason, self.now)
        self.annulled[session.id] = reason

    @rule(which=st.integers(0, 5), kind=st.sampled_from(list(Kind)), notes=st.booleans())
    def withdraw(self, which: int, kind: Kind, notes: bool) -> None:
        if (session := self._at(which)) is None:
            return
        held = self.study.consent.newest(session.id)[kind]
        if kind in (Kind.QUOTING, Kind.CONTACT):
            if held is Decision.DECLINED:
                with pytest.raises(ConsentRequired):
                    self.study.withdraw_use(session.id, kind, recorded_by="ME", now=self.now)
            else:
                self.study.withdraw_use(session.id, kind, recorded_by="ME", now=self.now)
        elif kind is Kind.AUDIO and held is not Decision.DECLINED:
            self.study.withdraw_audio(session.id, transcript=notes, recorded_by="ME", now=self.now)
        elif kind is Kind.TAKING_PART and held is not Decision.DECLINED:
            self.study.withdraw_taking_part(session.id, notes=notes, recorded_by="ME", now=self.now)
            if notes and session.id in self.annulled:
                self.annulled[session.id] = ""

    @rule(which=st.integers(0, 5), kind=st.sampled_from(list(Kind)))
    def grant(self, which: int, kind: Kind) -> None:
        session = self._at(which)
        if session and session.annulled_at is not None:
            with pytest.raises(StateError):
                self._decide(session.id, kind, Decision.GRANTED)

    @rule(which=st.integers(0, 5))
    def destroy_what_is_due(self, which: int) -> None:
        session = self._at(which)
        if session and session.state is not State.OPEN and session.destroyed_at is None:
            later = self.now + timedelta(days=400)
            self.study.retention.set(Rule(months=12), self.now)
            self.study.retention.destroy(session.id, later)
            if session.id in self.annulled:
                self.annulled[session.id] = ""

    @invariant()
    def what_was_annulled_stays_so(self) -> None:
        if not hasattr(self, "annulled"):
            return
        counted = {one.id for one in self.study.sessions.not_annulled()}
        for key in self.sittings:
            session = self.study.sessions.get(key)
            assert (key in counted) is (key not in self.annulled)
            assert session.annulled_reason == self.annulled.get(key)
            if key in self.annulled:
                assert session.state is not State.OPEN
                with pytest.raises((ConsentRequired, StateError)):
                    self.study.permit_recording(key, self.now)

    def _at(self, which: int) -> Session | None:
        return self.study.sessions.get(self.sittings[which]) if which < len(self.sittings) else None

    def _decide(self, session_id: str, kind: Kind, decision: Decision) -> None:
        self.study.consent.decide(session_id, kind, decision, form_version="1", recorded_by="ME", now=self.now)


_START = datetime.fromisoformat("2026-03-02T09:30:00+00:00")


def test_no_order_of_annulling_withdrawing_and_destroying_grants_anything(make_study: Callable[[], Study]) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    with make_study() as study:
        assert study.guides.current().sha256 == bundled_guide("peer-specialist-fidelity").sha256
        machine = type("Orders", (_Orders,), {"study": study})
        run_state_machine_as_test(machine, settings=settings(max_examples=15, stateful_step_count=15, deadline=None))
