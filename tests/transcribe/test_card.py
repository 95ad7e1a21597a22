"""A card that fails inside the real scribe: nothing that is owed is lost, and it is said in one sentence."""

import asyncio
from pathlib import Path

import pytest

from tests.transcribe.conftest import recorded
from tests.transcribe.test_scribe import KEY, PATIENCE_S
from transcribe import wire
from transcribe.child import Child
from transcribe.recording import Samples

JOBS = tuple(wire.Hear(str(at), start, start + 2_500) for at, start in enumerate((10_500, 10_500, 900)))


async def heard(path: Path, module: str) -> list[wire.Message]:
    """Everything a scribe reports until all jobs are answered."""
    child = await Child.start(module)
    child.send(wire.Load(str(path), KEY.hex(), "tiny.en", "auto"))
    for job in JOBS:
        child.send(job)
    reports: list[wire.Message] = []
    async with asyncio.timeout(PATIENCE_S):
        async for report in child.messages():
            reports.append(report)
            if sum(isinstance(one, wire.Heard) for one in reports) == len(JOBS):
                break
    await child.leave(1)
    return reports


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory, engine_sound: Samples) -> list[wire.Message]:
    """What a scribe hears that has no card."""
    path = recorded(tmp_path_factory.mktemp("without") / "interview.db", engine_sound)
    return [one for one in asyncio.run(heard(path, "transcribe.scribe")) if isinstance(one, wire.Heard)]


@pytest.mark.asyncio
@pytest.mark.parametrize(("how", "devices"), [("load", ["cpu"]), ("work", ["cuda", "cpu"])])
async def test_a_card_that_fails_in_the_scribe_loses_no_utterance(
    engine_recording: Path,
    without: list[wire.Message],
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    devices: list[str],
) -> None:
    monkeypatch.setenv("FAILING_CARD", how)
    reports = await heard(engine_recording, "tests.transcribe.card")

    assert [one for one in reports if isinstance(one, wire.Heard)] == without
    assert [one for one in reports if isinstance(one, wire.Failed)] == []
    ready = [one for one in reports if isinstance(one, wire.Ready)]
    assert [one.device for one in ready] == devices
    assert ready[-1].compute_type == "int8"
    notices = [one.notice for one in ready if one.notice]
    assert notices == ["The CUDA graphics card does not work here; the processor does the work."]


@pytest.mark.asyncio
async def test_a_card_that_ends_the_scribe_as_it_loads_leaves_it_the_time_to_say_that_it_came_up(
    engine_recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAILING_CARD", "abort-at-load")
    assert await heard(engine_recording, "tests.transcribe.card") == [wire.Loading()]
