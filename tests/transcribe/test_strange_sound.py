"""Sound that is late, damaged, very quiet, upside down or on another track: its words are there, or it is said."""

from collections.abc import Callable
from pathlib import Path

import jiwer
import numpy as np
import pytest
import soundfile

from tests.transcribe import media
from tests.transcribe.conftest import Spoken
from tests.transcribe.media import Kind
from transcribe.errors import SoundError
from transcribe.files import as_dict, transcribe_file
from transcribe.recording import RATE_HZ, Samples
from transcribe.sound import Reading
from transcribe.whisper import Engine
from transcribe.whose import ByChannel

SAID = "what has changed for you since we last spoke"
FIRST, LAST = 10 * RATE_HZ, 13 * RATE_HZ
MP4, MOV = Kind("mp4", "aac", 48_000, timed=True), Kind("mov", "alac", 44_100, timed=True)
MKV = Kind("matroska", "aac", 48_000, timed=True)
AMR = Kind("amr", "libopencore_amrnb", 8_000, timed=False, layout="mono")


def read(path: Path, *, track: int | None = None, channels: int = 1) -> tuple[Samples, tuple[str, ...]]:
    reading = Reading(path, track=track, channels=channels)
    blocks = list(reading)
    return np.concatenate(blocks), reading.findings.sentences()


def likeness(found: Samples, sound: Samples) -> float:
    """How like two sounds are, however loud; 1: the same."""
    here, there = found.astype(float), sound.astype(float)
    return float(here @ there / np.sqrt((here @ here) * (there @ there) + 1))


def begins_ms(found: Samples, sound: Samples) -> float:
    """Where the sound begins in what was found; fails where it is not there."""
    length = 1 << int(np.ceil(np.log2(len(found) + len(sound))))
    spectrum = np.fft.rfft(found.astype(float), length) * np.conj(np.fft.rfft(sound.astype(float), length))
    at = int(np.fft.irfft(spectrum, length)[: len(found)].argmax())
    here = found[at : at + len(sound)]
    assert likeness(here, sound[: len(here)]) > 0.9
    return at / 16


def words(found: Samples, engine: Engine, tmp_path: Path) -> str:
    soundfile.write(tmp_path / "found.wav", found, RATE_HZ)
    heard = transcribe_file(tmp_path / "found.wav", engine)
    return " ".join(one.text for one in heard.utterances).lower().rstrip(".?!")


@pytest.mark.parametrize("kind", [MKV, Kind("matroska", "libopus", 48_000, timed=True), MP4, MOV], ids=str)
def test_beside_a_picture_sound_begins_when_its_times_say(kind: Kind, tmp_path: Path, engine_sound: Samples) -> None:
    sound = engine_sound[FIRST:LAST]

    found, said = read(media.with_picture(tmp_path / "late", kind, sound, late_s=5.0))

    assert not found[: 4 * RATE_HZ].any()
    assert begins_ms(found, sound) == pytest.approx(5_000, abs=22)  # an edit list leaves out what AAC puts first
    assert said == ()


def test_what_follows_damage_is_read_and_the_damage_named(tmp_path: Path, engine_sound: Samples) -> None:
    path = media.made(tmp_path / "a.m4a", Kind("ipod", "aac", 16_000, timed=True), engine_sound[: 30 * RATE_HZ])
    whole, _ = read(path)
    size = path.stat().st_size
    found, said = read(media.wiped(path, size * 9 // 30, size * 12 // 30))

    (sentence,) = said
    assert sentence.startswith("a.m4a is damaged: it could not be read from 0:0")
    assert len(found) == len(whole)
    assert likeness(found[20 * RATE_HZ :], whole[20 * RATE_HZ :]) > 0.95


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mp3", Kind("mp3", "libmp3lame", 16_000, timed=False)),
        ("a.wav", Kind("wav", "pcm_s16le", 16_000, timed=False)),
        ("a.flac", Kind("flac", "flac", 16_000, timed=False)),
        ("a.mkv", Kind("matroska", "libopus", 48_000, timed=True)),
        ("a.avi", Kind("avi", "pcm_s16le", 44_100, timed=False)),
    ],
)
def test_a_file_that_holds_half_of_what_it_claims_says_both_lengths(
    name: str, kind: Kind, tmp_path: Path, engine_sound: Samples
) -> None:
    path = media.made(tmp_path / name, kind, engine_sound[: 10 * RATE_HZ])
    found, (sentence,) = read(media.cut(path, path.stat().st_size // 2))

    assert sentence.startswith(f"{name} says that it is 0:10.0 long, but nothing can be read after 0:0")
    assert 3.0 < len(found) / RATE_HZ < 7.0


def silent_frames(path: Path, first: int, last: int) -> Path:
    """The AMR file with frames of silence, as a telephone writes them, in place of those of speech."""
    raw = path.with_suffix(".whole").read_bytes()
    head, frames = raw[:6], [raw[at : at + 32] for at in range(6, len(raw), 32)]
    for at in range(first, last):
        frames[at] = b"\x7c" if at % 8 else b"\x44" + bytes([7, 1, 2, 3, 4])
    path.write_bytes(head + b"".join(frames))
    return path


def test_a_chunk_that_claims_more_than_any_file_can_hold_ends_nothing(tmp_path: Path, engine_sound: Samples) -> None:
    file = media.made(tmp_path / "x.w64", Kind("w64", "pcm_s16le", 48_000, timed=False), engine_sound)
    whole = bytearray(file.read_bytes())
    assert whole[40:44] == b"fmt "
    whole[62] = 0x7F  # of eight bytes that say its length
    file.write_bytes(whole)
    assert sum(len(block) for block in Reading(file))


def test_silence_that_a_telephone_leaves_out_takes_its_time(tmp_path: Path, engine_sound: Samples) -> None:
    path = media.made(tmp_path / "a.amr", AMR, engine_sound[: 12 * RATE_HZ])
    path.with_suffix(".whole").write_bytes(path.read_bytes())
    whole, _ = read(path)
    found, said = read(silent_frames(path, 100, 250))
    ends_silent, _ = read(silent_frames(path, 500, 600))

    assert len(found) == len(ends_silent) == len(whole)
    assert likeness(found[6 * RATE_HZ :], whole[6 * RATE_HZ :]) > 0.9
    assert said == ()


@pytest.mark.parametrize(
    ("kind", "spoken", "default", "chosen"),
    [
        (MP4, (False, True), None, 2),
        (MKV, (False, True), 1, 2),
        (MKV, (True, True), 1, 2),
        (MOV, (True, True), None, 1),
        (MKV, (False, False, True), 0, 3),
        (MP4, (False, False), None, 1),
    ],
)
def test_of_several_tracks_the_default_is_read_or_the_one_with_speech_and_the_others_are_named(
    kind: Kind, spoken: tuple[bool, ...], default: int | None, chosen: int, tmp_path: Path, engine_sound: Samples
) -> None:
    part = 5 * RATE_HZ
    sounds = [
        engine_sound[FIRST + at * part :][:part] if one else np.zeros(part, np.int16) for at, one in enumerate(spoken)
    ]
    path = media.tracks(tmp_path / "several", kind, sounds, default=default)

    found, (sentence,) = read(path)
    by_number = [read(path, track=number + 1) for number in range(len(spoken))]

    if spoken[chosen - 1]:
        assert begins_ms(found, sounds[chosen - 1]) < 25
    assert f"track {chosen} was read" in sentence
    assert all(f"track {number + 1}" in sentence for number in range(len(spoken)))
    assert "--track" in sentence
    assert np.array_equal(found, by_number[chosen - 1][0])
    assert [said for _, said in by_number] == [()] * len(spoken)


@pytest.mark.parametrize("number", [0, -1, 3])
def test_a_track_that_is_not_there_is_refused(number: int, tmp_path: Path, engine_sound: Samples) -> None:
    path = media.tracks(tmp_path / "two", MKV, [engine_sound[:RATE_HZ]] * 2)

    with pytest.raises(SoundError, match=f"2 sound tracks: there is no track {number}"):
        read(path, track=number)


def opposite(sound: Samples) -> Samples:
    return np.stack([sound, -sound], axis=1)


def opposite_later(sound: Samples) -> Samples:
    half = len(sound) // 2
    return np.concatenate([np.stack([sound[:half]] * 2, axis=1), opposite(sound[half:])])


def one_dead(sound: Samples) -> Samples:
    return np.stack([np.zeros_like(sound), sound], axis=1)


def one_far_below(sound: Samples) -> Samples:
    return np.stack([sound, (sound * 10 ** (-45 / 20)).astype(np.int16)], axis=1)


@pytest.mark.parametrize("both", [opposite, opposite_later, one_dead, one_far_below])
@pytest.mark.parametrize("channels", [1, 2])
def test_two_channels_give_every_word_whatever_they_do_to_each_other(
    both: Callable[[Samples], Samples], channels: int, tmp_path: Path, engine_sound: Samples
) -> None:
    sound = engine_sound[FIRST - 5 * RATE_HZ : LAST]
    soundfile.write(tmp_path / "two.flac", both(sound), RATE_HZ)

    found, said = read(tmp_path / "two.flac", channels=channels)

    mixed = found if channels == 1 else found.astype(float).mean(axis=1)
    for first in range(0, len(sound), 2 * RATE_HZ):
        part = slice(first, first + 2 * RATE_HZ)
        assert likeness(mixed[part], sound[part]) > 0.95
    assert said == ()


def test_by_channel_opposite_phases_keep_their_words(tmp_path: Path, engine: Engine, engine_sound: Samples) -> None:
    soundfile.write(tmp_path / "two.flac", opposite(engine_sound[FIRST:LAST]), RATE_HZ)

    found = transcribe_file(tmp_path / "two.flac", engine, whose=ByChannel(0))

    assert jiwer.wer(SAID, " ".join(one.text for one in found.utterances).lower().rstrip(".?!")) < 0.25


def test_of_two_people_one_who_is_45_db_below_the_other_is_heard(
    tmp_path: Path, engine: Engine, engine_interview: tuple[Spoken, ...]
) -> None:
    end = engine_interview[-1].end_ms * 16 + RATE_HZ
    channels = np.zeros((end, 2), np.float32)
    for one in engine_interview:
        place = slice(one.start_ms * 16, one.start_ms * 16 + len(one.sound))
        channel, gain = (0, 1.0) if one.speaker == "interviewer" else (1, 10 ** (-45 / 20))
        channels[place, channel] = one.sound / 32_768 * gain
    soundfile.write(tmp_path / "two.wav", channels, RATE_HZ, subtype="FLOAT")

    found = transcribe_file(tmp_path / "two.wav", engine)

    said, heard = (" ".join(one.text for one in its) for its in (engine_interview, found.utterances))
    assert jiwer.wer(said.lower(), heard.lower()) < 0.25


@pytest.mark.parametrize(("subtype", "name"), [("PCM_24", "a.flac"), ("FLOAT", "a.wav"), ("PCM_16", "a.wav")])
def test_very_quiet_sound_is_made_louder_before_it_becomes_16_bits(
    subtype: str, name: str, tmp_path: Path, engine: Engine, engine_sound: Samples
) -> None:
    below_db = 45 if subtype == "PCM_16" else 65
    quiet = engine_sound[FIRST:LAST] / 32_768 * 10 ** (-below_db / 20)
    soundfile.write(tmp_path / name, quiet, RATE_HZ, subtype=subtype)

    found, said = read(tmp_path / name)

    assert 3_000 < np.abs(found).max() < 32_000
    assert jiwer.wer(SAID, words(found, engine, tmp_path)) < 0.25
    assert said == ()


def test_the_quiet_half_of_a_file_is_made_louder_and_the_other_left_as_it_is(
    tmp_path: Path, engine_sound: Samples
) -> None:
    loud, soft = engine_sound[: 8 * RATE_HZ], engine_sound[8 * RATE_HZ : 16 * RATE_HZ]
    both = np.concatenate([loud / 32_768, soft / 32_768 * 10 ** (-60 / 20)])
    soundfile.write(tmp_path / "a.flac", both, RATE_HZ, subtype="PCM_24")

    found, _ = read(tmp_path / "a.flac")

    assert np.array_equal(found[: 7 * RATE_HZ], loud[: 7 * RATE_HZ])
    assert np.abs(found[9 * RATE_HZ :]).max() > 3_000
    assert likeness(found[9 * RATE_HZ : 15 * RATE_HZ], soft[RATE_HZ : 7 * RATE_HZ]) > 0.95


@pytest.mark.parametrize("amplitude", [0, 2, 60])
def test_a_room_in_which_nobody_speaks_is_not_made_louder_and_its_empty_transcript_says_so(
    amplitude: int, tmp_path: Path, engine: Engine
) -> None:
    noise = np.random.default_rng(3).normal(0, amplitude, 8 * RATE_HZ).astype(np.int16)
    soundfile.write(tmp_path / "room.flac", noise, RATE_HZ)

    found = transcribe_file(tmp_path / "room.flac", engine)

    assert np.array_equal(read(tmp_path / "room.flac")[0], noise)
    assert found.utterances == ()
    assert as_dict(found)["notices"] == ["No speech was heard in room.flac: its transcript is empty."]
