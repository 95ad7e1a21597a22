"""The promises of the bundled demo interview, read off its own two files."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
import soundfile

import guides
from tui.demo import script as demo

SPEECH_DBFS = -35.0
SILENCE_DBFS = -60.0


@pytest.fixture(scope="module")
def script() -> demo.DemoScript:
    return demo.load()


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    samples, _ = soundfile.read(demo.sound_path(), dtype="float32")
    return np.asarray(samples)


def dbfs(sound: np.ndarray, start_ms: int, end_ms: int) -> float:
    stretch = sound[start_ms * 16 : end_ms * 16]
    return 20 * math.log10(float(np.sqrt(np.mean(stretch**2))) + 1e-12)


def moves(script: demo.DemoScript, kind: str) -> list[demo.Move]:
    return [move for move in script.moves if move.move == kind]


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z']+", text.lower()))


def test_the_sound_is_16_khz_mono_16_bit_flac_under_8_mb() -> None:
    info = soundfile.info(demo.sound_path())

    assert (info.format, info.subtype, info.samplerate, info.channels) == ("FLAC", "PCM_16", 16_000, 1)
    assert demo.sound_path().stat().st_size < 8_000_000


def test_the_script_is_as_long_as_the_sound_and_that_is_four_minutes_or_more(script: demo.DemoScript) -> None:
    info = soundfile.info(demo.sound_path())

    assert script.duration_ms == round(info.frames / 16)
    assert 240_000 <= script.duration_ms <= 330_000


def test_the_sound_peaks_near_minus_three_dbfs_and_is_never_digital_silence(sound: np.ndarray) -> None:
    blocks = sound[: len(sound) // 1_600 * 1_600].reshape(-1, 1_600)

    assert 20 * math.log10(float(np.abs(sound).max())) == pytest.approx(-3, abs=0.2)
    assert np.all(np.any(blocks != 0, axis=1))


def test_it_is_the_second_interview_with_50008_and_says_that_its_words_are_invented(script: demo.DemoScript) -> None:
    assert (script.participant, script.wave) == ("50008", 2)
    assert "invented words" in script.notice.lower()


def test_two_people_speak_in_order_within_the_sound(script: demo.DemoScript) -> None:
    starts = [line.start_ms for line in script.utterances]

    assert {line.speaker for line in script.utterances} == {"interviewer", "participant"}
    assert starts == sorted(starts)
    assert all(0 <= line.start_ms < line.end_ms <= script.duration_ms for line in script.utterances)


def test_they_speak_at_once_exactly_once_for_about_a_second(script: demo.DemoScript) -> None:
    overlaps = [one.end_ms - two.start_ms for one, two in pairwise(script.utterances) if one.end_ms > two.start_ms]

    assert overlaps == [pytest.approx(1_000, abs=200)]


def test_one_answer_is_waited_for_about_four_seconds(script: demo.DemoScript) -> None:
    gaps = [two.start_ms - one.end_ms for one, two in pairwise(script.utterances)]

    assert [gap for gap in gaps if gap > 3_000] == [pytest.approx(4_000, abs=300)]


def test_the_participant_speaks_long_turns_with_fillers_and_a_repair(script: demo.DemoScript) -> None:
    said = " ".join(line.text for line in script.utterances if line.speaker == "participant")
    long_turns = [line for line in script.utterances if 25_000 <= line.end_ms - line.start_ms <= 40_000]

    assert len(long_turns) >= 2
    assert {"um", "uh"} <= words(said)
    assert "I was, um, I was covering up" in said


def test_each_utterance_is_heard_where_the_script_says(script: demo.DemoScript, sound: np.ndarray) -> None:
    levels = {line.start_ms: dbfs(sound, line.start_ms, line.end_ms) for line in script.utterances}

    assert min(levels.values()) > SPEECH_DBFS


def test_between_utterances_there_is_only_the_room(script: demo.DemoScript, sound: np.ndarray) -> None:
    gaps = [(one.end_ms, two.start_ms) for one, two in pairwise(script.utterances) if two.start_ms > one.end_ms]

    assert max(dbfs(sound, start_ms + 10, end_ms - 10) for start_ms, end_ms in gaps) < SILENCE_DBFS


def test_the_words_off_the_record_are_said_there_and_nowhere_else(script: demo.DemoScript) -> None:
    off_record = words(" ".join(line.text for line in script.utterances if line.off_record))
    typed = words(" ".join(move.text or "" for move in script.moves))

    assert len(script.off_record_words) >= 3
    assert set(script.off_record_words) <= off_record
    assert not set(script.off_record_words) & words(demo.spoken_on_record(script))
    assert not set(script.off_record_words) & typed


def test_pause_and_resume_enclose_every_word_off_the_record_and_no_other(script: demo.DemoScript) -> None:
    (pause,), (resume,) = moves(script, "pause"), moves(script, "resume")
    enclosed = [line for line in script.utterances if line.end_ms > pause.at_ms and line.start_ms < resume.at_ms]

    assert enclosed == [line for line in script.utterances if line.off_record]
    assert all(pause.at_ms < line.start_ms and line.end_ms < resume.at_ms for line in enclosed)
    assert 12_000 <= enclosed[-1].end_ms - enclosed[0].start_ms <= 20_000


@pytest.mark.parametrize("kind", ["pause", "resume"])
def test_recording_stops_and_starts_again_in_silence(script: demo.DemoScript, sound: np.ndarray, kind: str) -> None:
    (move,) = moves(script, kind)

    assert dbfs(sound, move.at_ms - 600, move.at_ms + 600) < SILENCE_DBFS


def test_moves_are_in_order_of_time_and_within_the_sound(script: demo.DemoScript) -> None:
    times = [move.at_ms for move in script.moves]

    assert times == sorted(times)
    assert all(0 <= at_ms <= script.duration_ms for at_ms in times)


def test_every_question_is_asked_just_before_the_interviewer_says_it(script: demo.DemoScript) -> None:
    starts = [line.start_ms for line in script.utterances if line.speaker == "interviewer"]
    lead = [min(start - move.at_ms for start in starts if start >= move.at_ms) for move in moves(script, "ask")]

    assert len(lead) == 8
    assert lead == [pytest.approx(200, abs=50)] * 8


def test_there_is_one_skip_one_follow_up_one_mark_and_one_jotting(script: demo.DemoScript) -> None:
    counts = {kind: len(moves(script, kind)) for kind in ("skip", "follow", "mark", "jotting", "back")}

    assert counts == {"skip": 1, "follow": 1, "mark": 1, "jotting": 1, "back": 0}
    assert [move.move for move in script.moves if move.question] == ["ask"] * 3 + ["skip"] + ["ask"] * 5


def test_nothing_is_asked_or_noted_while_off_the_record(script: demo.DemoScript) -> None:
    kinds = [move.move for move in script.moves]

    assert kinds.index("resume") == kinds.index("pause") + 1


def test_the_questions_are_those_of_the_bundled_guide_and_nearly_in_its_words(script: demo.DemoScript) -> None:
    guide = guides.bundled_guide("peer-specialist-fidelity")
    wave_two = {question.id: question for question in guide.for_wave(2)}
    asked = moves(script, "ask")
    spoken = [next(line.text for line in script.utterances if line.start_ms >= move.at_ms) for move in asked]

    assert {move.question for move in script.moves if move.question} <= set(wave_two)
    for move, text in zip(asked, spoken, strict=True):
        guide_words = words(wave_two[move.question or ""].text)
        assert len(guide_words & words(text)) >= 0.7 * len(guide_words), move.question
