"""Messages to lines and back: JSON that is taken only as it was agreed."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from transcribe.errors import WireError
from transcribe.wire import Message, Said, Whose, WhoseTurn, Word

MessageT = TypeVar("MessageT")
ValueT = TypeVar("ValueT")

Reader = Callable[[object], Any]

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
    return {name: _plain_value(getattr(message, name)) for name in _HINTS[type(message)]}


def _plain_value(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain_value(item) for item in value]
    return _plain(value) if type(value) in _HINTS else value


def _build(kind: type[MessageT], raw: dict[str, Any]) -> MessageT:
    readers = _READERS[kind]
    if raw.keys() - readers.keys():
        raise WireError(f"{kind.__name__} has a field nobody agreed on")
    try:
        return kind(**{name: readers[name](value) for name, value in raw.items()})
    except TypeError:
        raise WireError(f"{kind.__name__} lacks a field") from None


def _reader(hint: Any, where: str) -> Reader:
    """What takes a value of this type and nothing else, made once: an hour's labels are ten thousand values."""
    if get_origin(hint) in (Union, UnionType):
        inner = _reader(get_args(hint)[0], where)
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is tuple:
        item = _reader(get_args(hint)[0], where)
        return lambda value: tuple([item(one) for one in _only(list, value, where)])
    if hint in _HINTS:
        return lambda value: _build(hint, _only(dict, value, where))
    if hint is float:
        return lambda value: _number(value, where)
    return lambda value: _only(hint, value, where)


def _number(value: object, where: str) -> float:
    """A whole number is one too, but not one that is too large for it."""
    if type(value) is int and abs(value) < 2**53:
        return float(value)
    return _only(float, value, where)


def _only(kind: type[ValueT], value: object, where: str) -> ValueT:
    if type(value) is not kind:
        raise WireError(f"{where} is of the wrong kind")
    return value


_READERS = {
    kind: {name: _reader(hint, f"{kind.__name__}.{name}") for name, hint in hints.items()}
    for kind, hints in _HINTS.items()
}
