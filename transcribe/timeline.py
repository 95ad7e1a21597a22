"""Puts what a decoder gives where its times say, and knows a clock that is wrong from a pause."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

JITTER_S = 0.01
"""Times that differ less than this from where the sound before them ends are rounded, not moved."""

_LOOK_S = 0.3  # how much sound has to agree on a jump
_LOOK_PIECES = 3
_AGREE_S = 0.1
_OVERLAP_S = 1.0  # a clock that goes back further than this has begun anew
LONGEST_S = 12 * 3600.0

Frame = TypeVar("Frame")


@dataclass(frozen=True)
class Piece(Generic[Frame]):
    """Sound of ``length_s`` that begins at ``at_s`` by the file's clock, None where it has none.

    ``broken`` says that something before it could not be read; ``lost_s`` what is missing before it, without a clock.
    """

    frame: Frame
    at_s: float | None
    length_s: float
    broken: bool = False
    lost_s: float = 0.0


@dataclass(frozen=True)
class Placed(Generic[Frame]):
    """A piece where it belongs; ``moved_s`` is silence before it (more than 0) or what it overlaps (less than 0).

    ``anew`` says that its clock names a time that can't be, so that it follows what was before it.
    """

    piece: Piece[Frame]
    at_s: float
    moved_s: float = 0.0
    anew: bool = False


class Timeline(Generic[Frame]):
    """Places pieces one after the other, from 0 on.

    A jump is followed when three pieces or 0.3 s agree on it, or all that is left does: a single wild time is none.
    A clock that goes back by more than a second, or beyond
    ``limit_s``, has begun anew: what it times follows at once.
    """

    def __init__(self, limit_s: float = LONGEST_S) -> None:
        self._limit_s = min(limit_s, LONGEST_S)
        self._end_s = 0.0
        self._shift_s = 0.0
        self._held: deque[Piece[Frame]] = deque()
        self._held_s = 0.0

    def place(self, pieces: Iterable[Piece[Frame]]) -> Iterator[Placed[Frame]]:
        """Each of them, in order."""
        for piece in pieces:
            self._held.append(piece)
            self._held_s += piece.length_s
            while self._sees_enough():
                yield self._next()
        while self._held:
            yield self._next()

    def _sees_enough(self) -> bool:
        return len(self._held) > _LOOK_PIECES and self._held_s - self._held[0].length_s >= _LOOK_S

    def _next(self) -> Placed[Frame]:
        moved_s, anew = self._moved_s()
        piece = self._held.popleft()
        self._held_s -= piece.length_s
        at_s = self._end_s + moved_s
        self._end_s = at_s + piece.length_s
        return Placed(piece, at_s, moved_s, anew)

    def _moved_s(self) -> tuple[float, bool]:
        """How far the first one held is to be moved from the end of the one before, and whether its clock is wild."""
        apart_s = self._apart_s()
        if not apart_s:
            return self._held[0].lost_s, False
        agreed_s = max(0.0, min(apart_s)) if apart_s[0] > 0 else min(0.0, max(apart_s))
        if abs(agreed_s) <= JITTER_S:
            return 0.0, False
        too_far = self._end_s + agreed_s > self._limit_s
        if too_far or agreed_s < -_OVERLAP_S:
            self._shift_s -= agreed_s
            return 0.0, too_far
        return agreed_s, False

    def _apart_s(self) -> list[float]:
        """How far each of those held is from its place, as far as they agree; empty where it is a single wild time."""
        found: list[float] = []
        begun_s = end_s = self._end_s
        for at, piece in enumerate(self._held):
            if piece.at_s is None or (at and piece.broken):
                break
            apart_s = piece.at_s + self._shift_s - end_s
            if found and abs(apart_s - found[0]) > _AGREE_S:
                wild = len(found) < _LOOK_PIECES and end_s - begun_s < _LOOK_S
                return [] if wild and abs(apart_s) < abs(found[0]) else found
            found.append(apart_s)
            end_s += piece.length_s
        return found
