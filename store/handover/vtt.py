"""WebVTT: captions with voices; what a reader must know stands in notes before the first of them.

Each note is one line and the ids are plain numbers: a note of several lines, one between captions, or another id
becomes words in some readers, or makes them refuse the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from store.dossier import Dossier
from store.handover.captions import Caption, Spoken, captions, plain
from store.handover.facts import facts, left_out, moves, notes
from store.handover.wording import audit_line, clock, legend, named, speaker, title


def render(dossier: Dossier) -> str:
    """A WebVTT file of one session."""
    guide = (*moves(dossier), *left_out(dossier))
    head = (title(dossier), *legend(dossier), *facts(dossier), *guide, *notes(dossier), audit_line(dossier))
    return webvtt(head, spoken(dossier))


def webvtt(head: Sequence[str], said: Iterable[Spoken]) -> str:
    """A WebVTT file with these notes and what was said."""
    blocks = [f"NOTE {plain(line)}" for line in head if line]
    blocks += [_cue(number, caption) for number, caption in enumerate(captions(said), start=1)]
    return "\n\n".join(("WEBVTT", *blocks)) + "\n"


def spoken(dossier: Dossier) -> list[Spoken]:
    """What was said in a session, utterance by utterance, and by whom where that is known."""
    return [
        Spoken(one.start_ms, one.end_ms, speaker(dossier, one) if named(one) else "", one.text or "", one.words)
        for one in dossier.utterances
    ]


def _cue(number: int, caption: Caption) -> str:
    when = f"{clock(caption.start_ms)} --> {clock(caption.end_ms)}"
    voice = f"<v {caption.who}>" if caption.who else ""
    return f"{number}\n{when}\n{voice}" + "\n".join(caption.lines)
