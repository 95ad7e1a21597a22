"""WebVTT and SubRip as they are written, read by what reads them: the same words, times and speakers in each."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import pysubs2
import pytest
import srt
import subtitle_parser
import webvtt
from av.subtitles.subtitle import AssSubtitle
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Dossier, Session, SpokenWord, Study
from store.handover import vtt
from store.handover.captions import LONGEST_MS, WIDTH, Spoken, captions
from store.handover.srt import subrip
from store.handover.vtt import spoken
from store.handover.vtt import webvtt as as_vtt
from store.handover.wording import clock
from tests.store.eventful import everything
from tui.demo import script

Cue = tuple[int, int, str, str]
NUMBER = "1984"
ODD = (
    "NOTE",
    "STYLE",
    "WEBVTT",
    "-->",
    "<b>bold</b>",
    "{\\an8}",
    "\\N",
    "AT&T",
    "&lt;",
    "&copy",
    NUMBER,
    "²",
    "--",
    "//",
    "a:",
    "00:00:01.000",
    "[laughs]",
    "¿qué?",
    "日本語" * 20,
    "x" * 60,
    "\u200f",
    "e\u0301",
)


@dataclass(frozen=True)
class Reader:
    """A library that reads captions: by format, each as start and end in ms, speaker (or what it shows), words."""

    name: str
    vtt: Callable[[str], list[Cue]] | None
    srt: Callable[[str], list[Cue]] | None
    knows_voices: bool = False


def with_webvtt(form: str) -> Callable[[str], list[Cue]]:
    def read(text: str) -> list[Cue]:
        found = webvtt.from_buffer(io.StringIO(text), format=form)
        return [(ms(one.start), ms(one.end), one.voice or "", words(one.text)) for one in found.captions]

    return read


def with_pysubs2(form: str) -> Callable[[str], list[Cue]]:
    def read(text: str) -> list[Cue]:
        found = pysubs2.SSAFile.from_string(text, format_=form)
        return [(one.start, one.end, "", words(one.plaintext)) for one in found]

    return read


def with_srt(text: str) -> list[Cue]:
    found = srt.parse(text)
    return [
        (round(one.start.total_seconds() * 1000), round(one.end.total_seconds() * 1000), "", words(one.content))
        for one in found
    ]


def with_subtitle_parser(parser: type) -> Callable[[str], list[Cue]]:
    def read(text: str) -> list[Cue]:
        reading = parser(io.StringIO(text))
        reading.parse()
        assert reading.warnings == []
        found = []
        for one in reading.subtitles:
            who, said = re.fullmatch(r"(?:<v ([^>]*)>)?(.*)", one.text, re.DOTALL).groups()  # type: ignore[union-attr]
            found.append((one.start, one.end, who or "", words(said)))
        return found

    return read


def with_ffmpeg(form: str) -> Callable[[str], list[Cue]]:
    def read(text: str) -> list[Cue]:
        with av.open(io.BytesIO(text.encode()), "r", format=form) as container:
            stream = container.streams.subtitles[0]
            return [
                (packet.pts, packet.pts + packet.duration, "", words(shown.dialogue.decode()))
                for packet in container.demux(stream)
                if packet.size and packet.pts is not None and packet.duration is not None
                for shown in packet.decode()
                if isinstance(shown, AssSubtitle)
            ]

    return read


READERS = (
    Reader("webvtt-py", with_webvtt("vtt"), with_webvtt("srt"), knows_voices=True),
    Reader("pysubs2", with_pysubs2("vtt"), with_pysubs2("srt")),
    Reader("srt", None, with_srt),
    Reader(
        "subtitle-parser",
        with_subtitle_parser(subtitle_parser.WebVttParser),
        with_subtitle_parser(subtitle_parser.SrtParser),
        knows_voices=True,
    ),
    Reader("ffmpeg", with_ffmpeg("webvtt"), with_ffmpeg("srt")),
)


def ms(stamp: str) -> int:
    hours, minutes, seconds = stamp.split(":")
    return round((int(hours) * 60 + int(minutes)) * 60_000 + float(seconds) * 1000)


def words(text: str) -> str:
    return " ".join(text.replace("\\N", " ").split())


def read_alike(said: list[Spoken], head: Sequence[str] = ("Known & <said>: 00:00:01.000 --> 00:00:02.000",)) -> None:
    """Every reader reads what was written."""
    shown = captions(said)
    prefixed = captions(said, prefixed=True)
    for reader in READERS:
        if reader.vtt is not None:
            wanted = [
                (one.start_ms, one.end_ms, one.who if reader.knows_voices else "", words(" ".join(one.lines)))
                for one in shown
            ]
            assert reader.vtt(as_vtt(head, said)) == wanted, reader.name
        if reader.srt is not None and prefixed:
            wanted = [
                (
                    one.start_ms,
                    one.end_ms,
                    "",
                    words(f"{one.who}: {' '.join(one.lines)}" if one.who else " ".join(one.lines)),
                )
                for one in prefixed
            ]
            assert reader.srt(subrip(said)) == wanted, reader.name


def well_formed(said: list[Spoken], *, prefixed: bool) -> None:
    for one in captions(said, prefixed=prefixed):
        room = len(one.who) + 2 if prefixed and one.who else 0
        assert 0 < one.end_ms - one.start_ms <= LONGEST_MS
        assert 1 <= len(one.lines) <= 2
        assert all(
            len(line) + (room if place == 0 else 0) <= max(WIDTH, room + WIDTH // 2)
            for place, line in enumerate(one.lines)
        )
        assert len(one.lines) == 1 or not one.lines[-1].isdigit()


@pytest.fixture(scope="module")
def eventful(
    make_study: Callable[[], Study], begin: Callable[..., Session], record: Callable[..., Path], now: datetime
) -> Iterator[Dossier]:
    with make_study() as study:
        session = everything(study, begin(study), record, now)
        yield study.dossier(session.id)


def test_a_session_in_which_everything_happened_is_read_alike(eventful: Dossier) -> None:
    said, notes = spoken(eventful), vtt.render(eventful).split("\n\n1\n")[0].split("\n\nNOTE ")[1:]
    assert len(said) >= 5
    assert len(notes) >= 30
    assert vtt.render(eventful) == as_vtt(notes, said)
    read_alike(said, notes)


def test_the_demo_is_read_alike_and_cut_into_captions() -> None:
    said = [Spoken(one.start_ms, one.end_ms, one.speaker, one.text) for one in script.load().utterances]
    read_alike(said)
    well_formed(said, prefixed=False)
    well_formed(said, prefixed=True)
    assert " ".join(" ".join(one.lines) for one in captions(said)) == words(" ".join(one.text for one in said))


def test_captions_are_cut_between_words_at_their_times() -> None:
    texts = ["So", "I", "said", "to", "her", "that", "we", "would", "go", "on", "walking", "until", "it", "was", "dark"]
    timed = [SpokenWord(1_000 * n, 1_000 * n + 800, f" {text}", 0.9) for n, text in enumerate(texts)]
    shown = captions([Spoken(0, 15_000, "50001", " ".join(texts), timed)])
    assert [(one.start_ms, one.end_ms, " ".join(one.lines)) for one in shown] == [
        (0, 6_800, "So I said to her that we"),
        (7_000, 13_800, "would go on walking until it was"),
        (14_000, 15_000, "dark"),
    ]


def test_captions_end_with_a_sentence_where_one_ends_inside() -> None:
    text = "Hello again, and thank you for making the time. The recorder is running as we agreed. Yes, that is fine."
    assert [" ".join(one.lines) for one in captions([Spoken(0, 9_000, "", text)])] == [
        "Hello again, and thank you for making the time.",
        "The recorder is running as we agreed. Yes, that is fine.",
    ]


def test_no_caption_stays_over_a_pause() -> None:
    timed = (SpokenWord(0, 500, "Well.", 0.9), SpokenWord(4_000, 4_400, "No.", 0.9))
    shown = captions([Spoken(0, 4_500, "", "Well. No.", timed)])
    assert [(one.start_ms, one.end_ms, one.lines) for one in shown] == [(0, 500, ("Well.",)), (4_000, 4_500, ("No.",))]


def test_a_last_line_that_is_a_bare_number_takes_a_word_along() -> None:
    text = f"that was when we moved, in the summer of {NUMBER}"
    (shown,) = captions([Spoken(0, 5_000, "", text)])
    assert shown.lines == ("that was when we moved, in the summer", f"of {NUMBER}")


WORDS = st.lists(
    st.one_of(st.sampled_from(ODD), st.text("abc é\u2019&<>{}\\-0123456789\x00\x85\u2028", max_size=12)), max_size=40
)


@st.composite
def spoken_somehow(draw: st.DrawFn) -> Spoken:
    """An utterance; its words with times of their own, with none, or words that are not those of its text."""
    start_ms, length_ms, said = draw(st.integers(0, 4 * 3_600_000)), draw(st.integers(1, 40_000)), draw(WORDS)
    times = sorted(start_ms + draw(st.integers(-500, length_ms + 500)) for _ in range(2 * len(said)))
    timed = [SpokenWord(max(0, times[2 * n]), max(0, times[2 * n + 1]), f" {word}", 0.9) for n, word in enumerate(said)]
    who = draw(st.sampled_from(["", "Interviewer", "50008", "Voice 1", "?"]))
    words = draw(st.sampled_from([(), timed, timed[1:]]))
    return Spoken(start_ms, start_ms + length_ms, who, " ".join(said), words)


def test_a_number_that_would_stand_alone_below_a_long_word_gets_a_caption_of_its_own() -> None:
    shown = captions([Spoken(0, 5_000, "", f"{'x' * 40} {NUMBER}")])
    assert [one.lines for one in shown] == [("x" * 40,), (NUMBER,)]


# no two begin at once: ffmpeg leaves out a caption with the time and the words of another
@settings(max_examples=60, deadline=None)
@given(st.lists(spoken_somehow(), min_size=1, max_size=6, unique_by=lambda one: one.start_ms))
def test_whatever_is_said_is_read_alike(said: list[Spoken]) -> None:
    read_alike(said)
    well_formed(said, prefixed=False)
    well_formed(said, prefixed=True)


@pytest.mark.parametrize("at_ms", [0, 59_999, 3_599_999, 360_000_000])
def test_times_have_hours_and_thousandths(at_ms: int) -> None:
    text = as_vtt([], [Spoken(at_ms, at_ms + 1, "", "word")])
    assert f"\n{clock(at_ms)} --> {clock(at_ms + 1)}\n" in text
