"""Decisions of participants, laid down beside the database until they are carried out, whatever becomes of the program.

A strike or a withdrawal must hold from the moment it is made: while another program writes to the study, while the
disk is full, and where somebody ends the program in its midst. So it is sealed under the key of the study and put on
the disk as a file of its own, before anything is destroyed. It goes when what was decided is in the database, or, for
a strike, done. What is still there is carried out when the study is next opened, and until then it shuts what it
would shut.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store import ballast, disk, faults
from store.clock import moment, stamp
from store.errors import DiskFull, NotNow
from store.keys import derived
from store.records import Finding, Kind

SEALED = "sealed"
"""The folder inside a study; only there while something is in it."""
PATIENCE_S, _LOOK_S = 5.0, 0.05
_PURPOSE, _NONCE_BYTES, _BOUND = "sealed decision", 12, b"1"
_UNFINISHED = ".new"
_TO_COME = (
    "What a participant decided is not carried out yet: close the study everywhere, open it once, then try again."
)


class Act(StrEnum):
    """What is to be done."""

    STRIKE = "strike"
    STRIKE_NOTE = "strike note"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class SealedDecision:
    """What was decided in a session at ``at``, aware UTC; a strike has a stretch in ms of recording.

    ``kind`` is what a withdrawal takes back; ``words`` and ``notes`` go as well. ``note`` is the one note to be struck.
    """

    act: Act
    session: str
    at: datetime
    kind: Kind = Kind.AUDIO
    words: bool = False
    notes: bool = False
    start_ms: int = 0
    end_ms: int = 0
    recorded_by: str = ""
    note: str = ""


class SealedDecisions:
    """The folder of them; ``key`` is the study's."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._study, self._folder = folder, folder / SEALED
        self._key = derived(key, _PURPOSE)

    def lay_down(self, decision: SealedDecision) -> Path:
        """Puts it on the disk; gives the file. Raises NotNow where even that can't be done."""
        try:
            return self._write(decision)
        except OSError as fault:
            error = faults.of_file(self._folder, fault)
        if isinstance(error, DiskFull) and ballast.drop(self._study):
            try:
                return self._write(decision)
            except OSError as fault:
                error = faults.of_file(self._folder, fault)
        raise error if isinstance(error, NotNow) else NotNow(str(error))

    def take_away(self, laid: Path) -> None:
        """It is carried out. Without harm where it is gone."""
        try:
            laid.unlink(missing_ok=True)
            disk.settle(self._folder)
            self._folder.rmdir()
        except OSError:  # there are others; or it can't be taken away now, and is carried out once more
            return
        disk.settle(self._study)

    def list(self) -> tuple[tuple[Path, SealedDecision], ...]:
        """Each with its file, oldest first, but for what can't be read."""
        read = ((path, self._read(path)) for path in self._files())
        return tuple(sorted(((path, one) for path, one in read if one is not None), key=lambda each: each[1].at))

    def withdrawn(self, session: str) -> frozenset[Kind]:
        """What is taken back in a session and not in the database yet."""
        if not self.any:
            return frozenset()
        return frozenset(one.kind for _, one in self.list() if one.session == session and one.act is Act.WITHDRAW)

    @property
    def any(self) -> bool:
        """Whether something is to be carried out."""
        return next(self._files(), None) is not None

    @property
    def names(self) -> frozenset[str]:
        """The files that lie there."""
        return frozenset(path.name for path in self._files())

    def refuse_any(self, patience_s: float = PATIENCE_S) -> None:
        """For whatever would leave them behind, such as a backup; raises NotNow.

        What is being carried out just now, as a strike in an interview, is waited for.
        """
        end_s = time.monotonic() + patience_s
        while self.any:
            if time.monotonic() > end_s:
                raise NotNow(_TO_COME)
            time.sleep(_LOOK_S)

    def findings(self) -> Iterator[Finding]:
        """What lies there still, and what of it can't be read."""
        for path in self._files():
            if (said := self._read(path)) is not None:
                text = f"What was decided in session {said.session} is not carried out yet: close the study "
                yield Finding("sealed", text + "everywhere and open it once.")
            else:
                text = f"A decision of a participant, {SEALED}/{path.name}, can't be read: ask whoever led the "
                text += "interviews what was to be destroyed, do it by hand, then delete that file."
                yield Finding("sealed", text)

    def _write(self, decision: SealedDecision) -> Path:
        if not self._folder.is_dir():
            self._folder.mkdir(mode=0o700)
            disk.settle(self._study)
        said = asdict(decision) | {"at": stamp(decision.at)}
        nonce = secrets.token_bytes(_NONCE_BYTES)
        path = self._folder / secrets.token_hex(8)
        unfinished = path.with_name(path.name + _UNFINISHED)
        disk.write_new(unfinished, nonce + AESGCM(self._key).encrypt(nonce, json.dumps(said).encode(), _BOUND))
        unfinished.rename(path)
        disk.settle(self._folder)
        return path

    def _files(self) -> Iterator[Path]:
        try:
            files = sorted(self._folder.iterdir())
        except FileNotFoundError:
            return
        except OSError as fault:
            raise faults.of_file(self._folder, fault) from fault
        yield from (file for file in files if not file.name.endswith(_UNFINISHED))

    def _read(self, path: Path) -> SealedDecision | None:
        try:
            content = path.read_bytes()
            nonce, rest = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
            said = json.loads(AESGCM(self._key).decrypt(nonce, rest, _BOUND))
            at, act, kind = moment(said["at"]), Act(said["act"]), Kind(said["kind"])
            return SealedDecision(**{**said, "at": at, "act": act, "kind": kind})
        except (OSError, InvalidTag, ValueError, TypeError, KeyError):
            return None
