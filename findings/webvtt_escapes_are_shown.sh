#!/bin/bash
# What: three Python readers of WebVTT give escapes as they are written (&lt; &amp;), so that a text which was escaped as the standard demands is shown and searched with them; ffmpeg decodes these, and leaves &quot; as it is.
# Version: webvtt-py 0.6.0, pysubs2 1.8.1, subtitle-parser 2.0.1 (what Taguette reads with), PyAV 18.1.0 (ffmpeg); CPython 3.11.
# Guess: a reader that gives the text of a cue without its tags (webvtt-py: "text", pysubs2: "plaintext") gives it without its escapes, too.
# Seen: webvtt-py, pysubs2 and subtitle-parser: R&amp;D is &lt; 5 &quot;euro&quot; | ffmpeg: R&D is < 5 &quot;euro&quot;
# Here: no escapes are written: < and > become single angle quotes, and & stays bare wherever no reader could decode what follows it (store/handover/captions.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q webvtt-py==0.6.0 pysubs2==1.8.1 subtitle-parser==2.0.1 av==18.1.0 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import io
import sys

import av
import pysubs2
import subtitle_parser
import webvtt

WRITTEN = "R&amp;D is &lt; 5 &quot;euro&quot;"
TEXT = f"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n{WRITTEN}\n"
parser = subtitle_parser.WebVttParser(io.StringIO(TEXT))
parser.parse()
with av.open(io.BytesIO(TEXT.encode()), format="webvtt") as container:
    (shown,) = [one for packet in container.demux() if packet.size for one in packet.decode()]
seen = {
    "webvtt-py": next(iter(webvtt.from_buffer(io.StringIO(TEXT)))).text,
    "pysubs2": pysubs2.SSAFile.from_string(TEXT)[0].plaintext,
    "subtitle-parser": parser.subtitles[0].text,
    "ffmpeg": shown.dialogue.decode(),
}
print(seen)
wanted = {**dict.fromkeys(("webvtt-py", "pysubs2", "subtitle-parser"), WRITTEN), "ffmpeg": "R&D is < 5 &quot;euro&quot;"}
sys.exit(seen != wanted)
PY
