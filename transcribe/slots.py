"""The data packets of an ASF file: their heads tell what is damaged, which the places that libav gives do not."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from transcribe.timeline import JITTER_S

_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_FILE_HEAD_BYTES, _DATA_HEAD_BYTES, _MOST_OBJECTS = 30, 50, 1_000
_OBJECT = struct.Struct("<16sQ")
_ABOUT = struct.Struct("<48xQQI4xI")
"""How long sending takes, how much earlier than it is heard a slot is sent (ms), flags, and the length of a slot."""
_LIVE = 1  # in the flags: how long it would be was not known
_SLOT_BYTES = range(128, 1 << 20)  # others are a claim that does harm

_CHECKED, _CHECK_BYTES = 0x80, 0x0F
_WIDTHS, _ONE_BYTE, _TWO_BYTES, _FOUR_BYTES = (0, 1, 2, 4), 1, 2, 3
_SEVERAL, _TRACK, _COUNT = 0x01, 0x7F, 0x3F
_PACKED, _TIMED_BYTES = 1, 8  # of what is said beside a piece: several in one, or its size and time
_EARLY_MS = 1_000
_MOST_MISSES = 10  # in a row: what libav gives stands elsewhere


@dataclass(frozen=True)
class _Head:
    begin: int
    slots: int
    slot_bytes: int
    takes: int
    early_ms: int


class Slots:
    """Follows one track through its slots, which are all of one length, by the times of what begins in them.

    ``headless`` says that the head no longer tells when the clock begins.
    """

    def __init__(self, path: Path, track: int) -> None:
        self._path, self._track = path, track
        with path.open("rb") as file:
            self._head = _head(file)
        self._next = (0, 0)  # slot, and which of those that begin in it
        self._misses = 0
        self._held: tuple[int, list[int | None]] = (-1, [])
        self.headless = self._head is not None and self._is_early(self._head)

    @property
    def follows(self) -> bool:
        """Whether it can be told at all what is damaged: what libav gives was found in the slots."""
        return self._head is not None and self._misses <= _MOST_MISSES

    def reached(self, time_ms: int | None) -> bool:
        """Goes on to what begins at this time; tells whether something before it, or around it, is damaged."""
        damaged = False
        for place, found_ms in self._from_here():
            if found_ms is None:
                damaged = True
            elif found_ms == time_ms:
                self._next, self._misses = place, 0
                return damaged
        self._misses += 1
        return damaged

    def is_unread_from_here(self) -> bool:
        """Whether behind what was reached something is damaged, or the file ends before it says that it does."""
        return any(found_ms is None for _, found_ms in self._from_here())

    def _from_here(self) -> Iterator[tuple[tuple[int, int], int | None]]:
        """Each time of the track with the place behind it, None for what is damaged."""
        if self._head is None or not self.follows:
            return
        first = self._next[1]
        for slot in range(self._next[0], self._head.slots):
            for at, time_ms in enumerate(self._times(self._head, slot)[first:], first + 1):
                yield (slot, at), time_ms
            first = 0

    def _times(self, head: _Head, slot: int) -> list[int | None]:
        if self._held[0] != slot:
            self._held = (slot, list(self._slot(head, slot).times(self._track)))
        return self._held[1]

    def _slot(self, head: _Head, slot: int) -> _Slot:
        with self._path.open("rb") as file:
            file.seek(head.begin + slot * head.slot_bytes)
            return _Slot(file.read(head.slot_bytes), head)

    def _is_early(self, head: _Head) -> bool:
        """Whether the first slot is sent earlier than the head says, in which something is missing."""
        if head.early_ms and head.takes:
            return False
        first = self._slot(head, 0)
        times = [time_ms for time_ms in first.times(self._track) if time_ms is not None]
        return bool(times) and times[0] - first.sent_ms > (_EARLY_MS if head.takes else JITTER_S * 1_000)


def _head(file: BinaryIO) -> _Head | None:
    """What the file says of its slots; None where that can't be read."""
    room, at = file.seek(0, os.SEEK_END), _FILE_HEAD_BYTES
    about: tuple[int, ...] | None = None
    for _ in range(_MOST_OBJECTS):
        if at + _OBJECT.size + _ABOUT.size > room:
            return None
        file.seek(at)
        kind, length = _OBJECT.unpack(file.read(_OBJECT.size))
        if kind == _DATA and about is not None:
            takes, early_ms, flags, slot_bytes = about
            begin = at + _DATA_HEAD_BYTES
            if slot_bytes not in _SLOT_BYTES:
                return None
            slots = max(0, room - begin) // slot_bytes
            if not flags & _LIVE and length > _DATA_HEAD_BYTES:
                slots = min((at + length - begin) // slot_bytes, slots + 1)
            return _Head(begin, slots, slot_bytes, takes, early_ms)
        if kind == _PROPERTIES:
            about = _ABOUT.unpack(file.read(_ABOUT.size))
        at += max(length, _OBJECT.size)
    return None


class _Slot:
    """The bytes of one, read from its head on."""

    def __init__(self, raw: bytes, head: _Head) -> None:
        self._raw, self._head, self._at = raw, head, 0
        self.sent_ms = 0

    def times(self, track: int) -> Iterator[int | None]:
        """When each piece of the track that begins here is heard; None once, at the end, where not all can be read."""
        try:
            if len(self._raw) < self._head.slot_bytes:
                raise ValueError("cut off")
            yield from self._told(track)
        except ValueError:
            yield None

    def _told(self, track: int) -> Iterator[int]:
        kinds = self._number()
        if kinds & _CHECKED:
            self._at += kinds & _CHECK_BYTES
            kinds = self._number()
        widths = self._number()
        end = min(self._number(kinds >> 5) or len(self._raw), len(self._raw))
        self._number(kinds >> 1)
        end -= self._number(kinds >> 3)
        self.sent_ms = self._number(_FOUR_BYTES)
        self._number(_TWO_BYTES)  # for how long
        several = self._number() if kinds & _SEVERAL else 0
        count = several & _COUNT if kinds & _SEVERAL else 1
        if not count:
            raise ValueError("empty")
        for _ in range(count):
            its_track = self._number() & _TRACK
            self._number(widths >> 4)
            offset, beside = self._number(widths >> 2), self._number(widths)
            told, self._at = self._raw[self._at : self._at + beside], self._at + beside
            size = self._number(several >> 6) if kinds & _SEVERAL else end - self._at
            begin, self._at = self._at, self._at + size
            if widths >> 6 != _ONE_BYTE or not its_track or size <= 0 or self._at > end:
                raise ValueError("no piece")
            times = self._begun(offset, told, begin)
            if its_track == track:
                yield from (time_ms - self._head.early_ms for time_ms in times)

    def _begun(self, offset: int, told: bytes, begin: int) -> list[int]:
        """When what begins in a piece is heard; ``told`` is what is said beside it."""
        if len(told) == _PACKED:  # where each has its length before it, and follows the one before by so much
            found: list[int] = []
            while begin < self._at:
                found.append(offset + len(found) * told[0])
                begin += 1 + self._raw[begin]
            return found
        if len(told) >= _TIMED_BYTES:
            return [] if offset else [int.from_bytes(told[4:8], "little")]
        if told or not offset:
            raise ValueError("no time")
        return []

    def _number(self, width: int = 1) -> int:
        """The next one, as wide as the lowest two bits say."""
        begin, self._at = self._at, self._at + _WIDTHS[width & 3]
        if self._at > len(self._raw):
            raise ValueError("cut off")
        return int.from_bytes(self._raw[begin : self._at], "little")
