#!/bin/bash
# What: of an Ogg file of two FLAC streams one after the other, the second at another sample rate, every frame is decoded at its true rate, but its time counts its samples by the rate of the first: two seconds at 16 kHz after 44.1 kHz take 0.7 s.
# Version: PyAV 18.1.0 (ffmpeg 8.1.2), numpy 2.2.6; CPython 3.11.
# Guess: frame.time is in seconds, and a stream that changes its rate is timed by the rate it has.
# Seen: frames hold 4.00 s, the second part 2.00 s; its last frame says that it begins at 0.71 s
# Here: once the rate changes in Ogg or FLAC the times are not believed any more, and what follows is laid end to end (transcribe/packets.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.2.6 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import io
import sys
from fractions import Fraction

import av
import numpy as np


def coded(container, codec, rate_hz, layout, late_s=0.0, **options):
    """Two seconds of a tone in a file."""
    file, given = io.BytesIO(), 0
    tone = (8000 * np.sin(2 * np.pi * 300 * np.arange(2 * rate_hz) / rate_hz)).astype(np.int16)
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate_hz, layout=layout)
        context = stream.codec_context
        resampler = av.AudioResampler(context.format, context.layout, rate_hz, context.frame_size or 1152)
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate_hz, 0
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            piece.pts, piece.time_base = given + round(late_s * rate_hz), Fraction(1, rate_hz)
            given += piece.samples
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return file.getvalue()


with av.open(io.BytesIO(coded("ogg", "flac", 44_100, "mono") + coded("ogg", "flac", 16_000, "mono"))) as container:
    frames = [(frame.time, frame.samples / frame.sample_rate, frame.sample_rate) for frame in container.decode(audio=0)]
held_s = sum(length_s for _, length_s, _ in frames)
second_s = sum(length_s for _, length_s, rate_hz in frames if rate_hz == 16_000)
print(f"frames hold {held_s:.2f} s, the second part {second_s:.2f} s; its last frame says that it begins at {frames[-1][0]:.2f} s")
sys.exit(not (abs(held_s - 4) < 0.01 and abs(second_s - 2) < 0.01 and frames[-1][0] < 0.8))
PY
