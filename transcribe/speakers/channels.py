"""Whose an utterance is when interviewer and participant have a microphone each, one a channel. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import tanh
from statistics import fmean

from transcribe.speakers.naming import INTERVIEWER, LEAST_CONFIDENCE, PARTICIPANT, UNSURE
from transcribe.speakers.voices import Label

_MOST_GAIN_DB = 12.0  # by which two microphones may be turned up differently; more than that is another's silence
_SURE_DB = 6.0
_LEAST_APART_DB = 6.0  # nearer than this the leads are of one person, or of none


def by_channel(levels_db: Mapping[str, tuple[float, float]], interviewer: int = 0) -> dict[str, Label]:
    """The labels, from how loud (rms, dB) each utterance is in the two channels; ``interviewer`` is their channel.

    How far the first channel leads falls into two groups, one for each person; what counts is the lead over the middle
    between them, so that neither the microphones nor the voices need be alike. At 6 dB the confidence is 0.76.
    """
    leads_db = {key: first - second for key, (first, second) in levels_db.items()}
    middle_db = _middle(sorted(leads_db.values()))
    return {key: _label(lead_db - middle_db, interviewer) for key, lead_db in leads_db.items()}


def _middle(leads_db: Sequence[float]) -> float:
    """Half-way between the two groups that the leads, in order, fall into best; 0 when they are one group."""
    cuts = [(fmean(leads_db[:at]), fmean(leads_db[at:]), at) for at in range(1, len(leads_db))]
    if not cuts:
        return 0.0
    low, high, _ = max(cuts, key=lambda cut: (cut[1] - cut[0]) ** 2 * cut[2] * (len(leads_db) - cut[2]))
    if high - low < _LEAST_APART_DB:
        return 0.0
    return max(-_MOST_GAIN_DB, min(_MOST_GAIN_DB, (low + high) / 2))


def _label(lead_db: float, interviewer: int) -> Label:
    confidence = round(tanh(abs(lead_db) / _SURE_DB), 3)
    speaker = INTERVIEWER if int(lead_db < 0) == interviewer else PARTICIPANT
    return Label(speaker if confidence >= LEAST_CONFIDENCE else UNSURE, confidence, ())
