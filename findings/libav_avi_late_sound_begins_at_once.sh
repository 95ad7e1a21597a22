#!/bin/bash
# What: sound that begins late in an AVI is written by libav as empty chunks, which its own reader counts for the length of the stream, and not for the times: all frames are as early as the sound is late.
# Version: PyAV 18.1.0 (ffmpeg 8.1.2), numpy 2.2.6; CPython 3.11.
# Guess: what libav's muxer writes so that players are in time, libav's demuxer reads so; in MP4 and Matroska it does.
# Seen: mp4: length 2.02 s, the second frame begins at 3.0 s | matroska: length 5.02 s, … at 3.02 s | avi: length 5.02 s, … at 0.03 s
# Here: empty chunks between two packets are counted in the file itself (transcribe/claims.py, empty_chunks).
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


seen = {}
for container_name, codec in (("mp4", "aac"), ("matroska", "aac"), ("avi", "libmp3lame")):
    with av.open(io.BytesIO(coded(container_name, codec, 44_100, "mono", late_s=3.0))) as container:
        stream = container.streams.audio[0]
        length_s = float(stream.duration * stream.time_base) if stream.duration else container.duration / 1_000_000
        seen[container_name] = round(length_s, 2), round([frame.time for frame in container.decode(audio=0)][1], 2)
for name, (length_s, second_s) in seen.items():
    print(f"{name}: length {length_s} s, the second frame begins at {second_s} s")
sys.exit(not (seen["mp4"][1] > 2.9 and seen["matroska"][1] > 2.9 and seen["avi"][0] > 4.9 and seen["avi"][1] < 0.1))
PY
