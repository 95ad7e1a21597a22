"""What a screen does in the background ends with the screen, also in the moment in which its widgets go before it."""

from __future__ import annotations

from asyncio import CancelledError
from inspect import isawaitable

from textual.css.query import NoMatches
from textual.screen import Screen, ScreenResultType
from textual.worker import ResultType, Worker, WorkType


class WorkingScreen(Screen[ScreenResultType]):
    """A screen whose work in the background never ends the app because the screen was left.

    Textual takes the widgets of a screen away first and cancels its workers then: one that shows something in between
    finds no widget. Such a worker counts as cancelled, as it would be a moment later.
    """

    def run_worker(
        self,
        work: WorkType[ResultType],
        name: str | None = "",
        group: str = "default",
        description: str = "",
        exit_on_error: bool = True,
        start: bool = True,
        exclusive: bool = False,
        thread: bool = False,
    ) -> Worker[ResultType]:
        """As Textual's; what no longer finds its widgets while the screen is taken away is cancelled."""

        async def ending_with_the_screen() -> ResultType:
            try:
                result = work() if callable(work) else work
                return await result if isawaitable(result) else result
            except NoMatches:
                if self.display:
                    raise
                raise CancelledError from None

        return super().run_worker(
            work if thread else ending_with_the_screen,
            name,
            group,
            description,
            exit_on_error,
            start,
            exclusive,
            thread,
        )
