"""Any keys, words, pastes and clicks on the consent screen: no decision that was not meant, none kept unasked."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Iterable
from contextlib import AsyncExitStack, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from hypothesis.strategies import sampled_from
from textual.events import Paste
from textual.pilot import OutOfBounds
from textual.widgets import Button

from store import Decision, Kind, SessionLock, State
from tests.tui.conftest import OpenApp
from tui.screens.board import Board
from tui.screens.choose import Choose
from tui.screens.confirm import Confirm
from tui.screens.consent import ConsentScreen
from tui.screens.consent_begin import REFUSAL
from tui.widgets.decisions import DecisionLine, Decisions
from tui.widgets.wave_line import WaveLine

KEYS = ("tab", "shift+tab", "up", "down", "left", "right", "enter", "escape", "w", "p", "y", "n", "o", "ctrl+s", "f1")
WORDS = ("ward", "2nd", "dog 1", "good", "/no/such", "Anna d", "g4")
PASTED = ("gddg", "granted\ndeclined\nd\n", "d" * 300)
ANSWERS = {"g": Decision.GRANTED, "d": Decision.DECLINED}
COLUMNS = {Decision.GRANTED: 20, Decision.DECLINED: 32}
AFTERWARDS = (
    (),
    ("enter",),
    ("enter", "y"),
    ("enter", "enter"),
    ("w", "right"),
    ("w", "left"),
    ("tab", "d"),
    ("escape", "y"),
)
ELSEWHERE = ("#setting Input", "#others Input", "#consent-wording", "#consent-wave")
SIZES = ((80, 24), (120, 40), (50, 18))
NAMES = count()


class Reader(RuleBasedStateMachine):
    """Somebody at the consent screen; what is decided is followed beside it, from the focus and the key alone."""

    folder: Path
    open_app: Any

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.made: dict[Kind, Decision] = {}
        self.opened = False

    # --- the world ----------------------------------------------------------------------------------------------------

    async def _open(self) -> None:
        own = shutil.copytree(self.folder, self.folder.parent / f"keys{next(NAMES)}")
        self.app = self.open_app(own)
        self.pilot = await self.stack.enter_async_context(self.app.run_test(size=(80, 24)))
        self.app.show_interview = self._begun
        await self._come_in()

    async def _come_in(self) -> None:
        self.app.show_consent("50008", 2)
        await self.pilot.pause()
        self.made, self.kept = {}, len(self.app.study.sessions.list())
        self.opened = True

    def _begun(self, session: str, lock: SessionLock) -> None:
        """The interview is another room; here it is left at once."""
        lock.release()
        self.app.study.sessions.stop(session, self.app.now(), recording_ms=0, captured_ms=0, dropped_frames=0)
        self.app.pop_screen()

    @property
    def screen(self) -> ConsentScreen | None:
        return next((one for one in self.app.screen_stack if isinstance(one, ConsentScreen)), None)

    def do(self, step: Any) -> None:
        self.runner.run(step)

    # --- one key, and what may follow from it ------------------------------------------------------------------------

    async def press(self, key: str) -> None:
        on_top, focused, before = self.app.screen, self.app.focused, dict(self.made)
        wave = self.screen.wave if self.screen else 0
        if isinstance(focused, DecisionLine) and key in ANSWERS:
            self.made[focused.kind] = ANSWERS[key]
        await self.pilot.press("space" if key == " " else key)
        await self.pilot.pause()
        if isinstance(focused, WaveLine) and key in ("left", "right") and self.screen and self.screen.wave != wave:
            self.made = {}
        await self._look(before, self._may_keep(on_top, focused, key))

    def _may_keep(self, on_top: object, focused: object, key: str) -> bool:
        """Whether a session may be there now that was not."""
        if isinstance(on_top, Confirm):
            asked = on_top._question.startswith(REFUSAL.partition("{")[0])
            return asked and (
                key == "y" or (key == "enter" and isinstance(focused, Button) and "yes" in str(focused.id))
            )
        if isinstance(on_top, Choose):
            return key in ("o", "enter")
        begins = key == "ctrl+s" or (key == "enter" and isinstance(focused, Button))
        whole = len(self.made) == len(Kind) and self.made[Kind.TAKING_PART] is Decision.GRANTED
        return isinstance(on_top, ConsentScreen) and begins and whole

    async def _look(self, before: dict[Kind, Decision], may_keep: bool) -> None:
        sessions = self.app.study.sessions.list()
        if len(sessions) > self.kept:
            assert may_keep, "kept without its question"
            assert len(sessions) == self.kept + 1
            assert self.app.study.consent.newest(sessions[-1].id) == before
            assert sessions[-1].state in (State.COMPLETE, State.STOPPED)
        if self.screen is None:
            assert isinstance(self.app.screen, Board)
            await self._come_in()
            return
        assert self.screen.query_one(Decisions).made == self.made

    # --- what somebody may do -----------------------------------------------------------------------------------------

    @initialize()
    def open(self) -> None:
        self.do(self._open())

    @rule(key=sampled_from(KEYS + tuple("gd1234")))
    def a_key(self, key: str) -> None:
        self.do(self.press(key))

    @rule(answers=sampled_from(("gggg", "ggdg", "d", "g")), then=sampled_from(AFTERWARDS))
    def answers(self, answers: str, then: tuple[str, ...]) -> None:
        """From the first line on what is meant most often, and what comes next."""
        self.do(self._clicked("#decide-taking_part", (1, 0)))
        self.do(self.press_all((*answers, *then)))

    @rule(words=sampled_from(WORDS))
    def words(self, words: str) -> None:
        self.do(self.press_all("slash" if letter == "/" else letter for letter in words))

    @rule(kind=sampled_from(list(Kind)), decision=sampled_from(list(COLUMNS)))
    def a_click_on_an_answer(self, kind: Kind, decision: Decision) -> None:
        async def click() -> None:
            if await self._clicked(f"#decide-{kind.value}", (COLUMNS[decision], 0)):
                self.made[kind] = decision

        self.do(self.otherwise(click()))

    @rule(text=sampled_from(PASTED), where=sampled_from(ELSEWHERE), size=sampled_from(SIZES))
    def a_paste_a_click_elsewhere_and_another_size(self, text: str, where: str, size: tuple[int, int]) -> None:
        async def all_three() -> None:
            self.app.post_message(Paste(text))
            await self.pilot.pause()
            await self._clicked(where)
            await self.pilot.resize_terminal(*size)

        self.do(self.otherwise(all_three()))

    async def press_all(self, keys: Iterable[str]) -> None:
        for key in keys:
            await self.press(key)

    async def otherwise(self, act: Awaitable[None]) -> None:
        """What is no key keeps nothing."""
        await act
        await self.pilot.pause()
        await self._look(self.made, may_keep=False)

    async def _clicked(self, where: str, at: tuple[int, int] = (0, 0)) -> bool:
        """Whether this was there to be clicked on."""
        if not isinstance(self.app.screen, ConsentScreen):
            return False
        await self.pilot.wait_for_scheduled_animations()
        with suppress(OutOfBounds):
            return bool(await self.pilot.click(where, offset=at))
        return False

    def teardown(self) -> None:
        if self.opened:
            self.do(self.stack.aclose())
        self.runner.close()


def test_no_decision_is_made_that_was_not_meant_and_none_is_kept_without_its_question(
    demo_folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tui.screens.consent.user_documents_path", lambda: tmp_path / "Documents")
    monkeypatch.setattr(Reader, "folder", demo_folder, raising=False)
    monkeypatch.setattr(Reader, "open_app", staticmethod(open_app), raising=False)
    run_state_machine_as_test(
        Reader,
        settings=settings(
            max_examples=2,
            stateful_step_count=50,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
