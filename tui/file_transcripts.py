"""A sound file's transcript as text, WebVTT, SubRip or JSON; it stands alone, outside any study."""

from __future__ import annotations

from collections.abc import Callable

from guides import plaintext
from store.handover.captions import Spoken
from store.handover.srt import subrip
from store.handover.vtt import webvtt
from store.handover.wording import CLEAN, STRICT, clock, one_line
from transcribe import verbatim
from transcribe.files import FileTranscript, FileUtterance, as_dict


def as_json(transcript: FileTranscript) -> str:
    """The contract of ``vivavoce transcribe --format json``."""
    return plaintext.as_json(as_dict(transcript)) + "\n"


def as_txt(transcript: FileTranscript) -> str:
    """One line an utterance, with its time."""
    lines = [f"{clock(one.start_ms)[:8]}  {_said(one)}" for one in transcript.utterances]
    return "\n".join([*_head(transcript), *([""] if lines else []), *lines]) + "\n"


def as_vtt(transcript: FileTranscript) -> str:
    """WebVTT as hand-overs write it; what is said of the transcript stands in notes."""
    return webvtt(_head(transcript), _spoken(transcript))


def as_srt(transcript: FileTranscript) -> str:
    """SubRip as hand-overs write it; it has no place for what is said of the transcript."""
    return subrip(_spoken(transcript))


def _spoken(transcript: FileTranscript) -> list[Spoken]:
    return [Spoken(one.start_ms, one.end_ms, one.speaker or "", one.text, one.words) for one in transcript.utterances]


def _head(transcript: FileTranscript) -> list[str]:
    """What is said of the transcript as a whole: no format may look whole where words are missing."""
    return [*([legend(transcript)] if transcript.utterances else []), *transcript.notices]


def legend(transcript: FileTranscript) -> str:
    """Which kind of verbatim it is, in one sentence."""
    return STRICT if transcript.verbatim == verbatim.STRICT else CLEAN


def _said(one: FileUtterance) -> str:
    return one_line(f"{one.speaker}: {one.text}" if one.speaker else one.text)


RENDERERS: dict[str, Callable[[FileTranscript], str]] = {
    "json": as_json,
    "vtt": as_vtt,
    "srt": as_srt,
    "txt": as_txt,
}
