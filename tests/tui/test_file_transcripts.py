"""What ``vivavoce transcribe`` writes, format by format: it says which kind of verbatim it is, and holds no markup."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from store.handover.wording import CLEAN, STRICT
from transcribe import verbatim
from transcribe.files import FileTranscript, FileUtterance
from transcribe.wire import Word
from tui.commands.transcribe import _write
from tui.errors import FaceError
from tui.file_transcripts import RENDERERS

TEXT = "How <b>are</b> you --> today?"


def transcript(kind: str = verbatim.CLEAN, *, silent: bool = False) -> FileTranscript:
    words = (Word(500, 900, "How", 0.9), Word(900, 1_400, "today?", 0.4))
    said = (
        FileUtterance(500, 1_400, "voice 1", TEXT, words),
        FileUtterance(3_723_004, 3_724_000, "?", "I can\ncope.", ()),
    )
    return FileTranscript("tiny.en", "cpu", "en", 3_725_000, () if silent else said, kind)


@pytest.mark.parametrize("kind", [verbatim.CLEAN, verbatim.STRICT])
@pytest.mark.parametrize("name", ["txt", "vtt"])
def test_every_format_with_room_for_it_says_how_verbatim_it_is(name: str, kind: str) -> None:
    text = RENDERERS[name](transcript(kind))
    assert (STRICT if kind == verbatim.STRICT else CLEAN) in text
    assert text.endswith("\n")


@pytest.mark.parametrize("name", sorted(RENDERERS))
def test_a_file_in_which_nobody_speaks_has_no_captions(name: str) -> None:
    assert "-->" not in RENDERERS[name](transcript(silent=True))


@pytest.mark.parametrize("name", ["txt", "vtt"])
def test_a_transcript_that_is_not_whole_says_so_in_itself(name: str) -> None:
    silence = replace(transcript(silent=True), notices=("No speech was heard in x.flac: its transcript is empty.",))
    assert "No speech was heard in x.flac" in RENDERERS[name](silence)
    assert CLEAN not in RENDERERS[name](silence), "nothing was read, by whatever kind of verbatim"
    damaged = replace(transcript(), notices=("x.flac is damaged: a part of it could not be read.",))
    text = RENDERERS[name](damaged)
    assert text.index(CLEAN) < text.index("a part of it could not be read") < text.index("today?")


def test_subrip_is_valid_and_holds_what_was_said_and_nothing_else() -> None:
    blocks = [block.split("\n") for block in RENDERERS["srt"](transcript()).rstrip("\n").split("\n\n")]
    assert [block[0] for block in blocks] == ["1", "2"]
    assert [block[1] for block in blocks] == [
        "00:00:00,500 --> 00:00:01,400",
        "01:02:03,004 --> 01:02:04,000",
    ]
    said = "voice 1: How \u2039b\u203aare\u2039/b\u203a you --\u203a today?"
    assert [block[2:] for block in blocks] == [[said], ["?: I can cope."]]


def test_webvtt_is_valid_and_holds_no_markup_of_the_people() -> None:
    first, *blocks = RENDERERS["vtt"](transcript()).rstrip("\n").split("\n\n")
    assert first == "WEBVTT"
    times = [line for block in blocks for line in block.split("\n") if "-->" in line]
    assert all(re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}", line) for line in times)
    assert len(times) == 2
    assert "<v voice 1>How \u2039b\u203aare" in blocks[1]


def test_json_holds_what_the_contract_says() -> None:
    told = json.loads(RENDERERS["json"](transcript()))
    assert {"model", "device", "language", "duration", "utterances"} <= set(told)
    assert told["utterances"][0] == {
        "start": 0.5,
        "end": 1.4,
        "speaker": "voice 1",
        "text": TEXT,
        "words": [
            {"start": 0.5, "end": 0.9, "word": "How", "probability": 0.9},
            {"start": 0.9, "end": 1.4, "word": "today?", "probability": 0.4},
        ],
    }


def test_words_that_can_not_be_written_after_all_go_to_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "gone" / "x.txt"
    with pytest.raises(FaceError, match=r"standard output. There is no folder"):
        _write(out, "an hour of words\n")
    assert capsys.readouterr().out == "an hour of words\n"
    out.parent.mkdir()
    _write(out, "an hour of words\n")
    assert out.read_text() == "an hour of words\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_no_word_is_lost_to_the_encoding_of_standard_output(encoding: str) -> None:
    write = "import sys; from tui.printing import put_text; put_text(sys.argv[1])"
    said = "“naïve” \N{EN DASH} she said\n"
    done = subprocess.run(
        [sys.executable, "-c", write, said],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=True,
    )
    assert done.stdout == said.encode()
