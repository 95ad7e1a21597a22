"""Where each participant stands in each wave: held, due, overdue or to come; pure values from the study's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from store import Decision, Kind, Memo, Mode, Session, State
from store.clock import later_by_months
from store.localtime import local_day

WAVE_MONTHS = 4
# A wave is called due this many days before its day, so that a meeting can be arranged.
DUE_FROM_DAYS = 14


class Sort(StrEnum):
    """What there is to say of one participant in one wave."""

    RECORDED = "recorded"
    NOTES = "notes"
    INTERRUPTED = "interrupted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    DESTROYED = "destroyed"
    OVERDUE = "overdue"
    DUE = "due"
    LATER = "later"
    NOTHING = ""


# Sessions of these sorts count as held: the next wave is reckoned from them.
HELD = frozenset({Sort.RECORDED, Sort.NOTES, Sort.INTERRUPTED})
WAITING = frozenset({Sort.DUE, Sort.OVERDUE})


@dataclass(frozen=True)
class Cell:
    """One participant in one wave; ``due`` is the day of a wave that is to come, None where any day will do.

    ``session`` is the sitting that counts, ``sittings`` are all that there were, the newest first, annulled ones too.
    """

    participant: str
    wave: int
    sort: Sort
    session: Session | None = None
    due: date | None = None
    memo: bool = False
    transcript: bool = False
    sittings: tuple[Session, ...] = ()

    @property
    def counted(self) -> tuple[Session, ...]:
        """Its sittings but for the annulled ones, the newest first."""
        return _counted(self.sittings)


@dataclass(frozen=True)
class Rows:
    """What the table is made from; all sessions, in the order in which they were begun."""

    participants: Sequence[str]
    sessions: Sequence[Session]
    memos: Mapping[str, Memo]
    consent: Mapping[str, Mapping[Kind, Decision]]


def table(rows: Rows, waves: int, today: date, months: int = WAVE_MONTHS) -> tuple[tuple[Cell, ...], ...]:
    """A row for each participant, a cell for each wave: those of the guide, and what was held beyond them."""
    there_are = sorted({*range(1, waves + 1), *(session.wave for session in _counted(rows.sessions))})
    calendar = _Calendar(tuple(there_are), waves, today, months)
    return tuple(tuple(_row(rows, number, calendar)) for number in rows.participants)


def count(cells: Iterable[Cell], sorts: frozenset[Sort]) -> int:
    """How many cells are of these sorts."""
    return sum(cell.sort in sorts for cell in cells)


def memos_missing(cells: Iterable[Cell]) -> int:
    """How many sessions were held and never reflected on."""
    return sum(cell.sort in (Sort.RECORDED, Sort.NOTES) and not cell.memo for cell in cells)


def next_wave(row: Sequence[Cell]) -> int:
    """The wave that would be held next: the first one due or to come, else the last."""
    coming = [cell.wave for cell in row if cell.sort in WAITING or cell.sort is Sort.LATER]
    return coming[0] if coming else row[-1].wave


def written(memo: Memo | None) -> bool:
    """Whether anybody wrote in a memo since it was opened with what it is prefilled with."""
    return memo is not None and memo.saved_at > memo.opened_at


@dataclass(frozen=True)
class _Calendar:
    """Which waves are drawn, how many of them the guide has, and how far they lie apart."""

    drawn: tuple[int, ...]
    planned: int
    today: date
    months: int


# one row, step by step: the state of the walk from wave to wave is the day of the last session held
def _row(rows: Rows, number: str, calendar: _Calendar) -> Iterable[Cell]:
    last: date | None = None
    open_ended = False
    theirs = [session for session in rows.sessions if session.participant == number]
    for wave in calendar.drawn:
        sittings = tuple(session for session in reversed(theirs) if session.wave == wave)
        held = _that_counts(_counted(sittings))
        if held is not None:
            cell = _held(rows, held)
            open_ended = not _goes_on(rows, cell)
            last = last if open_ended else local_day(held.started_at, held.utc_offset_min)
        elif open_ended or wave > calendar.planned:
            cell = Cell(number, wave, Sort.NOTHING)
        else:
            due = None if last is None else later_by_months(last, calendar.months)
            cell = _to_come(number, wave, due, calendar.today)
            open_ended = True
        yield replace(cell, sittings=sittings)


def _counted(sittings: Iterable[Session]) -> tuple[Session, ...]:
    return tuple(session for session in sittings if session.annulled_at is None)


def _that_counts(sittings: Sequence[Session]) -> Session | None:
    """The newest sitting, whatever the clock was then; a withdrawn one only if need be."""
    standing = [session for session in sittings if session.state is not State.WITHDRAWN]
    return next(iter(standing or sittings), None)


def _held(rows: Rows, session: Session) -> Cell:
    memo = written(rows.memos.get(session.id))
    whole = session.state is State.COMPLETE and session.mode is Mode.AUDIO
    return Cell(
        session.participant,
        session.wave,
        sort_of(session, rows.consent.get(session.id, {})),
        session=session,
        memo=memo,
        transcript=whole,
    )


def sort_of(session: Session, consent: Mapping[Kind, Decision]) -> Sort:
    """What there is to say of a sitting; ``consent`` is what holds in it."""
    taking_part = consent.get(Kind.TAKING_PART)
    if session.destroyed_at is not None:
        return Sort.DESTROYED
    if session.state is State.WITHDRAWN or taking_part is Decision.WITHDRAWN:
        return Sort.WITHDRAWN
    if taking_part is Decision.DECLINED:
        return Sort.DECLINED
    if session.state in (State.OPEN, State.INTERRUPTED):
        return Sort.INTERRUPTED
    return Sort.RECORDED if session.mode is Mode.AUDIO else Sort.NOTES


def _goes_on(rows: Rows, cell: Cell) -> bool:
    """Whether there is a next wave after this one; taking back the sound alone ends nothing."""
    if cell.sort is not Sort.WITHDRAWN or cell.session is None:
        return cell.sort in HELD
    return rows.consent.get(cell.session.id, {}).get(Kind.TAKING_PART) is Decision.GRANTED


def _to_come(number: str, wave: int, due: date | None, today: date) -> Cell:
    if due is None:
        return Cell(number, wave, Sort.DUE)
    if due < today:
        return Cell(number, wave, Sort.OVERDUE, due=due)
    soon = due - today <= timedelta(days=DUE_FROM_DAYS)
    return Cell(number, wave, Sort.DUE if soon else Sort.LATER, due=due)
