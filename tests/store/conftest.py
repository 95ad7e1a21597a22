"""One study a module, and a fresh session a test."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlcipher3 import dbapi2

from guides import Guide, bundled_guide
from store import Decision, Kind, Session, SpokenWord, Study, keys
from tests.store import pages
from tests.store.lived import Lived
from transcribe import recording

PASSPHRASE = "a quiet room, two chairs"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_numbers = itertools.count(50001)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture(scope="session")
def guide() -> Guide:
    return bundled_guide("peer-specialist-fidelity")


@pytest.fixture(scope="session")
def make_study(tmp_path_factory: pytest.TempPathFactory, guide: Guide) -> Callable[[], Study]:
    def make() -> Study:
        folder = tmp_path_factory.mktemp("study") / "peers"
        return Study.create(folder, PASSPHRASE, name="Peer support", guide=guide, now=NOW)[0]

    return make


@pytest.fixture(scope="module")
def study(make_study: Callable[[], Study]) -> Iterator[Study]:
    with make_study() as opened:
        yield opened


@pytest.fixture(scope="module")
def closed(request: pytest.FixtureRequest, make_study: Callable[[], Study]) -> Lived:
    """A study in which interviews were held: in how many sessions, of how many utterances, the module says in HELD."""
    sessions, utterances = request.module.HELD
    with make_study() as study:
        made = Lived(study)
        for _ in range(sessions):
            made.hold(utterances)
    return made


@pytest.fixture
def lived(closed: Lived, tmp_path: Path) -> Iterator[Lived]:
    """A copy of it, open, from which a test may take what it likes."""
    made = closed.copied_to(tmp_path / "peers")
    with made.study:
        yield made


@pytest.fixture(scope="session")
def begin(guide: Guide) -> Callable[..., Session]:
    def begin_session(study: Study, *, granted: tuple[Kind, ...] = tuple(Kind), wave: int = 1) -> Session:
        number = str(next(_numbers))
        study.participants.add(number, {}, NOW)
        session = study.sessions.begin(
            number, wave, guide_sha256=guide.sha256, setting="office", others_present="nobody", now=NOW
        )
        for kind in granted:
            study.consent.decide(session.id, kind, Decision.GRANTED, form_version="1", recorded_by="ME", now=NOW)
        return study.sessions.get(session.id)

    return begin_session


@pytest.fixture
def session(study: Study, begin: Callable[..., Session]) -> Session:
    return begin(study)


@pytest.fixture(scope="session")
def say() -> Callable[..., str]:
    def say_words(study: Study, session_id: str, text: str, start_ms: int = 0, speaker: str | None = None) -> str:
        utterance = study.transcript.add_utterance(session_id, start_ms, start_ms + 900, NOW)
        words = [SpokenWord(start_ms, start_ms + 900, word, 0.9) for word in text.split()]
        study.transcript.set_text(
            utterance, text, words, speaker=speaker, reading="live", model="tiny.en", now=NOW + timedelta(seconds=1)
        )
        return utterance

    return say_words


@pytest.fixture(scope="session")
def record() -> Callable[..., Path]:
    def record_seconds(study: Study, session_id: str, seconds: int = 2) -> Path:
        permit = study.permit_recording(session_id, NOW)
        writer = recording.create(permit.path, permit.key)
        for second in range(seconds):
            seq = writer.append(np.full(recording.RATE_HZ, 1000, dtype=np.int16))
            study.sessions.acknowledge(session_id, seq, (second + 1) * 1000, (second + 1) * 1000)
        writer.close()
        return permit.path

    return record_seconds


@pytest.fixture(scope="session")
def connect() -> Callable[[Study], dbapi2.Connection]:
    """A connection beside the study's own, as an attacker who knows the passphrase would make one."""

    def connect_beside(study: Study) -> dbapi2.Connection:
        connection = dbapi2.connect(str(study.folder / "study.db"), isolation_level=None, timeout=5)
        connection.execute(f"PRAGMA key = \"x'{keys.unlock(study.folder, 'passphrase', PASSPHRASE).hex()}'\"")
        return connection

    return connect_beside


@pytest.fixture(scope="session")
def decrypted_pages() -> Callable[[Path], bytes]:
    """Every page of a closed study's database as it lies on the disk, free space included, in clear."""

    def decrypt(folder: Path) -> bytes:
        key = keys.unlock(folder, "passphrase", PASSPHRASE)
        return b"".join(pages.Opened(folder / "study.db", key).pages())

    return decrypt
