"""What the face itself refuses; the rooms below have errors of their own.

``FaceError`` is the base: one plain sentence, exit code 1. ``WrongUse`` means exit code 2.

- ``WrongUse``: the command can't be carried out as it was given
- ``NoPassphrase``: nothing gives the passphrase and nobody can be asked
"""

from __future__ import annotations


class FaceError(Exception):
    """Base of what the face refuses; ``code`` is the exit code."""

    code = 1


class WrongUse(FaceError):
    """The command can't be carried out as it was given."""

    code = 2


class NoPassphrase(WrongUse):
    """Nothing gives the passphrase and nobody can be asked."""
