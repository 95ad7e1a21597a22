"""The key of a study, wrapped in ``keys.json`` by the passphrase and again by the recovery key.

Each wrap can be tried only with its own secret. So the file also carries a sum, which tells a broken file from a wrong
passphrase, and a MAC under the key of the study, by which a check knows both wraps to be those that were written.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from guides.texts import MARK, bare, is_text
from store import disk, faults
from store.errors import BadInput, StoreError, StudyDamaged, WrongPassphrase

T = TypeVar("T")

KEYS_FILE = "keys.json"
KEY_BYTES = 32
MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 4
FORMAT = 2
# what another program may have written: more would only hold this machine up
_MOST_BYTES, _MOST_MEMORY_KIB, _MOST_PASSES, _MOST_LANES = 2**16, 2**20, 64, 16
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
    wrap(folder, key, passphrase, recovery_key)
    return key, recovery_key


def wrap(folder: Path, key: bytes, passphrase: str, recovery_key: str) -> None:
    """Writes ``keys.json`` for this key, in place of any other."""
    wraps = {"passphrase": _wrap(key, "passphrase", passphrase), "recovery": _wrap(key, "recovery", recovery_key)}
    _write(folder, _sealed(wraps, key))


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose out of the key of the study (HMAC-SHA-256): so that none is ever used for two."""
    return hmac.digest(key, f"vivavoce {purpose}".encode(), "sha256")


def unlock(folder: Path, by: str, secret: str) -> bytes:
    """The key of the study, ``by`` "passphrase" or "recovery"; raises WrongPassphrase or StudyDamaged."""
    kept = _read(folder)
    key = _opened(kept, by, secret)
    if kept.get("format") == 1 and not {"sum", "mac"} & set(kept):
        with suppress(OSError):  # a study of an earlier version; what can't be written now is written next time
            _write(folder, _sealed(kept["wraps"], key))
    return key


def unlock_copy(content: bytes, secret: str) -> bytes:
    """The key out of a copy of ``keys.json``, by passphrase or recovery key."""
    kept = _parsed(content)
    return either(secret, lambda by: _opened(kept, by, secret))


def either(secret: str, attempt: Callable[[str], T]) -> T:
    """Takes a secret for the passphrase, and then, if it looks like one, for the recovery key.

    ``attempt`` is called with "passphrase", then "recovery"; it raises WrongPassphrase or StudyDamaged.
    """
    try:
        return attempt("passphrase")
    except (WrongPassphrase, StudyDamaged):
        if not looks_like_recovery_key(secret):
            raise
        return attempt("recovery")


def identity(folder: Path) -> tuple[int, int]:
    """Which file ``keys.json`` is: another after each change."""
    try:
        found = (folder / KEYS_FILE).stat()
    except OSError as fault:
        raise _unread(folder, fault) from fault
    return found.st_ino, found.st_mtime_ns


def rewrap(folder: Path, secret: str, passphrase: str, *, recovery: bool = False) -> str | None:
    """Puts a new passphrase in place of the old; ``secret`` is the old passphrase or the recovery key.

    ``recovery``: a new recovery key as well, which is given back; the old one opens nothing any more.
    """
    kept = _read(folder)
    key = either(secret, lambda by: _unwrap(kept, by, secret))
    kept["wraps"]["passphrase"] = _wrap(key, "passphrase", passphrase)
    recovery_key = new_recovery_key() if recovery else None
    if recovery_key is not None:
        kept["wraps"]["recovery"] = _wrap(key, "recovery", recovery_key)
    _write(folder, _sealed(kept["wraps"], key))
    return recovery_key


def sound(folder: Path, key: bytes) -> bool:
    """Whether ``keys.json`` is, byte for byte, what was written last by whoever had this key."""
    try:
        raw = (folder / KEYS_FILE).read_bytes()
        kept = _read(folder)
        return raw == _as_text(_sealed(kept["wraps"], key)).encode()
    except (OSError, KeyError, StudyDamaged):
        return False


def looks_like_recovery_key(secret: str) -> bool:
    """Whether somebody may have typed a recovery key where a passphrase was asked for."""
    plain = bare(secret).upper().translate(_TYPED_FOR)
    return len(plain) == _GROUPS * _GROUP and set(plain) <= set(_ALPHABET)


def refuse_empty(passphrase: str) -> None:
    """Raises BadInput for a passphrase of nothing, or of blanks."""
    if not bare(passphrase).strip():
        raise BadInput("The passphrase is empty: choose one of a few words that you will remember.")


def _plain(by: str, secret: str, mark: str) -> bytes:
    """What is fed to Argon2: the same for every keyboard and every way of writing the recovery key down."""
    if not is_text(secret):
        raise BadInput("The passphrase is not UTF-8 text: type it, or write it anew.")
    if by == "recovery":
        return bare(secret).upper().translate(_TYPED_FOR).encode()
    return (mark + unicodedata.normalize("NFKC", bare(secret))).encode()


def _stretch(by: str, secret: str, wrap: dict[str, Any], mark: str = "") -> bytes:
    memory_kib, passes, lanes = (wrap[name] for name in ("memory_kib", "passes", "lanes"))
    if wrap["kdf"] != "argon2id" or not all(isinstance(cost, int) for cost in (memory_kib, passes, lanes)):
        raise ValueError(wrap["kdf"])
    if not (0 < passes <= _MOST_PASSES and 0 < lanes <= _MOST_LANES and 8 * lanes <= memory_kib <= _MOST_MEMORY_KIB):
        raise ValueError(memory_kib, passes, lanes)
    return hash_secret_raw(
        _plain(by, secret, mark),
        _raw(wrap["salt"], 16),
        time_cost=passes,
        memory_cost=memory_kib,
        parallelism=lanes,
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
    """The key; with a passphrase also where an earlier version took a byte order mark for its first letter."""
    try:
        wrap = kept["wraps"][by]
        sealed, nonce = _raw(wrap["sealed"], KEY_BYTES + 16), _raw(wrap["nonce"], 12)
        for mark in ("", MARK) if by == "passphrase" else ("",):
            with suppress(InvalidTag):
                return AESGCM(_stretch(by, secret, wrap, mark)).decrypt(nonce, sealed, by.encode())
    except (KeyError, TypeError, ValueError) as fault:
        raise _damaged() from fault
    raise WrongPassphrase(_TURNED_AWAY[by])


def _opened(kept: dict[str, Any], by: str, secret: str) -> bytes:
    try:
        return _unwrap(kept, by, secret)
    except WrongPassphrase:
        if "sum" in kept and kept["sum"] != _sum(kept):
            raise StudyDamaged(
                f"The file {KEYS_FILE} of this study is damaged, and this does not open it: type it again, try "
                "passphrase and recovery key, or bring the file back from a backup."
            ) from None
        raise


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str, length: int) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if len(raw) != length:
        raise ValueError(len(raw))
    return raw


def _sealed(wraps: dict[str, Any], key: bytes) -> dict[str, Any]:
    kept = {"format": FORMAT, "wraps": wraps}
    mac = hmac.digest(derived(key, KEYS_FILE), _as_text(kept).encode(), "sha256")
    return kept | {"sum": _sum(kept), "mac": mac.hex()}


def _sum(kept: dict[str, Any]) -> str:
    content = {name: value for name, value in kept.items() if name in ("format", "wraps")}
    return hashlib.sha256(_as_text(content).encode()).hexdigest()


def _as_text(kept: dict[str, Any]) -> str:
    return json.dumps(kept, indent=1)


def _read(folder: Path) -> dict[str, Any]:
    try:
        with (folder / KEYS_FILE).open("rb") as file:
            return _parsed(file.read(_MOST_BYTES))
    except OSError as fault:
        raise _unread(folder, fault) from fault


def _unread(folder: Path, fault: OSError) -> StoreError:
    """Missing, or there and not to be read: then another copy of it would be of no use."""
    if isinstance(fault, FileNotFoundError | IsADirectoryError):
        return _damaged()
    return faults.of_file(folder / KEYS_FILE, fault)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        kept = json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise _damaged() from fault
    if not isinstance(kept, dict):
        raise _damaged()
    return kept


def _damaged() -> StudyDamaged:
    return StudyDamaged(f"The file {KEYS_FILE} of this study is missing or broken: bring it back from a backup.")


def _write(folder: Path, kept: dict[str, Any]) -> None:
    """In one move: whoever reads it finds the old file or the new one, also after a power cut."""
    temporary = folder / f"{KEYS_FILE}.new"
    temporary.unlink(missing_ok=True)
    disk.write_new(temporary, _as_text(kept).encode())
    temporary.replace(folder / KEYS_FILE)
    disk.settle(folder)
