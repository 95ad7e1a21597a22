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
