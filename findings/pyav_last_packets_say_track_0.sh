#!/bin/bash
# What: the empty packet with which PyAV's demux ends each track says stream_index 0, whatever track it is of; only packet.stream tells. Whoever sorts packets by stream_index flushes a picture's decoder into the sound, and a track that can't be decoded (a picture attached to a file) raises AttributeError.
# Version: PyAV 18.1.0 (ffmpeg 8.1.2), numpy 2.2.6; CPython 3.11.
# Guess: packet.stream_index and packet.stream.index are one and the same of every packet.
# Seen: last packets, stream_index: [0, 0] | stream.index: [0, 1] | all others agree: True
# Here: packets are sorted by packet.stream (transcribe/packets.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.2.6 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import io
import sys

import av
import numpy as np

file = io.BytesIO()
with av.open(file, "w", format="matroska") as out:
    streams = [out.add_stream("flac", rate=16_000, layout="mono") for _ in range(2)]
    for stream in streams:
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts = 16_000, 0
        resampler = av.AudioResampler("s16", "mono", 16_000, stream.codec_context.frame_size or 4_608)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
with av.open(io.BytesIO(file.getvalue())) as container:
    packets = [(packet.size, packet.stream_index, packet.stream.index) for packet in container.demux()]
last = [one for one in packets if not one[0]]
agree = all(said == true for size, said, true in packets if size)
print("last packets, stream_index:", [one[1] for one in last], "| stream.index:", [one[2] for one in last], "| all others agree:", agree)
sys.exit(not ([one[1:] for one in last] == [(0, 0), (0, 1)] and agree))
PY
