"""A study with something of everything in it, and ways to damage its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np

from guides import Guide
from store import Decision, Kind, SpokenWord, Study
from transcribe import recording

PASSPHRASE = "a quiet room, two chairs"
SECRET = "pelican"
"""A word that was said, noted and written: it must be nowhere in clear."""

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import numpy as np
from store import Study
from transcribe import recording

now = datetime(2026, 3, 2, 10, tzinfo=UTC)
study = Study.open(Path(sys.argv[1]), sys.argv[2], now)
study.lock_for_session()
study.sessions.reopen(sys.argv[3], now, at_ms=0)
permit = study.permit_recording(sys.argv[3], now)
writer = recording.create(permit.path, permit.key)
for number in range(100_000):
    seq = writer.append(np.full(1600, number % 1000, dtype=np.int16))
    study.sessions.acknowledge(sys.argv[3], seq, seq * 100, seq * 100)
    utterance = study.transcript.add_utterance(sys.argv[3], number * 100, number * 100 + 99, now)
    study.transcript.set_text(utterance, f"t{number}", [], speaker=None, reading="live", model="m", now=now)
    print(number, flush=True)
"""
"""A program that goes on with a session, given study, passphrase and session, until it is killed."""


def fill(study: Study, guide: Guide, now: datetime, sessions: int = 3) -> tuple[str, ...]:
    """Recorded sessions with words, notes and memos; gives their ids."""
    return tuple(hold(study, guide, now, str(60001 + number), number) for number in range(sessions))


def hold(study: Study, guide: Guide, now: datetime, participant: str, number: int = 0) -> str:
    """One recorded session with words, notes and a memo; gives its id."""
    study.participants.add(participant, {"setting": "ward"}, now)
    session = study.sessions.begin(
        participant, 1, guide_sha256=guide.sha256, setting="office", others_present="nobody", now=now
    ).id
    for kind in Kind:
        study.consent.decide(session, kind, Decision.GRANTED, form_version="1", recorded_by="ME", now=now)
    seconds = 3 + number
    record(study, session, seconds, now)
    for second in range(seconds):
        words = [SpokenWord(second * 1000, second * 1000 + 900, SECRET, 0.9)]
        spoken = study.transcript.add_utterance(session, second * 1000, second * 1000 + 900, now)
        study.transcript.set_text(
            spoken, f"a {SECRET} {second}", words, speaker=None, reading="live", model="m", now=now
        )
    study.log.jot(session, at_ms=1500, text=f"the {SECRET} again", now=now)
    length_ms = seconds * 1000
    study.sessions.stop(session, now, recording_ms=length_ms, captured_ms=length_ms, dropped_frames=0)
    memo = study.memos.open(session, "", now)
    study.memos.save(memo.id, f"On the {SECRET}.", now + timedelta(minutes=5))
    study.memos.keep_version(memo.id, now + timedelta(minutes=5))
    study.attachments.add(session, "consent", "signed.pdf", SECRET.encode() * 900, now)
    study.sessions.complete(session, now, ready_after_stop_ms=900)
    return session


def record(study: Study, session: str, seconds: int, now: datetime) -> None:
    """Sound in tenths of a second, each of them acknowledged."""
    permit = study.permit_recording(session, now)
    writer = recording.create(permit.path, permit.key)
    for tenth in range(seconds * 10):
        seq = writer.append(np.full(recording.RATE_HZ // 10, 1000 + tenth, dtype=np.int16))
        study.sessions.acknowledge(session, seq, (tenth + 1) * 100, (tenth + 1) * 100)
    writer.close()


def files(folder: Path) -> dict[str, int]:
    """Every file in the folder with something in it, and its size."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    return {str(path.relative_to(folder)): path.stat().st_size for path in paths}


def digest(folder: Path) -> dict[str, str]:
    """What each file holds, as a sum."""
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files(folder)}


def places(folder: Path, count: int, seed: int, least: int = 12) -> Iterator[tuple[str, int, int]]:
    """Seeded places for a flip (file, offset, mask): each file ``least`` times, the rest by size."""
    random = Random(seed)
    sizes = files(folder)
    chosen = [name for name in sizes for _ in range(least)]
    chosen += random.choices(list(sizes), list(sizes.values()), k=max(0, count - len(chosen)))
    for name in chosen[:count]:
        yield name, random.randrange(sizes[name]), random.randrange(1, 256)


@contextmanager
def flipped(path: Path, offset: int, mask: int) -> Iterator[None]:
    """One byte of a file is another for as long as the block lasts."""
    flip(path, offset, mask)
    try:
        yield
    finally:
        flip(path, offset, mask)


def flip(path: Path, offset: int, mask: int) -> None:
    """One byte of a file becomes another."""
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ mask]))
