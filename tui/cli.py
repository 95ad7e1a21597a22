"""The command line: its tree of commands, and the one edge where an error becomes a sentence and an exit code."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version

import click

from guides import GuideError
from store import StoreError
from transcribe.errors import TranscribeError
from transcribe.frugal import be_frugal
from transcribe.no_core import leave_no_core
from tui import outlets, standard_streams
from tui.commands.base import Group
from tui.encoding import begin_in_utf8
from tui.endings import ENDINGS
from tui.errors import FaceError
from tui.log import start_log
from tui.printing import say

# Where each command lives; a module is imported when its command is called, so that none waits for another's imports.
HOMES = {
    "demo": "tui.commands.demo",
    "session": "tui.commands.session",
    "study": "tui.commands.study",
    "participants": "tui.commands.participants",
    "sessions": "tui.commands.sessions",
    "recover": "tui.commands.recover",
    "retranscribe": "tui.commands.retranscribe",
    "transcribe": "tui.commands.transcribe",
    "search": "tui.commands.search",
    "export": "tui.commands.export",
    "withdraw": "tui.commands.withdraw",
    "consent": "tui.commands.consent",
    "guides": "tui.commands.guides",
    "models": "tui.commands.models",
    "voice": "tui.commands.voice",
    "devices": "tui.commands.machine",
    "doctor": "tui.commands.machine",
}

FRAMES = ("TEXTUAL_FPS", "120")
"""Textual paints at the end of a frame. With its own 60 a second, a key pressed just after something else was painted
waits for up to two of them, 33 ms; with 120 no more is painted, only sooner. What the user has set stays."""


TALKATIVE = ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL_SCREENSHOT", "TEXTUAL_PRESS")
"""By these Textual writes keys and screens into files, or sends them to a program for developers."""


class Commands(Group):
    """The commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order a person meets them."""
        return list(HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None."""
        if cmd_name not in HOMES:
            return None
        command: click.Command = getattr(import_module(HOMES[cmd_name]), cmd_name)
        return command


@click.group(
    cls=Commands,
    invoke_without_command=True,
    example="vivavoce demo\nvivavoce study init --study ~/my-study\nvivavoce",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("vivavoce"), message="%(version)s")
@click.pass_context
def vivavoce(ctx: click.Context) -> None:
    """Run a live qualitative interview from consent to memo, offline, on this laptop.

    Without a command the app opens.
    """
    if ctx.invoked_subcommand is None:
        from tui.commands.app import open_app

        ctx.exit(open_app(ctx))


def main(argv: Sequence[str] | None = None) -> None:
    """The program: exit code 0, or 2 for wrong use, or 1 for a failure or a finding; never a traceback."""
    if argv is None:
        _begin()
    try:
        code = _run(argv)
    except KeyboardInterrupt:  # once more, while it left
        code = 1
    sys.exit(code)


def _begin() -> None:
    """What belongs to the process, and comes before anything else."""
    if wrong := standard_streams.made_sure_of():
        say(wrong)
        sys.exit(2)
    begin_in_utf8()
    ENDINGS.watch()


def _run(argv: Sequence[str] | None) -> int:
    try:
        return _carried_out(argv)
    finally:
        outlets.finish()


def _carried_out(argv: Sequence[str] | None) -> int:
    leave_no_core()
    start_log()
    be_frugal()
    os.environ.setdefault(*FRAMES)
    if not os.environ.get("NO_COLOR"):
        os.environ.pop("NO_COLOR", None)  # Textual takes one that is empty for a wish
    for name in TALKATIVE:
        os.environ.pop(name, None)
    try:
        code = vivavoce.main(argv, prog_name="vivavoce", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.UsageError as error:
        say(_usage_sentence(error))
        return 2
    except FaceError as error:
        say(str(error))
        return error.code
    except (StoreError, TranscribeError, GuideError, click.ClickException) as error:
        say(error.format_message() if isinstance(error, click.ClickException) else str(error))
        return 1
    except (KeyboardInterrupt, click.Abort):
        say("Stopped.")
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; there is nobody left to tell
        return 1
    except OSError as error:
        say(f"{error.filename or 'The system'}: {error.strerror or error}.")
        return 1
    except Exception:  # the last edge: whatever it is, a person sees a sentence and never a traceback
        logging.getLogger("vivavoce").exception("unexpected")
        say("Something went wrong inside vivavoce; `vivavoce doctor` says where its log is.")
        return 1


def _usage_sentence(error: click.UsageError) -> str:
    sentence = error.format_message().rstrip(".")
    where = error.ctx.command_path if error.ctx is not None else "vivavoce"
    return f"{' '.join(sentence.split())}; see `{where} --help`."
