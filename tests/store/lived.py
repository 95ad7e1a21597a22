"""A study in which interviews were held, full of words that are found nowhere else, and what is looked for later."""

from __future__ import annotations

import copy
import random
import shutil
import string
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from store import Decision, Kind, Move, SpokenWord, Study, keys
from tests.store import pages
from transcribe import recording

PASSPHRASE = "a quiet room, two chairs"
NOW = datetime.fromisoformat("2026-03-02T09:30:00+00:00")
SECONDS = 6
EACH_MS = 4_000
LONGEST_MS = 3_600_000
FORM = b"%PDF signed by Xwqvbartholomew"


@dataclass
class Held:
    """One session: the words that only it holds, by utterance; its notes; its key; its sound, second by second."""

    id: str
    said: list[str] = field(default_factory=list)
    rows: list[tuple[str, list[str]]] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    memo: list[str] = field(default_factory=list)
    key: bytes = b""
    sound: list[bytes] = field(default_factory=list)


class Lived:
    """A study with a few sessions, and a look at its disk."""

    def __init__(self, study: Study, chance: random.Random | None = None) -> None:
        self.study, self.folder = study, study.folder
        self.chance = chance or random.Random(7)
        self._common = [self.word(self.chance.randint(2, 8)) for _ in range(3000)]
        self.sessions: list[Held] = []

    def copied_to(self, folder: Path) -> Lived:
        """The same, closed before and opened elsewhere, so that each test may take something from it."""
        shutil.copytree(self.folder, folder)
        other = copy.copy(self)
        other.study, other.folder = Study.open(folder, PASSPHRASE, NOW), folder
        other.sessions = list(self.sessions)
        return other

    def word(self, letters: int = 12) -> str:
        return "".join(self.chance.choice(string.ascii_lowercase) for _ in range(letters))

    def hold(self, utterances: int = 120, *, open_still: bool = False) -> Held:
        """One more session, recorded, transcribed, read together and once more, with notes and a memo."""
        held = self._begun()
        with self.study._database.write():
            self._say(held, utterances)
        self._note(held)
        if not open_still:
            self._pull_out(held)
            self.study.sessions.stop(held.id, NOW, recording_ms=6000, captured_ms=6000, dropped_frames=0)
            self._write_memo(held)
        self.sessions.append(held)
        return held

    def on_disk(self) -> dict[str, bytes]:
        """Every file; the study and the recordings whose keys were made here, in clear."""
        study_key = keys.unlock(self.folder, "passphrase", PASSPHRASE)
        recordings = {f"recordings/{held.id}.db": held.key for held in self.sessions}
        there = {name: key for name, key in recordings.items() if (self.folder / name).exists()}
        return pages.on_disk(self.folder, {"study.db": study_key, **there})

    def left_of(self, held: Held) -> dict[str, dict[str, int]]:
        """What is found of a session, by kind: in which files, and how many pieces of it."""
        read = self.on_disk()
        looked_for = {
            "words": pages.traces_of_words(held.said),
            "key": pages.traces_of_key(held.key),
            "sound": pages.traces_of_sound(b"".join(held.sound)),
            "notes": pages.traces_of_words(held.noted),
            "memo": pages.traces_of_words(held.memo),
            "form": {FORM},
        }
        found = {kind: pages.found(read, traces) for kind, traces in looked_for.items()}
        return {kind: where for kind, where in found.items() if where}

    def _begun(self) -> Held:
        number, guide = str(60001 + len(self.sessions)), self.study.guides.current()
        self.study.participants.add(number, {"role": "peer"}, NOW)
        session = self.study.sessions.begin(
            number, 1, guide_sha256=guide.sha256, setting="office", others_present="nobody", now=NOW
        )
        for kind in Kind:
            self.study.consent.decide(session.id, kind, Decision.GRANTED, form_version="1", recorded_by="ME", now=NOW)
        self.study.attachments.add(session.id, "signed form", "form.pdf", FORM, NOW)
        held = Held(session.id)
        self._record(held)
        return held

    def _record(self, held: Held) -> None:
        permit = self.study.permit_recording(held.id, NOW)
        held.key = permit.key
        noise = np.random.default_rng(self.chance.randrange(10**6))
        writer = recording.create(permit.path, permit.key)
        for second in range(SECONDS):
            samples = noise.integers(-9000, 9000, recording.RATE_HZ, dtype=np.int16)
            seq = writer.append(samples)
            self.study.sessions.acknowledge(held.id, seq, (second + 1) * 1000, (second + 1) * 1000)
            held.sound.append(samples.tobytes())
        writer.close()

    def _pull_out(self, held: Held) -> None:
        """Without a microphone the recording goes on, so that everything that was said lies within it."""
        writer = recording.append_to(self.study.permit_recording(held.id, NOW).path, held.key)
        writer.gap(SECONDS * 1000, LONGEST_MS, "device")
        writer.close()

    def _say(self, held: Held, utterances: int) -> None:
        """First the rows, then the words in any order, as they are read after an interruption."""
        for number in range(utterances):
            start_ms = number * EACH_MS
            held.said.append(self.word())
            words = self.chance.choices(self._common, k=self.chance.randint(2, 24))
            words.insert(self.chance.randint(0, len(words)), held.said[-1].capitalize())
            key = self.study.transcript.add_utterance(held.id, start_ms, start_ms + EACH_MS - 100, NOW)
            held.rows.append((key, words))
        for reading in ("recovered", "again"):
            for row, words in self.chance.sample(held.rows, utterances):
                self._read(row, words, reading)

    def _read(self, utterance: str, words: list[str], reading: str) -> None:
        spoken = [SpokenWord(at, at + 90, word, 0.9) for at, word in enumerate(words)]
        self.study.transcript.set_text(
            utterance, " ".join(words), spoken, speaker=None, reading=reading, model="tiny.en", now=NOW
        )

    def _note(self, held: Held) -> None:
        log = self.study.log
        held.noted = [self.word() for _ in range(4)]
        log.jot(held.id, at_ms=1000, text=f"looks {held.noted[0]}", now=NOW)
        log.jot(held.id, at_ms=2000, text=f"away {held.noted[1]}", now=NOW)
        log.mark(held.id, at_ms=2500, text=held.noted[2], now=NOW)
        log.cue(held.id, question=None, move=Move.FOLLOW, at_ms=3000, text=f"and {held.noted[3]}?", now=NOW)

    def _write_memo(self, held: Held) -> None:
        memos, later = self.study.memos, NOW + timedelta(minutes=9)
        memo, text = memos.open(held.id, "", NOW).id, ""
        for _ in range(12):
            held.memo.append(self.word())
            text += f"{held.memo[-1]} and "
            memos.save(memo, text, later)
            memos.keep_version(memo, later)
        memos.save(memo, text.replace(held.memo[0], "something"), later)
        self.study.search("something")
