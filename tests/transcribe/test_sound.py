"""Any sound file comes out as 16 kHz mono, a block at a time, or is refused in one sentence."""

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
