"""A recording with a page that can't be read any more is recovered but for that place, and not for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from store import State, Study
from tests.tui.conftest import NOW, PASSPHRASE, _begun
from transcribe import recording
from transcribe.sound import decode
from tui import events
from tui.demo.script import sound_path
from tui.reader import Choice
from tui.recovery import recover

pytestmark = pytest.mark.slow

LENGTH_S, TORN_S = 30, 12
PAGE = 4_096  # bytes


@pytest.fixture
def torn(demo_folder: Path) -> tuple[Path, str]:
    """A study with a session of half a minute to which nobody has listened, and a page of its recording gone."""
    sound = np.concatenate(list(decode(sound_path())))[: LENGTH_S * 16_000]
    with Study.open(demo_folder, PASSPHRASE, NOW) as study:
        session = _begun(study, "50003", 1, 0).id
        permit = study.permit_recording(session, NOW)
        writer = recording.create(permit.path, permit.key)
        for start in range(0, len(sound), 1_600):
            writer.append(sound[start : start + 1_600])
        writer.close()
        study.sessions.interrupt(session, NOW)
    with permit.path.open("r+b") as file:
        file.seek(int(permit.path.stat().st_size * TORN_S / LENGTH_S) // PAGE * PAGE)
        file.write(bytes(PAGE))
    return demo_folder, session


def test_what_lies_before_and_after_the_damage_is_read_and_the_place_is_tried_twice(torn: tuple[Path, str]) -> None:
    folder, session = torn
    told: list[events.Event] = []
    with Study.open(folder, PASSPHRASE, NOW) as study:
        first = asyncio.run(recover(study, session, Choice("tiny.en", "cpu"), told.append, lambda: NOW))
        spoken = study.transcript.utterances(session)
        unreadable = study.unreadable.list(session)
        state = study.sessions.get(session).state
        second = asyncio.run(recover(study, session, Choice("tiny.en", "cpu"), told.append, lambda: NOW))

        assert (first, state) == (False, State.STOPPED)
        assert (second, study.sessions.get(session).state) == (True, State.COMPLETE)
        assert study.unreadable.list(session) == unreadable
    assert min(one.start_ms for one in spoken) < 5_000
    assert max(one.end_ms for one in spoken) > 22_000
    assert unreadable
    assert all(TORN_S - 3 < one.start_ms / 1_000 < TORN_S + 3 for one in unreadable)
    notices = [event.text for event in told if isinstance(event, events.Notice) and event.code == "set_aside"]
    assert len(notices) == 2 * len(unreadable)
    assert "`vivavoce recover` tries it again" in notices[0]
    assert "`vivavoce retranscribe` tries it again" in notices[-1]
