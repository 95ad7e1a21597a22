#!/bin/bash
# What: an empty NO_COLOR makes a Textual app grey, while Rich, by the same makers and underneath it, goes on in colour.
# Version: Textual 8.2.8, Rich 15.0.0; CPython 3.11.
# Guess: no-color.org says "when present and not an empty string", and Rich does so: Textual does the same.
# Seen: unset: Textual colour, Rich colour | empty: Textual grey, Rich colour | 1: Textual grey, Rich grey
# Here: an empty one is dropped before the app begins (tui/cli.py).
set -u
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" && "$folder/venv/bin/pip" install -q textual==8.2.8 rich==15.0.0 >"$folder/pip.log" 2>&1 || { cat "$folder/pip.log"; exit 2; }
cat >"$folder/look.py" <<'PY'
from rich.console import Console
from textual.app import App

rich = "grey" if Console().no_color else "colour"
textual = "grey" if App().no_color else "colour"
print(f"Textual {textual}, Rich {rich}")
PY
look() { env -u NO_COLOR "$@" "$folder/venv/bin/python" "$folder/look.py"; }
seen="$(look) | $(look NO_COLOR=) | $(look NO_COLOR=1)"
echo "$seen"
[ "$seen" = "Textual colour, Rich colour | Textual grey, Rich colour | Textual grey, Rich grey" ]
