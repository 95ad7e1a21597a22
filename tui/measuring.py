"""Measures this machine, in a child of its own; knows nothing of screens."""

from __future__ import annotations

import asyncio
from datetime import datetime

import psutil

from transcribe import measurement, models, pace, wire
from transcribe.child import Child
from transcribe.errors import ChildError, NotStartedError, TranscribeError, WireError
from tui.demo.script import sound_path

# The child keeps to a few seconds of its own accord; one that hangs in a library is ended.
_PATIENCE_S = 45.0
_LOOK_S = 0.5
FAILED = "This machine could not be measured; try again: vivavoce doctor --measure"


def kept() -> wire.Measurement | None:
    """What is known of this machine, while it holds."""
    return measurement.kept(models.installed())


def well_known() -> bool:
    """Whether it was measured, and while the machine was quiet."""
    known = kept()
    return known is not None and known.others <= pace.QUIET


async def others() -> float:
    """The share of all processors that programs have just now, 0 to 1."""
    psutil.cpu_percent()
    await asyncio.sleep(_LOOK_S)
    return float(psutil.cpu_percent()) / 100


async def measure(now: datetime) -> wire.Measurement:
    """Measure, keep the result for this machine, and give it back. Raises TranscribeError where there is none.

    A library that ends the child, as one of a graphics card may, leaves what was measured before.
    """
    there_are = models.installed()
    busy = await others()
    reports = await _reports(tuple(one.name for one in sorted(there_are, key=lambda one: one.size_bytes)))
    timings = tuple(one for one in reports if isinstance(one, wire.Timing))
    if not timings:
        failed = next((one for one in reports if isinstance(one, wire.Failed)), None)
        raise ChildError(FAILED if failed is None else failed.text)
    unusable = tuple(one for one in reports if isinstance(one, wire.Unusable))
    measured = wire.Measurement(now.isoformat(), measurement.state(there_are), busy, timings, unusable)
    measurement.keep(measured)
    return measured


async def when_quiet(now: datetime) -> bool:
    """Measure, unless that was done well or others need the machine; whether there is nothing left to do."""
    if well_known():
        return True
    if await others() > pace.QUIET:
        return False
    try:
        await measure(now)
    except NotStartedError:
        return False  # there may be room for it in a while
    except TranscribeError:
        pass
    return True


async def _reports(names: tuple[str, ...]) -> list[wire.Message]:
    child = await Child.start_patiently("transcribe.measure")
    reports: list[wire.Message] = []
    try:
        child.send(wire.Measure(names, str(sound_path())))
        async with asyncio.timeout(_PATIENCE_S):
            async for report in child.messages():
                reports.append(report)  # noqa: PERF401 - what came before the end counts
    except (TimeoutError, WireError):
        pass
    finally:
        child.kill()
        await child.leave(0.5)
    return reports
