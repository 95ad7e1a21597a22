"""Between the app and the child that measures this machine, and what the app keeps of it."""

from __future__ import annotations

from dataclasses import dataclass

# --- app -> the child that measures -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measure:
    """First and only line to it: the models to try, the smallest first, and a sound file that begins with speech."""

    models: tuple[str, ...]
    sound: str


# --- the child that measures -> app -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timing:
    """What reading costs here: wall time in ms, by one model in one way. ``compute_type`` is CTranslate2's."""

    model: str
    device: str
    compute_type: str
    threads: int
    encode_ms: float
    """A window of 10 s."""
    caption_token_ms: float
    """A token of a caption: beam 1."""
    final_token_ms: float
    """A token of an utterance: beam 5, and its place in time."""


@dataclass(frozen=True)
class Unusable:
    """A way that ought to work and did not: a library of the card is missing, memory too little, a model damaged."""

    model: str
    device: str
    compute_type: str


# --- kept -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measurement:
    """A machine as it was measured. ``at`` is an aware moment in ISO form, ``state`` what the figures hold for.

    ``others`` is the share of all processors (0 to 1) that other programs had when it began.
    """

    at: str
    state: str
    others: float
    timings: tuple[Timing, ...]
    unusable: tuple[Unusable, ...]


MeasureReport = Timing | Unusable
