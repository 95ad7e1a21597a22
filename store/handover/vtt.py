"""WebVTT: captions with voices; the legend stands in notes."""

from __future__ import annotations

from store.dossier import Dossier
from store.handover.wording import audit_line, clock, legend, one_line, speaker, title
from store.records import Utterance


def render(dossier: Dossier) -> str:
    """A valid WebVTT file: ``&``, ``<`` and ``>`` are escaped, and so no ``-->`` can stand in a text."""
    notes = [f"NOTE {escaped(line)}" for line in (title(dossier), *legend(dossier))]
    cues = [_cue(dossier, utterance) for utterance in dossier.utterances]
    last = f"NOTE {audit_line(dossier)}"
    return "\n\n".join(("WEBVTT", *notes, *cues, last)) + "\n"


def escaped(text: str) -> str:
    """One line of text as WebVTT wants it."""
    return one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cue(dossier: Dossier, utterance: Utterance) -> str:
    when = f"{clock(utterance.start_ms)} --> {clock(utterance.end_ms)}"
    return f"{utterance.id}\n{when}\n<v {escaped(speaker(dossier, utterance))}>{escaped(utterance.text or '')}"
