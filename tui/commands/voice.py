"""``vivavoce voice``: the interviewer's own voice, so that the transcript knows who asks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from store.speakers import INTERVIEWER
from transcribe import speaker_model, wire
from tui import endings
from tui.asking import agree, yes_option
from tui.clock import world_now
from tui.commands.base import Group, opened_study
from tui.enrolling import ENOUGH_SPEECH_MS, learn_voice
from tui.errors import FaceError, WrongUse
from tui.printing import put, say
from tui.source import Source

_BAR = 30


@click.group(cls=Group, example="vivavoce voice enrol")
def voice() -> None:
    """Learn the interviewer's voice, or forget it; say whose the voices of a session are."""


@voice.command(example="vivavoce voice enrol\nvivavoce voice enrol --replay me-reading.wav")
@click.option("--replay", type=click.Path(path_type=Path), help="Learn it from a sound file of you alone.")
@click.option("--microphone", help="A microphone by name; see `vivavoce devices`.")
@click.option("--yes", is_flag=True, help="Do not ask before listening, nor before a voice that is known goes.")
@click.pass_context
def enrol(ctx: click.Context, replay: Path | None, microphone: str | None, yes: bool) -> None:
    """Listen to you alone for half a minute, and keep your voiceprint in the study.

    Nobody else should speak meanwhile. No sound is kept; the voiceprint lies encrypted in the study and nowhere else.
    """
    speaker_model.find()
    if replay is not None:
        from transcribe.sound import Reading

        Reading(replay, channels=1).look()  # what can't be read is refused before anything is asked
    with opened_study(ctx) as study:
        if study.voiceprint:
            replaced = ("Your voice is known already; what is learnt now takes its place.",)
            agree(replaced, "Learn it anew?", yes=yes, otherwise="Nothing was learnt")
        if replay is None and not yes:
            _agree()
        learnt = endings.run(learn_voice(Source(device=microphone, replay=replay), _Progress()))
        study.set_voiceprint(learnt.voiceprint, world_now())
    put(f"Your voice is known now, from {round(learnt.speech_ms / 1000)} s of speech.")


@voice.command(example="vivavoce voice forget --yes")
@yes_option
@click.pass_context
def forget(ctx: click.Context, yes: bool) -> None:
    """Take your voiceprint out of the study."""
    with opened_study(ctx) as study:
        known = bool(study.voiceprint)
        if known:
            agree(("Your voiceprint is destroyed.",), "Forget your voice?", yes=yes, otherwise="Nothing was forgotten")
            study.set_voiceprint((), world_now())
    put("Your voice is forgotten." if known else "No voice was known.")


@voice.command(example="vivavoce voice name 50008-w2-1 --interviewer 2")
@click.argument("session")
@click.option("--interviewer", type=click.IntRange(1, 2), required=True, help="The voice that is the interviewer's.")
@click.pass_context
def name(ctx: click.Context, session: str, interviewer: int) -> None:
    """Say which voice of SESSION is the interviewer's; the other one is then the participant's.

    Wherever a voice could be told; what you labelled by hand stays. The same command changes it back.
    """
    with opened_study(ctx) as study:
        changed = study.speakers.name(session, interviewer, INTERVIEWER, world_now())
        told = any(row.voice for row in study.transcript.utterances(session))
    if not told:
        raise FaceError(
            f"No voices were told apart in session {session}; label its utterances in the app, with 1 and 2."
        )
    have = "1 utterance has" if changed == 1 else f"{changed} utterances have"
    put(f"Voice {interviewer} is the interviewer's: {have} a new speaker.")


def _agree() -> None:
    if not sys.stdin.isatty():
        raise WrongUse("The microphone is opened only if you say so: give --yes, or --replay FILE.")
    click.confirm("Are you alone, and may the microphone be opened?", abort=True, err=True)
    say("Speak now, about anything, for half a minute.")


class _Progress:
    """How much was heard, on a terminal; each tenth of it once."""

    def __init__(self) -> None:
        self._told = -1

    def __call__(self, level: wire.Level) -> None:
        tenth = min(10, level.played_ms * 10 // ENOUGH_SPEECH_MS)
        if tenth > self._told and sys.stderr.isatty():
            self._told = tenth
            say(f"{'█' * (tenth * _BAR // 10):<{_BAR}} {tenth * 10} %")
