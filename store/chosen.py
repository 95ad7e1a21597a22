"""What is chosen once for a whole study, and may be chosen anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from store.audit import Audit
from store.database import Database
from store.errors import StudyDamaged
from store.records import Verbatim
from store.settings import RECOVERY_KEY, SEEN, Settings

VOICEPRINT, VERBATIM = "voiceprint", "verbatim"


class Chosen:
    """The part of an open study that holds its name and its settings."""

    _database: Database
    _settings: Settings
    audit: Audit

    @property
    def name(self) -> str:
        """What the study is called."""
        return str(self._only("name"))

    @property
    def invented(self) -> bool:
        """Whether its words are invented: the demo's study."""
        return bool(self._only("invented"))

    def setting(self, key: str) -> str | None:
        """A setting of the whole study, or None."""
        return self._settings.get(key)

    def set_setting(self, key: str, value: str, now: datetime) -> None:
        """Sets or changes a setting of the whole study."""
        self._settings.set(key, value, now)

    @property
    def voiceprint(self) -> tuple[float, ...]:
        """The interviewer's voice, 192 numbers of a vector of length one; empty where it was not enrolled."""
        kept = self._settings.get(VOICEPRINT)
        return () if not kept else tuple(float(number) for number in json.loads(kept))

    def set_voiceprint(self, voiceprint: Sequence[float], now: datetime) -> None:
        """Keeps the interviewer's voice, or forgets it (an empty one); the log notes that, and not the voice."""
        with self._database.write():
            self._settings.set(VOICEPRINT, json.dumps(list(voiceprint)) if voiceprint else "", now)
            self.audit.add("voice enrolled" if voiceprint else "voice forgotten", "interviewer", now)

    @property
    def verbatim(self) -> Verbatim:
        """How transcripts are to be read from now on; clean unless it was chosen otherwise."""
        return Verbatim(self._settings.get(VERBATIM) or Verbatim.CLEAN)

    def set_verbatim(self, verbatim: Verbatim, now: datetime) -> None:
        """Chooses how transcripts are to be read from now on; what was read stays as it is."""
        with self._database.write():
            self._settings.set(VERBATIM, verbatim, now)
            self.audit.add("verbatim chosen", verbatim, now)

    def recovery_key_shown(self, now: datetime) -> None:
        """A new recovery key was shown to a person."""
        self._settings.set(RECOVERY_KEY, SEEN, now)

    def _only(self, column: str) -> str | int:
        value = self._database.value(f"SELECT {column} FROM study")
        if value is None:
            raise StudyDamaged("This study was never finished being made: delete its folder and make it again.")
        return str(value) if column == "name" else int(value)
