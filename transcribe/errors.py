"""What can go wrong between a microphone and a transcript.

``TranscribeError`` is the base; its message is one plain sentence that says what to do.

- ``RecordingError``: a recording file can't be opened, read or written
- ``SoundError``: a sound file or a device can't be used
- ``ModelError``: a model is missing, damaged or can't be loaded
- ``ChildError``: a child could not do its work; ``NotStartedError``: it could not even be started
- ``WireError``: a line between app and child is not what was agreed
"""

from __future__ import annotations


class TranscribeError(Exception):
    """Base of everything this room raises."""


class RecordingError(TranscribeError):
    """A recording file can't be opened, read or written."""


class SoundError(TranscribeError):
    """A sound file or a device can't be used."""


class ModelError(TranscribeError):
    """A model is missing, damaged or can't be loaded."""


class ChildError(TranscribeError):
    """A child process could not be started, or left."""


class NotStartedError(ChildError):
    """There is no memory, no descriptor, no Python for another process; ``why`` says which, in a few words."""

    def __init__(self, why: str) -> None:
        super().__init__(f"A part of the program can't be started ({why}): close other programs, then try again.")
        self.why = why


class WireError(TranscribeError):
    """A line between app and child is not what was agreed."""
