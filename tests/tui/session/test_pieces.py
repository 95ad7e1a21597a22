"""The pure parts of the session screens, by their properties."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from guides import bundled_guide
from store import Cue, Decision, Kind, Move, SpokenWord, State, Study
from tui.session import Stage
from tui.walk import Walk
from tui.widgets.guide_list import Course, spent_on
from tui.widgets.level_meter import BARS, bar
from tui.widgets.marking import marked, sought_in, words_in
from tui.widgets.passages import What, passages
from tui.widgets.question_card import card_for
from tui.widgets.recording_bar import Standing, standing_words
from tui.widgets.session_strip import signs
from tui.widgets.wrapping import plain, shortened, wrapped

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing(Stage.WAITING, 0, False), "opening the microphone…"),
        (Standing(Stage.RECORDING, 1_421_000, True), "● REC 00:23:41"),
        (Standing(Stage.RECORDING, 1_421_000, True, 4_200), "▲ NO SIGNAL 4 s"),
        (Standing(Stage.PAUSED, 1_421_000, True), "‖ OFF RECORD"),
        (Standing(Stage.PAUSED, 1_421_000, True, None, 42_000), "‖ OFF RECORD 0:42"),
        (Standing(Stage.PAUSED, 1_421_000, True, None, 3_725_000), "‖ OFF RECORD 1:02:05"),
        (Standing(Stage.PAUSED, 1_421_000, True, 9_000), "‖ OFF RECORD"),
        (Standing(Stage.NOTES, 60_000, True), "◌ NOTES ONLY 00:01:00"),
        (Standing(Stage.LOST, 60_000, True), "▲ NOT RECORDING"),
        (Standing(Stage.STOPPED, 60_000, True), "■ STOPPED"),
    ],
)
def test_the_bar_says_in_words_how_the_recording_stands(standing: Standing, words: str) -> None:
    assert standing_words(standing)[0] == words


def test_no_two_states_are_told_apart_by_colour_alone() -> None:
    said = [standing_words(Standing(stage, 0, True)) for stage in Stage]

    assert len({words for words, _ in said}) == len(said)


def test_minutes_go_to_the_question_that_was_up() -> None:
    cues = [
        Cue("one", Move.ASK, 0, None, NOW),
        Cue("two", Move.ASK, 60_000, None, NOW),
        Cue(None, Move.FOLLOW, 70_000, "why", NOW),
        Cue("three", Move.SKIP, 80_000, None, NOW),
        Cue("one", Move.BACK, 100_000, None, NOW),
    ]

    assert spent_on(cues, 130_000) == {"one": 90_000, "two": 40_000}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 10**7)), max_size=20), st.integers(0, 10**7))
def test_minutes_given_to_questions_never_exceed_the_interview(turns: list[tuple[str, int]], more_ms: int) -> None:
    cues = [Cue(question, Move.ASK, at_ms, None, NOW) for question, at_ms in sorted(turns, key=lambda turn: turn[1])]
    end_ms = (cues[-1].at_ms if cues else 0) + more_ms

    assert sum(spent_on(cues, end_ms).values()) <= end_ms


def test_the_plan_is_the_core_and_whatever_else_was_asked() -> None:
    guide = bundled_guide("peer-specialist-fidelity")
    walk = Walk.through(guide, 2)
    optional = next(question for question in walk.questions if not question.core)
    asked = walk.ask(optional.id)
    assert asked is not None

    core = sum(question.minutes for question in guide.core_for(2))
    assert Course(guide, walk, {}).planned_minutes() == core
    assert Course(guide, asked, {}).planned_minutes() == core + optional.minutes


def test_the_card_shows_the_chosen_question_and_says_when_it_was_asked() -> None:
    walk = Walk.through(bundled_guide("peer-specialist-fidelity"), 2)
    first, second = walk.questions[:2]
    asked = walk.ask(first.id)
    assert asked is not None
    cues = [Cue(first.id, Move.ASK, 5_000, None, NOW)]

    now, other = card_for(asked, cues, first.id), card_for(asked, cues, second.id)

    assert now is not None
    assert other is not None
    assert (now.question, now.now, now.asked_ms) == (first, True, 5_000)
    assert (other.question, other.now, other.asked_ms) == (second, False, None)


@given(st.text(max_size=200), st.integers(1, 60))
def test_wrapping_loses_no_word_and_keeps_to_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)

    assert "".join("".join(lines).split()) == "".join(plain(text).split())
    assert all(cell_len(line) <= max(2, width) for line in lines)  # a wide character is two cells, whatever the width


@given(st.text(max_size=80), st.integers(0, 40))
def test_what_is_shortened_fits(text: str, width: int) -> None:
    assert cell_len(shortened(text, width)) <= width


@given(st.floats(-120, 10))
def test_every_level_has_a_bar(level_db: float) -> None:
    assert bar(level_db) in BARS


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), st.sets(st.integers(0, 9)))
def test_a_marked_line_still_says_the_same_and_marks_whole_words(text: str, wanted: set[int]) -> None:
    underlined = Style(underline=True)
    segments = marked(text, Style(), list(words_in(text, 0, wanted, underlined)))

    assert "".join(segment.text for segment in segments) == text
    shown = [segment.text for segment in segments if segment.style and segment.style.underline]
    words = re.findall(r"\S+", text)
    assert shown == [word for number, word in enumerate(words) if number in wanted]


def test_what_is_sought_is_lit_inside_a_doubtful_word() -> None:
    lit, underlined = Style(bold=True), Style(underline=True)
    text = "the winter coat"
    segments = marked(text, Style(), [*sought_in(text, "int", lit), *words_in(text, 0, {1}, underlined)])

    assert [segment.text for segment in segments] == ["the ", "w", "int", "er", " coat"]
    assert [bool(segment.style and segment.style.underline) for segment in segments] == [False, True, True, True, False]
    assert [bool(segment.style and segment.style.bold) for segment in segments] == [False, False, True, False, False]


def test_what_was_noted_off_the_record_stands_where_it_was_and_says_so(filled: tuple[Path, str], now: datetime) -> None:
    folder, session = filled
    with Study.open(folder, "demo", now) as study:
        said = study.transcript.add_utterance(session, 45_000, 46_000, now)
        study.transcript.set_text(said, "However,", (), speaker=None, reading="live", model="tiny.en", now=now)
        study.log.mark(session, at_ms=44_900, text="distress", off_record=True, now=now)
        study.log.jot(session, at_ms=45_000, text="cried", off_record=True, now=now)
        told = study.dossier(session)
        page = [row.text for row in passages(told)]
        at = page.index("off the record, 17 s")

    assert page[at : at + 4] == [
        "off the record, 17 s",
        "distress (off the record)",
        "cried (off the record)",
        "However,",
    ]
    assert signs(told, 120, 120_000).count("☆") == 1


def test_the_page_says_where_no_word_was_heard_at_all(filled: tuple[Path, str], now: datetime) -> None:
    folder, session = filled
    with Study.open(folder, "demo", now) as study:
        held = study.dossier(session)
    over = replace(held.session, state=State.COMPLETE, captured_ms=15_000, model="tiny.en")
    wordless = replace(held, session=over, utterances=(), pending=(), gaps=())
    said = "No word was heard in 0:15 of sound."

    assert [row.text for row in passages(wordless) if row.what is What.SILENCE] == [said]
    for other in (
        held,
        replace(wordless, session=replace(over, captured_ms=9_000)),
        replace(wordless, session=replace(over, state=State.STOPPED)),
        replace(wordless, session=replace(over, model=None)),
        replace(wordless, gaps=tuple(gap for gap in held.gaps if gap.reason == "strike")),
        replace(wordless, consent=held.consent | {Kind.AUDIO: Decision.WITHDRAWN}),
    ):
        assert said not in [row.text for row in passages(other)]


def test_the_page_notes_silences_and_doubtful_words(filled: tuple[Path, str], now: datetime) -> None:
    folder, session = filled
    with Study.open(folder, "demo", now) as study:
        key = study.transcript.add_utterance(session, 116_000, 119_000, now)
        words = (SpokenWord(116_300, 117_000, "Thank", 0.9), SpokenWord(117_000, 118_000, "you.", 0.2))
        study.transcript.set_text(key, "Thank you.", words, speaker=None, reading="live", model="tiny.en", now=now)
        late = study.transcript.add_utterance(session, 124_000, 126_000, now)
        study.transcript.set_text(late, "Goodbye.", (), speaker=None, reading="live", model="tiny.en", now=now)
        page = passages(study.dossier(session))

    assert [row.text for row in page if row.what is What.SILENCE] == ["(6 s)"]
    assert [row.doubtful for row in page if row.text == "Thank you."] == [frozenset({1})]
