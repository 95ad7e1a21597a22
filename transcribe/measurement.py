"""What was measured on this machine, kept in the user's cache folder and never in a study, which may travel."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from math import isfinite
from pathlib import Path

import platformdirs

from transcribe import compute
from transcribe.codec import decode, encode
from transcribe.errors import WireError
from transcribe.models import Model
from transcribe.wire import Measurement, Timing

_PACKAGES = ("vivavoce", "ctranslate2", "faster-whisper")
_MOST_BYTES = 1 << 20


def path() -> Path:
    """The file of this machine: a home folder may be shared by several."""
    machine = "\n".join((platform.node(), platform.machine()))
    name = f"measured-{sha256(machine.encode()).hexdigest()[:12]}.json"
    return platformdirs.user_cache_path("vivavoce", appauthor=False) / name


def state(models: Iterable[Model]) -> str:
    """What the figures hold for: program, libraries, cores, card and models. Another state is measured again."""
    parts = list(_versions())
    parts += sorted(f"{model.name} {model.size_bytes}" for model in models)
    with suppress(OSError):
        parts.append(compute.CARD_DRIVER.read_text())
    return sha256("\n".join([*parts, str(compute.thread_count())]).encode()).hexdigest()


def kept(models: Sequence[Model]) -> Measurement | None:
    """What was measured, while it still holds; None where nothing was, or the file can't be read."""
    try:
        with path().open("rb") as file:
            found = decode(file.read(_MOST_BYTES))
        if not isinstance(found, Measurement) or found.state != state(models) or not found.timings:
            return None
        when = datetime.fromisoformat(found.at)
    except (OSError, WireError, ValueError):
        return None
    return found if when.tzinfo is not None and all(map(_is_sound, found.timings)) else None


def keep(measurement: Measurement) -> None:
    """Put it in the cache folder, whole or not at all; where there is no room it is measured again next time."""
    target = path()
    with suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, passing = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(encode(measurement))
            Path(passing).replace(target)
        except OSError:
            Path(passing).unlink(missing_ok=True)


@cache
def _versions() -> tuple[str, ...]:
    """Looked up once: it takes tens of milliseconds, and whoever asks may have a key to answer meanwhile."""
    return tuple(f"{name} {version(name)}" for name in _PACKAGES)


def _is_sound(timing: Timing) -> bool:
    figures = (timing.encode_ms, timing.caption_token_ms, timing.final_token_ms)
    return timing.threads > 0 and all(isfinite(figure) and figure >= 0 for figure in figures)
