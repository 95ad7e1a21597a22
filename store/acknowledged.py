"""A recording held against its receipts in the study: what was acknowledged, captured and heard must be in it."""

from __future__ import annotations

from collections.abc import Iterator

from store.permits import Permit
from store.records import Session
from transcribe import recording
from transcribe.errors import TranscribeError

LEEWAY_MS = 1000
"""An utterance may reach this far past the last sound: the end of a span is rounded up to whole frames of voice."""


def faults(permit: Permit, session: Session, heard_ms: int) -> tuple[str, ...]:
    """What is wrong with a recording that is there; ``heard_ms`` is where the last utterance ends."""
    try:
        found = recording.check(permit.path, permit.key, session.acked_seq)
        return found or tuple(_against(permit, session, heard_ms))
    except TranscribeError as fault:
        return (str(fault),)


def _against(permit: Permit, session: Session, heard_ms: int) -> Iterator[str]:
    reader = recording.open_reader(permit.path, permit.key)
    try:
        end_ms, captured_ms = reader.end_ms, reader.captured_ms
    finally:
        reader.close()
    name = f"the recording {permit.path.name}"
    if captured_ms < session.captured_ms:
        lost = (session.captured_ms - captured_ms) / 1000
        yield f"{lost:.1f} s of sound that were captured are missing from {name}; restore it from a backup."
    if heard_ms > end_ms + LEEWAY_MS:
        yield f"words were heard up to {heard_ms / 1000:.1f} s, but {name} ends at {end_ms / 1000:.1f} s; restore it."
