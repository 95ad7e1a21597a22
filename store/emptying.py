"""Taking words out of the tables: each function says in words what it took, and is to be called in a transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from store.clock import stamp
from store.database import Database
from store.records import Session
from store.refs import missing, number_of
from store.search import index_memos

_NOTES = {"j": "jotting", "k": "mark", "c": "cue"}
_GONE = "UPDATE version SET text = '', words = '[]' WHERE"
_NEWEST_GONE = f"{_GONE} utterance = ?1 AND version = (SELECT max(version) FROM version WHERE utterance = ?1)"
"""The one that is found by search goes first: it would be put into the index anew for each of the others."""


def words(database: Database, which: str, values: tuple[object, ...]) -> int:
    """Empties every version of these utterances; gives how many had not been struck before.

    What was taken out of memos leaves the index as well.
    """
    index_memos(database)
    rows = database.rows(f"SELECT id FROM utterance WHERE NOT struck AND {which}", values)
    for row in rows:
        database.run(_NEWEST_GONE, (row["id"],))
        database.run(f"{_GONE} utterance = ? AND (text <> '' OR words <> '[]')", (row["id"],))
        database.run("UPDATE utterance SET struck = 1 WHERE id = ?", (row["id"],))
    return len(rows)


def words_of_all(database: Database, session_id: str) -> list[str]:
    """The words of a whole session."""
    count = words(database, "session = ?", (session_id,))
    return [counted(count)] if count else []


def words_of_what_was_parted(database: Database, session_id: str, start_ms: int, end_ms: int) -> None:
    """Earlier versions of an utterance that was parted hold the words of both parts: they go with either."""
    database.run(
        f"{_GONE} utterance IN (SELECT id FROM utterance WHERE session = ?"
        " AND start_ms < ? AND heard_end_ms > ?) AND version < (SELECT max(version) FROM version AS newer"
        " WHERE newer.utterance = version.utterance)",
        (session_id, end_ms, start_ms),
    )


def typed(database: Database, which: str, values: tuple[object, ...], only: Collection[str] | None = None) -> list[str]:
    """Jottings, and the words of marks and of follow-up questions, of the rows that ``which`` names in each table.

    ``only``: of these notes, by their ids.
    """

    def among(letter: str) -> str:
        if only is None:
            return which
        numbers = ", ".join(str(number_of(letter, one)) for one in only if one.startswith(letter))
        return f"{which} AND id IN ({numbers})"

    gone = []
    if count := database.change(f"DELETE FROM jotting WHERE {among('j')}", values):
        gone.append(f"{count} jotting{_s(count)}")
    if count := database.change(f"UPDATE mark SET text = NULL WHERE {among('k')} AND text IS NOT NULL", values):
        gone.append(f"the words of {count} mark{_s(count)}")
    if count := database.change(f"UPDATE cue SET text = NULL WHERE {among('c')} AND text IS NOT NULL", values):
        gone.append(f"the words of {count} follow-up question{_s(count)}")
    return gone


def typed_note(database: Database, session_id: str, note_id: str) -> list[str]:
    """The words of one note, by its id; raises NotFound where there are none."""
    table, number = _note(database, session_id, note_id)
    if table == "jotting":
        database.run("DELETE FROM jotting WHERE id = ?", (number,))
        return ["1 jotting"]
    database.run(f"UPDATE {table} SET text = NULL WHERE id = ?", (number,))
    return [f"the words of 1 {'mark' if table == 'mark' else 'follow-up question'}"]


def put_in_place(database: Database, session_id: str, note_id: str, text: str, now: datetime) -> None:
    """Other words in place of one note's; raises NotFound where there is none."""
    table, number = _note(database, session_id, note_id)
    database.run(f"UPDATE {table} SET text = ? WHERE id = ?", (text, number))
    if table == "jotting":
        database.run("UPDATE jotting SET corrected_at = ? WHERE id = ?", (stamp(now), number))


def _note(database: Database, session_id: str, note_id: str) -> tuple[str, int]:
    """The table and the row of a note that has words."""
    letter = note_id[:1] if note_id[:1] in _NOTES else "j"
    table, number = _NOTES[letter], number_of(letter, note_id)
    if not database.row(f"SELECT 1 FROM {table} WHERE id = ? AND session = ? AND text <> ''", (number, session_id)):
        raise missing(letter, note_id)
    return table, number


def notes(database: Database, session_id: str) -> list[str]:
    """Everything that was typed, the memo with its history, and why the session was annulled."""
    gone = typed(database, "session = ?", (session_id,))
    of_it = "memo IN (SELECT id FROM memo WHERE session = ?)"
    database.run(f"UPDATE memo_version SET text = '' WHERE {of_it}", (session_id,))
    if database.change("UPDATE memo SET text = '', indexed = 1 WHERE session = ? AND text <> ''", (session_id,)):
        gone.append("the memo")
    if database.change("UPDATE annulment SET reason = '' WHERE session = ? AND reason <> ''", (session_id,)):
        gone.append("why it was annulled")
    return gone


def notes_are_there(database: Database, session_id: str) -> bool:
    """Whether ``notes`` would find anything to take."""
    sql = (
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM jotting WHERE session = ?1)"
        " OR EXISTS (SELECT 1 FROM mark WHERE session = ?1 AND text IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM cue WHERE session = ?1 AND text IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM memo WHERE session = ?1 AND text <> '')"
        " OR EXISTS (SELECT 1 FROM annulment WHERE session = ?1 AND reason <> '')"
    )
    return database.row(sql, (session_id,)) is not None


def papers(database: Database, session: Session, now: datetime) -> list[str]:
    """Signed forms and the setting; with the last session of a person, what was noted about them.

    After this the session counts as destroyed: its row says that it was held, with its figures.
    """
    gone = []
    if count := database.change("DELETE FROM attachment WHERE session = ?", (session.id,)):
        gone.append(f"{count} signed form{_s(count)}")
    sql = "UPDATE session SET setting = '', others_present = '', destroyed_at = coalesce(destroyed_at, ?) WHERE id = ?"
    database.run(sql, (stamp(now), session.id))
    others = "SELECT 1 FROM session WHERE participant = ? AND id <> ? AND destroyed_at IS NULL"
    if database.row(others, (session.participant, session.id)) is None:
        sql = "UPDATE participant SET attributes = '{}' WHERE number = ? AND attributes <> '{}'"
        if database.change(sql, (session.participant,)):
            gone.append(f"what was noted about participant {session.participant}")
    return gone


def counted(count: int) -> str:
    """So many utterances, in words."""
    return f"the words of {count} utterance{_s(count)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
