"""What is fuzzed: where inputs come from, and what has to hold for each of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.strategies import SearchStrategy

LONGEST_SHOWN = 2_000
_PHASES = (Phase.explicit, Phase.generate, Phase.shrink)


@dataclass(frozen=True)
class Target:
    """``holds`` raises AssertionError for an input that is not dealt with; ``quick`` inputs are tried by the tests."""

    name: str
    inputs: SearchStrategy[Any]
    holds: Callable[[Any], None]
    quick: int

    def tried(self, count: int, chance: int) -> None:
        """Try so many inputs; raises what ``holds`` raises, for the smallest such input there is."""
        limits = settings(
            max_examples=count,
            deadline=None,
            verbosity=Verbosity.quiet,  # it would show the whole of an input
            database=None,
            phases=_PHASES,
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        seed(chance)(limits(given(self.inputs)(_plainly(self.holds))))()

    def tried_for(self, seconds: float) -> int:
        """Try inputs, others in each round, for so long; how many those were."""
        began, tried, chance = time.monotonic(), 0, time.time_ns()
        while time.monotonic() - began < seconds:
            self.tried(self.quick, chance + tried)
            tried += self.quick
        return tried


def _plainly(holds: Callable[[Any], None]) -> Callable[[Any], None]:
    """Hypothesis wants a function of its own for each run."""

    def look(given_input: Any) -> None:
        try:
            holds(given_input)
        except Exception as error:
            error.add_note(f"input: {repr(given_input)[:LONGEST_SHOWN]}")
            raise

    return look
