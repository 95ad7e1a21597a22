"""The glossary and the kind of verbatim of a study, and of files, as the commands have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import soundfile

from tui.demo.script import sound_path


def test_a_glossary_is_filled_from_a_file_and_from_standard_input(vivavoce: Any, tmp_path: Path) -> None:
    terms = tmp_path / "terms.txt"
    terms.write_text("\ufeffRavenscombe\n\nTamsin Vereker\n", encoding="utf-8")

    added = vivavoce("study", "glossary", "add", str(terms))
    piped = vivavoce("study", "glossary", "add", "-", stdin="quetiapine\n")
    removed = vivavoce("study", "glossary", "remove", "-", "--yes", stdin="ravenscombe\n")

    assert [done.returncode for done in (added, piped, removed)] == [0, 0, 0]
    assert "2 added; the glossary holds 2" in added.stderr
    assert vivavoce("study", "glossary").stdout == "Tamsin Vereker\nquetiapine\n"
    assert vivavoce.json("study", "info")["glossary"] == 2


def test_the_choice_of_verbatim_is_kept_and_its_price_is_said(vivavoce: Any) -> None:
    before, chosen = vivavoce("study", "verbatim"), vivavoce("study", "verbatim", "strict")

    assert (before.stdout, chosen.stdout) == ("clean\n", "strict\n")
    assert "fillers" in chosen.stderr
    assert before.stderr == chosen.stderr
    assert vivavoce("study", "verbatim").stdout == "strict\n"


def test_bad_use_of_the_glossary_gets_one_sentence_and_no_term_is_repeated(vivavoce: Any, tmp_path: Path) -> None:
    long, latin = tmp_path / "long.txt", tmp_path / "latin.txt"
    long.write_text("Ravenscombe\n" + "word " * 40)
    latin.write_bytes("caf\xe9".encode("latin-1"))

    table = [
        (["add"], 2, "FILE"),
        (["list", str(long)], 2, "FILE"),
        (["burn"], 2, "burn"),
        (["add", str(tmp_path / "missing.txt")], 1, "can't be read"),
        (["add", str(latin)], 1, "UTF-8"),
        (["add", str(long)], 1, "Line 2"),
    ]
    for words, code, held in table:
        done = vivavoce("study", "glossary", *words)
        assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
        assert held in done.stderr
        assert "word word" not in done.stderr
    assert vivavoce("study", "glossary").stdout == ""


def test_a_strict_session_says_so_everywhere(vivavoce: Any, short_sound: Path, tmp_path: Path) -> None:
    vivavoce("study", "glossary", "add", "-", stdin="Ravenscombe\n")
    vivavoce("study", "verbatim", "strict")
    held = vivavoce.session("--audio", "granted", "--no-captions", speed="0", sound=short_sound)
    assert held.finish() == 0, held.errors()

    (row,) = vivavoce.json("sessions", "list")
    shown = vivavoce.json("sessions", "show", row["id"])
    assert {one["verbatim"] for one in shown["utterances"]} == {"strict"}
    assert vivavoce("export", row["id"], "--to", str(tmp_path / "out"), "--format", "txt").returncode == 0
    assert "Strict verbatim" in (tmp_path / "out" / f"{row['id']}.txt").read_text()

    vivavoce("study", "verbatim", "clean")
    again = vivavoce("retranscribe", row["id"])
    assert again.returncode == 0, again.stderr
    shown = vivavoce.json("sessions", "show", row["id"])
    assert {one["verbatim"] for one in shown["utterances"]} == {"clean"}


def test_a_file_is_read_strictly_where_that_is_asked_for(vivavoce: Any, tmp_path: Path) -> None:
    terms, answer = tmp_path / "terms.txt", tmp_path / "answer.wav"
    terms.write_text("Ravenscombe\n")
    samples, rate = soundfile.read(sound_path(), start=13 * 16_000, frames=14 * 16_000)
    soundfile.write(answer, samples, rate)
    strictly = ("--verbatim", "strict", "--terms", str(terms))

    strict = vivavoce("transcribe", str(answer), *strictly, "--format", "json")
    clean = vivavoce("transcribe", str(answer), "--format", "json", "--out", "-")

    assert strict.returncode == 0, strict.stderr
    found, plain = json.loads(strict.stdout), json.loads(clean.stdout)
    words, clean_words = ([word for one in each["utterances"] for word in one["words"]] for each in (found, plain))
    assert (found["verbatim"], "verbatim" in plain) == ("strict", False)
    assert "um," in [word["word"] for word in words]
    assert [word["word"] for word in words if not word.get("strict")] == [word["word"] for word in clean_words]
