"""A model that knows several languages, as a stand-in; and which language a guide's is."""

from typing import Any

import numpy as np
import pytest

from transcribe import languages, models
from transcribe.compute import CPU, load
from transcribe.decoding import Decoder
from transcribe.whisper import Engine

SPEECH = np.random.default_rng(3).normal(0, 0.2, 3 * 16_000).astype(np.float32)


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "en"), ("pt-BR", "pt"), ("DE", "de"), ("nb", "no"), ("zh-Hant-TW", "zh"), ("tlh", ""), ("", "")],
)
def test_the_language_of_a_guide_is_one_of_whispers_or_none(tag: str, code: str) -> None:
    assert languages.code_of(tag) == code


class Several:
    """The bundled model, taken for one that knows several languages: it says which it hears, and is prompted with one.

    ``hears`` is what each window in turn is taken for, and how surely. What it was prompted with is kept.
    """

    def __init__(self, hears: list[tuple[str, float]]) -> None:
        self._loaded = load(models.find().path, CPU, 1)
        self.feature_extractor = self._loaded.feature_extractor
        self.encode, self.max_length = self._loaded.encode, self._loaded.max_length
        self.model, self.hf_tokenizer, self.device = self, self, self._loaded.model.device
        self.is_multilingual = True
        self.asked = 0
        self.prompts: list[str] = []
        self._hears, self._numbers = hears, {f"<|{code}|>": at for at, code in enumerate(sorted(languages.CODES))}

    def token_to_id(self, token: str) -> int | None:
        return None if token == "<|yue|>" else self._numbers.get(token, self._loaded.hf_tokenizer.token_to_id(token))

    def decode(self, tokens: list[int], **more: Any) -> str:
        return str(self._loaded.hf_tokenizer.decode(tokens, **more))

    def detect_language(self, _: object) -> list[list[tuple[str, float]]]:
        self.asked += 1
        code, probability = self._hears.pop(0)
        return [[(f"<|{code}|>", probability)]]

    def generate(self, encoded: object, prompts: list[list[int]], **more: Any) -> list[Any]:
        self.prompts += [sorted(languages.CODES)[prompt[1]] for prompt in prompts]
        return list(self._loaded.model.generate(encoded, [[50257, 50362]], **more))


def engine(model: Several, language: str | None = None) -> Engine:
    return Engine(models.find().path, "cpu", language=language, load=lambda *_: model)


def test_a_language_that_is_given_is_never_asked_for(engine_interview: Any) -> None:
    model = Several([])
    given = engine(model, "de")

    given.hear([engine_interview[1].sound], words=False)

    assert (model.asked, model.prompts, given.language) == (0, ["de"], "de")


def test_a_language_is_found_once_a_window_with_words_is_sure(engine_interview: Any) -> None:
    model = Several([("nn", 0.99), ("cy", 0.4), ("en", 0.95)])
    found = engine(model)
    noise, speech = [np.zeros(16_000, np.int16) + 50], [engine_interview[1].sound]

    known = []
    # noise, sure, and nothing was said in it; said, and not sure; said and sure; then whatever comes
    for sounds in ([SPEECH], speech, speech, speech, noise):
        found.hear(sounds, words=False)
        known.append(found.language)

    assert known == [None, None, "en", "en", "en"]
    assert model.asked == 3
    assert model.prompts[:4] == ["nn", "cy", "en", "en"]


def test_of_several_windows_one_after_the_other_is_read_until_the_language_is_sure(engine_interview: Any) -> None:
    model = Several([("nn", 0.99), ("en", 0.95)])
    found = Engine(models.find().path, "cpu", load=lambda *_: model, workers=2)

    heard = found.hear([SPEECH, *(engine_interview[at].sound for at in (1, 2, 1))], words=False)

    assert model.asked == 2
    assert model.prompts == ["nn", "en", "en", "en"]
    assert heard[1].text == heard[3].text != ""


def test_a_language_that_this_model_does_not_know_is_found_out() -> None:
    assert Decoder(Several([]), "yue").language is None


def test_a_model_for_english_takes_everything_for_english(engine_interview: Any) -> None:
    only_english = Engine(models.find().path, "cpu", language="de")

    assert only_english.language == "en"
    assert only_english.hear([engine_interview[1].sound], words=False)[0].language == "en"
