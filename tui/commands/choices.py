"""Options that several commands share: which model on which device, which sound."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from tui.hearing import Choice

DEFAULT_MODEL = "tiny.en"


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--model`` and ``--device``, handed on as one ``choice``; an unknown model is refused before anything starts."""

    @click.option("--model", default=DEFAULT_MODEL, show_default=True, help="See `vivavoce models list`.")
    @click.option(
        "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where it runs."
    )
    @wraps(command)
    def with_choice(*args: Any, model: str, device: str, **kwargs: Any) -> Any:
        from transcribe.models import find

        find(model)
        return command(*args, choice=Choice(model, device, kwargs.pop("captions", True)), **kwargs)

    return with_choice


def speed_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--speed``: 1 as in life, N times faster, 0 as fast as the machine goes."""
    return click.option(
        "--speed",
        type=click.FloatRange(0, 100),
        default=1.0,
        show_default=True,
        help="1 as in life, N times faster, 0 as fast as this machine goes.",
    )(command)
