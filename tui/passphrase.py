"""How good a passphrase is, in plain words: a rule of thumb that promises little."""

from __future__ import annotations

from dataclasses import dataclass

_SHORT = 8
_LONG = 20
_WORDS = 4


@dataclass(frozen=True)
class Strength:
    """A verdict: ``weak``, ``fair`` or ``good``, and one sentence that says why."""

    verdict: str
    text: str


def strength(passphrase: str) -> Strength | None:
    """The verdict on a passphrase; None for an empty one."""
    if not passphrase.strip():
        return None
    if len(passphrase) < _SHORT or len(set(passphrase.casefold())) < _SHORT // 2:
        return Strength("weak", "Weak: it can be guessed. Take four words or more.")
    if len(passphrase) >= _LONG or len(passphrase.split()) >= _WORDS:
        return Strength("good", "Good: guessing it would take far too long.")
    return Strength("fair", "Fair: a few more words make it far better.")
