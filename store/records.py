"""Every row of the study as a frozen dataclass, and the words their columns may hold.

``*_ms`` is recording time in milliseconds (in a session of notes only: milliseconds since it began, net of pauses);
every ``datetime`` is aware, in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a consent decision is about."""

    TAKING_PART = "taking_part"
    AUDIO = "audio"
    QUOTING = "quoting"
    CONTACT = "contact"


class Decision(StrEnum):
    """What was decided."""

    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class State(StrEnum):
    """Where a session stands: open -> stopped -> complete; open -> interrupted -> open or stopped; all -> withdrawn."""

    OPEN = "open"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    COMPLETE = "complete"
    WITHDRAWN = "withdrawn"


class Mode(StrEnum):
    """How a session is kept: with sound, or with typed notes only."""

    AUDIO = "audio"
    NOTES = "notes"


class Verbatim(StrEnum):
    """How a transcript was read: with fillers and repeats looked for (strict), or without (clean)."""

    CLEAN = "clean"
    STRICT = "strict"


class Move(StrEnum):
    """A move in the guide."""

    ASK = "ask"
    BACK = "back"
    SKIP = "skip"
    FOLLOW = "follow"


@dataclass(frozen=True)
class Participant:
    """A person in the study: a number, never a name."""

    number: str
    attributes: dict[str, str]
    added_at: datetime
    id: str = ""
    """What the audit log calls them, whatever number they have."""


@dataclass(frozen=True)
class ConsentDecision:
    """One decision as it was recorded; the newest of a kind is the one that holds."""

    kind: Kind
    decision: Decision
    decided_at: datetime
    form_version: str
    recorded_by: str


@dataclass(frozen=True)
class Session:
    """One sitting with one participant.

    ``language`` is Whisper's code of the language that a model found; None where it found none, or was told.
    ``destroyed_at`` is when all of it was destroyed, as it was to be kept no longer.
    ``closed_at`` is when somebody chose to leave it as it is, with its transcript unfinished.
    ``annulled_at`` is when it was annulled, as it was begun or refused by mistake; the reason may be destroyed later.
    ``utc_offset_min`` is how far the clock of the place was ahead of UTC at ``started_at``; None where nobody kept it.
    """

    id: str
    participant: str
    wave: int
    state: State
    mode: Mode
    guide_sha256: str
    started_at: datetime
    stopped_at: datetime | None
    setting: str
    others_present: str
    recording_ms: int
    captured_ms: int
    dropped_frames: int
    ready_after_stop_ms: int | None
    memo_opened_at: datetime | None
    model: str | None
    device: str | None
    acked_seq: int = 0
    language: str | None = None
    destroyed_at: datetime | None = None
    closed_at: datetime | None = None
    annulled_at: datetime | None = None
    annulled_reason: str | None = None
    utc_offset_min: int | None = None


@dataclass(frozen=True)
class Cue:
    """A stamped move in the guide; a follow-up has text of its own and may have no question.

    One that was stamped by mistake has ``undone_at``: it stays in the log, and counts for nothing.
    """

    question: str | None
    move: Move
    at_ms: int
    text: str | None
    made_at: datetime
    id: str = ""
    undone_at: datetime | None = None


@dataclass(frozen=True)
class Mark:
    """A moment flagged by one key. ``question`` is what was asked last before it; ``off_record`` as of a jotting."""

    at_ms: int
    text: str | None
    made_at: datetime
    id: str = ""
    question: str | None = None
    off_record: bool = False


@dataclass(frozen=True)
class Jotting:
    """A note typed during the session; ``question`` is what was asked last before it.

    ``off_record``: made while nothing was captured, at the participant's wish or the interviewer's. ``corrected_at``
    is when its words were last put in place of others, of which nothing is left.
    """

    at_ms: int
    text: str
    made_at: datetime
    id: str = ""
    question: str | None = None
    off_record: bool = False
    corrected_at: datetime | None = None


@dataclass(frozen=True)
class GapRow:
    """Recording time without sound. ``reason``: pause never (time stands still), restart, stall, device, strike."""

    start_ms: int
    end_ms: int
    reason: str


@dataclass(frozen=True)
class Pause:
    """Off the record: recording time stands still at ``at_ms`` until it is resumed."""

    at_ms: int
    paused_at: datetime
    resumed_at: datetime | None


@dataclass(frozen=True)
class Interruption:
    """The session broke off at ``at_ms`` of recording, as far as is known at ``broke_off_at``, and went on later."""

    at_ms: int
    broke_off_at: datetime
    went_on_at: datetime


@dataclass(frozen=True)
class SpokenWord:
    """One word with its place in the recording and the model's probability (0 to 1)."""

    start_ms: int
    end_ms: int
    text: str
    probability: float
    strict: bool = False
    """A filler or a repeat that strict verbatim put between the others."""


@dataclass(frozen=True)
class Utterance:
    """One stretch of speech in its newest version; ``version`` 0 and ``text`` None: not transcribed yet.

    ``voice`` is the voice it is in, 1 or 2 as they were first heard, where that could be told. ``confidence`` (0 to 1)
    is that of a speaker told by voice; with no speaker it is the voice's, and with no voice it says that it was unsure.
    """

    id: str
    session: str
    start_ms: int
    end_ms: int
    version: int
    speaker: str | None
    text: str | None
    words: tuple[SpokenWord, ...]
    question: str | None
    struck: bool = False
    confidence: float | None = None
    verbatim: Verbatim = Verbatim.CLEAN
    voice: int | None = None


@dataclass(frozen=True)
class Unreadable:
    """A stretch of speech without words: this model was the last that could not read it."""

    id: str
    start_ms: int
    end_ms: int
    model: str


@dataclass(frozen=True)
class Reading:
    """One version of a transcript: who read it, and how many utterances it holds."""

    version: int
    reading: str
    model: str
    made_at: datetime
    utterances: int


@dataclass(frozen=True)
class Wish:
    """A session that this model shall read once more."""

    session: str
    model: str
    wished_at: datetime


@dataclass(frozen=True)
class UtteranceVersion:
    """One version of one utterance."""

    version: int
    text: str
    words: tuple[SpokenWord, ...]
    speaker: str | None
    reading: str
    model: str
    made_at: datetime
    confidence: float | None = None
    verbatim: Verbatim = Verbatim.CLEAN
    voice: int | None = None


@dataclass(frozen=True)
class MemoVersion:
    """A memo as it stood at some time."""

    version: int
    text: str
    kept_at: datetime


@dataclass(frozen=True)
class Memo:
    """A reflection written after a session, as it stands now."""

    id: str
    session: str
    text: str
    opened_at: datetime
    saved_at: datetime
    minutes_after: float


@dataclass(frozen=True)
class Hit:
    """A place found by search. ``kind``: utterance, memo, jotting. ``excerpt`` holds the words around the hit."""

    kind: str
    session: str
    participant: str
    wave: int
    at_ms: int | None
    ref: str
    excerpt: str


@dataclass(frozen=True)
class Finding:
    """Something wrong with a study, and what to do about it."""

    code: str
    text: str


@dataclass(frozen=True)
class Looked:
    """One thing that was looked at in a check, by name, and what was found wrong with it, most often nothing."""

    what: str
    found: tuple[Finding, ...]


@dataclass(frozen=True)
class AuditEntry:
    """One line of the audit log: what happened to which thing, never what was said."""

    seq: int
    at: datetime
    action: str
    subject: str
    hash: str
