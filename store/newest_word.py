"""The participant's newest word: what was refused last, in whichever sitting, holds against every grant before it.

A grant belongs to the sitting in which it was given, and permits recording only there. A refusal, declined or
withdrawn, belongs to the person: none of their earlier grants of the same kind permits recording any more, until they
are asked anew. Earlier and later are told by the rows of the list of decisions, which is only ever added to, and never
by a clock, which may be set back.

An annulled sitting grants nothing, but what was refused in it still counts here. That it was begun by mistake is the
interviewer's word, the refusal may have been the participant's, and asking anew costs a minute.
"""

from __future__ import annotations

from store.database import Database
from store.errors import ConsentRequired
from store.records import Decision, Kind

_REFUSED_SINCE = """
    SELECT d.session, d.decision FROM decision AS d JOIN session AS other ON other.id = d.session
    WHERE other.participant = (SELECT participant FROM session WHERE id = {session})
    AND d.kind = '{kind}' AND d.decision <> 'granted'
    AND d.id > (SELECT max(id) FROM decision WHERE session = {session} AND kind = '{kind}')
    ORDER BY d.id DESC LIMIT 1"""


def refused_since(kind: str, session: str) -> str:
    """SQL: the newest refusal of a kind by the person of a session, after what was last decided on it there.

    ``session`` is SQL for its id, which stands twice in what is given.
    """
    return _REFUSED_SINCE.format(kind=kind, session=session)


def require(database: Database, session_id: str) -> None:
    """Raises ConsentRequired where taking part was refused since in any sitting, or audio where it was granted here."""
    for kind in (Kind.TAKING_PART, Kind.AUDIO):
        refusal = database.row(refused_since(kind, "?"), (session_id, session_id))
        if refusal is not None and (kind is Kind.TAKING_PART or _granted(database, session_id, kind)):
            what = "Taking part" if kind is Kind.TAKING_PART else "Audio recording"
            raise ConsentRequired(
                f"{what} was {refusal['decision']} in session {refusal['session']}, after it was agreed to in "
                f"{session_id}: begin a new session, which asks for consent anew."
            )


def _granted(database: Database, session_id: str, kind: Kind) -> bool:
    sql = "SELECT decision FROM decision WHERE session = ? AND kind = ? ORDER BY id DESC LIMIT 1"
    return bool(database.value(sql, (session_id, kind)) == Decision.GRANTED)
