"""What becomes of the scribe's reports, and what the next scribe is told of them."""

from __future__ import annotations

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
