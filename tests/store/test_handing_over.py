"""Files leave the study one session after the other, and none of what was taken back meanwhile."""

from __future__ import annotations

import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Cause, ConsentRequired, NotFound, Receipt, Rule, Session, StateError, Study, disk
from store.errors import ReceiptOwed
from store.handed_over import HandedOverFiles, Stage
from store.handing_over import copy_form
from store.handover import Exported, LeftOut, export, ready
from store.new_file import NewFile
from tests.bench.large import study as large
from tests.studies import PASSPHRASE as CHEAP

SECRET, KEPT = "pelican", "heron"
Begin = Callable[..., Session]
Say = Callable[..., str]
TakeBack = Callable[[Study, str, datetime], Receipt | None]


@pytest.fixture
def fresh(make_study: Callable[[], Study]) -> Iterator[Study]:
    with make_study() as opened:
        yield opened


@pytest.fixture
def held(begin: Begin, say: Say, now: datetime) -> Callable[[Study], Session]:
    """A session that is over, with words to be kept and words to be taken back."""

    def hold(study: Study) -> Session:
        session = begin(study)
        say(study, session.id, f"the {SECRET} there", 0)
        say(study, session.id, f"the {KEPT} here", 5_000)
        study.log.jot(session.id, at_ms=200, text=f"a {SECRET} again", now=now)
        study.sessions.stop(session.id, now, recording_ms=9_000, captured_ms=0, dropped_frames=0)
        return study.sessions.complete(session.id, now, ready_after_stop_ms=None)

    return hold


def written(folder: Path) -> dict[Path, str]:
    """Every file that may be read there, also one under a passing name."""
    return {path: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


def withdraw(study: Study, session: str, now: datetime) -> Receipt:
    return study.withdraw_taking_part(session, notes=True, recorded_by="ME", now=now)


def strike(study: Study, session: str, now: datetime) -> Receipt:
    return study.strike(session, 0, 1_000, now, notes=True)


def strike_note(study: Study, session: str, now: datetime) -> Receipt:
    [note] = study.log.typed(session)
    study.strike(session, 0, 1_000, now)
    return study.strike_note(session, note.id, now)


def correct_note(study: Study, session: str, now: datetime) -> None:
    [note] = study.log.typed(session)
    study.strike(session, 0, 1_000, now)
    study.correct_note(session, note.id, "nothing", now)


def destroy(study: Study, session: str, now: datetime) -> Receipt:
    study.retention.set(Rule(until=datetime(2020, 1, 1).date()), now)  # noqa: DTZ001
    return study.retention.destroy(session, now)


WAYS: dict[str, TakeBack] = {
    "withdraw": withdraw,
    "strike": strike,
    "strike note": strike_note,
    "correct note": correct_note,
    "destroy": destroy,
}


@dataclass
class Meddler:
    """Takes something back at the n-th moment of a hand-over, over a connection of its own, as another program would.

    It does not wait for who holds the study's lock then: it ends later.
    """

    study: Study
    session: str
    take_back: TakeBack
    moment: int
    out: Path
    now: datetime
    seen: int = 0
    there: dict[Path, str] = field(default_factory=dict)
    thread: threading.Thread | None = None

    def __call__(self) -> None:
        self.seen += 1
        if self.seen == self.moment:
            self.thread = threading.Thread(target=self._act)
            self.thread.start()
            self.thread.join(0.3)

    def _act(self) -> None:
        with self.study.another() as own, suppress(ReceiptOwed):
            self.take_back(own, self.session, self.now)
        self.there = written(self.out)

    def ended(self) -> bool:
        if self.thread is not None:
            self.thread.join()
        return self.thread is not None


def meddled_with(patch: pytest.MonkeyPatch, meddler: Callable[[], None]) -> None:
    """The moments: a session was read, a file written, noted, named; and the next was begun."""
    read, note, name, write_new = Study.dossier, HandedOverFiles.note, NewFile.name, disk.write_new

    def after_reading(*given: object) -> object:
        dossier = read(*given)  # type: ignore[arg-type]
        meddler()
        return dossier

    def after_writing(path: Path, content: bytes) -> None:
        write_new(path, content)
        meddler()

    def around_noting(*given: object) -> None:
        meddler()
        note(*given)  # type: ignore[arg-type]
        meddler()

    def around_naming(file: NewFile) -> None:
        meddler()
        name(file)
        meddler()

    patch.setattr(Study, "dossier", after_reading)
    patch.setattr(disk, "write_new", after_writing)
    patch.setattr(HandedOverFiles, "note", around_noting)
    patch.setattr(NewFile, "name", around_naming)


@given(st.sampled_from(sorted(WAYS)), st.integers(1, 14), st.booleans())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whenever_something_is_taken_back_no_file_of_it_appears_afterwards(
    make_study: Callable[[], Study],
    held: Callable[[Study], Session],
    tmp_path_factory: pytest.TempPathFactory,
    now: datetime,
    way: str,
    moment: int,
    again: bool,
) -> None:
    out = tmp_path_factory.mktemp("out")
    with make_study() as study, pytest.MonkeyPatch.context() as patch:
        session, other = held(study).id, held(study).id
        if again:  # then the files that are there are replaced
            export(study, [], out, ["md", "txt"], unmask=False, now=now)
        before = written(out)
        meddler = Meddler(study, session, WAYS[way], moment, out, now)
        meddled_with(patch, meddler)
        done = export(study, [session, other], out, ["md", "txt"], unmask=False, now=now)
        patch.undo()
        assert meddler.ended()
        study.erase(now)
        receipts = study.receipts.list(session)
        listed = {one.path for one in study.handed_over.list(session) if one.stage is Stage.WRITTEN}

    left = {path: text for path, text in written(out).items() if path.name.startswith(session)}
    told = {path for path, text in left.items() if SECRET in text}
    assert told <= {path for path, text in meddler.there.items() if SECRET in text}
    assert set(left) <= listed
    assert listed - set(left) <= set(before)
    if way == "withdraw":
        lines = "\n".join(receipts[-1].out_of_reach)
        assert all(str(path) in lines for path in left)
        assert bool(left) or [one.session for one in done.left_out] == [session]
    assert {path.name for path in written(out)} >= {f"{other}.md", f"{other}.txt"}


def test_what_was_struck_since_it_was_read_is_read_once_more(
    fresh: Study, held: Callable[[Study], Session], tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = held(fresh).id
    meddled_with(monkeypatch, Meddler(fresh, session, strike, 1, tmp_path, now))
    [file] = export(fresh, [session], tmp_path, ["md"], unmask=False, now=now).files
    text = file.path.read_text("utf-8")
    assert (KEPT in text, SECRET in text, "Struck at the participant's wish" in text) == (True, False, True)


def test_where_it_is_struck_each_time_nothing_is_handed_over(
    fresh: Study, held: Callable[[Study], Session], tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, read = held(fresh).id, Study.dossier
    at = iter(range(100))

    def struck_at_once(study: Study, session_id: str) -> object:
        dossier = read(study, session_id)
        fresh.strike(session, next(at), 100, now)
        return dossier

    monkeypatch.setattr(Study, "dossier", struck_at_once)
    done = export(fresh, [session], tmp_path, ["md"], unmask=False, now=now)
    assert (done.files, [one.session for one in done.left_out], written(tmp_path)) == ((), [session], {})


@pytest.mark.parametrize("taken_back", [withdraw, destroy])
def test_one_that_is_taken_back_is_left_out_and_the_others_go_on(
    fresh: Study,
    held: Callable[[Study], Session],
    tmp_path: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    taken_back: TakeBack,
) -> None:
    one, other = held(fresh).id, held(fresh).id
    meddled_with(monkeypatch, Meddler(fresh, one, taken_back, 1, tmp_path, now))
    done = export(fresh, [], tmp_path, ["md"], unmask=False, now=now)
    assert [file.path.name for file in done.files] == [f"{other}.md"]
    assert [out.session for out in done.left_out] == [one]
    assert done.left_out[0].why.startswith(f"Session {one} is shut: ")
    assert fresh.handed_over.list(one) == ()
    assert [entry.subject for entry in fresh.audit.entries() if entry.action == "handed over"] == [f"{other} as md"]


def test_one_that_is_annulled_meanwhile_is_left_out_too(
    fresh: Study, held: Callable[[Study], Session], tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = held(fresh).id

    def annul(study: Study, session_id: str, now: datetime) -> None:
        study.annulment.annul(session_id, "a mistake", now)

    meddled_with(monkeypatch, Meddler(fresh, session, annul, 2, tmp_path, now))
    done = export(fresh, [session], tmp_path, ["md"], unmask=False, now=now)
    assert done == Exported((), (LeftOut(session, done.left_out[0].why),))
    assert "was annulled" in done.left_out[0].why
    assert written(tmp_path) == {}


@pytest.mark.parametrize("fault", [KeyboardInterrupt, StateError("broken off")])
def test_where_it_breaks_off_as_it_gets_its_name_nothing_is_there_and_nothing_listed(
    fresh: Study,
    held: Callable[[Study], Session],
    tmp_path: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    fault: BaseException,
) -> None:
    session, name = held(fresh).id, NewFile.name

    def named_and_broken_off(file: NewFile) -> None:
        name(file)
        if file.path.suffix == ".txt":
            raise fault

    monkeypatch.setattr(NewFile, "name", named_and_broken_off)
    if isinstance(fault, StateError):
        assert export(fresh, [session], tmp_path, ["md", "txt"], unmask=False, now=now).files == ()
    else:
        with pytest.raises(KeyboardInterrupt):
            export(fresh, [session], tmp_path, ["md", "txt"], unmask=False, now=now)
    assert (written(tmp_path), fresh.handed_over.list(session)) == ({}, ())
    assert "handed over" not in {entry.action for entry in fresh.audit.entries()}


KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from store import Study
from store.handover import export
from store.new_file import NewFile

name = NewFile.name
def named_and_killed(file):
    if sys.argv[4] == "after":
        name(file)
    os._exit(9)
NewFile.name = named_and_killed
now = datetime(2026, 3, 2, 10, tzinfo=UTC)
with Study.open(Path(sys.argv[1]), sys.argv[2], now) as study:
    export(study, [], Path(sys.argv[3]), ["md"], unmask=False, now=now)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_whatever_is_killed_a_receipt_names_each_file_that_may_be_there(
    make_study: Callable[[], Study],
    held: Callable[[Study], Session],
    tmp_path: Path,
    passphrase: str,
    now: datetime,
    when: str,
) -> None:
    with make_study() as study:
        session = held(study).id
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(study.folder), passphrase, str(tmp_path), when], check=False
    )
    assert killed.returncode == 9
    assert (tmp_path / f"{session}.md").exists() is (when == "after")
    with Study.open(study.folder, passphrase, now) as opened:
        lines = withdraw(opened, session, now).out_of_reach
        [line] = [line for line in lines if str(tmp_path / f"{session}.md") in line]
        assert line.startswith("Perhaps handed over on 2026-03-02")


def test_after_a_kill_the_same_file_is_made_anew(
    make_study: Callable[[], Study],
    held: Callable[[Study], Session],
    tmp_path: Path,
    passphrase: str,
    now: datetime,
) -> None:
    with make_study() as study:
        session = held(study).id
        export(study, [], tmp_path, ["md"], unmask=False, now=now)
    subprocess.run([sys.executable, "-c", KILLED, str(study.folder), passphrase, str(tmp_path), "after"], check=False)
    with Study.open(study.folder, passphrase, now) as opened:
        [file] = export(opened, [], tmp_path, ["md"], unmask=False, now=now).files
        assert (file.path.name, file.kept) == (f"{session}.md", None)
        assert [(one.path, one.stage) for one in opened.handed_over.list(session)] == [(file.path, Stage.WRITTEN)]


def test_a_copy_of_a_form_is_listed_and_none_is_made_of_one_that_was_destroyed(
    fresh: Study, held: Callable[[Study], Session], tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = held(fresh).id
    form = fresh.attachments.add(session, "signed form", "scan.pdf", b"signed", now).id
    copy_form(fresh, form, tmp_path / "one.pdf", now)
    assert [one.path for one in fresh.handed_over.list(session)] == [tmp_path / "one.pdf"]
    meddled_with(monkeypatch, Meddler(fresh, session, destroy, 1, tmp_path, now))
    with pytest.raises(NotFound):
        copy_form(fresh, form, tmp_path / "two.pdf", now)
    assert [path.name for path in written(tmp_path)] == ["one.pdf"]
    assert [one.path for one in fresh.handed_over.list(session)] == [tmp_path / "one.pdf"]
    fresh.erase(now)
    assert str(tmp_path / "one.pdf") in "\n".join(fresh.receipts.list(session)[-1].out_of_reach)
    assert fresh.receipts.list(session)[-1].cause is Cause.RETENTION


def test_the_memory_of_a_hand_over_does_not_grow_with_the_number_of_sessions(tmp_path: Path, now: datetime) -> None:
    sessions = large.make(tmp_path / "study", large.Size(sessions=24, utterances=40, sound_s=0))

    def peak(study: Study, count: int) -> int:
        tracemalloc.reset_peak()
        held = tracemalloc.get_traced_memory()[0]
        done = export(study, sessions[:count], tmp_path / f"out-{count}", ["json"], unmask=False, now=now)
        assert len(done.files) == count
        return tracemalloc.get_traced_memory()[1] - held

    with Study.open(tmp_path / "study", CHEAP, now) as study:
        assert set(ready(study)) == set(sessions)
        export(study, sessions[:1], tmp_path / "warm", ["json"], unmask=False, now=now)
        tracemalloc.start()
        try:
            few, many = peak(study, 4), peak(study, 24)
        finally:
            tracemalloc.stop()
    assert many < 1.5 * few


def test_a_session_whose_gate_is_shut_hands_nothing_over_at_all(
    fresh: Study, held: Callable[[Study], Session], tmp_path: Path, now: datetime
) -> None:
    one, other = held(fresh).id, held(fresh).id
    withdraw(fresh, other, now)
    with pytest.raises(ConsentRequired):
        export(fresh, [one, other], tmp_path, ["md"], unmask=False, now=now)
    assert written(tmp_path) == {}
