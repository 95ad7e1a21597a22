"""Sound files by strangers: sound, or a refusal in a sentence; a library that crashes takes only its process along."""

from __future__ import annotations

import functools
import io
import struct
import subprocess
import sys

import av
import numpy as np
import soundfile
from hypothesis import strategies as st

from tests.fuzz.asking import Edge
from tests.fuzz.edits import edited, numbers
from tests.fuzz.target import Target
from transcribe import codec, wire
from tui.demo.script import sound_path

RATE_HZ = 16_000
HEAD = 120
PATIENCE_S = 120
EDGE = Edge()
SUFFIXES = ("wav", "flac", "ogg", "mp3", "m4a", "mkv", "avi", "caf", "m3u8")
PLAIN = {"wav": "PCM_16", "flac": "PCM_16", "ogg": "VORBIS", "mp3": "MPEG_LAYER_III", "caf": "ALAC_16"}
CODED = {
    "mp4": "aac",
    "matroska": "libopus",
    "avi": "libmp3lame",
    "mpegts": "aac",
    "w64": "pcm_s16le",
    "aiff": "pcm_s16be",
}
WORDS = [
    *numbers(),
    *(
        b"RIFF",
        b"RF64",
        b"WAVEfmt ",
        b"data",
        b"fLaC",
        b"OggS",
        b"\xff\xfb",
        b"ftyp",
        b"moov",
        b"trak",
        b"stsd",
        b"mdat",
    ),
    *(
        b"ID3",
        b"\x1a\x45\xdf\xa3",
        b"#EXTM3U\n/etc/passwd\n",
        b"ffconcat version 1.0\nfile /dev/zero\n",
        b"FORM",
        b"caff",
    ),
]


@functools.cache
def real() -> tuple[bytes, ...]:
    """Half a second of the demo, in every form."""
    samples, _ = soundfile.read(sound_path(), frames=RATE_HZ // 2, start=RATE_HZ * 2, dtype="int16")
    both = np.stack([samples, samples], axis=1)
    plain = [_plain(kind, sub, sound) for kind, sub in PLAIN.items() for sound in (samples, both)]
    return (*plain, *(_coded(kind, codec_name, both) for kind, codec_name in CODED.items()))


def _plain(kind: str, sub: str, samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, RATE_HZ, format=kind.upper(), subtype=sub)
    return file.getvalue()


def _coded(kind: str, codec_name: str, samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec_name, rate=48_000, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(np.repeat(samples, 3, axis=0).reshape(1, -1).copy(), layout="stereo")
        frame.rate = 48_000
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return file.getvalue()


def holds(given: tuple[bytes, str]) -> None:
    """Read as a file, in one channel and in two."""
    raw, suffix = given
    EDGE.answers_to(path=str(EDGE.file(f"sound.{suffix}", raw)))


def holds_at_the_edge(given: tuple[bytes, str]) -> None:
    """The same by command, as far as the words."""
    raw, suffix = given
    path = EDGE.file(f"edge.{suffix}", raw)
    answer = EDGE.answers_to(
        argv=["transcribe", "--model", "tiny.en", "--device", "cpu", "--format", "json", str(path)]
    )
    assert answer["code"] in (0, 1)
    assert answer["code"] == 0 or len(answer["sentences"]) == 1


def holds_for_a_recorder(given: tuple[bytes, str]) -> None:
    """The same in place of a microphone: the recorder tells what it heard, or why it can't."""
    raw, suffix = given
    path = EDGE.file(f"replay.{suffix}", raw)
    recording = path.with_name("replay.db")
    for old in path.parent.glob("replay.db*"):
        old.unlink()
    orders = (wire.Begin(str(recording), "ab" * 32, replay=str(path), speed=0), wire.Grant(1_000), wire.Stop())
    command = [sys.executable, "-I", "-X", "utf8", "-m", "transcribe.record"]
    said = b"".join(codec.encode(order) for order in orders)
    done = subprocess.run(command, input=said, capture_output=True, timeout=PATIENCE_S, check=False)
    assert done.returncode in (0, 1), (done.returncode, done.stderr[-900:])
    assert b"Traceback" not in done.stderr, done.stderr[-900:]
    told = [codec.decode(line) for line in done.stdout.splitlines(keepends=True)]
    assert not [one for one in told if isinstance(one, wire.Failed) and one.code == "recorder"]


def claimed(kind: int, channels: int, rate_hz: int, bits: int, size: int) -> bytes:
    """A WAV that claims these things of a few bytes of sound, and keeps no promise."""
    data = bytes(range(256)) * 64
    block = channels * bits // 8 % 2**16
    form = struct.pack("<HHIIHH", kind, channels, rate_hz, rate_hz * block % 2**32, block, bits)
    return (
        b"RIFF"
        + struct.pack("<I", size)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", size)
        + data
    )


def _number(most: int, *likely: int) -> st.SearchStrategy[int]:
    return st.one_of(st.sampled_from((0, 1, most, *likely)), st.integers(0, most))


claims = st.builds(
    claimed,
    _number(0xFFFF, 1, 1, 3, 6, 7, 17, 0x55, 0xFFFE),
    _number(0xFFFF, 2, 8, 64, 65, 255, 300),
    _number(0xFFFFFFFF, 16_000, 16_000, 100, 2_000, 768_000, 2**31),
    _number(0xFFFF, 16, 16, 8, 24, 32, 64),
    _number(0xFFFFFFFF, 16_384, 2**31),
)
real_ones = st.deferred(lambda: edited(real(), WORDS, HEAD))
files = st.tuples(st.one_of(real_ones, real_ones, claims), st.sampled_from(SUFFIXES))
TARGETS = (
    Target("sound files", files, holds, 60),
    Target("sound files by command", files, holds_at_the_edge, 4),
    Target("sound files for a microphone", files, holds_for_a_recorder, 4),
)
