from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest
from whisper_normalizer.english import EnglishTextNormalizer

from transcribe import compute, guards, models, packing
from transcribe.decoding import Hearing
from transcribe.errors import ModelError
from transcribe.packing import Stretch
from transcribe.second import Manner
from transcribe.sound import decode
from transcribe.whisper import Engine
from tui.demo.script import load, sound_path

plain = EnglishTextNormalizer()
SECONDS = np.arange(10 * 16_000) / 16_000
NOISE = np.random.default_rng(7)

WITHOUT_WORDS = {
    "digital silence": np.zeros(10 * 16_000),
    "a quiet room": NOISE.normal(0, 0.0008, 10 * 16_000),
    "a fan": NOISE.normal(0, 0.02, 10 * 16_000),
    "mains hum": 0.05 * np.sin(2 * np.pi * 50 * SECONDS) + 0.02 * np.sin(2 * np.pi * 150 * SECONDS),
    "wind": np.clip(np.cumsum(NOISE.normal(0, 0.001, 10 * 16_000)), -1, 1),
}


def errors(reference: str, text: str) -> float:
    return jiwer.wer(plain(reference), plain(text))


@pytest.fixture(scope="module")
def heard(engine: Engine, engine_interview: Any) -> tuple[Hearing, ...]:
    """What the engine hears in each utterance."""
    return engine.hear([one.sound for one in engine_interview])


@pytest.fixture
def short(engine_interview: Any, heard: tuple[Hearing, ...]) -> tuple[list[Any], list[str]]:
    """The sounds of the shorter utterances, and what is heard in them."""
    both = [(one.sound, its.text) for one, its in zip(engine_interview, heard, strict=True) if is_short(one.sound)]
    return [sound for sound, _ in both], [text for _, text in both]


def is_short(sound: Any) -> bool:
    return len(sound) < 10 * 16_000


def test_speech_becomes_its_words(engine_interview: Any, heard: tuple[Hearing, ...]) -> None:
    assert errors(" ".join(one.text for one in engine_interview), " ".join(one.text for one in heard)) < 0.1
    assert {one.language for one in heard} == {"en"}


def test_a_caption_has_text_and_no_words(engine: Engine, engine_interview: Any) -> None:
    caption = engine.hear([engine_interview[2].sound], beam=1, words=False)[0]

    assert errors(engine_interview[2].text, caption.text) < 0.2
    assert caption.words == ()


@pytest.mark.parametrize("name", WITHOUT_WORDS)
@pytest.mark.parametrize("seconds", [2, 10])
def test_a_sound_without_speech_has_no_words(engine: Engine, name: str, seconds: int) -> None:
    sound = WITHOUT_WORDS[name][: seconds * 16_000].astype(np.float32)

    assert [(one.text, one.words) for one in engine.hear([sound])] == [("", ())]


def test_words_follow_one_another_inside_the_sound(engine_interview: Any, heard: tuple[Hearing, ...]) -> None:
    for spoken, its in zip(engine_interview, heard, strict=True):
        edges = [edge for word in its.words for edge in (word.start_ms, word.end_ms)]
        assert edges == sorted(edges)
        assert edges[0] >= 0
        assert edges[-1] <= spoken.end_ms - spoken.start_ms
        assert all(0 <= word.probability <= 1 for word in its.words)
        assert " ".join(word.text for word in its.words) == its.text


def test_word_times_are_told_from_the_offset(engine: Engine, engine_interview: Any) -> None:
    here = engine.hear([engine_interview[0].sound])[0].words
    there = engine.hear([engine_interview[0].sound], offset_ms=60_000)[0].words

    assert [word.start_ms + 60_000 for word in here] == [word.start_ms for word in there]


def test_more_than_a_window_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="30 s"):
        engine.hear([np.zeros(31 * 16_000, np.int16)])


def test_a_moment_and_nothing_at_all_have_no_words(engine: Engine) -> None:
    assert engine.hear([]) == ()
    assert engine.hear([np.full(800, 3_000, np.int16)])[0].text == ""


def test_stretches_in_one_window_get_their_own_words_back(engine: Engine, engine_interview: Any) -> None:
    few = [one for one in engine_interview if is_short(one.sound)]

    heard = packing.hear(engine, [Stretch(one.start_ms, one.sound) for one in few], beam=5, packed=True)

    for spoken, hearing in zip(few, heard, strict=True):
        assert errors(spoken.text, hearing.text) < 0.25
        assert spoken.start_ms <= hearing.words[0].start_ms
        assert hearing.words[-1].end_ms <= spoken.end_ms


def test_a_stretch_longer_than_a_window_is_heard_whole(
    engine: Engine, engine_interview: Any, engine_sound: Any
) -> None:
    heard = packing.hear(engine, [Stretch(0, engine_sound)], beam=5, packed=False)[0]

    assert errors(" ".join(one.text for one in engine_interview[:5]), heard.text) < 0.15
    edges = [edge for word in heard.words for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)


@pytest.fixture(scope="module")
def strict_engine() -> Engine:
    return Engine(models.find().path, "cpu", manner=Manner(strict=True))


def test_strict_verbatim_adds_to_the_clean_reading_and_changes_no_word_of_it(
    strict_engine: Engine, engine_interview: Any, heard: tuple[Hearing, ...]
) -> None:
    clean, strict = heard, strict_engine.hear([one.sound for one in engine_interview])

    assert any(word.strict for one in strict for word in one.words)
    for one, other, spoken in zip(clean, strict, engine_interview, strict=True):
        assert [word.text for word in other.words if not word.strict] == [word.text for word in one.words]
        assert other.text.split() == [word.text for word in other.words]
        edges = [edge for word in other.words for edge in (word.start_ms, word.end_ms)]
        assert edges == sorted(edges)
        assert edges[-1] <= spoken.end_ms - spoken.start_ms


def test_what_is_laid_aside_for_something_else_has_the_same_words(engine: Engine, engine_interview: Any) -> None:
    long, short = engine_interview[0].sound, engine_interview[2].sound
    alone = engine.hear([long]), engine.hear([short])
    meanwhile: list[Any] = []
    with engine.interruptible(lambda: meanwhile.append(engine.hear([short]))):
        assert engine.hear([long]) == alone[0]
    assert len(meanwhile) >= 2
    assert set(meanwhile) == {alone[1]}
    engine.hear([short])
    assert len(meanwhile) == 2


def test_terms_that_nobody_says_change_nothing(engine_interview: Any, heard: tuple[Hearing, ...]) -> None:
    wary = Engine(models.find().path, "cpu", manner=Manner(("quetiapine", "Tamsin Vereker", "Kowalczyk")))

    assert wary.hear([one.sound for one in engine_interview]) == heard


def test_terms_of_the_study_are_spelled_as_it_spells_them(engine: Engine) -> None:
    line = next(one for one in load().utterances if "Marguerite" in one.text)
    sound = np.concatenate(list(decode(sound_path())))[line.start_ms * 16 : line.end_ms * 16]
    knowing = Engine(models.find().path, "cpu", manner=Manner(("harpsichord", "quetiapine", "Marguerite")))

    without, found = engine.hear([sound])[0].text, knowing.hear([sound])[0]

    assert "Marguerite" not in without
    assert "Marguerite" in found.text
    assert "quetiapine" not in found.text
    assert found.text.split() == [word.text for word in found.words]


class Card:
    """A graphics card that fails: at once, or after some batches. It lends itself a processor for the work."""

    def __init__(self, batches: int | None) -> None:
        self.loaded: list[str] = []
        self.workers: list[int] = []
        self._batches = batches

    def load(self, model_dir: Path, wanted: compute.Compute, threads: int, workers: int = 1) -> Any:
        self.loaded.append(wanted.device)
        self.workers.append(workers)
        if wanted.device == "cuda" and self._batches is None:
            raise RuntimeError("Library libcublas.so.12 is not found or cannot be loaded")
        model = compute.load(model_dir, compute.CPU, threads, workers)
        if wanted.device == "cuda":
            model.model = FailingModel(model.model, self._batches or 0)
        return model


class FailingModel:
    def __init__(self, real: Any, batches: int) -> None:
        self._real, self._left = real, batches

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def generate(self, *args: Any, **more: Any) -> Any:
        if not self._left:
            raise RuntimeError("CUDA failed with error out of memory")
        self._left -= 1
        return self._real.generate(*args, **more)


@pytest.fixture
def with_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "card_types", lambda: frozenset({"float16", "int8", "float32"}))


def is_one_sentence(text: str | None) -> bool:
    return text is not None and text.endswith(".") and text.count(". ") == 0


def test_windows_that_are_read_side_by_side_are_heard_as_one_after_the_other(
    short: tuple[list[Any], list[str]],
) -> None:
    sounds, texts = short
    several = Engine(models.find().path, "cpu", workers=2)

    assert len(sounds) > 3
    assert [one.text for one in several.hear(sounds)] == texts


class Encoder:
    """A model that says it is on ``device`` and counts the windows it is given at once."""

    def __init__(self, real: Any, device: str) -> None:
        self._real, self.device = real, device
        self.counts: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def encode(self, features: Any, **more: Any) -> Any:
        self.counts.append(features.shape[0])
        return self._real.encode(features, **more)


@pytest.mark.parametrize(("device", "counts"), [("cpu", [1, 1, 1]), ("cuda", [3])])
def test_windows_are_encoded_one_after_the_other_unless_on_a_card_with_the_same_words(
    short: tuple[list[Any], list[str]], device: str, counts: list[int]
) -> None:
    model = compute.load(models.find().path, compute.CPU, 0)
    model.model = Encoder(model.model, device)
    sounds, texts = short
    read = Engine(models.find().path, "cpu", load=lambda *_: model)

    assert [one.text for one in read.hear(sounds[:3])] == texts[:3]
    assert model.model.counts == counts


@pytest.mark.usefixtures("with_card")
def test_a_card_reads_by_itself_and_the_processor_side_by_side_when_it_fails(
    short: tuple[list[Any], list[str]],
) -> None:
    card = Card(0)
    engine = Engine(models.find().path, "cuda", load=card.load, workers=2)

    heard = engine.hear(short[0])

    assert list(zip(card.loaded, card.workers, strict=True)) == [("cuda", 1), ("cpu", 2)]
    assert [one.text for one in heard] == short[1]


def test_a_model_that_fails_in_one_of_several_workers_is_said_in_one_sentence(
    short: tuple[list[Any], list[str]],
) -> None:
    def load(*way: Any) -> Any:
        model = compute.load(*way)
        model.model = FailingModel(model.model, 1)
        return model

    engine = Engine(models.find().path, "cpu", load=load, workers=2)
    with pytest.raises(ModelError) as failed:
        engine.hear(short[0])

    assert "models verify" in str(failed.value)


@pytest.mark.usefixtures("with_card")
def test_a_card_that_can_not_be_loaded_leaves_the_work_to_the_processor() -> None:
    card = Card(None)

    engine = Engine(models.find().path, "auto", load=card.load)

    assert card.loaded == ["cuda", "cpu"]
    assert (engine.device, engine.compute_type) == ("cpu", "int8")
    assert is_one_sentence(engine.notice)


@pytest.mark.usefixtures("with_card")
def test_a_card_that_fails_while_it_works_loses_no_words(short: tuple[list[Any], list[str]]) -> None:
    sounds = short[0][:3]
    broken = Engine(models.find().path, "cuda", load=Card(1).load)
    assert (broken.device, broken.compute_type, broken.notice) == ("cuda", "float16", None)

    first, then = broken.hear(sounds[:1]), broken.hear(sounds[1:])

    assert [one.text for one in first + then] == short[1][:3]
    assert broken.device == "cpu"
    assert is_one_sentence(broken.notice)


@pytest.mark.usefixtures("with_card")
@pytest.mark.parametrize("batches", [0, 1, 2])
def test_a_card_that_fails_in_what_is_heard_meanwhile_loses_no_words(
    engine_interview: Any, heard: tuple[Hearing, ...], batches: int
) -> None:
    broken = Engine(models.find().path, "cuda", load=Card(batches).load)
    long, short = engine_interview[0].sound, engine_interview[2].sound
    meanwhile: list[str] = []
    with broken.interruptible(lambda: meanwhile.append(broken.hear([short])[0].text)):
        (its,) = broken.hear([long])

    assert its.text == heard[0].text
    assert set(meanwhile) == {heard[2].text}
    assert broken.device == "cpu"


@pytest.mark.usefixtures("with_card")
def test_what_fails_on_the_processor_too_is_not_the_cards_fault(
    engine_interview: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, sound = Card(99), engine_interview[2].sound
    engine = Engine(models.find().path, "cuda", load=card.load)
    real = guards.compression

    def broken(text: str) -> float:
        if len(text) > 20:
            raise ValueError("what was said")
        return real(text)

    with monkeypatch.context() as patch:
        patch.setattr(guards, "compression", broken)
        with pytest.raises(ValueError, match="what was said"):
            engine.hear([sound])

    assert (engine.device, engine.notice, card.loaded) == ("cuda", None, ["cuda", "cpu", "cuda"])
    assert engine.hear([sound])[0].text


def test_a_card_that_is_not_there_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "card_types", frozenset)

    assert compute.choose("auto") == (compute.CPU, None)
    wanted, notice = compute.choose("cuda")
    assert wanted == compute.CPU
    assert is_one_sentence(notice)


def test_a_folder_without_a_model_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="models verify"):
        Engine(tmp_path, "cpu")
