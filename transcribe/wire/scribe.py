"""Between the app and the scribe."""

from __future__ import annotations

from dataclasses import dataclass

from transcribe.wire.shared import Failed, Span

# --- app -> scribe ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Load:
    """First line to the scribe: the recording it reads from and the model it reads with."""

    path: str
    key_hex: str
    model: str
    device: str = "auto"
    threads: int = 0
    voiceprint: tuple[float, ...] = ()
    """The interviewer's, where it was enrolled."""
    interviewer_channel: int | None = None
    """The number of theirs, 0 or 1, where each person has a microphone."""
    compute_type: str = ""
    """As CTranslate2 says it; empty: the best that works."""
    language: str = ""
    """Whisper's code for it; empty: found out, by a model that knows several."""
    terms: tuple[str, ...] = ()
    """The study's glossary: names and terms as they are to be spelled."""
    verbatim: str = "clean"
    """Or ``strict``: fillers and repeats that Whisper leaves out are looked for."""
    frugal: bool = False
    """The machine can't keep up with as much sound at once as the model would be given."""


@dataclass(frozen=True)
class Hear:
    """Transcribe this closed stretch of the recording.

    Read together with its neighbours it brings ``before_ms`` and ``after_ms`` of the quiet around it along; with those
    in ``earlier`` it is read in one window, and what is said in them is told once more.
    """

    id: str
    start_ms: int
    end_ms: int
    before_ms: int = 0
    after_ms: int = 0
    earlier: tuple[Hear, ...] = ()


@dataclass(frozen=True)
class Reread:
    """Read these neighbours in one window, in each other's context; ``Reheard`` answers."""

    id: str
    stretches: tuple[Hear, ...]


@dataclass(frozen=True)
class Glance:
    """Caption this open stretch, if nothing else waits; a newer glance takes the place of an older one."""

    id: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Scan:
    """Find the speech in a stretch that nobody listened to yet; closed ``Span``s answer, then ``Scanned``."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class TakePrint:
    """Take the voiceprints of this utterance, or its ``levels`` (see ``Span``); ``Printed`` answers.

    They stay in the scribe.
    """

    id: str
    start_ms: int
    end_ms: int
    levels: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Forget:
    """Let go of the voiceprints of an utterance that was struck. Nothing answers."""

    id: str


@dataclass(frozen=True)
class Said:
    """The words of an utterance: who asks is more likely the interviewer."""

    id: str
    text: str


@dataclass(frozen=True)
class Attribute:
    """Say whose the utterances are, given what was said and when questions were asked; ``Attributed`` answers."""

    id: str
    said: tuple[Said, ...]
    cues_ms: tuple[int, ...]


ScribeCommand = Load | Hear | Reread | Glance | Scan | TakePrint | Forget | Attribute

# --- scribe -> app ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Loading:
    """It has come up, and loads its model: what ends it from here on is not that it could not be started."""


@dataclass(frozen=True)
class Ready:
    """The model is loaded and warm. ``notice`` is one sentence when a fallback was taken."""

    model: str
    device: str
    compute_type: str
    notice: str | None = None
    voices: bool = False
    """Whether there is a model that tells speakers apart."""


@dataclass(frozen=True)
class LanguageFound:
    """The model is sure by now which language is spoken; told once."""

    language: str


@dataclass(frozen=True)
class Word:
    """One word with its place in the recording and the model's probability (0 to 1)."""

    start_ms: int
    end_ms: int
    text: str
    probability: float
    strict: bool = False
    """A filler or a repeat that strict verbatim put between the words of the first hypothesis."""


@dataclass(frozen=True)
class Caption:
    """What is being said in an open stretch: ``text`` begins with ``confirmed``, on which two readings agree."""

    id: str
    start_ms: int
    end_ms: int
    text: str
    confirmed: str = ""


@dataclass(frozen=True)
class Heard:
    """The words of a closed stretch; no text means that nothing was said in it.

    ``earlier`` has those that were read with it, but for what was heard better before.
    """

    id: str
    text: str
    words: tuple[Word, ...]
    language: str = "en"
    earlier: tuple[Heard, ...] = ()


@dataclass(frozen=True)
class Reheard:
    """The words of a window, stretch by stretch; ``failed`` names those of which none can be had."""

    id: str
    heard: tuple[Heard, ...]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scanned:
    """A scan is done: every span up to here was told."""

    end_ms: int


@dataclass(frozen=True)
class Printed:
    """The voiceprints of an utterance are taken."""

    id: str


@dataclass(frozen=True)
class WhoseTurn:
    """A stretch of an utterance in one voice, 1 or 2 as they were first heard; None: unsure.

    ``speaker`` is None where nothing says whose the voice is. ``confidence`` from 0 to 1.
    """

    start_ms: int
    end_ms: int
    speaker: str | None
    confidence: float
    voice: int | None


@dataclass(frozen=True)
class Whose:
    """Who speaks (longest) in an utterance: interviewer, participant, or None where that is unsure.

    ``voice`` is the voice, 1 or 2, where that is known; with no speaker, the confidence is the voice's. There are
    ``turns`` where there is more than one.
    """

    id: str
    speaker: str | None
    confidence: float
    voice: int | None
    turns: tuple[WhoseTurn, ...]


@dataclass(frozen=True)
class Attributed:
    """Whose the utterances are, as far as their prints were taken."""

    id: str
    whose: tuple[Whose, ...]


ScribeReport = (
    Loading | Ready | LanguageFound | Caption | Heard | Reheard | Span | Scanned | Printed | Attributed | Failed
)
