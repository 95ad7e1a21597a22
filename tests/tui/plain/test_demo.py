"""The demo, once, as fast as it goes: what it prints, what it leaves, and what must be nowhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jiwer
import pytest
from whisper_normalizer.english import EnglishTextNormalizer

from store.records import Kind
from tui.demo.script import load, spoken_on_record

PHRASE = "winter coat"
MOST_WORDS_WRONG = 0.12


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, demo_played: Path) -> Path:
    return Path(shutil.copytree(demo_played / "study", tmp_path_factory.mktemp("demo") / "kept"))


@pytest.fixture(scope="module")
def program(program_on: Callable[..., Any], kept: Path) -> Any:
    return program_on(kept, {"VIVAVOCE_PASSPHRASE": "demo"})


@pytest.fixture(scope="module")
def demo_events(demo_played: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (demo_played / "events").read_text().splitlines()]


@pytest.fixture(scope="module")
def shown(program: Any, demo_events: list[dict[str, Any]]) -> dict[str, Any]:
    held: dict[str, Any] = program.json("sessions", "show", "50008-w2-1")
    return held


def named(events: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] == name]


def test_the_events_come_in_the_order_of_an_interview(demo_events: list[dict[str, Any]]) -> None:
    names = [event["event"] for event in demo_events]
    assert names[:4] == ["consent"] * 4
    assert {event["kind"] for event in demo_events[:4]} == {kind.value for kind in Kind}
    order = ["recording", "caption", "utterance", "pause", "resume", "stopped", "transcript_ready", "summary"]
    assert [names.index(name) for name in order] == sorted(names.index(name) for name in order)
    assert names.index("recording") < names.index("cue")
    assert names.index("stopped") < names.index("memo_opened") < names.index("summary")
    assert names[-1] == "summary"
    assert names.count("recording") == names.count("stopped") == names.count("transcript_ready") == 1


def test_times_never_run_backwards(demo_events: list[dict[str, Any]]) -> None:
    began = next(number for number, event in enumerate(demo_events) if event["event"] == "recording")
    assert not any("at" in event for event in demo_events[:began])
    for name in ("t", "at"):
        times = [event[name] for event in demo_events[began:]]
        assert times == sorted(times)


def test_no_frame_is_lost(demo_events: list[dict[str, Any]]) -> None:
    summary = demo_events[-1]
    script = load()
    pause, resume = (next(move.at_ms for move in script.moves if move.move == name) for name in ("pause", "resume"))
    assert summary["dropped_frames"] == 0
    assert summary["audio_seconds"] == pytest.approx((script.duration_ms - (resume - pause)) / 1000, abs=0.05)


def test_the_words_are_those_that_were_said(shown: dict[str, Any]) -> None:
    plain = EnglishTextNormalizer()
    heard = " ".join(utterance["text"] for utterance in shown["utterances"])
    assert jiwer.wer(plain(spoken_on_record(load())), plain(heard)) <= MOST_WORDS_WRONG


def test_what_is_shown_is_the_last_version_of_each_utterance(
    demo_events: list[dict[str, Any]], shown: dict[str, Any]
) -> None:
    last = {event["id"]: event for event in named(demo_events, "utterance")}
    assert {row["id"]: (row["version"], row["text"]) for row in shown["utterances"]} == {
        key: (event["version"], event["text"]) for key, event in last.items()
    }


def test_cues_fall_where_the_questions_were_asked(shown: dict[str, Any]) -> None:
    asked = [cue for cue in shown["cues"] if cue["move"] == "ask"]
    assert len(asked) >= 6
    by_question = {utterance["question"] for utterance in shown["utterances"]}
    assert {cue["question"] for cue in asked} <= by_question


def test_every_kind_of_row_is_there(shown: dict[str, Any]) -> None:
    assert all(shown[kind] for kind in ("consent", "cues", "marks", "jottings", "utterances", "versions", "memos"))
    assert {cue["move"] for cue in shown["cues"]} >= {"ask", "skip", "follow"}
    assert shown["state"] == "complete"
    memo = shown["memos"][0]["text"]
    assert shown["jottings"][0]["text"] in memo
    assert "core questions asked: 5 of 6" in memo


def test_the_first_interview_left_something_for_next_time(program: Any, shown: dict[str, Any]) -> None:
    assert shown["wave"] == 2
    first = program.json("sessions", "show", "50008-w1-1")
    assert first["state"] == "complete"
    assert "Next time" in first["memos"][0]["text"]


def test_off_the_record_words_are_nowhere(
    demo_events: list[dict[str, Any]], shown: dict[str, Any], program: Any, tmp_path: Path
) -> None:
    program("export", "--to", str(tmp_path), "--format", "json,txt,md,vtt,srt")
    everything = json.dumps([demo_events, shown]) + "".join(path.read_text() for path in tmp_path.iterdir())
    assert [word for word in load().off_record_words if word in everything.lower()] == []


def test_nothing_of_the_interview_is_readable_in_the_folder(kept: Path, demo_events: list[dict[str, Any]]) -> None:
    secrets = [PHRASE, "last month", "50008", "looked at the window", *load().off_record_words]
    shapes = [
        shape for secret in secrets for shape in (secret.encode(), secret.title().encode(), secret.encode("utf-16-le"))
    ]
    for path in kept.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert not any(shape in content for shape in shapes), path.name


def test_search_finds_what_was_said(program: Any, demo_events: list[dict[str, Any]]) -> None:
    hits = program.json("search", PHRASE)
    assert any(hit["session"] == "50008-w2-1" and hit["kind"] == "utterance" for hit in hits)


def test_every_hand_over_says_invented_words(program: Any, demo_events: list[dict[str, Any]], tmp_path: Path) -> None:
    done = program("export", "50008-w2-1", "--to", str(tmp_path), "--format", "json,txt,md,vtt,srt")
    assert done.returncode == 0
    ends = sorted(path.name.removeprefix("50008-w2-1") for path in tmp_path.iterdir())
    assert ends == [".about.txt", ".json", ".md", ".srt", ".txt", ".vtt"]
    silent = [path.suffix for path in tmp_path.iterdir() if "invented words" not in path.read_text().lower()]
    assert silent == [".srt"]  # whose facts are in the file beside it


def test_a_wrong_passphrase_is_refused_in_one_sentence(program: Any, demo_events: list[dict[str, Any]]) -> None:
    done = program("sessions", "list", VIVAVOCE_PASSPHRASE="not it")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1


def test_the_study_is_sound_afterwards(program: Any, demo_events: list[dict[str, Any]]) -> None:
    assert program("study", "check").returncode == 0


def test_withdrawal_takes_the_recording_and_on_wish_the_words(
    program: Any, kept: Path, demo_events: list[dict[str, Any]], shown: dict[str, Any], tmp_path: Path
) -> None:
    done = program("withdraw", "50008-w2-1", "--transcript", "--yes")
    assert done.returncode == 0
    assert not any((kept / "recordings").iterdir())
    after = program.json("sessions", "show", "50008-w2-1")
    assert (after["state"], after["utterances"]) == ("withdrawn", [])
    assert program.json("search", PHRASE) == []
    assert program("study", "check").returncode == 0
