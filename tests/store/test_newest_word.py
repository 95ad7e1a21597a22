"""The participant's newest word: a refusal in one sitting holds against every grant before it, whatever the clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlcipher3 import dbapi2

from store import ConsentRequired, Decision, Kind, Session, State, StateError, Study

GATE = (Kind.TAKING_PART, Kind.AUDIO)
REFUSALS = (Decision.DECLINED, Decision.WITHDRAWN)
Sit = Callable[..., Session]


def decide(study: Study, session_id: str, kind: Kind, decision: Decision, now: datetime) -> None:
    study.consent.decide(session_id, kind, decision, form_version="1", recorded_by="ME", now=now)


def sit(study: Study, number: str, now: datetime, **refused: Decision) -> str:
    """A sitting in which all is granted, but for what is refused."""
    sha256 = study.guides.current().sha256
    key = study.sessions.begin(number, 1, guide_sha256=sha256, setting="", others_present="", now=now).id
    for kind in Kind:
        decide(study, key, kind, refused.get(kind.value, Decision.GRANTED), now)
    return key


@pytest.fixture
def left(study: Study, session: Session, now: datetime) -> Session:
    """A session that was recorded and broke off."""
    study.permit_recording(session.id, now)
    return study.sessions.interrupt(session.id, now)


def may_go_on(study: Study, session_id: str, now: datetime) -> bool:
    """Whether it can be opened again and recorded; where not, nothing of it has changed."""
    try:
        with study.at_once():
            study.sessions.reopen(session_id, now, at_ms=0)
            study.permit_recording(session_id, now)
    except ConsentRequired:
        assert study.sessions.get(session_id).state is State.INTERRUPTED
        return False
    return True


@pytest.mark.parametrize("days", [-400, 1])
@pytest.mark.parametrize("decision", REFUSALS)
@pytest.mark.parametrize("kind", GATE)
def test_a_refusal_in_a_later_sitting_holds_against_the_grant_before_it(
    study: Study, left: Session, now: datetime, kind: Kind, decision: Decision, days: int
) -> None:
    then = now + timedelta(days=days)  # the clock was set back, or it was not
    other = sit(study, left.participant, then, **{kind.value: decision})
    with pytest.raises(ConsentRequired, match=f"was {decision} in session {other}, after it was agreed to"):
        study.sessions.reopen(left.id, then, at_ms=0)
    assert not may_go_on(study, left.id, then)


@pytest.mark.parametrize("kind", GATE)
def test_a_grant_after_a_refusal_counts_where_it_was_given_and_nowhere_else(
    study: Study, left: Session, now: datetime, kind: Kind
) -> None:
    study.sessions.interrupt(sit(study, left.participant, now, **{kind.value: Decision.DECLINED}), now)
    third = sit(study, left.participant, now)
    assert study.permit_recording(third, now)
    study.sessions.interrupt(third, now)
    assert not may_go_on(study, left.id, now)
    assert may_go_on(study, third, now)


@pytest.mark.parametrize("kind", GATE)
def test_asked_anew_it_goes_on(study: Study, left: Session, now: datetime, kind: Kind) -> None:
    sit(study, left.participant, now, **{kind.value: Decision.DECLINED})
    decide(study, left.id, kind, Decision.GRANTED, now)
    assert may_go_on(study, left.id, now)


def test_what_was_recorded_before_is_taken_back_and_the_newer_sitting_too(
    study: Study, left: Session, now: datetime
) -> None:
    newer = sit(study, left.participant, now)
    study.sessions.interrupt(newer, now)
    study.withdraw_audio(left.id, transcript=False, recorded_by="ME", now=now)
    assert not may_go_on(study, newer, now)


def test_a_session_of_notes_goes_on_whatever_is_said_of_audio_but_not_without_taking_part(
    study: Study, begin: Callable[..., Session], now: datetime
) -> None:
    notes = begin(study, granted=(Kind.TAKING_PART,))
    study.sessions.interrupt(notes.id, now)
    sit(study, notes.participant, now, audio=Decision.DECLINED)
    assert study.sessions.reopen(notes.id, now, at_ms=0).state is State.OPEN
    study.sessions.interrupt(notes.id, now)
    sit(study, notes.participant, now, taking_part=Decision.DECLINED)
    with pytest.raises(ConsentRequired):
        study.sessions.reopen(notes.id, now, at_ms=0)


def test_a_refusal_counts_also_where_its_sitting_was_annulled(study: Study, left: Session, now: datetime) -> None:
    other = sit(study, left.participant, now, audio=Decision.DECLINED)
    study.sessions.stop(other, now, recording_ms=0, captured_ms=0, dropped_frames=0)
    study.annulment.annul(other, "Tab went to the wrong row", now)
    assert not may_go_on(study, left.id, now)


def test_another_person_and_another_kind_change_nothing(
    study: Study, left: Session, begin: Callable[..., Session], now: datetime
) -> None:
    decide(study, begin(study).id, Kind.AUDIO, Decision.DECLINED, now)
    sit(study, left.participant, now, quoting=Decision.DECLINED, contact=Decision.DECLINED)
    assert may_go_on(study, left.id, now)


@pytest.mark.parametrize("kind", GATE)
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE session SET state = 'open' WHERE id = ?",
        "INSERT OR REPLACE INTO recording_key (session, key, made_at) VALUES (?, zeroblob(32), '')",
    ],
)
def test_the_database_itself_holds_a_refusal_against_the_grant_before_it(
    study: Study, session: Session, connect: Callable[[Study], dbapi2.Connection], now: datetime, kind: Kind, sql: str
) -> None:
    if sql.startswith("UPDATE"):
        study.sessions.interrupt(session.id, now)
    sit(study, session.participant, now, **{kind.value: Decision.DECLINED})
    beside = connect(study)
    with pytest.raises(dbapi2.IntegrityError, match="consent: "):
        beside.execute(sql, (session.id,))
    beside.close()


def test_sessions_stand_in_the_order_in_which_they_were_begun_whatever_the_clock(
    make_study: Callable[[], Study], now: datetime
) -> None:
    with make_study() as study:
        study.participants.add("70001", {}, now)
        begun = [sit(study, "70001", now + timedelta(days=days)) for days in (400, 0, -400, 30)]
        study._database.run("VACUUM")
        begun.append(sit(study, "70001", now))
        assert [one.id for one in study.sessions.list()] == begun


def test_a_study_of_the_release_before_learns_of_it(
    make_study: Callable[[], Study], begin: Callable[..., Session], passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        left = begin(study)
        study.sessions.interrupt(left.id, now)
        sit(study, left.participant, now, audio=Decision.DECLINED)
        for trigger in ("recording_key_needs_the_newest_word", "opening_again_needs_the_newest_word"):
            study._database.run(f"DROP TRIGGER {trigger}")
        study._database.run("DELETE FROM _sqlite_migrations WHERE name = 'm018_the_newest_word'")
        study._database.run("PRAGMA user_version = 1")
        folder = study.folder
    with Study.open(folder, passphrase, now) as again:
        assert again.check() == ()
        with pytest.raises(dbapi2.IntegrityError, match="consent: "):
            again._database.connection.execute("UPDATE session SET state = 'open' WHERE id = ?", (left.id,))


class _Sittings(RuleBasedStateMachine):
    """Sittings with one person, in which anything may be decided, break off, be annulled and go on, at any hour."""

    study: Study
    numbers: Iterator[int] = itertools.count(80001)

    @initialize()
    def somebody(self) -> None:
        self.now = _START
        self.number = str(next(self.numbers))
        self.study.participants.add(self.number, {}, self.now)
        self.sittings: list[str] = []
        self.said: list[tuple[str, Kind, Decision]] = []

    @rule(hours=st.integers(-30_000, 30_000))
    def the_clock_is_set(self, hours: int) -> None:
        self.now = _START + timedelta(hours=hours)

    @rule(refused=st.sets(st.sampled_from(list(Kind))))
    def a_sitting_begins(self, refused: set[Kind]) -> None:
        for key in self.sittings:
            if self._state(key) is State.OPEN:
                self.study.sessions.interrupt(key, self.now)
        sha256 = self.study.guides.current().sha256
        key = self.study.sessions.begin(
            self.number, 1, guide_sha256=sha256, setting="", others_present="", now=self.now
        ).id
        self.sittings.append(key)
        for kind in Kind:
            self._decide(key, kind, Decision.DECLINED if kind in refused else Decision.GRANTED)

    @rule(which=st.integers(0, 4), kind=st.sampled_from(GATE), decision=st.sampled_from(list(Decision)))
    def something_is_decided(self, which: int, kind: Kind, decision: Decision) -> None:
        if which < len(self.sittings):
            self._decide(self.sittings[which], kind, decision)

    @rule(which=st.integers(0, 4))
    def one_breaks_off(self, which: int) -> None:
        if which < len(self.sittings) and self._state(self.sittings[which]) is State.OPEN:
            self.study.sessions.interrupt(self.sittings[which], self.now)

    @rule(which=st.integers(0, 4))
    def one_is_annulled(self, which: int) -> None:
        if which < len(self.sittings) and not self.study.annulment.why_not(self.sittings[which]):
            self.study.annulment.annul(self.sittings[which], "a mistake", self.now)

    @rule(which=st.integers(0, 4))
    def one_goes_on(self, which: int) -> None:
        if which >= len(self.sittings) or self._state(self.sittings[which]) is not State.INTERRUPTED:
            return
        key = self.sittings[which]
        try:
            self.study.sessions.reopen(key, self.now, at_ms=0)
        except (ConsentRequired, StateError):
            assert self._refused(key) or self.study.sessions.get(key).annulled_at is not None
        else:
            assert not self._refused(key)

    @invariant()
    def nothing_is_recorded_against_the_newest_word(self) -> None:
        for key in getattr(self, "sittings", ()):
            try:
                self.study.permit_recording(key, self.now)
            except (ConsentRequired, StateError):
                continue
            assert all(self._newest(key, kind) is Decision.GRANTED for kind in GATE)
            assert not any(self._refused_since(key, kind) for kind in GATE)

    def _state(self, key: str) -> State:
        return self.study.sessions.get(key).state

    def _decide(self, key: str, kind: Kind, decision: Decision) -> None:
        try:
            decide(self.study, key, kind, decision, self.now)
        except StateError:
            assert self.study.sessions.get(key).annulled_at is not None
        else:
            self.said.append((key, kind, decision))

    def _newest(self, key: str, kind: Kind) -> Decision:
        return next(decision for one, of, decision in reversed(self.said) if (one, of) == (key, kind))

    def _refused_since(self, key: str, kind: Kind) -> bool:
        theirs = max(at for at, (one, of, _) in enumerate(self.said) if (one, of) == (key, kind))
        return any(of is kind and decision in REFUSALS for _, of, decision in self.said[theirs + 1 :])

    def _refused(self, key: str) -> bool:
        """Whether what it would be opened for was refused since."""
        recorded = self._newest(key, Kind.AUDIO) is Decision.GRANTED
        return self._refused_since(key, Kind.TAKING_PART) or (recorded and self._refused_since(key, Kind.AUDIO))


_START = datetime.fromisoformat("2026-03-02T09:30:00+00:00")


def test_no_order_of_sittings_records_against_the_newest_word(make_study: Callable[[], Study]) -> None:
    with make_study() as study:
        machine = type("Sittings", (_Sittings,), {"study": study})
        limits = settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        )
        run_state_machine_as_test(machine, settings=limits)
