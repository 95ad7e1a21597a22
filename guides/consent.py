"""Writes the blank consent form of a guide, ready to be printed and signed on paper."""

from __future__ import annotations

import textwrap

from guides.model import Guide

WIDTH = 78
"""Columns: what fits a sheet of A4 or Letter in a typewriter face."""

_BOXES = "    [   ]  Yes, I agree        [   ]  No, I do not agree"
_LINE = "_" * 40


def render_consent(guide: Guide) -> str:
    """A blank form as Markdown that also prints as plain text: wording, four decisions, lines to sign.

    Taking part, recording, quoting and further contact are asked one by one, and none is ticked beforehand.
    """
    form = guide.consent
    decisions = (
        ("Taking part", form.taking_part),
        ("Sound recording", form.audio),
        ("Quoting", form.quoting),
        ("Being contacted again", form.contact),
    )
    parts = ["# Consent form", guide.title, f"Form version {form.version}, {form.date}", _filled(form.intro)]
    for number, (title, wording) in enumerate(decisions, start=1):
        parts += [f"## {number}. {title}", _filled(wording), _BOXES]
    parts += ["## Signatures", *_signature_lines(), _foot(guide)]
    return "\n\n".join(parts) + "\n"


def _signature_lines() -> list[str]:
    labels = (
        "Participant number",
        "Interview (1, 2, 3 ...)",
        "Date",
        "Participant's signature",
        "Interviewer's signature",
    )
    return [f"{label:<26}{_LINE}" for label in labels]


def _foot(guide: Guide) -> str:
    return _filled(f"Guide {guide.name} {guide.version}. One copy is yours to keep.")


def _filled(text: str) -> str:
    """The text in lines of the form's width; blank lines stay between paragraphs."""
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return "\n\n".join(textwrap.fill(paragraph, WIDTH) for paragraph in paragraphs if paragraph)
