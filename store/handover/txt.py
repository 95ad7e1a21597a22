"""Plain text: the transcript by question, then marks, jottings and the memo."""

from __future__ import annotations

from collections.abc import Iterator

from store.dossier import Dossier
from store.handover.wording import audit_line, clock, legend, one_line, question, silence_before, speaker, title


def render(dossier: Dossier) -> str:
    """The whole session, one utterance a line."""
    return (
        "\n".join(
            (
                *(title(dossier), *legend(dossier), *_transcript(dossier), *_notes(dossier), *_memos(dossier)),
                *("", audit_line(dossier)),
            )
        )
        + "\n"
    )


def _transcript(dossier: Dossier) -> Iterator[str]:
    yield from ("", "TRANSCRIPT")
    asked: str | None = None
    silent = silence_before(dossier)
    for utterance in dossier.utterances:
        if utterance.question != asked:
            asked = utterance.question
            yield from ("", one_line(question(dossier, asked)))
        if utterance.id in silent:
            yield silent[utterance.id]
        words = one_line(utterance.text or "")
        yield f"[{clock(utterance.start_ms)}] {speaker(dossier, utterance)}: {words}"


def _notes(dossier: Dossier) -> Iterator[str]:
    if dossier.marks:
        yield from (
            "",
            "MARKS",
            *(f"[{clock(mark.at_ms)}] {one_line(mark.text or '')}".rstrip() for mark in dossier.marks),
        )
    if dossier.jottings:
        yield from ("", "JOTTINGS", *(f"[{clock(note.at_ms)}] {one_line(note.text)}" for note in dossier.jottings))


def _memos(dossier: Dossier) -> Iterator[str]:
    for memo in dossier.memos:
        yield from ("", f"MEMO, begun {memo.minutes_after:g} min after the interview", memo.text.rstrip())
