"""Who sits before the app: presses keys, looks what is there, and presses again where something was refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.at_once.acts import NOTES, Screen
from tests.at_once.running import LOOK_S
from tests.at_once.screen import OnScreen
from tests.at_once.stage import NEW_PASSPHRASE, NEWCOMERS, Stage
from tests.store.lived import PASSPHRASE

TYPED = ("Zephyrquill", "Thistledown")
"""What is typed into a memo, one after the other."""
TRIES, AGAIN_S, FOUND_S = 12, 3.0, 20.0
SHOWN_NO_MORE_S = 1.0
"""So long after a receipt nothing of it may be shown any more."""
WORDS_HEARD_S = 1.5
CONDUCTED_S, LONGEST_S = 3.0, 60.0
"""How long a session goes on for the sake of the other act, and any other screen stays open."""
ESCAPE, ENTER, UP, DOWN, LEFT = "\x1b", "\r", "\x1b[A", "\x1b[B", "\x1b[D"
CTRL_Q, CTRL_S, CTRL_U = "\x11", "\x13", "\x15"
BOARD, OFFERED, LOCKED = "enter Start", "it is offered again", "This study is locked"
WRONG, BUSY = "does not open", "is writing to this study"
SEARCH, FOUND, NOT_FOUND = "All the words", "1 place", "Nothing holds"
PLACE, MEMO, RECORDING, STOP = "1 Interviewer", "after the interview", "REC", "Stop the interview?"


@dataclass(kw_only=True)
class AtHand:
    """How far somebody is with what they do, and what the others know of it."""

    stage: Stage
    number: str
    midst: threading.Event = field(default_factory=threading.Event)
    close_to_end: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    stays_for: threading.Event | None = None
    """How long the screen is left open: until this has come; None: it is left when all is done there."""
    shown_later: str = ""
    """What it showed later than a second after that."""
    arrived: bool = False
    """Whether what was to be opened was."""
    was_left: bool = False
    """Whether it was told to leave."""
    noted: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """What was typed into a memo that said it was saved."""


def lead(doing: AtHand, screen: OnScreen, what: Screen) -> None:
    """From the first screen to the last."""
    _come_in(screen)
    doing.arrived = _LEADS[what](doing, screen)
    doing.midst.set()
    _stay(doing, screen, what)
    doing.close_to_end.set()
    if what is Screen.SESSION and doing.arrived:
        _end_session(doing, screen)
    _leave(doing, screen)


def _come_in(screen: OnScreen) -> None:
    """To the board; whoever is asked for the passphrase types it, or the one that it was changed to meanwhile."""
    came_to, since, passphrase = screen.seen(OFFERED, BOARD, LOCKED), 0, PASSPHRASE
    for _ in range(TRIES):
        if came_to in (OFFERED, BOARD):
            break
        since = len(screen.written)
        screen.press(CTRL_U, passphrase, ENTER)
        came_to = screen.seen(OFFERED, BOARD, WRONG, BUSY, since=since, patience_s=2 * AGAIN_S)
        if came_to == WRONG:
            passphrase = NEW_PASSPHRASE
        elif came_to == BUSY:
            _look_on(screen, AGAIN_S, lambda: False)
    if came_to == OFFERED:
        screen.press(ESCAPE)
        screen.seen(BOARD, since=since)


def _press_until(screen: OnScreen, key: str, *wanted: str, tries: int = TRIES) -> str:
    """Press this key, and again where nothing came of it; what did."""
    for _ in range(tries):
        since = len(screen.written)
        screen.press(key)
        if found := screen.seen(*wanted, since=since, patience_s=AGAIN_S):
            return found
        if screen.over:
            break
    return ""


def _search(doing: AtHand, screen: OnScreen) -> bool:
    """Look for a word of the subject; whether it was found."""
    _press_until(screen, "/", SEARCH)
    since = len(screen.written)
    screen.press(*doing.stage.subject.said[0])
    return screen.seen(FOUND, NOT_FOUND, since=since, patience_s=FOUND_S) == FOUND


def _open_place(doing: AtHand, screen: OnScreen) -> bool:
    return _search(doing, screen) and bool(_press_until(screen, ENTER, PLACE))


def _open_memo(doing: AtHand, screen: OnScreen) -> bool:
    if not (_open_place(doing, screen) and _press_until(screen, "m", MEMO, tries=3)):
        return False
    doing.midst.set()
    _write(doing, screen, *TYPED)
    return True


def _write(doing: AtHand, screen: OnScreen, *words: str) -> None:
    """Into the memo; they are kept when they are shown and nothing says that they are not saved."""
    screen.press(*"".join(f"{word} " for word in words))
    for _ in range(TRIES):
        text = screen.painted()
        if MEMO not in text or any(word not in text for word in words):
            return  # it was taken off
        if "NOT SAVED" not in text:
            doing.kept.extend(words)
            return
        time.sleep(AGAIN_S / 2)


def _conduct(doing: AtHand, screen: OnScreen) -> bool:
    """Begin a session, and type notes in it."""
    screen.press(*[UP] * 6, *[LEFT] * 4, *[DOWN] * list(NEWCOMERS.values()).index(doing.number))
    if not _press_until(screen, ENTER, "Taking part"):
        return False
    screen.press(*"gggg")
    if not _press_until(screen, CTRL_S, RECORDING):
        screen.press(ESCAPE)
        return False
    if not _note(doing, screen, NOTES[0]):
        return False  # it was left again: what is typed next would be keys of the board
    time.sleep(WORDS_HEARD_S)
    doing.midst.set()
    _note(doing, screen, NOTES[1])
    return True


def _note(doing: AtHand, screen: OnScreen, words: str) -> bool:
    screen.press("n", *words, ENTER)
    if not screen.seen(f"✎ {words}", patience_s=FOUND_S):
        return False
    doing.noted.append(words)
    return True


def _end_session(doing: AtHand, screen: OnScreen) -> None:
    """Stop, and write in the memo, which opens by itself."""
    since = len(screen.written)
    if _press_until(screen, "s", STOP, MEMO, tries=1) == STOP:
        _press_until(screen, "y", MEMO, tries=1)
    _write(doing, screen, TYPED[0])
    screen.seen("transcript ready", "not transcribed", since=since, patience_s=20)


def _stay(doing: AtHand, screen: OnScreen, what: Screen) -> None:
    """Look on until the other has ended, and then whether anything is shown that it took back."""
    waited_for = doing.stays_for
    if waited_for is None:
        return
    if what is Screen.SESSION:
        _look_on(screen, CONDUCTED_S, waited_for.is_set)
        return
    _look_on(screen, LONGEST_S, waited_for.is_set)
    if waited_for.is_set() and not screen.over:
        _look_on(screen, SHOWN_NO_MORE_S, lambda: False)
        doing.shown_later = screen.painted()


def _look_on(screen: OnScreen, seconds: float, until: Callable[[], bool]) -> None:
    end_s = time.monotonic() + seconds
    while not (until() or screen.over) and time.monotonic() < end_s:
        screen.read_on()
        time.sleep(LOOK_S)


def _leave(doing: AtHand, screen: OnScreen) -> None:
    """Ctrl+Q until it has ended."""
    doing.was_left = not screen.over
    for _ in range(TRIES):
        screen.press(CTRL_Q)
        _look_on(screen, AGAIN_S, lambda: screen.over)
        if screen.over:
            return


_LEADS: dict[Screen, Callable[[AtHand, OnScreen], bool]] = {
    Screen.SESSION: _conduct,
    Screen.TRANSCRIPT: _open_place,
    Screen.MEMO: _open_memo,
    Screen.SEARCH: _search,
}
