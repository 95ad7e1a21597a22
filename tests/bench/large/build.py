"""A build of the program that is measured: a tree with an interpreter of its own, and the large study it made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.large.study import Size
from tests.bench.processes import BenchError
from tests.studies import PASSPHRASE

_HERE = Path(__file__).parent
_TESTS = _HERE.parents[1]
_LENT = (_HERE / "study.py", _HERE / "probe.py", _TESTS / "studies.py")
"""What a tree is lent that may have none of it; nothing is written into the tree."""


@dataclass(frozen=True)
class Ran:
    """One command: seconds by the clock and of the processor, the most memory at a time (MB), when lines were said."""

    wall_s: float
    used_s: float
    peak_mb: float
    said: tuple[tuple[float, str], ...]

    def when(self, text: str) -> float | None:
        """After how many seconds a line was said that begins so."""
        return next((at_s for at_s, line in self.said if line.startswith(text)), None)


@dataclass(frozen=True)
class Build:
    """``python`` runs it, by a module of its own or of those that ``lent`` holds, on ``study``."""

    name: str
    python: Path
    lent: Path
    study: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """What its processes find in theirs."""
        return {"PYTHONPATH": str(self.lent), "VIVAVOCE_PASSPHRASE": PASSPHRASE}

    def program(self, module: str, *words: str) -> list[str]:
        """A module of it as a command, whatever folder it is called in."""
        return [str(self.python), "-P", "-m", module, *words]

    def make(self, size: Size) -> float:
        """Make its study, where there is none; gives the seconds that took."""
        if self.study.exists():
            return 0.0
        words = (str(self.study), str(size.sessions), str(size.utterances), str(size.sound_s))
        return self._run("tests.bench.large.study", "make", *words).wall_s

    def leave_unerased(self, study: Path) -> None:
        """Destroy something in a study without erasing it, as a program that was killed does."""
        self._run("tests.bench.large.study", "leave-unerased", str(study))

    def command(self, study: Path, *words: str, end: Callable[[str], bool] = lambda _: False) -> Ran:
        """One command on a study; raises BenchError where it fails. It is killed at the line for which ``end`` is."""
        return self._run("tui", *words, study=study, end=end)

    @contextmanager
    def copy(self) -> Iterator[Path]:
        """A copy of its study, for whatever changes it."""
        with tempfile.TemporaryDirectory(prefix="vivavoce-large-", dir=self.study.parent) as to:
            yield Path(shutil.copytree(self.study, Path(to) / "study"))

    def _run(
        self, module: str, *words: str, study: Path | None = None, end: Callable[[str], bool] = lambda _: False
    ) -> Ran:
        environment = {**os.environ, **self.environment, "VIVAVOCE_STUDY": str(study or self.study)}
        began_s, said = time.monotonic(), []
        process = subprocess.Popen(
            self.program(module, *words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            text=True,
        )
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                said.append((time.monotonic() - began_s, line.strip()))
                if ended := end(line):
                    process.kill()
                    break
            else:
                ended = False
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode and not ended:
            raise BenchError(f"{self.name}: {module} {words[0]} ended with {process.returncode}")
        return Ran(time.monotonic() - began_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1_000, tuple(said))


@contextmanager
def builds(study: Path, beside: Path | None) -> Iterator[tuple[Build, ...]]:
    """This tree's, and the one of another tree beside it, whose study lies beside this one's."""
    with tempfile.TemporaryDirectory(prefix="vivavoce-lent-") as lent:
        for file in _LENT:
            place = Path(lent) / "tests" / file.relative_to(_TESTS)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
        own = Build("this build", Path(sys.executable), Path(lent), study.absolute())
        if beside is None:
            yield (own,)
        else:
            other = study.absolute().with_name(f"{study.absolute().name}-of-{beside.name}")
            yield own, Build(beside.name, beside.absolute() / ".venv" / "bin" / "python", Path(lent), other)
