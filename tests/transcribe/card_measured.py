"""The child that measures, on a machine with the failing card of ``tests.transcribe.card``, and time enough."""

from __future__ import annotations

import sys
from functools import partial

from tests.transcribe import card
from transcribe import compute, measure


def main() -> int:
    """As ``transcribe.measure``."""
    compute.card_types = lambda: frozenset({"float16", "int8_float16", "int8", "float32"})
    compute.load = card.load
    card.GOOD_DECODES = 0
    measure.measure = partial(measure.measure, budget_s=100.0)
    measure.thread_counts = lambda cores: (cores,)  # one try on the processor is as good as several
    return measure.main()


if __name__ == "__main__":
    sys.exit(main())
