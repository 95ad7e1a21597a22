"""A sound file's transcript as text, WebVTT, SubRip or JSON; it stands alone, outside any study."""

from __future__ import annotations

import json
from collections.abc import Callable

from store.handover.srt import subtitles
from store.handover.vtt import escaped
from store.handover.wording import CLEAN, STRICT, clock, one_line
from transcribe import verbatim
from transcribe.files import FileTranscript, FileUtterance, as_dict


def as_json(transcript: FileTranscript) -> str:
    """The contract of ``vivavoce transcribe --format json``."""
    return json.dumps(as_dict(transcript), ensure_ascii=False) + "\n"


def as_txt(transcript: FileTranscript) -> str:
    """One line an utterance, with its time."""
    lines = [f"{clock(one.start_ms)[:8]}  {_said(one)}" for one in transcript.utterances]
    return "\n".join([_legend(transcript), "", *lines]) + "\n"


def as_vtt(transcript: FileTranscript) -> str:
    """Valid WebVTT; the legend is a note."""
    cues = [f"{clock(one.start_ms)} --> {clock(one.end_ms)}\n{escaped(_said(one))}" for one in transcript.utterances]
    return "\n\n".join(["WEBVTT", f"NOTE {_legend(transcript)}", *cues]) + "\n"


def as_srt(transcript: FileTranscript) -> str:
    """Valid SubRip; the legend is the first caption."""
    spoken = [(one.start_ms, one.end_ms, _said(one)) for one in transcript.utterances]
    return subtitles([_legend(transcript)], spoken)


def _legend(transcript: FileTranscript) -> str:
    return STRICT if transcript.verbatim == verbatim.STRICT else CLEAN


def _said(one: FileUtterance) -> str:
    return one_line(f"{one.speaker}: {one.text}" if one.speaker else one.text)


RENDERERS: dict[str, Callable[[FileTranscript], str]] = {
    "json": as_json,
    "vtt": as_vtt,
    "srt": as_srt,
    "txt": as_txt,
}
