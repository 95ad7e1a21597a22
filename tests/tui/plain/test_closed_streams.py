"""A standard stream that is closed is said before anything begins, and no other file takes its place."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

SESSION = ("session", "--participant", "50001", "--wave", "1", "--plain", "--json", "--audio", "declined")


def ran(program: Any, closed: str, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """The program, begun by a shell that closes this for it."""
    return subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" "$@" {closed}', sys.executable, "-m", "tui", *words],
        input=given,
        capture_output=True,
        text=True,
        env=program.env,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(("closed", "name"), [("<&-", "input"), (">&-", "output"), ("<&- >&-", "input")])
def test_without_input_or_output_nothing_begins(vivavoce: Any, closed: str, name: str) -> None:
    done = ran(vivavoce, closed, *SESSION, given="note lost\n")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"Standard {name} is closed")
    assert vivavoce.json("sessions", "list") == []


def test_without_an_error_stream_nothing_of_it_comes_to_stand_among_the_events(vivavoce: Any) -> None:
    done = ran(vivavoce, "2>&-", *SESSION, given="sing\nnote kept\ndistress\nstop\n")

    assert (done.returncode, done.stderr) == (0, "")
    names = [json.loads(line)["event"] for line in done.stdout.splitlines()]
    assert {"jotting", "mark", "summary"} <= set(names)


def test_all_of_them_closed_is_wrong_use(vivavoce: Any) -> None:
    assert ran(vivavoce, "<&- >&- 2>&-", *SESSION).returncode == 2
