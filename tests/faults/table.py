"""What the runs came to, a row for each kind of fault, and whether that is what the program promises."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tests.faults.verdict import Verdict

MOST_LOST_S = 1.0
_COLUMNS = ("fault", "runs", "sound lost, s (max)", "not captured, s (max)", "acknowledged rows lost", "found wrong")


def table(found: Sequence[Verdict], whole: Verdict) -> str:
    """In Markdown."""
    rows = [_COLUMNS, *(_row(name, list(group), whole) for name, group in groupby(found, lambda one: one.name))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
    lines = [f"| {' | '.join(map(str.ljust, row, widths))} |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def passed(found: Sequence[Verdict], whole: Verdict) -> bool:
    """Whether nothing was lost that must not be, and everything was found in order."""
    return not wrong(whole, whole) and not any(wrong(one, whole) for one in found)


def wrong(one: Verdict, whole: Verdict) -> list[str]:
    """Sentences, each of which is a broken promise."""
    sentences = list(one.trouble)
    if one.acked_lost:
        sentences.append(f"{one.acked_lost} rows are lost that had been shown")
    if one.sound.lost_s > MOST_LOST_S:
        sentences.append(f"{one.sound.lost_s:.1f} s of sound are lost")
    if one.sound.not_captured_s > one.longest_gap_s:
        sentences.append(f"{one.sound.not_captured_s:.1f} s were not captured")
    if one.same_words and one.words != whole.words:
        sentences.append("the words are others than without the fault")
    return sentences


def _row(name: str, runs: Sequence[Verdict], whole: Verdict) -> tuple[str, ...]:
    return (
        name,
        str(sum(one.reached for one in runs)),
        f"{max(one.sound.lost_s for one in runs):.2f}",
        f"{max(one.sound.not_captured_s for one in runs):.2f}",
        str(sum(one.acked_lost for one in runs)),
        str(sum(bool(wrong(one, whole)) for one in runs)),
    )
