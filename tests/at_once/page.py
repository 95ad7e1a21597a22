"""The table of pairs, and the page that holds it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from tests.at_once.acts import ACTS
from tests.at_once.judge import MOST_HELD_UP_MS
from tests.at_once.pair import Found, Slow
from tests.at_once.plan import NAMES, grid

PAGE = """# Two things at once

`make at-once` does each two things that can be done with a study at the same time, and looks afterwards whether what is
promised of each still holds: no sample, word or note kept, shown or exported after a receipt for it, nor restored from
a backup that was still being written then; nothing acknowledged lost; `study check` clean; no handler of an event loop
over {most:.0f} ms. `python -m tests.at_once --help` tells how a part is run, and how a run that was broken off goes on.

{acts} acts, each as a first and as a second that begins as the first does, in its midst, or as it ends; beside {slow}.
Of {product:,} pairs {grid:,} are left, for the others come to the same: two that begin together are tried in one order,
a recorder or a scribe is suspended where one of the two has it, and a reader stops where the first prints something.
{tried:,} were tried, {wrong}.

A line is the first, a column the second, and a number how many pairs were tried of the two.

{table}

## How long a loop was held up

By own work and by calls that wait, the longest of each pair, with the study on a memory file system: what a disk takes
to write is no part of it. What Textual takes to style, lay out and draw a screen is not either (on two cores that were
busy, up to a fifth of a second), nor what a busy machine adds (`tests/at_once/meter.py`).

{held_up}

## What was wrong

{troubles}
"""


def page(found: Sequence[Found]) -> str:
    """All of it."""
    wrong = sum(bool(one.trouble) for one in found)
    slow = ", ".join(f"*{one}*" for one in Slow)
    return PAGE.format(
        most=MOST_HELD_UP_MS,
        acts=len(ACTS),
        slow=slow,
        product=len(ACTS) ** 2 * 3 * len(Slow),
        grid=len(grid()),
        tried=len(found),
        wrong=f"{wrong} went wrong" if wrong else "and none went wrong",
        table=table(found),
        held_up=_held_up(found),
        troubles="\n".join(f"- {one.pair}: {said}" for one in found for said in one.trouble) or "Nothing.",
    )


def table(found: Sequence[Found]) -> str:
    """For each two acts: how many pairs of them were tried, and in how many something was wrong."""
    runs: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for one in found:
        runs[one.pair.first, one.pair.second].append(one)
    return _drawn(
        [("", *NAMES), *((first, *(_cell(runs[first, second]) for second in NAMES)) for first in NAMES)],
    )


def _held_up(found: Sequence[Found]) -> str:
    """By what was slow: of how many pairs, and how many of them were held up for how long."""
    steps = (10, 20, 30, 40, 50)
    up_to: Callable[[float], int] = lambda ms: next((step for step in steps if ms <= step), steps[-1] + 1)  # noqa: E731
    counts: dict[Slow, Counter[int]] = defaultdict(Counter)
    for one in found:
        counts[one.pair.slow][up_to(one.held_up_ms)] += 1
    head = ("", *(f"up to {step} ms" for step in steps), "longer", "longest")
    rows = []
    for slow in Slow:
        longest = max((one.held_up_ms for one in found if one.pair.slow is slow), default=0.0)
        rows.append((slow, *(str(counts[slow][step]) for step in (*steps, steps[-1] + 1)), f"{longest:.0f} ms"))
    return _drawn([head, *rows])


def _cell(found: Sequence[Found]) -> str:
    wrong = sum(bool(one.trouble) for one in found)
    return f"{len(found)}" + (f" ({wrong} wrong)" if wrong else "")


def _drawn(lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    rows = [f"| {' | '.join(map(str.ljust, line, widths))} |" for line in lines]
    rows.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(rows)
