"""Asks the process at the edge, and starts another when it crashed."""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

PATIENCE_S = 60.0
INSIDE = "Something went wrong inside vivavoce"


class Edge:
    """One process for many inputs. Each is kept in a file, which is named when it was not dealt with."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="vivavoce-fuzz-"))
        atexit.register(self._leave)

    def file(self, name: str, raw: bytes) -> Path:
        """A file of this name that holds these bytes."""
        path = self._folder / name
        path.write_bytes(raw)
        return path

    def answers_to(self, **order: Any) -> dict[str, Any]:
        """What it answers; a crash, a traceback, or no answer in a minute is an AssertionError."""
        process = self._process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        in_time = select.select([process.stdout], [], [], PATIENCE_S)[0]
        line = process.stdout.readline() if in_time else b""
        if not line:
            self.close()
            how = f"ended with {process.returncode}" if in_time else f"gave no answer in {PATIENCE_S:.0f} s"
            raise AssertionError(f"the process {how}: {self._kept(order)}")
        answer: dict[str, Any] = json.loads(line)
        assert answer["unforeseen"] == [], self._kept(order)
        for sentence in answer["sentences"]:
            assert "Traceback" not in sentence
            assert INSIDE not in sentence, self._kept(order)
            assert sentence.isprintable(), self._kept(order)
        return answer

    def close(self) -> None:
        """It is gone."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def _leave(self) -> None:
        """Only what was not dealt with stays."""
        self.close()
        for path in self._folder.iterdir():
            if not path.name.startswith("kept-") and path.is_file():
                path.unlink()
        with suppress(OSError):
            self._folder.rmdir()

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.fuzz.edge"]
        env = {**os.environ, "VIVAVOCE_STUDY": str(self._folder / "none")}
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)

    def _kept(self, order: dict[str, Any]) -> str:
        """A copy of the input, which the next one does not overwrite."""
        path = Path(order.get("path") or order["argv"][-1])
        kept = self._folder / f"kept-{os.urandom(4).hex()}{path.suffix}"
        kept.write_bytes(path.read_bytes())
        return str(kept)
