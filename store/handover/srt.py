"""SubRip: numbered captions; it knows no comments, so the legend is the first caption."""

from __future__ import annotations

from store.dossier import Dossier
from store.handover.wording import clock, legend, one_line, speaker, title

_LEGEND_MS = 3_000
# SubRip has no escapes, and players take angle brackets for tags
_PLAIN = str.maketrans({"<": "\u2039", ">": "\u203a"})


def render(dossier: Dossier) -> str:
    """A valid SubRip file; the legend makes room for the first words."""
    first_ms = min([_LEGEND_MS, *(utterance.start_ms for utterance in dossier.utterances)])
    head = "\n".join(_plain(line) for line in (title(dossier), *legend(dossier)))
    captions = [(0, max(1, first_ms), head)]
    for utterance in dossier.utterances:
        words = f"{_plain(speaker(dossier, utterance))}: {_plain(utterance.text or '')}"
        captions.append((utterance.start_ms, utterance.end_ms, words))
    blocks = (
        f"{number}\n{clock(start_ms, ',')} --> {clock(end_ms, ',')}\n{text}\n"
        for number, (start_ms, end_ms, text) in enumerate(captions, start=1)
    )
    return "\n".join(blocks)


def _plain(text: str) -> str:
    return one_line(text).translate(_PLAIN)
