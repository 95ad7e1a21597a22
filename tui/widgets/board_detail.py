"""What is known of one participant in one wave, as lines of text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from textual.content import Content

from store import Decision, Kind, Mode
from tui.lasttime import DASH, LastTime, without_prefill
from tui.times import minutes
from tui.waves import Cell, Sort, long_day
from tui.widgets.board_table import LOOKS, words

_NAMES = {Kind.TAKING_PART: "taking part", Kind.AUDIO: "audio", Kind.QUOTING: "quoting", Kind.CONTACT: "contact"}


def detail(cell: Cell, back: LastTime | None, attributes: Mapping[str, str], today: date) -> Content:
    """The lines beside the board for one cell; ``back`` is the session in the cell, or the last one before it."""
    shape, colour = LOOKS[cell.sort]
    state = f"{shape} {words(cell, today)}".strip() or "nothing planned yet"
    lines: list[Content] = [Content.styled(state, f"${colour}")]
    if cell.sort in (Sort.RECORDED, Sort.NOTES):
        lines.append(_field("memo", "written" if cell.memo else "missing: m begins it"))
    lines += [_field(name, value) for name, value in sorted(attributes.items())]
    if back is not None:
        lines += _session(cell, back)
        lines += _list("next time", without_prefill(back.notes))
        lines += _list("core not asked", back.core_not_asked)
    return Content("\n").join(lines)


def _session(cell: Cell, back: LastTime) -> list[Content]:
    session = back.session
    length = session.captured_ms if session.mode is Mode.AUDIO else session.recording_ms
    when = f"{long_day(session.started_at)} · {minutes(length)}"
    lines = [_field("held" if cell.session is not None else "last", when)]
    if session.setting:
        lines.append(_field("setting", session.setting))
    return [*lines, _field("consent", consent_words(back.consent))]


def consent_words(held: Mapping[Kind, Decision]) -> str:
    """What was granted, then what was not, in a few words."""
    granted = [_NAMES[kind] for kind in Kind if held.get(kind) is Decision.GRANTED]
    refused = [f"{_NAMES[kind]} {held[kind]}" for kind in Kind if held.get(kind) not in (None, Decision.GRANTED)]
    return ", ".join([*granted, *refused]) or "not taken"


def _field(name: str, value: str) -> Content:
    return Content.assemble((f"{name}: ", "$text-muted"), value)


def _list(title: str, entries: tuple[str, ...]) -> list[Content]:
    if not entries:
        return []
    return [Content.styled(f"{title}:", "$text-muted"), *(Content(f"{DASH} {entry}") for entry in entries)]
