"""SubRip: numbered captions; it knows no comments, so the legend is the first caption."""

from __future__ import annotations

from collections.abc import Sequence

from store.dossier import Dossier
from store.handover.wording import audit_line, clock, legend, one_line, speaker, title

_LEGEND_MS = 3_000
# SubRip has no escapes, and players take angle brackets for tags
_PLAIN = str.maketrans({"<": "\u2039", ">": "\u203a"})


def render(dossier: Dossier) -> str:
    """A valid SubRip file."""
    spoken = [(one.start_ms, one.end_ms, f"{speaker(dossier, one)}: {one.text or ''}") for one in dossier.utterances]
    return subtitles([title(dossier), *legend(dossier), audit_line(dossier)], spoken)


def subtitles(head: Sequence[str], spoken: Sequence[tuple[int, int, str]]) -> str:
    """What was said, each with start and end in milliseconds, after the lines of ``head``, which make room for it."""
    first_ms = min([_LEGEND_MS, *(start_ms for start_ms, _, _ in spoken)])
    captions = [(0, max(1, first_ms), "\n".join(map(_plain, head)))]
    captions += [(start_ms, end_ms, _plain(text)) for start_ms, end_ms, text in spoken]
    return "\n".join(
        f"{number}\n{clock(start_ms, ',')} --> {clock(end_ms, ',')}\n{text}\n"
        for number, (start_ms, end_ms, text) in enumerate(captions, start=1)
    )


def _plain(text: str) -> str:
    return one_line(text).translate(_PLAIN)
