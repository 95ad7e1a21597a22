"""A session that is begun in the app, one that is over and full of words, and waiting without guessing how long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest
from textual.pilot import Pilot

from store import Decision, Kind, Move, SpokenWord, Study
from tests.tui.scripted import scripted
from transcribe import recording
from tui.app import VivavoceApp
from tui.demo.script import DemoScript, sound_path
from tui.demo.study import begin_second
from tui.opening import Opening
from tui.screens.interview import InterviewScreen
from tui.screens.second_reading import SecondReading
from tui.source import Source

Until = Callable[[Callable[[], object]], Awaitable[None]]


@dataclass
class Room:
    """An interview that is running in the app."""

    app: VivavoceApp
    pilot: Pilot[int]
    session: str

    @property
    def study(self) -> Study:
        return self.app.study

    @property
    def screen(self) -> InterviewScreen:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, InterviewScreen))


OpenRoom = Callable[..., AbstractAsyncContextManager[Room]]


@pytest.fixture
def open_room(demo_folder: Path, now: datetime, until: Until) -> OpenRoom:
    """Opens the app with a session of 50008 begun and the interview on the screen.

    ``childless``: recorder and scribe are scripted, for tests of what a key does to the rows and the screen.
    """

    @asynccontextmanager
    async def room(
        *,
        audio: Decision = Decision.GRANTED,
        sound: Path | None = None,
        device: str | None = None,
        speed: float = 1.0,
        script: DemoScript | None = None,
        childless: bool = False,
    ) -> AsyncIterator[Room]:
        played = Source(replay=sound or sound_path(), speed=speed)
        source = played if device is None else Source(device=device)
        before = set(psutil.Process().children())
        app = VivavoceApp(
            Opening(demo_folder, "demo", source, demo=script),
            now=lambda: now,
        )
        async with AsyncExitStack() as stack:
            if childless:
                stack.enter_context(scripted())
            pilot = await stack.enter_async_context(app.run_test(size=(120, 40)))
            session = begin_second(app.study, now)
            for kind in Kind:
                decision = audio if kind is Kind.AUDIO else Decision.GRANTED
                app.study.consent.decide(session, kind, decision, form_version="1", recorded_by="i", now=now)
            screen = InterviewScreen(session)
            await app.push_screen(screen)
            await until(lambda: screen.ready)
            yield Room(app, pilot, session)
        await until(lambda: not set(psutil.Process().children()) - before)  # reaped, before the loop closes

    return room


async def was_read(screen: SecondReading) -> None:
    """As soon as what this screen shows was read, its session and models, which is done beside the loop."""
    while not screen.known:  # noqa: ASYNC110 - it is read in a thread
        await asyncio.sleep(0.01)
    await asyncio.sleep(0)


SAID = (
    (1_000, 5_000, "interviewer", "Hello again, and thank you for making the time."),
    (5_500, 9_000, "participant", "Yes, that's fine with me."),
    (11_000, 13_000, None, "What has changed for you since we last spoke?"),
    (13_500, 30_000, None, "Quite a lot, actually. On a bad morning I came in and said to everybody that I was fine."),
    (31_000, 40_000, None, "Then in the spring I told my supervisor the truth, and she asked me what I needed."),
    (
        70_000,
        80_000,
        "participant",
        "It hangs there like a coat that somebody has left with me. I keep it on the hook.",
    ),
)


def fill(study: Study, now: datetime, *, recorded: bool = False) -> str:
    """A finished session of sound with 50008: words, cues, a mark, a note, a pause, a gap and a strike."""
    session = begin_second(study, now)
    for kind in Kind:
        study.consent.decide(session, kind, Decision.GRANTED, form_version="1", recorded_by="i", now=now)
    if recorded:
        permit = study.permit_recording(session, now)
        recording.create(permit.path, permit.key).close()
    log, words = study.log, study.transcript
    log.cue(session, question="change-since-last-time", move=Move.ASK, at_ms=10_500, now=now)
    log.cue(session, question=None, move=Move.FOLLOW, at_ms=30_500, text="What did she say?", now=now)
    log.cue(session, question="hope-kept", move=Move.ASK, at_ms=60_000, now=now)
    log.pause(session, 45_000, now)
    log.resume(session, now + timedelta(seconds=17))
    log.gap(session, 50_000, 52_000, "restart", now)
    log.mark(session, at_ms=75_000, text="the coat on the hook", now=now)
    log.jot(session, at_ms=62_000, text="looked at the window before answering", now=now)
    for start_ms, end_ms, speaker, text in SAID:
        key = words.add_utterance(session, start_ms, end_ms, now)
        spoken = (SpokenWord(start_ms, end_ms, text, 0.9),)
        words.set_text(key, text, spoken, speaker=speaker, reading="live", model="tiny.en", now=now)
    study.strike(session, 85_000, 115_000, now, sound=False)
    study.sessions.stop(session, now, recording_ms=120_000, captured_ms=118_000, dropped_frames=0)
    study.sessions.complete(session, now, ready_after_stop_ms=900)
    return session


@pytest.fixture
def filled(demo_folder: Path, now: datetime) -> tuple[Path, str]:
    """The folder of a study, and its finished session."""
    with Study.open(demo_folder, "demo", now) as study:
        return demo_folder, fill(study, now)


@pytest.fixture
def recorded(demo_folder: Path, now: datetime) -> tuple[Path, str]:
    """The same with a recording, in which there is no sound."""
    with Study.open(demo_folder, "demo", now) as study:
        return demo_folder, fill(study, now, recorded=True)
