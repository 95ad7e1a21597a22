"""Any sound file comes out as 16 kHz mono, a block at a time, or is refused in one sentence."""

import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from transcribe import sound
from transcribe.errors import SoundError

SECOND = (10_000 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)).astype(np.int16)


def write(path: Path, samples: np.ndarray, rate_hz: int) -> Path:
    soundfile.write(path, samples, rate_hz)
    return path


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3"])
def test_any_format_comes_out_as_mono_at_16_khz(tmp_path: Path, name: str) -> None:
    stereo = np.stack([np.tile(SECOND, 3)] * 2, axis=1)

    out = np.concatenate(list(sound.decode(write(tmp_path / name, stereo, 48_000))))

    assert out.dtype == np.int16
    assert len(out) == pytest.approx(3 * 16_000, rel=0.03)
    spectrum = np.abs(np.fft.rfft(out[16_000:32_000]))
    assert np.argmax(spectrum) == pytest.approx(440, abs=2)


def test_sixteen_bit_sound_at_16_khz_is_unchanged_and_can_start_anywhere(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(-9_000, 9_000, 80_000, dtype=np.int16)
    path = write(tmp_path / "a.flac", noise, 16_000)

    assert np.array_equal(np.concatenate(list(sound.decode(path))), noise)
    assert np.array_equal(np.concatenate(list(sound.decode(path, 1_234))), noise[1_234 * 16 :])
    assert list(sound.decode(path, 5_000)) == []
    assert sound.duration_ms(path) == 5_000


def test_a_long_file_is_never_one_array(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", np.zeros(16_000 * 60, np.int16), 16_000)

    assert max(map(len, sound.decode(path))) < 16_000


def test_what_is_no_sound_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("not sound at all")
    cases = {
        "missing.wav": "There is no file",
        ".": "is a folder",
        "empty.wav": "is empty",
        "text.wav": "is not a sound file",
    }
    for name, said in cases.items():
        with pytest.raises(SoundError, match=said):
            list(sound.decode(tmp_path / name))


def test_the_sound_before_a_damaged_end_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", np.random.default_rng(0).integers(-9, 9, 160_000, dtype=np.int16), 16_000)
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])

    assert sum(map(len, sound.decode(path))) > 50_000


def test_a_playlist_reaches_out_to_no_other_place(tmp_path: Path) -> None:
    playlist = tmp_path / "a.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")

    with pytest.raises(SoundError):
        list(sound.decode(playlist))


def wav(path: Path, *, channels: int = 1, rate_hz: int = 16_000, bits: int = 16, claimed: int | None = None) -> Path:
    """A second of silence, and a head that claims these things of it."""
    data = bytes(32_000)
    block = channels * bits // 8 % 2**16
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * block % 2**32, block, bits)
    size = struct.pack("<I", len(data) if claimed is None else claimed)
    path.write_bytes(b"RIFF" + size + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + size + data)
    return path


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"channels": 300}, "claims 300 channels"),
        ({"channels": 65, "bits": 8}, "claims 65 channels"),
        ({"rate_hz": 1}, "1 Hz"),
        ({"rate_hz": 1_999}, "1999 Hz"),
        ({"rate_hz": 2**31}, "Hz|can read"),
    ],
    ids=str,
)
def test_a_file_that_claims_what_can_not_be_is_refused_before_it_is_read(
    tmp_path: Path, claims: dict[str, int], said: str
) -> None:
    with pytest.raises(SoundError, match=said):
        list(sound.decode(wav(tmp_path / "a.wav", **claims)))


def test_a_file_without_a_form_is_refused_in_two_channels_as_well(tmp_path: Path) -> None:
    with pytest.raises(SoundError):
        list(sound.decode_channels(wav(tmp_path / "a.wav", bits=0)))


def test_a_file_that_claims_to_be_longer_than_it_is_gives_what_is_there(tmp_path: Path) -> None:
    assert sum(map(len, sound.decode(wav(tmp_path / "a.wav", claimed=2**32 - 1)))) == 16_000


@pytest.mark.parametrize("rate_hz", [8_000, 192_000])
def test_telephones_and_studios_are_read(tmp_path: Path, rate_hz: int) -> None:
    assert sum(map(len, sound.decode(wav(tmp_path / "a.wav", rate_hz=rate_hz)))) == pytest.approx(
        16_000 * 16_000 / rate_hz, rel=0.05
    )


def test_a_playlist_reads_no_other_file(tmp_path: Path) -> None:
    other = write(tmp_path / "other.flac", SECOND, 48_000)
    (tmp_path / "a.m3u8").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\n{other}\n#EXT-X-ENDLIST\n")
    (tmp_path / "a.ffconcat").write_text(f"ffconcat version 1.0\nfile '{other.name}'\n")

    for name in ("a.m3u8", "a.ffconcat"):
        with pytest.raises(SoundError, match="is not a sound file"):
            list(sound.decode(tmp_path / name))


def test_a_pipe_and_a_device_are_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")

    for path in (tmp_path / "pipe.wav", Path("/dev/zero")):
        with pytest.raises(SoundError, match="is not an ordinary file"):
            list(sound.decode(path))
