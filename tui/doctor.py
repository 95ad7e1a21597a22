"""Looks a machine and a study over: what is there, what is wrong, how to mend it."""

from __future__ import annotations

import asyncio
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
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
from tui import awake, keychain, measuring, swap
from tui.awake import MAY_SLEEP
from tui.clock import world_now
from tui.log import log_path
from tui.machine import device_words
from tui.reader import AUTO, Choice, Reader, settled

# An hour of sound takes about 140 MB; below this much free space a long interview is at risk.
LEAST_FREE_BYTES = 2 * 10**9
BUSY = " while other programs took {share:.0%} of the processor; once they rest: vivavoce doctor --measure"


class Verdict(StrEnum):
    """What was found of a thing; ``UNSEEN``: nothing, for it was not looked at."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"
    UNSEEN = "unseen"


@dataclass(frozen=True)
class Row:
    """One thing. Where it is bad the text says how to mend it."""

    check: str
    verdict: Verdict
    text: str

    @property
    def ok(self) -> bool:
        """Whether nothing has to be mended."""
        return self.verdict is not Verdict.BAD

    def as_dict(self) -> dict[str, str | bool]:
        """As ``doctor --json`` prints it."""
        return {"check": self.check, "ok": self.ok, "text": self.text, "verdict": str(self.verdict)}


def examine(folder: Path, passphrase: str | None) -> tuple[Row, ...]:
    """Every row about the machine, then those about the study, if it can be opened."""
    return (*machine(folder), _keyring(folder), *_study(folder, passphrase))


def machine(folder: Path) -> Iterator[Row]:
    """What this machine offers."""
    yield Row(
        "vivavoce", Verdict.GOOD, f"{version('vivavoce')}, Python {platform.python_version()}, {platform.system()}"
    )
    yield _told("microphone", _microphone, Verdict.UNSEEN)
    yield _told("compute", _compute)
    yield from speed(measuring.kept())
    for model in models.installed():
        yield _told(f"model {model.name}", partial(_model, model))
    yield _told("speakers", _speakers)
    yield _free_space(folder)
    answer, swapping = asyncio.run(awake.answer()), swap.look()
    yield Row("awake", Verdict.DOUBTFUL if answer is None else Verdict.GOOD, awake_words(answer))
    safe = swapping not in (swap.Swap.PLAIN, swap.Swap.UNKNOWN)
    yield Row("swap", Verdict.GOOD if safe else Verdict.DOUBTFUL, swapping.value)
    yield Row("log", Verdict.UNSEEN, f"faults are written to {log_path()}")


def speed(measured: Measurement | None) -> Iterator[Row]:
    """What ``auto`` comes to, and the figures it goes by; slow is no fault."""
    yield Row("auto", Verdict.GOOD if measured else Verdict.UNSEEN, auto_words(settled(Choice(AUTO)), measured))
    for timing in measured.timings if measured else ():
        yield Row(f"speed {timing.model}", Verdict.GOOD, timing_words(timing))
    for way in measured.unusable if measured else ():
        yield Row(f"speed {way.model}", Verdict.DOUBTFUL, unusable_words(way))


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
    """One way of reading: how much of real time it takes, so how long an hour of speech does."""
    alone, both = (work(timing, captions=captions) for captions in (False, True))
    return (
        f"{device_words(timing.device)}, {timing.compute_type}, {_threads(timing.threads)}: an hour of speech takes "
        f"{_minutes(both)} with captions ({both:.2f} of real time), {_minutes(alone)} without"
    )


def unusable_words(way: Unusable) -> str:
    """A way of reading that was tried in vain."""
    return f"{device_words(way.device)}, {way.compute_type}: does not work here and is left out"


def findings(study: Study) -> Iterator[Row]:
    """What is wrong with an open study, or one row that says nothing is."""
    found = study.check()
    for finding in found:
        yield Row(f"study {finding.code}", Verdict.BAD, finding.text)
    if not found:
        yield Row("study", Verdict.GOOD, f"{study.folder}: nothing is wrong")
    outlook = study.retention.look(world_now())
    if outlook.sentence:
        yield Row("retention", Verdict.BAD if outlook.due else Verdict.DOUBTFUL, outlook.sentence)


def _keyring(folder: Path) -> Row:
    answer = keychain.ask(folder)
    if answer.fault:
        return Row(
            "keyring",
            Verdict.DOUBTFUL,
            f"the one that is chosen can't be asked ({answer.fault}), so the passphrase is; "
            "`keyring diagnose` says where that choice stands",
        )
    if answer.passphrase is None:
        return Row("keyring", Verdict.UNSEEN, "it holds no passphrase of this study, so that is asked for")
    return Row("keyring", Verdict.GOOD, "it holds the passphrase of this study")


def _study(folder: Path, passphrase: str | None) -> Iterator[Row]:
    if not Study.exists(folder):
        yield Row("study", Verdict.UNSEEN, f"none in {folder} yet; `vivavoce study init` makes one")
    elif passphrase is None:
        yield Row("study", Verdict.UNSEEN, f"{folder}: not looked into without its passphrase")
    else:
        try:
            with Study.open(folder, passphrase, world_now()) as study:
                yield from findings(study)
        except StoreError as error:
            yield Row("study", Verdict.BAD, str(error))


def _told(check: str, look: Callable[[], str], verdict: Verdict = Verdict.GOOD) -> Row:
    try:
        return Row(check, verdict, look())
    except TranscribeError as error:
        return Row(check, Verdict.BAD, str(error))


def _microphone() -> str:
    from transcribe.devices import microphones
    from transcribe.errors import SoundError

    found = microphones()
    if not found:
        raise SoundError("there is none; connect one (an interview with notes only needs none)")
    name = next((one.name for one in found if one.default), found[0].name)
    return f"{name}: it is there, and was not tried"


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
    if free < LEAST_FREE_BYTES:
        return Row("disk", Verdict.BAD, f"{text}; free some space")
    return Row("disk", Verdict.GOOD, text)


def _minutes(share: float) -> str:
    minutes = max(1, round(share * 60))
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _threads(count: int) -> str:
    return f"{count} thread{'' if count == 1 else 's'}"
