"""What is missing is said and what follows it stands at its time, also where a file's own clock does not tell."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.transcribe import ear, media
from tests.transcribe.ear import NEAR_S, heard
from tests.transcribe.media import KINDS, Kind
from transcribe.errors import SoundError
from transcribe.pages import Gap, Pages

pytestmark = pytest.mark.usefixtures("hears_tones")

OPUS = next(kind for kind in KINDS if kind.container == "ogg")
FLAC_IN_OGG = Kind("ogg", "flac", 44_100, timed=True)
CODECS = {"opus": "OPUS", "vorbis": "VORBIS"}


def pages(path: Path) -> list[tuple[int, int]]:
    """Where each page of an Ogg begins and ends."""
    raw, found, at = path.read_bytes(), [], 0
    while at < len(raw):
        pieces = raw[at + 26]
        end = at + 27 + pieces + sum(raw[at + 27 : at + 27 + pieces])
        found.append((at, end))
        at = end
    return found


def made(path: Path, codec: str, jump_s: float) -> Path:
    """With ten tones, a pause after the fourth where the form has one."""
    if codec in CODECS:
        soundfile.write(path, np.repeat(ear.sound(), 3), 48_000, format="OGG", subtype=CODECS[codec])
        return path
    kind = FLAC_IN_OGG if codec == "flac" else OPUS
    return media.made(path, kind, ear.sound(), jump=(4.0, jump_s) if jump_s else (0.0, 0.0))


def test_the_last_page_stands_at_its_time_when_those_before_it_are_gone(tmp_path: Path) -> None:
    path = made(tmp_path / "damaged", "libopus", 2.2)
    times, _ = heard(path)
    size = path.stat().st_size
    media.wiped(path, size // 2, size * 7 // 8)

    found, (sentence,) = heard(path)

    assert found == pytest.approx({tone: times[tone] for tone in (0, 1, 2, 3, 9)}, abs=NEAR_S)
    assert sentence == "damaged is damaged: it could not be read from 0:06.3 to 0:11.2."


@pytest.mark.parametrize("jump_s", [0.0, 2.2])
@pytest.mark.parametrize("codec", ["libopus", "flac", *CODECS])
def test_whichever_page_is_wiped_is_named_and_moves_no_other(codec: str, jump_s: float, tmp_path: Path) -> None:
    path = made(tmp_path / "whole.ogg", codec, jump_s)
    times, said = heard(path)
    assert said == ()
    places, raw = pages(path), path.read_bytes()
    sounding = [place for place in places if place[0] >= audio_begin(raw, places)]
    refused = 0
    for first in range(len(sounding)):
        for last in {first, len(sounding) - 2, len(sounding) - 1} - set(range(first)):
            path.write_bytes(raw)
            media.wiped(path, sounding[first][0] + 28, sounding[last][1] - 1)

            try:
                found, sentences = heard(path)
            except SoundError:  # in a sentence: nothing is left
                refused += 1
                continue

            assert {tone for tone in found if abs(found[tone] - times[tone]) > NEAR_S} <= jumped(codec, jump_s)
            assert [one for one in sentences if "could not be read" in one], (first, last, found)
    assert refused <= 2


def audio_begin(raw: bytes, places: list[tuple[int, int]]) -> int:
    """The first page that counts samples."""
    return next(begin for begin, _ in places if int.from_bytes(raw[begin + 6 : begin + 14], "little", signed=True) > 0)


def jumped(codec: str, jump_s: float) -> set[int]:
    """Before a pause in the midst of a page, which only the times of pages before it tell from a late beginning."""
    return {2, 3} if codec == "flac" and jump_s else set()


def test_two_gaps_and_what_lies_between_them(tmp_path: Path) -> None:
    path = made(tmp_path / "damaged", "libopus", 0.0)
    times, _ = heard(path)
    places = pages(path)
    for one in (4, 5, -4, -3):
        media.wiped(path, *places[one])

    found, sentences = heard(path)

    assert {0, 1, 4, 5, 6, 9} <= set(found)
    assert found == pytest.approx({tone: times[tone] for tone in found}, abs=NEAR_S)
    assert sentences == ("damaged is damaged: it could not be read from 0:02.0 to 0:04.0, from 0:07.0 to 0:09.0.",)


def test_a_gap_tells_how_many_packets_follow_and_where_they_end(tmp_path: Path) -> None:
    path = made(tmp_path / "whole", "libopus", 0.0)
    places = pages(path)
    follower = Pages(path, 0)

    assert follower.reached(places[2][0]) is None
    assert follower.reached(places[3][0]) is None
    assert follower.reached(places[3][0]) is None
    gap = follower.reached(places[6][0])
    assert gap is None  # nothing is missing: other pages were only not asked for
    media.wiped(path, places[8][0], places[8][1])
    gap = follower.reached(places[9][0])
    assert isinstance(gap, Gap)
    assert (gap.packets, gap.end) == (50, 8 * 48_000)


AT_ONCE = [kind for kind in KINDS if kind.container in {"mp3", "ac3", "adts", "mpegts", "flv", "avi"}]


@pytest.mark.parametrize("spared", [0, 60])
@pytest.mark.parametrize("kind", AT_ONCE, ids=str)
def test_a_beginning_that_is_gone_is_said(kind: Kind, spared: int, tmp_path: Path) -> None:
    path = media.made(tmp_path / "damaged", kind, ear.sound())
    first = {"avi": 5_676, "flv": 243}.get(kind.container, spared)
    media.wiped(path, first, first + path.stat().st_size // 6)

    _, sentences = heard(path)

    assert "damaged is damaged" in " ".join(sentences)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.container in {"mp3", "flac"}], ids=str)
@pytest.mark.parametrize("share", [0.5, 0.7, 0.85, 0.9, 0.95])
def test_a_few_frames_that_are_gone_are_said(kind: Kind, share: float, tmp_path: Path) -> None:
    path = media.made(tmp_path / "damaged", kind, ear.sound())
    times, _ = heard(path)
    begin = int(share * path.stat().st_size)
    media.wiped(path, begin, begin + path.stat().st_size // 40)

    found, sentences = heard(path)

    lost = {tone for tone in times if abs(found.get(tone, -9.0) - times[tone]) > NEAR_S}
    assert not lost or sentences


def test_a_table_that_is_damaged_hides_no_sound_unsaid(tmp_path: Path) -> None:
    kind = next(kind for kind in KINDS if str(kind) == "mp4 with aac")
    path = media.made(tmp_path / "damaged", kind, ear.sound())
    size = path.stat().st_size
    media.wiped(path, size * 975 // 1_000, size * 995 // 1_000)

    _, sentences = heard(path)

    assert "could not be read from 0:05.9" in " ".join(sentences)


def test_what_looks_like_another_track_ends_no_reading(tmp_path: Path) -> None:
    kind = next(kind for kind in KINDS if kind.container == "flv")
    raw = media.made(tmp_path / "whole", kind, ear.sound()).read_bytes()
    path = tmp_path / "damaged"
    for share in (0.65, 0.7, 0.75, 0.85, 0.9):
        path.write_bytes(raw)
        media.wiped(path, int(share * len(raw)), int((share + 0.02) * len(raw)))

        found, _ = heard(path)

        assert {0, 1, 2, 3, 4, 5} <= set(found)


def test_few_bytes_that_were_a_long_silence_are_named(tmp_path: Path) -> None:
    kind = next(kind for kind in KINDS if kind.container == "adts")
    path = media.made(tmp_path / "damaged", kind, ear.sound())
    size = path.stat().st_size
    media.wiped(path, int(0.6953125 * size), int(0.703125 * size))

    _, (sentence,) = heard(path)

    assert sentence.startswith("damaged is damaged: it could not be read from 0:06.9 to 0:07.0")
    assert sentence.endswith("the times after that are estimated.")


def test_an_avi_that_begins_late_and_is_cut_off_says_so(tmp_path: Path) -> None:
    kind = next(kind for kind in KINDS if kind.container == "avi")
    path = media.made(tmp_path / "damaged", kind, ear.sound(), late_s=1.3)
    media.cut(path, path.stat().st_size * 29 // 32)

    found, (sentence,) = heard(path)

    assert 9 not in found
    assert sentence == "damaged is damaged: it could not be read from 0:10.7 to its end."


@pytest.mark.parametrize("share", [0.921875, 0.94])
def test_an_avi_whose_last_chunks_are_wiped_says_so(share: float, tmp_path: Path) -> None:
    kind = next(kind for kind in KINDS if kind.container == "avi")
    path = media.made(tmp_path / "damaged", kind, ear.sound(), jump=(4.0, 2.2))
    size = path.stat().st_size
    media.wiped(path, int(share * size), size)

    _, (sentence,) = heard(path)

    assert sentence.startswith("damaged is damaged: it could not be read from 0:1")
    assert sentence.endswith(" to its end.")
