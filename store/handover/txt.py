"""Plain text: the facts, the transcript by question and turn, then marks, notes and the memo."""

from __future__ import annotations

from collections.abc import Iterator

from store.dossier import Dossier
from store.handover.facts import facts, left_out, note_words
from store.handover.timeline import Heading, Item, Noted, Remark, Turn, in_place, timeline
from store.handover.wording import audit_line, legend, lines_of, title


def render(dossier: Dossier) -> str:
    """The whole session, one turn a paragraph."""
    head = (title(dossier), *legend(dossier), "", *facts(dossier))
    body = (*_transcript(dossier), *_notes(dossier), "", "GUIDE", *left_out(dossier), *_memos(dossier))
    return "\n".join((*head, *body, "", audit_line(dossier))) + "\n"


def _transcript(dossier: Dossier) -> Iterator[str]:
    yield from ("", "NOTES" if in_place(dossier) and not dossier.utterances else "TRANSCRIPT")
    for item in timeline(dossier):
        yield from _lines(item)


def _lines(item: Item) -> tuple[str, ...]:
    match item:
        case Heading(text=text, stamped=stamped):
            return "", text, f"({stamped})"
        case Turn(at=at, who=who, text=text):
            return "", f"[{at}] {who}: {text}"
        case Remark(text=text):
            return "", f"({text})"
        case Noted(at=at, what=what, text=text):
            return "", f"[{at}] {what}: {text}".removesuffix(": ")


def _notes(dossier: Dossier) -> Iterator[str]:
    if in_place(dossier):
        return
    if dossier.marks:
        yield from ("", "MARKS", *(note_words(mark, dossier) for mark in dossier.marks))
    if dossier.jottings:
        yield from ("", "NOTES", *(note_words(note, dossier) for note in dossier.jottings))


def _memos(dossier: Dossier) -> Iterator[str]:
    for memo in dossier.memos:
        yield from ("", f"MEMO, begun {memo.minutes_after:g} min after the interview", *lines_of(memo.text.rstrip()))
