"""What a kill left behind, damaged further: never a traceback, and nothing missing that is not named."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from store import Finding, Session, StoreError, Study
from tests.store import whole

pytestmark = pytest.mark.slow

ROUNDS, SEED = 60, 7
Torn = tuple[Path, str, int]


@pytest.fixture(scope="module", params=[40, 400], ids=["before a checkpoint", "after some"])
def torn(
    request: pytest.FixtureRequest,
    make_study: Callable[[], Study],
    begin: Callable[..., Session],
    passphrase: str,
    now: datetime,
) -> Torn:
    """A folder whose writer was killed, its logs beside it; its session, and the last number that was told."""
    with make_study() as study:
        session = begin(study).id
        study.sessions.interrupt(session, now)
    (study.folder / "ballast").unlink()
    command = [sys.executable, "-c", whole.WRITER, str(study.folder), passphrase, session]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) == request.param:
                os.kill(writer.pid, signal.SIGKILL)
                break
        rest = writer.stdout.read().split()
    assert (study.folder / "study.db-wal").stat().st_size
    assert next((study.folder / "recordings").glob("*-wal")).stat().st_size
    return study.folder, session, int(rest[-1]) if rest else request.param


def looked_at(folder: Path, session: str, passphrase: str, now: datetime) -> tuple[tuple[Finding, ...], list[str]]:
    """What is found and which words are there; a refusal is a finding."""
    try:
        with Study.open(folder, passphrase, now) as study:
            findings = study.check()
            return findings, [utterance.text or "" for utterance in study.transcript.utterances(session)]
    except StoreError as refused:
        return (Finding("refused", str(refused)),), []


def damages(folder: Path) -> Iterator[tuple[str, str, Callable[[Path], None]]]:
    """Ways to damage a copy: a byte flipped, the end cut off, a log gone; each file's turn comes round."""
    random = Random(SEED)
    sizes = {name: size for name, size in whole.files(folder).items() if not name.endswith("-shm")}
    names = [*sizes, *(name for name in sizes if name.endswith("-wal"))]
    for number in range(ROUNDS):
        name = names[number % len(names)]
        place = random.randrange(sizes[name])
        kind = random.choice(["flip", "cut"]) if not name.endswith("-wal") else random.choice(["flip", "cut", "gone"])
        yield name, f"{kind} {name} at {place}", _damage(name, kind, place)


def _damage(name: str, kind: str, place: int) -> Callable[[Path], None]:
    def damage(copy: Path) -> None:
        path = copy / name
        if kind == "gone":
            path.unlink()
        elif kind == "cut":
            os.truncate(path, place)
        else:
            whole.flip(path, place, 0x55)

    return damage


def test_after_a_kill_alone_nothing_is_wrong_and_nothing_is_missing(
    torn: Torn, tmp_path: Path, passphrase: str, now: datetime
) -> None:
    folder, session, last = torn
    findings, texts = looked_at(Path(shutil.copytree(folder, tmp_path / "copy")), session, passphrase, now)
    assert findings == ()
    assert texts[: last + 1] == [f"t{number}" for number in range(last + 1)]


def test_what_is_damaged_after_a_kill_is_never_silently_wrong(
    torn: Torn, tmp_path: Path, passphrase: str, now: datetime
) -> None:
    folder, session, last = torn
    named, silent = set(), []
    for name, what, damage in damages(folder):
        copy = Path(shutil.copytree(folder, tmp_path / "copy"))
        damage(copy)
        findings, texts = looked_at(copy, session, passphrase, now)
        whole_text = texts[: last + 1] == [f"t{number}" for number in range(last + 1)]
        if not findings and not whole_text:
            silent.append(what)
        if findings:
            named.add(name)
        shutil.rmtree(copy)
    assert silent == []
    assert {"study.db-wal", "keys.json", "count", "study.db"} <= named
    assert any(name.startswith("recordings/") for name in named)


def test_a_log_that_was_cut_short_is_told_with_the_writes_that_it_held(
    torn: Torn, tmp_path: Path, passphrase: str, now: datetime
) -> None:
    folder, session, _ = torn
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    os.truncate(copy / "study.db-wal", 3 * 4096)
    findings, _ = looked_at(copy, session, passphrase, now)
    assert [finding.code for finding in findings] == ["lost-writes"]
    again, _ = looked_at(copy, session, passphrase, now)
    assert again == findings
