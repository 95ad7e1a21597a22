"""What can be done with a study, as programs that people start; and what each may take away, or adds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.at_once.stage import Stage

NOTES = ("Quillfeather", "Umbrellawort", "Yesterlight")
"""What is typed in a session, one after the other."""


class Takes(StrEnum):
    """What is gone of the subject after a receipt, or is shown no more."""

    NOTHING = ""
    SOUND = "key sound"
    WORDS = "key sound words"
    ALL = "key sound words notes memo"


class Screen(StrEnum):
    """What is opened in the app."""

    SESSION = "session"
    TRANSCRIPT = "transcript"
    MEMO = "memo"
    SEARCH = "search"


@dataclass(frozen=True)
class Act:
    """A command, or something in the app; ``lines`` are typed into a command: ``|`` stands for its midst.

    ``usual_s`` is about how long it takes, where nothing says how far it is. ``hides`` is what nobody is shown any more
    after it.
    """

    name: str
    argv: Callable[[Stage, Path], tuple[str, ...]] = lambda _stage, _folder: ()
    lines: tuple[str, ...] = ()
    screen: Screen | None = None
    takes: Takes = Takes.NOTHING
    hides: Takes = Takes.NOTHING
    usual_s: float = 0.3
    records: bool = False
    transcribes: bool = False
    silent: bool = False
    """It prints nothing but to standard error."""

    @property
    def led(self) -> bool:
        """Whether lines are typed into it."""
        return bool(self.lines)


def _session(*how: str) -> Callable[[Stage, Path], tuple[str, ...]]:
    def argv(stage: Stage, _: Path) -> tuple[str, ...]:
        number = stage.number_of(stage.broken_off) if "--go-on" in how else "NEWCOMER"
        sound = ("--plain", "--json", "--replay", str(stage.sound), "--speed", "1", "--model", "tiny.en")
        return ("session", "--participant", number, "--wave", "1", *how, *sound)

    return argv


def _of(*argv: str) -> Callable[[Stage, Path], tuple[str, ...]]:
    """A command in which ``SUBJECT``, ``BROKEN_OFF``, ``WORD`` and ``FOLDER`` stand for those."""

    def filled(stage: Stage, folder: Path) -> tuple[str, ...]:
        words = {"SUBJECT": stage.subject.id, "BROKEN_OFF": stage.broken_off.id, "WORD": stage.subject.said[0]}
        return tuple(words.get(word, word.replace("FOLDER", str(folder))) for word in argv)

    return filled


def _conducted(name: str, *lines: str, how: tuple[str, ...] = ("--audio", "granted")) -> Act:
    return Act(name, _session(*how), (*_FIRST, *lines, *_LAST), records=True, transcribes=True)


def _withdrawn(name: str, takes: Takes, hides: Takes, *how: str) -> Act:
    return Act(name, _of("withdraw", "SUBJECT", *how, "--yes"), takes=takes, hides=hides)


_FIRST = ("ask", f"note {NOTES[0]}", "|", f"note {NOTES[1]}")
_LAST = ("wait end", "stop", "memo done", "quit")

ACTS = (
    Act("session in the app", screen=Screen.SESSION, records=True, transcribes=True),
    _conducted("session", f"note {NOTES[2]}"),
    _conducted("strike", "strike 2", f"note {NOTES[2]}"),
    _conducted("withdraw in it", "withdraw words"),
    _conducted("go on", how=("--go-on", "--audio", "granted")),
    Act("recover", _of("recover", "BROKEN_OFF"), usual_s=1.5, transcribes=True),
    Act("retranscribe", _of("retranscribe", "SUBJECT", "--model", "tiny.en"), usual_s=2.5, transcribes=True),
    Act("export", _of("export", "--to", "FOLDER/handed", "--format", "md,json,vtt")),
    Act("backup", _of("study", "backup", "FOLDER/copy.vivavoce")),
    Act("restore", _of("study", "restore", "FOLDER/earlier.vivavoce", "--study", "FOLDER/again")),
    Act("check", _of("study", "check"), silent=True),
    Act("doctor", _of("doctor")),
    Act("rekey", _of("study", "rekey", "--new-passphrase-file", "FOLDER/new"), silent=True),
    _withdrawn("withdraw audio", Takes.SOUND, Takes.NOTHING),
    _withdrawn("withdraw words", Takes.WORDS, Takes.WORDS, "--transcript"),
    _withdrawn("withdraw taking part", Takes.WORDS, Takes.ALL, "--taking-part"),
    _withdrawn("withdraw all", Takes.ALL, Takes.ALL, "--taking-part", "--notes"),
    Act("destroy what is due", _of("study", "destroy-due", "--yes")),
    Act("transcript", screen=Screen.TRANSCRIPT),
    Act("memo", screen=Screen.MEMO),
    Act("search", screen=Screen.SEARCH),
    Act("show", _of("sessions", "show", "SUBJECT", "--json")),
    Act("search by line", _of("search", "WORD")),
)
BY_NAME = {act.name: act for act in ACTS}
