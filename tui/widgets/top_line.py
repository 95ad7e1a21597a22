"""The two lines over an interview: how it stands, and what there is to know."""

from __future__ import annotations

import time

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.session import Conductor
from tui.widgets.level_meter import LevelMeter
from tui.widgets.recording_bar import RecordingBar, Standing

NOTICE_S = 12.0


class TopLine(Horizontal):
    """Recording state, participant and wave, core questions, level, machine, what runs low, how far words lag."""

    DEFAULT_CSS = """
    TopLine {
        height: 1; background: $panel;
        & > .fact { width: auto; margin-left: 2; }
        & > LevelMeter { margin-left: 2; }
        & > #top-machine { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; color: $text-muted; }
        & > #top-low { width: auto; color: $warning; text-style: bold; }
        & > #top-behind { width: auto; padding: 0 1; color: $warning; }
    }
    """

    def __init__(self, who: str) -> None:
        super().__init__()
        self._who = who
        self._silent_since: float | None = None
        self._behind = 0
        self._low = ""

    def compose(self) -> ComposeResult:
        """One line."""
        yield RecordingBar()
        yield Static(Content(self._who), classes="fact", id="top-who")
        yield Static("", classes="fact", id="top-core", markup=False)
        yield LevelMeter()
        yield Static("", classes="fact", id="top-machine", markup=False)
        yield Static("", id="top-low", markup=False)
        yield Static("", id="top-behind", markup=False)

    def stand(self, conductor: Conductor) -> None:
        """Say how the session stands now."""
        silent_ms = None
        if self._silent_since is not None:
            silent_ms = round((time.monotonic() - self._silent_since) * 1000)
        self.query_one(RecordingBar).stand(Standing.of(conductor, silent_ms))
        if conductor.low != self._low:
            self._low = conductor.low
            self.query_one("#top-low", Static).update(self._low)

    def core(self, asked: int, of: int) -> None:
        """The mirror of guide fidelity."""
        self.query_one("#top-core", Static).update(f"core {asked}/{of}")

    def level(self, rms_db: float, peak_db: float, behind: int) -> None:
        """One report of the recorder."""
        self.query_one(LevelMeter).move(rms_db, peak_db)
        self._lag(behind)

    def still(self) -> None:
        """Nothing is heard."""
        self._silent_since = None
        self.query_one(LevelMeter).still()
        self._lag(0)

    def _lag(self, behind: int) -> None:
        if behind != self._behind:
            self._behind = behind
            self.query_one("#top-behind", Static).update(f"-{behind} behind" if behind else "")

    def machine(self, words: str) -> None:
        """Which model reads on what."""
        self.query_one("#top-machine", Static).update(words)

    def signal(self, ok: bool) -> None:
        """The microphone gives something, or nothing from now on."""
        if ok:
            self._silent_since = None
        elif self._silent_since is None:
            self._silent_since = time.monotonic()


class NewsLine(Horizontal):
    """The newest notice for a while; whether the words are invented; minutes spent and planned."""

    DEFAULT_CSS = """
    NewsLine {
        height: auto; max-height: 3; min-height: 1; padding: 0 1;
        & > #news-notice { width: 1fr; height: auto; &.-alarm { color: $error; text-style: bold; } }
        & > #news-invented { width: auto; background: $warning; color: $background; padding: 0 1; }
        & > #news-budget { width: auto; margin-left: 2; color: $text-muted; }
    }
    """

    def __init__(self, *, invented: bool) -> None:
        super().__init__()
        self._invented = invented
        self._noticed_at: float | None = None
        self.notice_words = self.state_words = ""
        self._alarming = self._of_state = False

    def compose(self) -> ComposeResult:
        """One line."""
        yield Static("", id="news-notice", markup=False)
        if self._invented:
            yield Static("invented words", id="news-invented")
        yield Static("", id="news-budget", markup=False)

    def notice(self, words: str, *, of_state: bool = False) -> None:
        """Show one sentence until the next, or for twelve seconds; one ``of_state`` no longer than the state lasts."""
        self._noticed_at = time.monotonic() if words else None
        self.notice_words, self._of_state = words, of_state
        self._draw()

    def state(self, words: str, *, alarm: bool = False) -> None:
        """How things stand, for as long as they do: shown whenever nothing newer is."""
        if (words, alarm) != (self.state_words, self._alarming):
            self.state_words, self._alarming = words, alarm
            self._draw()

    def state_changed(self) -> None:
        """What was said of the state before is no longer true."""
        if self._of_state:
            self.notice("")

    def _draw(self) -> None:
        line = self.query_one("#news-notice", Static)
        line.set_class(self._alarming and not self.notice_words, "-alarm")
        line.update(self.notice_words or self.state_words)

    def budget(self, minutes: int, planned: int) -> None:
        """Minutes so far, of the minutes that the guide plans."""
        self.query_one("#news-budget", Static).update(f"{minutes} of {planned} min")

    def age(self) -> None:
        """Let an old notice go."""
        if self._noticed_at is not None and time.monotonic() - self._noticed_at > NOTICE_S:
            self.notice("")
