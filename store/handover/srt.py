"""SubRip: numbered captions, each with its speaker's name. It knows no notes, so what a reader must know stands beside.

``about`` is the text of that file. A session without captions gets no SubRip file: some readers refuse an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable

from store.dossier import Dossier
from store.handover.captions import Caption, Spoken, any_captions, captions
from store.handover.facts import facts, left_out, moves, notes
from store.handover.vtt import spoken
from store.handover.wording import audit_line, clock, legend, title

NO_CAPTIONS = "No captions: nothing that was said is kept in words, so no .srt file was written with this one."


def render(dossier: Dossier) -> str:
    """A SubRip file; empty where there is not one caption."""
    return subrip(spoken(dossier))


def about(dossier: Dossier) -> str:
    """What a reader of the captions must know, one fact a line."""
    head = (title(dossier), *(() if any_captions(spoken(dossier)) else (NO_CAPTIONS,)), *legend(dossier), "")
    parts = ("", *moves(dossier), "", *left_out(dossier), "", *notes(dossier), "", audit_line(dossier))
    return "\n".join((*head, *facts(dossier), *parts)) + "\n"


def subrip(said: Iterable[Spoken]) -> str:
    """A SubRip file with what was said."""
    made = enumerate(captions(said, prefixed=True), start=1)
    return "\n".join(_caption(number, caption) for number, caption in made)


def _caption(number: int, caption: Caption) -> str:
    who = f"{caption.who}: " if caption.who else ""
    when = f"{clock(caption.start_ms, ',')} --> {clock(caption.end_ms, ',')}"
    return f"{number}\n{when}\n{who}" + "\n".join(caption.lines) + "\n"
