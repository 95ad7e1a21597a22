"""Who spoke: how much of what one person said carries the other one's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

FRAME_S = 0.01
UNSURE = "?"

Turn = tuple[float, float, str | None]
"""Start and end in seconds, and who; None or "?" where nobody dares to say."""

_NOBODY, _SEVERAL = -1, -2
_COLLAR_S = 0.25


@dataclass(frozen=True)
class Confusion:
    """Frames of 10 ms in which one person speaks: how many carry a name, and how many of these the wrong one."""

    frames: int = 0
    labelled: int = 0
    confused: int = 0

    def __add__(self, other: Confusion) -> Confusion:
        return Confusion(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def rate(self) -> float | None:
        """Wrong ones among those that carry a name; None when none does."""
        return self.confused / self.labelled if self.labelled else None


def confusion(said: Sequence[Turn], labels: Sequence[Turn]) -> Confusion:
    """Names are matched one to one so that most frames agree, as in diarisation error rate; overlaps don't count."""
    names, labelled_as = _names(said), _names(labels)
    end_s = max((end for _, end, _ in [*said, *labels]), default=0.0)
    truth, found = _frames(said, names, end_s), _frames(labels, labelled_as, end_s)
    alone = truth >= 0
    named = alone & (found >= 0)
    agree = np.zeros((len(labelled_as), len(names)), int)
    np.add.at(agree, (found[named], truth[named]), 1)
    return Confusion(int(alone.sum()), int(named.sum()), int(named.sum()) - _best(agree))


def misnamed(said: Sequence[Turn], labels: Sequence[Turn]) -> Confusion:
    """The same where names mean somebody: each must be the very one that was said.

    A quarter of a second around each edge of a turn is left out, as NIST scores it: nobody can say whose that is.
    """
    names = _names([*said, *labels])
    end_s = max((end for _, end, _ in [*said, *labels]), default=0.0)
    truth, found = _frames(said, names, end_s), _frames(labels, names, end_s)
    alone = (truth >= 0) & ~_around_edges(said, len(truth))
    named = alone & (found >= 0)
    return Confusion(int(alone.sum()), int(named.sum()), int((truth[named] != found[named]).sum()))


def _names(turns: Sequence[Turn]) -> list[str]:
    return sorted({who for _, _, who in turns if who and who != UNSURE})


def _frames(turns: Sequence[Turn], names: Sequence[str], end_s: float) -> npt.NDArray[np.int64]:
    frames = np.full(round(end_s / FRAME_S) + 1, _NOBODY)
    for start_s, stop_s, who in turns:
        if who in names:
            part = frames[round(start_s / FRAME_S) : round(stop_s / FRAME_S)]
            number = names.index(who)
            part[:] = np.where((part == _NOBODY) | (part == number), number, _SEVERAL)
    return frames


def _around_edges(turns: Sequence[Turn], frames: int) -> npt.NDArray[np.bool_]:
    near = np.zeros(frames, bool)
    for edge_s in (edge_s for start_s, end_s, _ in turns for edge_s in (start_s, end_s)):
        near[max(0, round((edge_s - _COLLAR_S) / FRAME_S)) : round((edge_s + _COLLAR_S) / FRAME_S)] = True
    return near


def _best(agree: npt.NDArray[np.int64]) -> int:
    """The most frames that agree when each label stands for one person and each person for one label."""
    fewer, more = sorted(agree.shape)
    table = agree if agree.shape[0] == fewer else agree.T
    orders = permutations(range(more), fewer)
    return max((sum(int(table[row, column]) for row, column in enumerate(order)) for order in orders), default=0)
