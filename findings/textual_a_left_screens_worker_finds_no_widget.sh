#!/bin/bash
# What: a screen that is left loses its widgets first, one after the other, and its workers are cancelled only then: a worker that shows something in between raises NoMatches, and that ends the whole app.
# Version: Textual 8.2.8; CPython 3.11.
# Guess: a worker belongs to its screen and is cancelled before the screen is taken apart.
# Seen: the worker found its widget before the screen was left; as it went: NoMatches, and the app was closed
# Here: such a worker counts as cancelled (tui/screens/working.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q textual==8.2.8 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import asyncio

from textual.app import App
from textual.screen import Screen
from textual.widgets import Label


class Leaving(Label):
    """Says that it goes, and takes some turns of the loop for it."""

    async def on_unmount(self):
        self.app.going.set()
        for _ in range(20):
            await asyncio.sleep(0)


class Page(Screen):
    def compose(self):
        yield Label(id="result")
        yield Leaving()

    def on_mount(self):
        self.run_worker(self.work())

    async def work(self):
        self.query_one("#result").update("to be done")
        self.app.found_before = True
        await self.app.going.wait()
        for _ in range(10):
            await asyncio.sleep(0)
            self.query_one("#result").update("done")


async def left():
    app = App()
    app.going, app.found_before = asyncio.Event(), False
    try:
        async with app.run_test() as pilot:
            await app.push_screen(Page())
            await pilot.pause()
            await app.pop_screen()
            await pilot.pause()
    except Exception as fault:
        return app.found_before, type(fault.error).__name__
    return app.found_before, "nothing"


found_before, fault = asyncio.run(left())
print(f"the worker {'found' if found_before else 'did not find'} its widget before the screen was left; as it went: {fault}"
      + (", and the app was closed" if fault != "nothing" else ""))
raise SystemExit(not (found_before and fault == "NoMatches"))
PY
