import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcribe.conftest import recorded
from transcribe import scribe as scribe_module
from transcribe import wire
from transcribe.child import Child
from transcribe.desk import Desk
from transcribe.recording import Samples
from transcribe.scribe import caption_start_ms

KEY = bytes(range(32))
PATIENCE_S = 60.0
LENGTH_S = 43  # of the recording
PAGE = 4_096  # bytes

Wanted = Callable[[wire.Message], bool]


class Scribe:
    """A real scribe, and what it reported so far."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.reports: list[wire.Message] = []
        self._messages = child.messages()

    @classmethod
    async def begin(cls, path: Path, model: str = "tiny.en", device: str = "cpu") -> "Scribe":
        scribe = cls(await Child.start("transcribe.scribe"))
        scribe.child.send(wire.Load(str(path), KEY.hex(), model, device))
        return scribe

    async def until(self, wanted: Wanted) -> wire.Message:
        async def read() -> wire.Message:
            async for message in self._messages:
                self.reports.append(message)
                if wanted(message):
                    return message
            raise AssertionError(f"the scribe left after {self.reports[-3:]}")

        return await asyncio.wait_for(read(), PATIENCE_S)


def torn(path: Path, at_s: float) -> Path:
    """The same recording, with a page that can't be read any more."""
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * at_s / LENGTH_S) // PAGE * PAGE)
        file.write(bytes(PAGE))
    return path


def answers(job: str) -> Wanted:
    return lambda message: getattr(message, "id", None) == job


def kinds(reports: list[wire.Message]) -> list[tuple[str, object]]:
    return [(type(one).__name__, getattr(one, "id", None)) for one in reports]


IN_ORDER = (
    wire.Glance("older", 13_400, 16_000),
    wire.Hear("first", 900, 10_000),
    wire.Glance("newest", 13_400, 20_000),
    wire.Hear("second", 10_500, 13_000),
)
STRETCHES = (wire.Hear("one", 900, 10_000), wire.Hear("two", 10_500, 13_000))
WITH_EARLIER = wire.Hear("with", 10_500, 13_000, before_ms=250, earlier=(wire.Hear("its", 900, 10_000, after_ms=250),))
QUESTION = "what has changed for you since we last spoke"


async def asked_one_after_the_other(path: Path) -> list[wire.Message]:
    scribe = await Scribe.begin(path)
    for command in IN_ORDER:
        scribe.child.send(command)
    await scribe.until(answers("newest"))
    for job in (
        wire.Hear("nothing", 0, 700),
        wire.Reread("both", STRETCHES),
        WITH_EARLIER,
        wire.Glance("open", 13_400, 15_500),
        wire.Glance("open", 13_400, 16_000),
    ):
        scribe.child.send(job)
        await scribe.until(answers(job.id))
    scribe.child.send(wire.Scan(0, 42_000))
    await scribe.until(lambda message: isinstance(message, wire.Scanned))
    await scribe.child.leave(1)
    return scribe.reports


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, engine_sound: Samples) -> list[wire.Message]:
    """What one scribe says that is asked one thing after the other."""
    path = recorded(tmp_path_factory.mktemp("asked") / "interview.db", engine_sound)
    return asyncio.run(asked_one_after_the_other(path))


def answered(reports: list[wire.Message], job: str) -> wire.Message:
    """The last answer to it."""
    return next(report for report in reversed(reports) if getattr(report, "id", None) == job)


def test_closed_stretches_come_in_order_and_before_any_caption(reports: list[wire.Message]) -> None:
    told = [("Loading", None), ("Ready", None), ("Heard", "first"), ("Heard", "second"), ("Caption", "newest")]
    assert kinds(reports)[: len(told)] == told


def test_the_words_are_those_of_the_recording_at_their_place_in_it(reports: list[wire.Message]) -> None:
    heard = answered(reports, "second")

    assert isinstance(heard, wire.Heard)
    assert jiwer.wer(QUESTION, heard.text.lower().rstrip("?")) < 0.2
    assert all(10_500 <= word.start_ms <= word.end_ms <= 13_000 for word in heard.words)


def test_a_stretch_of_silence_is_answered_without_words(reports: list[wire.Message]) -> None:
    assert answered(reports, "nothing") == wire.Heard("nothing", "", (), "en")


def test_a_scan_tells_the_speech_in_a_stretch_and_then_that_it_is_done(reports: list[wire.Message]) -> None:
    spans = [one for one in reports if isinstance(one, wire.Span)]
    assert reports[-1] == wire.Scanned(42_000)
    assert len(spans) >= 4
    assert all(one.closed and 0 <= one.start_ms < one.end_ms <= 42_000 for one in spans)


def test_neighbours_are_read_together_and_each_keeps_its_own_words(reports: list[wire.Message]) -> None:
    reheard = answered(reports, "both")

    assert isinstance(reheard, wire.Reheard)
    assert [heard.id for heard in reheard.heard] == ["one", "two"]
    assert jiwer.wer(QUESTION, reheard.heard[1].text.lower().rstrip("?")) < 0.2
    for heard, asked in zip(reheard.heard, STRETCHES, strict=True):
        assert all(asked.start_ms <= word.start_ms <= word.end_ms <= asked.end_ms for word in heard.words)


def test_a_stretch_is_read_with_those_before_it_and_each_keeps_its_own_words(reports: list[wire.Message]) -> None:
    heard = answered(reports, "with")

    assert isinstance(heard, wire.Heard)
    assert jiwer.wer(QUESTION, heard.text.lower().rstrip("?")) < 0.2
    assert [its.id for its in heard.earlier] == ["its"]
    assert "thank you for making the time" in heard.earlier[0].text.lower()
    for its, asked in ((heard, (10_500, 13_000)), (heard.earlier[0], (900, 10_000))):
        assert all(asked[0] <= word.start_ms <= word.end_ms <= asked[1] for word in its.words)


def test_a_caption_says_what_two_readings_agree_on(reports: list[wire.Message]) -> None:
    caption = answered(reports, "open")

    assert isinstance(caption, wire.Caption)
    assert caption.confirmed
    assert caption.text.startswith(caption.confirmed)


@pytest.mark.asyncio
async def test_a_job_that_fails_is_said_and_the_next_is_done(engine_recording: Path) -> None:
    later = engine_recording.with_suffix(".later")
    shutil.move(engine_recording, later)
    scribe = await Scribe.begin(engine_recording)
    scribe.child.send(wire.Hear("too early", 10_500, 13_000))
    failed = await scribe.until(answers("too early"))
    shutil.move(later, engine_recording)
    scribe.child.send(wire.Hear("in time", 10_500, 13_000))

    heard = await scribe.until(answers("in time"))

    assert isinstance(failed, wire.Failed)
    assert isinstance(heard, wire.Heard)
    assert heard.text
    await scribe.child.leave(1)


@pytest.mark.asyncio
async def test_a_model_that_is_not_here_is_named_before_the_scribe_leaves(engine_recording: Path) -> None:
    scribe = await Scribe.begin(engine_recording, model="enormous")

    failed = await scribe.until(lambda message: isinstance(message, wire.Failed))

    assert isinstance(failed, wire.Failed)
    assert failed.id is None
    assert "enormous" in failed.text
    assert await scribe.child.leave(5) >= 0  # by itself: no signal was needed


@pytest.mark.asyncio
async def test_the_scribe_leaves_at_once_though_work_is_waiting(engine_recording: Path) -> None:
    scribe = await Scribe.begin(engine_recording)
    await scribe.until(lambda message: isinstance(message, wire.Ready))
    for number in range(20):
        scribe.child.send(wire.Hear(str(number), 900, 28_000))

    assert await scribe.child.leave(5) == 0


times = st.integers(0, 100_000)
jobs = st.lists(st.builds(wire.Hear, st.uuids().map(str), times, times.map(lambda ms: ms + 100_000)), max_size=20)


@given(jobs)
def test_every_closed_stretch_is_taken_once_and_in_order(waiting: list[wire.Hear]) -> None:
    desk = Desk()
    for job in waiting:
        desk.put(job)

    taken: list[wire.Hear] = []
    while (work := desk.take()) is not None:
        assert isinstance(work, wire.Hear)
        taken.append(work)

    assert taken == waiting


def test_a_scan_waits_for_closed_stretches_and_captions_wait_for_both() -> None:
    desk = Desk()
    glance, scan, final = wire.Glance("g", 0, 900), wire.Scan(0, 90_000), wire.Hear("h", 0, 900)
    for command in (glance, scan, final):
        desk.put(command)

    assert [desk.take(), desk.take(), desk.take(), desk.take()] == [final, scan, glance, None]


def window(*numbers: int) -> wire.Reread:
    stretches = tuple(wire.Hear(str(number), number * 1_000, number * 1_000 + 900) for number in numbers)
    return wire.Reread(f"window-{numbers[0]}", stretches)


def work_of(desk: Desk) -> list[object]:
    return list(iter(desk.take, None))


class Clock:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.s = 0.0

    def __call__(self) -> float:
        return self.s


def test_whole_windows_wait_for_an_idle_moment_and_voices_wait_longest() -> None:
    desk = Desk()
    glance, final, voice = (
        wire.Glance("g", 9_000, 9_900),
        wire.Hear("9", 9_000, 9_900),
        wire.TakePrint("9", 9_000, 9_900),
    )
    for command in (voice, window(1, 2), glance, final):
        desk.put(command)

    assert work_of(desk) == [final, glance, window(1, 2), voice]


def test_windows_do_not_wait_for_ever_behind_captions() -> None:
    clock = Clock()
    desk = Desk(clock)
    for command in (window(1), window(2), window(3), wire.Glance("g", 0, 900)):
        desk.put(command)

    assert work_of(desk) == [window(1), wire.Glance("g", 0, 900), window(2)]
    assert desk.wait_s is not None
    clock.s += desk.wait_s + 1
    assert work_of(desk) == [window(3)]
    assert desk.wait_s is None


def test_a_window_waits_while_a_stretch_that_is_being_said_may_close_at_any_moment() -> None:
    desk = Desk(Clock())
    first, second = wire.Glance("g", 0, 900), wire.Glance("g", 0, 1_900)
    desk.put(first)
    assert desk.take() == first
    desk.put(second)
    desk.put(window(1))

    assert work_of(desk) == [second]
    desk.put(wire.Hear("9", 0, 2_500))
    assert work_of(desk) == [wire.Hear("9", 0, 2_500), window(1)]


def test_a_window_is_read_right_after_the_first_caption_of_a_stretch() -> None:
    desk = Desk(Clock())
    glance = wire.Glance("g", 0, 900)
    desk.put(window(1))
    desk.put(glance)

    assert work_of(desk) == [glance, window(1)]


def test_only_what_somebody_waits_for_interrupts_a_window() -> None:
    desk = Desk()
    glance, final = wire.Glance("g", 0, 900), wire.Hear("h", 0, 900)
    for command in (window(1), wire.Scan(0, 9_000), wire.TakePrint("1", 0, 900), glance, final):
        desk.put(command)

    assert [desk.take_urgent(), desk.take_urgent(), desk.take_urgent()] == [final, glance, None]


SIX = tuple(wire.Hear(str(number), number * 1_000, number * 1_000 + 900) for number in range(1, 7))
PRINTS = tuple(wire.TakePrint(job.id, job.start_ms, job.end_ms) for job in SIX)


@given(st.permutations([*SIX, *PRINTS, window(1, 2), window(3), wire.Forget("2"), wire.Scan(0, 9_000)]))
def test_whatever_is_laid_on_the_desk_is_taken_from_it_once(commands: list[wire.Message]) -> None:
    desk = Desk()
    for command in commands:
        desk.put(command)

    done = work_of(desk)
    assert sorted(done, key=repr) == sorted(commands, key=repr)
    voices = [one for one in commands if isinstance(one, wire.TakePrint | wire.Forget)]
    assert [one for one in done if one in voices] == voices


@pytest.mark.asyncio
async def test_where_what_was_before_can_not_be_read_any_more_a_stretch_is_heard_alone(engine_recording: Path) -> None:
    scribe = await Scribe.begin(torn(engine_recording, 5.0))
    gone = wire.Hear("gone", 900, 10_000)
    jobs = (gone, wire.Hear("with", 10_500, 13_000, earlier=(gone,)), wire.Hear("alone", 10_500, 13_000))
    for job in jobs:
        scribe.child.send(job)
    by_itself, together, alone = [await scribe.until(answers(job.id)) for job in jobs]

    assert isinstance(by_itself, wire.Failed)
    assert isinstance(together, wire.Heard)
    assert isinstance(alone, wire.Heard)
    assert together.text
    assert (together.text, together.words, together.earlier) == (alone.text, alone.words, ())
    await scribe.child.leave(1)


@pytest.mark.asyncio
async def test_a_scribe_reads_with_the_glossary_and_as_verbatim_as_it_was_told(engine_recording: Path) -> None:
    scribe = Scribe(await Child.start("transcribe.scribe"))
    load = wire.Load(str(engine_recording), KEY.hex(), "tiny.en", "cpu", terms=("supervisor",), verbatim="strict")
    scribe.child.send(load)
    scribe.child.send(wire.Hear("answer", 13_400, 27_000))

    heard = await scribe.until(answers("answer"))

    assert isinstance(heard, wire.Heard)
    assert "um" in [word.text.lower().strip(",.") for word in heard.words]
    assert heard.text.split() == [word.text for word in heard.words]
    await scribe.child.leave(1)


@given(times, times)
def test_a_caption_shows_the_end_of_its_stretch_and_never_more_than_a_window(start_ms: int, length_ms: int) -> None:
    shown_from_ms = caption_start_ms(start_ms, start_ms + length_ms)

    assert start_ms <= shown_from_ms <= start_ms + length_ms
    assert start_ms + length_ms - shown_from_ms <= 10_000
    assert length_ms <= 10_000 or start_ms + length_ms - shown_from_ms > 6_000 - 1


class Inbox(SimpleQueue[wire.Message]):
    """Gives its commands one at a time: each look finds one more."""

    def __init__(self, *commands: wire.Message) -> None:
        super().__init__()
        self._commands, self._looks = list(commands), 0

    def empty(self) -> bool:
        self._looks += 1
        return not (self._looks % 2 and self._commands)

    def get(self, block: bool = True, timeout: float | None = None) -> wire.Message:
        return self._commands.pop(0)


def test_what_closes_while_a_window_is_read_does_not_wait_for_its_end(
    engine_recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = wire.Reread("window", (wire.Hear("one", 900, 10_000), wire.Hear("two", 10_000, 13_400)))
    reports: list[wire.Message] = []
    given_back: list[bool] = []
    monkeypatch.setattr(scribe_module, "give_back", lambda: given_back.append(True))

    class OverError(Exception):
        """All that matters was reported."""

    def report(message: wire.Message) -> None:
        reports.append(message)
        if given_back or (isinstance(message, wire.Scanned) and reports):
            raise OverError

    inbox = Inbox(window, wire.Hear("closed", 13_400, 16_000), wire.Scan(0, 1_000))
    load = wire.Load(str(engine_recording), KEY.hex(), "tiny.en", "cpu")
    with pytest.raises(OverError):
        scribe_module.serve(load, inbox, report)

    assert kinds(reports)[:3] == [("Ready", None), ("Heard", "closed"), ("Reheard", "window")]
    assert given_back
