"""What is known of one participant in one wave, as rows of facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from store import Decision, Kind, Mode, Session
from store.localtime import long_day
from tui.lasttime import LastTime, without_prefill
from tui.times import minutes
from tui.waves import Cell, Sort, sort_of
from tui.widgets.board_table import LOOKS, words
from tui.widgets.facts import Fact, listed

_NAMES = {Kind.TAKING_PART: "taking part", Kind.AUDIO: "audio", Kind.QUOTING: "quoting", Kind.CONTACT: "contact"}
_IN_ORDER = (Decision.WITHDRAWN, Decision.DECLINED, Decision.GRANTED)
_CLASSES = {"success": "good", "warning": "doubtful", "error": "bad", "secondary": "muted", "primary": "strong"}


def detail(cell: Cell, back: LastTime | None, attributes: Mapping[str, str], today: date) -> tuple[Fact, ...]:
    """The rows beside the board for one cell; ``back`` is the session in the cell, or the last one before it."""
    shape, colour = LOOKS[cell.sort]
    state = f"{shape} {words(cell, today)}".strip() or "nothing planned yet"
    rows = [Fact("now", state, _CLASSES[colour])]
    if cell.sort in (Sort.RECORDED, Sort.NOTES) and not cell.memo:
        rows.append(Fact("memo", "missing: m opens it", "doubtful"))
    if back is not None:
        rows += _session(cell, back)
        rows += listed("next time", without_prefill(back.notes))
        rows += listed("not asked", back.core_not_asked)
        rows += [Fact("setting", back.session.setting)] if back.session.setting else []
    return (*rows, *(Fact("", f"{name}: {value}", "muted") for name, value in sorted(attributes.items())))


def forms_kept(count: int) -> tuple[Fact, ...]:
    """How many signed forms are kept with the session in this cell; nothing where there is none."""
    return (Fact("forms", f"{count} kept: f lists them"),) if count else ()


def other_sittings(cell: Cell, consent: Mapping[str, Mapping[Kind, Decision]]) -> tuple[Fact, ...]:
    """The sittings of a cell beside the one it shows, the newest first; ``consent`` is what holds in each."""
    others = (one for one in cell.sittings if cell.session is None or one.id != cell.session.id)
    return tuple(listed("also held", [f"{one.id}: {sitting_words(one, consent.get(one.id, {}))}" for one in others]))


def sitting_words(session: Session, consent: Mapping[Kind, Decision]) -> str:
    """One sitting in a few words: ``24 Jul 2026, recorded, 61 min``."""
    sort = sort_of(session, consent)
    length = {Sort.RECORDED: session.captured_ms, Sort.NOTES: session.recording_ms}.get(sort)
    words = [long_day(session.started_at, session.utc_offset_min), str(sort)]
    words += [] if length is None else [minutes(length)]
    words += ["annulled"] if session.annulled_at is not None else []
    return ", ".join(words)


def _session(cell: Cell, back: LastTime) -> list[Fact]:
    session = back.session
    length = session.captured_ms if session.mode is Mode.AUDIO else session.recording_ms
    when = f"{long_day(session.started_at, session.utc_offset_min)} · {minutes(length)}"
    return [Fact("held" if cell.session is not None else "last", when), Fact("consent", consent_words(back.consent))]


def consent_words(held: Mapping[Kind, Decision]) -> str:
    """What was withdrawn or declined, then what was granted: ``declined: audio · granted: taking part, quoting``."""
    kinds = {decision: [_NAMES[kind] for kind in Kind if held.get(kind) is decision] for decision in _IN_ORDER}
    return " · ".join(f"{decision}: {', '.join(names)}" for decision, names in kinds.items() if names) or "not taken"


def decided(held: Mapping[Kind, Decision]) -> tuple[Fact, ...]:
    """What was decided, a row for each."""
    return tuple(Fact(name, str(held.get(kind, "not decided"))) for kind, name in _NAMES.items())


def looking_back(back: LastTime) -> tuple[Fact, ...]:
    """What was to be asked next, what was left out."""
    rows = [
        *listed("this time", without_prefill(back.notes)),
        *listed("not asked", back.core_not_asked),
        *listed("skipped", back.skipped),
    ]
    return tuple(rows) or (Fact("", "Nothing was noted for this time."),)
