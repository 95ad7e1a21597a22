#!/bin/bash
# What: ffmpeg's readers of SubRip and WebVTT leave out a caption that has the same time and words as another, so that of two people who answer "Yes." at once one is lost, without a sign; another speaker's name in front keeps both.
# Version: PyAV 18.1.0 (ffmpeg), srt 3.5.3 beside it; CPython 3.11.
# Guess: a demuxer hands over every caption of a file; numbers 1 and 2 make them two.
# Seen: srt: ['Yes.', 'Yes.'] | ffmpeg: ['Yes.'] | ffmpeg, with names: ['A: Yes.', 'B: Yes.']
# Here: each caption holds its speaker's name (store/handover/srt.py, vtt.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q av==18.1.0 srt==3.5.3 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import io
import sys

import av
import srt

TIMES = "00:00:01,000 --> 00:00:02,000"


def with_ffmpeg(text):
    with av.open(io.BytesIO(text.encode()), format="srt") as container:
        shown = [one for packet in container.demux() if packet.size for one in packet.decode()]
        return [one.dialogue.decode() for one in shown]


plain = f"1\n{TIMES}\nYes.\n\n2\n{TIMES}\nYes.\n\n"
named = f"1\n{TIMES}\nA: Yes.\n\n2\n{TIMES}\nB: Yes.\n\n"
seen = [one.content for one in srt.parse(plain)], with_ffmpeg(plain), with_ffmpeg(named)
print("srt:", seen[0], "| ffmpeg:", seen[1], "| ffmpeg, with names:", seen[2])
sys.exit(seen != (["Yes.", "Yes."], ["Yes."], ["A: Yes.", "B: Yes."]))
PY
