"""What a hand-over says of a session beside its words: one fact a line, the same in every format for people."""

from __future__ import annotations

from collections.abc import Iterator

from guides.model import Question
from store.dossier import Dossier
from store.handover.wording import lasted, one_line, question, time
from store.localtime import local_time
from store.records import Cue, Decision, Jotting, Mark, Mode, Move, Utterance

MOVES = {Move.ASK: "Asked", Move.BACK: "Back to it", Move.SKIP: "Skipped", Move.FOLLOW: "Follow-up"}


def facts(dossier: Dossier) -> tuple[str, ...]:
    """When, how long, by whom and where it was held, with which guide and model, what was decided, what is missing."""
    return (*_sitting(dossier), *_means(dossier), *_decisions(dossier), *happened(dossier))


def moves(dossier: Dossier) -> tuple[str, ...]:
    """Every move in the guide, for formats that have no headings."""
    return tuple(f"{MOVES[cue.move]} at {time(cue.at_ms)}: {cue_text(cue, dossier)}" for cue in dossier.cues)


def cue_text(cue: Cue, dossier: Dossier) -> str:
    """A question, or the words of a follow-up."""
    if cue.move is Move.FOLLOW:
        return one_line(cue.text or "") or "(its words were not written down)"
    return one_line(cue.text or "") or question(dossier, cue.question)


def notes(dossier: Dossier) -> tuple[str, ...]:
    """Every mark and every note, each with its question, for formats that have no headings."""
    return (
        *(f"Mark at {note_words(mark, dossier)}" for mark in dossier.marks),
        *(f"Note at {note_words(note, dossier)}" for note in dossier.jottings),
    )


def note_words(note: Mark | Jotting, dossier: Dossier) -> str:
    """When it was made, under which question, whether off the record, and what it says."""
    where = f" under “{question(dossier, note.question)}”" if note.question else ""
    off = " (made off the record)" if note.off_record else ""
    words = one_line(note.text or "")
    return f"{time(note.at_ms)}{where}{off}{': ' if words else ''}{words}"


def not_asked(dossier: Dossier) -> tuple[Question, ...]:
    """The questions of this wave that were not asked, in guide order."""
    asked = {cue.question for cue in dossier.cues if cue.move is Move.ASK}
    return tuple(one for one in dossier.guide.for_wave(dossier.session.wave) if one.id not in asked)


def _sitting(dossier: Dossier) -> Iterator[str]:
    session = dossier.session
    yield f"Began: {local_time(session.started_at, session.utc_offset_min)}"
    if session.stopped_at is not None:
        yield f"Ended: {local_time(session.stopped_at, session.utc_offset_min)}"
    length_ms = session.captured_ms if session.mode is Mode.AUDIO else session.recording_ms
    yield f"Length: {time(length_ms)}, net of what was off the record"
    names = dict.fromkeys(
        one_line(one.recorded_by) for one in dossier.decisions if one.decision is not Decision.WITHDRAWN
    )
    yield f"Interviewer: {', '.join(names) or 'not noted'}"
    yield f"Setting: {one_line(session.setting) or 'not noted'}"
    yield f"Others present: {one_line(session.others_present) or 'none noted'}"


def _means(dossier: Dossier) -> Iterator[str]:
    guide, session = dossier.guide, dossier.session
    yield f"Guide: {one_line(guide.title)}, version {guide.version}, SHA-256 {guide.sha256}"
    models = list(dict.fromkeys(filter(None, (session.model, *(one.model for one in dossier.versions)))))
    if not models:
        yield "Model: none; nothing was transcribed"
        return
    again = f"; read once more with {', '.join(models[1:])}" if models[1:] else ""
    yield f"Model: {models[0]}, on {session.device or 'a device not noted'}{again}"


def _decisions(dossier: Dossier) -> Iterator[str]:
    for one in dossier.decisions:
        when = local_time(one.decided_at, dossier.session.utc_offset_min)
        what = f"{str(one.kind).replace('_', ' ')} {one.decision}"
        yield f"Consent: {what}, {when}, form {one_line(one.form_version)}, recorded by {one_line(one.recorded_by)}"


def happened(dossier: Dossier) -> Iterator[str]:
    """What was off the record, and where sound or words are missing."""
    for pause in dossier.pauses:
        length = "to the end" if pause.resumed_at is None else f"for {lasted(pause.paused_at, pause.resumed_at)}"
        yield f"Off the record: at {time(pause.at_ms)}, {length}"
    for one in dossier.interruptions:
        yield f"Interrupted: at {time(one.at_ms)}; it went on after {lasted(one.broke_off_at, one.went_on_at)}"
    for gap in dossier.gaps:
        what = "Struck at the participant's wish" if gap.reason == "strike" else f"No sound ({one_line(gap.reason)})"
        yield f"{what}: {time(gap.start_ms)} to {time(gap.end_ms)}"
    for stretch in dossier.pending:
        yield f"{unread_words(stretch, dossier)}: {time(stretch.start_ms)} to {time(stretch.end_ms)}"
    if dossier.wordless_ms:
        yield f"No word was heard in {time(dossier.wordless_ms)} of sound"


def unread_words(stretch: Utterance, dossier: Dossier) -> str:
    """Why there are no words of a stretch of speech."""
    unreadable = any(one.id == stretch.id for one in dossier.unreadable)
    return "Could not be transcribed, so it is missing" if unreadable else "Not transcribed yet"


def left_out(dossier: Dossier) -> tuple[str, ...]:
    """How much of the guide was asked, and what of it was not."""
    return tuple(_left_out(dossier))


def _left_out(dossier: Dossier) -> Iterator[str]:
    core, missed = dossier.guide.core_for(dossier.session.wave), not_asked(dossier)
    yield f"Core questions asked: {len(core) - sum(one.core for one in missed)} of {len(core)}"
    last = {cue.question: cue.move for cue in dossier.cues if cue.move in (Move.ASK, Move.SKIP)}
    for cue in dossier.cues:
        if cue.move is Move.SKIP and last[cue.question] is Move.SKIP:
            yield f"Skipped: {question(dossier, cue.question)}"
    yield from (f"Core question not asked: {one_line(one.text)}" for one in missed if one.core)
    if rest := [one.id for one in missed if not one.core]:
        yield f"Optional questions not asked: {', '.join(rest)}"
