#!/bin/bash
# What: pysubs2 takes every line that holds two times for the beginning of a caption, wherever it stands: a WebVTT comment that names a stretch becomes a caption with the next comment as its words, and a caption in which somebody says two times loses them.
# Version: pysubs2 1.8.1, webvtt-py 0.6.0 beside it; CPython 3.11.
# Guess: NOTE blocks are skipped, and only a line with "-->" between two times begins a cue, as in the WebVTT standard.
# Seen: pysubs2: [(31500, 33500, 'NOTE Setting: office'), (40000, 42000, ''), (1000, 2000, '')]; webvtt-py: [('00:00:40.000', 'from 00:00:01.000 to 00:00:02.000')]
# Here: stretches are told in whole seconds, and no caption holds a time with a point (store/handover/captions.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q pysubs2==1.8.1 webvtt-py==0.6.0 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import io
import sys

import pysubs2
import webvtt

TEXT = """WEBVTT

NOTE Struck: 00:00:31.500 to 00:00:33.500

NOTE Setting: office

1
00:00:40.000 --> 00:00:42.000
from 00:00:01.000 to 00:00:02.000
"""
seen = [(one.start, one.end, one.plaintext) for one in pysubs2.SSAFile.from_string(TEXT)]
other = [(one.start, one.text) for one in webvtt.from_buffer(io.StringIO(TEXT))]
print("pysubs2:", seen)
print("webvtt-py:", other)
sys.exit(
    seen != [(31500, 33500, "NOTE Setting: office"), (40000, 42000, ""), (1000, 2000, "")]
    or other != [("00:00:40.000", "from 00:00:01.000 to 00:00:02.000")]
)
PY
