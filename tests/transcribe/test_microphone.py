"""The microphone, without hardware: a sound server of our own, and streams that refuse."""

import asyncio
import math
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.transcribe.pulse import VirtualMicrophone, room, virtual_microphone
from tests.transcribe.recorders import Session
from transcribe import devices, microphone, recording, wire
from transcribe.clock import clock_ms
from transcribe.errors import SoundError
from transcribe.intake import Block, Intake, Item
from transcribe.microphone import LEAST_LAG_MS

__all__ = ["room", "virtual_microphone"]

pytestmark = pytest.mark.slow


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.db"


def tone(path: Path, seconds: int, hertz: int = 440) -> Path:
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * np.arange(48_000 * seconds) / 48_000), 48_000)
    return path


async def begun(path: Path) -> Session:
    session = await Session.begin(path)
    await session.until(lambda each: isinstance(each, wire.Started))
    return session


def loudest_hertz(samples: recording.Samples) -> int:
    return int(np.argmax(np.abs(np.fft.rfft(samples[:16_000]))))


@pytest.mark.asyncio
async def test_the_recorder_records_what_is_played_as_fast_as_the_clock(
    room: VirtualMicrophone, path: Path, tmp_path: Path
) -> None:
    room.play(tone(tmp_path / "a.wav", 20))
    session = await begun(path)
    loop = asyncio.get_running_loop()
    behind_ms: dict[int, float] = {}  # by how much the clock is ahead of what is recorded, by second

    def looked_at(each: wire.Message) -> bool:
        if not isinstance(each, wire.Level):
            return False
        second = each.at_ms // 1_000
        behind_ms[second] = min(behind_ms.get(second, math.inf), loop.time() * 1_000 - each.at_ms)
        return second > 10

    await session.until(looked_at)
    ended = await session.stop()

    first, last = (min(behind_ms[second] for second in some) for some in ((1, 2), (9, 10)))
    assert last == pytest.approx(first, abs=150)  # the least of some: a busy machine makes us hear of it late
    assert ended.dropped_frames == 0
    assert ended.captured_ms == ended.at_ms
    assert loudest_hertz(session.sound(5_000, 6_000)) == pytest.approx(440, abs=2)


@pytest.mark.asyncio
async def test_nothing_is_captured_while_paused(room: VirtualMicrophone, path: Path, tmp_path: Path) -> None:
    session = await begun(path)
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > 500)
    paused = await session.order(wire.Pause(), wire.Paused)
    assert isinstance(paused, wire.Paused)
    player = room.play(tone(tmp_path / "secret.wav", 2))
    while player.poll() is None:
        await session.until(lambda each: isinstance(each, wire.Level))
    await session.until(lambda each: isinstance(each, wire.Level) and each.played_ms > paused.played_ms + 3_000)
    await session.order(wire.Resume(), wire.Resumed)
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > paused.at_ms + 500)
    await session.stop()

    assert np.abs(session.sound()).max() < 100


@pytest.mark.asyncio
async def test_an_unplugged_microphone_is_reported_and_its_return_is_a_gap(room: VirtualMicrophone, path: Path) -> None:
    session = await begun(path)
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > 500)

    room.unplug()
    await session.until(lambda each: each == wire.Signal("no_signal", getattr(each, "at_ms", 0)))
    room.plug_in()
    gap = await session.until(lambda each: isinstance(each, wire.Gap))
    assert isinstance(gap, wire.Gap)
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > gap.end_ms + 300)
    ended = await session.stop()

    assert gap.reason == "device"
    assert ended.dropped_frames == pytest.approx((gap.end_ms - gap.start_ms) * 16, abs=16)
    assert ended.at_ms - ended.captured_ms == pytest.approx(gap.end_ms - gap.start_ms, abs=1)
    assert wire.Signal("ok", gap.end_ms) in session.reports


@pytest.mark.asyncio
async def test_a_stall_is_no_signal_within_two_seconds_and_stop_still_ends(room: VirtualMicrophone, path: Path) -> None:
    session = await begun(path)
    await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > 500)
    loop = asyncio.get_running_loop()

    room.suspend(True)
    stalled_s = loop.time()
    await session.until(lambda each: isinstance(each, wire.Signal) and each.state == "no_signal")
    assert loop.time() - stalled_s < 2.0
    await session.until(lambda each: isinstance(each, wire.Level))  # it still says that it is alive
    ended = await session.stop()

    assert loop.time() - stalled_s < 5.0
    assert session.of(wire.Gap)[-1].reason == "stall"  # type: ignore[union-attr]  # it is a Gap
    assert ended.dropped_frames > 0


@pytest.mark.asyncio
async def test_a_recorder_that_takes_over_counts_the_time_it_took_to_start(room: VirtualMicrophone, path: Path) -> None:
    session = await begun(path)
    level = await session.until(lambda each: isinstance(each, wire.Level) and each.at_ms > 500)
    assert isinstance(level, wire.Level)
    session.child.kill()
    await session.child.leave(1)
    loop = asyncio.get_running_loop()
    killed_s = loop.time()

    after = await Session.begin(path, at_ms=level.at_ms + 1_000, clock_ms=clock_ms())
    await after.until(lambda each: isinstance(each, wire.Started))
    started_ms = (loop.time() - killed_s) * 1_000
    await after.stop()

    (gap,) = after.of(wire.Gap)
    assert isinstance(gap, wire.Gap)
    assert gap.reason == "restart"
    counted_ms = gap.end_ms - level.at_ms - 1_000
    assert 0.3 * started_ms <= counted_ms <= started_ms  # the rest went by until the report of it was here


@pytest.mark.asyncio
async def test_a_muted_microphone_is_silent_and_is_ok_again(
    room: VirtualMicrophone, path: Path, tmp_path: Path
) -> None:
    room.play(tone(tmp_path / "a.wav", 30))
    session = await begun(path)

    room.mute(True)
    await session.until(lambda each: isinstance(each, wire.Signal) and each.state == "silent")
    room.mute(False)
    await session.until(lambda each: isinstance(each, wire.Signal) and each.state == "ok")
    ended = await session.stop()

    states = [one.state for one in session.of(wire.Signal) if isinstance(one, wire.Signal)]
    assert states[-2:] == ["silent", "ok"]
    assert ended.dropped_frames == 0


@pytest.mark.asyncio
async def test_an_unknown_microphone_is_one_sentence(room: VirtualMicrophone, path: Path) -> None:
    session = await Session.begin(path, device="No such microphone")

    failed = await session.until(lambda each: isinstance(each, wire.Failed))

    assert isinstance(failed, wire.Failed)
    assert 'no microphone called "No such microphone"' in failed.text
    assert await session.child.leave(5) == 1


def test_the_list_of_microphones_is_quiet_and_names_the_default(room: VirtualMicrophone) -> None:
    code = "from transcribe import devices; print(*(f'{m.name}|{m.default}' for m in devices.microphones()), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "|True" in done.stdout
    assert done.stderr == ""


# --- streams that refuse ----------------------------------------------------------------------------------------------


class FakePortAudio:
    """A device that opens at one rate only, and gives what the test hands it."""

    class PortAudioError(Exception):
        pass

    def __init__(self, rate_hz: int, channels: int = 1) -> None:
        self.rate_hz, self.channels = rate_hz, channels
        self.default = SimpleNamespace(device=(0, 0))
        self.callback: Any = None

    def query_devices(self, index: int | None = None) -> Any:
        info = {"name": "fake", "max_input_channels": self.channels, "default_samplerate": float(self.rate_hz)}
        return [info] if index is None else info

    def InputStream(self, **asked: Any) -> Any:  # noqa: N802 - the name sounddevice gave it
        if asked["samplerate"] != self.rate_hz or asked["channels"] != self.channels:
            raise self.PortAudioError("Invalid sample rate")
        self.callback = asked["callback"]
        return SimpleNamespace(latency=0.02, start=lambda: None, abort=lambda: None, close=lambda: None)


def opened(fake: FakePortAudio, monkeypatch: pytest.MonkeyPatch) -> tuple[microphone.MicrophoneSource, Intake]:
    monkeypatch.setattr(devices, "portaudio", lambda: fake)
    source, intake = microphone.MicrophoneSource(None, 0), Intake(paused=False)
    source.open(intake)
    return source, intake


def blocks_of(intake: Intake) -> list[Block]:
    items: list[Item] = []
    while not intake.empty:
        items += intake.next(0.1)
    return [item for item in items if isinstance(item, Block)]


@pytest.mark.parametrize("channels", [1, 2])
def test_a_device_that_refuses_16_khz_is_opened_at_its_own_rate_and_resampled(
    channels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakePortAudio(44_100, channels)
    source, intake = opened(fake, monkeypatch)
    sound = (9_000 * np.sin(2 * np.pi * 440 * np.arange(3 * 44_100) / 44_100)).astype(np.int16)

    for at in range(0, len(sound), 441):
        block = np.repeat(sound[at : at + 441, None], channels, axis=1)
        fake.callback(block, 441, None, None)

    heard = np.concatenate([block.samples for block in blocks_of(intake)])
    assert source.rate_hz == 44_100
    assert len(heard) == pytest.approx(3 * 16_000, rel=0.02)
    assert loudest_hertz(heard[16_000:]) == pytest.approx(440, abs=1)
    source.close()


def test_a_pause_lets_only_the_time_through(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakePortAudio(16_000)
    source, intake = opened(fake, monkeypatch)
    block = np.full((160, 1), 5, np.int16)

    fake.callback(block, 160, None, None)
    intake.tell(wire.Pause())
    block[:] = 6
    fake.callback(block, 160, None, None)
    source.close()

    first, second = blocks_of(intake)
    assert set(first.samples) == {5}
    assert len(second.samples) == 0


def test_what_was_said_just_before_resume_and_is_still_on_its_way_is_not_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = FakePortAudio(16_000)
    source, intake = opened(fake, monkeypatch)
    intake.tell(wire.Pause())
    intake.tell(wire.Resume())

    for value in range(1, 21):
        fake.callback(np.full((160, 1), value, np.int16), 160, None, None)
    source.close()

    heard = np.concatenate([block.samples for block in blocks_of(intake)])
    assert heard.min() == 1 + LEAST_LAG_MS // 10
    assert heard.max() == 20


def test_a_device_that_refuses_everything_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakePortAudio(44_100)
    monkeypatch.setattr(fake, "InputStream", _refuse(fake))

    with pytest.raises(SoundError, match=r'The microphone "fake" can\'t be opened \(no\)'):
        opened(fake, monkeypatch)


def test_without_portaudio_the_sentence_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    monkeypatch.setattr("builtins.__import__", _without_sounddevice(__import__))

    with pytest.raises(SoundError, match="libportaudio2"):
        devices.microphones()


def _refuse(fake: FakePortAudio) -> Any:
    def refuse(**_: Any) -> Any:
        raise fake.PortAudioError("no")

    return refuse


def _without_sounddevice(real: Any) -> Any:
    def importing(name: str, *rest: Any) -> Any:
        if name == "sounddevice":
            raise OSError("PortAudio library not found")
        return real(name, *rest)

    return importing


@pytest.mark.asyncio
async def test_two_microphones_are_heard_each_on_its_own_channel(
    room: VirtualMicrophone, path: Path, tmp_path: Path
) -> None:
    room.pactl("set-default-source", "vsink.monitor")
    left = 0.3 * np.sin(2 * np.pi * 440 * np.arange(48_000 * 20) / 48_000)
    soundfile.write(tmp_path / "two.wav", np.stack([left, left / 8], axis=1), 48_000)
    room.play(tmp_path / "two.wav")
    heard: list[recording.Samples] = []
    intake = Intake(paused=False)
    source = microphone.MicrophoneSource(None, 0, two_channels=True)
    source.open(intake)
    try:
        deadline = asyncio.get_running_loop().time() + 10
        while sum(len(block) for block in heard) < 32_000 and asyncio.get_running_loop().time() < deadline:
            heard += [item.samples for item in intake.next(0.1) if isinstance(item, Block)]
    finally:
        source.close()

    sound = np.concatenate(heard).astype(float)
    assert sound.shape[1] == 2
    loud = np.sqrt(np.square(sound[-16_000:]).mean(axis=0))
    assert 4 < loud[0] / loud[1] < 16


def test_a_microphone_with_one_channel_is_not_taken_for_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "portaudio", lambda: FakePortAudio(16_000))

    with pytest.raises(SoundError, match="only one channel"):
        microphone.MicrophoneSource(None, 0, two_channels=True).open(Intake(paused=False))
