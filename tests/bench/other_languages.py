"""``python -m tests.bench.other_languages``: how sure tiny.en is of speech that is not English, a minute at a time.

Prompts of Debian's packages ``asterisk-core-sounds-{en,es,fr,it,ru}-wav`` joined to minutes, the demo, and each
``*.wav`` of ``$VIVAVOCE_SPEECH``, as they are and in white noise. The figures are in ``docs/other-languages.md``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.bench.noises import as_samples
from tests.bench.prompts import calls_of
from tests.bench.sounds import read, written
from transcribe import models
from transcribe.files import transcribe_file
from transcribe.recording import RATE_HZ, Samples
from transcribe.whisper import Engine
from tui.demo.script import sound_path

PROMPTS = Path("/usr/share/asterisk/sounds")
LANGUAGES = ("en", "es", "fr", "it", "ru")
MINUTE = 60 * RATE_HZ
ABOVE_DB = (20, 10, 5, 0)


def minutes(most: int) -> Iterator[tuple[str, Samples]]:
    """Name and sound of each, English first."""
    for language in LANGUAGES:
        for folder in sorted(PROMPTS.glob(f"{language}_*")):
            for number, sound in enumerate(calls_of(folder, most), 1):
                yield f"prompts {language} {number}", sound
    demo = read(sound_path())
    brought = sorted(Path(os.environ.get("VIVAVOCE_SPEECH", "/nowhere")).glob("*.wav"))
    plain = [("demo", demo[at : at + MINUTE]) for at in range(0, len(demo) - MINUTE // 2, MINUTE)]
    for name, sound in (*plain, *((path.stem, read(path)) for path in brought)):
        yield f"english {name}", sound
        for above_db in ABOVE_DB:
            yield f"english {name} {above_db} dB above noise", _in_noise(sound, above_db)


def _in_noise(sound: Samples, above_db: float) -> Samples:
    power = float(np.sqrt(np.square(sound.astype(np.float64)).mean()))
    noise = np.random.default_rng(1).normal(0, power * 10 ** (-above_db / 20), len(sound))
    return as_samples((sound + noise) / 32_767)


def main() -> None:
    """A line for each minute: mean probability of its words, and whether it was said to be no English."""
    engine = Engine(models.find().path, "cpu", workers=2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "minute.wav"
        for name, sound in minutes(int(sys.argv[1]) if len(sys.argv) > 1 else 8):
            written(path, sound)
            found = transcribe_file(path, engine)
            sure = [word.probability for one in found.utterances for word in one.words]
            said = any("English" in sentence for sentence in found.notices)
            mean = f"{np.mean(sure):.2f}" if sure else "-"
            print(f"{name:50} {len(sure):4} words {mean:>5}  {'said' if said else ''}", flush=True)


if __name__ == "__main__":
    main()
