from pathlib import Path

import jiwer
import numpy as np
import pytest
import soundfile

from tests.transcribe.conftest import Spoken
from transcribe import models, speaker_model
from transcribe.errors import SoundError
from transcribe.files import FileTranscript, FileUtterance, _Tape, as_dict, transcribe_file
from transcribe.recording import Samples
from transcribe.whisper import Engine
from transcribe.whose import ByChannel, ByVoice


@pytest.fixture(autouse=True)
def _shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder of added models."""
    monkeypatch.setenv("VIVAVOCE_MODELS", str(tmp_path / "models"))


def write_plain(path: Path, sound: Samples) -> None:
    soundfile.write(path, sound, 16_000)


def write_telephone_wav(path: Path, sound: Samples) -> None:
    narrow = np.convolve(sound, np.ones(2) / 2, "same")[::2].astype(np.int16)
    soundfile.write(path, np.stack([narrow, narrow], axis=1), 8_000)


WRITERS = {
    "speech.flac": write_plain,
    "telephone.wav": write_telephone_wav,
    "speech.mp3": write_plain,
    "speech.ogg": write_plain,
}


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory, engine_sound: Samples) -> Path:
    path = tmp_path_factory.mktemp("speech") / "speech.flac"
    write_plain(path, engine_sound)
    return path


Steps = list[tuple[int, int | None]]


@pytest.fixture(scope="module")
def read(speech: Path, engine: Engine) -> tuple[FileTranscript, Steps]:
    """The transcript of that speech, and how far it was said to be meanwhile."""
    told: Steps = []
    return transcribe_file(speech, engine, progress=lambda *step: told.append(step)), told


@pytest.mark.parametrize("name", WRITERS)
def test_files_of_every_kind_become_their_words(
    name: str, tmp_path: Path, engine: Engine, engine_sound: Samples
) -> None:
    WRITERS[name](tmp_path / name, engine_sound[10 * 16_000 : 13 * 16_000])

    found = transcribe_file(tmp_path / name, engine)

    text = " ".join(one.text for one in found.utterances).lower().rstrip(".?!")
    assert jiwer.wer("what has changed for you since we last spoke", text) < 0.25
    assert abs(found.duration_ms - 3_000) < 120
    assert (found.model, found.device, found.language) == ("tiny.en", "cpu", "en")


def test_progress_only_goes_on_and_ends_at_the_end(read: tuple[FileTranscript, Steps]) -> None:
    found, told = read

    done = [done_ms for done_ms, _ in told]
    assert done == sorted(done)
    assert any(0 < done_ms < found.duration_ms for done_ms in done)
    assert told[-1] == (found.duration_ms, found.duration_ms)


def test_utterances_and_words_follow_one_another(read: tuple[FileTranscript, Steps]) -> None:
    found, _ = read

    edges = [edge for one in found.utterances for edge in (one.start_ms, one.end_ms)]
    assert len(found.utterances) >= 4
    assert edges == sorted(edges)
    for one in found.utterances:
        assert all(one.start_ms <= word.start_ms <= word.end_ms <= one.end_ms for word in one.words)


def test_a_bigger_model_is_given_the_quiet_between_and_no_word_stands_in_it_or_has_a_pause_in_front(
    engine: Engine, speech: Path, read: tuple[FileTranscript, Steps]
) -> None:
    copy = models.add(engine.model_dir, "bigger.en")

    narrow, _ = read
    wide = transcribe_file(speech, Engine(copy.path, "cpu"))

    assert [(one.start_ms, one.end_ms) for one in wide.utterances] == [
        (one.start_ms, one.end_ms) for one in narrow.utterances
    ]
    for one in wide.utterances:
        assert all(one.start_ms <= word.start_ms <= word.end_ms <= one.end_ms for word in one.words)
    for word in (word for one in wide.utterances for word in one.words):
        assert word.end_ms - word.start_ms <= 200 + 60 * sum(letter.isalnum() for letter in word.text)
    said, more = (" ".join(one.text for one in its.utterances).lower() for its in (narrow, wide))
    assert jiwer.wer(said, more) < 0.1


@pytest.mark.parametrize("name", ["bigger.en", "tiny.en"])
def test_a_file_with_one_utterance_or_two_is_read_to_its_end(
    tmp_path: Path, engine: Engine, engine_interview: tuple[Spoken, ...], name: str
) -> None:
    copy = engine.model_dir if name == "tiny.en" else models.add(engine.model_dir, name).path
    for spoken in (engine_interview[1:2], engine_interview[1:3]):
        quiet = np.zeros(16_000, np.int16)
        write_plain(tmp_path / "few.flac", np.concatenate([part for one in spoken for part in (quiet, one.sound)]))

        found = transcribe_file(tmp_path / "few.flac", Engine(copy, "cpu"))

        assert jiwer.wer(" ".join(one.text for one in spoken), " ".join(one.text for one in found.utterances)) < 0.25


def test_the_json_has_the_agreed_names_and_times_in_seconds(
    tmp_path: Path, engine: Engine, engine_sound: Samples
) -> None:
    write_plain(tmp_path / "speech.flac", engine_sound[10 * 16_000 : 13 * 16_000])

    transcript = transcribe_file(tmp_path / "speech.flac", engine)
    found = as_dict(transcript)

    assert list(found) == ["model", "device", "language", "duration", "utterances"]
    assert found["duration"] == 3.0
    assert list(found["utterances"][0]) == ["start", "end", "speaker", "text", "words"]
    assert list(found["utterances"][0]["words"][0]) == ["start", "end", "word", "probability"]
    assert 0 < found["utterances"][0]["end"] <= 3.0
    told = [word["start"] * 1000 for word in found["utterances"][0]["words"]]
    assert told == pytest.approx([word.start_ms for word in transcript.utterances[0].words])  # to the millisecond


def write_two_microphones(path: Path, interview: tuple[Spoken, ...]) -> list[str]:
    """Each person is 12 dB louder in their own channel; gives who speaks, turn after turn."""
    end = interview[-1].end_ms * 16 + 16_000
    channels = np.zeros((end, 2), np.int16)
    for one in interview:
        near, far = (1, 0) if one.speaker == "participant" else (0, 1)
        place = slice(one.start_ms * 16, one.start_ms * 16 + len(one.sound))
        channels[place, near] += one.sound
        channels[place, far] += one.sound // 4
    soundfile.write(path, channels, 16_000)
    return [one.speaker for one in interview]


def test_with_two_microphones_each_utterance_is_of_whom_it_was(
    tmp_path: Path, engine: Engine, engine_interview: tuple[Spoken, ...]
) -> None:
    spoke = write_two_microphones(tmp_path / "two.wav", engine_interview[:3])

    found = transcribe_file(tmp_path / "two.wav", engine, whose=ByChannel(0))
    swapped = transcribe_file(tmp_path / "two.wav", engine, whose=ByChannel(1))

    told = [whose_turn(one, engine_interview[:3]) for one in found.utterances]
    assert set(told) == set(spoke) == {"interviewer", "participant"}
    assert [one.speaker for one in found.utterances] == told
    assert [{"interviewer", "participant"} - {str(one.speaker)} for one in swapped.utterances] == [
        {who} for who in told
    ]


def whose_turn(one: FileUtterance, interview: tuple[Spoken, ...]) -> str:
    """Who speaks longest in this utterance."""
    return max(interview, key=lambda line: min(one.end_ms, line.end_ms) - max(one.start_ms, line.start_ms)).speaker


def test_by_voice_a_file_has_both_speakers_and_loses_no_word(
    engine: Engine, speech: Path, read: tuple[FileTranscript, Steps], speaker_wheel: Path
) -> None:
    plain, _ = read
    found = transcribe_file(speech, engine, whose=ByVoice(speaker_model.add(speaker_wheel)))

    assert " ".join(one.text for one in found.utterances) == " ".join(one.text for one in plain.utterances)
    assert {one.speaker for one in found.utterances} >= {"interviewer", "participant"}
    asked = [one for one in found.utterances if one.text.endswith("?")]
    assert asked
    assert {one.speaker for one in asked} == {"interviewer"}


def test_a_file_with_one_channel_has_nobody_in_the_other(engine: Engine, speech: Path) -> None:
    with pytest.raises(SoundError, match="only one channel"):
        transcribe_file(speech, engine, whose=ByChannel(0))


def test_a_file_in_which_nobody_speaks_has_no_utterances(tmp_path: Path, engine: Engine) -> None:
    write_plain(tmp_path / "room.flac", np.random.default_rng(3).normal(0, 60, 5 * 16_000).astype(np.int16))

    found = transcribe_file(tmp_path / "room.flac", engine)

    assert found.utterances == ()
    assert found.duration_ms == 5_000


def test_a_file_that_is_no_sound_is_refused(tmp_path: Path, engine: Engine) -> None:
    (tmp_path / "notes.txt").write_text("not a sound")

    with pytest.raises(SoundError, match=r"notes\.txt"):
        transcribe_file(tmp_path / "notes.txt", engine)


def test_of_a_long_silence_the_end_only_is_kept_in_memory_and_no_word_is_lost() -> None:
    said = np.arange(1, 16_001, dtype=np.int16)
    quiet = np.zeros(1_600, np.int16)
    tape = _Tape(iter([said, *[quiet] * 6_000, said]))
    most = 0
    for at, _ in enumerate(tape.run()):
        if at == 30:
            tape.want(0, 1_000)
        most = max(most, sum(len(block) for _, block in tape._held))

    assert np.array_equal(tape.cut(0, 1_000), said)
    assert np.array_equal(tape.cut(tape.end_ms - 1_000, tape.end_ms), said)
    assert tape.end_ms == 602_000
    assert most < 200 * 16_000
