"""What a scribe is told to load: at first, and after one has died."""

from __future__ import annotations

from dataclasses import dataclass, replace

from store import Permit, Study, Verbatim
from transcribe import compute, verbatim, wire
from transcribe.languages import ENGLISH, code_of
from tui.reader import Reader


@dataclass(frozen=True)
class Known:
    """What is known beforehand: the interviewer's voice or channel (0, 1), terms to spell, and how verbatim to read."""

    voiceprint: tuple[float, ...] = ()
    interviewer_channel: int | None = None
    terms: tuple[str, ...] = ()
    verbatim: str = verbatim.CLEAN


def kind_wanted(study: Study, session: str) -> Verbatim:
    """How verbatim a session can be read as its study wants it: only English is read strictly."""
    guide = study.guides.get(study.sessions.get(session).guide_sha256)
    language = code_of(guide.language or "") or ENGLISH
    return Verbatim(verbatim.kind(study.verbatim is Verbatim.STRICT, language))


def first(permit: Permit, reader: Reader, known: Known) -> wire.Load:
    """What the first scribe of a session loads."""
    return wire.Load(
        str(permit.path),
        permit.key.hex(),
        reader.model,
        reader.device,
        reader.threads,
        voiceprint=known.voiceprint,
        interviewer_channel=known.interviewer_channel,
        terms=known.terms,
        verbatim=known.verbatim,
        compute_type=reader.compute_type,
        language=reader.language,
        frugal=reader.frugal,
    )


def after(load: wire.Load, reader: Reader, language: str) -> wire.Load:
    """What the next scribe loads: as ``reader`` reads, on the processor, with the language that was found.

    A library that a card lacks may end the process, with nothing to catch: the next scribe does without the card.
    """
    return replace(
        load,
        model=reader.model,
        device="cpu",
        compute_type="",
        threads=reader.threads,
        language=load.language or language,
        frugal=reader.frugal,
    )


def died_of_a_card(load: wire.Load, ready: wire.Ready | None) -> bool:
    """Whether a scribe that is gone worked on a graphics card, was told to, or may well have tried to."""
    device = load.device if ready is None else ready.device
    return device == "cuda" or (device == "auto" and compute.CARD_DRIVER.exists())
