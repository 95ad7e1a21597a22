"""A new passphrase, a new recovery key, new keys altogether: and what a kill in the midst of that leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from guides import Guide
from store import BadInput, Dossier, NotNow, Study, StudyLocked, WrongPassphrase, encrypt_anew, keys
from tests.small_disk import fill, small_disk
from tests.store import whole

NEW = "another evening, the same two chairs"


@pytest.fixture(scope="module")
def original(
    tmp_path_factory: pytest.TempPathFactory, guide: Guide, passphrase: str, now: datetime
) -> tuple[Path, str, tuple[str, ...]]:
    folder = tmp_path_factory.mktemp("study") / "peers"
    study, recovery_key = Study.create(folder, passphrase, name="Peers", guide=guide, now=now)
    with study:
        sessions = whole.fill(study, guide, now, 2)
    (folder / "ballast").unlink()
    return folder, recovery_key, sessions


@pytest.fixture
def folder(original: tuple[Path, str, tuple[str, ...]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(original[0], tmp_path / "peers"))


def opens(folder: Path, secret: str, now: datetime) -> bool:
    try:
        with Study.open_with_either(folder, secret, now):
            return True
    except WrongPassphrase:
        return False


def told_of(folder: Path, secret: str, now: datetime) -> tuple[list[str], list[str]]:
    """What is found, and every word of the first session."""
    with Study.open(folder, secret, now) as study:
        [first, *_] = study.sessions.list()
        return [each.code for each in study.check()], [str(each.text) for each in study.transcript.utterances(first.id)]


def test_a_new_recovery_key_makes_the_old_one_useless(
    original: tuple[Path, str, tuple[str, ...]], folder: Path, passphrase: str, now: datetime
) -> None:
    with Study.open(folder, passphrase, now) as study:
        recovery_key = study.rekey(passphrase, NEW, now, recovery=True)
        assert [finding.code for finding in study.check()] == ["recovery-unseen"]
        study.recovery_key_shown(now)
        assert study.check() == ()
        assert study.audit.entries()[-1].action == "passphrase changed"
    assert recovery_key is not None
    assert opens(folder, recovery_key, now)
    assert opens(folder, NEW, now)
    assert not opens(folder, original[1], now)
    assert not opens(folder, passphrase, now)


def test_a_wrong_secret_changes_nothing_and_nothing_is_noted(folder: Path, passphrase: str, now: datetime) -> None:
    before = whole.digest(folder)["keys.json"]
    with Study.open(folder, passphrase, now) as study:
        lines = len(study.audit.entries())
        with pytest.raises(WrongPassphrase):
            study.rekey("not it", NEW, now)
        assert len(study.audit.entries()) == lines
    with pytest.raises(WrongPassphrase):
        encrypt_anew(folder, "not it", NEW, now)
    with pytest.raises(BadInput, match="empty"):
        encrypt_anew(folder, passphrase, "  ", now)
    assert whole.digest(folder)["keys.json"] == before


def _content(study: Study, session: str) -> Dossier:
    return replace(study.dossier(session), audit_head="")  # the log has gone on


@pytest.mark.parametrize("by", ["passphrase", "recovery"])
def test_encrypted_anew_everything_is_there_under_new_keys(
    original: tuple[Path, str, tuple[str, ...]], folder: Path, passphrase: str, now: datetime, by: str
) -> None:
    secret = passphrase if by == "passphrase" else original[1]
    old_key = keys.unlock(folder, by, secret)
    with Study.open(folder, passphrase, now) as study:
        old = [(study.permit_listening(each).key, _content(study, each)) for each in original[2]]
    before = whole.digest(folder)
    recovery_key = encrypt_anew(folder, secret, NEW, now)
    after = whole.digest(folder)
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] == after[name]] == ["ballast"]
    assert keys.unlock(folder, "passphrase", NEW) != old_key
    assert not opens(folder, passphrase, now)
    assert not opens(folder, original[1], now)
    assert opens(folder, recovery_key, now)
    with Study.open(folder, NEW, now) as study:
        assert [finding.code for finding in study.check()] == ["recovery-unseen"]
        study.recovery_key_shown(now)
        assert study.check() == ()
        assert [_content(study, each) for each in original[2]] == [content for _, content in old]
        assert not {study.permit_listening(each).key for each in original[2]} & {key for key, _ in old}
        assert study.audit.entries()[-1].action == "study encrypted anew"


def test_while_another_program_has_the_study_open_nothing_is_encrypted_anew(
    folder: Path, passphrase: str, now: datetime
) -> None:
    with Study.open(folder, passphrase, now) as study, pytest.raises(StudyLocked, match="close it there"):
        encrypt_anew(folder, passphrase, NEW, now)
    assert told_of(folder, passphrase, now)[0] == []
    assert study.folder == folder


def test_nobody_else_gets_in_meanwhile(folder: Path, passphrase: str, now: datetime) -> None:
    refused: list[str] = []

    def look_in(done: int, of: int) -> None:
        with pytest.raises(StudyLocked) as found:
            Study.open(folder, passphrase, now)
        refused.append(str(found.value))

    encrypt_anew(folder, passphrase, NEW, now, look_in)
    assert len(refused) == 2
    assert all("encrypted anew" in sentence for sentence in refused)


def test_a_full_disk_leaves_the_study_as_it_was(
    original: tuple[Path, str, tuple[str, ...]], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    with small_disk(tmp_path / "disk", "16m") as disk:
        folder = Path(shutil.copytree(original[0], disk / "peers"))
        filler = fill(disk)
        os.truncate(filler, filler.stat().st_size - 400_000)
        with pytest.raises(NotNow, match="not enough room"):
            encrypt_anew(folder, passphrase, NEW, now)
        assert not [path.name for path in folder.iterdir() if path.name.startswith("anew")]
        filler.unlink()
        assert told_of(folder, passphrase, now)[0] == []


# The writer ends itself, as SIGKILL would, before its n-th change to what lies in the folder.
_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from store import encrypt_anew, keys

keys.MEMORY_KIB, keys.PASSES = 64, 1
left = int(sys.argv[4])

def counted(real):
    def change(*args, **kwargs):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return change

for name in ("rename", "replace", "unlink", "mkdir"):
    setattr(Path, name, counted(getattr(Path, name)))
for name in ("fsync", "open", "rmdir", "unlink"):
    setattr(os, name, counted(getattr(os, name)))
encrypt_anew(Path(sys.argv[1]), sys.argv[2], sys.argv[3], datetime(2026, 3, 2, 10, tzinfo=UTC))
print("done")
"""


def killed_at(folder: Path, place: int, passphrase: str) -> bool:
    """Whether it was killed before it was done."""
    command = [sys.executable, "-c", _KILLED, str(folder), passphrase, NEW, str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode in (0, -9), done.stderr
    return done.returncode == -9


def places(step: int) -> Iterator[int]:
    """1, 1 + step, and so on, as long as somebody asks."""
    place = 1
    while True:
        yield place
        place += step


@pytest.mark.slow
def test_killed_at_any_moment_the_study_opens_with_the_old_or_the_new_passphrase(
    original: tuple[Path, str, tuple[str, ...]], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    with Study.open(original[0], passphrase, now) as study:
        words = [str(each.text) for each in study.transcript.utterances(original[2][0])]
    opened_by = []
    for place in places(3):
        folder = Path(shutil.copytree(original[0], tmp_path / "peers"))
        killed = killed_at(folder, place, passphrase)
        by_old = opens(folder, passphrase, now)
        assert by_old != opens(folder, NEW, now)
        codes, found = told_of(folder, passphrase if by_old else NEW, now)
        assert codes == ([] if by_old else ["recovery-unseen"])
        assert found == words
        opened_by.append("old" if by_old else "new")
        shutil.rmtree(folder)
        if not killed:
            break
    assert opened_by == sorted(opened_by, reverse=True)
    assert opened_by.count("old") > 5
    assert opened_by.count("new") > 3


def test_after_a_kill_in_the_midst_the_old_passphrase_is_told_what_happened(
    original: tuple[Path, str, tuple[str, ...]], folder: Path, passphrase: str, now: datetime
) -> None:
    other = folder.with_name("made")
    shutil.copytree(original[0], other)
    encrypt_anew(other, passphrase, NEW, now)
    made = folder / "anew"
    (made / "recordings").mkdir(parents=True)
    for name in ("study.db", "count", "keys.json", *(f"recordings/{each}.db" for each in original[2])):
        (other / name).rename(made / name)
    with pytest.raises(WrongPassphrase, match="encrypted anew: its new passphrase"):
        Study.open(folder, passphrase, now)
    assert told_of(folder, NEW, now)[0] == ["recovery-unseen"]
    assert not made.exists()


def test_what_was_never_made_whole_is_thrown_away(
    folder: Path, passphrase: str, now: datetime, say: Callable[..., str]
) -> None:
    (folder / "anew.part" / "recordings").mkdir(parents=True)
    (folder / "anew.part" / "study.db").write_bytes(b"half")
    assert told_of(folder, passphrase, now)[0] == []
    assert not (folder / "anew.part").exists()
