"""Plays the scripted moves of the demo interview on a running session, each at its place in the sound."""

from __future__ import annotations

from store import StateError
from tui.demo.script import DemoScript, Move
from tui.session import Conductor, Stage


async def drive(conductor: Conductor, script: DemoScript) -> None:
    """Make every move when the replay has come to it, then let it play to its end.

    A move that the person at the keyboard has made impossible meanwhile (the session is stopped) ends the script. It
    resumes only what it has paused itself, and not once somebody has shown the card for a moment of distress since.
    """
    own_pause_at: int | None = None
    for move in script.moves:
        await conductor.until_played(move.at_ms)
        if conductor.sound_over and conductor.played_ms < move.at_ms:  # somebody has stopped it
            break
        if move.move == "pause":
            own_pause_at = None if conductor.stage is Stage.PAUSED else conductor.moments
        elif move.move == "resume" and own_pause_at != conductor.moments:
            continue
        try:
            _make(conductor, move)
        except StateError:
            return
    await conductor.until_over()


def _make(conductor: Conductor, move: Move) -> None:
    match move.move:
        case "ask":
            conductor.ask(move.question)
        case "skip":
            conductor.skip(move.question)
        case "back":
            conductor.back()
        case "follow":
            conductor.follow(move.text)
        case "mark":
            conductor.mark(move.text)
        case "jotting":
            conductor.jot(move.text or "")
        case "pause":
            conductor.pause()
        case "resume":
            conductor.resume()
        case _:
            raise ValueError(move.move)
