"""Messages to lines and back: JSON that is taken only as it was agreed."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from transcribe.errors import WireError
from transcribe.wire import Message, Said, Whose, WhoseTurn, Word

MessageT = TypeVar("MessageT")

_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Message)}
_HINTS: dict[type, dict[str, Any]] = {
    kind: get_type_hints(kind) for kind in (*_KINDS.values(), Word, Said, Whose, WhoseTurn)
}


def encode(message: Message) -> bytes:
    """One line of JSON, newline included; plain ASCII, so that any path a system allows gets through."""
    return json.dumps({"type": type(message).__name__, **_plain(message)}).encode("ascii") + b"\n"


def decode(line: bytes) -> Message:
    """The message in a line; raises WireError, which never repeats what the line said."""
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        raise WireError("a line from the other process is not JSON") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise WireError("a line from the other process has no type")
    kind = _KINDS.get(raw.pop("type"))
    if kind is None:
        raise WireError("a line from the other process has a type nobody agreed on")
    message: Message = _build(kind, raw)
    return message


def _plain(message: object) -> dict[str, Any]:
    return {field.name: _plain_value(getattr(message, field.name)) for field in fields(message)}  # type: ignore[arg-type]  # always one of ours


def _plain_value(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain_value(item) for item in value]
    return _plain(value) if is_dataclass(value) else value


def _build(kind: type[MessageT], raw: dict[str, Any]) -> MessageT:
    hints = _HINTS[kind]
    if raw.keys() - hints.keys():
        raise WireError(f"{kind.__name__} has a field nobody agreed on")
    try:
        return kind(**{name: _typed(hints[name], value, f"{kind.__name__}.{name}") for name, value in raw.items()})
    except TypeError:
        raise WireError(f"{kind.__name__} lacks a field") from None


def _typed(hint: Any, value: object, where: str) -> object:
    if get_origin(hint) in (Union, UnionType):
        return None if value is None else _typed(get_args(hint)[0], value, where)
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_typed(get_args(hint)[0], item, where) for item in value)
    if is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
        return _build(hint, value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(hint, type) and type(value) is hint:
        return value
    raise WireError(f"{where} is of the wrong kind")
