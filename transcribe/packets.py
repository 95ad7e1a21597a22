"""What a decoder gives, piece by piece with its time, through whatever is damaged in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from transcribe.beginnings import FRAME_BYTES, before_frame, is_damaged
from transcribe.claims import empty_chunks, found_at
from transcribe.containers import FROM_ZERO
from transcribe.pages import Gap, Pages
from transcribe.slots import Slots
from transcribe.timeline import Piece

if TYPE_CHECKING:
    import av
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.stream import Stream

_COUNTED = {"mp3", "aac", "ac3", "eac3", "dts", "mp2", "amr", "amrnb", "amrwb", "avi"}
"""Formats without a clock: libav counts the frames that it finds, so that bytes which are none take no time."""

_BY_RATE = {"ogg", "flac"}  # their clock counts samples, by the rate of the first of them

_BY_SAMPLES = {"opus", "libopus", "vorbis", "libvorbis", "flac", "speex", "libspeex"}
"""Of what can be in Ogg, that of which a page counts samples."""

_ENDS_WITH_SOUND = {"ogg", "mpegts", "aac", "ac3", "eac3", "amr", "flv"}
_OUT_OF_ORDER = "mov"
_RESYNCED = "aac"  # its demuxer passes over what is damaged, and its packets don't tell their true place
_ENOUGH_BYTES = 24
_FAULTS, _MOST_UNKNOWN = 50, 100_000  # in a row, with nothing read between them
_PASSED_OVER, _CLOSE_BY = 2_048, 128  # bytes between two packets that are no head of anything
_DENSE = {"matroska", "flv", "nut"}
"""Where hardly anything but heads stands between packets, so that few bytes are a word already."""

_CHUNK_HEAD = 8
_PAUSE_S = 0.05
_TAG_WITHIN = 1_024
_TAGS = (b"APETAGEX", b"LYRICSBEGIN", b"ID3")
_NEVER_SET, _WHOLE = 0x83, 0x04  # in the first byte of a frame of AMR
_QUIET_KINDS = range(8, 16)
_QUIET_BYTES = 8


class Pieces:
    """The frames of one track, in order, times counted from ``begin_s`` of the file's clock.

    When they are over, ``broken_off`` says that the last of the file could not be read, ``headless`` that its first
    could not and no clock tells how much that was, and ``quiet_s`` how long nobody speaks at its end.
    """

    def __init__(
        self, path: Path, container: InputContainer, stream: AudioStream, begin_s: float, begin: int = 0
    ) -> None:
        self._begin = begin
        self._path, self._container, self._stream, self._begin_s = path, container, stream, begin_s
        self._formats = set(container.format.name.split(","))
        self._counted = bool(self._formats & _COUNTED)
        self._never_pauses, self._end_s = "flac" in self._formats, 0.0
        dense = _CLOSE_BY if self._formats & _DENSE else _PASSED_OVER
        self._may_lie_between = _CHUNK_HEAD if self._counted else dense
        self._codec = stream.codec_context.name
        self._place: tuple[int, int] | None = None  # of the last packet, or page; bytes read from there
        self._broken = False
        self._no_frame = self._good_bytes = self._good_end = 0
        self._good_s = self._empty_s = 0.0
        self._rate_hz = 0
        self._pages = Pages(path, begin) if "ogg" in self._formats else None
        self._slots = Slots(path, stream.id) if "asf" in self._formats else None
        self._gap: Gap | None = None
        self._held: list[av.Packet[Stream]] = []
        self._next_s: float | None = None  # of what follows a gap, by its pages
        self.broken_off = self.headless = False
        self.quiet_s = 0.0

    def __iter__(self) -> Iterator[Piece[av.AudioFrame]]:
        for packet in self._packets():
            self._mind_what_lies_between(packet)
            if packet.stream.index == self._stream.index:  # the last, empty packets say stream_index 0, all of them
                yield from self._decoded(packet) if self._pages is None else self._paged(self._pages, packet)
        follower = self._pages or self._slots
        unread = self._broken or (follower is not None and follower.is_unread_from_here())
        self.broken_off = unread and not self._tag_follows()

    def _paged(self, pages: Pages, packet: av.Packet[Stream]) -> Iterator[Piece[av.AudioFrame]]:
        """Holds what follows a gap until a page tells when it ends."""
        gap = pages.reached(packet.pos) if packet.size and packet.pos is not None else None
        if gap is not None:
            yield from self._let_go()
            self._gap, self._broken = gap, True
        if self._gap is None:
            yield from self._decoded(packet)
            return
        if packet.size:
            self._held.append(packet)
        if len(self._held) >= self._gap.packets or not packet.size:
            yield from self._let_go()
            if not packet.size:
                yield from self._decoded(packet)

    def _let_go(self) -> Iterator[Piece[av.AudioFrame]]:
        held, gap = self._held, self._gap
        self._held, self._gap = [], None
        decoded = [(packet, self._frames(packet)) for packet in held]
        if gap is not None and gap.packets and gap.packets == len(held) and self._codec in _BY_SAMPLES:
            length_s = sum(_sound_s(packet, frames) for packet, frames in decoded)
            end_s = (gap.end - self._before_the_sound()) * float(held[0].time_base or 0)
            self._next_s = max(0.0, end_s - length_s - self._begin_s)
        for packet, frames in decoded:
            yield from self._pieces(packet, frames or ())
        self._next_s = None

    def _before_the_sound(self) -> int:
        """How many samples an encoder of Opus put first; they are counted and not heard."""
        head = self._stream.codec_context.extradata or b""
        return int.from_bytes(head[10:12], "little") if self._codec.endswith("opus") else 0

    def _decoded(self, packet: av.Packet[Stream]) -> Iterator[Piece[av.AudioFrame]]:
        yield from self._pieces(packet, self._frames(packet) or ())

    def _frames(self, packet: av.Packet[Stream]) -> list[av.AudioFrame] | None:
        """What is in it, None where nothing can be read."""
        import av

        try:
            if self._is_wiped(packet):
                raise av.InvalidDataError(0, "no frame")
            frames = cast("list[av.AudioFrame]", packet.decode())
        except av.FFmpegError:
            if self._is_quiet(packet):
                self._silent(packet)
            elif not any(mark in bytes(packet) for mark in _TAGS):
                self._broken = True
                self._no_frame += packet.size
            return None
        if junk := before_frame(bytes(packet), self._formats):
            self._broken = True
            self._no_frame += junk
        return frames

    @property
    def end_byte(self) -> int:
        """Where the last packet ends in the file."""
        return sum(self._place or (0, 0))

    @property
    def unread_s(self) -> float:
        """How much sound the bytes behind the last packet would be, in a format that has nothing else there."""
        if not (self._formats & _ENDS_WITH_SOUND and self._good_bytes):
            return 0.0
        left = 0 if self._tag_follows() else self._container.size - self.end_byte
        return max(0.0, left * self._good_s / self._good_bytes)

    def _tag_follows(self) -> bool:
        """Whether what stands behind the last sound is a picture or a text, and no sound."""
        with self._path.open("rb") as file:
            file.seek(self._begin + self._good_end)
            tail = file.read(_TAG_WITHIN)
        return any(mark in tail for mark in _TAGS)

    def _packets(self) -> Iterator[av.Packet[Stream]]:
        """Every packet of the file, also of other tracks; goes on behind what can't be read."""
        import av

        faults = unknown = 0
        while faults < _FAULTS and unknown < _MOST_UNKNOWN:
            try:
                for packet in self._container.demux():
                    faults = unknown = 0
                    yield packet
            except av.FFmpegError:
                faults += 1
                self._broken = True
            except IndexError:  # a packet of a track that begins only here, or that damage looks like: PyAV knows none
                unknown += 1
            else:
                return

    def _silent(self, packet: av.Packet[Stream]) -> None:
        """Nobody speaks in it."""
        length_s = _length_s(packet)
        self._empty_s += length_s
        self.quiet_s += length_s

    def _mind_what_lies_between(self, packet: av.Packet[Stream]) -> None:
        """Bytes that no packet holds: damage, or the head of something, or silence that is not even written down."""
        if packet.pos is None or packet.pos < 0 or not packet.size:
            return
        if _OUT_OF_ORDER in self._formats:
            self._place = max(self._place or (0, 0), (packet.pos, packet.size))
            return
        place, at = self._place, packet.pos
        if place is not None and _RESYNCED in self._formats:
            at = found_at(self._path, bytes(packet)[:_ENOUGH_BYTES], sum(place))
        self._place = (at, packet.size)
        if place is None:
            self._mind_the_beginning(packet, at)
        if self._slots is not None and packet.stream.index == self._stream.index:
            self._broken = self._slots.reached(packet.pts) or self._broken
        if place is None:
            return
        if at == place[0]:  # of the same page
            self._place = (at, place[1] + packet.size)
            return
        begin, passed_over = sum(place), at - sum(place)
        if "avi" in self._formats:
            empty, passed_over = empty_chunks(self._path, begin, at) if passed_over > _CHUNK_HEAD else (0, 0)
            self._empty_s += empty * _length_s(packet)
        followed = self._pages is not None or (self._slots is not None and self._slots.follows)
        if not followed and passed_over > self._may_lie_between:
            self._broken = True
            self._no_frame += passed_over if self._counted else 0

    def _mind_the_beginning(self, packet: av.Packet[Stream], first: int) -> None:
        if self._slots is not None and self._slots.headless and packet.pts is not None and packet.time_base:
            self.headless, self._begin_s = True, float(packet.pts * packet.time_base)
        if not self._begin and is_damaged(self._path, self._formats, first):
            self.headless = not self._formats & FROM_ZERO
            self._broken = not self.headless

    def _pieces(self, packet: av.Packet[Stream], frames: Sequence[av.AudioFrame]) -> Iterator[Piece[av.AudioFrame]]:
        for at, frame in enumerate(frame for frame in frames if frame.samples and frame.sample_rate):
            length_s, rate_hz = frame.samples / frame.sample_rate, frame.sample_rate
            self._rate_hz = self._rate_hz or rate_hz
            self._counted = self._counted or (rate_hz != self._rate_hz and bool(self._formats & _BY_RATE))
            if self._next_s is not None and not self._counted:
                yield Piece(frame, self._next_s, length_s, self._broken)
                self._next_s += length_s
            elif self._counted or frame.time is None:
                self.headless = self.headless or (self._no_frame > FRAME_BYTES and not self._good_bytes)
                yield Piece(frame, None, length_s, self._broken, self._lost_s(length_s))
            else:
                at_s = frame.time - self._begin_s
                self._broken = self._broken or (self._never_pauses and at_s > self._end_s + _PAUSE_S)
                self._end_s = at_s + length_s
                yield Piece(frame, at_s, length_s, self._broken)
            self._broken, self._no_frame, self._empty_s, self.quiet_s = False, 0, 0.0, 0.0
            self._good_end = self.end_byte
            if not at:  # by its packet, for of the first frame a part is left out
                self._good_s += _length_s(packet) or length_s
                self._good_bytes += packet.size + (_CHUNK_HEAD if "avi" in self._formats else 0)

    def _lost_s(self, length_s: float) -> float:
        """How long silence was, and what could not be read: by its bytes, in whole frames."""
        if not (self._no_frame and self._good_bytes):
            return self._empty_s
        lost_s = self._no_frame * self._good_s / self._good_bytes
        return self._empty_s + round(lost_s / length_s) * length_s

    def _is_wiped(self, packet: av.Packet[Stream]) -> bool:
        """Whether it is zeros, or of a telephone's codec what no head of a frame begins."""
        if not packet.size:  # by a table that says so of sound, which has no empty frames; the last ones have no time
            return _OUT_OF_ORDER in self._formats and packet.pts is not None and not self._codec.startswith("amr")
        if self._codec.startswith("pcm_"):
            return False
        raw = bytes(packet)
        if self._codec.startswith("amr"):
            speech = raw[0] >> 3 & 15 not in _QUIET_KINDS
            return bool(raw[0] & _NEVER_SET or (speech and not raw[0] & _WHOLE))
        return packet.size > _QUIET_BYTES and not any(raw)

    def _is_quiet(self, packet: av.Packet[Stream]) -> bool:
        """Whether it is a frame of silence of a telephone's codec, which libav does not know."""
        if not self._codec.startswith("amr") or not 0 < packet.size <= _QUIET_BYTES:
            return not packet.size and not self._is_wiped(packet)
        return bytes(packet)[0] >> 3 & 15 in _QUIET_KINDS


def _length_s(packet: av.Packet[Stream]) -> float:
    return float((packet.duration or 0) * (packet.time_base or 0))


def _sound_s(packet: av.Packet[Stream], frames: Sequence[av.AudioFrame] | None) -> float:
    """How long it is: by what it gave, for the first packets of some codecs give less than they say."""
    if frames is None:
        return _length_s(packet)
    return sum(frame.samples / frame.sample_rate for frame in frames if frame.sample_rate)
