"""How many writes the study has seen, kept beside it: so that a log which was cut short is known.

SQLite drops the end of a damaged ``-wal`` silently, and what is left is sound in itself. So every transaction adds one
to a number inside the study, and afterwards the same number goes into the file ``count``, with the newest line of the
audit log. The file never runs ahead of the study. Where it does, writes were lost. It is synced only when the study is
closed (more would cost each key press as much again): after a power cut it may stand a little behind.
"""

from __future__ import annotations

import hmac
import struct
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from store import disk
from store.keys import derived

COUNT_FILE = "count"
_LAYOUT = struct.Struct(">QQ32s")  # writes, number of the audit line, its hash
_MAC_BYTES = 32
_TRIES = 5  # another program may be writing it just now


@dataclass(frozen=True)
class Counted:
    """The number of writes, and the newest line of the audit log at that time."""

    writes: int
    audit_seq: int
    audit_hash: str


class Count:
    """The file beside the study; ``key`` is the study's."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._path = folder / COUNT_FILE
        self._key = derived(key, COUNT_FILE)
        self._to_be_synced = False

    def keep(self, counted: Counted) -> None:
        """Writes it down; a disk that fails is no error here, for the study itself is written already."""
        body = _LAYOUT.pack(counted.writes, counted.audit_seq, bytes.fromhex(counted.audit_hash))
        with suppress(OSError):
            if not self._path.exists():
                disk.make_empty(self._path)
            with self._path.open("r+b", buffering=0) as file:
                file.write(body + self._mac(body))
                self._to_be_synced = True

    def settle(self) -> None:
        """What was written down is on the disk; asked for once, when the study is closed."""
        if self._to_be_synced:
            disk.settle(self._path)
            self._to_be_synced = False

    def kept(self) -> Counted | None:
        """What was written last; None where there is no file, or not as it was written."""
        for _ in range(_TRIES):
            with suppress(OSError):
                content = self._path.read_bytes()
                body, mac = content[: _LAYOUT.size], content[_LAYOUT.size :]
                if len(content) == _LAYOUT.size + _MAC_BYTES and hmac.compare_digest(mac, self._mac(body)):
                    writes, seq, head = _LAYOUT.unpack(body)
                    return Counted(writes, seq, head.hex())
        return None

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")
