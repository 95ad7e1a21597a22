"""The real engine, which raises at one place while it has a certain stretch in hand.

As a program: ``python -m tests.transcribe.faulty COMMAND …`` is ``vivavoce COMMAND …`` with such an engine, and such a
scribe. ``$FAULTY_PLACE`` is ``module:function`` or ``module:class.function``, ``$FAULTY_SOUND`` a file of samples
(int16, 16 kHz) out of the stretch, ``$FAULTY_MS`` a time in it.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from pathlib import Path
from threading import local
from types import ModuleType
from typing import Any

import numpy as np

from transcribe import (
    alignment,
    decoding,
    files,
    glossary,
    guards,
    holes,
    hypotheses,
    packing,
    parting,
    scribe,
    second,
    verbatim,
    whisper,
)
from transcribe.child import Child
from transcribe.speakers import voiceprints

SECRET = "what somebody said"
ERRORS = (RuntimeError, ValueError, KeyError, MemoryError, ZeroDivisionError, RecursionError)
MODULES = (
    *(whisper, decoding, alignment, guards, holes, hypotheses, packing, second, glossary, verbatim),
    *(parting, voiceprints),
)
# Where a fault is caught, or a stretch is not in hand: the edge itself.
_EDGES = {
    *("packing:hear", "packing:hear_last", "packing:_failed"),
    *("whisper:Engine.__init__", "whisper:Engine.unusable", "whisper:Engine._go_to", "whisper:_nothing"),
    *("decoding:Decoder.__init__", "voiceprints:Voiceprinter.__init__"),
}
_MARK = 320  # samples: 20 ms


class InHand(local):
    """Whether the marked stretch is in hand, in this thread."""

    marked = False


def places() -> list[str]:
    """Every function of the engine."""
    return [place for module in MODULES for place in _functions(module) if place not in _EDGES]


class Fault:
    """Raises at a place while sound that is marked, or a time in it, is in hand; counts how often."""

    def __init__(self, place: str, sound: Any, at_ms: int) -> None:
        middle = len(sound) // 2
        cuts = (sound[at : at + _MARK] for at in (middle - 1_600, middle, middle + 1_600))
        self._marks = [mark for cut in cuts for mark in (cut.tobytes(), _as_float(cut).tobytes())]
        self.place, self._at_ms, self._in_hand = place, at_ms, InHand()
        self.times = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While this lasts, the engine has the fault."""
        kept = [_replaced(module, name, how) for module, name, how in self._ways()]
        try:
            yield
        finally:
            for owner, name, old in reversed(kept):
                setattr(owner, name, old)

    def _ways(self) -> Iterator[tuple[ModuleType, str, Callable[[Any], Any]]]:
        module, name = self.place.split(":")
        yield import_module(f"transcribe.{'speakers.' if module == 'voiceprints' else ''}{module}"), name, self._raising
        yield whisper, "Engine.warm", self._without
        yield packing, "_hear", self._noticing
        yield packing, "_in_one_window", self._noticing
        yield whisper, "Engine.hear", self._noticing
        yield decoding, "Decoder.decode", self._noticing
        yield voiceprints, "Voiceprinter.embed", self._noticing
        yield scribe, "Scribe._answer", self._noticing
        yield files, "_utterance", self._noticing
        yield files, "parted", self._noticing

    def _raising(self, real: Any) -> Any:
        @wraps(real)
        def raises(*args: Any, **more: Any) -> Any:
            if self._in_hand.marked:
                self.times += 1
                raise ERRORS[len(self.place) % len(ERRORS)](SECRET)
            return real(*args, **more)

        return raises

    def _without(self, real: Any) -> Any:
        @wraps(real)
        def works(*args: Any) -> Any:
            before, self._in_hand.marked = self._in_hand.marked, False
            try:
                return real(*args)
            finally:
                self._in_hand.marked = before

        return works

    def _noticing(self, real: Any) -> Any:
        @wraps(real)
        def notices(*args: Any, **more: Any) -> Any:
            before = self._in_hand.marked
            self._in_hand.marked = before or any(map(self._is_marked, args))
            try:
                return real(*args, **more)
            finally:
                self._in_hand.marked = before

        return notices

    def _is_marked(self, value: Any) -> bool:
        if isinstance(value, np.ndarray):
            return any(mark in value.tobytes() for mark in self._marks)
        if isinstance(value, list | tuple):
            return any(map(self._is_marked, value))
        if hasattr(value, "sound"):
            return self._is_marked(value.sound)
        begin, end = getattr(value, "start_ms", None), getattr(value, "end_ms", None)
        return begin is not None and end is not None and begin <= self._at_ms < end


def _functions(module: ModuleType) -> Iterator[str]:
    name = module.__name__.rpartition(".")[2]
    for key, value in vars(module).items():
        if getattr(value, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(value):
            yield f"{name}:{key}"
        elif inspect.isclass(value) and not hasattr(value, "__dataclass_fields__") and not hasattr(value, "_fields"):
            yield from (f"{name}:{key}.{one}" for one, its in vars(value).items() if inspect.isfunction(its))


def _replaced(module: ModuleType, name: str, how: Callable[[Any], Any]) -> tuple[Any, str, Any]:
    *classes, last = name.split(".")
    owner = getattr(module, classes[0]) if classes else module
    old = getattr(owner, last)
    new = how(old)
    setattr(owner, last, new)
    if not classes:  # others have it under their own name
        for other in MODULES:
            if vars(other).get(last) is old:
                setattr(other, last, new)
    return owner, last, old


def _as_float(cut: Any) -> Any:
    return cut.astype(np.float32) / np.float32(32_768)


def main() -> None:
    """The scribe where there is no command, else the command line with such a scribe."""
    start = Child.start

    async def start_such(module: str, log_fd: int | None = None) -> Child:
        return await start("tests.transcribe.faulty" if module == "transcribe.scribe" else module, log_fd)

    setattr(Child, "start", start_such)  # noqa: B010 - the checker takes it for a method
    sound = np.frombuffer(Path(os.environ["FAULTY_SOUND"]).read_bytes(), np.int16)
    with Fault(os.environ["FAULTY_PLACE"], sound, int(os.environ["FAULTY_MS"])).at_work():
        if len(sys.argv) > 1:
            from tui.cli import main as program

            program(sys.argv[1:])
        sys.exit(scribe.main())


if __name__ == "__main__":
    main()
