"""Every command says what it does and shows an example."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from tui.cli import HOMES, vivavoce

CONTRACT = {
    "demo",
    "session",
    "study init",
    "study info",
    "study check",
    "participants add",
    "participants list",
    "participants set",
    "sessions list",
    "sessions show",
    "recover",
    "retranscribe",
    "transcribe",
    "search",
    "export",
    "withdraw",
    "guides list",
    "guides show",
    "guides check",
    "models list",
    "models verify",
    "models add",
    "models get",
    "devices",
    "doctor",
}


def every_command() -> Iterator[tuple[str, click.Command]]:
    ctx = click.Context(vivavoce)
    for name in HOMES:
        command = vivavoce.get_command(ctx, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {child}", command.commands[child]) for child in command.commands)


COMMANDS = dict(every_command())


def test_the_contract_is_kept() -> None:
    assert COMMANDS.keys() >= CONTRACT


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_shows_an_example_that_names_the_program(name: str) -> None:
    done = CliRunner().invoke(vivavoce, [*name.split(), "--help"])
    assert done.exit_code == 0
    assert "Example:" in done.output
    assert "vivavoce" in done.output.partition("Example:")[2]


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items()])
def test_every_command_and_option_says_what_it_is(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert [option.name for option in command.params if isinstance(option, click.Option) and not option.help] == []
