"""The check before a session: what will listen and how loud it hears the room, what will read, how long it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from store import Decision, Kind
from transcribe import wire
from tui import machine
from tui.listening import SIGNALS
from tui.machine import Machine
from tui.reader import settled
from tui.screens import face
from tui.soundcheck import SoundCheck
from tui.source import CHANNEL, with_channel
from tui.supplies import before
from tui.widgets.facts import Fact, Facts
from tui.widgets.level_meter import LevelMeter

NO_MICROPHONE = "No microphone will be opened."
HEARS = "hears you"
SAY_SOMETHING = "say something"
OPENING = "is being opened"
TRY_AGAIN = "t tries again."
LOOK_EVERY_S = 5.0
_SOUND_METHOD = "The same interview runs with typed notes, which is sound method."
_WAITS_FOR_TAKING_PART = "waits for the consent to take part"
_FILE_PLAYS = "the file plays once you begin"
# Somebody who speaks at a table is above this (dBFS); a quiet room with its computer is below.
_VOICE_DB = -45.0


class SoundCheckPane(Container):
    """Tries the microphone as soon as taking part and audio are both granted, and lets go of it when either is not."""

    DEFAULT_CSS = """
    SoundCheckPane {
        height: auto; padding: 0 1;
        & > Static { height: auto; }
        & > #check-level { height: auto; }
        & > #check-level > .muted { width: 11; }
        & > #check-level > #check-said { width: 1fr; height: auto; }
    }
    """

    def __init__(self, participant: str) -> None:
        super().__init__(id="consent-check", classes="pane")
        self.border_title = "Microphone"
        self._participant = participant
        self._made: Mapping[Kind, Decision] = {}
        self._check: SoundCheck | None = None
        self._device: str | None = None
        self.failed = False

    def compose(self) -> ComposeResult:
        """What stands above, the level, the facts."""
        yield Static(id="check-heading", markup=False)
        with Horizontal(id="check-level"):
            yield Static("level", classes="muted")
            with Vertical(id="check-said"):
                yield LevelMeter()
                yield Static(id="check-heard", markup=False)
        yield Facts(id="check-facts")

    def on_mount(self) -> None:
        """The laptop may be plugged in meanwhile."""
        self.set_interval(LOOK_EVERY_S, self._draw_facts)

    # --- the microphone -----------------------------------------------------------------------------------------------

    async def decide(self, made: Mapping[Kind, Decision]) -> None:
        """These decisions hold now. Raises StoreError when the store gives no leave."""
        self._made = made
        if self._may_listen and self._check is None:
            self._listen()
        elif not self._may_listen:
            await self.release()
        self._draw()

    async def try_again(self) -> None:
        """The microphone may be there by now."""
        await self.release()
        await self.decide(self._made)

    async def release(self) -> None:
        """Let go of the microphone; it is free for somebody else when this returns."""
        check, self._check, self.failed = self._check, None, False
        self.query_one(LevelMeter).still()
        if check is not None:
            await check.end()

    async def on_unmount(self) -> None:
        """Nobody listens once the screen is left."""
        if self._check is not None:
            await self._check.end()

    @property
    def pid(self) -> int | None:
        """The process that listens, while there is one."""
        return None if self._check is None else self._check.pid

    @property
    def _replayed(self) -> bool:
        return face(self).opening.source.replay is not None

    @property
    def _may_listen(self) -> bool:
        granted = all(self._made.get(kind) is Decision.GRANTED for kind in (Kind.TAKING_PART, Kind.AUDIO))
        return granted and not self._replayed

    def _listen(self) -> None:
        app = face(self)
        permit = app.study.permit_check(self._participant, self._made, app.now())
        self._check = SoundCheck(with_channel(app.opening.source, app.study.setting(CHANNEL)), self._heard)
        self._check.start(permit)
        self._say(OPENING)

    def _heard(self, report: wire.Message) -> None:
        match report:
            case wire.Opened(device=device):
                self._device = device
                self._say(SAY_SOMETHING)
                self._draw()
            case wire.Level(rms_db=rms_db, peak_db=peak_db):
                self.query_one(LevelMeter).move(rms_db, peak_db)
                if rms_db > _VOICE_DB:
                    self._say(HEARS, "good")
            case wire.Signal(state=state):
                self._say(SIGNALS.get(state, SAY_SOMETHING), "doubtful" if state in SIGNALS else "")
            case wire.Failed(text=text):
                self.failed = True
                self.query_one(LevelMeter).still()
                self._say(f"{text} {TRY_AGAIN}", "bad")
                self.screen.refresh_bindings()
            case _:
                pass

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _say(self, words: str, look: str = "") -> None:
        said = self.query_one("#check-heard", Static)
        said.update(Content(words))
        said.set_classes(look)

    def _draw(self) -> None:
        audio = self._made.get(Kind.AUDIO)
        words, look = heading(audio)
        above = self.query_one("#check-heading", Static)
        above.display = bool(words)
        above.update(Content(words))
        above.set_classes(look)
        self.query_one("#check-level").display = audio is Decision.GRANTED
        self.query_one(LevelMeter).display = not self._replayed
        if audio is Decision.GRANTED and self._check is None:
            self._say(_FILE_PLAYS if self._replayed else _WAITS_FOR_TAKING_PART)
        self._draw_facts()

    def _draw_facts(self) -> None:
        self.query_one("#check-facts", Facts).show(facts(self._made.get(Kind.AUDIO), self._known()))

    def _known(self) -> Known:
        opening = face(self).opening
        named = machine.source_words(opening.source.device, replayed=self._replayed)
        reader = settled(opening.choice, face(self).study.guides.current().language)
        runs_on = machine.device_words(reader.device)
        return Known(self._device or named, reader.model, runs_on, machine.look(opening.folder))


@dataclass(frozen=True)
class Known:
    """What is known before the recording begins, in words."""

    device: str
    model: str
    runs_on: str
    machine: Machine


def heading(audio: Decision | None) -> tuple[str, str]:
    """What stands above the facts, and its look."""
    if audio is None:
        return "Waits for the decision about audio.", "muted"
    return (NO_MICROPHONE, "doubtful strong") if audio is not Decision.GRANTED else ("", "")


def facts(audio: Decision | None, known: Known) -> tuple[Fact, ...]:
    """What the right half of the consent screen says below the level."""
    rows: list[Fact] = []
    if audio is Decision.GRANTED:
        rows += [Fact("device", known.device), Fact("model", known.model), Fact("runs on", known.runs_on)]
    elif audio is not None:
        rows.append(Fact("instead", _SOUND_METHOD))
    said = {notice.code: notice.text for notice in before(known.machine, recorded=audio is not Decision.DECLINED)}
    texts = (("disk", known.machine.disk_text, "low_disk"), ("battery", known.machine.battery_text, "low_battery"))
    for name, text, code in texts:
        if text is not None:
            advice = said.get(code)
            rows.append(Fact(name, text) if advice is None else Fact(name, f"{text}. ▼ {advice}", "doubtful"))
    return tuple(rows)
