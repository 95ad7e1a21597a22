"""The safeguards that stand in the database itself: no key without consent, nothing rewritten, search kept up."""

from __future__ import annotations

from store.newest_word import refused_since


def _newest(kind: str, session: str) -> str:
    chosen = f"SELECT decision FROM decision WHERE session = {session} AND kind = '{kind}' ORDER BY id DESC LIMIT 1"
    return f"coalesce(({chosen}), '')"


def _frozen(table: str, what: str) -> dict[str, str]:
    """Two triggers that refuse every UPDATE and DELETE of a table."""
    return {
        f"{table}_no_{event.lower()}": (
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} BEGIN"
            f" SELECT RAISE(ABORT, 'state: {what} is only ever added to: record a new one.'); END"
        )
        for event in ("UPDATE", "DELETE")
    }


def _passage(name: str, event: str, row: str, source: str) -> dict[str, str]:
    """A trigger that puts what ``source`` selects in place of one row of the search index."""
    sql = (
        f"CREATE TRIGGER {name} AFTER {event} BEGIN DELETE FROM passage WHERE rowid = {row};"
        f" INSERT INTO passage (rowid, text) SELECT {row}, text FROM ({source}) WHERE text <> ''; END"
    )
    return {name: sql}


_NEWEST_VERSION = "SELECT text FROM version WHERE utterance = NEW.utterance ORDER BY version DESC LIMIT 1"

FIRST: dict[str, str] = {
    "recording_key_needs_consent": (
        "CREATE TRIGGER recording_key_needs_consent BEFORE INSERT ON recording_key WHEN NOT ("
        f"{_newest('taking_part', 'NEW.session')} = 'granted' AND {_newest('audio', 'NEW.session')} = 'granted'"
        " AND coalesce((SELECT state FROM session WHERE id = NEW.session), '') = 'open') BEGIN"
        " SELECT RAISE(ABORT, 'consent: Recording was not agreed to: record a decision that grants it.'); END"
    ),
    "recording_key_no_update": (
        "CREATE TRIGGER recording_key_no_update BEFORE UPDATE ON recording_key BEGIN"
        " SELECT RAISE(ABORT, 'state: The key of a recording never changes.'); END"
    ),
    **_frozen("decision", "The list of decisions"),
    **_frozen("audit", "The audit log"),
    **_frozen("memo_version", "The history of a memo"),
    "version_only_emptied": (
        "CREATE TRIGGER version_only_emptied BEFORE UPDATE ON version WHEN NEW.text <> '' OR NEW.words <> '[]'"
        " OR NEW.utterance <> OLD.utterance OR NEW.version <> OLD.version BEGIN"
        " SELECT RAISE(ABORT, 'state: A version is never rewritten: add a new one.'); END"
    ),
    "version_no_delete": (
        "CREATE TRIGGER version_no_delete BEFORE DELETE ON version BEGIN"
        " SELECT RAISE(ABORT, 'state: A version is never deleted: strike its words.'); END"
    ),
    "version_not_of_struck": (
        "CREATE TRIGGER version_not_of_struck BEFORE INSERT ON version WHEN NEW.text <> ''"
        " AND (SELECT struck FROM utterance WHERE id = NEW.utterance) BEGIN"
        " SELECT RAISE(ABORT, 'state: These words were struck and stay so.'); END"
    ),
    **_passage("version_added_found", "INSERT ON version", "NEW.utterance * 4", _NEWEST_VERSION),
    **_passage("version_emptied_found", "UPDATE ON version", "NEW.utterance * 4", _NEWEST_VERSION),
    **_passage("memo_added_found", "INSERT ON memo", "NEW.id * 4 + 1", "SELECT NEW.text AS text"),
    **_passage(
        "memo_indexed_found", "UPDATE OF indexed ON memo WHEN NEW.indexed", "NEW.id * 4 + 1", "SELECT NEW.text AS text"
    ),
    **_passage("jotting_added_found", "INSERT ON jotting", "NEW.id * 4 + 2", "SELECT NEW.text AS text"),
}

WISHES: dict[str, str] = {
    "wish_gone_with_consent": (
        "CREATE TRIGGER wish_gone_with_consent AFTER INSERT ON decision"
        " WHEN NEW.kind IN ('taking_part', 'audio') AND NEW.decision <> 'granted' BEGIN"
        " DELETE FROM wish WHERE session = NEW.session; END"
    ),
    "wish_gone_with_recording": (
        "CREATE TRIGGER wish_gone_with_recording AFTER DELETE ON recording_key BEGIN"
        " DELETE FROM wish WHERE session = OLD.session; END"
    ),
}

LOSSES: dict[str, str] = _frozen("loss", "The list of losses")

SUPERSEDED = ("memo_version_no_update",)
"""Safeguards of the first release that others have taken the place of."""

DESTRUCTION: dict[str, str] = {
    **_frozen("receipt", "The list of receipts"),
    "memo_version_only_emptied": (
        "CREATE TRIGGER memo_version_only_emptied BEFORE UPDATE ON memo_version WHEN NEW.text <> ''"
        " OR NEW.memo <> OLD.memo OR NEW.version <> OLD.version BEGIN"
        " SELECT RAISE(ABORT, 'state: The history of a memo is only ever added to: record a new one.'); END"
    ),
    "jotting_gone_unfound": (
        "CREATE TRIGGER jotting_gone_unfound AFTER DELETE ON jotting BEGIN"
        " DELETE FROM passage WHERE rowid = OLD.id * 4 + 2; END"
    ),
}

CORRECTION: dict[str, str] = _passage(
    "jotting_corrected_found", "UPDATE OF text ON jotting", "NEW.id * 4 + 2", "SELECT NEW.text AS text"
)

_ANNULLED = "EXISTS (SELECT 1 FROM annulment WHERE session = NEW.{session})"

ANNULMENT: dict[str, str] = {
    "annulment_only_where_it_may_be": (
        "CREATE TRIGGER annulment_only_where_it_may_be BEFORE INSERT ON annulment WHEN trim(NEW.reason) = ''"
        " OR coalesce((SELECT state FROM session WHERE id = NEW.session), 'open') IN ('open', 'withdrawn')"
        " OR EXISTS (SELECT 1 FROM decision WHERE session = NEW.session AND decision = 'withdrawn') BEGIN"
        " SELECT RAISE(ABORT, 'state: This session can not be annulled.'); END"
    ),
    "annulment_only_emptied": (
        "CREATE TRIGGER annulment_only_emptied BEFORE UPDATE ON annulment WHEN NEW.reason <> ''"
        " OR NEW.session <> OLD.session OR NEW.annulled_at <> OLD.annulled_at BEGIN"
        " SELECT RAISE(ABORT, 'state: What was annulled stays so.'); END"
    ),
    "annulment_no_delete": (
        "CREATE TRIGGER annulment_no_delete BEFORE DELETE ON annulment BEGIN"
        " SELECT RAISE(ABORT, 'state: What was annulled stays so.'); END"
    ),
    "annulled_is_granted_nothing": (
        "CREATE TRIGGER annulled_is_granted_nothing BEFORE INSERT ON decision WHEN NEW.decision = 'granted'"
        f" AND {_ANNULLED.format(session='session')} BEGIN"
        " SELECT RAISE(ABORT, 'state: This session was annulled: begin a new one.'); END"
    ),
    "annulled_is_not_opened": (
        "CREATE TRIGGER annulled_is_not_opened BEFORE UPDATE OF state ON session WHEN NEW.state = 'open'"
        f" AND {_ANNULLED.format(session='id')} BEGIN"
        " SELECT RAISE(ABORT, 'state: This session was annulled: begin a new one.'); END"
    ),
    "wish_gone_with_annulment": (
        "CREATE TRIGGER wish_gone_with_annulment AFTER INSERT ON annulment BEGIN"
        " DELETE FROM wish WHERE session = NEW.session; END"
    ),
}

_REFUSED = "EXISTS ({taking_part}) OR ({audio_here} = 'granted' AND EXISTS ({audio}))"


def _refused(session: str) -> str:
    """Whether the person has refused since what this session would be opened or recorded for."""
    return _REFUSED.format(
        taking_part=refused_since("taking_part", session),
        audio_here=_newest("audio", session),
        audio=refused_since("audio", session),
    )


NEWEST_WORD: dict[str, str] = {
    "recording_key_needs_the_newest_word": (
        "CREATE TRIGGER recording_key_needs_the_newest_word BEFORE INSERT ON recording_key"
        f" WHEN {_refused('NEW.session')} BEGIN"
        " SELECT RAISE(ABORT, 'consent: This was refused later: begin a new session.'); END"
    ),
    "opening_again_needs_the_newest_word": (
        "CREATE TRIGGER opening_again_needs_the_newest_word BEFORE UPDATE OF state ON session"
        f" WHEN NEW.state = 'open' AND ({_refused('NEW.id')}) BEGIN"
        " SELECT RAISE(ABORT, 'consent: This was refused later: begin a new session.'); END"
    ),
}

HANDED_OVER: dict[str, str] = {
    **_frozen("handed_over", "The list of what was handed over"),
    **_frozen("person", "The list of people"),
}

BACKUPS: dict[str, str] = _frozen("backup", "The list of backups")

MANIFEST: dict[str, str] = {
    **{name: sql for name, sql in FIRST.items() if name not in SUPERSEDED},
    **WISHES,
    **LOSSES,
    **DESTRUCTION,
    **CORRECTION,
    **ANNULMENT,
    **HANDED_OVER,
    **BACKUPS,
    **NEWEST_WORD,
}
