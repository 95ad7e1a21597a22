"""The gate: no key, and so no sound, without consent that is live."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlcipher3 import dbapi2

from guides import bundled_guide
from store import ConsentRequired, Decision, Kind, Mode, NotFound, Session, State, StateError, Study

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GATE = (Kind.TAKING_PART, Kind.AUDIO)


def decide(study: Study, session: Session, kind: Kind, decision: Decision) -> None:
    study.consent.decide(session.id, kind, decision, form_version="1", recorded_by="ME", now=NOW)


def test_the_newest_decision_of_each_kind_holds_and_none_is_lost(study: Study, session: Session) -> None:
    decide(study, session, Kind.QUOTING, Decision.DECLINED)
    assert study.consent.newest(session.id)[Kind.QUOTING] is Decision.DECLINED
    history = [(entry.kind, entry.decision) for entry in study.consent.history(session.id)]
    assert history == [*((kind, Decision.GRANTED) for kind in Kind), (Kind.QUOTING, Decision.DECLINED)]


def test_an_undecided_session_gets_no_key(study: Study, begin: Callable[..., Session]) -> None:
    for granted in ((), (Kind.AUDIO,), (Kind.TAKING_PART,), (Kind.QUOTING, Kind.CONTACT)):
        with pytest.raises(ConsentRequired):
            study.permit_recording(begin(study, granted=granted).id, NOW)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(decided=st.dictionaries(st.sampled_from(list(Kind)), st.sampled_from(list(Decision))))
def test_a_microphone_is_tried_only_once_taking_part_and_audio_are_granted(
    study: Study, session: Session, decided: dict[Kind, Decision]
) -> None:
    granted = all(decided.get(kind) is Decision.GRANTED for kind in GATE)
    logged = len(study.audit.entries())
    if granted:
        study.permit_check(session.participant, decided, NOW)
        newest = study.audit.entries()[-1]
        assert (newest.action, newest.subject) == ("microphone tried", study.participants.get(session.participant).id)
    else:
        with pytest.raises(ConsentRequired, match="nothing is recorded without it"):
            study.permit_check(session.participant, decided, NOW)
    assert len(study.audit.entries()) == logged + granted


def test_no_microphone_is_tried_for_somebody_the_study_does_not_know(study: Study) -> None:
    with pytest.raises(NotFound):
        study.permit_check("99999", dict.fromkeys(GATE, Decision.GRANTED), NOW)


@pytest.mark.parametrize("decision", [Decision.DECLINED, Decision.WITHDRAWN])
@pytest.mark.parametrize("kind", GATE)
def test_a_refusal_closes_the_gate_again(study: Study, session: Session, kind: Kind, decision: Decision) -> None:
    study.permit_recording(session.id, NOW)
    decide(study, session, kind, decision)
    with pytest.raises(ConsentRequired):
        study.permit_recording(session.id, NOW)
    with pytest.raises(ConsentRequired):
        study.permit_listening(session.id)


def test_a_permit_names_the_same_key_every_time_and_hides_it(study: Study, session: Session) -> None:
    first, second = study.permit_recording(session.id, NOW), study.permit_recording(session.id, NOW)
    assert first == second == study.permit_listening(session.id)
    assert len(first.key) == 32
    assert first.path == study.folder / "recordings" / f"{session.id}.db"
    assert first.key.hex() not in repr(first)
    assert repr(first.key) not in repr(first)


def test_a_session_that_is_over_is_listened_to_and_not_recorded(study: Study, session: Session) -> None:
    permit = study.permit_recording(session.id, NOW)
    study.sessions.stop(session.id, NOW, recording_ms=1, captured_ms=1, dropped_frames=0)
    with pytest.raises(StateError):
        study.permit_recording(session.id, NOW)
    assert study.permit_listening(session.id) == permit


def test_there_is_nothing_to_listen_to_before_a_recording(study: Study, session: Session) -> None:
    with pytest.raises(NotFound):
        study.permit_listening(session.id)


def test_audio_sets_how_an_open_session_is_kept(study: Study, begin: Callable[..., Session]) -> None:
    session = begin(study, granted=(Kind.TAKING_PART,))
    assert session.mode is Mode.NOTES
    decide(study, session, Kind.AUDIO, Decision.GRANTED)
    assert study.sessions.get(session.id).mode is Mode.AUDIO
    decide(study, session, Kind.AUDIO, Decision.WITHDRAWN)
    assert study.sessions.get(session.id).mode is Mode.NOTES


INSERT_KEY = "INSERT OR REPLACE INTO recording_key (session, key, made_at) VALUES (?, zeroblob(32), '')"


@pytest.mark.parametrize("closed", ["undecided", "declined", "stopped"])
def test_the_database_itself_refuses_a_key_without_live_consent(
    study: Study, begin: Callable[..., Session], connect: Callable[[Study], dbapi2.Connection], closed: str
) -> None:
    session = begin(study, granted=() if closed == "undecided" else GATE)
    if closed == "declined":
        decide(study, session, Kind.AUDIO, Decision.DECLINED)
    if closed == "stopped":
        study.sessions.stop(session.id, NOW, recording_ms=1, captured_ms=1, dropped_frames=0)
    with pytest.raises(dbapi2.IntegrityError, match="not agreed"):
        connect(study).execute(INSERT_KEY, (session.id,))


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE decision SET decision = 'granted'",
        "DELETE FROM decision",
        "UPDATE audit SET action = 'nothing'",
        "DELETE FROM audit",
        "UPDATE recording_key SET key = zeroblob(32)",
        "UPDATE version SET text = 'something else'",
        "DELETE FROM version",
        "UPDATE memo_version SET text = 'something else'",
    ],
)
def test_what_is_only_added_to_is_never_rewritten(
    study: Study,
    session: Session,
    connect: Callable[[Study], dbapi2.Connection],
    say: Callable[..., str],
    tampering: str,
) -> None:
    study.permit_recording(session.id, NOW)
    say(study, session.id, "as it was said")
    study.memos.keep_version(study.memos.open(session.id, "first words", NOW).id, NOW)
    with pytest.raises(dbapi2.IntegrityError, match="state: "):
        connect(study).execute(tampering)


class Gate(RuleBasedStateMachine):
    """Whatever is decided, asked for and destroyed, in whatever order: a key only while both are granted."""

    study: ClassVar[Study]
    count: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        Gate.count += 1
        guide = self.study.guides.current()
        self.study.participants.add(str(self.count), {}, NOW)
        self.session = self.study.sessions.begin(
            str(self.count), 1, guide_sha256=guide.sha256, setting="", others_present="", now=NOW
        )
        self.decided: dict[Kind, Decision] = {}
        self.state = State.OPEN
        self.key: bytes | None = None

    @property
    def live(self) -> bool:
        return self.state is State.OPEN and all(self.decided.get(kind) is Decision.GRANTED for kind in GATE)

    @rule(kind=st.sampled_from(GATE), decision=st.sampled_from(Decision))
    def decision_is_recorded(self, kind: Kind, decision: Decision) -> None:
        decide(self.study, self.session, kind, decision)
        self.decided[kind] = decision

    @rule()
    def recorder_asks(self) -> None:
        if not self.live:
            with pytest.raises((ConsentRequired, StateError)):
                self.study.permit_recording(self.session.id, NOW)
            return
        permit = self.study.permit_recording(self.session.id, NOW)
        assert self.key in {None, permit.key}
        self.key = permit.key

    @rule()
    def listener_asks(self) -> None:
        refused = any(self.decided.get(kind) in {Decision.DECLINED, Decision.WITHDRAWN} for kind in GATE)
        if refused or self.key is None:
            with pytest.raises((ConsentRequired, NotFound)):
                self.study.permit_listening(self.session.id)
        else:
            assert self.study.permit_listening(self.session.id).key == self.key

    @rule(transcript=st.booleans())
    def recording_is_destroyed(self, transcript: bool) -> None:
        if Decision.WITHDRAWN not in self.decided.values():
            with pytest.raises(ConsentRequired):
                self.study.destroy_recording(self.session.id, transcript, NOW)
            return
        self.study.destroy_recording(self.session.id, transcript, NOW)
        self.key = None
        if self.state is not State.OPEN or self.decided.get(Kind.TAKING_PART) is Decision.WITHDRAWN:
            self.state = State.WITHDRAWN

    @rule()
    def interview_stops(self) -> None:
        if self.state is State.OPEN:
            self.study.sessions.stop(self.session.id, NOW, recording_ms=1, captured_ms=1, dropped_frames=0)
            self.state = State.STOPPED

    @invariant()
    def state_is_as_expected(self) -> None:
        assert self.study.sessions.get(self.session.id).state is self.state

    @invariant()
    def utterances_need_live_consent(self) -> None:
        granted = all(self.decided.get(kind) is Decision.GRANTED for kind in GATE)
        if not granted:
            with pytest.raises(ConsentRequired):
                self.study.transcript.add_utterance(self.session.id, 0, 1, NOW)


@pytest.fixture(scope="module", autouse=True)
def gate_study(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder: Path = tmp_path_factory.mktemp("gate") / "s"
    guide = bundled_guide("peer-specialist-fidelity")
    Gate.study = Study.create(folder, "gate", name="Gate", guide=guide, now=NOW)[0]


TestGate = Gate.TestCase
TestGate.settings = settings(
    max_examples=20,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
