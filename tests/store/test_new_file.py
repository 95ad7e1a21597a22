"""Files outside a study: whether one can be written is known before, and none takes the place of another."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import BadInput, NotNow, disk, new_file


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_new_file_is_private_and_alone(tmp_path: Path) -> None:
    new_file.write(tmp_path / "x.txt", b"words")
    assert files(tmp_path) == {"x.txt": b"words"}
    assert stat.S_IMODE((tmp_path / "x.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("what", ["file", "folder", "link", "link to nothing", "second name", "pipe"])
def test_what_exists_is_never_written_over(tmp_path: Path, what: str) -> None:
    recording, target = tmp_path / "recording.wav", tmp_path / "target"
    recording.write_bytes(b"sound")
    match what:
        case "file":
            target.write_bytes(b"by hand")
        case "folder":
            target.mkdir()
        case "link":
            target.symlink_to(recording)
        case "link to nothing":
            target.symlink_to(tmp_path / "nowhere")
        case "second name":
            os.link(recording, target)
        case _:
            os.mkfifo(target)
    before, inode = sorted(tmp_path.iterdir()), os.lstat(target).st_ino
    attempts: tuple[Callable[[], object], ...] = (
        lambda: new_file.refuse(target),
        lambda: new_file.write(target, b"text"),
    )
    for attempt in attempts:
        with pytest.raises(BadInput, match=r"is there already|is a folder"):
            attempt()
    assert (sorted(tmp_path.iterdir()), os.lstat(target).st_ino) == (before, inode)
    assert recording.read_bytes() == b"sound"


def test_who_takes_the_name_meanwhile_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, write_new = tmp_path / "x.txt", disk.write_new

    def somebody_is_faster(path: Path, content: bytes) -> None:
        write_new(path, content)
        target.write_bytes(b"theirs")

    monkeypatch.setattr(disk, "write_new", somebody_is_faster)
    with pytest.raises(BadInput, match="is there already"):
        new_file.write(target, b"ours")
    assert files(tmp_path) == {"x.txt": b"theirs"}


def test_a_file_system_without_second_names_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    new_file.write(tmp_path / "x.txt", b"words")
    assert files(tmp_path) == {"x.txt": b"words"}
    with pytest.raises(BadInput):
        new_file.write(tmp_path / "x.txt", b"others")
    assert files(tmp_path) == {"x.txt": b"words"}


def test_each_thing_in_the_way_has_a_sentence_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    most = os.pathconf(tmp_path, "PC_NAME_MAX")
    for path, beside, said in (
        (tmp_path / "none" / "x", (), "There is no folder"),
        (tmp_path / "file" / "x", (), "is no folder"),
        (tmp_path / ("x" * (most + 1)), (), f"too long for this disk, which takes {most} bytes"),
        (tmp_path / ("x" * most), (".copy-journal",), f"too long for this disk, which takes {most - 13} bytes"),
    ):
        with pytest.raises(BadInput, match=said):
            new_file.refuse(path, beside=beside)
    with pytest.raises(NotNow, match="not enough room"):
        new_file.refuse(tmp_path / "x", room_bytes=2**62)
    new_file.refuse(tmp_path / ("x" * most))

    for code, kind, said in (
        (errno.EROFS, NotNow, "can only be read"),
        (errno.EINVAL, BadInput, r"takes no file called x:"),  # a stick, of a colon in a name
    ):

        def fails(*_: object, code: int = code) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(disk, "make_empty", fails)
        with pytest.raises(kind, match=said):
            new_file.refuse(tmp_path / "x:")
    assert files(tmp_path) == {"file": b""}


@pytest.mark.parametrize("where", ["study", "study/recordings", "link"])
def test_nothing_is_written_in_clear_into_a_study(tmp_path: Path, where: str) -> None:
    (tmp_path / "study" / "recordings").mkdir(parents=True)
    (tmp_path / "link").symlink_to("study")
    (tmp_path / "study" / "keys.json").touch()
    new_file.write(tmp_path / where / "x", b"words")  # a file of that name alone makes no study
    (tmp_path / "study" / "study.db").touch()
    with pytest.raises(BadInput, match="belongs to a study"):
        new_file.write(tmp_path / where / "y", b"words")
    assert not (tmp_path / where / "y").exists()


def test_as_long_a_name_as_the_disk_takes_will_do(tmp_path: Path) -> None:
    name = "ü" * (os.pathconf(tmp_path, "PC_NAME_MAX") // 2)
    new_file.write(tmp_path / name, b"words")
    assert files(tmp_path) == {name: b"words"}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_what_fails_midway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def fails(_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(disk, "sync", fails)
    with pytest.raises((NotNow, BadInput), match=r"not enough room|does not answer"):
        new_file.write(tmp_path / "x.txt", b"words")
    assert files(tmp_path) == {}


def test_what_a_crash_left_goes_with_the_next_try(tmp_path: Path) -> None:
    left = new_file._passing(tmp_path / "x.txt")
    left.write_bytes(b"half of the wor")
    new_file.write(tmp_path / "x.txt", b"words")
    assert files(tmp_path) == {"x.txt": b"words"}


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(["write", "change", "delete"]), st.sampled_from([b"a", b"b", b"c"]))))
def test_whatever_somebody_changed_by_hand_is_still_there(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, bytes]]
) -> None:
    path = tmp_path_factory.mktemp("out") / "x.md"
    by_hand: set[tuple[str, bytes]] = set()
    sums: dict[Path, str] = {}
    for step, content in steps:
        if step == "write":
            done = new_file.renew(path, content, lambda at, seen: sums.get(at) == seen)
            sums[done.path] = new_file.sha256(content)
            assert done.path.read_bytes() == content
            assert (done.kept is None) is (done.path == path)
        elif step == "delete":
            path.unlink(missing_ok=True)
            by_hand = {one for one in by_hand if one[0] != path.name}
        else:
            path.write_bytes(b"by hand " + content)
            by_hand = {one for one in by_hand if one[0] != path.name} | {(path.name, b"by hand " + content)}
        there = files(path.parent)
        assert all(there[name] == kept for name, kept in by_hand)
    assert len(files(path.parent)) <= 2, "one that was corrected, and one that is ours"


def test_a_link_is_nobodys_file_to_replace(tmp_path: Path) -> None:
    recording, path = tmp_path / "recording.wav", tmp_path / "x.md"
    recording.write_bytes(b"sound")
    path.symlink_to(recording)
    done = new_file.renew(path, b"words", lambda at, seen: True)
    assert (done.path.name, done.kept) == ("x (2).md", path)
    assert recording.read_bytes() == b"sound"


OF_ITS_OWN = {
    "store": {"ballast.py", "disk.py", "patience.py"},
    "transcribe": {"measurement.py", "models.py", "no_core.py", "recording.py", "shelf.py", "speaker_model.py"},
    "tui": {"log.py", "standard_streams.py", "terminal.py"},
}
"""Modules that write the program's own files: the study, models, figures, the log. Everything else goes the one way."""
_WRITES = re.compile(r"O_CREAT|\.write_text\(|\.write_bytes\(|open\([^)]*[\"'][rb]*[wax]")


def test_whatever_is_written_outside_a_study_goes_the_one_way() -> None:
    root = Path(new_file.__file__).parent.parent
    found = {
        room: {path.name for path in (root / room).rglob("*.py") if _WRITES.search(path.read_text(encoding="utf-8"))}
        for room in OF_ITS_OWN
    }
    assert found == OF_ITS_OWN
