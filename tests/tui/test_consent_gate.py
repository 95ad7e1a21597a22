"""Consent, start, pause, resume, withdraw, stop in any order: no sample without a live grant, ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import sampled_from

from guides import bundled_guide
from store import ConsentRequired, Decision, Kind, StateError, Study
from tests.tui.scripted import ScriptedChild, scripted
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


def test_declining_leaves_neither_key_nor_file(study: Study, tmp_path: Path) -> None:
    sha256 = study.guides.current().sha256
    key = study.sessions.begin("50001", 2, guide_sha256=sha256, setting="", others_present="", now=NOW).id
    for kind, decision in ((Kind.TAKING_PART, Decision.GRANTED), (Kind.AUDIO, Decision.DECLINED)):
        study.consent.decide(key, kind, decision, form_version="1", recorded_by="interviewer", now=NOW)
    with pytest.raises(ConsentRequired):
        study.permit_recording(key, NOW)
    assert not (study.folder / "recordings" / f"{key}.db").exists()
