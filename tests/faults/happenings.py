"""What may happen around a session that is held in a room: to the microphone, the laptop, the disk, the program."""

from __future__ import annotations

import random
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.fault import APP, FLUSH, RECORDER, SLOW, Fault
from tests.faults.room import Room
from tests.faults.stage import SESSION, Stage
from tests.faults.verdict import LONGEST_GAP_S, Verdict, looked_at
from tests.refusing import as_long_as
from tests.small_disk import fill, small_disk

LASTS_S = 4.0
SUSPENDED_S = 120.0
GOES_ON_S = 5.0
KILLS = 8
"""Of each process, with a microphone and in real time."""
ONE_HEARS_IT = 60.0
"""A program can't know which microphone is meant; it says that it hears nothing."""


@dataclass(frozen=True)
class Happening:
    """``happens`` is what happens, ``after_s`` after the first words; the session goes on unless it ``ends`` it.

    ``told``: notices that have to be given. ``disk``: how big the disk of the study is. ``longest_gap_s``: how much of
    what the microphone gave may be missing.
    """

    name: str
    happens: Callable[[Room], None]
    told: tuple[str, ...] = ()
    ends: bool = False
    after_s: float = 3.0
    disk: str = ""
    fault: Fault | None = None
    prelude: str = ""
    longest_gap_s: float = LONGEST_GAP_S


def happened(stage: Stage, happening: Happening, name: str) -> Verdict:
    """Hold a session in which it happens, and look at what is left of it."""
    with _held(stage, happening, name) as room:
        room.begin()
        room.let_pass(happening.after_s)
        room.breaks()
        happening.happens(room)
        if not happening.ends:
            _goes_on(room)
        run = room.told()
        left = looked_at(room.study, run, room.sound)
    missing = (f"nothing was said of {code}" for code in happening.told if code not in _codes(run.events))
    done = () if happening.ends or run.code == 0 else (f"the session ended with code {run.code}",)
    return Verdict(
        happening.name,
        f"after {happening.after_s:.1f} s",
        (*run.trouble, *left.trouble, *missing, *done),
        True,
        left.acked_lost,
        left.sound,
        left.words,
        run.sentences,
        longest_gap_s=happening.longest_gap_s,
    )


def _codes(events: tuple[dict[str, object], ...]) -> set[object]:
    return {event.get("code") for event in events} | {event["event"] for event in events}


def _goes_on(room: Room) -> None:
    room.run.say("note written after")
    room.let_pass(GOES_ON_S)
    room.end()
    room.let_pass(1.0)
    room.run.say("stop", "memo done")


@contextmanager
def _held(stage: Stage, happening: Happening, name: str) -> Iterator[Room]:
    home = Path(tempfile.mkdtemp(prefix="vv", dir="/tmp"))  # short: the path of a socket has room for 108 bytes
    with ExitStack() as after:
        after.callback(shutil.rmtree, home, ignore_errors=True)
        study = after.enter_context(stage.copy(name))
        if happening.disk:
            disk = after.enter_context(small_disk(study.parent / "disk", happening.disk))
            study = Path(shutil.copytree(study, disk / "study"))
        room = Room(study, home, happening.fault, happening.prelude.replace("HOME", repr(str(home))))
        after.callback(room.leave)
        yield room


# --- what happens -----------------------------------------------------------------------------------------------------


def _pulled_out(room: Room) -> None:
    room.microphone.unplug()
    room.until("no_signal")
    room.let_pass(LASTS_S)
    room.microphone.plug_in()
    room.play()


def _stalls(room: Room) -> None:
    room.microphone.suspend(True)
    room.until("no_signal")
    room.let_pass(2 * LASTS_S)
    room.microphone.suspend(False)


def _muted(room: Room) -> None:
    room.microphone.mute(True)
    room.until("silent")
    room.let_pass(LASTS_S)
    room.microphone.mute(False)


def _server_dies(room: Room) -> None:
    room.microphone.kill_server()
    room.until("no_signal")
    room.let_pass(LASTS_S)
    room.microphone.start_server()
    room.play()


def _server_freezes(room: Room) -> None:
    room.microphone.freeze(True)
    room.let_pass(LASTS_S)
    room.microphone.freeze(False)


def _default_moves(room: Room) -> None:
    room.microphone.move_default(True)
    room.until("silent")
    room.microphone.move_default(False)


def _suspended(seconds: float) -> Callable[[Room], None]:
    def happens(room: Room) -> None:
        room.microphone.hush()  # a sound server that wakes up would play in one instant what it has not played
        room.signal_all(signal.SIGSTOP)
        room.let_pass(seconds)
        room.signal_all(signal.SIGCONT)
        room.let_pass(1.0)
        room.play()

    return happens


def _jumps(hours: int) -> Callable[[Room], None]:
    def happens(room: Room) -> None:
        (room.home / "hours").write_text(str(hours))

    return happens


_JUMPING = """
import datetime, pathlib
import tui.clock
def jumping(now=tui.clock.world_now, hours=pathlib.Path(HOME, "hours")):
    return now() + datetime.timedelta(hours=int(hours.read_text()) if hours.exists() else 0)
tui.clock.world_now = jumping
"""


def _killed(module: str) -> Callable[[Room], None]:
    return lambda room: room.run.child(module).kill()


def _app_killed(room: Room) -> None:
    room.run.process.kill()


def _hung_up(room: Room) -> None:
    room.run.process.send_signal(signal.SIGHUP)


def _second_app(room: Room) -> None:
    second = room.vivavoce("session", "--participant", "50001", "--wave", "2", "--plain", "--audio", "granted")
    if second.returncode != 1 or "conducting a session" not in second.stderr:
        room.trouble.append(f"a second session was not refused: {second.stderr}")
    if room.vivavoce("sessions", "show", SESSION).returncode:
        room.trouble.append("a second program can't look at the session")


def _disk_fills(room: Room) -> None:
    filler = fill(room.study.parent)
    room.until("disk_full")
    room.let_pass(LASTS_S)
    filler.unlink()
    room.until("recorder_back")


def _taken_away(room: Room) -> None:
    away = room.study.with_name("away")
    room.study.rename(away)
    room.until("recording_gone")
    room.let_pass(LASTS_S)
    away.rename(room.study)
    room.until("recorder_back")


def _no_recorder(room: Room) -> None:
    _refused(room, "transcribe.record", "recorder_lost")
    room.until("recorder_back")


def _no_scribe(room: Room) -> None:
    _refused(room, "transcribe.scribe", "scribe_waits")


def _refused(room: Room, module: str, told: str) -> None:
    """It dies while the system has no room for another process."""
    refused = room.home / "refused"
    refused.touch()
    room.run.child(module).kill()
    room.until(told)
    room.let_pass(LASTS_S)
    refused.unlink()


def _nothing(room: Room) -> None:
    """It is wrong from the start."""


_REFUSED = as_long_as("HOME + '/refused'")

HAPPENINGS = (
    Happening("microphone: pulled out and back", _pulled_out, ("no_signal", "gap")),
    Happening("microphone: gives nothing for 8 s", _stalls, ("no_signal", "gap")),
    Happening("microphone: muted", _muted, ("silent",)),
    Happening("microphone: the sound server dies", _server_dies, ("no_signal", "gap")),
    Happening("microphone: the sound server is frozen", _server_freezes),
    Happening("microphone: another is the default", _default_moves, ("silent",), longest_gap_s=ONE_HEARS_IT),
    Happening("laptop: asleep for 8 s", _suspended(8.0)),
    Happening("laptop: asleep for two minutes", _suspended(SUSPENDED_S)),
    Happening("laptop: its clock jumps ahead", _jumps(3), prelude=_JUMPING),
    Happening("laptop: its clock jumps back", _jumps(-3), prelude=_JUMPING),
    Happening("program: its terminal is closed", _hung_up, ends=True),
    Happening("program: a second one", _second_app),
    Happening("program: no recorder starts", _no_recorder, ("gap",), prelude=_REFUSED, longest_gap_s=30.0),
    Happening("program: no scribe starts", _no_scribe, prelude=_REFUSED),
    Happening("disk: full for a while", _disk_fills, ("disk_full", "gap"), disk="48m", longest_gap_s=30.0),
    Happening("disk: taken away for a while", _taken_away, ("recording_gone", "gap"), longest_gap_s=30.0),
    Happening("disk: slow for the recorder", _nothing, fault=Fault(RECORDER, FLUSH, SLOW, 5)),
    Happening("disk: slow for the app", _nothing, fault=Fault(APP, FLUSH, SLOW, 20)),
)

_KILLS = (
    Happening("recorder: killed in a room", _killed("transcribe.record"), ("recorder_lost", "gap")),
    Happening("scribe: killed in a room", _killed("transcribe.scribe"), ("scribe_restarted",)),
    Happening("app: killed in a room", _app_killed, ends=True),
)


def happenings(seed: int, kills: int) -> list[Happening]:
    """Each once, and each kind of kill so many times at seeded moments."""
    chance = random.Random(seed)
    killed = [replace(kind, after_s=round(chance.uniform(0.5, 6.0), 2)) for kind in _KILLS for _ in range(kills)]
    return [*HAPPENINGS, *killed]
