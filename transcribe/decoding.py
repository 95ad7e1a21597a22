"""One batch of windows through a loaded Whisper model: encode, generate, align."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from transcribe import guards, languages, second
from transcribe.alignment import words_of
from transcribe.second import Manner
from transcribe.stretchwise import attempt
from transcribe.wire import Word

RATE_HZ = 16_000
FRAME = 160  # samples in one column of the spectrogram: 10 ms
FULL_FRAMES = 3000

_SURE_LANGUAGE = 0.8
_SECOND_BEAM = 1
_PROMPT_TOKENS = 160
_START_TOKENS = 4  # of a transcript

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Hearing:
    """What was heard in one window; no text when nobody spoke, and words wherever there is text.

    ``mean_logprob`` is the mean log-probability of the tokens, ``no_speech`` the model's own probability of silence;
    ``doubtful`` says that a guard is not content with the text, ``failed`` that it could not be read at all.
    """

    text: str = ""
    words: tuple[Word, ...] = ()
    language: str = "en"
    mean_logprob: float = 0.0
    no_speech: float = 1.0
    doubtful: bool = False
    failed: bool = False


@dataclass(frozen=True)
class _Decoded:
    """The tokens of a window, loops cut out, and what is known about them."""

    tokens: tuple[int, ...]
    text: str
    language: str
    mean_logprob: float
    no_speech: float
    doubtful: bool


class Decoder:
    """Drives a ``faster_whisper.WhisperModel`` at temperature 0, each window by itself, without timestamp tokens."""

    def __init__(self, model: Any, language: str | None = None, manner: Manner = second.AS_IT_COMES) -> None:
        self._model, self._manner = model, manner
        self._language = languages.to_read(model, language)
        self._tokenizers: dict[str, Any] = {}

    @property
    def multilingual(self) -> bool:
        """Whether the model knows more than English."""
        return bool(self._model.model.is_multilingual)

    @property
    def language(self) -> str | None:
        """What the speech is taken for; None while that is not sure."""
        return self._language

    def decode(
        self,
        sounds: Sequence[Sound],
        *,
        beam: int,
        words: bool,
        frames: int,
        between: Callable[[], None] = lambda: None,
    ) -> list[Hearing]:
        """Decode windows no longer than ``frames`` (10 ms each), all at that length; ``between`` is called twice."""
        encoded = self._encoded(sounds, frames)
        spoken = self._languages(encoded, len(sounds))
        between()
        decoded = self._generate(encoded, sounds, [language for language, _ in spoken], beam)
        between()
        self._language = self._language or _heard_for_sure(decoded, spoken)
        placed = self._place(encoded, sounds, decoded) if words else [()] * len(sounds)
        found = [
            Hearing(one.text, its_words, one.language, one.mean_logprob, one.no_speech, one.doubtful)
            for one, its_words in zip(decoded, placed, strict=True)
        ]
        better = attempt(lambda: self._once_more(encoded, sounds, found)) if words else None
        return better or found

    def _encoded(self, sounds: Sequence[Sound], frames: int) -> Any:
        """All of them in one; on the processor one after the other, which takes as long and far less memory."""
        features = [self._features(sound, frames)[np.newaxis] for sound in sounds]
        if self._model.model.device != "cpu" or len(sounds) == 1:
            return self._model.encode(np.concatenate(features))
        from ctranslate2 import StorageView

        return StorageView.from_array(np.concatenate([np.array(self._model.encode(one)) for one in features]))

    def _once_more(self, encoded: Any, sounds: Sequence[Sound], found: list[Hearing]) -> list[Hearing]:
        """The same with what a second hypothesis of the same encoding adds, where one is worth its time."""
        firsts = [second.Reading(one.text, one.words, one.language) for one in found]
        for prompt in second.prompts(self._manner, firsts):
            decoded = self._generate(encoded, sounds, [one.language for one in found], _SECOND_BEAM, prompt)
            firsts = [
                second.merged(self._manner, first, its_words, len(sound) * 1000 // RATE_HZ)
                for first, its_words, sound in zip(
                    firsts, self._place(encoded, sounds, decoded, prompt), sounds, strict=True
                )
            ]
        return [replace(one, text=its.text, words=its.words) for one, its in zip(found, firsts, strict=True)]

    def _features(self, sound: Sound, frames: int) -> Sound:
        columns = self._model.feature_extractor(sound)[:, :frames]
        return np.pad(columns, ((0, 0), (0, frames - columns.shape[1]))).astype(np.float32)

    def _languages(self, encoded: Any, count: int) -> list[tuple[str, bool]]:
        """The language of each window, and whether that is sure; the surest is that of all, if it is sure."""
        if self._language:
            return [(self._language, True)] * count
        best = [(ranked[0][0][2:-2], ranked[0][1]) for ranked in self._model.model.detect_language(encoded)]
        name, probability = max(best, key=lambda one: one[1])
        if probability >= _SURE_LANGUAGE:
            return [(name, True)] * count
        return [(name, False) for name, _ in best]

    def _tokenizer(self, language: str) -> Any:
        from faster_whisper.tokenizer import Tokenizer

        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=language
            )
        return self._tokenizers[language]

    def _generate(
        self, encoded: Any, sounds: Sequence[Sound], spoken: Sequence[str], beam: int, prompt: str = ""
    ) -> list[_Decoded]:
        """``prompt`` is what stands before the window, as if it had been said."""
        tokenizers = [self._tokenizer(language) for language in spoken]
        cap = max(token_cap(sound) for sound in sounds)
        before = _before(tokenizers[0], prompt)
        results = self._model.model.generate(
            encoded,
            [[*before, *tokenizer.sot_sequence, tokenizer.no_timestamps] for tokenizer in tokenizers],
            beam_size=beam,
            # CTranslate2 halves it, and takes what stands before off it
            max_length=min(max(2 * cap, cap + len(before) + _START_TOKENS), self._model.max_length),
            sampling_temperature=0,
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [
            _judged(result, tokenizer, token_cap(sound))
            for result, tokenizer, sound in zip(results, tokenizers, sounds, strict=True)
        ]

    def _place(
        self, encoded: Any, sounds: Sequence[Sound], decoded: Sequence[_Decoded], prompt: str = ""
    ) -> list[tuple[Word, ...]]:
        """Words with times; a window without words is aligned with a stand-in that nobody reads."""
        tokenizer = self._tokenizer(decoded[0].language)
        aligned = self._model.model.align(
            encoded,
            [*_before(tokenizer, prompt), *tokenizer.sot_sequence],
            [list(one.tokens) or tokenizer.encode(".") for one in decoded],
            [max(2, len(sound) // FRAME) for sound in sounds],
        )
        return [
            words_of(one.tokens, its, self._tokenizer(one.language), len(sound) * 1000 // RATE_HZ) if one.tokens else ()
            for one, its, sound in zip(decoded, aligned, sounds, strict=True)
        ]


def _heard_for_sure(decoded: Sequence[_Decoded], spoken: Sequence[tuple[str, bool]]) -> str | None:
    """The language to keep: one that is sure, and in which something was said; noise has a language too, if asked."""
    heard = zip(decoded, spoken, strict=True)
    said = ((one, name) for one, (name, sure) in heard if sure and one.text)
    return next((name for one, name in said if one.mean_logprob >= guards.MIN_LOGPROB), None)


def _before(tokenizer: Any, prompt: str) -> list[int]:
    return [tokenizer.sot_prev, *tokenizer.encode(f" {prompt}")[:_PROMPT_TOKENS]] if prompt else []


def token_cap(sound: Sound) -> int:
    """More tokens than this nobody can say in the sound: 9 a second and a dozen."""
    return 9 * len(sound) // RATE_HZ + 12


def whole_letters(tokens: Sequence[int], tokenizer: Any) -> list[int]:
    """The tokens without those at the end that begin a letter and don't complete it, as where they were cut off."""
    kept = list(tokens)
    while kept and tokenizer.decode(kept).endswith("\ufffd"):
        del kept[-1]
    return kept


def _judged(result: Any, tokenizer: Any, cap: int) -> _Decoded:
    tokens = whole_letters([token for token in result.sequences_ids[0] if token < tokenizer.eot], tokenizer)
    text = tokenizer.decode(tokens).strip()
    mean_logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
    doubtful = (
        guards.compression(text) > guards.MAX_COMPRESSION or mean_logprob < guards.MIN_LOGPROB or len(tokens) >= cap
    )
    pieces, piece_tokens = tokenizer.split_to_word_tokens(tokens)
    keep = guards.without_loops(pieces)
    if len(keep) < len(pieces):
        tokens = [token for at in keep for token in piece_tokens[at]]
        text, doubtful = tokenizer.decode(tokens).strip(), True
    if guards.is_invention(text, result.no_speech_prob, mean_logprob):
        tokens, text = [], ""
    return _Decoded(tuple(tokens), text, tokenizer.language_code, mean_logprob, result.no_speech_prob, doubtful)
