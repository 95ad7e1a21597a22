"""The sounds of the benchmarks and the page that is made of their figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bench import noises, results, tiling, ways
from tests.bench.parts import scoring, session, words
from tests.bench.parts.scoring import Result
from tests.bench.report.limits import limits
from tests.bench.report.page import page
from tests.bench.results import Book, Row
from tests.bench.scores.times import TimedWord
from tests.bench.sounds import Sound, begun_later, read, speech, written
from transcribe.recording import RATE_HZ

COST = {"sound_s": 60.0, "load_cpu_s": 1.0, "loaded_mb": 200.0, "peak_mb": 300.0}


def _words(heard: str) -> dict[str, Any]:
    sound = Sound("demo", Path("demo.wav"), 60.0, "alpha beta gamma delta")
    return scoring.words([scoring.Result(sound, heard)])


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """B and Bt and ours on one set, and one session."""
    made = Book(tmp_path / "results.json")
    for way, seconds, heard in (
        (ways.B, 10.0, "alpha beta gamma delta"),
        (ways.BT, 5.0, "alpha beta gamma"),
        (ways.BT_WORDS, 5.0, "alpha beta gamma"),
        (ways.FILES, 7.0, "alpha beta gamma delta"),
    ):
        figures = {**COST, "wall_s": seconds, "cpu_s": seconds, **_words(heard)}
        made.add(Row(words.PART, "demo", "tiny.en", way, figures=figures))
    lags = {"count": 4, "mean": 0.9, "p50": 1.0, "p95": 2.5}
    spent = {**COST, "wall_s": 62.0, "cpu_s": 30.0, "slope_mb_per_min": 0.1, "dropped_frames": 0, "ready_s": 1.0}
    figures = {**spent, "transcript": "abc", "caption": lags, "confirmed": lags, "final": lags, **_words("alpha beta")}
    made.add(Row(session.PART, session.TWELVE, "tiny.en", session.REAL_TIME, figures=figures))
    return made


def test_a_goal_is_met_missed_or_not_measured(book: Book) -> None:
    found = {one.what: one.verdict for one in limits(book)}
    assert found["word on the screen, p50"] == "ok"
    assert found["word on the screen, p95"] == "not yet"
    assert found["CPU of a session with captions, / B"] == "not measured"
    assert found["time of `transcribe FILE`, / Bt+words"] == "not yet"
    assert found["time of `transcribe FILE`, / B"] == "ok"


def test_a_session_is_set_against_the_reading_right_before_it(book: Book) -> None:
    for run, (cpu_s, bare_cpu_s) in enumerate(((30.0, 10.0), (90.0, 15.0), (20.0, 10.0)), start=2):
        (before, *_) = book.of(part=session.PART)
        figures = {**before.figures, "cpu_s": cpu_s, session.BARE_CPU_S: bare_cpu_s}
        book.add(Row(session.PART, session.TWELVE, "tiny.en", session.REAL_TIME, run, figures))

    (found,) = (one for one in limits(book) if one.what == "CPU of a session with captions, / B")
    assert (found.found, found.verdict) == (3.0, "ok")


def test_the_page_can_be_made_again_from_the_file(book: Book) -> None:
    again = Book(book.path)
    assert page(again) == page(book)
    assert "-25.0 (-25.0 to -25.0)" in page(again)


def test_a_row_that_is_there_is_kept(book: Book) -> None:
    assert Book(book.path).one(way=ways.B, set="demo") == book.one(way=ways.B, set="demo")


def test_a_run_that_goes_on_here_is_still_of_the_same_machine(book: Book) -> None:
    again = Book(book.path)
    again.note(threads=2)
    assert len(again.machines) == 1
    assert (again.machines[0]["threads"], again.add(Row(words.PART, "demo", "base", ways.B)).machine) == (2, 0)


def test_a_machine_that_does_not_say_when_it_was_started_is_another_one_on_another_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, boot = datetime(2026, 11, 26, tzinfo=UTC), tmp_path / "boot_id"
    for says, machines in ((True, {0}), (False, {0, 1})):
        boot.write_text("here\n") if says else boot.unlink()
        monkeypatch.setattr(results, "_BOOT", boot)
        kept = tmp_path / f"{says}.json"
        found = set()
        for at in (day, day + timedelta(days=1)):
            monkeypatch.setattr(results, "world_now", lambda at=at: at)
            found.add(Book(kept).add(Row(words.PART, "demo", "base", ways.B)).machine)
        assert found == machines


def test_a_machine_that_was_started_anew_is_another_one(
    book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anew = tmp_path / "boot_id"
    anew.write_text("another\n")
    monkeypatch.setattr(results, "_BOOT", anew)

    assert Book(book.path).add(Row(words.PART, "demo", "base", ways.B)).machine == 1


def test_figures_of_two_machines_are_not_set_against_each_other(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_processor", lambda: "Another one")
    other = Book(book.path)
    for part, sound, way in ((words.PART, "speech", ways.FILES), (session.PART, session.TWELVE, ways.B)):
        figures = {**COST, "wall_s": 9.0, "cpu_s": 9.0, **_words("alpha")}
        assert other.add(Row(part, sound, "tiny.en", way, figures=figures)).machine == 1

    found = {one.what: one.verdict for one in limits(other)}
    assert found["CPU of a session with captions, / B"] == "not measured"
    assert found["memory of a session above a process with the model loaded"] == "not measured"
    assert "On this one, on " in page(other)
    assert "*session* (tiny.en: twelve minutes)" in page(other)


def test_memory_is_counted_from_the_model_loaded_on_the_same_machine(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = {**COST, "wall_s": 9.0, "cpu_s": 9.0, **_words("alpha")}
    book.add(Row(session.PART, session.TWELVE, "tiny.en", ways.B, figures=bare))
    (held, *_) = book.of(part=session.PART, way=session.REAL_TIME)
    monkeypatch.setattr(results, "_processor", lambda: "Another one")
    other = Book(book.path)
    other.add(Row(session.PART, session.TWELVE, "tiny.en", ways.B, 2, {**bare, "loaded_mb": 150.0}))
    other.add(Row(session.PART, session.HOUR, "tiny.en", session.REAL_TIME, 1, {**held.figures, "peak_mb": 390.0}))

    found = {one.what: one.found for one in limits(other)}
    what = "memory of a session above a process with the model loaded"
    assert (found[what], found[f"{what}, an hour"]) == (100.0, 240.0)


def test_no_word_that_was_said_is_in_the_file(book: Book) -> None:
    assert "gamma" not in book.path.read_text()


def test_noises_are_the_same_each_time_and_not_too_loud(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    first, second = noises.all_noises(tmp_path / "a", 2), noises.all_noises(tmp_path / "b", 2)
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(read(one.path), read(other.path))
        assert abs(read(one.path).astype(int)).max() < 32_000


def test_tiled_sound_is_as_long_as_asked_and_as_far_above_the_noise(tmp_path: Path) -> None:
    tone = noises.as_samples(0.1 * np.sin(2 * np.pi * 300 * np.arange(4 * RATE_HZ) / RATE_HZ))
    piece = Sound("tone", tmp_path / "tone.wav", written(tmp_path / "tone.wav", tone), "la la")
    tiled = tiling.tiled(tmp_path / "tiled.wav", [piece], 20, snr_db=20)
    assert tiled.text == "la la la la la la la la"
    assert tiled.seconds == pytest.approx(4 * 4.8)
    quiet = read(tiled.path)[int(4.1 * RATE_HZ) : int(4.7 * RATE_HZ)] / 32_768
    assert 10 * np.log10(np.square(quiet).mean()) == pytest.approx(-46, abs=1.5)


def test_sound_that_is_broken_off_ends_in_speech(tmp_path: Path) -> None:
    loud = noises.as_samples(noises.scaled(noises.pink(4 * RATE_HZ, 1), -26))
    path = tmp_path / "whole.wav"
    whole = Sound("whole", path, written(path, np.concatenate([loud, np.zeros(RATE_HZ, np.int16)])), "la la")
    cut = tiling.broken_off(whole, tmp_path / "cut.wav")
    assert cut.seconds == pytest.approx(3.5, abs=0.1)


def test_speech_that_is_brought_has_what_lies_beside_it(tmp_path: Path) -> None:
    written(tmp_path / "ami_x.wav", np.zeros(2 * RATE_HZ, np.int16))
    (tmp_path / "ami_x.txt").write_text("Well yes")
    (tmp_path / "ami_x.words.json").write_text(
        '[{"s": 1.0, "e": 1.2, "spk": "A", "w": "yes"}, {"s": 0.1, "e": 0.5, "spk": "A", "w": "Well"}]'
    )
    (tmp_path / "ami_x.rttm").write_text("SPEAKER ami_x 1 0.100 1.100 <NA> <NA> A <NA> <NA>\n")
    (one,) = speech(tmp_path)
    assert (one.is_meeting, one.is_nearly_silent, one.text) == (True, False, "Well yes")
    assert [word.text for word in one.words] == ["Well", "yes"]
    ((start_s, end_s, who),) = one.turns
    assert (start_s, round(end_s, 3), who) == (0.1, 1.2, "A")


def test_a_sound_can_begin_later_and_keeps_its_name_and_words(tmp_path: Path) -> None:
    path = tmp_path / "ami_x.wav"
    samples = np.arange(RATE_HZ, dtype=np.int16)
    whole = Sound("ami_x", path, written(path, samples), "well", (TimedWord("well", 0.5, 0.8),), ((0.5, 0.8, "A"),))
    later = begun_later(whole, 1600, tmp_path)
    assert (later.name, later.text, later.seconds) == ("ami_x", "well", pytest.approx(0.9))
    assert np.array_equal(read(later.path), samples[1600:])
    (word,) = later.words
    assert (word.text, word.start_s, word.end_s) == ("well", pytest.approx(0.4), pytest.approx(0.7))
    assert later.turns == ((pytest.approx(0.4), pytest.approx(0.7), "A"),)
    assert begun_later(whole, 0, tmp_path) is whole


def test_errors_of_all_beginnings_count_and_stand_in_the_same_pieces(tmp_path: Path) -> None:
    one, other = (Sound(name, tmp_path, 1.0, "yes that is so") for name in ("one", "other"))
    heard = [Result(one, "yes this is so"), Result(other, "yes that is so"), Result(one, "yes this was so")]
    found = scoring.words(heard)
    assert (found["words"], found["substitutions"]) == (12, 3)
    assert found["pieces"] == [[3, 8], [0, 4]]
