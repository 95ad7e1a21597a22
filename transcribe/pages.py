"""The pages of an Ogg file: their numbers tell what is missing, which the times that libav gives do not."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

_MARK = b"OggS"
_HEAD = struct.Struct("<4sBBqIIIB")
_SUM_AT = 22
_GOES_ON, _GOES_ON_LACING = 1, 255
_NO_TIME = -1
_MOST_PAGES = 1_000
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True)
class Gap:
    """Pages were missing; the next ``packets`` end ``end`` samples after the beginning. Both 0 where none tells."""

    packets: int = 0
    end: int = 0


@dataclass(frozen=True)
class _Page:
    begin: int
    end: int
    sample: int  # that of the last packet that ends on it
    serial: int
    number: int
    goes_on: bool
    ended: int


class Pages:
    """Follows one track through its pages, from packet to packet; byte 0 is where this part of the file begins."""

    def __init__(self, path: Path, begin: int) -> None:
        self._path, self._begin = path, begin
        self._last: _Page | None = None

    def reached(self, at: int) -> Gap | None:
        """A packet begins on the page at this byte; tells when others are missing before that."""
        before = self._last
        if before is not None and before.begin == at:
            return None
        with self._path.open("rb") as file:
            page = self._read(file, at)
            if page is None:
                return None
            self._last = page
            if before is not None and before.serial != page.serial:
                return None
            number = -1 if before is None else before.number
            for one in self._from(file, 0 if before is None else before.end):
                if one.begin >= at:
                    break
                if one.serial == page.serial:
                    if one.number != number + 1 or not self._is_whole(file, one):
                        return self._gap(file, page)
                    number = one.number
            return None if page.number == number + 1 else self._gap(file, page)

    def is_unread_from_here(self) -> bool:
        """Whether behind the last packet there is more of this track, or what is no page."""
        if self._last is None:
            return False
        with self._path.open("rb") as file:
            end = self._last.end
            for page in self._from(file, end):
                if page.serial == self._last.serial and (page.ended or not self._is_whole(file, page)):
                    return True
                end = page.end
            return end < file.seek(0, 2) - self._begin

    def _gap(self, file: BinaryIO, first: _Page) -> Gap:
        """Looks for the next page that says when its last packet ends."""
        packets, number = -int(first.goes_on and first.ended > 0), first.number
        for page in islice(self._from(file, first.begin), _MOST_PAGES):
            if page.serial != first.serial:
                continue
            if page.number != number or not self._is_whole(file, page):
                break
            packets, number = packets + page.ended, number + 1
            if page.sample != _NO_TIME and packets > 0:
                return Gap(packets, page.sample)
        return Gap()

    def _from(self, file: BinaryIO, at: int) -> Iterator[_Page]:
        """Page after page, of all tracks, up to what is none."""
        page = self._read(file, at)
        while page is not None:
            yield page
            page = self._read(file, page.end)

    def _read(self, file: BinaryIO, at: int) -> _Page | None:
        file.seek(self._begin + at)
        raw = file.read(_HEAD.size)
        if len(raw) < _HEAD.size or not raw.startswith(_MARK):
            return None
        _, _, flags, sample, serial, number, _, pieces = _HEAD.unpack(raw)
        lacing = file.read(pieces)
        ended = sum(length < _GOES_ON_LACING for length in lacing)
        end = at + _HEAD.size + pieces + sum(lacing)
        return _Page(at, end, sample, serial, number, bool(flags & _GOES_ON), ended)

    def _is_whole(self, file: BinaryIO, page: _Page) -> bool:
        """Whether its checksum is right: that of Ethernet, but each byte the other way round."""
        file.seek(self._begin + page.begin)
        raw = file.read(page.end - page.begin)
        if len(raw) < page.end - page.begin:
            return False
        told = int.from_bytes(raw[_SUM_AT : _SUM_AT + 4], "little")
        blank = raw[:_SUM_AT] + bytes(4) + raw[_SUM_AT + 4 :]
        found = zlib.crc32(blank.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
        return int(f"{found:032b}"[::-1], 2) == told
