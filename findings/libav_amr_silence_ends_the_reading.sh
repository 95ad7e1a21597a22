#!/bin/bash
# What: libav's own decoder of AMR (amrnb, which PyAV takes) raises at the frames of silence that telephones write in pauses (SID, NO_DATA), so that a valid recording is over at its first pause; libopencore_amrnb in the same wheel reads them as comfort noise.
# Version: PyAV 18.1.0 (ffmpeg 8.1.2), numpy 2.2.6; CPython 3.11.
# Guess: a decoder of a telephone's codec knows the telephone's pauses, and gives quiet for them; at the worst it skips them.
# Seen: amrnb: 2.16 of 7.0 s, then PatchWelcomeError; 142 of 351 frames fail | libopencore_amrnb: 7.02 s
# Here: a frame of silence takes its time and is no damage (transcribe/packets.py); the decoder stays libav's own, whose samples of speech are those of before.
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.2.6 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import io
import sys

import av
import numpy as np


def recorded():
    """Two seconds of a wavering tone, three of nothing, two of the tone, with discontinuous transmission on."""
    file, time = io.BytesIO(), np.arange(16_000) / 8_000
    tone = 8_000 * np.sin(2 * np.pi * (200 + 50 * np.sin(20 * time)) * time)
    sound = np.concatenate([tone, np.zeros(24_000), tone]).astype(np.int16)
    with av.open(file, "w", format="amr") as out:
        stream = out.add_stream("libopencore_amrnb", rate=8_000, layout="mono", options={"dtx": "1"})
        stream.bit_rate = 12_200
        resampler = av.AudioResampler(stream.codec_context.format, "mono", 8_000, 160)
        frame = av.AudioFrame.from_ndarray(sound[None, :], format="s16", layout="mono")
        frame.sample_rate = 8_000
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return io.BytesIO(file.getvalue())


read, fault, failed, count = 0, "", 0, 0
with av.open(recorded()) as container:
    try:
        for frame in container.decode(audio=0):
            read += frame.samples
    except av.FFmpegError as error:
        fault = type(error).__name__
with av.open(recorded()) as container:
    for packet in container.demux(audio=0):
        count += bool(packet.size)
        try:
            packet.decode()
        except av.FFmpegError:
            failed += 1
other = av.CodecContext.create("libopencore_amrnb", "r")
other.sample_rate, other.layout = 8_000, "mono"
with av.open(recorded()) as container:
    packets = [packet for packet in container.demux(audio=0) if packet.size]
    whole = sum(frame.samples for packet in packets for frame in other.decode(packet))
print(f"amrnb: {read / 8_000} of 7.0 s, then {fault}; {failed} of {count} frames fail | libopencore_amrnb: {whole / 8_000} s")
sys.exit(not (read < 3 * 8_000 and fault and failed > 100 and whole >= 7 * 8_000))
PY
