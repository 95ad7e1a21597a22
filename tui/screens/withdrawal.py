"""A participant takes consent back after the interview: what of it, asked once more, and the receipt."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from store.errors import ReceiptOwed, StoreError
from tui import receipts
from tui.erasing import TAKEN_BACK
from tui.screens import StudyScreen
from tui.screens.confirm import Confirm
from tui.taking_back import OF_USE, Choice, beside, choices, granted_elsewhere, take_back_beside
from tui.widgets.headline import Headline, place
from tui.widgets.key_footer import KeyFooter

_WHAT = "What does the participant take back?"
_NOTHING = "Nothing of this session can be taken back any more."
_WORKING = "It is being destroyed …"
_MAY_LEAVE = "The receipt comes when that is done. You may go on meanwhile: `sessions show` prints it too."
_SURE = "This can't be undone. Backups and hand-overs made before are yours to destroy."
_MOST_NAMED = 3
"""Files that are named in the question; the receipt names all."""


class WithdrawalScreen(StudyScreen[None]):
    """Offers what can be taken back of one session, of which there is something; destroys nothing before a yes."""

    about = (
        "A participant may take consent back at any time. What is destroyed is gone for good: the key of the "
        "recording, the recording, and, as you choose, words and notes. The receipt is kept; `sessions show` prints it."
    )
    AUTO_FOCUS = "#withdrawal-box"
    DEFAULT_CSS = """
    WithdrawalScreen {
        align: center middle;
        #withdrawal-box { width: 84; max-width: 98%; height: auto; max-height: 90%; padding: 1 2; }
        Static { height: auto; }
        #withdrawal-said { margin-top: 1; }
        #withdrawal-said.-empty { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(at), f"choose({at})", show=False, id=f"withdrawal.{at}", tooltip="Take this back; asks once")
            for at in range(1, 7)
        ),
        Binding("escape", "back", "Back", id="withdrawal.back", tooltip="Back to the board"),
    ]
    working = reactive(False, bindings=True)

    def __init__(self, session: str) -> None:
        super().__init__()
        self._session = session
        self._choices: tuple[Choice, ...] = ()

    def compose(self) -> ComposeResult:
        """What can be taken back, or what was destroyed."""
        yield Headline(place(self.study.name, invented=self.study.invented))
        with VerticalScroll(id="withdrawal-box", classes="pane") as box:
            box.border_title = Content(f"Withdrawal · {self._session}")
            yield Static(id="withdrawal-what")
            yield Static(id="withdrawal-said", classes="-empty")
        yield KeyFooter()

    def on_mount(self) -> None:
        """What there is to choose from."""
        self._offer()

    def _offer(self) -> None:
        self._choices = choices(self.study, self._session)
        offered = [
            Content.assemble((f"{at}  {one.what}", "bold"), (f"\n   {one.follows}", "$text-muted"))
            for at, one in self._numbered
        ]
        what = [Content(f"{_WHAT}\n"), *offered] if offered else [Content(_NOTHING)]
        self.query_one("#withdrawal-what", Static).update(Content("\n").join(what))
        self.refresh_bindings()

    def look_anew(self) -> bool:
        """Another program has taken something back: what is offered is what there still is."""
        if self.is_mounted and self._choices and not self.working:
            self._offer()
        return True

    @property
    def _numbered(self) -> tuple[tuple[int, Choice], ...]:
        return tuple(enumerate(self._choices, start=1))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what is offered; while it is being destroyed nothing at all."""
        if action == "choose":
            return not self.working and parameters[0] in dict(self._numbered)
        return None if action == "back" and self.working else True

    def action_choose(self, at: int) -> None:
        """Ask once more."""
        choice = dict(self._numbered)[at]
        destroys = choice.kind not in OF_USE
        lines = (
            f"{choice.what}. {choice.follows}{f' {_SURE}' if destroys else ''}",
            *beside(self.study, self._session, choice, _MOST_NAMED),
        )

        def answered(yes: bool | None) -> None:
            if yes:
                self._ask_for_others(choice)

        answers = ("Destroy it", "Keep it") if destroys else ("Take it back", "Leave it")
        question = Confirm(f"Withdraw {self._session}?", "\n".join(lines), yes=answers[0], no=answers[1])
        self.app.push_screen(question, answered)

    def _ask_for_others(self, choice: Choice) -> None:
        """Whether it is meant of the other interviews too, where it was granted there."""
        others = granted_elsewhere(self.study, self._session, choice)
        if not others:
            self._begin(choice, ())
            return

        def answered(yes: bool | None) -> None:
            self._begin(choice, others if yes else ())

        more = f"It was granted in {', '.join(others)} as well."
        question = Confirm("In the other interviews too?", more, yes="There too", no="Here only")
        self.app.push_screen(question, answered)

    def _begin(self, choice: Choice, too: tuple[str, ...]) -> None:
        self.working, self.keeps_open = True, "Something is being destroyed: wait until it is done."
        if choice.kind not in OF_USE:
            self._tell(Content(_WORKING))
        self.run_worker(self._take_back(choice, too), exclusive=True, description="withdrawal")

    async def _take_back(self, choice: Choice, too: tuple[str, ...]) -> None:
        try:
            lines = await take_back_beside(self.study, self._session, choice, self.now(), too)
        except ReceiptOwed:
            lines = None
        except StoreError as refused:
            self._tell(Content.styled(str(refused), "$error"))
            return
        finally:
            self.working, self.keeps_open = False, None
        self._choices = ()
        self.refresh_bindings()
        if lines is None:
            lines = await self._receipt()
        self._show(lines)
        self._tell(Content(""))

    async def _receipt(self) -> tuple[str, ...]:
        """Everything is gone but for unused space: whoever waits sees the receipt, and nobody has to."""
        self._show((TAKEN_BACK,))
        erasing = self.face.erasing
        erasing.hurry()
        while self.study.receipt_owed(self._session):
            self._tell(Content(f"{erasing.held_up}\n{_MAY_LEAVE}".strip()))
            await erasing.moved()
        return receipts.newest(self.study, self._session)

    def _show(self, lines: tuple[str, ...]) -> None:
        self.query_one("#withdrawal-what", Static).update(Content("\n".join(lines)))

    def _tell(self, words: Content) -> None:
        said = self.query_one("#withdrawal-said", Static)
        said.update(words)
        said.set_class(not words.plain, "-empty")

    def action_back(self) -> None:
        """To the board."""
        self.dismiss(None)
