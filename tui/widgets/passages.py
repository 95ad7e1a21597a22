"""A session as it is read from top to bottom: utterances, with questions as headings and what happened between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum

from guides import Guide
from store import Dossier, Jotting, Mark, Move, Utterance
from store.clock import seconds_between
from store.noted import doubtful, silences
from tui.memo import OFF_RECORD
from tui.times import clock_time, short_time

GOING_OFF_MS = 1_000
#: Stands for the speaker where the voice was not sure.
UNSURE = "?"


class What(IntEnum):
    """What a passage is; at the same time they stand in this order."""

    PAUSE = 0
    HEADING = 1
    GAP = 2
    STRUCK = 3
    SILENCE = 4
    UTTERANCE = 5
    MARK = 6
    JOTTING = 7


@dataclass(frozen=True)
class Passage:
    """One entry of the page; ``id`` is the utterance's, where it is one.

    ``doubtful`` holds the numbers of the words (as blanks part them) that the transcriber did not trust.
    """

    what: What
    at_ms: int
    text: str
    speaker: str | None = None
    id: str = ""
    doubtful: frozenset[int] = frozenset()
    off_record: bool = False


def passages(dossier: Dossier) -> tuple[Passage, ...]:
    """Everything of a session in the order of recording time."""
    found = [
        *_headings(dossier),
        *(_spoken(row) for row in dossier.utterances if not row.struck),
        *(_noted(dossier, What.MARK, mark) for mark in dossier.marks),
        *(_noted(dossier, What.JOTTING, jotting) for jotting in dossier.jottings),
        *_silences(dossier),
        *_not_captured(dossier),
    ]
    return tuple(sorted(found, key=_place))


def _place(passage: Passage) -> tuple[int, bool, int]:
    """In order of time; where it stands still, as it does off the record, what was noted then before what follows."""
    return passage.at_ms, passage.what is not What.PAUSE and not passage.off_record, passage.what


def _noted(dossier: Dossier, what: What, note: Mark | Jotting) -> Passage:
    """A mark or a jotting; one made while the recorder was just going off the record stands where it went off."""
    if not note.off_record:
        return Passage(what, note.at_ms, note.text or "")
    off_ms = (pause.at_ms for pause in dossier.pauses if 0 <= pause.at_ms - note.at_ms < GOING_OFF_MS)
    words = f"{note.text or ''} {OFF_RECORD}".strip()
    return Passage(what, min(off_ms, default=note.at_ms), words, off_record=True)


def jotted(dossier: Dossier) -> tuple[Passage, ...]:
    """Marks and jottings alone."""
    return tuple(passage for passage in passages(dossier) if passage.what in (What.MARK, What.JOTTING))


def spoken(dossier: Dossier) -> tuple[Passage, ...]:
    """Utterances alone."""
    return tuple(_spoken(row) for row in dossier.utterances if not row.struck)


def with_utterance(dossier: Dossier, row: Utterance) -> Dossier:
    """The session with this utterance added, or put in place of its earlier version; one without words goes."""
    rows = [known for known in dossier.utterances if known.id != row.id] + ([row] if row.text else [])
    return replace(dossier, utterances=tuple(sorted(rows, key=lambda known: known.start_ms)))


def question_text(guide: Guide, question: str | None) -> str:
    """The words of a question of the guide; its id where the guide has none of it."""
    return next((known.text for known in guide.questions() if known.id == question), question or "")


def _spoken(row: Utterance) -> Passage:
    return Passage(What.UTTERANCE, row.start_ms, row.text or "", _speaker(row), row.id, _doubtful(row))


def _speaker(row: Utterance) -> str | None:
    """Who, or which voice; None while nobody has listened for that."""
    if row.speaker is None and row.voice is not None:
        return f"voice {row.voice}"
    return row.speaker or (UNSURE if row.confidence is not None else None)


def _doubtful(row: Utterance) -> frozenset[int]:
    """Which words of the text, counted by blanks, hold one that is doubtful."""
    text, at, found = row.text or "", 0, set()
    doubted = doubtful(row)
    if not doubted:
        return frozenset()
    for word in row.words:
        at = max(text.find(word.text, at), at)
        if word in doubted:
            found.add(len(text[: at + 1].split()) - 1)
        at += len(word.text)
    return frozenset(found)


def _headings(dossier: Dossier) -> Iterator[Passage]:
    for cue in dossier.cues:
        words = cue.text or question_text(dossier.guide, cue.question)
        match cue.move:
            case Move.ASK:
                yield Passage(What.HEADING, cue.at_ms, words)
            case Move.BACK:
                yield Passage(What.HEADING, cue.at_ms, f"back to: {words}")
            case Move.FOLLOW:
                yield Passage(What.HEADING, cue.at_ms, f"follow-up: {cue.text}" if cue.text else "follow-up")
            case Move.SKIP:
                pass


def _length(began: datetime, ended: datetime) -> str:
    seconds = seconds_between(began, ended)
    if seconds is None:
        return "for a time not known: the clock was set back"
    return f"{seconds} s" if seconds < 60 else clock_time(seconds * 1000)


def _silences(dossier: Dossier) -> Iterator[Passage]:
    for one in silences(dossier.utterances, (*dossier.gaps, *dossier.pending)):
        yield Passage(What.SILENCE, one.start_ms, one.text)
    if dossier.wordless_ms:
        yield Passage(What.SILENCE, 0, f"No word was heard in {short_time(dossier.wordless_ms)} of sound.")


def _not_captured(dossier: Dossier) -> Iterator[Passage]:
    for pause in dossier.pauses:
        length = ""
        if pause.resumed_at is not None:
            length = f", {_length(pause.paused_at, pause.resumed_at)}"
        yield Passage(What.PAUSE, pause.at_ms, f"off the record{length}")
    for one in dossier.interruptions:
        length = _length(one.broke_off_at, one.went_on_at)
        yield Passage(What.GAP, one.at_ms, f"interrupted, {length} until it went on")
    for gap in dossier.gaps:
        seconds = max(1, round((gap.end_ms - gap.start_ms) / 1000))
        if gap.reason == "strike":
            yield Passage(What.STRUCK, gap.start_ms, f"struck at the participant's wish, {seconds} s")
        else:
            yield Passage(What.GAP, gap.start_ms, f"not captured, {seconds} s")
    for stretch in dossier.unreadable:
        seconds = max(1, round((stretch.end_ms - stretch.start_ms) / 1000))
        yield Passage(What.GAP, stretch.start_ms, f"could not be transcribed, {seconds} s")
