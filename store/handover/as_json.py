"""JSON: everything of a session, for programs; times of recording are in seconds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from guides import plaintext
from store.dossier import Dossier, Remains
from store.handover.facts import happened, not_asked
from store.handover.wording import legend
from store.kept_receipts import Receipt
from store.noted import doubtful, silences
from store.records import ConsentDecision, Cue, Jotting, Mark, Memo, Reading, Session, SpokenWord, Utterance


def render(dossier: Dossier) -> str:
    """The dossier as one JSON object, indented."""
    whole = {"study": dossier.study, "invented": dossier.invented, "legend": [*legend(dossier), *happened(dossier)]}
    whole["audit_head"] = dossier.audit_head
    return plaintext.as_indented_json({**as_dict(dossier), **whole}) + "\n"


def session_dict(session: Session) -> dict[str, Any]:
    """One session as ``sessions list`` prints it."""
    return {
        "id": session.id,
        "participant": session.participant,
        "wave": session.wave,
        "state": str(session.state),
        "mode": str(session.mode),
        "started_at": _at(session.started_at),
        "stopped_at": _at(session.stopped_at),
        "utc_offset_min": session.utc_offset_min,
        "audio_seconds": _seconds(session.captured_ms),
        "recording_seconds": _seconds(session.recording_ms),
        "dropped_frames": session.dropped_frames,
        "ready_after_stop_s": _seconds(session.ready_after_stop_ms),
        "memo_opened_at": _at(session.memo_opened_at),
        "model": session.model,
        "device": session.device,
        "language": session.language,
        "setting": session.setting,
        "others_present": session.others_present,
        "guide_sha256": session.guide_sha256,
        "destroyed_at": _at(session.destroyed_at),
        "annulled_at": _at(session.annulled_at),
        "annulled_reason": session.annulled_reason,
    }


def as_dict(dossier: Dossier) -> dict[str, Any]:
    """A session with everything that belongs to it, as ``sessions show`` prints it."""
    guide = dossier.guide
    return {
        **session_dict(dossier.session),
        "guide": {"name": guide.name, "title": guide.title, "version": guide.version, "sha256": guide.sha256},
        "attributes": dossier.participant.attributes,
        "consent": [_decision(decision) for decision in dossier.decisions],
        "consent_now": {str(kind): str(decision) for kind, decision in dossier.consent.items()},
        "cues": [_cue(cue) for cue in dossier.cues],
        "undone": [_cue(cue) for cue in dossier.undone],
        "marks": [_note(mark) for mark in dossier.marks],
        "jottings": [_note(jotting) for jotting in dossier.jottings],
        "gaps": [
            {"start": _seconds(gap.start_ms), "end": _seconds(gap.end_ms), "reason": gap.reason} for gap in dossier.gaps
        ],
        "pauses": [
            {"at": _seconds(pause.at_ms), "paused_at": _at(pause.paused_at), "resumed_at": _at(pause.resumed_at)}
            for pause in dossier.pauses
        ],
        "interruptions": [
            {"at": _seconds(one.at_ms), "broke_off_at": _at(one.broke_off_at), "went_on_at": _at(one.went_on_at)}
            for one in dossier.interruptions
        ],
        "utterances": [_utterance(utterance) for utterance in dossier.utterances],
        "silences": [
            {"start": _seconds(one.start_ms), "end": _seconds(one.end_ms)}
            for one in silences(dossier.utterances, (*dossier.gaps, *dossier.pending))
        ],
        "unread": dossier.unread,
        "unreadable": [
            {"id": one.id, "start": _seconds(one.start_ms), "end": _seconds(one.end_ms), "model": one.model}
            for one in dossier.unreadable
        ],
        "not_transcribed": [{"start": _seconds(one.start_ms), "end": _seconds(one.end_ms)} for one in dossier.pending],
        "not_asked": [question.id for question in not_asked(dossier)],
        "versions": [_reading(reading) for reading in dossier.versions],
        "memos": [_memo(memo) for memo in dossier.memos],
        "receipts": [_receipt(receipt) for receipt in dossier.receipts],
    }


def beside_dict(remains: Remains) -> dict[str, Any]:
    """What is kept beside a session: signed forms, and which files were handed over; in no hand-over."""
    return {
        "attachments": [
            {"id": one.id, "kind": one.kind, "name": one.name, "bytes": one.size, "added_at": _at(one.added_at)}
            for one in remains.attachments
        ],
        "handed_over": [
            {"path": str(one.path), "sha256": one.sha256, "at": _at(one.at)} for one in remains.handed_over
        ],
    }


def remains_dict(remains: Remains) -> dict[str, Any]:
    """A session whose gate is shut, as ``sessions show`` prints it: the lists are there, and empty."""
    notes = ("cues", "undone", "marks", "jottings")
    heard = ("utterances", "silences", "unreadable", "not_transcribed", "versions")
    lists = (*notes, "gaps", "pauses", "interruptions", *heard, "not_asked", "memos")
    return {
        **session_dict(remains.session),
        "consent": [_decision(decision) for decision in remains.decisions],
        "consent_now": {str(kind): str(decision) for kind, decision in remains.consent.items()},
        **{name: [] for name in lists},
        "receipts": [_receipt(receipt) for receipt in remains.receipts],
    }


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _decision(decision: ConsentDecision) -> dict[str, Any]:
    return {
        "kind": str(decision.kind),
        "decision": str(decision.decision),
        "decided_at": _at(decision.decided_at),
        "form_version": decision.form_version,
        "recorded_by": decision.recorded_by,
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "cause": str(receipt.cause),
        "at": _at(receipt.at),
        "destroyed": list(receipt.destroyed),
        "out_of_reach": list(receipt.out_of_reach),
        "audit_head": receipt.audit_head,
    }


def _cue(cue: Cue) -> dict[str, Any]:
    return {
        "question": cue.question,
        "move": str(cue.move),
        "at": _seconds(cue.at_ms),
        "text": cue.text,
        "made_at": _at(cue.made_at),
    }


def _note(note: Mark | Jotting) -> dict[str, Any]:
    return {
        "id": note.id,
        "at": _seconds(note.at_ms),
        "text": note.text,
        "made_at": _at(note.made_at),
        "question": note.question,
        "off_record": note.off_record,
    }


def _utterance(utterance: Utterance) -> dict[str, Any]:
    return {
        "id": utterance.id,
        "version": utterance.version,
        "start": _seconds(utterance.start_ms),
        "end": _seconds(utterance.end_ms),
        "speaker": utterance.speaker,
        "voice": utterance.voice,
        "confidence": utterance.confidence,
        "verbatim": str(utterance.verbatim),
        "text": utterance.text,
        "question": utterance.question,
        "words": [_word(word) for word in utterance.words],
        "doubtful": [word.text for word in doubtful(utterance)],
    }


def _word(word: SpokenWord) -> dict[str, Any]:
    return {
        "start": _seconds(word.start_ms),
        "end": _seconds(word.end_ms),
        "word": word.text,
        "probability": word.probability,
        **({"strict": True} if word.strict else {}),
    }


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "version": reading.version,
        "reading": reading.reading,
        "model": reading.model,
        "made_at": _at(reading.made_at),
        "utterances": reading.utterances,
    }


def _memo(memo: Memo) -> dict[str, Any]:
    return {
        "id": memo.id,
        "text": memo.text,
        "opened_at": _at(memo.opened_at),
        "saved_at": _at(memo.saved_at),
        "minutes_after": memo.minutes_after,
    }
