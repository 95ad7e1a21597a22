"""Strikes and withdrawals in an interview end in a receipt and leave no trace, whatever comes next, however slowly."""

from __future__ import annotations

import asyncio
import random
import shutil
import string
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guides import bundled_guide
from store import Cause, ConsentRequired, Decision, Kind, StateError, Study, keys
from store.database import Database
from store.opening import DATABASE_FILE
from store.sealed import SEALED
from tests.store import pages
from tests.studies import cheap_keys
from tests.tui.hasty import run_hastily
from tests.tui.scripted import ScriptedChild, scripted
from transcribe import recording, wire
from tui import events
from tui.reader import Choice
from tui.session import Conductor
from tui.source import Source

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
PASSPHRASE = "secret"
BYTES_PER_MS = recording.RATE_HZ // 1000 * 2


class SlowChild(ScriptedChild):
    """Keeps noise that can be found again, obeys ``delay_s`` late, and hears a word of its own in each stretch."""

    delay_s = 0.0
    recorded = b""
    words: tuple[tuple[int, int, str], ...] = ()
    chance = random.Random(5)

    @classmethod
    def begin_anew(cls) -> None:
        """Nothing was recorded yet, and nobody is slow."""
        cls.recorded, cls.words, cls.delay_s = b"", (), 0.0

    def begin(self, begin: wire.Begin) -> None:
        self._writer = recording.create(Path(begin.path), bytes.fromhex(begin.key_hex))
        self._free_at = 0.0
        super().begin(begin)

    def send(self, message: wire.Message) -> bool:
        if self.permit is None or not self.delay_s:
            return super().send(message) if isinstance(message, wire.Begin | wire.Load) else self._obey(message)
        loop = asyncio.get_running_loop()
        self._free_at = max(self._free_at, loop.time()) + self.delay_s
        loop.call_at(self._free_at, self._obey, message)
        return self in self.running

    def _obey(self, message: wire.Message) -> bool:
        if self not in self.running:
            return False
        if isinstance(message, wire.Hear):
            word = "".join(self.chance.choice(string.ascii_lowercase) for _ in range(14))
            cls = type(self)
            cls.words = (*cls.words, (message.start_ms, message.end_ms, word))
            spoken = (wire.Word(message.start_ms, message.end_ms, word, 0.99),)
            self.tell(wire.Heard(message.id, word, spoken))
            return True
        return super().send(message)

    def capture(self, passed_ms: int = 1000, *, told: bool = True) -> None:
        if self.permit is None or self.paused:
            return
        noise = np.frombuffer(self.chance.randbytes(passed_ms * BYTES_PER_MS), "<i2")
        self._writer.append(noise)
        cls = type(self)
        cls.recorded += noise.tobytes()
        start_ms = self.at_ms
        self.at_ms += passed_ms
        self.played_ms += passed_ms
        self.seq += 1
        if told:
            self.tell(wire.Span(start_ms, self.at_ms, closed=True))
            self.tell(wire.Level(self.seq, self.at_ms, self.played_ms, -20.0, -10.0, self.at_ms))

    def strike(self, start_ms: int, end_ms: int) -> None:
        self._writer.strike(start_ms, end_ms)
        super().strike(start_ms, end_ms)

    def kill(self) -> None:
        if self in self.running and self.permit is not None:
            self._writer.close()
        super().kill()


@dataclass
class Gone:
    """What may not be found any more."""

    sound: list[tuple[int, int]] = field(default_factory=list)
    words: list[tuple[int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)

    def touches(self, start_ms: int, end_ms: int) -> bool:
        """Whether words that were said then are to go."""
        return any(start_ms < to_ms and end_ms > from_ms for from_ms, to_ms in self.words)


class Sitting:
    """One session, and somebody who does things in it while others still go on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.study = Study.open(folder, PASSPHRASE, NOW)
        sha256 = self.study.guides.current().sha256
        self.key = self.study.sessions.begin("50001", 1, guide_sha256=sha256, setting="", others_present="", now=NOW).id
        for kind in Kind:
            self.study.consent.decide(self.key, kind, Decision.GRANTED, form_version="1", recorded_by="ME", now=NOW)
        self.gone = Gone()
        self.notes: list[tuple[int, str]] = []
        self.told: list[events.Event] = []
        self.left: list[asyncio.Task[Any]] = []
        self._held: Database | None = None

    @property
    def recorder(self) -> SlowChild | None:
        recorders = SlowChild.recorders()
        return recorders[0] if recorders else None  # type: ignore[return-value]

    async def do(self, acts: list[tuple[Any, ...]]) -> None:
        self.conductor = Conductor(self.study, self.key, Source(), Choice("tiny.en"), self.told.append, lambda: NOW)
        self.conductor.begin()
        await self.pass_by(0.05)
        for name, *values in acts:
            await getattr(self, name)(*values)
            await self.pass_by(0.02)
        self.unlocked()
        SlowChild.delay_s = min(SlowChild.delay_s, 1.0)
        if self.conductor.stage.value != "stopped":
            await self.conductor.stop()
        await asyncio.gather(*self.left, return_exceptions=True)
        await self.conductor.close()
        self.study.close()

    async def pass_by(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def speak(self, ms: int, told: bool) -> None:
        if self.recorder is not None:
            self.recorder.capture(ms, told=told)

    async def note(self) -> None:
        word = "".join(SlowChild.chance.choice(string.ascii_lowercase) for _ in range(14))
        try:
            self.conductor.jot(word)
        except StateError:
            return
        self.notes.append((self.conductor.at_ms, word))

    async def slow(self, delay_s: float) -> None:
        SlowChild.delay_s = delay_s

    async def locked(self) -> None:
        if self._held is None:
            self._held = Database(self.folder / DATABASE_FILE, bytes(self.study._key))
            self._held.connection.execute("BEGIN IMMEDIATE")

    async def free(self) -> None:
        self.unlocked()

    def unlocked(self) -> None:
        if self._held is not None:
            self._held.connection.execute("COMMIT")
            self._held.close()
            self._held = None

    async def strike(self, seconds: float, notes: bool, cut_after_s: float | None) -> None:
        conductor, recorder = self.conductor, self.recorder
        start_ms, end_ms = conductor.stretch(seconds)
        newest_ms = recorder.at_ms if recorder is not None and conductor.recording else end_ms
        task = asyncio.create_task(conductor.strike(seconds, notes=notes))
        if newest_ms == start_ms:
            self.left.append(task)  # there is nothing yet, and that is said
            return
        if not await self._asked(task, cut_after_s):
            return
        self.gone.causes.append(Cause.STRIKE)
        if newest_ms > start_ms:
            self.gone.sound.append((start_ms, newest_ms))
        self.gone.words.append((start_ms, newest_ms))
        if notes or not conductor.recording:
            self.gone.notes += [word for at_ms, word in self.notes if start_ms <= at_ms <= end_ms]

    async def withdraw(self, words: bool, cut_after_s: float | None) -> None:
        end_ms = len(SlowChild.recorded)
        task = asyncio.create_task(self.conductor.withdraw(transcript=words))
        if not await self._asked(task, cut_after_s):
            return
        self.gone.causes.append(Cause.WITHDRAWAL)
        self.gone.sound.append((0, end_ms))
        if words:
            self.gone.words.append((0, 10**9))
        for _ in range(3):
            await asyncio.sleep(0)
        assert self.recorder is None

    async def _asked(self, task: asyncio.Task[Any], cut_after_s: float | None) -> bool:
        """Whether it was taken; the next key comes after so long, or somebody waits."""
        await asyncio.sleep(0)
        if task.done() and isinstance(task.exception(), StateError | ConsentRequired):
            return False
        if cut_after_s is None:
            self.left.append(task)
            return True
        await asyncio.wait({task}, timeout=cut_after_s)
        task.cancel()
        self.left.append(task)
        return True

    async def pause(self) -> None:
        self._try(self.conductor.pause)

    async def resume(self) -> None:
        self._try(self.conductor.resume)

    async def distress(self) -> None:
        self._try(self.conductor.distress)

    async def stop(self) -> None:
        self.left.append(asyncio.create_task(self.conductor.stop()))

    def _try(self, act: Any) -> None:
        try:
            act()
        except StateError:
            return


seconds = st.floats(0.5, 5.0)
cut = st.one_of(st.none(), st.floats(0.0, 3.0))
ACTS = st.one_of(
    st.tuples(st.just("speak"), st.integers(100, 2_000), st.booleans()),
    st.tuples(st.just("speak"), st.integers(100, 2_000), st.just(True)),
    st.tuples(st.just("note")),
    st.tuples(st.just("slow"), st.sampled_from([0.0, 0.5, 2.5, 3.0])),
    st.tuples(st.just("locked")),
    st.tuples(st.just("free")),
    st.tuples(st.just("strike"), seconds, st.booleans(), cut),
    st.tuples(st.just("withdraw"), st.booleans(), cut),
    st.tuples(st.just("pause")),
    st.tuples(st.just("resume")),
    st.tuples(st.just("distress")),
    st.tuples(st.just("pass_by"), st.floats(0.0, 3.0)),
    st.tuples(st.just("stop")),
)
SPOKEN = [("speak", 1_500, True), ("note",), ("speak", 1_500, True), ("speak", 700, False)]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dropped") / "s"
    guide = bundled_guide("open-interview")
    with cheap_keys(), Study.create(folder, PASSPHRASE, name="Dropped", guide=guide, now=NOW)[0] as study:
        study.participants.add("50001", {}, NOW)
    return folder


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(acts=st.lists(ACTS, max_size=12))
@example(acts=[*SPOKEN, ("slow", 2.5), ("strike", 2.0, False, 0.0), ("stop",)])
@example(
    acts=[*SPOKEN, ("slow", 3.0), ("strike", 2.0, True, 0.0), ("strike", 1.0, False, 0.5), ("withdraw", True, 0.0)]
)
@example(acts=[*SPOKEN, ("locked",), ("strike", 9.0, True, 0.1), ("note",), ("withdraw", True, 0.0), ("pass_by", 3.0)])
@example(acts=[*SPOKEN, ("locked",), ("withdraw", False, 0.0), ("distress",), ("stop",), ("pass_by", 2.0)])
def test_what_was_to_go_is_gone_whatever_comes_next(
    template: Path, tmp_path_factory: pytest.TempPathFactory, acts: list[tuple[Any, ...]]
) -> None:
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("sitting") / "s"))
    SlowChild.begin_anew()
    with scripted(SlowChild):
        sitting = Sitting(folder)
        recording_key = sitting.study.permit_recording(sitting.key, NOW).key
        run_hastily(sitting.do(acts))

    read = disk(folder, sitting.key, recording_key)
    gone = sitting.gone
    told = [event for event in sitting.told if isinstance(event, events.StretchStruck | events.AudioWithdrawn)]
    assert len(told) >= len(gone.causes)
    for from_ms, to_ms in gone.sound:
        traces = pages.traces_of_sound(SlowChild.recorded[from_ms * BYTES_PER_MS : to_ms * BYTES_PER_MS])
        assert pages.found(read, traces) == {}
    struck = [word for start_ms, end_ms, word in SlowChild.words if gone.touches(start_ms, end_ms)]
    for word in (*struck, *gone.notes):
        assert pages.found(read, pages.traces_of_words([word])) == {}, word
    with Study.open(folder, PASSPHRASE, NOW) as study:
        causes = {receipt.cause for receipt in study.receipts.list(sitting.key)}
        assert set(gone.causes) <= causes
        assert study.check() == ()
        kept = {note.text for note in study.log.jottings(sitting.key)}
        assert kept == {word for _, word in sitting.notes if word not in gone.notes}
    assert not (folder / SEALED).exists()


def test_the_sound_and_words_of_the_machine_are_found_where_nothing_is_destroyed(
    template: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(template, tmp_path / "s"))
    SlowChild.begin_anew()
    with scripted(SlowChild):
        sitting = Sitting(folder)
        recording_key = sitting.study.permit_recording(sitting.key, NOW).key
        run_hastily(sitting.do(SPOKEN))
    read = disk(folder, sitting.key, recording_key)
    assert len(SlowChild.recorded) == 3_700 * BYTES_PER_MS
    assert pages.found(read, pages.traces_of_sound(SlowChild.recorded))
    assert len(SlowChild.words) == 2
    assert all(pages.found(read, pages.traces_of_words([word])) for _, _, word in SlowChild.words)


@pytest.mark.parametrize(
    ("delay_s", "said"), [(0.0, ["struck"]), (2.5, ["striking", "struck"])], ids=["at once", "after seconds"]
)
def test_a_strike_that_takes_longer_than_a_moment_says_that_it_is_under_way(
    template: Path, tmp_path: Path, delay_s: float, said: list[str]
) -> None:
    folder = Path(shutil.copytree(template, tmp_path / "s"))
    SlowChild.begin_anew()
    with scripted(SlowChild):
        sitting = Sitting(folder)
        sitting.study.permit_recording(sitting.key, NOW)
        run_hastily(sitting.do([*SPOKEN, ("slow", delay_s), ("strike", 2.0, False, None), ("pass_by", 3.0)]))
    found = [
        "struck" if isinstance(event, events.StretchStruck) else event.code
        for event in sitting.told
        if isinstance(event, events.StretchStruck) or (isinstance(event, events.Notice) and event.code == "striking")
    ]
    assert found == said


def disk(folder: Path, session: str, recording_key: bytes) -> dict[str, bytes]:
    """Every file of the study in clear."""
    name = f"recordings/{session}.db"
    there = {name: recording_key} if (folder / name).exists() else {}
    return pages.on_disk(folder, {DATABASE_FILE: keys.unlock(folder, "passphrase", PASSPHRASE), **there})
