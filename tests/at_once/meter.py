"""How long the event loop of a program was held up: by work of its own, and by calls that wait.

What a busy machine adds is left out: time in which this thread could run and had no processor; time in which it waited
while another thread of the same program, which may have held the interpreter's lock, had none, or while the processors
were another machine's; and by how much slower the same work is done beside others on one core. A wait is one that was
seen: in a call that keeps the interpreter's lock nothing can look.

So is what is not this program's own: Textual styling, laying out and drawing a screen, and giving the terminal back;
Python loading a module for the first time, and looking for garbage, of which a process that was forked here has far
more.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import os
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

NS_PER_MS = 1e6
NS_PER_TICK = 10**9 // os.sysconf("SC_CLK_TCK")
LOOK_S, WORTH_MS, OTHERS_EACH, KNOWN_EACH = 0.008, 20.0, 4, 16
NOT_OURS = (
    *(("textual/screen.py", name) for name in ("_refresh_layout", "_compositor_refresh", "update_node_styles")),
    *(("textual/app.py", name) for name in ("_build_driver", "_init_mode", "stop_application_mode", "_print_error")),
    ("textual/drivers/linux_driver.py", "stop_application_mode"),
    *(("textual/css/stylesheet.py", name) for name in ("apply", "parse", "reparse", "update_nodes")),
    *(("textual/widget.py", name) for name in ("_size_updated", "recompose")),
    ("<frozen importlib._bootstrap>", "_find_and_load"),
)
_SYSTEM, _THREADS, _QUEUE = "/proc/stat", "/proc/self/task", "schedstat"
_LINE = 256


@dataclass
class _Call:
    """One callback of the loop, under way; ``places`` is where it was seen how often."""

    began_s: float
    queued_ns: int
    cpu_ns: int
    garbage_ns: int
    others_ns: dict[str, int]
    places: Counter[str] = field(default_factory=Counter)
    not_ours: int = 0


class Meter:
    """Takes the time of every callback of an event loop; writes the longest to ``file`` when the program ends.

    ``quick_ns`` is what ``known_work`` takes here when nothing else is done.
    """

    def __init__(self, file: Path, quick_ns: int) -> None:
        self._file, self._quick_ns = file, quick_ns
        self._slower = 1.0
        self._longest_ms, self._where = 0.0, ""
        self._call: _Call | None = None
        self._garbage_ns = self._garbage_began_ns = 0
        self._others_ns: dict[str, int] = {}

    def install(self) -> None:
        """From now on, and once for a process."""
        run, main, meter = asyncio.Handle._run, threading.get_ident(), self
        self._mine = os.open(f"/proc/thread-self/{_QUEUE}", os.O_RDONLY | os.O_CLOEXEC)

        def timed(handle: Any) -> None:
            call = meter._call = _Call(
                time.perf_counter(), _queued_ns(meter._mine), time.thread_time_ns(), meter._garbage_ns, meter._others_ns
            )
            try:
                run(handle)
            finally:
                meter._call = None
                if (took_ms := (time.perf_counter() - call.began_s) * 1000) > WORTH_MS:
                    meter._note(call, took_ms, handle)

        asyncio.Handle._run = timed  # type: ignore[method-assign, assignment]
        gc.callbacks.append(lambda phase, _: self._garbage(phase, main))
        threading.Thread(target=self._look, args=(main,), daemon=True).start()

    def write(self) -> None:
        """What was found so far."""
        self._file.write_text(json.dumps({"longest_ms": self._longest_ms, "where": self._where}))

    def _note(self, call: _Call, took_ms: float, handle: Any) -> None:
        cpu_ms = (time.thread_time_ns() - call.cpu_ns) / NS_PER_MS
        queued_ms = (_queued_ns(self._mine) - call.queued_ns) / NS_PER_MS
        others_ms = sum(now - call.others_ns.get(name, 0) for name, now in _others_ns().items()) / NS_PER_MS
        seen = call.places.total()
        ours = seen / (seen + call.not_ours) if call.not_ours else 1.0
        work_ms = max(0.0, cpu_ms - (self._garbage_ns - call.garbage_ns) / NS_PER_MS) * ours / self._slower
        waiting_ms = max(0.0, took_ms - cpu_ms - queued_ms - others_ms) * ours * bool(seen)
        if work_ms + waiting_ms > self._longest_ms:
            self._longest_ms = work_ms + waiting_ms
            self._where = f"{work_ms:.0f} ms of work, {waiting_ms:.0f} ms waiting: "
            self._where += max(call.places, key=call.places.__getitem__, default=repr(handle)[:200])

    def _look(self, main: int) -> None:
        """Where a callback is that takes long, and how long other threads had waited for a processor before it."""
        for turn in itertools.count():
            time.sleep(LOOK_S)
            if turn % KNOWN_EACH == 0:
                self._slower = max(1.0, (self._slower + known_work() / self._quick_ns) / 2)
            call = self._call
            if call is None or time.perf_counter() - call.began_s < LOOK_S:
                if turn % OTHERS_EACH == 0:
                    self._others_ns = _others_ns()
                continue
            frame = sys._current_frames().get(main)
            if _is_ours(frame):
                call.places[_place(frame)] += 1
            else:
                call.not_ours += 1

    def _garbage(self, phase: str, main: int) -> None:
        if threading.get_ident() != main:
            return
        if phase == "start":
            self._garbage_began_ns = time.thread_time_ns()
        else:
            self._garbage_ns += time.thread_time_ns() - self._garbage_began_ns


def known_work() -> int:
    """How long a piece of work takes that is always the same, in ns of processor."""
    began_ns, found = time.thread_time_ns(), {}
    for number in range(1500):
        found[number % 97] = str(number)
    return time.thread_time_ns() - began_ns


def _is_ours(frame: FrameType | None) -> bool:
    while frame is not None:
        code = frame.f_code
        if any(code.co_name == name and code.co_filename.endswith(file) for file, name in NOT_OURS):
            return False
        frame = frame.f_back
    return True


def _place(frame: FrameType | None) -> str:
    lines = traceback.extract_stack(frame)[-8:]
    return " > ".join(f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in lines)


def _queued_ns(descriptor: int) -> int:
    """For how long a thread could have run and had no processor."""
    return int(os.pread(descriptor, _LINE, 0).split()[1])


def _others_ns() -> dict[str, int]:
    """The same of every thread but this process's first; and for how long the processors were another machine's."""
    found = {"stolen": int(_first_line(_SYSTEM)[8]) * NS_PER_TICK}
    main = str(threading.main_thread().native_id)
    with os.scandir(_THREADS) as threads:
        for thread in threads:
            with suppress(OSError):  # it has ended
                found[thread.name] = int(_first_line(f"{thread.path}/{_QUEUE}")[1])
    found.pop(main, None)
    return found


def _first_line(path: str) -> list[bytes]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, _LINE).split(b"\n")[0].split()
    finally:
        os.close(descriptor)
