"""Of an ASF file, as dictaphones write it, what is damaged is named, and what is whole stands at its time."""

import struct
from pathlib import Path

import av
import pytest

from tests.transcribe import ear, media
from tests.transcribe.ear import NEAR_S, heard
from tests.transcribe.media import KINDS, Kind

pytestmark = pytest.mark.usefixtures("hears_tones")

WMA = next(kind for kind in KINDS if kind.container == "asf")
BEGIN, SLOT = 544, 3_200  # as libav writes it
EARLY = 110  # in the head: how much earlier than it is heard a slot is sent
PACKED = struct.Struct("<3sBBHIHBBBIBBH")


def slots(path: Path) -> int:
    return (path.stat().st_size - BEGIN) // SLOT


@pytest.mark.parametrize("within", [0, 5, 40, 1_200])
@pytest.mark.parametrize(("late_s", "jump_s"), [(0.0, 0.0), (1.3, 2.2)])
def test_whichever_slot_is_wiped_is_named_and_moves_no_other(
    late_s: float, jump_s: float, within: int, tmp_path: Path
) -> None:
    path = media.made(tmp_path / "damaged", WMA, ear.sound(), late_s=late_s, jump=(4.0, jump_s))
    raw = path.read_bytes()
    times, said = heard(path)
    assert (set(times), said) == (set(range(ear.TONES)), ())
    count = slots(path)
    for first in range(0, count - 1, 4):
        for last in {first, first + 7, count - 1} & set(range(count)):
            path.write_bytes(raw)
            media.wiped(path, BEGIN + first * SLOT + within, BEGIN + (last + 1) * SLOT)

            found, sentences = heard(path)

            lost = set(times) - set(found)
            assert found == pytest.approx({tone: times[tone] for tone in found}, abs=ear.LONG_S)
            assert sum(abs(found[tone] - times[tone]) > NEAR_S for tone in found) <= 1  # half of one is gone
            assert "could not be read from" in " ".join(sentences), (first, last, lost)


@pytest.mark.parametrize("whole", [1, 9, 26])
def test_what_is_cut_off_between_two_slots_is_said(whole: int, tmp_path: Path) -> None:
    path = media.made(tmp_path / "damaged", WMA, ear.sound())
    assert slots(path) == 27
    media.cut(path, BEGIN + whole * SLOT)

    _, sentences = heard(path)

    assert [one for one in sentences if one.endswith(" to its end.")]


def test_what_stands_elsewhere_because_bytes_are_gone_is_placed_and_said(tmp_path: Path) -> None:
    path = media.made(tmp_path / "damaged", WMA, ear.sound())
    times, _ = heard(path)
    raw, begin = path.read_bytes(), BEGIN + 13 * SLOT
    path.write_bytes(raw[:begin] + raw[begin + 1_000 :])

    found, sentences = heard(path)

    assert found == pytest.approx({tone: times[tone] for tone in found}, abs=NEAR_S)
    assert "could not be read from 0:04.8 to 0:05" in " ".join(sentences)


@pytest.mark.parametrize("first", [60, EARLY - 8, EARLY])
def test_a_head_that_no_longer_tells_when_the_clock_begins_is_said(first: int, tmp_path: Path) -> None:
    path = media.made(tmp_path / "damaged", WMA, ear.sound())
    times, _ = heard(path)
    media.wiped(path, first, EARLY + 8)

    found, sentences = heard(path)

    assert found == pytest.approx(times, abs=NEAR_S)
    assert sentences == ("damaged is damaged at its beginning; times are counted from what can be read first.",)


@pytest.mark.parametrize("codec", ["wmav2", "pcm_s16le"])
def test_a_whole_file_with_pauses_says_nothing_however_its_slots_are_filled(codec: str, tmp_path: Path) -> None:
    kind = Kind("asf", codec, 44_100, timed=True)
    paused = media.made(tmp_path / "paused", kind, ear.sound(), late_s=1.3, jump=(4.0, 2.2))
    shown = media.with_picture(tmp_path / "shown", kind, ear.sound(), late_s=1.3)

    for path in (paused, shown):
        found, said = heard(path)
        assert (set(found), said) == (set(range(ear.TONES)), ())


def test_several_pieces_in_one_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(media.BIT_RATES, "wmav2", 32_000)
    path = packed(media.made(tmp_path / "damaged", WMA, ear.sound()))
    times, said = heard(path)
    assert (set(times), said) == (set(range(ear.TONES)), ())
    media.wiped(path, BEGIN + 4 * SLOT, BEGIN + 6 * SLOT)

    found, (sentence,) = heard(path)

    assert 0 < len(found) < ear.TONES
    assert found == pytest.approx({tone: times[tone] for tone in found}, abs=NEAR_S)
    assert sentence.startswith("damaged is damaged: it could not be read from 0:0")


def packed(path: Path) -> Path:
    """The same with sixteen packets in each slot, all in one piece, as other programs write short ones."""
    with av.open(str(path)) as container:
        packets = [(packet.pts or 0, bytes(packet)) for packet in container.demux(audio=0) if packet.size]
    parts = [packets[at : at + 16] for at in range(0, len(packets), 16)]
    head = bytearray(path.read_bytes()[:BEGIN])
    head[BEGIN - 34 : BEGIN - 26] = struct.pack("<Q", 50 + len(parts) * SLOT)
    filled = []
    for number, part in enumerate(parts):
        body = b"".join(bytes([len(raw)]) + raw for _, raw in part)
        left = SLOT - PACKED.size - len(body)
        early_ms = part[0][0] + 3_100
        told = PACKED.pack(
            b"\x82\0\0", 0x11, 0x5D, left, part[0][0], 743, 0x81, 0x81, number & 255, early_ms, 1, 46, len(body)
        )
        filled.append(told + body + bytes(left))
    path.write_bytes(bytes(head) + b"".join(filled))
    return path
