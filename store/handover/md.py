"""Markdown: the same as plain text, with headings; what was said or noted is escaped, a memo is Markdown already."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.dossier import Dossier
from store.handover.facts import facts, left_out, note_words
from store.handover.timeline import Heading, Item, Noted, Remark, Turn, in_place, timeline
from store.handover.wording import audit_line, legend, lines_of, one_line, title

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&~$])")


def render(dossier: Dossier) -> str:
    """The whole session, one turn a paragraph."""
    head = (f"# {_plain(title(dossier))}", "", *(f"- {_plain(line)}" for line in (*legend(dossier), *facts(dossier))))
    guide = ("", "## Guide", "", *(f"- {_plain(line)}" for line in left_out(dossier)))
    last = ("", "---", "", audit_line(dossier))
    return "\n".join((*head, *_transcript(dossier), *_notes(dossier), *guide, *_memos(dossier), *last)) + "\n"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _transcript(dossier: Dossier) -> Iterator[str]:
    items = timeline(dossier)
    if items:
        yield from ("", "## Notes" if in_place(dossier) and not dossier.utterances else "## Transcript")
    for item in items:
        yield from _lines(item)


def _lines(item: Item) -> tuple[str, ...]:
    match item:
        case Heading(text=text, stamped=stamped):
            return "", f"### {_plain(text)}", "", f"*{_plain(stamped)}*"
        case Turn(at=at, who=who, text=text):
            return "", f"`{at}` **{_plain(who)}:** {_plain(text)}"
        case Remark(text=text):
            return "", f"*({_plain(text)})*"
        case Noted(at=at, what=what, text=text):
            return "", f"`{at}` *{what}:* {_plain(text)}".rstrip()


def _notes(dossier: Dossier) -> Iterator[str]:
    if in_place(dossier):
        return
    if dossier.marks:
        yield from ("", "## Marks", "", *(f"- {_plain(note_words(mark, dossier))}" for mark in dossier.marks))
    if dossier.jottings:
        yield from ("", "## Notes", "", *(f"- {_plain(note_words(note, dossier))}" for note in dossier.jottings))


def _memos(dossier: Dossier) -> Iterator[str]:
    for memo in dossier.memos:
        yield from ("", f"## Memo, begun {memo.minutes_after:g} min after the interview", "")
        yield from (_below(line) for line in lines_of(memo.text.strip()))


def _below(line: str) -> str:
    """A line of a memo as its writer marked it up, its headings one step below the memo's own; tags stay text."""
    return re.sub(r"^(#{1,5} )", r"#\1", line.rstrip()).replace("<", "\\<")
