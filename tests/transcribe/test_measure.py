"""The child that measures: with the real model, and with a card that fails or ends the process."""

import asyncio
from pathlib import Path

import pytest

from transcribe import measure, wire
from transcribe.child import Child
from tui import demo

SOUND = Path(demo.__file__).parent / "interview.flac"
PATIENCE_S = 120.0


async def reports(module: str = "transcribe.measure", models: tuple[str, ...] = ("tiny.en",)) -> list[wire.Message]:
    child = await Child.start(module)
    child.send(wire.Measure(models, str(SOUND)))
    async with asyncio.timeout(PATIENCE_S):
        told = [report async for report in child.messages()]
    await child.leave(1)
    return told


@pytest.mark.asyncio
async def test_the_bundled_model_is_timed_on_the_processor() -> None:
    told = await reports()

    assert told
    assert all(isinstance(one, wire.Timing) for one in told)
    first = told[0]
    assert isinstance(first, wire.Timing)
    assert (first.model, first.device, first.compute_type) == ("tiny.en", "cpu", "int8")
    assert 5 < first.encode_ms < 60_000
    assert 0 < first.caption_token_ms < first.encode_ms
    assert 0 < first.final_token_ms < first.encode_ms


@pytest.mark.asyncio
async def test_a_model_that_is_not_there_is_said_in_a_sentence() -> None:
    (failed,) = await reports(models=("enormous",))

    assert isinstance(failed, wire.Failed)
    assert "enormous" in failed.text


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["load", "work"])
async def test_a_card_that_fails_is_named_and_the_processor_is_timed(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setenv("FAILING_CARD", how)
    told = await reports("tests.transcribe.card_measured")

    assert [one for one in told if isinstance(one, wire.Unusable)] == [
        wire.Unusable("tiny.en", "cuda", "float16"),
        wire.Unusable("tiny.en", "cuda", "int8_float16"),
    ]
    assert {one.device for one in told if isinstance(one, wire.Timing)} == {"cpu"}


@pytest.mark.asyncio
async def test_a_card_that_ends_the_process_leaves_what_was_measured_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAILING_CARD", "abort-at-load")
    told = await reports("tests.transcribe.card_measured")

    assert told
    assert {one.device for one in told if isinstance(one, wire.Timing)} == {"cpu"}


@pytest.mark.parametrize(("cores", "counts"), [(1, (1,)), (2, (2, 1)), (3, (3, 2, 1)), (4, (4, 2, 1))])
def test_the_likeliest_number_of_threads_is_tried_first(cores: int, counts: tuple[int, ...]) -> None:
    assert measure.thread_counts(cores) == counts
