"""Who may still hold the sound of a session while it is destroyed: another program that does not let go of it."""

from __future__ import annotations

from store.lock import SessionLock
from store.permits import Permits
from store.settings import BEING_READ, Settings
from transcribe import recording

STILL_HELD = (
    "Another program, suspended or hung, still holds the recording or its key in its memory, out of reach of this one: "
    "end it (vivavoce on another terminal, or in the background of one), or start the laptop anew."
)


class Holders:
    """Knows who reads a session once more, and whether a recording is open in another process."""

    def __init__(self, permits: Permits, settings: Settings, reading: SessionLock) -> None:
        self._permits = permits
        self._settings = settings
        self._reading = reading

    def let_go(self, session_id: str, *, anew: bool) -> None:
        """Waits for whoever reads it to end, three seconds at the most; ``anew``: it was withdrawn in this moment."""
        if anew or self._reads(session_id):
            self._reading.let_others_go()

    def left(self, session_id: str) -> tuple[str, ...]:
        """Who has not let go of it, in a sentence; to be asked before its files go."""
        reads = self._reads(session_id) and not self._reading.held and self._reading.anywhere
        return (STILL_HELD,) if reads or recording.held_elsewhere(self._permits.path(session_id)) else ()

    def _reads(self, session_id: str) -> bool:
        return self._settings.get(BEING_READ) == session_id
