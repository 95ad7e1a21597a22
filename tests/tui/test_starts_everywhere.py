"""Whatever locale, terminal and keyring are: the program draws, asks, or says in one sentence what to do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.offline.terminal import Terminal
from tests.program import PASSPHRASE, Vivavoce
from tests.studies import make_study

pytestmark = pytest.mark.slow

FIRST_RUN = " · a new study".encode()
GOLD = b"38;5;179"  # of the theme, as a terminal of 256 colours gets it
SETTLED = ("PATH", "HOME", "XDG_CACHE_HOME")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
BACKENDS = {
    "is not there": "",
    "fails when it is asked": "def get_password(self, *_): raise OSError('no bus')",
    "answers with something else": "def get_password(self, *_): return b'bytes'",
}


Look = Callable[..., Terminal]


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    """The program on a terminal, with an environment that is all its own."""
    made: list[Terminal] = []

    def start(*words: str, study: Path = tmp_path / "study", **env: str | None) -> Terminal:
        kept = {name: os.environ[name] for name in SETTLED if name in os.environ}
        command = (sys.executable, "-m", "tui", *words, "--study", str(study))
        given = kept | {"TERM": "xterm-256color"} | env
        made.append(Terminal(command, {name: value for name, value in given.items() if value is not None}))
        return made[-1]

    yield start
    for one in made:
        one.kill()


@pytest.fixture(scope="module", params=["ASCII", "ISO-8859-1"])
def locale(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A locale that is not UTF-8: the plainest, and one that writes other letters, where it can be made here."""
    folder = tmp_path_factory.mktemp("locales")
    if request.param == "ISO-8859-1" and shutil.which("localedef"):
        made = folder / "de_DE.ISO-8859-1"
        subprocess.run(["localedef", "-i", "de_DE", "-f", "ISO-8859-1", made], check=False, capture_output=True)
        if made.is_dir():
            return {"LC_ALL": made.name, "LOCPATH": str(folder)}
    return ASCII


def test_the_app_draws_in_any_locale(look: Look, locale: dict[str, str]) -> None:
    one = look(**locale)

    one.until(FIRST_RUN)
    if locale is not ASCII:
        one.until(b"said to write")


def test_a_key_that_is_no_utf8_is_left_out_and_said_and_the_app_goes_on(look: Look) -> None:
    one = look()
    one.until(FIRST_RUN)
    one.until(b"Peer support study")

    one.press(b"caf\xe9 ")
    one.until(b"does not write")
    one.press("zebra")

    one.until(lambda: re.search(rb"caf.*z.*e.*b.*r.*a", one.written, re.DOTALL) is not None)
    one.press("\x11")
    assert one.end() == 0


def test_a_folder_whose_name_is_no_text_is_drawn_all_the_same(look: Look, tmp_path: Path) -> None:
    study = make_study(tmp_path / os.fsdecode(b"Ren\xe9"))

    look(study=study).until(b"This study is locked")


def test_a_session_finds_files_by_their_names_in_any_locale(
    locale: dict[str, str], short_replay: Path, tmp_path: Path
) -> None:
    make_study(tmp_path / "Zoë")
    program = Vivavoce(tmp_path / "Zoë", locale)
    words = ("--participant", "50001", "--wave", "1", "--plain", "--json", "--audio", "granted", "--speed", "0")
    run = program.start("session", *words, "--replay", str(short_replay))
    run.say("wait end")

    assert run.finish() == 0, run.errors()
    assert run.of("utterance")
    assert run.of("summary")[0]["audio_seconds"] > 2


@pytest.fixture
def short_replay(tmp_path: Path) -> Path:
    """Three seconds of the demo, in a file whose name has letters beyond ASCII."""
    import soundfile

    from tui.demo.script import sound_path

    samples, rate = soundfile.read(sound_path(), start=10 * 16_000, frames=3 * 16_000)
    soundfile.write(tmp_path / "Gespräch.wav", samples, rate)
    return tmp_path / "Gespräch.wav"


@pytest.mark.parametrize("kind", ["dumb", "unknown"])
@pytest.mark.parametrize("words", [(), ("demo",)])
def test_a_terminal_that_can_not_be_drawn_on_is_named_with_what_to_do(
    look: Look, kind: str, words: tuple[str, ...]
) -> None:
    one = look(*words, TERM=kind)

    assert one.end() == 2
    assert one.written.startswith(f"Nothing can be drawn on this terminal (TERM={kind}): use another one; ".encode())
    assert one.written.count(b"\n") == 1


@pytest.mark.parametrize("kind", [None, "", "vt100"])
def test_a_terminal_that_does_not_say_what_it_is_or_is_old_is_drawn_on(look: Look, kind: str | None) -> None:
    look(TERM=kind).until(FIRST_RUN)


def test_no_color_that_is_empty_is_no_wish(look: Look) -> None:
    empty, wished = look(NO_COLOR=""), look(NO_COLOR="1")

    empty.until(FIRST_RUN)
    empty.until(GOLD)  # the line may come in two pieces
    wished.until(FIRST_RUN)
    assert GOLD not in wished.written


@pytest.fixture(params=BACKENDS)
def keyring(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The settings of a person who has chosen a keyring that is not there, or does not work."""
    settings = tmp_path / "config" / "python_keyring"
    settings.mkdir(parents=True)
    body = BACKENDS[request.param]
    if body:
        head = "from keyring.backend import KeyringBackend\nclass Mine(KeyringBackend):\n    priority = 9\n"
        (settings / "my_keyring.py").write_text(f"{head}    {body}\n    def set_password(self, *_): ...\n")
    (settings / "keyringrc.cfg").write_text(f"[backend]\ndefault-keyring=my_keyring.Mine\nkeyring-path={settings}\n")
    if (cases := os.environ.get("VIVAVOCE_CASES")) and not body:
        shutil.copy(Path(cases) / "17-keyringrc.cfg", settings / "keyringrc.cfg")
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


def test_a_keyring_that_does_not_work_leaves_the_passphrase_to_be_asked(
    look: Look, keyring: dict[str, str], tmp_path: Path
) -> None:
    make_study(tmp_path / "study")

    asked = look("participants", "list", **keyring)
    asked.until(b"Passphrase")
    asked.press(f"{PASSPHRASE}\n")
    assert asked.end() == 0
    assert b"50001" in asked.written
    look(**keyring).until(b"Passphrase")


def test_without_a_terminal_it_is_said_where_else_a_passphrase_may_come_from(
    keyring: dict[str, str], tmp_path: Path
) -> None:
    program: Any = Vivavoce(make_study(tmp_path / "study"), keyring)

    done = program.apart("participants", "list", VIVAVOCE_PASSPHRASE="")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "There is no passphrase" in done.stderr
    (row,) = [one for one in json.loads(program("doctor", "--json").stdout) if one["check"] == "keyring"]
    assert (row["verdict"], row["ok"]) == ("doubtful", True)
    assert "can't be asked" in row["text"]
