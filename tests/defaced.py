"""A study in which every text that a person, a file or a model brought holds all that a terminal would obey.

A column of text that is added to the study belongs to ``WRITTEN`` or to ``OURS``: whoever adds it says which.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from guides import Guide, bundled_guide
from guides.reading import parse
from store import Decision, Kind, Move, Session, SpokenWord, Study
from tests.studies import cheap_keys

CONTROLS = "".join(chr(code) for code in (*range(1, 32), *range(127, 160)) if chr(code) not in "\t\n")
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206f"
UNSEEN = "\u2028\u2029\ufeff\ufff9\ufffa\ufffb\U000e0001\U000e0020\U000e0041\U000e007f"
EVERY = f"\0{CONTROLS}{TURNING}{UNSEEN}"
SIGN = "x"
"""Stands behind each of them: what Textual itself sends to a terminal is never followed by it."""

TITLE = f"\x1b]0;PWNED\x07{SIGN}"
TYPED = TITLE + "".join(letter + SIGN for letter in "\x9b\x7f\u202e\u2066\ufeff\u2028\U000e0041")
"""Short enough for the name of a file, and without what no argument can hold."""
TEXT = f"{TITLE}{''.join(letter + SIGN for letter in EVERY)} so"
SOFT = "".join(letter + SIGN for letter in "\ufeff\u206a\ufff9\U000e0041")
"""What a guide may hold: it is refused with the others."""

WRITTEN = {
    "study.name": TEXT,
    "participant.attributes": json.dumps({TEXT: TEXT}),
    "session.setting": TEXT,
    "session.others_present": TEXT,
    "session.model": TEXT,
    "session.device": TEXT,
    "decision.form_version": TEXT,
    "decision.recorded_by": TEXT,
    "attachment.name": TEXT,
    "cue.text": TEXT,
    "mark.text": TEXT,
    "jotting.text": TEXT,
    "version.text": TEXT,
    "version.words": json.dumps([[0, 900, TEXT, 0.1, False]]),
    "version.model": TEXT,
    "memo.text": f"{TEXT}\n\n{TEXT}",
    "memo_version.text": TEXT,
    "annulment.reason": TEXT,
    "handed_over.path": f"/home/{TYPED}",
    "backup.path": f"/home/{TYPED}",
    "wish.model": TEXT,
    "unreadable.model": TEXT,
    "passage.text": TEXT,
}
"""What a person, a file or a model brings: in every row stands this."""

SETTINGS = {
    "interviewer": TEXT,
    "distress": json.dumps({"say": TEXT, "call": TEXT}),
    "glossary": json.dumps([TEXT]),
}
"""Of the settings, which are kept in one column, those that are texts."""

OURS = {
    *("setting.key", "setting.value", "guide.name", "guide.text"),  # see above, and ``guide``
    *("participant.number", "session.participant", "session.id"),  # letters, digits and hyphens, asserted as they come
    *("session.state", "session.mode", "session.language", "decision.kind", "decision.decision", "attachment.kind"),
    *("cue.question", "cue.move", "gap.reason", "version.speaker", "version.reading", "version.verbatim"),
    *("audit.action", "audit.subject", "receipt.cause", "receipt.destroyed", "receipt.out_of_reach"),
    *("handed_over.stage", "backup.stage"),
    *("destruction.cause", "destruction.destroyed", "loss.kind"),
}
"""What only the program writes: ids, words out of lists, sentences of its own."""

_A_SUM_A_MOMENT_OR_A_SESSION = re.compile(r".*\.(sha256|guide_sha256|hash|audit_head|session|\w+_at|at)")


def columns_of_text(study: Study) -> set[str]:
    """Every column of text in the study, but for sums, moments, and ids of sessions."""
    database = study._database
    tables = [row["name"] for row in database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    inner = ("sqlite_", "passage_", "_sqlite")
    found = {
        f"{table}.{column['name']}"
        for table in tables
        if not table.startswith(inner)
        for column in database.rows(f"PRAGMA table_info({table})")
        if column["type"] in ("TEXT", "")
    }
    return {one for one in found if not _A_SUM_A_MOMENT_OR_A_SESSION.fullmatch(one)}


def guide() -> Guide:
    """A guide whose every text begins with what is not refused in it."""
    text = bundled_guide("peer-specialist-fidelity").text
    return parse(re.sub(r'^(\w+ = ")(?=[A-Z])', rf"\g<1>{SOFT}", text, flags=re.MULTILINE), "defaced")


@dataclass(frozen=True)
class Defaced:
    """The ids of its sessions: one that is complete, one that was left interrupted, one that was annulled."""

    held: str
    left: str
    annulled: str


def make(folder: Path, passphrase: str, now: datetime) -> Defaced:
    """Such a study in a new folder."""
    with cheap_keys(), Study.create(folder, passphrase, name="a study", guide=guide(), now=now)[0] as study:
        sessions = _fill(study, now)
        _deface(study, now)
    return sessions


def _fill(study: Study, now: datetime) -> Defaced:
    """A row for every table."""
    held, left, annulled = (_begun(study, number, now) for number in ("50001", "50002", "50003"))
    _say(study, held, now)
    study.attachments.add(held.id, "signed form", "form.pdf", b"%PDF", now)
    study.sessions.stop(held.id, now, recording_ms=60_000, captured_ms=60_000, dropped_frames=0)
    memo = study.memos.open(held.id, "", now)
    study.memos.save(memo.id, "a memo", now + timedelta(minutes=9))
    study.memos.keep_version(memo.id, now)
    study.sessions.complete(held.id, now, ready_after_stop_ms=900)
    study.handed_over.note(held.id, study.folder, "0" * 64, now)
    _say(study, left, now)
    for session in (left, annulled):
        study.sessions.interrupt(session.id, now)
    study.annulment.annul(annulled.id, "a mistake", now)
    return Defaced(held.id, left.id, annulled.id)


def _deface(study: Study, now: datetime) -> None:
    """Put it into every row of every column, past the triggers, which are there again afterwards."""
    database = study._database
    triggers = database.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    with database.write():
        for trigger in triggers:
            database.run(f"DROP TRIGGER {trigger['name']}")
        held = database.value("SELECT id FROM session WHERE participant = '50001'")
        database.run("INSERT OR IGNORE INTO wish VALUES (?, 'base', ?)", (held, now.isoformat()))
        backup = "INSERT INTO backup (path, audit_seq, at, stage) VALUES ('', 1, ?, 'written')"
        database.run(backup, (now.isoformat(),))
        database.run("INSERT INTO unreadable SELECT id, 'base', 2, ? FROM utterance", (now.isoformat(),))
        for place, text in WRITTEN.items():
            table, column = place.split(".")
            database.run(f"UPDATE {table} SET {column} = ?", (text,))
        for key, text in SETTINGS.items():
            database.run("INSERT OR REPLACE INTO setting VALUES (?, ?, ?)", (key, text, now.isoformat()))
        for trigger in triggers:
            database.run(trigger["sql"])


def _begun(study: Study, number: str, now: datetime) -> Session:
    study.participants.add(number, {}, now)
    sha256 = study.guides.current().sha256
    session = study.sessions.begin(number, 1, guide_sha256=sha256, setting="s", others_present="o", now=now)
    for kind in Kind:
        study.consent.decide(session.id, kind, Decision.GRANTED, form_version="1", recorded_by="i", now=now)
    return study.sessions.get(session.id)


def _say(study: Study, session: Session, now: datetime) -> None:
    log, (first, second, *_) = study.log, study.guides.current().for_wave(1)
    for move, question, at_ms in ((Move.ASK, first.id, 0), (Move.SKIP, second.id, 500), (Move.FOLLOW, None, 2_000)):
        log.cue(session.id, question=question, move=move, at_ms=at_ms, text="t", now=now)
    log.mark(session.id, at_ms=3_000, text="m", now=now)
    log.jot(session.id, at_ms=4_000, text="j", now=now)
    log.gap(session.id, 50_000, 52_000, "restart", now)
    for at_ms, speaker in ((1_000, "interviewer"), (6_000, "participant"), (9_000, None)):
        row = study.transcript.add_utterance(session.id, at_ms, at_ms + 900, now)
        word = SpokenWord(at_ms, at_ms + 900, "w", 0.9)
        study.transcript.set_text(row, "w", (word,), speaker=speaker, reading="live", model="tiny.en", now=now)
