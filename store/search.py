"""Finding words in transcripts, memos and jottings."""

from __future__ import annotations

import unicodedata

from store.database import Database, Row
from store.errors import BadInput
from store.gate import SHUT
from store.records import Hit
from store.refs import ref

# what the remainder of a row number in ``passage`` says; see the schema
_KINDS = (("u", "utterance"), ("m", "memo"), ("j", "jotting"))
_EXCERPT_WORDS = 24
_FOUND = f"""
    SELECT p.rowid AS place, snippet(passage, 0, '', '', '…', {_EXCERPT_WORDS}) AS excerpt,
           s.id AS session, s.participant, s.wave, coalesce(u.start_ms, j.at_ms) AS at_ms
    FROM passage AS p
    LEFT JOIN utterance AS u ON p.rowid % 4 = 0 AND u.id = p.rowid / 4
    LEFT JOIN memo AS m ON p.rowid % 4 = 1 AND m.id = p.rowid / 4
    LEFT JOIN jotting AS j ON p.rowid % 4 = 2 AND j.id = p.rowid / 4
    JOIN session AS s ON s.id = coalesce(u.session, m.session, j.session)
    WHERE passage MATCH ? AND NOT {SHUT} AND NOT EXISTS (SELECT 1 FROM annulment WHERE session = s.id)
    ORDER BY bm25(passage), p.rowid LIMIT ?
"""


def search(database: Database, words: str, limit: int) -> tuple[Hit, ...]:
    """Every place behind an open gate that holds all of these words, best first; the last one may be a beginning."""
    if limit < 1:
        raise BadInput(f"{limit} is no number of results: ask for 1 or more.")
    if not (query := as_query(words)):
        return ()
    index_memos(database)
    return tuple(_hit(row) for row in database.rows(_FOUND, (query, limit)))


def index_memos(database: Database) -> None:
    """Brings the index up to memos saved since: at every key press it would cost 60 ms in a long memo."""
    if database.row("SELECT 1 FROM memo WHERE NOT indexed LIMIT 1"):
        database.run("UPDATE memo SET indexed = 1 WHERE NOT indexed")


def as_query(words: str) -> str:
    """What a person typed as an FTS5 query: each word quoted, so that none can be an operator."""
    heard = [word.replace('"', '""') for word in words.replace("\0", " ").split() if any(map(str.isalnum, word))]
    return " AND ".join(_either_way(word, "*" if at == len(heard) else "") for at, word in enumerate(heard, start=1))


def _either_way(word: str, end: str) -> str:
    """Both ways to write its accents: the index takes a letter with one and without for the same in Latin alone."""
    ways = dict.fromkeys(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))
    return "(" + " OR ".join(f'"{way}"{end}' for way in ways) + ")"


def _hit(row: Row) -> Hit:
    number, remainder = divmod(row["place"], 4)
    letter, kind = _KINDS[remainder]
    return Hit(
        kind=kind,
        session=row["session"],
        participant=row["participant"],
        wave=row["wave"],
        at_ms=row["at_ms"],
        ref=ref(letter, number),
        excerpt=row["excerpt"],
    )
