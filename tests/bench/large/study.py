"""A large study, made of invented words through the store's own face. The same seed gives the same words."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np

from guides import Guide, bundled_guide
from store import Decision, Kind, Move, SpokenWord, Study
from tests.studies import PASSPHRASE, cheap_keys
from transcribe import recording

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GUIDE = "peer-specialist-fidelity"
EACH_MS = 2_400
SEED = 7
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_VOCABULARY = 4_000
_SPEAKERS = ("interviewer", "participant")


@dataclass(frozen=True)
class Size:
    """So many sessions of so many utterances each, with ``sound_s`` seconds of recording in each."""

    sessions: int = 300
    utterances: int = 1_500
    sound_s: int = 1


class Words:
    """Invented words, some of them far more frequent than others, as in speech."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self._all = [self._word() for _ in range(_VOCABULARY)]
        total, self._sums = 0.0, []
        for rank in range(1, _VOCABULARY + 1):
            total += 1 / rank
            self._sums.append(total)

    def some(self, fewest: int, most: int) -> list[str]:
        """So many of them in a row."""
        return self.chance.choices(self._all, cum_weights=self._sums, k=self.chance.randint(fewest, most))

    def frequent(self, letters: int) -> str:
        """The most frequent of them that has so many letters."""
        return next(word for word in self._all if len(word) == letters)

    def _word(self) -> str:
        syllables = self.chance.randint(1, 4)
        return "".join(self.chance.choice(_CONSONANTS) + self.chance.choice(_VOWELS) for _ in range(syllables))


def make(folder: Path, size: Size, seed: int = SEED) -> tuple[str, ...]:
    """Makes the study in a new folder, under the passphrase and with the cheap keys of the tests; gives its sessions.

    Participants are called 60000, 60001, …; one session each, all in the guide's second wave.
    """
    guide, words = bundled_guide(GUIDE), Words(seed)
    with cheap_keys(), Study.create(folder, PASSPHRASE, name="A large study", guide=guide, now=NOW)[0] as study:
        return tuple(_hold(study, guide, words, number, size) for number in range(size.sessions))


def _hold(study: Study, guide: Guide, words: Words, number: int, size: Size) -> str:
    """One session from its beginning to its memo; what is said in it goes to the disk at once."""
    began = NOW + timedelta(hours=number)
    participant = str(60_000 + number)
    with study.at_once():
        study.participants.add(participant, {"role": words.some(1, 1)[0]}, began)
        session = study.sessions.begin(
            participant, 2, guide_sha256=guide.sha256, setting="office", others_present="nobody", now=began
        ).id
        for kind in Kind:
            study.consent.decide(session, kind, Decision.GRANTED, form_version="1", recorded_by="ME", now=began)
    length_ms = max(size.utterances * EACH_MS, size.sound_s * 1_000)
    _record(study, session, size.sound_s, length_ms, began)
    with study.at_once():
        study.sessions.note_machine(session, "tiny.en", "cpu")
        _ask(study, guide, session, began, length_ms)
        for start_ms in range(0, size.utterances * EACH_MS, EACH_MS):
            _say(study, session, words, start_ms, began)
        for at_ms in range(0, length_ms, length_ms // 20 + 1):
            study.log.jot(session, at_ms=at_ms, text=" ".join(words.some(2, 8)), now=began)
            study.log.mark(session, at_ms=at_ms, text=None, now=began)
        captured_ms = size.sound_s * 1_000
        study.sessions.stop(session, began, recording_ms=length_ms, captured_ms=captured_ms, dropped_frames=0)
        memo = study.memos.open(session, "", began)
        study.memos.save(memo.id, " ".join(words.some(200, 400)), began)
        study.sessions.complete(session, began, ready_after_stop_ms=900)
    return session


def _record(study: Study, session: str, seconds: int, length_ms: int, now: datetime) -> None:
    """Some sound, if any; without a microphone the recording goes on, so that what was said lies within it."""
    if not seconds:
        return
    permit = study.permit_recording(session, now)
    writer = recording.create(permit.path, permit.key)
    for second in range(1, seconds + 1):
        seq = writer.append(np.full(recording.RATE_HZ, 1_000, dtype=np.int16))
        study.sessions.acknowledge(session, seq, second * 1_000, second * 1_000)
    if length_ms > seconds * 1_000:
        writer.gap(seconds * 1_000, length_ms, "device")
        study.log.gap(session, seconds * 1_000, length_ms, "device", now)
    writer.close()


def _ask(study: Study, guide: Guide, session: str, now: datetime, length_ms: int) -> None:
    questions = tuple(guide.for_wave(2))
    for place, question in enumerate(questions):
        study.log.cue(session, question=question.id, move=Move.ASK, at_ms=place * length_ms // len(questions), now=now)


def _say(study: Study, session: str, words: Words, start_ms: int, now: datetime) -> None:
    row = study.transcript.add_utterance(session, start_ms, start_ms + EACH_MS - 100, now)
    said = words.some(4, 16)
    each_ms = (EACH_MS - 100) // len(said)
    spoken = [
        SpokenWord(start_ms + place * each_ms, start_ms + (place + 1) * each_ms, f" {word}", 0.9)
        for place, word in enumerate(said)
    ]
    speaker = _SPEAKERS[start_ms // EACH_MS % 4 > 0]
    study.transcript.set_text(
        row, " ".join(said), spoken, speaker=speaker, reading="live", model="tiny.en", now=now, confidence=0.9
    )


def leave_unerased(folder: Path) -> None:
    """Something is struck of a session that runs, and the program ends at once: unused space is still to be erased."""
    study = Study.open(folder, PASSPHRASE, NOW)
    number = str(70_000 + len(study.participants.list()))
    study.participants.add(number, {}, NOW)
    guide = study.guides.current().sha256
    session = study.sessions.begin(number, 2, guide_sha256=guide, setting="office", others_present="nobody", now=NOW).id
    study.strike(session, 0, 1_000, NOW, sound=False)
    os._exit(0)


def main() -> None:
    """``make FOLDER SESSIONS UTTERANCES SOUND_S`` or ``leave-unerased FOLDER``, with the interpreter of any tree."""
    match sys.argv[1:]:
        case ["make", folder, *size]:
            make(Path(folder), Size(*map(int, size)))
        case ["leave-unerased", folder]:
            leave_unerased(Path(folder))


if __name__ == "__main__":
    main()
