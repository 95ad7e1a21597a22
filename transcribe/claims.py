"""How long a sound file says it is, where it says so itself and nobody has worked it out from what is there."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_IN_THE_HEAD = {"flac", "aiff", "au", "tta", "wv", "rm"}
_IN_THE_TABLE = {"mov"}
_IN_TAGS = {"matroska"}
_IN_CHUNKS = {"wav", "w64", "caf", "avi"}
_WITHOUT_AN_END = 0x7FFF0000
"""What a program writes that does not know how long it will record, and all above it."""
_FIRST_FRAME_BYTES = 4_096
_MPEG_1_HZ = 32_000
_MOST_CHUNKS = 1_000
_MOST_BETWEEN = 1 << 20


def claimed_s(path: Path, container: InputContainer, stream: AudioStream) -> float | None:
    """When the sound of this stream ends, as the file says; None where it says nothing."""
    kinds = set(container.format.name.split(","))
    if kinds & _IN_TAGS:
        return _by_tag(container, stream)
    length_s = _stream_s(stream)
    if length_s is None:
        return None
    if kinds & _IN_THE_TABLE:
        return length_s + max(0.0, _start_s(stream))
    if "mp3" in kinds:
        return _by_frames(path, stream)
    if kinds & _IN_THE_HEAD:
        return length_s
    return length_s * _share(path) if kinds & _IN_CHUNKS else None


def _stream_s(stream: AudioStream) -> float | None:
    if stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)


def _start_s(stream: AudioStream) -> float:
    return float(stream.start_time * stream.time_base) if stream.start_time and stream.time_base else 0.0


def _by_tag(container: InputContainer, stream: AudioStream) -> float | None:
    """Matroska keeps the end of each track in a tag, and that of the longest in its head."""
    try:
        hours, minutes, seconds = stream.metadata["DURATION"].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except (KeyError, ValueError):
        alone = len(container.streams) == 1 and container.duration
        return container.duration / 1_000_000 if alone and container.duration else None


def _by_frames(path: Path, stream: AudioStream) -> float | None:
    """The length of an MP3 that tells in its first frame how many there are; any other is a guess by its size."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3" and len(head) == 10:
            size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
            file.seek(10 + size)
        else:
            file.seek(0)
        first = file.read(_FIRST_FRAME_BYTES)
    at = max(first.find(b"Xing"), first.find(b"Info"))
    rate_hz = stream.codec_context.sample_rate
    if at < 0 or len(first) < at + 12 or not rate_hz:
        return None
    flags, frames = struct.unpack_from(">II", first, at + 4)
    if not flags & 1:
        return None
    counted_s: float = frames * (1_152 if rate_hz >= _MPEG_1_HZ else 576) / rate_hz
    return min(counted_s, _stream_s(stream) or counted_s)


def _share(path: Path) -> float:
    """How much longer the chunk of sound says it is than the file has room for; 1 where it fits."""
    room = path.stat().st_size
    with path.open("rb") as file:
        for kind, begin, size in _chunks(file):
            if kind in {b"data", b"movi"}:
                there = room - begin
                return size / there if 0 < there < size < _WITHOUT_AN_END else 1.0
    return 1.0


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and size of each chunk of a RIFF, Wave64 or CAF file, until one begins beyond the end of the file."""
    room = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(8)
    if head[:4] == b"caff":
        at, form, inside = 8, ">4sq", 0
    elif head[:4] == b"riff":
        at, form, inside = 40, "<4s12xq", 24
    else:
        at, form, inside = 12, "<4sI", 0
    length = struct.calcsize(form)
    for _ in range(_MOST_CHUNKS):
        if at + length > room:  # no system takes every place of 64 bits for one in a file
            return
        file.seek(at)
        raw = file.read(length)
        kind, size = struct.unpack(form, raw)
        size -= inside
        if size < 0:
            return
        yield (file.read(4) if kind == b"LIST" else kind), at + length, size
        at += length + size + (-size % 8 if inside else size % 2 if form[0] == "<" else 0)


def is_cut_off(path: Path, container: InputContainer, end: int) -> bool:
    """Whether it is an AVI whose list of chunks isn't there, or isn't whole, from byte ``end`` of the last one on.

    How much sound that was libav tells only roughly.
    """
    if "avi" not in container.format.name.split(","):
        return False
    if _share(path) > 1.0:
        return True
    with path.open("rb") as file:
        listed = next((begin + size for kind, begin, size in _chunks(file) if kind == b"movi"), 0)
    return listed > end and empty_chunks(path, end, listed)[1] > 0


def movi_begin(path: Path) -> int | None:
    """Where the list of an AVI's chunks of sound and picture begins."""
    with path.open("rb") as file:
        return next((begin + 4 for kind, begin, _ in _chunks(file) if kind == b"movi"), None)


def empty_chunks(path: Path, begin: int, end: int) -> tuple[int, int]:
    """Of what an AVI has between two packets: chunks of sound that are empty, and bytes that are no chunk."""
    with path.open("rb") as file:
        file.seek(begin)
        raw = file.read(min(end - begin, _MOST_BETWEEN))
    at = begin % 2
    empty = 0
    while at + 8 <= len(raw):
        kind, size = struct.unpack_from("<4sI", raw, at)
        if not kind.isalnum() and kind != b"JUNK":
            return empty, end - begin - at
        empty += kind.endswith(b"wb") and not size
        at += 8 if kind in {b"LIST", b"RIFF"} else 8 + size + size % 2
    return empty, 0


def found_at(path: Path, raw: bytes, begin: int) -> int:
    """Where these bytes stand in the file from ``begin`` on; ``begin`` where they don't."""
    with path.open("rb") as file:
        file.seek(begin)
        held, at = file.read(len(raw)), begin
        while held and raw not in held:
            held = held[-len(raw) + 1 :]
            at = file.tell() - len(held)
            more = file.read(_MOST_BETWEEN)
            held = held + more if more else b""
    return at + held.index(raw) if held else begin
