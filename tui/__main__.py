"""``python -m tui`` is ``vivavoce``."""

from tui.cli import main

main()
