"""What becomes of the scribe's reports, and what the next scribe is told of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import Study
from tests.tui.conftest import NOW, PASSPHRASE, _begun
from transcribe import wire
from tui.reader import Choice, Reader
from tui.transcribing import Transcribing


@pytest.mark.parametrize(("asked", "told"), [("detected", "pt"), ("de", "de"), (None, "en")])
def test_the_language_that_was_found_holds_for_all_that_is_heard_of_a_session_later(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch, asked: str | None, told: str
) -> None:
    readers: list[Reader] = []
    with Study.open(demo_folder, PASSPHRASE, NOW) as study:
        session = _begun(study, "50003", 1, 0).id

        def transcribing() -> Transcribing:
            made = Transcribing(study, session, Choice("tiny.en", language=asked), lambda _: None, lambda: NOW)
            monkeypatch.setattr(made.hearing, "start", lambda _permit, reader, _known: readers.append(reader))
            return made

        transcribing().hearing._tell(wire.LanguageFound("pt"))
        transcribing().start(study.permit_recording(session, NOW))
        assert study.sessions.get(session).language == "pt"
    assert [reader.language for reader in readers] == [told]


@pytest.mark.parametrize(("sure", "again"), [(0.99, 0), (0.5, 1)])
def test_neighbours_are_read_together_where_they_were_hard_to_hear(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch, sure: float, again: int
) -> None:
    windows: list[tuple[wire.Hear, ...]] = []
    with Study.open(demo_folder, PASSPHRASE, NOW) as study:
        session = _begun(study, "50003", 1, 0).id
        transcribing = Transcribing(study, session, Choice("tiny.en"), lambda _: None, lambda: NOW)
        transcribing.hearing.reader = Reader("tiny.en")
        monkeypatch.setattr(
            transcribing.hearing, "read_again", lambda window: windows.append(window) if window else None
        )
        for start_ms in (0, 10_000, 20_000):  # the third no longer fits into a window
            transcribing.span(wire.Span(start_ms, start_ms + 9_000, closed=True))
        for place, row in enumerate(study.transcript.utterances(session, heard_only=False), start=1):
            word = wire.Word(row.start_ms, row.start_ms + 500, "well", sure)
            transcribing.hearing._note(wire.Heard(f"{row.id}#{place}", "well", (word,)))
    assert [len(window) for window in windows] == [2] * again


@pytest.fixture
def grown(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Study, str, Transcribing]]:
    """A session that a bigger model reads, whose scribe is never started."""
    with Study.open(demo_folder, PASSPHRASE, NOW) as study:
        session = _begun(study, "50003", 1, 0).id
        transcribing = Transcribing(study, session, Choice("base"), lambda _: None, lambda: NOW)
        monkeypatch.setattr(transcribing.hearing, "start", lambda *_: None)
        transcribing.start(study.permit_recording(session, NOW))
        transcribing.hearing._note(wire.Ready("base", "cpu", "int8", None, voices=False))
        yield study, session, transcribing


def spoken(transcribing: Transcribing, *starts_ms: int) -> None:
    for start_ms in starts_ms:
        transcribing.span(wire.Span(start_ms, start_ms + 9_000, closed=True))


def answered(transcribing: Transcribing) -> None:
    """Answer all that is owed as a scribe would, with what each was read with in its text."""
    for job in list(transcribing.hearing._owed.finals.values()):
        earlier = tuple(wire.Heard(one.id, f"better by {job.start_ms}", ()) for one in job.earlier)
        transcribing.hearing._note(wire.Heard(job.id, "alone" if not earlier else "with others", (), earlier=earlier))


def said(study: Study, session: str) -> list[str]:
    return [row.text or "" for row in study.transcript.utterances(session, heard_only=False)]


def test_a_bigger_model_says_once_more_what_came_before_and_that_holds_once_the_window_is_whole(
    grown: tuple[Study, str, Transcribing],
) -> None:
    study, session, transcribing = grown
    spoken(transcribing, 0, 9_500)
    answered(transcribing)
    assert said(study, session) == ["alone", "with others"]
    spoken(transcribing, 19_500)  # no longer fits
    assert said(study, session) == ["better by 9500", "with others", ""]
    (first, *_) = study.transcript.utterances(session, heard_only=False)
    assert [one.reading for one in study.transcript.history(first.id)] == ["live", "together"]


@pytest.mark.asyncio
async def test_at_stop_the_open_window_is_whole(grown: tuple[Study, str, Transcribing]) -> None:
    study, session, transcribing = grown
    spoken(transcribing, 0, 9_500)
    answered(transcribing)
    async with asyncio.timeout(10):
        await transcribing.whole()
    assert said(study, session) == ["better by 9500", "with others"]


def test_what_was_to_be_read_with_what_is_struck_is_read_anew_without_it(
    grown: tuple[Study, str, Transcribing],
) -> None:
    study, session, transcribing = grown
    spoken(transcribing, 0, 9_500)
    (first, second) = transcribing.hearing._owed.finals.values()
    assert [one.id for one in second.earlier] == [first.id]
    assert transcribing.strike(1_000, 2_000) == ((0, 1_000), (2_000, 9_000))
    (again,) = transcribing.hearing._owed.finals.values()
    assert (again.start_ms, again.end_ms, again.earlier) == (9_500, 18_500, ())
    transcribing.hearing._note(wire.Heard(second.id, "with what was struck", ()))
    answered(transcribing)
    assert said(study, session) == ["", "alone"]
