"""Options that several commands share: which model on which device, which sound."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from tui.errors import WrongUse
from tui.reader import AUTO, DETECTED, Choice
from tui.source import CHANNELS

DEFAULT = Choice(AUTO)


class Number(click.FloatRange):
    """A number within these limits; `nan` is within none, though no comparison says so."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or a UsageError."""
        given = super().convert(value, param, ctx)
        if given != given:
            self.fail(f"{value} is not a number.", param, ctx)
        return given


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--model``, ``--device`` and ``--language``, handed on as one ``choice``.

    An unknown model or language is refused before anything starts.
    """

    @click.option(
        "--model",
        default=AUTO,
        show_default=True,
        help="See `vivavoce models list`; auto: the best that this machine keeps up with.",
    )
    @click.option(
        "--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True, help="Where it runs."
    )
    @click.option("--language", metavar="CODE", help=f"As en, de, pt, or {DETECTED} (else the guide's).")
    @wraps(command)
    def with_choice(*args: Any, model: str, device: str, language: str | None, **kwargs: Any) -> Any:
        choice = Choice(model, device, kwargs.pop("captions", None), _known(language))
        if model != AUTO:
            from transcribe.models import find

            find(model)
        return command(*args, choice=choice, **kwargs)

    return with_choice


def captions_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--captions`` and ``--no-captions``; neither: as the machine can."""
    return click.option(
        "--captions/--no-captions",
        default=None,
        help="Read along while somebody speaks, or only what was said to its end (else as this machine can).",
    )(command)


def channel_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--interviewer-channel``, handed on as the channel's number, 0 or 1."""
    return click.option(
        "--interviewer-channel",
        type=click.Choice(list(CHANNELS)),
        callback=lambda _ctx, _param, side: None if side is None else CHANNELS[side],
        help="With a microphone for each, on two channels: which one is the interviewer's.",
    )(command)


def _known(language: str | None) -> str | None:
    """Whisper's code for what was asked for; raises WrongUse where it knows no such language."""
    if language is None or language == DETECTED:
        return language
    from transcribe.languages import code_of

    code = code_of(language)
    if not code:
        raise WrongUse(f"Whisper knows no language {language!r}; give a code such as en, de or pt, or {DETECTED}.")
    return code


def speed_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--speed``: 1 as in life, N times faster, 0 as fast as the machine goes."""
    return click.option(
        "--speed",
        type=Number(0, 100),
        default=1.0,
        show_default=True,
        help="1 as in life, N times faster, 0 as fast as this machine goes.",
    )(command)
