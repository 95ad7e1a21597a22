"""What every hand-over says in the same words: who speaks, what was asked, the time, and what must be known first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from guides.plaintext import shown
from store.clock import seconds_between
from store.dossier import Dossier
from store.localtime import local_day
from store.records import Decision, Kind, Mode, State, Utterance, Verbatim

CLEAN = "Clean verbatim: fillers and repairs are mostly left out by the transcriber."
STRICT = "Strict verbatim: fillers and repeats were looked for; some are missing still, and most repairs."
MIXED = "Partly strict verbatim: fillers and repeats were looked for in {strict} of {all} utterances, not in the rest."


def clock(at_ms: int, point: str = ".") -> str:
    """Milliseconds as hh:mm:ss.mmm; SubRip writes a comma for the ``point``."""
    seconds, ms = divmod(at_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"


def time(at_ms: int) -> str:
    """Milliseconds as hh:mm:ss: a line with two times to the millisecond is a caption to some readers."""
    return clock(at_ms)[:8]


def title(dossier: Dossier) -> str:
    """Which session of which study."""
    session = dossier.session
    return f"{one_line(dossier.study)}, session {session.id}: participant {session.participant}, wave {session.wave}"


def legend(dossier: Dossier) -> tuple[str, ...]:
    """What a reader must know before using a word of this, one sentence each."""
    return (
        *(("Invented words: nobody said this.",) if dossier.invented else ()),
        *((verbatim(dossier.utterances),) if _transcribed(dossier) else ()),
        *_consent_lines(dossier),
        *_unfinished(dossier),
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


def speaker(dossier: Dossier, utterance: Utterance) -> str:
    """The participant is a number; a voice that nobody has named has one too."""
    if utterance.speaker == "participant":
        return dossier.session.participant
    if utterance.speaker is None:
        return f"Voice {utterance.voice}" if utterance.voice else "Unknown speaker"
    return utterance.speaker.capitalize()


def named(utterance: Utterance) -> bool:
    """Whether anything is known of who speaks."""
    return utterance.speaker is not None or utterance.voice is not None


def question(dossier: Dossier, question_id: str | None) -> str:
    """The wording of a question, or its id where the guide has no such question."""
    try:
        return one_line(dossier.guide.question(question_id or "").text)
    except KeyError:
        return question_id or ""


def lasted(began: datetime, ended: datetime) -> str:
    """How long it was between two moments."""
    seconds = seconds_between(began, ended)
    if seconds is None:
        return "a time not known (the clock was set back)"
    return f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"


def one_line(text: str) -> str:
    """The same words with every run of blanks and line breaks as one blank, and what would be obeyed shown."""
    return shown(" ".join(text.split()))


def lines_of(text: str) -> list[str]:
    """A text line by line, and what would be obeyed shown."""
    return shown(text.replace("\r\n", "\n")).split("\n")


def _transcribed(dossier: Dossier) -> bool:
    """Whether there is, was or will be a transcript; a session of notes has none."""
    return bool(dossier.utterances or dossier.versions) or dossier.session.mode is Mode.AUDIO


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


def _unfinished(dossier: Dossier) -> list[str]:
    lines = []
    if waiting := dossier.unread - len(dossier.unreadable):
        lines.append(f"Not finished: stretches of speech that nobody has transcribed yet: {waiting}.")
    if dossier.session.state in {State.OPEN, State.INTERRUPTED}:
        lines.append("Not finished: the session was never stopped.")
    return lines
