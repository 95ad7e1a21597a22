#!/bin/bash
# What: FTS5's tokenizer unicode61 with remove_diacritics takes a letter with an accent and without for the same in Latin alone: in Greek, Cyrillic, Japanese and Korean a word written composed (NFC) does not find the same word written decomposed (NFD).
# Version: pysqlite3-binary 0.5.4 (SQLite 3.46.1) and the SQLite 3.40.1 of CPython 3.11; both of remove_diacritics 1 and 2.
# Guess: the manual says that diacritics are removed, and nothing of alphabets: NFC and NFD of a word are one token everywhere.
# Seen: of two ways written and two ways asked for, 'Société' is found in all 4 | 'Ώρα' in 2 | 'Ёлка' in 2 | 'Йога' in 2 | 'ガール' in 2 | '한국어' in 2
# Here: each word is searched for in both ways of writing it, joined by OR (store/search.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q pysqlite3-binary==0.5.4 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import sqlite3
import sys
import unicodedata

import pysqlite3

EXPECTED = {"Société": 4, "Ώρα": 2, "Ёлка": 2, "Йога": 2, "ガール": 2, "한국어": 2}


def found(module, level, word):
    """How many of four are found: a text in either form, asked for in either form."""
    base = module.connect(":memory:")
    base.execute(f"CREATE VIRTUAL TABLE passage USING fts5 (text, tokenize = 'unicode61 remove_diacritics {level}')")
    forms = [unicodedata.normalize(form, word) for form in ("NFC", "NFD")]
    base.executemany("INSERT INTO passage (text) VALUES (?)", [(f"so {form} then",) for form in forms])
    asked = "SELECT count(*) FROM passage WHERE passage MATCH ?"
    return sum(base.execute(asked, (f'"{form}"',)).fetchone()[0] for form in forms)


same = True
for module in (pysqlite3, sqlite3):
    for level in (1, 2):
        seen = {word: found(module, level, word) for word in EXPECTED}
        print(module.__name__, module.sqlite_version, "remove_diacritics", level, seen)
        same = same and seen == EXPECTED
sys.exit(not same)
PY
