"""Ids that people see (``u17``, ``m3``, ``j8``) and the row numbers behind them."""

from __future__ import annotations

from store.errors import NotFound

_THINGS = {
    "u": "utterance",
    "m": "memo",
    "j": "jotting",
    "k": "mark",
    "c": "cue",
    "a": "attachment",
    "p": "participant",
}


def ref(letter: str, number: int) -> str:
    """The id of a row."""
    return f"{letter}{number}"


def number_of(letter: str, given: str) -> int:
    """The row number of an id; raises NotFound for what is none."""
    digits = given.removeprefix(letter)
    if not given.startswith(letter) or not (digits.isascii() and digits.isdigit()) or len(digits) > 15:
        raise missing(letter, given)
    return int(digits)


def missing(letter: str, given: str) -> NotFound:
    """The sentence for an id that leads nowhere."""
    return NotFound(f"There is no {_THINGS[letter]} {given} in this study: look up its id and try again.")
