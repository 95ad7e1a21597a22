#!/bin/bash
# What: curly braces in a WebVTT caption, which are plain signs there, are taken for the overrides of another format (ASS): pysubs2's "plaintext" leaves out the words between them, and PyAV's "dialogue" gives a backslash for the first brace and puts an invisible sign behind other backslashes.
# Version: pysubs2 1.8.1, PyAV 18.1.0 (ffmpeg), webvtt-py 0.6.0 beside them; CPython 3.11.
# Guess: braces mean nothing in WebVTT, so every reader gives them as they stand.
# Seen: webvtt-py: 'keep {both words} in C:\new' | pysubs2: 'keep  in C:\new' with \n made a line break | PyAV: 'keep \both words} in C:\' U+2060 'new'
# Here: braces become parentheses and backslashes another sign before a caption is written (store/handover/captions.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q pysubs2==1.8.1 av==18.1.0 webvtt-py==0.6.0 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import io
import sys

import av
import pysubs2
import webvtt

WRITTEN = r"keep {both words} in C:\new"
TEXT = f"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n{WRITTEN}\n"
with av.open(io.BytesIO(TEXT.encode()), format="webvtt") as container:
    (shown,) = [one for packet in container.demux() if packet.size for one in packet.decode()]
seen = {
    "webvtt-py": next(iter(webvtt.from_buffer(io.StringIO(TEXT)))).text,
    "pysubs2": pysubs2.SSAFile.from_string(TEXT)[0].plaintext,
    "PyAV": shown.dialogue.decode(),
}
print(seen)
sys.exit(
    seen
    != {"webvtt-py": WRITTEN, "pysubs2": "keep  in C:\new", "PyAV": "keep \\both words} in C:\\\u2060new"}
)
PY
