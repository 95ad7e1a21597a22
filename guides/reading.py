"""Reads guides: a file or an exact text in, a whole guide or every fault in it out."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

from guides.errors import Fault, GuideFaults
from guides.fields import Fields, Ledger
from guides.lines import LineIndex
from guides.model import Distress, Guide
from guides.plaintext import printable
from guides.shape import read_distress, read_guide
from guides.texts import NotText, bare, text_in
from guides.typesetting import typeset

FILE_BYTES = 1024 * 1024
LINE_CHARS = 20_000

# tomllib needs minutes for a file full of names with thousands of parts; thirty are far more than a guide has
_ENDLESS_NAME = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){30}""")
_AT_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_AT_END = " (at end of document)"
_KEY_IN_LINE = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")


def load(path: Path) -> Guide:
    """The guide in this file; raises GuideFaults with every fault when it cannot be used."""
    return parse(_read_text(path), str(path))


def load_distress(path: Path) -> Distress:
    """The card in this file, which holds a [distress] table as a guide may, and nothing else; raises GuideFaults."""
    try:
        return _card_in(bare(_read_text(path)), str(path))
    except GuideFaults as found:
        raise GuideFaults(found.faults, "card") from None


def _card_in(text: str, name: str) -> Distress:
    _refuse_oversize(text, len(text), name)
    ledger, content = _read_toml(text, name)
    top = Fields(content, (), ledger)
    card = read_distress(top.table("distress"))
    top.finish()
    if faults := ledger.faults():
        raise GuideFaults(faults)
    return card


def check(path: Path) -> tuple[Fault, ...]:
    """Every fault of the guide in this file, in the order of the lines; empty when there is none."""
    try:
        load(path)
    except GuideFaults as error:
        return error.faults
    return ()


def parse(text: str, name: str) -> Guide:
    """The guide in this exact text, as kept with a session; raises GuideFaults.

    ``name`` is what the faults call the text. The guide's ``sha256`` is that of the text in UTF-8, so for a
    file it is the file's own.
    """
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _one_fault(name, text.count("\n", 0, error.start) + 1, "this is not text that can be saved") from None
    source = bare(text)
    _refuse_oversize(source, len(raw), name)
    ledger, content = _read_toml(source, name)
    guide = read_guide(content, ledger, text, hashlib.sha256(raw).hexdigest())
    if faults := ledger.faults():
        raise GuideFaults(faults)
    return guide


def _read_text(path: Path) -> str:
    try:
        return text_in(_read_bytes(path))
    except NotText as found:
        raise _one_fault(str(path), found.line, f"this is {found.what}: save the file as UTF-8") from None


def _read_bytes(path: Path) -> bytes:
    """What is in the file, up to one byte more than a guide may have."""
    try:
        if path.is_dir():
            raise _one_fault(str(path), 1, "this is a folder: name the guide's own file")
        if not path.exists():
            raise _one_fault(str(path), 1, "there is no such file: look at how its name is spelt")
        if not path.is_file():
            raise _one_fault(str(path), 1, "this is not an ordinary file: name the guide's own file")
        with path.open("rb") as file:
            return file.read(FILE_BYTES + 1)
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        raise _one_fault(str(path), 1, "this file cannot be read: look at its name and permissions") from None


def _refuse_oversize(source: str, size: int, name: str) -> None:
    if size > FILE_BYTES:
        raise _one_fault(name, 1, f"this file is too large for a guide: {FILE_BYTES // 1024} KiB is the most")
    if not source.strip():
        raise _one_fault(name, 1, "this file is empty: start from a copy of a bundled guide")
    for number, line in enumerate(source.split("\n"), start=1):
        if len(line) > LINE_CHARS:
            raise _one_fault(name, number, f"this line is too long: {LINE_CHARS} characters is the most")
        if _ENDLESS_NAME.search(line):
            raise _one_fault(name, number, "there is a name of more than thirty parts in this line")


def _read_toml(source: str, name: str) -> tuple[Ledger, dict[str, object]]:
    try:
        content = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(source, name, str(error)) from None
    except RecursionError:
        raise _one_fault(name, 1, "brackets are nested too deeply for a guide") from None
    except ValueError:
        raise _one_fault(name, 1, "a number in this file is too long to be read") from None
    return Ledger(name, LineIndex(source)), content


def _not_toml(source: str, name: str, message: str) -> GuideFaults:
    lines = source.rstrip("\n").split("\n")
    at_line = _AT_LINE.search(message)
    line, column = (int(at_line[1]), int(at_line[2])) if at_line else (len(lines), 0)
    reason = printable(_AT_LINE.sub("", message).removesuffix(_AT_END))
    text = lines[line - 1] if line <= len(lines) else ""
    where = " at the end of the file" if message.endswith(_AT_END) else ""
    problem = f"this is not TOML{where}: {reason[:1].lower()}{reason[1:]}"
    if found := typeset(lines, line, column):
        return GuideFaults(tuple(Fault(printable(name), at, _key_in(lines[at - 1]), what) for at, what in found))
    return GuideFaults((Fault(printable(name), line, _key_in(text), problem),))


def _key_in(text: str) -> str:
    found = _KEY_IN_LINE.match(text)
    return found[1][:60] if found else "file"


def _one_fault(file: str, line: int, problem: str) -> GuideFaults:
    return GuideFaults((Fault(printable(file), line, "file", problem),))
