"""What was typed or stamped by mistake is mended by lines, and what is struck is what was meant."""

from __future__ import annotations

from typing import Any

from tui.orders import HELP, Orders

DECLINED = ("--audio", "declined")
GRANTED = ("--audio", "granted")
SESSION = "50001-w1-1"


def held(vivavoce: Any, *lines: str, consent: tuple[str, ...] = DECLINED) -> Any:
    run = vivavoce.session(*consent, speed="0")
    run.say(*lines)
    assert run.finish() == 0, run.errors()
    return run


def shown(vivavoce: Any) -> Any:
    return vivavoce.json("sessions", "show", SESSION)


def test_a_session_of_notes_strikes_what_was_typed_and_claims_nothing_else(vivavoce: Any) -> None:
    run = held(
        vivavoce,
        "ask hope-kept",
        "wait 10",
        "note stays",
        "wait 20",
        "note Quaggawhistler said it",
        "mark Quaggawhistler",
        "wait 2",
        "strike 5",
        "wait 60",
        "strike 10",
        "stop",
    )
    (strike,) = run.of("strike")
    assert (strike["start"], strike["end"], strike["notes"]) == (27.0, 32.0, 2)
    errors = run.errors()
    assert "j2  00:00:30  Quaggawhistler said it" in errors  # shown before it goes
    assert "there is nothing to strike" in errors
    told = shown(vivavoce)
    assert [note["text"] for note in told["jottings"]] == ["stays"]
    assert [mark["text"] for mark in told["marks"]] == [None]
    assert [gap["reason"] for gap in told["gaps"]] == ["strike"]
    assert told["receipts"][0]["destroyed"] == ["1 jotting", "the words of 1 mark"]
    assert vivavoce.json("search", "Quaggawhistler") == []
    assert "Quaggawhistler" not in told["memos"][0]["text"]


def test_notes_are_corrected_dropped_and_stamps_taken_back(vivavoce: Any) -> None:
    run = held(
        vivavoce,
        "ask hope-kept",
        "note met Annegret there",
        "note nothing much",
        "fix j1 met her aunt there",
        "drop j2",
        "drop j9",
        "fix j1",
        "skip",
        "unstamp",
        "ask story-used",
        "unstamp hope-kept",
        "unstamp hope-kept",
        "unstamp no-such",
        "stop",
    )
    assert [(row["id"], row["text"]) for row in run.of("note_corrected")] == [("j1", "met her aunt there")]
    assert [row["id"] for row in run.of("note_struck")] == ["j2"]
    assert [row["move"] for row in run.of("cue_undone")] == ["skip", "ask"]
    errors = run.errors()
    for sentence in ("There is no jotting j9", "fix NOTE TEXT", "nothing to take back", "no question 'no-such'"):
        assert sentence in errors
    told = shown(vivavoce)
    assert [(note["text"], note["question"]) for note in told["jottings"]] == [("met her aunt there", None)]
    assert [(cue["move"], cue["question"]) for cue in told["cues"]] == [("ask", "story-used")]
    assert [cue["move"] for cue in told["undone"]] == ["ask", "skip"]
    assert vivavoce.json("search", "Annegret") == []
    memo = told["memos"][0]["text"]
    assert "Annegret" not in memo
    assert "skipped" not in memo


def test_notes_of_a_struck_stretch_are_offered_where_there_is_sound(vivavoce: Any) -> None:
    run = held(
        vivavoce,
        *("ask hope-kept", "wait 2", "note first", "wait 8", "note second", "strike 4", "strike notes", "stop"),
        consent=GRANTED,
    )
    (strike,) = run.of("strike")
    assert (strike["start"], strike["end"], strike["notes"]) == (6.0, 10.0, 0)
    assert "What was typed in that stretch stays (1 note); `strike notes` destroys it too." in run.errors()
    told = shown(vivavoce)
    assert "the sound from 6000 to 10000 ms" in told["receipts"][0]["destroyed"]
    assert [(note["text"], note["question"]) for note in told["jottings"]] == [("first", "hope-kept")]
    assert "*How do you keep hope alive" in told["memos"][0]["text"].replace("\n", " ")


def test_what_is_noted_off_the_record_says_so(vivavoce: Any) -> None:
    run = held(
        vivavoce,
        *(
            "wait 2",
            "note on",
            "pause",
            "note off",
            "mark there",
            "withdraw",
            "withdraw",
            "withdraw words",
            "note still",
            "resume",
            "note back",
        ),
        *("withdraw quoting", "withdraw quoting", "withdraw lunch", "stop"),
        consent=(*GRANTED, "--quoting", "granted"),
    )
    assert [row["off_record"] for row in run.of("jotting")] == [False, True, True, False]
    assert [row["transcript"] for row in run.of("withdrawn")] == [False, True]
    errors = run.errors()
    assert errors.count("was taken back already") == 1
    told = shown(vivavoce)
    assert [note["off_record"] for note in told["jottings"]] == [False, True, True, False]
    assert [mark["off_record"] for mark in told["marks"]] == [True]
    assert [(row["kind"], row["decision"]) for row in told["consent"]][4:] == [
        ("audio", "withdrawn"),
        ("quoting", "withdrawn"),
    ]
    assert errors.count("nothing to take back") == 1
    memo = told["memos"][0]["text"]
    assert memo.count("(off the record)") == 3
    assert told["pauses"][0]["resumed_at"] is not None
    assert told["utterances"] == []


def test_every_order_that_help_lists_is_there() -> None:
    listed = {line.split()[0] for line in HELP.splitlines()} - {"quit", "pause"}
    assert all(hasattr(Orders, f"_do_{name}") for name in listed)
