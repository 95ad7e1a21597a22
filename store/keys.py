"""The key of a study, wrapped in ``keys.json`` by the passphrase and again by the recovery key."""

from __future__ import annotations

import base64
import json
import os
import secrets
import unicodedata
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.errors import BadInput, StudyDamaged, WrongPassphrase

KEYS_FILE = "keys.json"
KEY_BYTES = 32
MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 4
# Crockford's base 32: no I, L, O or U, so that a hand-written key can be read back
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TYPED_FOR = str.maketrans({"I": "1", "L": "1", "O": "0", " ": None, "-": None})
_GROUPS, _GROUP = 5, 5
_TURNED_AWAY = {
    "passphrase": "This passphrase does not open the study: type it again, or use the recovery key.",
    "recovery": "This recovery key does not open the study: check it letter by letter and type it again.",
}


def new_recovery_key() -> str:
    """125 random bits in five groups of five letters and digits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def create(folder: Path, passphrase: str) -> tuple[bytes, str]:
    """Writes ``keys.json`` for a new random key; gives the key and the recovery key."""
    key, recovery_key = secrets.token_bytes(KEY_BYTES), new_recovery_key()
    wraps = {"passphrase": _wrap(key, "passphrase", passphrase), "recovery": _wrap(key, "recovery", recovery_key)}
    _write(folder, {"format": 1, "wraps": wraps})
    return key, recovery_key


def unlock(folder: Path, by: str, secret: str) -> bytes:
    """The key of the study, ``by`` "passphrase" or "recovery"; raises WrongPassphrase or StudyDamaged."""
    return _unwrap(_read(folder), by, secret)


def rewrap(folder: Path, secret: str, passphrase: str) -> None:
    """Puts a new passphrase in place of the old; ``secret`` is the old passphrase or the recovery key."""
    kept = _read(folder)
    try:
        key = _unwrap(kept, "passphrase", secret)
    except WrongPassphrase:
        key = _unwrap(kept, "recovery", secret)
    kept["wraps"]["passphrase"] = _wrap(key, "passphrase", passphrase)
    _write(folder, kept)


def refuse_empty(passphrase: str) -> None:
    """Raises BadInput for a passphrase of nothing, or of blanks."""
    if not passphrase.strip():
        raise BadInput("The passphrase is empty: choose one of a few words that you will remember.")


def _plain(by: str, secret: str) -> bytes:
    """What is fed to Argon2: the same for every keyboard and every way of writing the recovery key down."""
    if by == "recovery":
        return secret.upper().translate(_TYPED_FOR).encode()
    return unicodedata.normalize("NFKC", secret).encode()


def _stretch(by: str, secret: str, wrap: dict[str, Any]) -> bytes:
    return hash_secret_raw(
        _plain(by, secret),
        base64.b64decode(wrap["salt"]),
        time_cost=int(wrap["passes"]),
        memory_cost=int(wrap["memory_kib"]),
        parallelism=int(wrap["lanes"]),
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _wrap(key: bytes, by: str, secret: str) -> dict[str, Any]:
    refuse_empty(secret)
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    wrap: dict[str, Any] = {"kdf": "argon2id", "memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": LANES}
    wrap |= {"salt": _text(salt), "nonce": _text(nonce)}
    wrap["sealed"] = _text(AESGCM(_stretch(by, secret, wrap)).encrypt(nonce, key, by.encode()))
    return wrap


def _unwrap(kept: dict[str, Any], by: str, secret: str) -> bytes:
    try:
        wrap = kept["wraps"][by]
        sealed, nonce = base64.b64decode(wrap["sealed"]), base64.b64decode(wrap["nonce"])
        return AESGCM(_stretch(by, secret, wrap)).decrypt(nonce, sealed, by.encode())
    except InvalidTag:
        raise WrongPassphrase(_TURNED_AWAY[by]) from None
    except (KeyError, TypeError, ValueError) as fault:
        raise _damaged() from fault


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _read(folder: Path) -> dict[str, Any]:
    try:
        kept = json.loads((folder / KEYS_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise _damaged() from fault
    if not isinstance(kept, dict):
        raise _damaged()
    return kept


def _damaged() -> StudyDamaged:
    return StudyDamaged(f"The file {KEYS_FILE} of this study is missing or broken: bring it back from a backup.")


def _write(folder: Path, kept: dict[str, Any]) -> None:
    """In one move: whoever reads it finds the old file or the new one, also after a power cut."""
    temporary = folder / f"{KEYS_FILE}.new"
    descriptor = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(kept, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.chmod(0o600)
    temporary.replace(folder / KEYS_FILE)
