"""What is known of one participant in one wave, as rows of facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from store import Decision, Kind, Mode
from tui.lasttime import LastTime, without_prefill
from tui.times import minutes
from tui.waves import Cell, Sort, long_day
from tui.widgets.board_table import LOOKS, words
from tui.widgets.facts import Fact, listed

_NAMES = {Kind.TAKING_PART: "taking part", Kind.AUDIO: "audio", Kind.QUOTING: "quoting", Kind.CONTACT: "contact"}
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


def _session(cell: Cell, back: LastTime) -> list[Fact]:
    session = back.session
    length = session.captured_ms if session.mode is Mode.AUDIO else session.recording_ms
    when = f"{long_day(session.started_at)} · {minutes(length)}"
    return [Fact("held" if cell.session is not None else "last", when), Fact("consent", consent_words(back.consent))]


def consent_words(held: Mapping[Kind, Decision]) -> str:
    """What was granted, then what was not, in a few words."""
    granted = [_NAMES[kind] for kind in Kind if held.get(kind) is Decision.GRANTED]
    refused = [f"{_NAMES[kind]} {held[kind]}" for kind in Kind if held.get(kind) not in (None, Decision.GRANTED)]
    return ", ".join([*granted, *refused]) or "not taken"


def looking_back(back: LastTime) -> tuple[Fact, ...]:
    """What was to be asked next, what was left out."""
    rows = [
        *listed("this time", without_prefill(back.notes)),
        *listed("not asked", back.core_not_asked),
        *listed("skipped", back.skipped),
    ]
    return tuple(rows) or (Fact("", "Nothing was noted for this time."),)
