"""The guides that come with the program: their names, and each of them read."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from guides.errors import UnknownGuide
from guides.model import Guide
from guides.reading import parse

_SUFFIX = ".toml"


@cache
def bundled() -> tuple[str, ...]:
    """The names of the bundled guides, in alphabetical order."""
    names = (entry.name for entry in files("guides").iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


@cache
def bundled_guide(name: str) -> Guide:
    """The bundled guide of this name; raises UnknownGuide, which names those there are."""
    if name not in bundled():
        raise UnknownGuide(name, bundled())
    file = name + _SUFFIX
    return parse(files("guides").joinpath(file).read_bytes().decode("utf-8"), file)
