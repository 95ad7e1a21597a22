"""Markdown: the same as plain text, with headings; what was said or noted is escaped, a memo is Markdown already."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.dossier import Dossier
from store.handover.wording import audit_line, clock, legend, one_line, question, silence_before, speaker, title

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&~$])")


def render(dossier: Dossier) -> str:
    """The whole session, one utterance a paragraph."""
    head = (f"# {_plain(title(dossier))}", "", *(f"- {_plain(line)}" for line in legend(dossier)))
    last = ("", "---", "", audit_line(dossier))
    return "\n".join((*head, *_transcript(dossier), *_notes(dossier), *_memos(dossier), *last)) + "\n"


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _transcript(dossier: Dossier) -> Iterator[str]:
    if dossier.utterances:
        yield from ("", "## Transcript")
    asked: str | None = None
    silent = silence_before(dossier)
    for utterance in dossier.utterances:
        if utterance.question != asked:
            asked = utterance.question
            yield from ("", f"### {_plain(question(dossier, asked))}")
        if utterance.id in silent:
            yield from ("", silent[utterance.id])
        who = _plain(speaker(dossier, utterance))
        yield from ("", f"`{clock(utterance.start_ms)}` **{who}:** {_plain(utterance.text or '')}")


def _notes(dossier: Dossier) -> Iterator[str]:
    if dossier.marks:
        yield from ("", "## Marks", "")
        yield from (f"- `{clock(mark.at_ms)}` {_plain(mark.text or '')}".rstrip() for mark in dossier.marks)
    if dossier.jottings:
        yield from ("", "## Jottings", "")
        yield from (f"- `{clock(note.at_ms)}` {_plain(note.text)}" for note in dossier.jottings)


def _memos(dossier: Dossier) -> Iterator[str]:
    for memo in dossier.memos:
        yield from ("", f"## Memo, begun {memo.minutes_after:g} min after the interview", "")
        yield from (_below(line) for line in memo.text.strip().splitlines())


def _below(line: str) -> str:
    """A line of a memo as its writer marked it up, its headings one step below the memo's own; tags stay text."""
    return re.sub(r"^(#{1,5} )", r"#\1", line.rstrip()).replace("<", "\\<")
