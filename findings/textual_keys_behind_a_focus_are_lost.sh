#!/bin/bash
# What: a key that moves the focus to a field does so when it has come up to the app, widget by widget; the keys behind it were sent to the widget that had the focus, come up to the app as well, and never reach the field. How many are lost depends on how far apart they are.
# Version: Textual 8.2.8; CPython 3.11.
# Guess: whatever is typed after a key that opens a field is typed into the field, however fast: Textual queues its keys.
# Seen: n a b c d e f, so many turns of the loop apart, in the field: 0 "" | 1 "f" | 2 "cdef" | 3 "bcdef" | 4 "bcdef" | 5 "bcdef" | 6 "abcdef" | 12 "abcdef"
# Here: typing such keys in from the app's own handler lets them overtake each other, so a key is handed on when the one before has been dealt with (tui/key_order.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q textual==8.2.8 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
"$folder/venv/bin/python" - <<'PY'
import asyncio

from textual.app import App
from textual.containers import Vertical
from textual.events import Key
from textual.widgets import Input, Tree

TYPED = "abcdef"


class Desk(App):
    """A tree has the focus; n opens a field to type in."""

    BINDINGS = [("n", "note")]

    def compose(self):
        with Vertical(), Vertical(), Vertical():
            yield Tree("questions")
        yield Input(disabled=True)

    def on_mount(self):
        self.query_one(Tree).focus()

    def action_note(self):
        field = self.query_one(Input)
        field.disabled = False
        self.screen.set_focus(field)


async def typed(turns):
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.pause()
        for key in "n" + TYPED:
            app.post_message(Key(key, key))
            for _ in range(turns):
                await asyncio.sleep(0)
        await pilot.pause(0.3)
        return app.query_one(Input).value


found = {turns: asyncio.run(typed(turns)) for turns in (0, 1, 2, 3, 4, 5, 6, 12)}
print(" | ".join(f'{turns} "{text}"' for turns, text in found.items()))
raise SystemExit(not (found[0] == "" and found[12] == TYPED and found[2] == "cdef"))
PY
