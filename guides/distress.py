"""The card for a moment of distress: what stands on it where a guide has none, and how it is written as a file."""

from __future__ import annotations

from guides.model import Distress

PLAIN = Distress(
    say="""\
Let us stop here for a moment. There is no hurry, and nothing is being recorded now.

Would you like a break, something else to talk about, or to end for today? Each of these is all right.

Is there somebody you would like to have with you, or to call?""",
    call="""\
Somebody is in danger: the emergency number (write it here)
Local crisis line: write the number here
Whoever the participant has named: as agreed with them
Your supervisor: write the number here""",
)
"""What the interviewer sees when neither guide nor study says anything else; it holds no number of anybody."""


def render_distress(card: Distress) -> str:
    """The card as a TOML table, which ``load_distress`` reads back to the letter."""
    return f"[distress]\nsay = {_quoted(card.say)}\ncall = {_quoted(card.call)}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""\n{escaped}\n"""'
