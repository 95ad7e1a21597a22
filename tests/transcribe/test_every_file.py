"""Whatever happens to a file on its way: what can be read stands at its time, and what can't is named."""

import functools
import struct
import tempfile
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transcribe import ear, media
from tests.transcribe.ear import NEAR_S, heard
from tests.transcribe.media import KINDS, Kind
from transcribe import sound
from transcribe.containers import begin_s
from transcribe.errors import SoundError
from transcribe.recording import RATE_HZ, Samples

pytestmark = pytest.mark.usefixtures("hears_tones")

AROUND_S = 0.1
"""A tone is whole where nothing is damaged so near to it: codecs look back as far."""


def ape_tag() -> bytes:
    """A picture of 50 kB, as music players write it behind the sound."""
    picture = b"Cover\0" + np.random.default_rng(0).integers(0, 256, 50_000, dtype=np.uint8).tobytes()
    item = struct.pack("<II", len(picture), 2) + b"COVER\0" + picture
    ends = [b"APETAGEX" + struct.pack("<IIII", 2_000, len(item) + 32, 1, flag << 29) + bytes(8) for flag in (5, 4)]
    return ends[0] + item + ends[1]


UNSAID = {"wmav2": 92 * 16}
"""Of the first packets of some codecs libav gives nothing; what follows them stands at its time all the same."""

TAGGED = [kind for kind in KINDS if kind.container in {"mp3", "adts", "ac3", "flac"}]


@pytest.mark.parametrize("kind", TAGGED, ids=str)
def test_a_tag_behind_the_sound_is_no_damage(kind: Kind, tmp_path: Path, engine_sound: Samples) -> None:
    path = media.made(tmp_path / "tagged", kind, engine_sound[: 4 * RATE_HZ])
    whole = plainly(path)
    path.write_bytes(path.read_bytes() + ape_tag())
    reading = sound.Reading(path)

    found = np.concatenate(list(reading))

    most = 3_900 * 16  # of the last frame some or all may be gone
    assert np.array_equal(found[:most], whole[:most])
    assert reading.findings.sentences() == ()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.container in {"mp4", "mov", "matroska"}], ids=str)
def test_beside_a_picture_no_sample_is_missing_at_the_end(kind: Kind, tmp_path: Path, engine_sound: Samples) -> None:
    path = media.with_picture(tmp_path / "both", kind, engine_sound[: 4 * RATE_HZ], late_s=0.0)

    assert np.array_equal(np.concatenate(list(sound.Reading(path))), plainly(path))


TIMED = [kind for kind in KINDS if kind.timed and kind.container != "mpegts"]
STREAM = next(kind for kind in KINDS if kind.container == "mpegts")


def plainly(path: Path) -> Samples:
    """Frame after frame through libav's resampler, as nothing were ever wrong with a file."""
    resampler = av.AudioResampler("s16", "mono", RATE_HZ)
    with av.open(str(path)) as container:
        frames = [one for frame in container.decode(audio=0) for one in resampler.resample(frame)]
    return np.concatenate([one.to_ndarray().reshape(-1) for one in (*frames, *resampler.resample(None))])


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_whole_file_gives_every_sample_as_it_is_and_nothing_is_said(
    kind: Kind, tmp_path: Path, engine_sound: Samples
) -> None:
    path = media.made(tmp_path / "whole", kind, engine_sound[: 8 * RATE_HZ])
    reading = sound.Reading(path)

    found, plain = np.concatenate(list(reading)), plainly(path)
    unsaid = UNSAID.get(kind.codec, 0)
    assert not found[:unsaid].any()
    assert np.array_equal(found[unsaid:], plain)
    assert reading.findings.sentences() == ()


@pytest.mark.parametrize("kind", TIMED, ids=str)
def test_sound_that_begins_late_and_pauses_is_placed_by_its_times(kind: Kind, tmp_path: Path) -> None:
    at_once, _ = heard(media.made(tmp_path / "at once", kind, ear.sound()))
    late, said = heard(media.made(tmp_path / "late", kind, ear.sound(), late_s=2.0, jump=(5.0, 3.0)))

    moved_s = {tone: late[tone] - at_once[tone] for tone in at_once}
    assert set(moved_s) == set(range(ear.TONES))
    assert moved_s == pytest.approx({tone: 2.0 if tone < 5 else 5.0 for tone in moved_s}, abs=NEAR_S + PRIMING_S)
    assert said == ()


def test_a_stream_that_begins_late_has_no_other_beginning_and_says_so(tmp_path: Path) -> None:
    at_once, _ = heard(media.made(tmp_path / "at once", STREAM, ear.sound()))
    late, said = heard(media.made(tmp_path / "late.ts", STREAM, ear.sound(), late_s=7.0, jump=(5.0, 3.0)))

    assert late == pytest.approx({tone: at_s + 3.0 * (tone >= 5) for tone, at_s in at_once.items()}, abs=NEAR_S)
    assert said == ("The clock of late.ts begins at 0:07.0; times are counted from there.",)


PRIMING_S = 0.04
"""How much silence an encoder puts first, which no longer counts where a file says that the sound is late."""


def whole_tones(path: Path, begin: int, end: int, times: dict[int, float]) -> set[int]:
    """The tones whose packets, and those near them, have none of these bytes."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        touched = []
        packets = [packet for packet in container.demux(stream) if packet.size]
        places = [*sorted({packet.pos for packet in packets if packet.pos is not None}), 10**9]
        for packet in packets:
            length_s = float((packet.duration or 0) * (packet.time_base or 0))
            last = 0 if packet.pos is None else places[places.index(packet.pos) + 1]  # of its page, in Ogg
            if packet.pos is None or (packet.pos < end and max(last, packet.pos + packet.size) > begin):
                at_s = float((packet.pts or 0) * (packet.time_base or 0)) - begin_s(container)
                touched.append((at_s - AROUND_S, at_s + length_s + AROUND_S))
    return {
        tone
        for tone, at_s in times.items()
        if not any(first < at_s + ear.LONG_S and at_s < last for first, last in touched)
    }


def check(path: Path, whole: set[int], expected: dict[int, float]) -> None:
    """Every tone is where it was, or a sentence names what could not be read."""
    try:
        found, said = heard(path)
    except SoundError:
        return  # refused in a sentence
    astray = {tone for tone in whole if abs(found.get(tone, -9.0) - expected[tone]) > NEAR_S}
    assert not astray or said, (astray, found, expected)
    assert all("\n" not in sentence and sentence.endswith(".") for sentence in said)


@functools.cache
def whole_file(kind: Kind, late_s: float, jump_s: float) -> tuple[bytes, dict[int, float]]:
    """A file with all tones, and when they begin in it."""
    with tempfile.TemporaryDirectory() as folder:
        path = media.made(Path(folder) / "whole", kind, ear.sound(), late_s=late_s, jump=(4.0, jump_s))
        return path.read_bytes(), heard(path)[0]


@pytest.mark.slow
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(KINDS),
    st.sampled_from([0.0, 1.3]),
    st.sampled_from([0.0, 0.0, 2.2]),
    st.floats(0.1, 0.95),
    st.floats(0.005, 0.5),
    st.booleans(),
)
def test_what_is_wiped_or_cut_off_costs_no_other_sound_unsaid(
    kind: Kind, late_s: float, jump_s: float, begin: float, share: float, cut: bool
) -> None:
    raw, times = whole_file(kind, late_s, jump_s)
    first, last = int(begin * len(raw)), len(raw) if cut else int(min(1.0, begin + share) * len(raw))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "damaged"
        path.write_bytes(raw)
        whole = whole_tones(path, first, last, times)
        if cut:
            media.cut(path, first)
        else:
            media.wiped(path, first, last)

        check(path, whole, times)


FOLLOWED = {"mpegts with mp2", "matroska with libopus", "mp3 with libmp3lame", "ac3 with ac3", "mp4 with aac"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if str(kind) in FOLLOWED], ids=str)
def test_what_follows_damage_is_read_on_and_stands_at_its_time(kind: Kind, tmp_path: Path) -> None:
    path = media.made(tmp_path / "damaged", kind, ear.sound())
    times, _ = heard(path)
    size = path.stat().st_size
    media.wiped(path, size * 2 // 10, size * 4 // 10)

    found, (sentence,) = heard(path)

    assert {tone: found.get(tone) for tone in (0, 1, 7, 8, 9)} == pytest.approx(
        {tone: times[tone] for tone in (0, 1, 7, 8, 9)}, abs=NEAR_S
    )
    assert "could not be read from 0:0" in sentence


CHAINED = [kind for kind in KINDS if kind.container in {"wav", "mp3", "adts", "ac3", "ogg", "flv", "mpegts"}]


@pytest.mark.parametrize("kind", CHAINED, ids=str)
def test_parts_joined_into_one_file_are_all_read_in_order_whatever_their_form(kind: Kind, tmp_path: Path) -> None:
    other = {44_100: 16_000, 48_000: 32_000, 8_000: 8_000}[kind.rate_hz] if kind.codec != "libopus" else 48_000
    half = len(ear.sound()) // 2
    first = media.made(tmp_path / "first", kind, ear.sound()[:half])
    second = media.made(tmp_path / "second", kind, ear.sound()[half:], rate_hz=other)
    apart, _ = heard(first)
    length_s = sum(map(len, sound.decode(first))) / RATE_HZ
    later, _ = heard(second)

    both, said = heard(media.joined(tmp_path / "joined", (first, second)))

    assert both == pytest.approx({**apart, **{tone: at_s + length_s for tone, at_s in later.items()}}, abs=0.1)
    assert set(both) == set(range(ear.TONES))
    assert said == ()
