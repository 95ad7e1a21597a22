"""What is left of a session in a study, looked for on every page of the disk, and quickly: each pair asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from store import Study
from store.ballast import BALLAST_FILE
from store.opening import DATABASE_FILE
from tests.at_once.stage import Stage
from tests.store import pages
from tests.store.lived import NOW, PASSPHRASE, Held

ALL = frozenset({"words", "key", "sound", "notes", "memo"})
_FEW = 6
"""So many are looked for one after the other."""
_PAIR = 2**16


def on_disk(stage: Stage, key: bytes, folder: Path | None = None) -> dict[str, bytes]:
    """Every file of the study, or of the one in ``folder``, by its name; what is encrypted in clear."""
    folder = folder or stage.study
    recordings = {f"recordings/{held.id}.db": held.key for held in stage.lived.sessions}
    there = {name: one for name, one in recordings.items() if (folder / name).exists()}
    read = pages.on_disk(folder, {DATABASE_FILE: key, **there})
    read.pop(BALLAST_FILE, None)  # nothing but chance, of which `study check` knows the sum
    return read


def restored(stage: Stage, folder: Path) -> dict[str, bytes]:
    """The same of a study that was restored; it is opened once, so that whatever is owed is done."""
    with Study.open(folder, PASSPHRASE, NOW) as study:
        key = bytes(study._key)
    return on_disk(stage, key, folder)


def left_of(read: Mapping[str, bytes], held: Held) -> set[str]:
    """What is found of a session, by kind."""
    looked_for = {
        "words": pages.traces_of_words(held.said),
        "key": pages.traces_of_key(held.key),
        "sound": pages.traces_of_sound(b"".join(held.sound)),
        "notes": pages.traces_of_words(held.noted),
        "memo": pages.traces_of_words(held.memo) if held.memo else set(),
    }
    return {kind for kind, traces in looked_for.items() if any(holds(content, traces) for content in read.values())}


def holds(content: bytes, traces: Iterable[bytes]) -> bool:
    """Whether one of these, each of four bytes at least, is found there."""
    wanted = list(traces)
    if len(wanted) <= _FEW or len(content) < 4:
        return any(trace in content for trace in wanted)
    by_begin: dict[bytes, list[bytes]] = {}
    for trace in wanted:
        by_begin.setdefault(trace[:4], []).append(trace)
    return any(
        content.startswith(trace, at) for at in _places(content, by_begin) for trace in by_begin[content[at : at + 4]]
    )


def _places(content: bytes, begins: Iterable[bytes]) -> list[int]:
    """Where one of these four bytes stands."""
    table = np.zeros((2, _PAIR), dtype=bool)
    wanted = np.frombuffer(b"".join(begins), dtype="<u2").reshape(-1, 2)
    table[0, wanted[:, 0]] = table[1, wanted[:, 1]] = True
    found: list[int] = []
    for start in (0, 1):
        pairs = np.frombuffer(content, dtype="<u2", offset=start, count=(len(content) - start) // 2)
        at = np.flatnonzero(table[0][pairs[:-1]])
        at = at[table[1][pairs[at + 1]]]
        found.extend(int(place) * 2 + start for place in at)
    known = set(begins)
    return [place for place in found if content[place : place + 4] in known]
