"""The microphone tried before an interview: a real child that tells how loud it is, and keeps nothing."""

import asyncio
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile

from tests.transcribe.pulse import VirtualMicrophone, room, virtual_microphone
from transcribe import wire
from transcribe.child import Child

__all__ = ["room", "virtual_microphone"]

PATIENCE_S = 30.0
LOUD_DB = -20.0


async def checking(device: str | None = None, *, two_channels: bool = False) -> Child:
    child = await Child.start("transcribe.record")
    child.send(wire.Check(device, two_channels))
    return child


async def levels_until(child: Child, loud: bool) -> list[wire.Message]:
    """What it says up to a level that is loud, or is not."""
    told: list[wire.Message] = []
    async with asyncio.timeout(PATIENCE_S):
        async for report in child.messages():
            told.append(report)
            if isinstance(report, wire.Level) and (report.rms_db > LOUD_DB) is loud:
                return told
    raise AssertionError(f"the child left after {told[-3:]}")


@pytest.mark.asyncio
async def test_the_level_moves_with_the_room(room: VirtualMicrophone, tmp_path: Path) -> None:
    sound = tmp_path / "tone.wav"
    soundfile.write(sound, 0.5 * np.sin(2 * np.pi * 440 * np.arange(48_000 * 5) / 48_000), 48_000)
    child = await checking()
    opened, *_ = await levels_until(child, loud=False)
    room.play(sound)
    await levels_until(child, loud=True)
    child.send(wire.Stop())
    assert isinstance(opened, wire.Opened)
    assert await child.leave(5) == 0


@pytest.mark.asyncio
async def test_two_microphones_are_tried_as_one_level(room: VirtualMicrophone, tmp_path: Path) -> None:
    room.pactl("set-default-source", "vsink.monitor")
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(48_000 * 5) / 48_000)
    soundfile.write(tmp_path / "right.wav", np.stack([0 * tone, tone], axis=1), 48_000)
    child = await checking(two_channels=True)
    await levels_until(child, loud=False)
    room.play(tmp_path / "right.wav")
    *_, level = await levels_until(child, loud=True)
    assert isinstance(level, wire.Level)
    assert -20 < level.rms_db < -12  # one channel of the two, at half scale
    assert await child.leave(5) == 0


@pytest.mark.asyncio
async def test_it_has_no_file_open_in_which_a_sample_could_be_kept(room: VirtualMicrophone) -> None:
    child = await checking()
    await levels_until(child, loud=False)
    home = room.env["HOME"]
    written = [file.path for file in psutil.Process(child.pid).open_files() if file.mode != "r"]
    assert [path for path in written if "pulse" not in path and not path.startswith((home, "/dev/", "/memfd"))] == []
    assert await child.leave(5) == 0


@pytest.mark.asyncio
async def test_it_leaves_when_the_app_is_gone(room: VirtualMicrophone) -> None:
    child = await checking()
    await levels_until(child, loud=False)
    assert await child.leave(5) == 0


@pytest.mark.asyncio
async def test_a_muted_microphone_is_told(room: VirtualMicrophone) -> None:
    room.mute(True)
    child = await checking()
    async with asyncio.timeout(PATIENCE_S):
        signal = await anext(report async for report in child.messages() if isinstance(report, wire.Signal))
    assert signal.state == "silent"
    await child.leave(5)


@pytest.mark.asyncio
async def test_a_microphone_that_is_not_there_is_named_in_a_sentence(room: VirtualMicrophone) -> None:
    child = await checking("No such microphone")
    async with asyncio.timeout(PATIENCE_S):
        (failed,) = [report async for report in child.messages()]
    assert isinstance(failed, wire.Failed)
    assert "No such microphone" in failed.text
    assert failed.text.endswith(".")
    assert await child.leave(5) == 1
