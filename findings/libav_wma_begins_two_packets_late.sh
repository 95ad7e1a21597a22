#!/bin/bash
# What: libav's decoder of WMA gives nothing for the first two packets, so that whoever counts samples, as one does to make a WAV, has every sound 92 ms before the time that its packets tell.
# Version: PyAV 18.1.0 (libavcodec 62.28.102); CPython 3.11.
# Guess: a decoder gives for each packet as much as the packet says, from the first on, or its container tells how much is left out at the beginning, as MP4 and Opus do.
# Seen: packets tell 0.000 to 5.015 s | first frame at 0.092 s, though the container begins at 0.000 | a tone of 2.000 s is at 1.954 by count, at 2.046 by time
# Here: sound is placed by the times of its frames, and what is before the first is silence (transcribe/timeline.py); the 46 ms that it is late by time are the encoder's, and no file tells them.
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.4.6 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys

import av
import numpy as np

RATE_HZ = 44_100
path = f"{sys.argv[1]}/tone.wma"
at_s = np.arange(5 * RATE_HZ) / RATE_HZ
tone = (np.sin(2 * np.pi * 1_000 * at_s) * ((at_s >= 2) & (at_s < 2.1)) / 2).astype(np.float32)

with av.open(path, "w", format="asf") as out:
    stream = out.add_stream("wmav2", rate=RATE_HZ, layout="mono")
    stream.bit_rate = 64_000
    frame = av.AudioFrame.from_ndarray(tone[None], format="fltp", layout="mono")
    frame.sample_rate, frame.pts = RATE_HZ, 0
    for packet in [*stream.encode(frame), *stream.encode(None)]:
        out.mux(packet)

with av.open(path) as container:
    begins_s = container.start_time / 1_000_000
    packets = [packet for packet in container.demux(audio=0) if packet.size]
    first_s, last = float(packets[0].pts * packets[0].time_base), packets[-1]
    end_s = float((last.pts + last.duration) * last.time_base)
with av.open(path) as container:
    frames = list(container.decode(audio=0))
samples = np.concatenate([one.to_ndarray()[0] for one in frames])
counted_s = float(np.flatnonzero(abs(samples) > 0.1)[0]) / RATE_HZ
timed_s = counted_s + frames[0].time

seen = (
    f"packets tell {first_s:.3f} to {end_s:.3f} s | first frame at {frames[0].time:.3f} s, though the container begins at "
    f"{begins_s:.3f} | a tone of 2.000 s is at {counted_s:.3f} by count, at {timed_s:.3f} by time"
)
print(seen)
sys.exit(0 if frames[0].time - first_s > 0.09 and timed_s - counted_s > 0.09 and begins_s == 0 else 1)
PY
