"""A recording that can't be begun leaves nothing that looks like one, and the next try finds the way free."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BEGINS = 60
BEGUN = """
import json, sys
from pathlib import Path
from transcribe import recording
from transcribe.errors import RecordingError
folder, key, found = Path(sys.argv[1]), bytes(range(32)), []
for number in range(int(sys.argv[2])):
    path = folder / f"{number}.db"
    refused = []
    for _ in range(5):
        try:
            writer = recording.append_to(path, key) if path.exists() else recording.create(path, key)
        except RecordingError as error:
            refused.append(type(error).__name__)
            continue
        assert (writer.last_seq, writer.end_ms) == (0, 0)
        break
    else:
        raise AssertionError(f"never begun: {refused}")
    found.append(refused)
json.dump(found, sys.stdout)
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(("error", "says"), [("ENOSPC", {"RecordingFullError"}), ("EIO", {"RecordingError"})])
def test_whichever_write_fails_there_is_a_whole_recording_or_none(tmp_path: Path, error: str, says: set[str]) -> None:
    each = f"inject=pwrite64:error={error}:when=5+41"  # more than a start has: one try fails here, one there
    strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=pwrite64", "-e", each, "-o", "/dev/null"]
    done = subprocess.run(
        [*strace, sys.executable, "-c", BEGUN, str(tmp_path), str(BEGINS)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if "ptrace" in done.stderr:
        pytest.skip("no process may be traced here")
    assert done.returncode == 0, done.stderr
    refused = [kind for kinds in json.loads(done.stdout) for kind in kinds]
    assert len(refused) >= 20
    assert says <= set(refused) <= says | {"RecordingError"}  # some calls of SQLite do not say why they failed
    assert {path.name for path in tmp_path.iterdir() if "-new" in path.name} == set()
