"""Everything that a study holds of one session, gathered for a hand-over or a listing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from guides import Guide
from store.attachments import Attachment
from store.handed_over import HandedOver
from store.kept_receipts import Receipt
from store.records import (
    ConsentDecision,
    Cue,
    Decision,
    GapRow,
    Interruption,
    Jotting,
    Kind,
    Mark,
    Memo,
    Participant,
    Pause,
    Reading,
    Session,
    State,
    Unreadable,
    Utterance,
)

if TYPE_CHECKING:
    from store.study import Study


_WORDLESS_MS = 10_000
"""Sound that is shorter holds no interview, and it needs not be said that no word was heard in it."""


@dataclass(frozen=True)
class Dossier:
    """One session with everything that belongs to it.

    ``cues`` are the moves that count, ``undone`` those that were stamped by mistake. A note says of itself after which
    question it was made, and whether off the record. ``consent`` is the newest decision of each kind, ``pending`` the
    stretches of speech that have not been transcribed, the ``unreadable`` among them; ``audit_head`` stands for the
    study's audit log as it was when this was gathered.
    """

    study: str
    invented: bool
    session: Session
    participant: Participant
    guide: Guide
    consent: dict[Kind, Decision]
    decisions: tuple[ConsentDecision, ...]
    cues: tuple[Cue, ...]
    marks: tuple[Mark, ...]
    jottings: tuple[Jotting, ...]
    gaps: tuple[GapRow, ...]
    pauses: tuple[Pause, ...]
    utterances: tuple[Utterance, ...]
    versions: tuple[Reading, ...]
    memos: tuple[Memo, ...]
    pending: tuple[Utterance, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    undone: tuple[Cue, ...] = ()
    audit_head: str = field(default="", compare=False)

    @property
    def unread(self) -> int:
        """How many stretches of speech wait to be transcribed."""
        return len(self.pending)

    @property
    def wordless_ms(self) -> int:
        """How much sound (ms) no word was heard in; 0 where there are words, or some may come or were destroyed."""
        session, struck = self.session, any(gap.reason == "strike" for gap in self.gaps)
        kept = session.state is State.COMPLETE and self.consent.get(Kind.AUDIO) is Decision.GRANTED
        read = kept and session.model is not None  # where the recording is lost nobody has listened
        if not read or struck or self.utterances or self.pending or session.captured_ms < _WORDLESS_MS:
            return 0
        return session.captured_ms

    @property
    def audio_decided_at(self) -> datetime | None:
        """When the decision about audio was made that holds."""
        return next((one.decided_at for one in reversed(self.decisions) if one.kind is Kind.AUDIO), None)


@dataclass(frozen=True)
class Remains:
    """What is told of every session: that it was held, what was decided, what was destroyed; what is kept beside it."""

    session: Session
    consent: dict[Kind, Decision]
    decisions: tuple[ConsentDecision, ...]
    receipts: tuple[Receipt, ...]
    attachments: tuple[Attachment, ...] = ()
    handed_over: tuple[HandedOver, ...] = ()


def gather(study: Study, session_id: str) -> Dossier:
    """The dossier of a session that may be read; utterances without words are left out. Raises ConsentRequired."""
    session = study.gate.session(session_id)
    memo = study.memos.for_session(session.id)
    return Dossier(
        study=study.name,
        invented=study.invented,
        session=session,
        participant=study.participants.get(session.participant),
        guide=study.guides.get(session.guide_sha256),
        consent=study.consent.newest(session.id),
        decisions=study.consent.history(session.id),
        cues=study.log.cues(session.id),
        undone=study.log.undone(session.id),
        marks=study.log.marks(session.id),
        jottings=study.log.jottings(session.id),
        gaps=study.log.gaps(session.id),
        pauses=study.log.pauses(session.id),
        interruptions=study.log.interruptions(session.id),
        utterances=study.transcript.utterances(session.id),
        versions=study.transcript.versions(session.id),
        memos=() if memo is None else (memo,),
        pending=study.transcript.pending(session.id),
        unreadable=study.unreadable.list(session.id),
        receipts=study.receipts.list(session.id),
        audit_head=study.audit.head(),
    )


def remains(study: Study, session_id: str) -> Remains:
    """What may be told of any session."""
    session = study.sessions.get(session_id)
    history = study.consent.history(session.id)
    return Remains(
        session,
        study.consent.newest(session.id),
        history,
        study.receipts.list(session.id),
        study.attachments.list(session.id),
        study.handed_over.list(session.id),
    )
