"""Whose an utterance is: the scribe says, and where the researcher has named a voice, the researcher."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import SpokenWord, Study
from tests.tui.conftest import NOW, PASSPHRASE, _begun
from transcribe import wire
from tui.attributing import Attributing
from tui.hearing import Hearing


class Room:
    """A session with what was said in it, each utterance 5 s after the one before."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.session = _begun(study, "50003", 1, 0).id
        self.keys: list[str] = []
        self.told: list[tuple[str, str | None]] = []
        self.attributing = Attributing(study, self.session, Hearing(lambda _: None), self._tell, lambda: NOW)

    def hear(self, text: str) -> None:
        at_ms = 5_000 * len(self.keys)
        words = [SpokenWord(at_ms + 300 * n, at_ms + 300 * n + 250, word, 0.9) for n, word in enumerate(text.split())]
        key = self.study.transcript.add_utterance(self.session, at_ms, at_ms + 4_000, NOW)
        self.study.transcript.set_text(key, text, words, speaker=None, reading="live", model="tiny.en", now=NOW)
        self.keys.append(key)

    def told_apart(self, *voices: int, interviewer: int | None) -> None:
        """The scribe's answer at the end: a voice each, and who it takes for the interviewer, if it dares to say."""
        self.attributing.take(
            wire.Attributed(
                "at the end",
                tuple(
                    wire.Whose(key, self._speaker(voice == interviewer) if interviewer else None, 0.8, voice, ())
                    for key, voice in zip(self.keys, voices, strict=True)
                ),
            )
        )

    def _tell(self, key: str) -> None:
        with self.study.another() as elsewhere:  # what a screen is told is on the disk by then
            self.told.append((key, elsewhere.transcript.get(key).speaker))

    @property
    def speakers(self) -> list[str | None]:
        return [self.study.transcript.get(key).speaker for key in self.keys]

    @staticmethod
    def _speaker(asks: bool) -> str:
        return "interviewer" if asks else "participant"


@pytest.fixture
def room(demo_folder: Path) -> Iterator[Room]:
    with Study.open(demo_folder, PASSPHRASE, NOW) as study:
        yield Room(study)


def test_a_session_that_goes_on_keeps_the_names_that_were_given_to_its_voices(room: Room) -> None:
    room.hear("What has changed?")
    room.hear("Quite a lot.")
    room.told_apart(1, 2, interviewer=None)
    room.study.speakers.name(room.session, 1, "interviewer", NOW)
    room.hear("Go on.")
    room.hear("We moved house.")

    room.told_apart(1, 2, 1, 2, interviewer=2)  # with more to go by, and wrong
    assert room.speakers == ["interviewer", "participant"] * 2

    room.hear("And then?")
    room.told_apart(2, 1, 2, 1, 2, interviewer=None)  # numbered the other way round
    assert room.speakers == ["interviewer", "participant", "interviewer", "participant", "interviewer"]


def test_one_utterance_put_right_by_hand_names_nothing_else(room: Room) -> None:
    room.hear("What has changed?")
    room.hear("Quite a lot.")
    room.told_apart(1, 2, interviewer=1)
    room.study.transcript.set_speaker(room.keys[1], "interviewer", now=NOW)
    room.hear("We moved house.")

    room.told_apart(1, 2, 2, interviewer=1)
    assert room.speakers == ["interviewer", "interviewer", "participant"]


def test_only_what_changed_is_written_and_told_and_only_after_all_is_on_the_disk(room: Room) -> None:
    for text in ("What has changed?", "Quite a lot.", "Go on."):
        room.hear(text)
    room.told_apart(1, 2, 1, interviewer=1)
    assert room.told == list(zip(room.keys, room.speakers, strict=True))

    versions = [room.study.transcript.get(key).version for key in room.keys]
    room.told_apart(1, 2, 2, interviewer=1)
    assert room.told[3:] == [(room.keys[2], "participant")]
    assert [room.study.transcript.get(key).version for key in room.keys] == [*versions[:2], versions[2] + 1]
