"""Whether the beginning of a file, or of a packet, is damaged, where nothing that libav gives would tell."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from transcribe.claims import empty_chunks, movi_begin

_SYNC = {"mp3": (0xFFE0, 0xFFE0), "aac": (0xFFF6, 0xFFF0), "ac3": (0xFFFF, 0x0B77), "eac3": (0xFFFF, 0x0B77)}
"""Mask and value of the first two bytes of a frame."""

FRAME_BYTES = 1_441
"""What was cut out of a stream may begin in the midst of a frame."""

_TAG_HEAD = 10
_STRIDES = ((188, 0), (192, 4), (204, 0))
_TS_SYNC = 0x47
_MPEG = b"\0\0\1\xba"
_FLV_HEAD, _FLV_TAG = 13, 11
_FLV_KINDS = {8, 9, 18}
_MOST_BYTES = 1 << 20


def is_damaged(path: Path, formats: Set[str], first: int) -> bool:
    """Whether something other than a head stands before the first packet, which is at byte ``first``."""
    for name, sync in _SYNC.items():
        if name in formats:
            return not _begins_with_frame(path, sync, first)
    if "avi" in formats:
        begin = movi_begin(path)
        return begin is None or empty_chunks(path, begin, max(begin, first))[1] > 0
    with path.open("rb") as file:
        head = file.read(min(first, _MOST_BYTES))
    if "mpegts" in formats:
        return not any(all(byte == _TS_SYNC for byte in head[at::stride]) for stride, at in _STRIDES)
    if "mpeg" in formats:  # what else was taken for one has a beginning that is gone
        return not head.startswith(_MPEG)
    return "flv" in formats and not _is_flv(head)


def before_frame(raw: bytes, formats: Set[str]) -> int:
    """How many bytes of a packet stand before its frame: a parser adds what it passes over to the next one."""
    found = [_frame_at(raw, sync) for name, sync in _SYNC.items() if name in formats]
    return max(0, *found) if found else 0


def _frame_at(raw: bytes, sync: tuple[int, int]) -> int:
    mask, value = sync
    return next((at for at in range(len(raw) - 1) if int.from_bytes(raw[at : at + 2]) & mask == value), -1)


def _begins_with_frame(path: Path, sync: tuple[int, int], first: int) -> bool:
    with path.open("rb") as file:
        while (head := file.read(_TAG_HEAD)).startswith(b"ID3") and len(head) == _TAG_HEAD:
            file.seek(sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True)), 1)
        begin = file.tell() - len(head)
        return _frame_at(head + file.read(FRAME_BYTES), sync) >= 0 and first - begin <= 2 * FRAME_BYTES


def _is_flv(head: bytes) -> bool:
    """Whether tag follows tag up to the end of these bytes."""
    at = _FLV_HEAD
    while at < len(head):
        if head[at] & 0x1F not in _FLV_KINDS:
            return False
        at += _FLV_TAG + int.from_bytes(head[at + 1 : at + 4]) + 4
    return at == len(head) or len(head) == _MOST_BYTES
