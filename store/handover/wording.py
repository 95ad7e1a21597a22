"""What every hand-over says in the same words: its title, its legend, who speaks, and the time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from store.clock import seconds_between
from store.dossier import Dossier
from store.localtime import local_day
from store.noted import silences
from store.records import Decision, Interruption, Kind, Mode, State, Unreadable, Utterance, Verbatim

CLEAN = "Clean verbatim: fillers and repairs are mostly left out by the transcriber."
STRICT = "Strict verbatim: fillers and repeats were looked for; some are missing still, and most repairs."
MIXED = "Partly strict verbatim: fillers and repeats were looked for in {strict} of {all} utterances, not in the rest."


def clock(at_ms: int, point: str = ".") -> str:
    """Milliseconds as hh:mm:ss.mmm; SubRip writes a comma for the ``point``."""
    seconds, ms = divmod(at_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"


def title(dossier: Dossier) -> str:
    """Which session of which study."""
    session = dossier.session
    return f"{one_line(dossier.study)}, session {session.id}: participant {session.participant}, wave {session.wave}"


def legend(dossier: Dossier) -> tuple[str, ...]:
    """What a reader must know before using a word of this, one sentence each."""
    return (
        *(("Invented words: nobody said this.",) if dossier.invented else ()),
        verbatim(dossier.utterances),
        *_consent_lines(dossier),
        *_gap_lines(dossier),
    )


def audit_line(dossier: Dossier) -> str:
    """How far the study's audit log went when this left it: a later change of what came before can be told by it."""
    return f"Audit log head: {dossier.audit_head}"


def kind_of(utterances: Sequence[Utterance]) -> str:
    """Which kind of verbatim these are, in two or three words."""
    return verbatim(utterances).partition(":")[0].lower()


def verbatim(utterances: Sequence[Utterance]) -> str:
    """Which kind of verbatim these are, in one sentence."""
    strict = sum(one.verbatim is Verbatim.STRICT for one in utterances)
    if 0 < strict < len(utterances):
        return MIXED.format(strict=strict, all=len(utterances))
    return STRICT if strict else CLEAN


def silence_before(dossier: Dossier) -> dict[str, str]:
    """For each utterance that follows a long silence: how long it was, as ``(4 s)``."""
    found = silences(dossier.utterances, dossier.gaps)
    lengths: dict[str, str] = {}
    for utterance in dossier.utterances:
        for one in found:
            if one.start_ms < utterance.start_ms <= one.end_ms:
                lengths[utterance.id] = one.text
    return lengths


def speaker(dossier: Dossier, utterance: Utterance) -> str:
    """The participant is a number; a voice that nobody has named has one too."""
    if utterance.speaker == "participant":
        return dossier.session.participant
    if utterance.speaker is None:
        return f"Voice {utterance.voice}" if utterance.voice else "Unknown speaker"
    return utterance.speaker.capitalize()


def question(dossier: Dossier, question_id: str | None) -> str:
    """The wording of a question, or its id where the guide has no such question."""
    try:
        return dossier.guide.question(question_id or "").text
    except KeyError:
        return question_id or ""


def one_line(text: str) -> str:
    """The same words with every run of blanks and line breaks as one blank."""
    return " ".join(text.split())


def _consent_lines(dossier: Dossier) -> list[str]:
    lines = []
    quoting, audio = dossier.consent.get(Kind.QUOTING), dossier.consent.get(Kind.AUDIO)
    on = _on(dossier.audio_decided_at, dossier.session.utc_offset_min)
    if quoting is not Decision.GRANTED:
        lines.append(f"Quoting was {quoting or 'not agreed to'}: quote nothing from this session.")
    if audio is Decision.WITHDRAWN:
        kept = "what was transcribed was kept" if dossier.utterances else "no transcript was kept"
        lines.append(f"Audio recording: {audio}{on}; recording destroyed, {kept}.")
    elif audio is Decision.DECLINED:
        lines.append(f"Audio recording: {audio}{on}; this session was kept in notes.")
    elif dossier.session.mode is Mode.NOTES:
        lines.append("Audio recording: none; this session was kept in notes.")
    return lines


def _on(moment: datetime | None, offset_min: int | None) -> str:
    return "" if moment is None else f" on {local_day(moment, offset_min)}"


def _later(one: Interruption) -> str:
    seconds = seconds_between(one.broke_off_at, one.went_on_at)
    if seconds is None:
        return "later (how long is not known: the clock was set back)"
    return f"{seconds} s later" if seconds < 120 else f"{round(seconds / 60)} min later"


def _from_to(one: Unreadable) -> str:
    return f"{clock(one.start_ms)} to {clock(one.end_ms)}"


def _gap_lines(dossier: Dossier) -> list[str]:
    lines = []
    for gap in dossier.gaps:
        what = "Struck at the participant's wish" if gap.reason == "strike" else f"No sound ({one_line(gap.reason)})"
        lines.append(f"{what}: {clock(gap.start_ms)} to {clock(gap.end_ms)}.")
    lines += [f"Interrupted at {clock(one.at_ms)}; it went on {_later(one)}." for one in dossier.interruptions]
    lines += [f"Could not be transcribed, so it is missing: {_from_to(one)}." for one in dossier.unreadable]
    if waiting := dossier.unread - len(dossier.unreadable):
        lines.append(f"Not finished: stretches of speech that nobody has transcribed yet: {waiting}.")
    if dossier.session.state in {State.OPEN, State.INTERRUPTED}:
        lines.append("Not finished: the session was never stopped.")
    return lines
