"""Consent, start, pause, resume, withdraw, stop in any order: no sample without a live grant, ever.

And over several sittings with one person, which break off and go on: none against what was said last.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from hypothesis.strategies import integers, sampled_from

from guides import bundled_guide
from store import ConsentRequired, Decision, Kind, State, StateError, Study
from tests.tui.scripted import ScriptedChild, scripted
from tui import going_on
from tui.beginning import Arrangement, begin
from tui.reader import Choice
from tui.session import Conductor
from tui.source import Source

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    guide = bundled_guide("open-interview")
    made, _ = Study.create(tmp_path_factory.mktemp("gate") / "s", "secret", name="Gate", guide=guide, now=NOW)
    made.participants.add("50001", {}, NOW)
    with made:
        yield made


class Sitting(RuleBasedStateMachine):
    """One participant at one table; the machine does what people do, in any order."""

    study: ClassVar[Study]

    def __init__(self) -> None:
        super().__init__()
        ScriptedChild.running.clear()
        self.loop = asyncio.new_event_loop()
        sha256 = self.study.guides.current().sha256
        self.key = self.study.sessions.begin("50001", 1, guide_sha256=sha256, setting="", others_present="", now=NOW).id
        self.conductor = self.loop.run_until_complete(self._made())
        self.captured = 0

    async def _made(self) -> Conductor:
        return Conductor(self.study, self.key, Source(), Choice("tiny.en"), lambda event: None, lambda: NOW)

    @property
    def granted(self) -> bool:
        held = self.study.consent.newest(self.key)
        return held.get(Kind.TAKING_PART) is held.get(Kind.AUDIO) is Decision.GRANTED

    @rule(kind=sampled_from([Kind.TAKING_PART, Kind.AUDIO]), decision=sampled_from(list(Decision)))
    def decide(self, kind: Kind, decision: Decision) -> None:
        if not (decision is Decision.WITHDRAWN and self.conductor.began):  # then it goes through ``withdraw``
            self._try(lambda: self.conductor.decide(kind, decision))

    @rule()
    def agree_to_everything(self) -> None:
        self.decide(Kind.TAKING_PART, Decision.GRANTED)
        self.decide(Kind.AUDIO, Decision.GRANTED)

    @precondition(lambda self: not self.conductor.began)
    @rule()
    def begin(self) -> None:
        self._try(self.conductor.begin)

    @rule()
    def pause(self) -> None:
        self._try(self.conductor.pause)

    @rule()
    def resume(self) -> None:
        self._try(self.conductor.resume)

    @rule()
    def withdraw(self) -> None:
        self._try(self.conductor.withdraw)

    @rule()
    def stop(self) -> None:
        self._try(self.conductor.stop)

    @rule()
    def somebody_speaks(self) -> None:
        for recorder in ScriptedChild.recorders():
            before = recorder.samples
            recorder.capture()
            if recorder.samples > before:
                self.captured += 1
                assert self.granted, "a sample was taken without a live grant"
        self._settle()

    @invariant()
    def a_recorder_runs_only_with_a_live_grant(self) -> None:
        assert not ScriptedChild.recorders() or self.granted

    @invariant()
    def a_key_is_there_only_with_consent_once_given(self) -> None:
        recorded = self.study.sessions.get(self.key).mode.value == "audio"
        try:
            self.study.permit_recording(self.key, NOW)
        except (ConsentRequired, StateError):
            return
        assert self.granted
        assert recorded

    def teardown(self) -> None:
        self.loop.run_until_complete(self.conductor.close())
        assert not ScriptedChild.recorders()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    def _try(self, act: Any) -> None:
        async def doing() -> None:
            result = act()
            if asyncio.iscoroutine(result):
                await result

        with contextlib.suppress(ConsentRequired, StateError):
            self.loop.run_until_complete(doing())
        self._settle()

    def _settle(self) -> None:
        for _ in range(5):
            self.loop.run_until_complete(asyncio.sleep(0))


def test_no_sample_is_ever_taken_without_a_live_grant(study: Study) -> None:
    Sitting.study = study
    machine = Sitting.TestCase
    machine.settings = settings(
        max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
    )
    with scripted(ScriptedChild):
        machine("runTest").runTest()


def test_the_recorder_of_the_machine_counts_when_everything_is_granted(study: Study) -> None:
    Sitting.study = study
    with scripted(ScriptedChild):
        sitting = Sitting()
        sitting.decide(Kind.TAKING_PART, Decision.GRANTED)
        sitting.decide(Kind.AUDIO, Decision.GRANTED)
        sitting.begin()
        sitting.somebody_speaks()
        assert sitting.captured == 1
        sitting.withdraw()
        sitting.somebody_speaks()
        assert sitting.captured == 1
        sitting.teardown()


HOURS = (0.0, 1.9, 2.1, 24.0, 8760.0, -0.1, -8760.0)
ANSWERS = (
    {Kind.TAKING_PART: Decision.GRANTED, Kind.AUDIO: Decision.GRANTED},
    {Kind.TAKING_PART: Decision.GRANTED, Kind.AUDIO: Decision.DECLINED},
    {Kind.TAKING_PART: Decision.DECLINED, Kind.AUDIO: Decision.DECLINED},
)


class Sittings(RuleBasedStateMachine):
    """One person, several sittings; each breaks off, may be withdrawn, and goes on at any hour, asked anew or not."""

    study: ClassVar[Study]
    recorded: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        ScriptedChild.running.clear()
        self.loop = asyncio.new_event_loop()
        self.now = NOW
        self.number = f"6{len(self.study.participants.list()):04}"
        self.study.participants.add(self.number, {}, NOW)
        self.said: list[tuple[str, Kind, Decision]] = []
        self.left: dict[str, datetime] = {}

    @rule(hours=sampled_from(HOURS))
    def the_clock_of_the_world_moves(self, hours: float) -> None:
        self.now = self.now + timedelta(hours=hours) if abs(hours) < 8760 else NOW + timedelta(hours=hours)

    @rule(answers=sampled_from(ANSWERS))
    def a_sitting_begins(self, answers: dict[Kind, Decision]) -> None:
        session = begin(self.study, self._arranged(answers), self.now)
        self._heard(session.id, answers)
        if session.state is State.OPEN:
            self._conduct(session.id)

    @precondition(lambda self: self.left)
    @rule(which=integers(0, 3), answers=sampled_from((None, None, *ANSWERS)))
    def one_goes_on(self, which: int, answers: dict[Kind, Decision] | None) -> None:
        key = list(self.left)[which % len(self.left)]
        if self.study.sessions.get(key).state is not State.INTERRUPTED:
            return
        try:
            going_on.reopen(self.study, key, self.now, None if answers is None else self._arranged(answers))
        except ConsentRequired:
            assert self.study.sessions.get(key).state is State.INTERRUPTED
            return
        assert not self._refused_since(key), "it goes on against what was said last"
        fresh = timedelta(0) <= self.now - self.left[key] <= timedelta(hours=2)
        assert fresh or answers is not None, "it goes on unasked"
        if answers is not None:
            self._heard(key, answers)
        self._conduct(key)

    @precondition(lambda self: self.left)
    @rule(which=integers(0, 3), kind=sampled_from((Kind.TAKING_PART, Kind.AUDIO)))
    def one_is_withdrawn(self, which: int, kind: Kind) -> None:
        key = list(self.left)[which % len(self.left)]
        if self.study.consent.newest(key).get(kind) is not Decision.GRANTED:
            return
        if kind is Kind.AUDIO:
            self.study.withdraw_audio(key, transcript=False, recorded_by="i", now=self.now)
        else:
            self.study.withdraw_taking_part(key, notes=False, recorded_by="i", now=self.now)
        self._heard(key, {kind: Decision.WITHDRAWN})

    def teardown(self) -> None:
        self.loop.close()

    def _arranged(self, answers: dict[Kind, Decision]) -> Arrangement:
        use = dict.fromkeys((Kind.QUOTING, Kind.CONTACT), Decision.DECLINED)
        return Arrangement(self.number, 1, {**answers, **use}, "", "")

    def _conduct(self, key: str) -> None:
        """It is conducted, somebody speaks, and the program is gone; the next one finds the session open."""
        self.loop.run_until_complete(self._conducted(key))
        self.study.sessions.interrupt(key, self.now)
        self.left[key] = self.study.sessions.last_moment(key)

    async def _conducted(self, key: str) -> None:
        conductor = Conductor(self.study, key, Source(), Choice("tiny.en"), lambda event: None, lambda: self.now)
        conductor.begin()
        for _ in range(5):
            await asyncio.sleep(0)
        for recorder in ScriptedChild.recorders():
            before = recorder.samples
            recorder.capture()
            if recorder.samples > before:
                assert all(self._newest(key, kind) is Decision.GRANTED for kind in (Kind.TAKING_PART, Kind.AUDIO))
                assert not self._refused_since(key), "a sample was taken against what was said last"
                Sittings.recorded += 1
        await conductor.abandon()

    def _heard(self, key: str, answers: dict[Kind, Decision]) -> None:
        self.said += [(key, kind, decision) for kind, decision in answers.items()]

    def _newest(self, key: str, kind: Kind) -> Decision:
        return next(decision for one, of, decision in reversed(self.said) if (one, of) == (key, kind))

    def _refused_since(self, key: str) -> bool:
        """Whether the person has refused, in any sitting, what is granted in this one, after it was granted there."""
        for kind in (Kind.TAKING_PART, Kind.AUDIO):
            theirs = max(at for at, (one, of, _) in enumerate(self.said) if (one, of) == (key, kind))
            later = [decision for _, of, decision in self.said[theirs + 1 :] if of is kind]
            if self._newest(key, kind) is Decision.GRANTED and any(one is not Decision.GRANTED for one in later):
                return True
        return False


def test_no_sample_is_ever_taken_against_the_newest_word(study: Study) -> None:
    machine = type("OneAfterAnother", (Sittings,), {"study": study})
    limits = settings(max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    with scripted(ScriptedChild):
        run_state_machine_as_test(machine, settings=limits)
    assert Sittings.recorded, "nobody was ever heard: the machine proves nothing"


def test_declining_leaves_neither_key_nor_file(study: Study, tmp_path: Path) -> None:
    sha256 = study.guides.current().sha256
    key = study.sessions.begin("50001", 2, guide_sha256=sha256, setting="", others_present="", now=NOW).id
    for kind, decision in ((Kind.TAKING_PART, Decision.GRANTED), (Kind.AUDIO, Decision.DECLINED)):
        study.consent.decide(key, kind, decision, form_version="1", recorded_by="interviewer", now=NOW)
    with pytest.raises(ConsentRequired):
        study.permit_recording(key, NOW)
    assert not (study.folder / "recordings" / f"{key}.db").exists()
