"""A backup holds everything as it was, says nothing to anybody else, and comes back whole or not at all."""

from __future__ import annotations

import io
import os
import shutil
import signal
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guides import Guide
from store import (
    BackupBroken,
    BadInput,
    Decision,
    Kind,
    NotNow,
    RestoreReceipt,
    State,
    StoreError,
    Study,
    StudyDamaged,
    StudyExists,
    WrongPassphrase,
    container,
    keys,
    manifest,
    parts,
)
from store import restore as bring_back
from tests.small_disk import fill, small_disk
from tests.store import whole
from tests.store.conftest import NOW
from transcribe import recording


@pytest.fixture(scope="module")
def kept(make_study: Callable[[], Study], guide: Guide, now: datetime) -> Iterator[tuple[Study, tuple[str, ...]]]:
    with make_study() as study:
        yield study, whole.fill(study, guide, now)


@pytest.fixture(scope="module")
def backup(kept: tuple[Study, tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory, now: datetime) -> Path:
    file = tmp_path_factory.mktemp("stick") / "peers.vivavoce"
    kept[0].back_up(file, now)
    return file


def untold(done: int, of: int) -> None:
    """Nobody listens."""


def restore(file: Path, folder: Path, secret: str, told: parts.Told, *places: Path) -> RestoreReceipt:
    return bring_back(file, folder, secret, told, places=places, now=NOW)


def only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def all_of(study: Study, session: str) -> tuple[object, ...]:
    """Words, versions, notes, memo, form and sound of a session."""
    permit = study.permit_listening(session)
    reader = recording.open_reader(permit.path, permit.key)
    sound = reader.read(0, reader.end_ms).tobytes()
    reader.close()
    return (study.dossier(session), [study.attachments.get(each.id) for each in study.attachments.list(session)], sound)


def test_what_comes_back_is_all_that_there_was(
    kept: tuple[Study, tuple[str, ...]], backup: Path, tmp_path: Path, passphrase: str, now: datetime
) -> None:
    study, sessions = kept
    receipt = restore(backup, tmp_path / "back", passphrase, untold)
    assert (receipt.recordings, receipt.left_out, receipt.made_at) == (3, 0, now)
    with Study.open(tmp_path / "back", passphrase, now) as back:
        assert back.check() == ()
        assert [all_of(back, each) for each in sessions] == [all_of(study, each) for each in sessions]
        assert back.audit.head() == receipt.audit_head
        assert back.audit.entries() == study.audit.entries()[: len(back.audit.entries())]
    assert only(tmp_path) == ["back"]


def test_a_backup_is_noted_in_the_audit_log_and_its_receipt_holds_the_head_of_what_is_in_it(
    kept: tuple[Study, tuple[str, ...]], tmp_path: Path, now: datetime
) -> None:
    study, _ = kept
    head = study.audit.head()
    receipt = study.back_up(tmp_path / "b", now)
    assert receipt.audit_head == head
    assert receipt.size_bytes == (tmp_path / "b").stat().st_size
    assert study.audit.entries()[-1].action == "backup made"
    assert study.check() == ()


def test_nobody_else_may_read_a_backup_and_nobody_finds_a_word_or_a_number_in_it(
    kept: tuple[Study, tuple[str, ...]], tmp_path: Path, now: datetime
) -> None:
    before = os.umask(0)
    try:
        kept[0].back_up(tmp_path / "b", now)
    finally:
        os.umask(before)
    content = (tmp_path / "b").read_bytes()
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
    assert not [word for word in (whole.SECRET, "60001", "w1-1", "Peer", "recordings") if word.encode() in content]
    with tarfile.open(tmp_path / "b") as opened:
        assert opened.getnames() == ["vivavoce-backup", "keys.json", "1", "2", "3", "4", "manifest"]
    assert only(tmp_path) == ["b"]


def test_the_recovery_key_restores_too(tmp_path: Path, guide: Guide, passphrase: str, now: datetime) -> None:
    made, recovery_key = Study.create(tmp_path / "s", passphrase, name="Peers", guide=guide, now=now)
    with made:
        made.back_up(tmp_path / "b", now)
    restore(tmp_path / "b", tmp_path / "back", recovery_key.lower().replace("-", " "), untold)
    with Study.open_with_either(tmp_path / "back", recovery_key, now) as back:
        assert back.name == "Peers"


def test_without_sound_that_is_said_and_nothing_is_missed(
    kept: tuple[Study, tuple[str, ...]], guide: Guide, tmp_path: Path, passphrase: str, now: datetime
) -> None:
    study, sessions = kept
    receipt = study.back_up(tmp_path / "b", now, sound=False)
    assert (receipt.recordings, receipt.left_out) == (0, 3)
    assert restore(tmp_path / "b", tmp_path / "back", passphrase, untold).left_out == 3
    with Study.open(tmp_path / "back", passphrase, now) as back:
        assert back.check() == ()
        assert back.info(now).left_out == 3
        assert back.transcript.utterances(sessions[0]) == study.transcript.utterances(sessions[0])
        newer = back.sessions.begin(
            "60001", 2, guide_sha256=guide.sha256, setting="office", others_present="nobody", now=now
        ).id
        for kind in Kind:
            back.consent.decide(newer, kind, Decision.GRANTED, form_version="1", recorded_by="ME", now=now)
        whole.record(back, newer, 1, now)
        back.sessions.interrupt(newer, now)
        recording.destroy(back.permit_listening(newer).path)
        assert [finding.code for finding in back.check()] == ["missing-recording"]
    assert study.info(now).left_out == 0


def test_sound_that_is_laid_beside_a_study_restored_without_it_is_checked_again(
    kept: tuple[Study, tuple[str, ...]], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    study, sessions = kept
    study.back_up(tmp_path / "b", now, sound=False)
    study.back_up(tmp_path / "c", now)
    restore(tmp_path / "b", tmp_path / "mute", passphrase, untold)
    restore(tmp_path / "c", tmp_path / "loud", passphrase, untold)
    name = f"recordings/{sessions[1]}.db"
    (tmp_path / "loud" / name).rename(tmp_path / "mute" / name)
    with Study.open(tmp_path / "mute", passphrase, now) as back:
        assert (back.check(), back.info(now).left_out) == ((), 2)
        whole.flip(tmp_path / "mute" / name, 9000, 1)
        assert [finding.code for finding in back.check()] == ["recording"]


def test_a_backup_is_whole_though_a_session_is_being_recorded(
    make_study: Callable[[], Study], begin: Callable[..., object], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        session = begin(study).id  # type: ignore[attr-defined]
        study.sessions.interrupt(session, now)
        command = [sys.executable, "-c", whole.WRITER, str(study.folder), passphrase, session]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            told = next(int(line) for line in writer.stdout if int(line) == 30)
            study.back_up(tmp_path / "b", now)
            go_on = next(int(line) for line in writer.stdout)
            os.kill(writer.pid, signal.SIGKILL)
    assert go_on > told
    restore(tmp_path / "b", tmp_path / "back", passphrase, untold)
    with Study.open(tmp_path / "back", passphrase, now) as back:
        assert back.sessions.get(session).state is State.INTERRUPTED
        assert back.check() == ()
        texts = [utterance.text for utterance in back.transcript.utterances(session)]
        assert texts == [f"t{number}" for number in range(len(texts))]
        assert len(texts) > told


def test_a_backup_made_before_a_withdrawal_brings_it_back_where_its_study_is_not_at_hand(
    make_study: Callable[[], Study], guide: Guide, tmp_path: Path, passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        [session] = whole.fill(study, guide, now, 1)
        study.back_up(tmp_path / "b", now)
        study.withdraw_audio(session, transcript=True, recorded_by="ME", now=now)
    back = restore(tmp_path / "b", tmp_path / "back", passphrase, untold)
    assert (back.recordings, back.compared, back.taken_back) == (1, None, ())


def test_a_damaged_recording_is_named_and_can_be_left_out(
    make_study: Callable[[], Study], guide: Guide, tmp_path: Path, now: datetime
) -> None:
    with make_study() as study:
        [session] = whole.fill(study, guide, now, 1)
        whole.flip(study.folder / "recordings" / f"{session}.db", 60_000, 1)
        with pytest.raises(StudyDamaged, match=f"{session}.*--no-sound"):
            study.back_up(tmp_path / "b", now)
        assert only(tmp_path) == []
        assert study.back_up(tmp_path / "b", now, sound=False).left_out == 1


@pytest.mark.parametrize("name", ["taken", "new.part", "new.copy"])
def test_nothing_that_is_there_is_written_over(
    kept: tuple[Study, tuple[str, ...]], tmp_path: Path, now: datetime, name: str
) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(BadInput):
        kept[0].back_up(tmp_path / ("taken" if name == "taken" else "new"), now)
    assert (tmp_path / name).read_text() == "mine"
    assert only(tmp_path) == [name]


def test_a_backup_inside_the_study_is_refused(kept: tuple[Study, tuple[str, ...]], now: datetime) -> None:
    with pytest.raises(BadInput, match="another place"):
        kept[0].back_up(kept[0].folder / "recordings" / "b", now)
    with pytest.raises(BadInput, match="no folder"):
        kept[0].back_up(kept[0].folder.parent / "nowhere" / "b", now)


def test_a_name_that_is_too_long_for_what_lies_beside_it_is_said_so_before_the_work_begins(
    kept: tuple[Study, tuple[str, ...]], tmp_path: Path, now: datetime
) -> None:
    most = os.pathconf(tmp_path, "PC_NAME_MAX") - len(".copy-journal")
    for length in (most + 1, most + 9, most + 13, most + 14):
        with pytest.raises(BadInput, match=f"too long for this disk, which takes {most} bytes"):
            kept[0].back_up(tmp_path / ("b" * length), now, told=lambda _, __: pytest.fail("it began"))
    assert only(tmp_path) == []
    assert kept[0].back_up(tmp_path / ("b" * most), now).recordings


def test_a_path_that_is_too_long_for_a_database_is_said_so(
    kept: tuple[Study, tuple[str, ...]], tmp_path: Path, now: datetime
) -> None:
    deep = tmp_path.joinpath(*["d" * 100] * 5)
    deep.mkdir(parents=True)
    with pytest.raises(BadInput, match="too long a path"):
        kept[0].back_up(deep / "b", now)
    assert only(deep) == []


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("room", [0, 200_000, 700_000])
def test_a_full_disk_takes_no_backup_and_keeps_nothing_of_it(
    kept: tuple[Study, tuple[str, ...]],
    tmp_path: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    room: int,
    known: bool,
) -> None:
    """Also where the system tells of more room than there is, so that it shows only midway."""
    if not known:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2**40))
    with small_disk(tmp_path / "disk", "8m") as disk:
        filler = fill(disk)
        os.truncate(filler, filler.stat().st_size - room)
        with pytest.raises(NotNow, match="not enough room"):
            kept[0].back_up(disk / "b", now)
        assert only(disk) == ["filler"]


def test_where_there_is_no_room_nothing_is_restored(backup: Path, tmp_path: Path, passphrase: str) -> None:
    with small_disk(tmp_path / "disk", "8m") as disk:
        filler = fill(disk)
        os.truncate(filler, filler.stat().st_size - 300_000)
        with pytest.raises(NotNow, match="not enough room"):
            restore(backup, disk / "back", passphrase, untold)
        assert only(disk) == ["filler"]


def test_a_wrong_passphrase_restores_nothing(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongPassphrase):
        restore(backup, tmp_path / "back", "another evening", untold)
    assert only(tmp_path) == []


def test_a_folder_that_holds_something_is_left_alone(
    kept: tuple[Study, tuple[str, ...]], backup: Path, tmp_path: Path, passphrase: str
) -> None:
    with pytest.raises(StudyExists):
        restore(backup, kept[0].folder, passphrase, untold)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").write_text("x")
    with pytest.raises(BadInput):
        restore(backup, tmp_path / "mine", passphrase, untold)
    (tmp_path / "empty").mkdir()
    restore(backup, tmp_path / "empty", passphrase, untold)
    assert only(tmp_path) == ["empty", "mine"]


def test_a_restore_that_is_broken_off_leaves_nothing(backup: Path, tmp_path: Path, passphrase: str) -> None:
    def interrupt(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(backup, tmp_path / "back", passphrase, interrupt)
    assert only(tmp_path) == []


def test_a_backup_that_is_broken_off_leaves_nothing(
    kept: tuple[Study, tuple[str, ...]], tmp_path: Path, now: datetime
) -> None:
    def interrupt(done: int, of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept[0].back_up(tmp_path / "b", now, told=interrupt)
    assert only(tmp_path) == []


def test_a_byte_that_changed_anywhere_in_a_backup_is_found(backup: Path, tmp_path: Path, passphrase: str) -> None:
    random = Random(5)
    with backup.open("rb") as file:
        laid = container.lay_out(file)
    offsets = [part.offset + random.randrange(max(part.size, 1)) for part in laid.values()]
    offsets += [part.offset - random.randrange(1, 513) for part in laid.values()]
    offsets += [random.randrange(backup.stat().st_size) for _ in range(40)]
    offsets += [backup.stat().st_size - 1, backup.stat().st_size - 1000]
    for offset in offsets:
        refused = pytest.raises((BackupBroken, WrongPassphrase, StudyDamaged), match=r"\A[^\n]+\.\Z")
        with whole.flipped(backup, offset, random.randrange(1, 256)), refused:
            restore(backup, tmp_path / "back", passphrase, untold)
    assert only(tmp_path) == []


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.5, 0.9, 0.9999])
def test_a_backup_that_was_cut_short_is_refused(backup: Path, tmp_path: Path, passphrase: str, share: float) -> None:
    content = backup.read_bytes()
    (tmp_path / "b").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BackupBroken):
        restore(tmp_path / "b", tmp_path / "back", passphrase, untold)
    (tmp_path / "b").write_bytes(content + b"\0" * 512)
    with pytest.raises(BackupBroken):
        restore(tmp_path / "b", tmp_path / "back", passphrase, untold)
    assert only(tmp_path) == ["b"]


def hostile_tar(kind: str) -> bytes:
    """What somebody may send in place of a backup."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as made:
        info = tarfile.TarInfo({"path": "../../escape", "absolute": "/tmp/escape"}.get(kind, "1"))
        info.mode = 0o600
        if kind == "link":
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        elif kind == "device":
            info.type = tarfile.CHRTYPE
        elif kind == "mode":
            info.mode = 0o4777
        elif kind == "pax":
            info = made.gettarinfo(__file__, "x" * 300)
        made.addfile(info, None)
    content = out.getvalue()
    return container.header("1", 2**62) + content[512:] if kind == "huge" else content


@pytest.mark.parametrize("kind", ["path", "absolute", "link", "device", "mode", "pax", "huge", "foreign"])
def test_a_hostile_file_is_refused(tmp_path: Path, passphrase: str, kind: str) -> None:
    (tmp_path / "b").write_bytes(hostile_tar(kind))
    with pytest.raises(BackupBroken):
        restore(tmp_path / "b", tmp_path / "back", passphrase, untold)
    assert only(tmp_path) == ["b"]


@pytest.mark.parametrize(
    "place", ["../evil.db", "recordings/../../evil.db", "recordings/a/b.db", "/tmp/evil.db", "keys.json"]
)
def test_a_manifest_under_the_right_key_can_lead_nowhere_else(
    kept: tuple[Study, tuple[str, ...]], backup: Path, passphrase: str, place: str
) -> None:
    key = keys.unlock(kept[0].folder, "passphrase", passphrase)
    with backup.open("rb") as file:
        said = parts.verify(file, key)
    changed = replace(said, entries=(said.entries[0], replace(said.entries[1], place=place)))
    with pytest.raises(BackupBroken):
        manifest.unseal(manifest.seal(changed, key), key)
    assert manifest.unseal(manifest.seal(said, key), key) == said


def test_a_study_of_other_keys_opens_no_backup(
    backup: Path, make_study: Callable[[], Study], tmp_path: Path, passphrase: str
) -> None:
    """The same passphrase on another study's keys.json, put into this backup."""
    with make_study() as other:
        foreign = (other.folder / "keys.json").read_bytes()
    with backup.open("rb") as file:
        part = container.lay_out(file)["keys.json"]
    content = backup.read_bytes()
    assert len(foreign) == part.size
    (tmp_path / "b").write_bytes(content[: part.offset] + foreign + content[part.offset + part.size :])
    with pytest.raises(BackupBroken):
        restore(tmp_path / "b", tmp_path / "back", passphrase, untold)


def looked_at(content: bytes) -> bool:
    """Whether it passes for the file of a backup; whatever it is, nothing but BackupBroken is raised."""
    try:
        parts.layout(io.BytesIO(content))
    except BackupBroken:
        return False
    return True


@given(st.binary(max_size=3000))
def test_random_bytes_are_no_backup(content: bytes) -> None:
    assert not looked_at(content)


def small(header: bytes = b"") -> bytes:
    """A container with nothing to it; ``header`` stands in place of one of its own."""
    out = io.BytesIO()
    container.add(out, container.MARK, 2, iter([container.FORMAT]))
    for name in (container.KEYS, "1", "2", container.MANIFEST):
        container.add(out, name, 700, iter([b"x" * 700]))
    container.finish(out)
    return out.getvalue().replace(container.header("1", 700), header or container.header("1", 700))


@pytest.mark.parametrize(
    "odd",
    [
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.LNKTYPE, "linkname": "keys.json"},
        {"type": tarfile.CHRTYPE},
        {"type": tarfile.DIRTYPE},
        {"mode": 0o4777},
        {"mtime": 5},
        {"uname": "root"},
        {"name": "../1"},
        {"name": "/tmp/1"},
    ],
    ids=str,
)
def test_a_part_that_is_more_than_a_name_and_a_size_is_refused(odd: dict[str, Any]) -> None:
    info = tarfile.TarInfo("1")
    info.size, info.mode = 700, 0o600
    assert looked_at(small(info.tobuf(tarfile.GNU_FORMAT)))
    for name, value in odd.items():
        setattr(info, name, value)
    assert not looked_at(small(info.tobuf(tarfile.GNU_FORMAT)))


@given(st.lists(st.tuples(st.integers(0, 2**16), st.binary(max_size=40), st.integers(0, 600)), max_size=4))
def test_a_mutated_container_is_whole_or_refused(changes: list[tuple[int, bytes, int]]) -> None:
    content = small()
    assert looked_at(content)
    for place, put_in, taken_out in changes:
        start = place % (len(content) + 1)
        content = content[:start] + put_in + content[start + taken_out :]
    looked_at(content)


@given(st.binary(max_size=400))
def test_no_bytes_pass_for_a_manifest_or_for_keys(content: bytes) -> None:
    with pytest.raises(BackupBroken):
        manifest.unseal(content, bytes(32))
    with pytest.raises(StoreError):
        keys.unlock_copy(content, "a passphrase")
