"""What word processors put into a text that is to be TOML: quotes that curl, and blanks that don't break."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guides.plaintext import code_point

_QUOTES = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a\uff02"
_BLANKS = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
_BEGUN_CURLY = re.compile(rf"[ \t]*[\w.-]+[ \t]*=[ \t\[]*[{_QUOTES}]")
_ENDED_CURLY = re.compile(rf"""(?:"[^"]*|'[^']*)[{_QUOTES}][ \t]*(?:#.*)?$""")
_BLANK_OUTSIDE = re.compile(rf"[ \t]*(?:[\w.-]+[ \t]*)?(?:=[ \t]*)?[{_BLANKS}]")
_ENDED_THRICE = re.compile(rf"[{_QUOTES}]{{3}}[ \t]*$")

_CURLY = 'curly quotes stand here: TOML takes straight ones, as in title = "My guide"'
_BLANK = "a blank stands here that is no ordinary one ({}): type it anew with the space bar"


def typeset(lines: Sequence[str], line: int, column: int) -> list[tuple[int, str]]:
    """Each line with such a sign, and what is to be said of it, where the parser stumbled over one; else none.

    Lines and columns count from 1; a column past the end of its line is a text that does not end there, and none a text
    that does not end at all.
    """
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    here = text[column - 1 : column] if column else ""
    if (here and here in _QUOTES) or (column > len(text) and _ENDED_CURLY.search(text)):
        first = _CURLY
    elif re.fullmatch(f"[{_BLANKS}]", here):
        first = _BLANK.format(code_point(here))
    elif not column and (ended := [at for at, one in enumerate(lines, start=1) if _ENDED_THRICE.search(one)]):
        line, first = ended[0], _CURLY
    else:
        return []
    found = {number: sign for number, other in enumerate(lines, start=1) if (sign := _sign(other))}
    return sorted({**found, line: first}.items())


def _sign(text: str) -> str:
    if blank := _BLANK_OUTSIDE.match(text):
        return _BLANK.format(code_point(blank[0][-1]))
    return _CURLY if _BEGUN_CURLY.match(text) else ""
