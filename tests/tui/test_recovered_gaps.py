"""What a session that broke off lacks in sound is counted when it is ended, also where the app never heard of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from store import Study
from tests.tui.conftest import NOW, PASSPHRASE, _begun
from transcribe import recording
from tui.recovery import close_as_it_is

SECOND = np.ones(16_000, np.int16)


def test_gaps_that_the_app_did_not_live_to_hear_of_are_told_and_counted(demo_folder: Path) -> None:
    with Study.open(demo_folder, PASSPHRASE, NOW) as study:
        session = _begun(study, "50003", 1, 0).id
        permit = study.permit_recording(session, NOW)
        writer = recording.create(permit.path, permit.key)
        writer.append(SECOND)
        writer.gap(1_000, 3_000, "restart")
        study.log.gap(session, 1_000, 3_000, "restart", NOW)
        writer.append(SECOND)
        writer.gap(4_000, 4_500, "stall")  # and here the app died
        writer.append(SECOND)
        writer.strike(3_200, 3_400)
        study.strike(session, 3_200, 3_400, NOW, sound=False)
        writer.close()
        study.sessions.interrupt(session, NOW)

        row = close_as_it_is(study, session, lambda: NOW)

        assert (row.recording_ms, row.captured_ms, row.dropped_frames) == (5_500, 3_000, 2_500 * 16)
        gaps = sorted((gap.start_ms, gap.end_ms, gap.reason) for gap in study.log.gaps(session))
        assert gaps == [(1_000, 3_000, "restart"), (3_200, 3_400, "strike"), (4_000, 4_500, "stall")]
