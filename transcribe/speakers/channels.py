"""Whose an utterance is when interviewer and participant have a microphone each, one a channel. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from math import tanh

from transcribe.speakers.naming import INTERVIEWER, LEAST_CONFIDENCE, PARTICIPANT, UNSURE
from transcribe.speakers.voices import Label

_MOST_GAIN_DB = 12.0  # by which two microphones may be turned up differently; more than that is another's silence
_SURE_DB = 6.0


def by_channel(levels_db: Mapping[str, tuple[float, float]], interviewer: int = 0) -> dict[str, Label]:
    """The labels, from how loud (rms, dB) each utterance is in the two channels; ``interviewer`` is their channel.

    Each channel is measured by the loudest utterance in it, so that the microphones need not be alike. At 6 dB between
    the channels the confidence is 0.76.
    """
    if not levels_db:
        return {}
    loudest = [max(levels[channel] for levels in levels_db.values()) for channel in (0, 1)]
    gain_db = max(-_MOST_GAIN_DB, min(_MOST_GAIN_DB, loudest[0] - loudest[1]))
    return {key: _label(first - second - gain_db, interviewer) for key, (first, second) in levels_db.items()}


def _label(lead_db: float, interviewer: int) -> Label:
    confidence = round(tanh(abs(lead_db) / _SURE_DB), 3)
    speaker = INTERVIEWER if int(lead_db < 0) == interviewer else PARTICIPANT
    return Label(speaker if confidence >= LEAST_CONFIDENCE else UNSURE, confidence, ())
