"""Whether what two acts left behind keeps what the program promises."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress

import numpy as np

from store import ConsentRequired, NotFound, Study, restore
from tests.at_once.acts import Screen, Takes
from tests.at_once.doing import Doing
from tests.at_once.stage import NEW_PASSPHRASE, Stage, open_study
from tests.at_once.traces import ALL, left_of, on_disk, restored
from tests.store import pages
from tests.store.lived import NOW, PASSPHRASE
from transcribe import recording

Doings = tuple[Doing, Doing]
SENTENCES = ("Traceback", "Something went wrong", "a fault of its own")
MOST_HELD_UP_MS = 50.0
"""What a handler may take, where nothing but such pairs runs on the machine."""


def troubles(stage: Stage, key: bytes, doings: Doings, most_held_up_ms: float) -> Iterator[str]:
    """Every promise that was broken, in a sentence; ``key`` is the study's."""
    for doing in doings:
        yield from _of_a_program(stage, doing, most_held_up_ms)
    with open_study(stage.study, PASSPHRASE, NEW_PASSPHRASE) as study:
        yield from (f"study check: {finding.text}" for finding in study.check())
        for doing, other in (doings, doings[::-1]):
            yield from _of_lines(study, doing) if doing.act.led else _of_a_screen(study, doing, other)
    read = on_disk(stage, key)
    yield from _kept(stage, read, doings)
    yield from _handed_over(stage, doings)
    yield from _in_copies(stage, doings)


def _of_a_program(stage: Stage, doing: Doing, most_held_up_ms: float) -> Iterator[str]:
    name, running = doing.act.name, doing.running
    yield from doing.trouble
    said = running.out + running.err
    yield from (f"{name} said: {one}{_log(stage)}" for one in SENTENCES if one in said)
    if doing.code not in ((0,) if doing.act.screen else (0, 1)):
        yield f"{name} ended with {doing.code}: {said[-300:]}{_log(stage)}"
    longest_ms, where = running.held_up
    if longest_ms > most_held_up_ms:
        yield f"{name} held its loop up for {longest_ms:.0f} ms: {where}"


def _log(stage: Stage) -> str:
    """The end of the program's log, which names places in the code."""
    return "".join(f" {file.read_text()[-1500:]}" for file in stage.beside.rglob("*.log") if file.is_file())


def _of_lines(study: Study, doing: Doing) -> Iterator[str]:
    """What it acknowledged is there, and what it destroyed is not."""
    events = doing.running.events()
    if not any(event["event"] == "recording" for event in events):
        return
    number = doing.running.argv[doing.running.argv.index("--participant") + 1]
    session = next(one for one in study.sessions.list() if one.participant == number)
    kept = {note.text for note in study.log.typed(session.id)}
    for event in events:
        if event["event"] == "jotting" and event["text"] not in kept:
            yield f"the note {event['text']!r} was acknowledged and is not there"
        if event["event"] == "strike":
            yield from _struck(study, session.id, int(event["start"] * 1000), int(event["end"] * 1000))
        if event["event"] == "withdrawn":
            yield from _withdrawn(study, session.id)
    asked = {"strike": "strike", "withdraw in it": "withdrawn"}.get(doing.act.name)
    too_late = "has stopped" in doing.running.err or "has ended" in doing.running.err
    if asked and doing.code == 0 and not too_late and not any(event["event"] == asked for event in events):
        yield f"{doing.act.name} was asked for and never told: {doing.running.err[-300:]}"


def _of_a_screen(study: Study, doing: Doing, other: Doing) -> Iterator[str]:
    """What was typed there is kept, and nothing is shown that was taken back."""
    if doing.act.screen is None:
        return
    if not doing.was_left:
        yield f"{doing.act.name} ended by itself"
    if not (doing.arrived or other.act.hides):
        yield f"{doing.act.name} was never opened: {' '.join(doing.running.out.split())[-1500:]}"
    if other.code == 0 and other.act.hides and doing.shown_later:
        hidden = {word.capitalize() for word in doing.stage.subject.said}
        if other.act.hides is Takes.ALL:
            hidden |= {*doing.stage.subject.noted, *doing.stage.subject.memo}
        if still := [word for word in hidden if word in doing.shown_later]:
            yield f"{doing.act.name} showed {len(still)} words a second after {other.act.name} had ended"
    yield from _typed(study, doing, other)


def _typed(study: Study, doing: Doing, other: Doing) -> Iterator[str]:
    """The notes of a session in the app, and what a memo said it had saved."""
    session = doing.stage.subject.id
    if doing.act.screen is Screen.SESSION:
        session = next((one.id for one in study.sessions.list() if one.participant == doing.number), "")
        kept = {note.text for note in study.log.typed(session)} if session else set()
        yield from (f"the note {note!r} was shown and is not there" for note in doing.noted if note not in kept)
    memo = ""
    with suppress(ConsentRequired, NotFound):
        memo = getattr(study.memos.for_session(session), "text", "") if session else ""
    gone = other.act.hides is Takes.ALL and doing.act.screen is Screen.MEMO  # also where it was only laid down by then
    if not gone:
        yield from (f"{word!r} was saved in the memo and is not there" for word in doing.kept if word not in memo)


def _struck(study: Study, session: str, start_ms: int, end_ms: int) -> Iterator[str]:
    permit = study.permit_listening(session)
    reader = recording.open_reader(permit.path, permit.key)
    try:
        if np.any(reader.read(start_ms, end_ms)):
            yield f"sound is left between {start_ms} and {end_ms} ms, which was struck"
    finally:
        reader.close()
    for row in study.transcript.utterances(session):
        if row.start_ms < end_ms and row.end_ms > start_ms:
            yield f"words are left at {row.start_ms} ms, which was struck"


def _withdrawn(study: Study, session: str) -> Iterator[str]:
    with suppress(ConsentRequired, NotFound):
        study.permit_listening(session)
        yield "a recording is left that was withdrawn"
    if (study.folder / "recordings" / f"{session}.db").exists():
        yield "the file of a recording is left that was withdrawn"
    if study.transcript.utterances(session):
        yield "words are left that were withdrawn"


def _taken(doings: Doings) -> Iterator[tuple[Doing, set[str]]]:
    """Those that gave a receipt, and what is gone by it."""
    for doing in doings:
        if doing.act.takes is not Takes.NOTHING and doing.code == 0:
            yield doing, set(doing.act.takes.split())


def _kept(stage: Stage, read: dict[str, bytes], doings: Doings) -> Iterator[str]:
    for doing, gone in _taken(doings):
        if left := left_of(read, stage.subject) & gone:
            yield f"after {doing.act.name}, {', '.join(sorted(left))} of the session are left in the study"
        typed = [word for other in doings if other.act.screen is Screen.MEMO for word in other.kept]
        if "memo" in gone and typed and pages.found(read, pages.traces_of_words(typed)):
            yield f"after {doing.act.name}, words that were typed into the memo are left in the study"
    destroyed = any(doing.act.name == "destroy what is due" and doing.code == 0 for doing in doings)
    if destroyed and (left := left_of(read, stage.past_its_day)):
        yield f"{', '.join(sorted(left))} are left of what was destroyed as it was due"
    if missing := ALL - left_of(read, stage.other):
        yield f"{', '.join(sorted(missing))} of the other session are lost"


def _handed_over(stage: Stage, doings: Doings) -> Iterator[str]:
    """What was written in clear after the receipt; what was there before is named in it."""
    traces = {form.encode() for word in stage.subject.said for form in (word, word.capitalize())}
    handed = stage.beside / "handed"
    for doing, gone in _taken(doings):
        for file in handed.glob("*") if "words" in gone and handed.exists() else ():
            late = file.stat().st_mtime > doing.running.ended
            if late and any(trace in file.read_bytes() for trace in traces):
                yield f"{file.name} was written after the receipt, with words in it"


def _in_copies(stage: Stage, doings: Doings) -> Iterator[str]:
    by_name = {doing.act.name: doing for doing in doings}
    for taking, gone in _taken(doings):
        backup, brought = by_name.get("backup"), by_name.get("restore")
        if backup is not None and backup.code == 0 and backup.running.ended >= taking.running.ended:
            elsewhere = stage.beside / "elsewhere"  # where the study is not at hand, and nothing is taken back again
            elsewhere.mkdir(exist_ok=True)
            copy, again = elsewhere / "copy.vivavoce", elsewhere / "again"
            shutil.copy(stage.beside / "copy.vivavoce", copy)
            restore(copy, again, PASSPHRASE, lambda done, parts: None, now=NOW)
            if left := left_of(restored(stage, again), stage.subject) & gone:
                yield f"the backup ended after {taking.act.name} and holds {', '.join(sorted(left))}"
        late = brought is not None and brought.code == 0 and brought.running.began > taking.running.ended
        if late and (left := left_of(restored(stage, stage.beside / "again"), stage.subject) & gone):
            yield f"an earlier backup brought back {', '.join(sorted(left))} after {taking.act.name}"
