"""What reads a session: as it was asked for, and what becomes of ``auto`` on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transcribe.models import Model
    from transcribe.wire import Measurement, Timing

AUTO = "auto"
DETECTED = "detected"
ENGLISH_ONLY = (
    "The model {model} reads English only; for another language add a multilingual one: vivavoce models add FOLDER."
)


@dataclass(frozen=True)
class Choice:
    """What was asked for: model (a name or auto), device (auto, cpu, cuda), captions (None: as the machine can).

    ``language`` is Whisper's code, DETECTED, or None: the study's. ``patient``: nobody waits for the words.
    """

    model: str
    device: str = AUTO
    captions: bool | None = None
    language: str | None = None
    patient: bool = False


@dataclass(frozen=True)
class Reader:
    """What reads: everything the scribe is told. Empty or 0 leaves it to the scribe; no language: it finds out."""

    model: str
    device: str = AUTO
    captions: bool = True
    compute_type: str = ""
    threads: int = 0
    language: str = ""
    notice: str | None = None
    """One sentence where no model here reads the language."""
    frugal: bool = False
    """The machine can't keep up with as much sound at once as the model would be given."""
    spare: Reader | None = None
    """What reads on if the graphics card fails, where it is known how fast the processor is."""


def settled(choice: Choice, study_language: str | None = None) -> Reader:
    """What ``choice`` comes to on this machine, by what was measured; without that, the small model and captions.

    ``study_language`` is a language tag such as ``pt-BR``. What was asked for is always taken as it is.
    """
    from transcribe import measurement  # only now: the board is painted without it
    from transcribe.models import installed

    models = installed()
    able = _able(models, choice, study_language)
    measured = measurement.kept(models)
    reader = _measured(choice, able, models, measured) if measured else None
    reader = reader or Reader(able[0].name if able else choice.model, choice.device, choice.captions is not False)
    several = any(model.name == reader.model and model.multilingual for model in models)
    notice = None if several or _is_english(choice, study_language) else ENGLISH_ONLY.format(model=reader.model)
    spare = settled(replace(choice, device="cpu"), study_language) if _may_lose(reader, choice, measured) else None
    return replace(reader, language=_language(choice, study_language), notice=notice, spare=spare)


def as_begun(choice: Choice, model: str | None) -> Choice:
    """``choice`` for what another ``model`` has begun to read: unless one was named, it is that one, if it is here."""
    from transcribe.models import installed

    if model is None or choice.model != AUTO or all(one.name != model for one in installed()):
        return choice
    return replace(choice, model=model)


def _may_lose(reader: Reader, choice: Choice, measured: Measurement | None) -> bool:
    """Whether the card may fail while somebody waits for the words; for anybody else the same model reads on."""
    return measured is not None and reader.device != "cpu" and not choice.patient


def _language(choice: Choice, study_language: str | None) -> str:
    from transcribe.languages import code_of

    if choice.language == DETECTED:
        return ""
    return choice.language or code_of(study_language or "")


def _is_english(choice: Choice, study_language: str | None) -> bool:
    tag = choice.language or study_language or "en"
    return tag.partition("-")[0].lower() == "en"


def _able(models: Sequence[Model], choice: Choice, study_language: str | None) -> tuple[Model, ...]:
    """The models to choose from, smallest first: the one that was named, else those that read the language."""
    if choice.model != AUTO:
        return tuple(model for model in models if model.name == choice.model)
    by_size = sorted(models, key=lambda model: model.size_bytes)
    several = tuple(model for model in by_size if model.multilingual)
    return several if several and not _is_english(choice, study_language) else tuple(by_size)


def _measured(choice: Choice, able: Sequence[Model], models: Sequence[Model], measured: Measurement) -> Reader | None:
    from transcribe import pace

    timings = [one for one in measured.timings if choice.device in (AUTO, one.device)]
    sizes = {model.name: model.size_bytes for model in models}
    pick = pace.pick(_of(timings, able, sizes))
    if pick is None:
        return None
    one, quiet = pick.timing, measured.others <= pace.QUIET
    captions = choice.captions if choice.captions is not None else pick.captions or not quiet
    frugal = pick.frugal and not choice.patient
    return Reader(one.model, one.device, captions, one.compute_type, one.threads, frugal=frugal)


def _of(timings: Sequence[Timing], able: Sequence[Model], sizes: dict[str, int]) -> list[Timing]:
    """The timings of these models; where none was measured, what the smallest of them is supposed to take."""
    from transcribe import pace

    names = {model.name for model in able}
    known = [one for one in timings if one.model in names]
    best = pace.fastest(timings)
    if known or not able or not best:
        return known
    return [pace.supposed(able[0].name, able[0].size_bytes / sizes[best[-1].model], best[-1])]
