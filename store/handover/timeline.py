"""A session from beginning to end for formats that are read: headings, turns, and what happened between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from store.dossier import Dossier
from store.handover.facts import MOVES, cue_text, unread_words
from store.handover.wording import clock, lasted, named, one_line, speaker, time
from store.noted import silences
from store.records import Cue, Jotting, Mark, Mode, Move, Utterance


@dataclass(frozen=True)
class Heading:
    """A question at its place, and when and how it came up."""

    text: str
    stamped: str


@dataclass(frozen=True)
class Turn:
    """What one speaker said until somebody else spoke, or something happened; ``at`` is when it began."""

    at: str
    who: str
    text: str
    known: bool = True


@dataclass(frozen=True)
class Remark:
    """What happened between two turns."""

    text: str


@dataclass(frozen=True)
class Noted:
    """A note or a mark (``what``) under the question that was up; only in a session of notes."""

    at: str
    what: str
    text: str


Item = Heading | Turn | Remark | Noted
_Placed = tuple[tuple[int, int, float], Item]


def timeline(dossier: Dossier) -> tuple[Item, ...]:
    """Everything in its order; consecutive utterances of one speaker are one turn where nothing lies between them."""
    placed = [*_happened(dossier), *_said(dossier)]
    return tuple(_in_turns([item for _, item in sorted(placed, key=lambda each: each[0])]))


def in_place(dossier: Dossier) -> bool:
    """Whether marks and notes stand under their questions: they are what a session of notes has in place of words."""
    return dossier.session.mode is Mode.NOTES


def _in_turns(items: Sequence[Item]) -> Iterator[Item]:
    turn: Turn | None = None
    for item in items:
        if isinstance(item, Turn) and turn is not None and item.known and item.who == turn.who:
            turn = replace(turn, text=f"{turn.text} {item.text}")
            continue
        if turn is not None:
            yield turn
        turn = item if isinstance(item, Turn) else None
        if turn is None:
            yield item
    if turn is not None:
        yield turn


def _happened(dossier: Dossier) -> Iterator[_Placed]:
    for cue in dossier.cues:
        yield _key(cue.at_ms, 0, cue.made_at), _heading(cue, dossier)
    for pause in dossier.pauses:
        length = "to the end" if pause.resumed_at is None else lasted(pause.paused_at, pause.resumed_at)
        yield _key(pause.at_ms, 0, pause.paused_at), Remark(f"off the record, {length}")
    for one in dossier.interruptions:
        length = lasted(one.broke_off_at, one.went_on_at)
        yield _key(one.at_ms, 0, one.broke_off_at), Remark(f"interrupted; it went on after {length}")
    if in_place(dossier):
        for mark in dossier.marks:
            yield _key(mark.at_ms, 0, mark.made_at), _noted("Mark", mark)
        for note in dossier.jottings:
            yield _key(note.at_ms, 0, note.made_at), _noted("Note", note)


def _said(dossier: Dossier) -> Iterator[_Placed]:
    for gap in dossier.gaps:
        what = "struck at the participant's wish" if gap.reason == "strike" else f"no sound ({one_line(gap.reason)})"
        yield _key(gap.start_ms, 1), Remark(f"{what}, {time(gap.start_ms)} to {time(gap.end_ms)}")
    for stretch in dossier.pending:
        why = unread_words(stretch, dossier).lower()
        yield _key(stretch.start_ms, 2), Remark(f"{why}, {time(stretch.start_ms)} to {time(stretch.end_ms)}")
    for silence in silences(dossier.utterances, (*dossier.gaps, *dossier.pending)):
        yield _key(silence.start_ms, 3), Remark(silence.text.strip("()"))
    for utterance in dossier.utterances:
        if words := one_line(utterance.text or ""):
            yield _key(utterance.start_ms, 4), _turn(utterance, words, dossier)


def _turn(utterance: Utterance, words: str, dossier: Dossier) -> Turn:
    return Turn(clock(utterance.start_ms), speaker(dossier, utterance), words, named(utterance))


def _noted(what: str, note: Mark | Jotting) -> Noted:
    off = " (made off the record)" if note.off_record else ""
    return Noted(clock(note.at_ms), f"{what}{off}", one_line(note.text or ""))


def _heading(cue: Cue, dossier: Dossier) -> Item:
    text = cue_text(cue, dossier)
    if cue.move is Move.SKIP:
        return Remark(f"skipped at {time(cue.at_ms)}: {text}")
    if cue.move is Move.FOLLOW:
        text = f"Follow-up: {text}"
    return Heading(text, f"{MOVES[cue.move].lower()} at {time(cue.at_ms)}")


def _key(at_ms: int, rank: int, made_at: datetime | None = None) -> tuple[int, int, float]:
    return at_ms, rank, 0.0 if made_at is None else made_at.timestamp()
