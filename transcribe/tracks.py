"""Which of several sound tracks is read: the default one, or else one in which somebody speaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from transcribe.errors import SoundError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_LONGEST_NAME = 40


def wanted(path: Path, container: InputContainer, number: int) -> int:
    """The place of a track that was asked for, counted from 1; raises SoundError where there is none."""
    count = len(container.streams.audio)
    if not 1 <= number <= count:
        has = "only one sound track" if count == 1 else f"{count} sound tracks"
        raise SoundError(f"{path} has {has}: there is no track {number}.")
    if container.streams.audio[number - 1].codec_context is None:
        raise SoundError(f"Track {number} of {path} is of a kind this program can't read; convert it to WAV or FLAC.")
    return number - 1


def likely(container: InputContainer, speaks: Callable[[int], bool]) -> int:
    """The place of the track to read where nobody says which; ``speaks`` is asked only where there are several."""
    streams = container.streams.audio
    known = [at for at, stream in enumerate(streams) if stream.codec_context is not None]
    ranked = sorted(known, key=lambda at: (not _is_default(streams, at), at))
    return ranked[0] if len(known) < 2 else next((at for at in ranked if speaks(at)), ranked[0])


def others(name: str, container: InputContainer, read: int) -> str:
    """One sentence about the tracks that are not read; empty where there are none."""
    streams = container.streams.audio
    if len(streams) < 2:
        return ""
    left = ", ".join(_named(at, stream) for at, stream in enumerate(streams) if at != read)
    not_read = f"{left} {'was' if len(streams) == 2 else 'were'} not (--track N reads another)"
    return f"{name} has {len(streams)} sound tracks: {_named(read, streams[read])} was read, {not_read}."


def _is_default(streams: Sequence[AudioStream], at: int) -> bool:
    from av.stream import Disposition

    return bool(streams[at].disposition & Disposition.default)


def _named(at: int, stream: AudioStream) -> str:
    facts = [stream.metadata.get(key, "") for key in ("language", "title")]
    told = ", ".join(fact[:_LONGEST_NAME] for fact in facts if fact and fact != "und")
    return f"track {at + 1} ({told})" if told else f"track {at + 1}"
