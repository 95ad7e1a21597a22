"""The keyring of the system, where it holds the passphrase of a study: a stranger's program, which may be missing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

SERVICE = "vivavoce"

_LOG = logging.getLogger("vivavoce")


@dataclass(frozen=True)
class Answer:
    """What the keyring says: the passphrase, or none; ``fault`` where it could not even be asked, as one word."""

    passphrase: str | None = None
    fault: str = ""


def ask(folder: Path) -> Answer:
    """What it holds for the study in this folder. Nothing is raised, whatever goes wrong in there."""
    try:
        return Answer(_held(folder) or None)
    except Exception as error:  # noqa: BLE001 - any program that a person has chosen runs in here
        _LOG.error("the keyring can't be asked", exc_info=error)
        return Answer(fault=type(error).__name__)


def _held(folder: Path) -> str | None:
    import keyring
    from keyring.errors import NoKeyringError

    try:
        found: object = keyring.get_password(SERVICE, str(folder.absolute()))
    except NoKeyringError:
        return None
    if found is not None and not isinstance(found, str):
        raise TypeError("not a text")
    return found
