"""Reads what truly lies on the disk of a study: every page of every encrypted file in clear, and all other files raw.

SQLCipher 4 encrypts a page of 4096 bytes by AES-256 in CBC and keeps 80 bytes of it for itself: 16 of IV, 64 of
HMAC-SHA512. The first 16 bytes of a file are its salt. With a raw key the pages' key is that key, and that of the HMAC
is two rounds of PBKDF2 away. A page in the log is encrypted in the same way. Pages are read whole, so what is free,
unused or left over in them is seen too; the HMAC of each is checked, so that none is read with a wrong key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, RESERVED, IV, SALT = 4096, 80, 16, 16
LOG_HEADER, FRAME_HEADER = 32, 24
BEGINNING, PIECE = 3, 1 << 16
"""Bytes that tell where a trace may begin; bytes that are looked through at once."""


class Opened:
    """The pages of one encrypted file and its log, in clear."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path, self._key = path, key
        self._salt = path.read_bytes()[:SALT]
        hmac_salt = bytes(byte ^ 0x3A for byte in self._salt)
        self._hmac_key = hashlib.pbkdf2_hmac("sha512", key, hmac_salt, 2, 32)

    def pages(self) -> Iterator[bytes]:
        """Every page of the file, then every one in its log, also those that were written over since."""
        raw = self.path.read_bytes()
        assert len(raw) % PAGE == 0, f"{self.path.name} has {len(raw)} bytes"
        for start in range(0, len(raw), PAGE):
            yield self._clear(raw[start : start + PAGE], start // PAGE + 1)
        for number, page in _frames(self.path):
            yield self._clear(page, number)

    def _clear(self, page: bytes, number: int) -> bytes:
        if not any(page):
            return page  # a hole: the log that holds it could not be moved out of the way yet
        first = SALT if number == 1 else 0
        body, iv, seal = page[first : PAGE - RESERVED], page[-RESERVED : -RESERVED + IV], page[-RESERVED + IV :]
        expected = hmac.new(self._hmac_key, body + iv + number.to_bytes(4, "little"), hashlib.sha512).digest()
        assert hmac.compare_digest(seal, expected), f"page {number} of {self.path.name} was read with a wrong key"
        decryptor = Cipher(algorithms.AES(self._key), modes.CBC(iv)).decryptor()
        return decryptor.update(body) + decryptor.finalize()


def frames(path: Path) -> dict[int, bytes]:
    """The newest of each page in the log of a database, as it lies there."""
    return dict(_frames(path))


def _frames(path: Path) -> Iterator[tuple[int, bytes]]:
    log = path.with_name(path.name + "-wal")
    content = log.read_bytes()[LOG_HEADER:] if log.exists() else b""
    for start in range(0, len(content), FRAME_HEADER + PAGE):
        number = int.from_bytes(content[start : start + 4], "big")
        yield number, content[start + FRAME_HEADER : start + FRAME_HEADER + PAGE]


def on_disk(folder: Path, keys: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every file of a study by its name; the encrypted ones whose key is in ``keys`` (by name) in clear.

    A log is read with its database. What has no key is given as it lies there.
    """
    read: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_dir() or (name.removesuffix("-wal") in keys and name.endswith("-wal")):
            continue
        read[name] = b"".join(Opened(path, keys[name]).pages()) if name in keys else path.read_bytes()
    return read


def traces_of_words(words: Iterable[str]) -> set[bytes]:
    """What is left of a phrase wherever it was kept: as it was said, word by word, and as the index keeps its terms.

    The index leaves out what a term has in common with the one before it, so the end of a word is what counts.
    """
    ends = {word[3:] for word in words} | {word[3:].lower() for word in words}
    assert all(len(end) >= 6 for end in ends), "too short to be told from chance"
    return {end.encode() for end in ends} | {json.dumps(end)[1:-1].encode() for end in ends}


def traces_of_key(key: bytes) -> set[bytes]:
    """A key as it is, in hexadecimal digits of either case, and either half of it."""
    return {key[:16], key[16:], key.hex().encode(), key.hex().upper().encode()}


def found(read: Mapping[str, bytes], traces: Iterable[bytes]) -> dict[str, int]:
    """In which files how many of these traces are found; nothing where there is none."""
    wanted: dict[bytes, set[bytes]] = {}
    for trace in traces:
        wanted.setdefault(trace[:BEGINNING], set()).add(trace)
    begins = np.zeros(1 << 16, bool)
    begins[_signs(b"".join(wanted))[::BEGINNING]] = True
    counts = {name: len(_those_in(content, wanted, begins)) for name, content in read.items()}
    return {name: count for name, count in counts.items() if count}


def _those_in(content: bytes, wanted: Mapping[bytes, set[bytes]], begins: npt.NDArray[np.bool_]) -> set[bytes]:
    """In one pass for all of them, for there are thousands: each is looked for only where it may begin."""
    there: set[bytes] = set()
    for start in range(0, len(content), PIECE):
        places = np.flatnonzero(begins[_signs(content[start : start + PIECE + BEGINNING - 1])])
        for at in (places + start).tolist():
            if (some := wanted.get(content[at : at + BEGINNING])) is not None:
                there.update(trace for trace in some if content.startswith(trace, at))
    return there


def _signs(content: bytes) -> npt.NDArray[Any]:
    """What tells each beginning from nearly all others, in 16 bits."""
    each = np.frombuffer(content, np.uint8).astype(np.uint32)
    return (each[:-2] * 31 + each[1:-1] * 1_009 + each[2:] * 40_503) & 0xFFFF


def traces_of_sound(samples: bytes) -> set[bytes]:
    """Pieces of these samples, so close together that some lie whole in every page that holds a part of them."""
    return {samples[start : start + 32] for start in range(0, len(samples) - 32, 1000)}
