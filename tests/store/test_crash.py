"""What was acknowledged survives a kill -9 of the writer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime

from store import Session, State, Study

_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from store import Study

now = datetime(2026, 3, 2, 10, tzinfo=UTC)
study = Study.open(Path(sys.argv[1]), sys.argv[2], now)
study.lock_for_session()
study.sessions.reopen(sys.argv[3], now, at_ms=0)
memo = study.memos.open(sys.argv[3], "", now)
for number in range(100_000):
    utterance = study.transcript.add_utterance(sys.argv[3], number * 10, number * 10 + 9, now)
    study.transcript.set_text(utterance, f"t{number}", [], speaker=None, reading="live", model="m", now=now)
    study.memos.save(memo.id, f"m{number}", now)
    print(number, flush=True)
"""


def test_every_acknowledged_row_survives_a_kill(
    make_study: Callable[[], Study], begin: Callable[..., Session], passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        session = begin(study)
        study.sessions.interrupt(session.id, now)
    command = [sys.executable, "-c", _WRITER, str(study.folder), passphrase, session.id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) == 50:
                os.kill(writer.pid, signal.SIGKILL)
                break
        rest = writer.stdout.read().split()
    last = int(rest[-1]) if rest else 50
    with Study.open(study.folder, passphrase, now) as opened:
        assert opened.sessions.get(session.id).state is State.INTERRUPTED
        texts = [utterance.text for utterance in opened.transcript.utterances(session.id)]
        assert texts[: last + 1] == [f"t{number}" for number in range(last + 1)]
        memo = opened.memos.for_session(session.id)
        assert memo is not None
        assert int(memo.text.removeprefix("m")) >= last
        assert opened.check() == ()
