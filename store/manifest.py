"""What a backup says of itself, sealed under the key of the study: nobody else can read it, or make one."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.container import NO_BACKUP
from store.errors import BackupBroken
from store.keys import derived

FORMAT = 1
MOST_BYTES = 2**24
_NONCE_BYTES, _PURPOSE, _BOUND = 12, "backup", b"vivavoce backup 1"
_PLACE = re.compile(r"study\.db|recordings/[^/\\:\0]+\.db")


@dataclass(frozen=True)
class Entry:
    """One part: where it lies in the folder of a study, its size in bytes and its SHA-256."""

    part: str
    place: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """``audit_head`` and ``writes`` are those of the study in the backup; ``left_out`` recordings are not in it."""

    made_at: datetime
    schema: int
    sound: bool
    left_out: int
    audit_seq: int
    audit_head: str
    writes: int
    keys_sha256: str
    entries: tuple[Entry, ...]


def seal(manifest: Manifest, key: bytes) -> bytes:
    """As it lies in a backup."""
    said = asdict(manifest) | {"format": FORMAT, "made_at": manifest.made_at.isoformat()}
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(derived(key, _PURPOSE)).encrypt(nonce, json.dumps(said).encode(), _BOUND)


def unseal(sealed: bytes, key: bytes) -> Manifest:
    """Raises BackupBroken for what was not sealed under this key, and for places outside of a study's folder."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        said = json.loads(AESGCM(derived(key, _PURPOSE)).decrypt(nonce, rest, _BOUND))
        entries = tuple(Entry(**entry) for entry in said.pop("entries"))
        said.pop("format")
        manifest = Manifest(**{**said, "made_at": datetime.fromisoformat(said["made_at"])}, entries=entries)
    except (InvalidTag, ValueError, TypeError, KeyError) as fault:
        raise BackupBroken(NO_BACKUP) from fault
    places = [entry.place for entry in entries]
    if not all(map(_PLACE.fullmatch, places)) or len(set(places)) < len(places) or places[:1] != ["study.db"]:
        raise BackupBroken(NO_BACKUP)
    return manifest
