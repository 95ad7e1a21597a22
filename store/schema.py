"""The tables of a study, as numbered migrations. Loaded only where there is one to make: its library takes time."""

from __future__ import annotations

from sqlite_utils import Database as Tables
from sqlite_utils import Migrations

from store.database import Database, plain_errors
from store.triggers import (
    ANNULMENT,
    BACKUPS,
    CORRECTION,
    DESTRUCTION,
    FIRST,
    HANDED_OVER,
    LOSSES,
    NEWEST_WORD,
    SUPERSEDED,
    WISHES,
)

migrations = Migrations("study")

_TABLES = (
    "CREATE TABLE study (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, created_at TEXT NOT NULL,"
    " invented INTEGER NOT NULL) STRICT",
    "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL, set_at TEXT NOT NULL) STRICT",
    # NOCASE: two numbers that differ in case alone would share a file on some systems
    "CREATE TABLE participant (number TEXT PRIMARY KEY COLLATE NOCASE, attributes TEXT NOT NULL,"
    " added_at TEXT NOT NULL) STRICT",
    "CREATE TABLE guide (sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, text TEXT NOT NULL,"
    " kept_at TEXT NOT NULL) STRICT",
    """CREATE TABLE session (
        id TEXT PRIMARY KEY,
        participant TEXT NOT NULL REFERENCES participant (number),
        wave INTEGER NOT NULL CHECK (wave > 0),
        state TEXT NOT NULL CHECK (state IN ('open', 'interrupted', 'stopped', 'complete', 'withdrawn')),
        mode TEXT NOT NULL CHECK (mode IN ('audio', 'notes')),
        guide_sha256 TEXT NOT NULL REFERENCES guide (sha256),
        started_at TEXT NOT NULL,
        stopped_at TEXT,
        setting TEXT NOT NULL,
        others_present TEXT NOT NULL,
        recording_ms INTEGER NOT NULL DEFAULT 0,
        captured_ms INTEGER NOT NULL DEFAULT 0,
        dropped_frames INTEGER NOT NULL DEFAULT 0,
        ready_after_stop_ms INTEGER,
        memo_opened_at TEXT,
        model TEXT,
        device TEXT,
        acked_seq INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE decision (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        session TEXT NOT NULL REFERENCES session (id),
        kind TEXT NOT NULL CHECK (kind IN ('taking_part', 'audio', 'quoting', 'contact')),
        decision TEXT NOT NULL CHECK (decision IN ('granted', 'declined', 'withdrawn')),
        decided_at TEXT NOT NULL,
        form_version TEXT NOT NULL,
        recorded_by TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX decision_newest ON decision (session, kind, id)",
    "CREATE TABLE recording_key (session TEXT PRIMARY KEY REFERENCES session (id),"
    " key BLOB NOT NULL CHECK (length(key) = 32), made_at TEXT NOT NULL) STRICT",
    "CREATE TABLE attachment (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES session (id),"
    " kind TEXT NOT NULL, name TEXT NOT NULL, added_at TEXT NOT NULL, data BLOB NOT NULL) STRICT",
    "CREATE TABLE cue (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES session (id),"
    " question TEXT, move TEXT NOT NULL CHECK (move IN ('ask', 'back', 'skip', 'follow')), at_ms INTEGER NOT NULL,"
    " text TEXT, made_at TEXT NOT NULL) STRICT",
    "CREATE TABLE mark (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES session (id),"
    " at_ms INTEGER NOT NULL, text TEXT, made_at TEXT NOT NULL) STRICT",
    "CREATE TABLE jotting (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES session (id),"
    " at_ms INTEGER NOT NULL, text TEXT NOT NULL, made_at TEXT NOT NULL) STRICT",
    "CREATE TABLE gap (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES session (id),"
    " start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, reason TEXT NOT NULL, made_at TEXT NOT NULL) STRICT",
    "CREATE TABLE pause (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES session (id),"
    " at_ms INTEGER NOT NULL, paused_at TEXT NOT NULL, resumed_at TEXT) STRICT",
    "CREATE TABLE utterance (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES session (id),"
    " start_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, added_at TEXT NOT NULL,"
    " struck INTEGER NOT NULL DEFAULT 0) STRICT",
    "CREATE INDEX utterance_in_time ON utterance (session, start_ms, id)",
    """CREATE TABLE version (
        utterance INTEGER NOT NULL REFERENCES utterance (id),
        version INTEGER NOT NULL,
        text TEXT NOT NULL,
        words TEXT NOT NULL,
        speaker TEXT,
        reading TEXT NOT NULL,
        model TEXT NOT NULL,
        made_at TEXT NOT NULL,
        PRIMARY KEY (utterance, version)
    ) STRICT""",
    "CREATE TABLE memo (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL UNIQUE REFERENCES session (id),"
    " text TEXT NOT NULL, opened_at TEXT NOT NULL, saved_at TEXT NOT NULL, minutes_after REAL NOT NULL,"
    " indexed INTEGER NOT NULL DEFAULT 1) STRICT",
    "CREATE TABLE memo_version (memo INTEGER NOT NULL REFERENCES memo (id), version INTEGER NOT NULL,"
    " text TEXT NOT NULL, kept_at TEXT NOT NULL, PRIMARY KEY (memo, version)) STRICT",
    "CREATE TABLE audit (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,"
    " hash TEXT NOT NULL) STRICT",
    "CREATE INDEX cue_in_time ON cue (session, at_ms, id)",
    *(f"CREATE INDEX {table}_of_session ON {table} (session)" for table in ("mark", "jotting", "gap", "pause")),
    # A row is 4 x the source's row number, + 0 for an utterance (newest version), 1 for a memo, 2 for a jotting.
    'CREATE VIRTUAL TABLE passage USING fts5 (text, tokenize = "unicode61 remove_diacritics 2")',
    "INSERT INTO passage (passage, rank) VALUES ('secure-delete', 1)",
)

_OF_DESTRUCTION = (
    "ALTER TABLE session ADD COLUMN destroyed_at TEXT",
    "CREATE TABLE receipt (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES session (id),"
    " cause TEXT NOT NULL CHECK (cause IN ('strike', 'withdrawal', 'retention')), at TEXT NOT NULL,"
    " destroyed TEXT NOT NULL, out_of_reach TEXT NOT NULL, audit_head TEXT NOT NULL) STRICT",
    # decided and not yet carried out to the end; ``destroyed`` lists what is gone already
    "CREATE TABLE destruction (session TEXT PRIMARY KEY REFERENCES session (id), cause TEXT NOT NULL,"
    " words INTEGER NOT NULL, notes INTEGER NOT NULL, papers INTEGER NOT NULL, destroyed TEXT NOT NULL) STRICT",
    # a row while unused space inside the database's pages may hold a copy of what was destroyed
    "CREATE TABLE leftover (id INTEGER PRIMARY KEY CHECK (id = 1)) STRICT",
)


_OF_ANNULMENT = (
    "CREATE TABLE annulment (session TEXT PRIMARY KEY REFERENCES session (id), reason TEXT NOT NULL,"
    " annulled_at TEXT NOT NULL) STRICT",
    "CREATE TABLE handed_over (id INTEGER PRIMARY KEY AUTOINCREMENT, session TEXT NOT NULL REFERENCES session (id),"
    " path TEXT NOT NULL, sha256 TEXT NOT NULL, at TEXT NOT NULL) STRICT",
    "CREATE INDEX handed_over_of_session ON handed_over (session)",
    "CREATE INDEX handed_over_to_path ON handed_over (path)",
    # by this the audit log names somebody, whatever their number; AUTOINCREMENT gives none a second time
    "CREATE TABLE person (id INTEGER PRIMARY KEY AUTOINCREMENT, added_at TEXT NOT NULL) STRICT",
    "INSERT INTO person (added_at) SELECT added_at FROM participant ORDER BY added_at, number",
    "ALTER TABLE participant ADD COLUMN person INTEGER REFERENCES person (id)",
    "UPDATE participant SET person = (SELECT count(*) FROM participant AS p"
    " WHERE (p.added_at, p.number) <= (participant.added_at, participant.number))",
    "CREATE UNIQUE INDEX participant_by_person ON participant (person)",
)


@migrations()
def m001_the_study(tables: Tables) -> None:
    """Everything of the first release."""
    for statement in _TABLES:
        tables.execute(statement)
    for trigger in FIRST.values():
        tables.execute(trigger)


@migrations()
def m002_speakers_by_voice(tables: Tables) -> None:
    """How sure a speaker is, and how far an utterance reached before it was parted at a change of voice."""
    tables.execute("ALTER TABLE version ADD COLUMN confidence REAL")
    tables.execute("ALTER TABLE utterance ADD COLUMN heard_end_ms INTEGER")


@migrations()
def m003_wishes(tables: Tables) -> None:
    """Which sessions are to be read once more, and by which model; a wish goes with consent, recording or session."""
    tables.execute(
        "CREATE TABLE wish (session TEXT PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE, model TEXT NOT NULL,"
        " wished_at TEXT NOT NULL) STRICT"
    )
    for trigger in WISHES.values():
        tables.execute(trigger)


@migrations()
def m004_kinds_of_verbatim(tables: Tables) -> None:
    """Whether fillers and repeats were looked for as a version was read; before this they never were."""
    tables.execute("ALTER TABLE version ADD COLUMN verbatim TEXT NOT NULL DEFAULT 'clean'")


@migrations()
def m005_voices(tables: Tables) -> None:
    """Which of the two voices speaks, 1 or 2 as they were first heard, also where nothing says whose it is."""
    tables.execute("ALTER TABLE version ADD COLUMN voice INTEGER")


@migrations()
def m006_language(tables: Tables) -> None:
    """In which language a session was heard, where a model found it out by itself."""
    tables.execute("ALTER TABLE session ADD COLUMN language TEXT")


@migrations()
def m007_what_is_counted(tables: Tables) -> None:
    """How many writes there were, which of them were found to be lost, and which recordings a backup left out."""
    tables.execute("CREATE TABLE written (id INTEGER PRIMARY KEY CHECK (id = 1), writes INTEGER NOT NULL) STRICT")
    tables.execute("INSERT INTO written VALUES (1, 0)")
    tables.execute(
        "CREATE TABLE loss (id INTEGER PRIMARY KEY, found_at TEXT NOT NULL,"
        " kind TEXT NOT NULL CHECK (kind IN ('writes', 'audit')), was INTEGER NOT NULL, found INTEGER NOT NULL) STRICT"
    )
    tables.execute(
        "CREATE TABLE left_out (session TEXT PRIMARY KEY REFERENCES session (id), made_at TEXT NOT NULL) STRICT"
    )
    for trigger in LOSSES.values():
        tables.execute(trigger)


@migrations()
def m008_what_was_destroyed(tables: Tables) -> None:
    """Receipts that stay; what is still to be destroyed, so that a crash does not save it; memos can be emptied."""
    for statement in _OF_DESTRUCTION:
        tables.execute(statement)
    for name in SUPERSEDED:
        tables.execute(f"DROP TRIGGER {name}")
    for trigger in DESTRUCTION.values():
        tables.execute(trigger)


@migrations()
def m010_closed_as_it_is(tables: Tables) -> None:
    """When somebody chose to leave a session as it is, with its transcript unfinished."""
    tables.execute("ALTER TABLE session ADD COLUMN closed_at TEXT")


@migrations()
def m011_interruptions(tables: Tables) -> None:
    """Where a session broke off and went on later: time that nothing else tells of."""
    tables.execute(
        "CREATE TABLE interruption (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " session TEXT NOT NULL REFERENCES session (id), at_ms INTEGER NOT NULL, broke_off_at TEXT NOT NULL,"
        " went_on_at TEXT NOT NULL) STRICT"
    )
    tables.execute("CREATE INDEX interruption_of_session ON interruption (session)")


@migrations()
def m012_unreadable(tables: Tables) -> None:
    """Which model could not read which utterance, how often it was tried, and when the last time."""
    tables.execute(
        "CREATE TABLE unreadable (utterance INTEGER NOT NULL REFERENCES utterance (id), model TEXT NOT NULL,"
        " tries INTEGER NOT NULL, tried_at TEXT NOT NULL, PRIMARY KEY (utterance, model)) STRICT"
    )


@migrations()
def m013_annulled_and_handed_over(tables: Tables) -> None:
    """Sessions annulled, files handed over, and an id for each person that stays when their number is mended."""
    for statement in _OF_ANNULMENT:
        tables.execute(statement)
    for trigger in {**ANNULMENT, **HANDED_OVER}.values():
        tables.execute(trigger)


@migrations()
def m015_second_thoughts(tables: Tables) -> None:
    """What was stamped by mistake and no longer counts; notes that were corrected; what was noted off the record.

    Whether a note made before this was made off the record is told by its time (see ``store/log.py``).
    """
    tables.execute("ALTER TABLE cue ADD COLUMN undone_at TEXT")
    tables.execute("ALTER TABLE jotting ADD COLUMN corrected_at TEXT")
    for table in ("jotting", "mark"):
        tables.execute(f"ALTER TABLE {table} ADD COLUMN off_record INTEGER")
    for trigger in CORRECTION.values():
        tables.execute(trigger)


@migrations()
def m017_local_time(tables: Tables) -> None:
    """How many minutes the clock of the place was ahead of UTC when a session began; unknown of those before."""
    tables.execute("ALTER TABLE session ADD COLUMN utc_offset_min INTEGER")


@migrations()
def m018_the_newest_word(tables: Tables) -> None:
    """What a participant refuses in one sitting holds against what was granted in another before."""
    for trigger in NEWEST_WORD.values():
        tables.execute(trigger)


@migrations()
def m019_which_log(tables: Tables) -> None:
    """Which log (``-wal``) a write was added to, and how many writes the database held when that log was begun."""
    tables.execute("ALTER TABLE written ADD COLUMN log BLOB")
    tables.execute("ALTER TABLE written ADD COLUMN log_base INTEGER")


@migrations()
def m020_backups_and_stages(tables: Tables) -> None:
    """Which backups were made, and with how many lines of the audit log; how far each file came that left the study."""
    stages = "CHECK (stage IN ('perhaps', 'written', 'not written'))"
    tables.execute(f"ALTER TABLE handed_over ADD COLUMN stage TEXT NOT NULL DEFAULT 'written' {stages}")
    tables.execute(
        "CREATE TABLE backup (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, audit_seq INTEGER NOT NULL,"
        f" at TEXT NOT NULL, stage TEXT NOT NULL {stages}) STRICT"
    )
    for trigger in BACKUPS.values():
        tables.execute(trigger)


def migrate(database: Database) -> None:
    """Makes what is missing, and notes in ``user_version`` how many migrations the study has seen."""
    with plain_errors(database.path):
        tables = Tables(database.connection)
        migrations.apply(tables)
        database.run(f"PRAGMA user_version = {len(migrations.applied(tables))}")
