"""Prints what a session tells: sentences for people, or one JSON object a line for scripts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TextIO

from guides.plaintext import shown
from store import Move
from tui import events, outlets
from tui.times import clock_time
from tui.writer import Worth

_WORTH = {events.CaptionShown: Worth.PASSING, events.UtteranceHeard: Worth.KEPT}


class Printer:
    """Events to stdout, notices to stderr; with ``as_json`` every event is a line of JSON on stdout.

    ``at_ms`` answers which recording time it is, None before the first sound; ``wording`` has the text of a question.
    """

    def __init__(
        self,
        at_ms: Callable[[], int | None] = lambda: None,
        wording: Callable[[str], str] = str,
        *,
        as_json: bool = False,
        began: float = 0.0,
    ) -> None:
        self._at_ms = at_ms
        self._wording = wording
        self._as_json = as_json
        self._began = began
        self._read: dict[str, str] = {}

    def __call__(self, event: events.Event) -> None:
        """Print one event, if it is one that is printed."""
        worth = _WORTH.get(type(event), Worth.SAID_ONCE)
        if self._as_json:
            line = events.as_line(event, time.monotonic() - self._began, self._at_ms())
            if line is not None:
                put(line, worth)
        elif isinstance(event, events.Notice):
            say(event.text)
        elif isinstance(event, events.UtteranceHeard):
            self._put_utterance(event)
        else:
            if isinstance(event, events.CueMade) and event.question and event.move is not Move.FOLLOW:
                event = replace(event, text=self._wording(event.question))
            elif isinstance(event, events.CueUndone) and event.question:
                event = replace(event, question=self._wording(event.question))
            sentence = _sentence(event, self._at_ms())
            if sentence is not None:
                put(sentence, worth)

    def notice(self, sentence: str) -> str:
        """A sentence about what was printed, as it stands on stdout."""
        told = events.as_line(events.Notice("left_out", sentence), time.monotonic() - self._began, None)
        return told if self._as_json and told is not None else f"[{sentence}]"

    def _put_utterance(self, heard: events.UtteranceHeard) -> None:
        """The words once; once more only where a second reading found others."""
        before = self._read.get(heard.id)
        self._read[heard.id] = heard.text
        if before != heard.text:
            again = "" if before is None else "[read again] "
            who = heard.speaker or (f"voice {heard.voice}" if heard.voice else "")
            put(f"{clock_time(heard.start_ms)}  {again}{who}{': ' if who else ''}{heard.text}", Worth.KEPT)


def put(line: str, worth: Worth = Worth.SAID_ONCE) -> None:
    """One line to stdout, at once, whatever encoding the terminal has, and with nothing in it that it would obey."""
    _print(sys.stdout, line, worth)


def say(line: str, worth: Worth = Worth.SAID_ONCE) -> None:
    """One line to stderr."""
    _print(sys.stderr, line, worth)


def _print(out: TextIO, line: str, worth: Worth) -> None:
    encoding = out.encoding or "utf-8"
    printed = f"{shown(line)}\n".encode(encoding, "replace")
    if not outlets.taken(out, printed, worth):
        out.write(printed.decode(encoding))
        out.flush()


def put_text(text: str) -> None:
    """The same with a whole text, which goes as UTF-8 where a file or a program takes it."""
    text = shown(text)
    out, encoding = sys.stdout, sys.stdout.encoding or "utf-8"
    beneath = getattr(out, "buffer", None)
    if out.isatty() or beneath is None:
        out.write(text.encode(encoding, "replace").decode(encoding))
    else:
        beneath.write(text.encode())
    out.flush()


def _sentence(event: events.Event, at_ms: int | None) -> str | None:
    stamp = "" if at_ms is None else clock_time(at_ms)
    match event:
        case events.CueMade(move=move, text=text):
            return f"{stamp}  [{_MOVES[move]}: {text}]" if text else f"{stamp}  [{_MOVES[move]}]"
        case events.MarkMade(text=text, off_record=off):
            return f"{stamp}  [mark{_OFF[off]}] {text or ''}".rstrip()
        case events.JottingMade(text=text, off_record=off):
            return f"{stamp}  [note{_OFF[off]}] {text}"
        case events.NoteCorrected(id=note, text=text):
            return f"{stamp}  [note {note} corrected] {text}"
        case events.NoteStruck(id=note):
            return f"{stamp}  [note {note} struck]"
        case events.CueUndone(move=move, question=question):
            return f"{stamp}  [undone: {_MOVES[move]}{': ' if question else ''}{question or ''}]"
        case events.ConsentTaken(kind=kind, decision=decision):
            return f"consent: {kind.value.replace('_', ' ')} {decision.value}"
        case events.StretchStruck(start_ms=start, end_ms=end, notes=notes):
            with_notes = f", {counted_notes(notes)}" if notes else ""
            return f"{stamp}  [struck {clock_time(start)} to {clock_time(end)}{with_notes}]"
        case events.GapFound(start_ms=start, end_ms=end):
            return f"{stamp}  [not captured {clock_time(start)} to {clock_time(end)}]"
        case events.AudioWithdrawn(transcript=transcript):
            gone = "the recording and its words are" if transcript else "the recording is"
            return f"{stamp}  [audio consent withdrawn: {gone} destroyed]"
        case events.NotOnDisk(writes=writes):
            return "[all of it is on the disk again]" if not writes else f"[not on the disk yet: {writes}]"
        case events.Summary():
            return _figures(event)
        case _:
            words = _WORDS.get(type(event))
            return None if words is None else f"{stamp}  [{words}]".strip()


_OFF = {False: "", True: ", off the record"}
_MOVES = {Move.ASK: "asked", Move.BACK: "back to", Move.SKIP: "skipped", Move.FOLLOW: "follow-up"}

_WORDS: dict[type, str] = {
    events.RecordingBegan: "recording",
    events.PauseBegan: "off the record",
    events.PauseEnded: "on the record",
    events.Stopped: "stopped",
    events.MemoOpened: "memo opened",
    events.TranscriptReady: "transcript ready",
}


def counted_notes(count: int) -> str:
    """So many notes, in words."""
    return "1 note" if count == 1 else f"{count} notes"


def _figures(summary: events.Summary) -> str:
    parts = [f"{summary.audio_seconds:.1f} s of sound", f"{summary.utterances} utterances"]
    if summary.dropped_frames:
        parts.append(f"{summary.dropped_frames} frames lost")
    if summary.ready_after_stop_s is not None and summary.model:
        parts.append(f"transcript {summary.ready_after_stop_s:.1f} s after stop ({summary.model}, {summary.device})")
    return ", ".join(parts) + "."
