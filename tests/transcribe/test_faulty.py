"""Wherever the engine fails at one stretch, that stretch alone is without words."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.transcribe.conftest import ENGINE_KEY, Spoken
from tests.transcribe.faulty import SECRET, Fault, places
from transcribe import compute, models, wire
from transcribe.attribution import ByVoice
from transcribe.desk import Work
from transcribe.files import transcribe_file
from transcribe.scribe import Scribe
from transcribe.second import Manner
from transcribe.speakers import Voiceprinter, Voices
from transcribe.whisper import Engine
from transcribe.whose import ByVoice as ByVoiceInFile

pytestmark = pytest.mark.slow

MARKED = 1


class Remembering:
    """Gives again, without the work, what it gave before: each test asks the same of one model."""

    def __init__(self, real: Any) -> None:
        self._real, self._known = real, {}  # type: ignore[var-annotated]

    def __getattr__(self, name: str) -> Any:
        its = getattr(self._real, name)
        return self._remembering(name, its) if callable(its) else its

    def __call__(self, *args: Any) -> Any:
        return self._remembering("", self._real)(*args)

    def _remembering(self, name: str, its: Callable[..., Any]) -> Callable[..., Any]:
        def once(*args: Any, **more: Any) -> Any:
            key = (name, *map(_hashed, args), *((one, _hashed(more[one])) for one in sorted(more)))
            if key not in self._known:
                self._known[key] = its(*args, **more)
            return self._known[key]

        return once


def _hashed(value: Any) -> Any:
    if type(value).__name__ == "StorageView":
        value = np.array(value)
    return (value.shape, value.tobytes()) if isinstance(value, np.ndarray) else repr(value)


@pytest.fixture(scope="module")
def remembering() -> Engine:
    def load(*way: Any) -> Any:
        model = compute.load(*way)
        model.model, model.feature_extractor = Remembering(model.model), Remembering(model.feature_extractor)
        return model

    return Engine(models.find().path, "cpu", load=load, manner=Manner(("Marguerite", "spoke"), strict=True))


class Vectors:
    """In place of the network for voices: a vector for any sound."""

    def run(self, _: None, feed: dict[str, Any]) -> Any:
        return [np.ones((1, 192), np.float32) * feed["features"].mean()]


def printer() -> Voiceprinter:
    made = object.__new__(Voiceprinter)
    made._session = Vectors()
    return made


def voices() -> ByVoice:
    made = object.__new__(ByVoice)
    made._printer, made._voices = printer(), Voices()
    return made


@pytest.fixture(scope="module")
def stretches(engine_interview: tuple[Spoken, ...]) -> tuple[Spoken, ...]:
    return tuple(one for one in engine_interview if len(one.sound) < 12 * 16_000)[1:4]


@pytest.fixture(scope="module")
def sound_file(tmp_path_factory: pytest.TempPathFactory, stretches: tuple[Spoken, ...]) -> Path:
    path, quiet = tmp_path_factory.mktemp("sound") / "few.flac", np.zeros(16_000, np.int16)
    soundfile.write(path, np.concatenate([part for one in stretches for part in (one.sound, quiet)]), 16_000)
    return path


def heard_by_scribe(engine: Engine, recording: Path, stretches: tuple[Spoken, ...]) -> dict[str, str]:
    """What a scribe says is said in each stretch: heard alone, in a window with all others, and as a caption."""
    told: list[wire.ScribeReport] = []
    scribe = Scribe(wire.Load(str(recording), ENGINE_KEY.hex(), "tiny.en"), "tiny.en", engine, told.append, voices())
    jobs = tuple(wire.Hear(f"alone {at}", one.start_ms, one.end_ms) for at, one in enumerate(stretches))
    window = tuple(replace(job, id=job.id.replace("alone", "window")) for job in jobs)
    grown = replace(jobs[-1], id=f"grown {len(jobs) - 1}", earlier=jobs[:-1])
    glances = tuple(wire.Glance(f"caption {at}", one.start_ms, one.end_ms) for at, one in enumerate(stretches))
    prints = tuple(wire.TakePrint(f"print {at}", one.start_ms, one.end_ms) for at, one in enumerate(stretches))
    reread, whose = wire.Reread("window", window), wire.Attribute("whose", (), ())
    work: list[Work] = [*jobs, reread, grown, *glances, *prints, whose]
    for each in work:
        scribe.do(each)
    assert [type(one).__name__ for one in told if getattr(one, "id", "") == "whose"] == ["Attributed"]
    asked = [*(job.id for job in (*jobs, *window, grown)), *(job.id for job in glances), *(job.id for job in prints)]
    answers = [answer for one in told for answer in (one.heard if isinstance(one, wire.Reheard) else (one,))]
    answered = (wire.Heard, wire.Caption, wire.Printed, wire.Attributed)
    found = {one.id: str(getattr(one, "text", "taken")) for one in answers if isinstance(one, answered)}
    refused = {str(one.id) for one in told if isinstance(one, wire.Failed)}
    refused |= {key for one in told if isinstance(one, wire.Reheard) for key in one.failed}
    assert sorted(asked) == sorted((found.keys() & set(asked)) | refused), "each is answered"
    return {key: found.get(key, "") for key in asked}


def heard_in_file(engine: Engine, path: Path, stretches: tuple[Spoken, ...]) -> dict[str, str]:
    """What is said in each stretch of the file."""
    made = object.__new__(ByVoiceInFile)
    made._printer, made._voices = printer(), Voices()
    transcript, said = transcribe_file(path, engine, whose=made), {}
    for at, (start_ms, end_ms) in enumerate(places_in_file(stretches)):
        inside = (one.text for one in transcript.utterances if start_ms - 500 < one.start_ms < end_ms)
        said[f"file {at}"] = " ".join(inside)
    return said


def places_in_file(stretches: tuple[Spoken, ...]) -> Iterator[tuple[int, int]]:
    at_ms = 0
    for one in stretches:
        length_ms = len(one.sound) // 16
        yield at_ms, at_ms + length_ms
        at_ms += length_ms + 1_000


def test_wherever_the_engine_fails_only_the_stretch_in_hand_is_without_words(
    remembering: Engine,
    engine_recording: Path,
    sound_file: Path,
    stretches: tuple[Spoken, ...],
    caplog: pytest.LogCaptureFixture,
) -> None:
    marked = stretches[MARKED]
    in_file_ms = [sum(its) // 2 for its in places_in_file(stretches)][MARKED]
    whole = heard_by_scribe(remembering, engine_recording, stretches)
    whole |= heard_in_file(remembering, sound_file, stretches)
    assert all(whole.values())
    reached, wrong = set(), []
    with caplog.at_level(logging.WARNING):
        for place in places():
            live = Fault(place, marked.sound, (marked.start_ms + marked.end_ms) // 2)
            with live.at_work():
                found = heard_by_scribe(remembering, engine_recording, stretches)
            file = Fault(place, marked.sound, in_file_ms)
            with file.at_work():
                found |= heard_in_file(remembering, sound_file, stretches)
            reached |= {place} if live.times and file.times else set()
            wrong += [
                (place, key) for key in whole if not key.endswith(f" {MARKED}") and not alike(found[key], whole[key])
            ]

    assert wrong == []
    assert len(reached) > 50, "else it proves little"
    assert SECRET not in caplog.text


def alike(one: str, other: str) -> bool:
    """Whether these are readings of the same; neighbours in a window make a word of difference."""
    return SequenceMatcher(None, one.split(), other.split()).ratio() > 0.7
