"""A stretch without words, or one that can't be read, costs no other stretch its words."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from tests.transcribe.conftest import Spoken
from tests.transcribe.laughs import laughter
from transcribe import models, packing, wire
from transcribe.alignment import words_of
from transcribe.decoding import Hearing, whole_letters
from transcribe.enrol import _Learner
from transcribe.errors import ModelError
from transcribe.files import FileUtterance, transcribe_file
from transcribe.hypotheses import slices
from transcribe.packing import Stretch
from transcribe.parting import parted
from transcribe.recording import Samples
from transcribe.scope import NARROW
from transcribe.segmenter import Listener, spans
from transcribe.speakers import Label, Print, Turn
from transcribe.stretchwise import attempt, stretchwise
from transcribe.whisper import Engine


@given(st.sets(st.integers(0, 30)), st.integers(0, 30))
def test_only_what_can_not_be_read_is_without_an_answer(bad: set[int], count: int) -> None:
    tried: list[int] = []

    def work(items: Sequence[int]) -> list[int]:
        tried.extend(items)
        if bad.intersection(items):
            raise ZeroDivisionError
        return [10 * item for item in items]

    found = stretchwise(work, range(count), lambda item: -item)

    assert found == [-item if item in bad else 10 * item for item in range(count)]
    assert all(tried.count(item) >= 2 for item in bad if item < count)


def test_what_fails_once_is_read_at_the_second_try() -> None:
    failures = [KeyError("the first time")]

    def work(items: Sequence[str]) -> list[str]:
        if failures:
            raise failures.pop()
        return list(items)

    assert stretchwise(work, ["one"], lambda _: "failed") == ["one"]


def test_a_model_that_does_not_work_is_no_stretchs_fault() -> None:
    def work(items: Sequence[int]) -> list[int]:
        raise ModelError("The model does not work here.")

    with pytest.raises(ModelError):
        stretchwise(work, [1, 2, 3], lambda item: item)


def test_the_log_names_the_place_and_no_word(caplog: pytest.LogCaptureFixture) -> None:
    def work() -> None:
        raise ValueError("what somebody said")

    with caplog.at_level(logging.WARNING):
        assert attempt(work) is None

    assert "ValueError in work" in caplog.text
    assert "somebody" not in caplog.text


@given(st.text(), st.lists(st.text(min_size=1, max_size=5), max_size=6))
def test_a_text_is_cut_once_for_each_word_whatever_stands_in_it(text: str, words: list[str]) -> None:
    cut = list(slices(text, [wire.Word(0, 1, word, 1.0) for word in words]))

    assert len(cut) == len(words)
    assert text.endswith("".join(cut))


def test_an_utterance_without_words_is_parted_nowhere() -> None:
    turns = tuple(Turn(at, at + 1_000, at // 1_000, 0.9, "interviewer") for at in (0, 1_000))
    one = FileUtterance(0, 2_000, None, "Well", ())

    assert [part.text for part in parted(one, Label("interviewer", 0.9, turns, 0))] == ["Well"]


class Letters:
    """A tokenizer: each token is a word of its number."""

    eot = 99

    def split_to_word_tokens(self, tokens: list[int]) -> tuple[list[str], list[list[int]]]:
        return [f" w{token}" for token in tokens], [[token] for token in tokens]


@dataclass
class Aligned:
    alignments: list[tuple[int, int]]
    text_token_probs: list[float]


@pytest.mark.parametrize("probabilities", [[], [float("nan")] * 4, [0.5]])
def test_words_that_were_aligned_nowhere_are_spread_over_the_sound(probabilities: list[float]) -> None:
    words = words_of([1, 2, 3, 4], Aligned([], probabilities), Letters(), 4_000)

    assert [(word.text, word.start_ms, word.end_ms) for word in words] == [
        (f"w{at}", 1_000 * (at - 1), 1_000 * at) for at in range(1, 5)
    ]
    assert all(0 <= word.probability <= 1 for word in words)


class Deaf:
    """An engine that hears nothing in any window."""

    scope = NARROW

    def hear(self, windows: Sequence[Samples], **_: Any) -> tuple[Hearing, ...]:
        return tuple(Hearing() for _ in windows)


def test_neighbours_in_which_no_word_is_heard_are_heard_without_words() -> None:
    stretches = [Stretch(at, np.zeros(16_000, np.int16)) for at in (0, 2_000, 4_000)]

    assert packing.hear(Deaf(), stretches, beam=5, packed=True) == [Hearing()] * 3  # type: ignore[arg-type]
    heard, before = packing.hear_last(Deaf(), stretches[:2], stretches[2], beam=5)  # type: ignore[arg-type]
    assert (heard, before) == (Hearing(), [None, None])


def test_laughter_alone_is_a_transcript_without_words(tmp_path: Path, engine: Engine) -> None:
    soundfile.write(tmp_path / "laughs.wav", laughter(), 16_000)

    assert transcribe_file(tmp_path / "laughs.wav", engine).utterances == ()


def test_speech_between_laughs_has_all_its_words(
    tmp_path: Path, engine: Engine, engine_interview: tuple[Spoken, ...]
) -> None:
    quiet, spoken = np.zeros(16_000, np.int16), engine_interview[2]
    sound = np.concatenate([laughter(), spoken.sound, quiet, laughter((220, 180))])
    soundfile.write(tmp_path / "mixed.flac", sound, 16_000)

    (found,) = transcribe_file(tmp_path / "mixed.flac", engine).utterances

    assert found.text == engine.hear([spoken.sound])[0].text


class Failing:
    """A detector of voices that fails at its second block."""

    def __init__(self) -> None:
        self.blocks = 0

    def reset(self) -> None: ...

    def probabilities(self, frames: Samples) -> Any:
        self.blocks += 1
        if self.blocks == 2:
            raise RuntimeError("no such tensor")
        return np.zeros(len(frames), np.float32)


def test_sound_at_which_the_detector_of_voices_fails_counts_as_speech() -> None:
    listener = Listener(Failing())
    second = np.zeros(16_000, np.int16)

    found = [span for _ in range(4) for span in listener.hear(second) if span.closed]

    assert [(span.start_ms // 1_000, span.end_ms // 1_000) for span in found] == [(0, 2)]


def test_a_file_of_which_nothing_can_be_read_says_that_the_model_does_not_work(
    tmp_path: Path, engine_sound: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(models.find().path, "cpu")
    monkeypatch.setattr(engine, "hear", broken)
    soundfile.write(tmp_path / "speech.flac", engine_sound[: 16 * 16_000], 16_000)

    with pytest.raises(ModelError, match="does not work here; check it with: vivavoce models verify"):
        transcribe_file(tmp_path / "speech.flac", engine)


def broken(*_: Any, **__: Any) -> Any:
    raise LookupError("a tensor")


class Printer:
    """In place of the network for voices: fails at the first stretch."""

    def __init__(self) -> None:
        self.stretches = 0

    def embed(self, sound: Samples, start_ms: int) -> tuple[Print, ...]:
        self.stretches += 1
        if self.stretches == 1:
            raise RuntimeError("no such tensor")
        return (Print(start_ms, start_ms + len(sound) // 16, np.ones(192, np.float32)),)


def test_a_voice_is_learnt_from_all_but_the_stretch_that_can_not_be_read(engine_sound: Samples) -> None:
    printer, whole = Printer(), list(spans([engine_sound]))
    learner = _Learner(printer)  # type: ignore[arg-type]

    learner.hear(engine_sound)

    assert learner.voiceprint()
    assert printer.stretches == len(whole)
    assert learner.speech_ms == sum(one.end_ms - one.start_ms for one in whole[1:])


def test_the_cases_that_were_found_have_their_words(engine: Engine) -> None:
    folder, heard = os.environ.get("VIVAVOCE_CASES"), {"two-laughs.wav": 0, "speech-then-laughs.flac": 7}
    for name, count in {**heard, "laughs-then-speech.flac": 7}.items() if folder else ():
        assert len(transcribe_file(Path(folder or "") / f"01-{name}", engine).utterances) == count


@pytest.mark.parametrize(
    "text", [" ok \ud55c\uad6d\uc5b4", " the \u65e5\u672c\u8a9e", " M\xfcller and Zo\xeb", " caf\xe9 so good"]
)
def test_a_text_cut_off_in_the_midst_of_a_letter_has_the_words_that_stand_in_it(text: str) -> None:
    from faster_whisper.tokenizer import Tokenizer
    from tokenizers import Tokenizer as Pieces

    pieces = Pieces.from_file(str(models.find().path / "tokenizer.json"))
    tokenizer = Tokenizer(pieces, False, task="transcribe", language="en")
    tokens = tokenizer.encode(text)
    for count in range(1, len(tokens) + 1):
        kept = whole_letters(tokens[:count], tokenizer)
        said = tokenizer.decode(kept)
        words = words_of(kept, Aligned([], [0.5] * count), tokenizer, 4_000)
        assert text.startswith(said)
        assert "".join(word.text for word in words) == said.replace(" ", "")
