"""Looks a machine and a study over: what is there, what is wrong, how to mend it."""

from __future__ import annotations

import asyncio
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from store import StoreError, Study
from store.clock import moment
from store.localtime import local_time
from transcribe import models, speaker_model
from transcribe.errors import TranscribeError
from transcribe.pace import QUIET, work
from transcribe.wire import Awake, Measurement, Timing, Unusable
from tui import awake, measuring, swap
from tui.awake import MAY_SLEEP
from tui.clock import world_now
from tui.log import log_path
from tui.machine import device_words
from tui.reader import AUTO, Choice, Reader, settled

# An hour of sound takes about 140 MB; below this much free space a long interview is at risk.
LEAST_FREE_BYTES = 2 * 10**9
BUSY = " while other programs took {share:.0%} of the processor; once they rest: vivavoce doctor --measure"


@dataclass(frozen=True)
class Row:
    """One thing looked at. Where it is not ``ok`` the text says how to mend it."""

    check: str
    ok: bool
    text: str


def examine(folder: Path, passphrase: str | None) -> tuple[Row, ...]:
    """Every row about the machine, then those about the study, if it can be opened."""
    return (*machine(folder), *_study(folder, passphrase))


def machine(folder: Path) -> Iterator[Row]:
    """What this machine offers."""
    yield Row("vivavoce", True, f"{version('vivavoce')}, Python {platform.python_version()}, {platform.system()}")
    yield _told("microphone", _microphone)
    yield _told("compute", _compute)
    yield from speed(measuring.kept())
    for model in models.installed():
        yield _told(f"model {model.name}", partial(_model, model))
    yield _told("speakers", _speakers)
    yield _free_space(folder)
    yield Row("awake", True, awake_words(asyncio.run(awake.answer())))
    yield Row("swap", True, swap.look().value)
    yield Row("log", True, str(log_path()))


def speed(measured: Measurement | None) -> Iterator[Row]:
    """What ``auto`` comes to, and the figures it goes by; slow is no fault."""
    yield Row("auto", True, auto_words(settled(Choice(AUTO)), measured))
    for timing in measured.timings if measured else ():
        yield Row(f"speed {timing.model}", True, timing_words(timing))
    for way in measured.unusable if measured else ():
        yield Row(f"speed {way.model}", True, unusable_words(way))


def auto_words(reader: Reader, measured: Measurement | None, how: str = "vivavoce doctor --measure measures it") -> str:
    """What ``auto`` comes to, in words, and since when that is known; else ``how`` that is found out."""
    if measured is None or not reader.compute_type:
        return f"{reader.model}, on {device_words(reader.device)}; not measured here: {how}"
    threads = _threads(reader.threads)
    captions = "with captions" if reader.captions else "without captions: this machine is too slow for them"
    when = local_time(moment(measured.at))
    busy = BUSY.format(share=measured.others) if measured.others > QUIET else ""
    where = f"{device_words(reader.device)} ({reader.compute_type}, {threads})"
    return f"{reader.model}, on the {where}, {captions}; measured {when}{busy}"


def timing_words(timing: Timing) -> str:
    """One way of reading, in figures."""
    alone, both = (work(timing, captions=captions) for captions in (False, True))
    return (
        f"{device_words(timing.device)}, {timing.compute_type}, {_threads(timing.threads)}: {both:.2f} of real time, "
        f"{alone:.2f} without captions (10 s window {timing.encode_ms:.0f} ms, token {timing.caption_token_ms:.1f} ms, "
        f"in the final {timing.final_token_ms:.1f} ms)"
    )


def unusable_words(way: Unusable) -> str:
    """A way of reading that was tried in vain."""
    return f"{device_words(way.device)}, {way.compute_type}: does not work here and is left out"


def findings(study: Study) -> Iterator[Row]:
    """What is wrong with an open study, or one row that says nothing is."""
    found = study.check()
    for finding in found:
        yield Row(f"study {finding.code}", False, finding.text)
    if not found:
        yield Row("study", True, f"{study.folder}: nothing is wrong")
    outlook = study.retention.look(world_now())
    if outlook.sentence:
        yield Row("retention", not outlook.due, outlook.sentence)


def _study(folder: Path, passphrase: str | None) -> Iterator[Row]:
    if not Study.exists(folder):
        yield Row("study", True, f"none in {folder} yet; `vivavoce study init` makes one")
    elif passphrase is None:
        yield Row("study", True, f"{folder}: not looked into without its passphrase")
    else:
        try:
            with Study.open(folder, passphrase, world_now()) as study:
                yield from findings(study)
        except StoreError as error:
            yield Row("study", False, str(error))


def _told(check: str, look: Callable[[], str]) -> Row:
    try:
        return Row(check, True, look())
    except TranscribeError as error:
        return Row(check, False, str(error))


def _microphone() -> str:
    from transcribe.devices import microphones
    from transcribe.errors import SoundError

    found = microphones()
    if not found:
        raise SoundError("there is none; connect one (an interview with notes only needs none)")
    return next((one.name for one in found if one.default), found[0].name)


def _compute() -> str:
    from transcribe.compute import choose

    compute, notice = choose("auto")
    return f"{compute.device} {compute.kind}" + (f"; {notice}" if notice else "")


def _model(model: models.Model) -> str:
    models.verify(model)
    return f"whole, {model.size_bytes / 1e6:.0f} MB"


def _speakers() -> str:
    """No speaker model is no fault: speakers are then told apart by hand."""
    if speaker_model.installed() is None:
        return f"told apart by hand; {speaker_model.MISSING}"
    speaker_model.verify()
    return "told apart by voice"


def awake_words(answer: Awake | None) -> str:
    """Whether the laptop stays awake while it records; no fault, since its settings may see to that."""
    return MAY_SLEEP if answer is None else f"the laptop stays awake while it records ({answer.how})"


def _free_space(folder: Path) -> Row:
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    text = f"{free / 1e9:.1f} GB free, about {free / 140e6:.0f} hours of recording"
    return Row("disk", free >= LEAST_FREE_BYTES, text if free >= LEAST_FREE_BYTES else f"{text}; free some space")


def _threads(count: int) -> str:
    return f"{count} thread{'' if count == 1 else 's'}"
