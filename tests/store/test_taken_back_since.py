"""What is taken back while a backup is made is not in it, and what is taken back later is not restored unawares."""

from __future__ import annotations

import ast
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from guides import Guide
from store import (
    Act,
    Decision,
    Kind,
    NotNow,
    RestoreReceipt,
    Rule,
    SealedDecision,
    Study,
    StudyLocked,
    backups_made,
    encrypt_anew,
    keys,
    new_file,
    parts,
)
from store import restore as bring_back
from store.errors import ReceiptOwed
from store.handover import export
from store.taken_back import TAKING_BACK
from tests.store import pages, whole
from tests.store.conftest import NOW
from transcribe import copies, recording

ROOT = Path(__file__).resolve().parents[2]
TakeBack = Callable[[Study, str, datetime], object]


def study_key(folder: Path, passphrase: str) -> bytes:
    return keys.unlock(folder, "passphrase", passphrase)


def withdraw(study: Study, session: str, now: datetime) -> None:
    study.withdraw_taking_part(session, notes=True, recorded_by="ME", now=now)


def withdraw_audio(study: Study, session: str, now: datetime) -> None:
    study.withdraw_audio(session, transcript=False, recorded_by="ME", now=now)


def withdraw_words(study: Study, session: str, now: datetime) -> None:
    study.withdraw_audio(session, transcript=True, recorded_by="ME", now=now)


def withdraw_quoting(study: Study, session: str, now: datetime) -> None:
    study.withdraw_use(session, Kind.QUOTING, recorded_by="ME", now=now)


def strike(study: Study, session: str, now: datetime) -> None:
    study.strike(session, 0, 950, now)


def strike_note(study: Study, session: str, now: datetime) -> None:
    study.strike_note(session, study.log.typed(session)[0].id, now)


def correct_note(study: Study, session: str, now: datetime) -> None:
    study.correct_note(session, study.log.typed(session)[0].id, "nothing", now)


def destroy(study: Study, session: str, now: datetime) -> None:
    study.retention.set(Rule(until=date(2020, 1, 1)), now)
    study.retention.destroy(session, now)


def remove(study: Study, session: str, now: datetime) -> None:
    study.participants.remove("70001", now)


WAYS: dict[str, TakeBack] = {
    way.__name__: way
    for way in (
        *(withdraw, withdraw_audio, withdraw_words, withdraw_quoting),
        *(strike, strike_note, correct_note, destroy, remove),
    )
}


@pytest.fixture(scope="module")
def made(make_study: Callable[[], Study], guide: Guide, now: datetime) -> tuple[Path, str, str]:
    """Where a study lies, closed, and two of its sessions; somebody has none. It is copied."""
    with make_study() as study:
        one, other = whole.fill(study, guide, now, 2)
        study.participants.add("70001", {"role": "peer"}, now)
    return study.folder, one, other


@pytest.fixture
def held(
    made: tuple[Path, str, str], tmp_path_factory: pytest.TempPathFactory, passphrase: str, now: datetime
) -> Iterator[tuple[Study, str, str]]:
    """A study, and two of its sessions: something of the first is taken back."""
    folder, one, other = made
    there = Path(shutil.copytree(folder, tmp_path_factory.mktemp("held") / "study"))
    with Study.open(there, passphrase, now) as study:
        yield study, one, other


def state_of(study: Study, session: str) -> dict[str, object]:
    """What there is of a session, as far as it may be read."""
    shut = study.gate.is_shut(session)
    row = study.sessions.get(session)
    return {
        "shut": shut,
        "destroyed": row.destroyed_at is not None,
        "state": row.state,
        "consent": study.consent.newest(session),
        "words": () if shut else tuple(one.text for one in study.transcript.utterances(session)),
        "notes": () if shut else tuple(one.text for one in study.log.typed(session)),
        "sound": sound_of(study, session),
        "people": tuple(one.number for one in study.participants.list()),
    }


def sound_of(study: Study, session: str) -> bytes | None:
    path = study.folder / "recordings" / f"{session}.db"
    permit = study._permits.find(study.sessions.get(session))
    if permit is None or not path.exists():
        return None
    reader = recording.open_reader(path, permit.key)
    try:
        return reader.read(0, reader.end_ms).tobytes()
    finally:
        reader.close()


def once(act: Callable[[], object], at: int) -> parts.Told:
    """Acts as the part of this number is begun, for the first time."""
    left = [act]

    def told(done: int, of: int) -> None:
        if done == at and left:
            left.pop()()

    return told


def restored(file: Path, folder: Path, passphrase: str, *places: Path) -> RestoreReceipt:
    return bring_back(file, folder, passphrase, parts.untold, places=places, now=NOW)


@pytest.mark.parametrize("sound", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_back_while_a_backup_is_made_is_not_in_it(
    held: tuple[Study, str, str],
    tmp_path: Path,
    passphrase: str,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
    sound: bool,
) -> None:
    study, one, other = held
    verify = parts.verify

    def by_another_program() -> None:
        with study.another() as own, suppress(ReceiptOwed):
            WAYS[way](own, one, now)

    as_it_is_read_again = once(by_another_program, 0)
    as_the_second_sound_is_copied = once(by_another_program, 2)
    if not sound:
        monkeypatch.setattr(parts, "verify", lambda *given: (as_it_is_read_again(0, 0), verify(*given))[1])
    study.back_up(tmp_path / "b", now, sound=sound, told=as_the_second_sound_is_copied)
    restored(tmp_path / "b", tmp_path / "back", passphrase)
    with Study.open(tmp_path / "back", passphrase, now) as back:
        for session in (one, other):
            there = state_of(study, session)
            assert state_of(back, session) == (there if sound else {**there, "sound": None})
        assert back.check() == ()


def test_where_something_is_struck_each_time_no_backup_is_made(
    held: tuple[Study, str, str], tmp_path: Path, now: datetime
) -> None:
    study, one, _ = held
    with pytest.raises(StudyLocked, match="none was made"):
        study.back_up(tmp_path / "b", now, told=lambda done, of: strike(study, one, now) if done == 1 else None)
    assert list(tmp_path.iterdir()) == []
    assert backups_made.sentences(study._database, one) == ()


def test_a_session_that_is_begun_and_declined_meanwhile_makes_no_backup_anew(
    held: tuple[Study, str, str], guide: Guide, tmp_path: Path, now: datetime
) -> None:
    study, _, _ = held
    tries = []

    def begin(done: int, of: int) -> None:
        tries.append(done)
        if done == 1:
            begun = study.sessions.begin(
                "70001", 1, guide_sha256=guide.sha256, setting="", others_present="", now=now
            ).id
            study.consent.decide(begun, Kind.AUDIO, Decision.DECLINED, form_version="1", recorded_by="ME", now=now)

    study.back_up(tmp_path / "b", now, told=begin)
    assert tries == [0, 1, 2]


def test_a_study_that_is_being_copied_is_let_go_when_something_is_taken_back(
    held: tuple[Study, str, str], tmp_path: Path
) -> None:
    study, _, _ = held
    assert not study._database.copy_to(tmp_path / "b", unless=lambda: True)
    assert study._database.truncate_log()
    (tmp_path / "b").unlink()
    assert study._database.copy_to(tmp_path / "b", unless=lambda: False)


def test_a_receipt_names_the_backups_that_were_made_before_and_hold_the_session(
    held: tuple[Study, str, str], guide: Guide, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, one, _ = held
    study.back_up(tmp_path / "first", now)
    study.back_up(tmp_path / "words", now + timedelta(days=1), sound=False)

    def taken(passing: Path, path: Path) -> None:
        raise StudyLocked("broken off")

    monkeypatch.setattr(new_file, "give_name", taken)
    with pytest.raises(StudyLocked):
        study.back_up(tmp_path / "never", now)
    newer = whole.hold(study, guide, now, "80001")
    for session, named in ((one, ["first", "words"]), (newer, [])):
        receipt = study.withdraw_taking_part(session, notes=True, recorded_by="ME", now=now)
        backups = [line for line in receipt.out_of_reach if str(tmp_path) in line]
        assert [line.rpartition("/")[2] for line in backups] == named
        assert all(line.startswith("Backup made on 2026-03-0") for line in backups)


@pytest.mark.parametrize("way", WAYS)
def test_what_was_taken_back_since_does_not_come_back_where_the_study_is_at_hand(
    held: tuple[Study, str, str], tmp_path: Path, passphrase: str, now: datetime, way: str
) -> None:
    study, one, other = held
    study.back_up(tmp_path / "b", now)
    WAYS[way](study, one, now)
    receipt = restored(tmp_path / "b", tmp_path / "back", passphrase, study.folder)
    assert receipt.compared == study.folder
    assert {each.about for each in receipt.taken_back} == {"p3" if way == "remove" else one}
    with Study.open(tmp_path / "back", passphrase, now) as back:
        for session in (one, other):
            assert state_of(back, session) == state_of(study, session)
        assert back.check() == ()
        assert way in ("withdraw_quoting", "correct_note", "remove") or back.receipts.list(one)


def test_what_was_taken_back_is_gone_from_every_page_of_what_is_restored(
    make_study: Callable[[], Study], guide: Guide, tmp_path: Path, passphrase: str, now: datetime
) -> None:
    with make_study() as study:
        [one] = whole.fill(study, guide, now, 1)
        study.back_up(tmp_path / "b", now)
        withdraw(study, one, now)
        restored(tmp_path / "b", tmp_path / "back", passphrase, study.folder)
    read = b"".join(pages.Opened(tmp_path / "back" / "study.db", study_key(tmp_path / "back", passphrase)).pages())
    assert f"a {whole.SECRET} 0".encode() not in read
    assert list((tmp_path / "back" / "recordings").iterdir()) == []


def test_a_study_that_is_at_hand_and_can_not_be_read_keeps_nothing_back_and_that_is_said(
    held: tuple[Study, str, str], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    study, one, _ = held
    study.back_up(tmp_path / "b", now)
    withdraw(study, one, now)
    study.close()
    whole.flip(study.folder / "study.db", 200, 1)
    receipt = restored(tmp_path / "b", tmp_path / "back", passphrase, study.folder)
    assert (receipt.compared, receipt.taken_back) == (None, ())
    assert receipt.not_compared.startswith("The study's database is broken")


def test_a_study_that_was_encrypted_anew_since_is_known_too(
    held: tuple[Study, str, str], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    study, one, _ = held
    study.back_up(tmp_path / "b", now)
    strike(study, one, now)
    study.close()
    encrypt_anew(study.folder, passphrase, passphrase, now)
    receipt = restored(tmp_path / "b", tmp_path / "back", passphrase, study.folder)
    assert [each.what for each in receipt.taken_back] == ["stretch struck"]


def test_another_study_beside_is_not_asked(
    held: tuple[Study, str, str], make_study: Callable[[], Study], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    study, one, _ = held
    study.back_up(tmp_path / "b", now)
    with make_study() as stranger:
        assert restored(tmp_path / "b", tmp_path / "back", passphrase, stranger.folder).compared is None
    strike(study, one, now)
    receipt = restored(tmp_path / "b", tmp_path / "again", passphrase, study.folder)
    assert receipt.compared == study.folder  # not the one that was restored beside it, which knows of nothing


def test_what_is_restored_knows_the_backup_that_it_came_from(
    held: tuple[Study, str, str], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    study, one, _ = held
    study.back_up(tmp_path / "b", now)
    restored(tmp_path / "b", tmp_path / "back", passphrase)
    with Study.open(tmp_path / "back", passphrase, now) as back:
        receipt = back.withdraw_taking_part(one, notes=True, recorded_by="ME", now=now)
    assert any(str(tmp_path / "b") in line for line in receipt.out_of_reach)


def test_a_recording_that_is_being_copied_holds_up_nobody_who_strikes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, key = tmp_path / "r.db", bytes(range(32))
    writer = recording.create(path, key)
    for second in range(20):
        writer.append(np.full(recording.RATE_HZ, second + 1, np.int16))
    put_in = copies._put_in
    struck: list[int] = []

    def slowly(copied: object, name: str, rows: list[object]) -> None:
        put_in(copied, name, rows)
        if name == "chunk" and len(struck) < 2:
            writer.strike(3_000 + len(struck), 5_000)  # it empties its log, or raises after five seconds
            writer.append(np.full(recording.RATE_HZ, 99, np.int16))
            struck.append(threading.get_ident())

    monkeypatch.setattr(copies, "_put_in", slowly)
    monkeypatch.setattr(copies, "_ROWS_A_STEP", 5)
    (tmp_path / "copy.db").touch()
    copies.copy(path, key, tmp_path / "copy.db")
    reader = recording.open_reader(tmp_path / "copy.db", key)
    samples = reader.read(0, reader.end_ms)
    assert [int(samples[at * recording.RATE_HZ]) for at in (0, 3, 4, 5, 19)] == [1, 0, 0, 6, 20]
    assert [gap.reason for gap in reader.gaps()] == ["strike", "strike"]
    reader.close()
    writer.close()
    assert copies.is_sound(tmp_path / "copy.db", key)


HARMLESS = {
    *("attachment added", "backup made", "glossary changed", "guide chosen", "guide kept", "handed over", "loss found"),
    *("memo opened", "microphone tried", "participant added", "participant changed", "participant renamed"),
    *("passphrase changed", "recording permitted", "retention set", "session annulled", "session begun"),
    *("session closed as it is", "study made", "verbatim chosen", "voice enrolled", "voice forgotten"),
    *("f'session {to}'", "f'{kind} {decision}'", "f'destroyed for {cause}'"),
}
"""What else the audit log may be told, as it stands in the program; of those with a name in them see TAKING_BACK."""


def actions() -> Iterator[str]:
    """Whatever is written into the audit log, wherever in the store."""
    for path in (ROOT / "store").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or len(call.args) != 3:
                continue
            on = ast.unparse(call.func)
            if on.endswith(("audit.add", "self.note", "_destruction.note")):
                first = call.args[0]
                said = first if not isinstance(first, ast.IfExp) else None
                for one in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (said,):
                    yield one.value if isinstance(one, ast.Constant) else ast.unparse(one)  # type: ignore[arg-type,misc]


def test_each_line_of_the_audit_log_either_takes_something_back_or_is_known_not_to() -> None:
    found = set(actions()) - {"action"}
    assert found >= {"stretch struck", "session begun"}
    assert found - HARMLESS - TAKING_BACK == set()
    assert not TAKING_BACK & HARMLESS


def laid_down(session: str, now: datetime) -> SealedDecision:
    return SealedDecision(Act.STRIKE, session, now, start_ms=0, end_ms=950)


def test_while_a_strike_is_laid_down_and_not_carried_out_no_backup_and_no_hand_over_is_made(
    held: tuple[Study, str, str], tmp_path: Path, now: datetime
) -> None:
    study, one, other = held

    def lay_down(done: int, of: int) -> None:
        if done == 2:
            study.seal(laid_down(one, now))

    with pytest.raises(StudyLocked, match="none was made"):
        study.back_up(tmp_path / "b", now, told=lay_down)
    assert list(tmp_path.iterdir()) == []
    done = export(study, [], tmp_path / "out", ["md"], unmask=False, now=now)
    assert [file.path.name for file in done.files] == [f"{other}.md"]
    assert [left.session for left in done.left_out] == [one]


def test_a_backup_waits_for_what_is_carried_out_meanwhile(
    held: tuple[Study, str, str], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    study, one, _ = held
    laid: list[Path] = []

    def carry_out(done: int, of: int) -> None:
        if done == 2 and not laid:
            laid.append(study.seal(laid_down(one, now)))
        elif done == 0 and laid:
            strike(study, one, now)
            study.unseal(laid[0])

    study.back_up(tmp_path / "b", now, told=carry_out)
    restored(tmp_path / "b", tmp_path / "back", passphrase)
    with Study.open(tmp_path / "back", passphrase, now) as back:
        assert state_of(back, one) == state_of(study, one)


def test_nothing_is_restored_while_the_study_at_hand_has_something_to_carry_out(
    held: tuple[Study, str, str], tmp_path: Path, passphrase: str, now: datetime
) -> None:
    study, one, _ = held
    study.back_up(tmp_path / "b", now)
    study.seal(laid_down(one, now))
    with pytest.raises(NotNow, match="not carried out yet"):
        restored(tmp_path / "b", tmp_path / "back", passphrase, study.folder)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
