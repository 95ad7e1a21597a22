"""The study's glossary: names and terms as they are to be spelled in its transcripts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from guides.texts import bare, one_spelling
from store.audit import Audit
from store.database import Database
from store.errors import BadInput
from store.settings import Settings

MOST_TERMS = 200
LONGEST_TERM = 60
"""Letters; a sentence is no term."""

_KEY = "glossary"


class Glossary:
    """Terms in the order in which they were added; each once, however it is written."""

    def __init__(self, database: Database, audit: Audit, settings: Settings) -> None:
        self._database = database
        self._audit = audit
        self._settings = settings

    @property
    def terms(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(_each_once(json.loads(self._settings.get(_KEY) or "[]")).values())

    def add(self, terms: Iterable[str], now: datetime) -> int:
        """Adds what is not known yet, and gives how many that were; another spelling takes the place of the old.

        Raises BadInput, and adds nothing, where one is no term or there are too many.
        """
        kept = _each_once(self.terms)
        before = set(kept.values())
        kept |= _each_once(cleaned(terms))
        if len(kept) > MOST_TERMS:
            raise BadInput(f"A glossary holds {MOST_TERMS} terms, and this would be {len(kept)}: leave some out.")
        return self._keep(kept.values(), len(set(kept.values()) - before), now)

    def remove(self, terms: Iterable[str], now: datetime) -> int:
        """Takes these out, however they are written, and gives how many that were."""
        gone = _each_once(" ".join(term.split()) for term in terms)
        kept = [term for key, term in _each_once(self.terms).items() if key not in gone]
        return self._keep(kept, len(self.terms) - len(kept), now)

    def lost(self, terms: Iterable[str], *, added: bool) -> tuple[str, ...]:
        """What would go if these were added, or removed: a term, or a spelling in whose place another one comes."""
        given = {term.casefold(): term for term in cleaned(terms)}
        touched = [term for term in self.terms if term.casefold() in given]
        if not added:
            return tuple(f"{term} goes" for term in touched)
        return tuple(f"{term} becomes {new}" for term in touched if (new := given[term.casefold()]) != term)

    def put(self, terms: Iterable[str], now: datetime) -> int:
        """Exactly these, each once, and gives how many they are. Raises BadInput, and changes nothing, as ``add``."""
        kept = tuple(_each_once(cleaned(terms)).values())
        self._keep(kept, int(kept != self.terms), now)
        return len(kept)

    def _keep(self, terms: Iterable[str], changed: int, now: datetime) -> int:
        kept = list(terms)
        if changed:
            with self._database.write():
                self._settings.set(_KEY, json.dumps(kept, ensure_ascii=False), now)
                self._audit.add("glossary changed", f"{len(kept)} terms", now)
        return changed


def _each_once(terms: Iterable[str]) -> dict[str, str]:
    """Terms by what they are compared by: not by large and small letters, nor by how an accent is written."""
    return {term.casefold(): term for term in map(one_spelling, terms)}


def cleaned(lines: Iterable[str]) -> tuple[str, ...]:
    """The terms in these lines, one a line, without empty ones; raises BadInput, which names the line and no words."""
    found = []
    for number, line in enumerate(lines, start=1):
        term = one_spelling(" ".join(bare(line).split()))
        if len(term) > LONGEST_TERM:
            raise BadInput(f"Line {number} is too long for a term ({LONGEST_TERM} letters): write one term a line.")
        if term and not (term.isprintable() and any(letter.isalnum() for letter in term)):
            raise BadInput(f"Line {number} is no term: write words, one term a line.")
        if term:
            found.append(term)
    if len(found) > MOST_TERMS:
        raise BadInput(f"A glossary holds {MOST_TERMS} terms, and these are {len(found)}: leave some out.")
    return tuple(found)
