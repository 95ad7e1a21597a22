#!/bin/bash
# What: an Ogg file of two Opus streams one after the other (a chain, RFC 7845 section 3) is read whole where both have as many channels, and ends with an error at the second where one is mono and the other stereo.
# Version: PyAV 18.1.0 (ffmpeg 8.1.2), numpy 2.2.6; CPython 3.11.
# Guess: Opus is stereo to every decoder whatever its head says, and each link of a chain has a head of its own: a chain is read to its end.
# Seen: stereo + stereo: 4.0 s | stereo + mono: 2.0 s PatchWelcomeError | mono + stereo: 2.0 s PatchWelcomeError
# Here: where reading stops, the next head is looked for and what follows is opened as a file of its own (transcribe/containers.py, next_part).
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


def read(raw):
    length_s, fault = 0.0, ""
    with av.open(io.BytesIO(raw)) as container:
        try:
            for frame in container.decode(audio=0):
                length_s += frame.samples / frame.sample_rate
        except av.FFmpegError as error:
            fault = type(error).__name__
    return round(length_s, 2), fault


mono, stereo = (coded("ogg", "libopus", 48_000, layout) for layout in ("mono", "stereo"))
seen = [read(first + second) for first, second in ((stereo, stereo), (stereo, mono), (mono, stereo))]
for name, (length_s, fault) in zip(("stereo + stereo", "stereo + mono", "mono + stereo"), seen):
    print(f"{name}: {length_s} s", fault)
sys.exit(seen != [(4.0, ""), (2.0, "PatchWelcomeError"), (2.0, "PatchWelcomeError")])
PY
