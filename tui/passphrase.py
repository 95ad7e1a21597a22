"""How good a passphrase is, in plain words: how long somebody with the study's folder would guess.

The guesses are counted by zxcvbn, which knows common passwords, names, English words, dates and rows of keys. Words of
other languages it takes for letters at random, and so for better than they are.
"""

from __future__ import annotations

from dataclasses import dataclass

GUESSES_A_SECOND = 10_000
"""What a well equipped stranger is thought to manage against Argon2id with 64 MiB and three passes."""

_READ = 40  # characters; what follows can only make it better, and would cost time at each key
_DAY_S = 86_400
_WEAK_S, _GOOD_S = 30 * _DAY_S, 100 * 365 * _DAY_S
_SPANS = (("year", 365 * _DAY_S), ("month", 30 * _DAY_S), ("day", _DAY_S), ("hour", 3600), ("minute", 60))


@dataclass(frozen=True)
class Strength:
    """A verdict: ``weak``, ``fair`` or ``good``, and one sentence that says why."""

    verdict: str
    text: str


def strength(passphrase: str) -> Strength | None:
    """The verdict on a passphrase; None for an empty one."""
    if not passphrase.strip():
        return None
    from zxcvbn import zxcvbn  # long lists of words, needed only where one is chosen

    seconds = float(zxcvbn(passphrase[:_READ])["guesses"]) / GUESSES_A_SECOND
    if seconds < _WEAK_S:
        return Strength("weak", f"Weak: guessed in {_about(seconds)}. Take four words or more.")
    if seconds >= _GOOD_S:
        return Strength("good", "Good: guessing it would take far too long.")
    return Strength("fair", f"Fair: guessed in {_about(seconds)}. One more word makes it far better.")


def _about(seconds: float) -> str:
    for name, length in _SPANS:
        if (count := round(seconds / length)) >= 1:
            return f"about {count} {name}{'' if count == 1 else 's'}"
    return "less than a minute"
