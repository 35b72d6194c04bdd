"""Characters that nobody sees, and that make a text look other than it is: told of, and left as they are.

In code they can make a reviewer see another program than the one that runs (CVE-2021-42574, "Trojan Source"). In prose
most of them are honest: Persian and emoji need joiners, Hebrew and Arabic marks of direction. What no prose needs is an
override of direction, and letters of the kind that once tagged languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSEEN = "\u00ad\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\U000e0000-\U000e007f"
_IN_CODE = re.compile(f"[{_CONTROLS}{_UNSEEN}]")
#: A black flag is followed by such tags: those of Scotland and Wales.
_IN_PROSE = re.compile("[\u202d\u202e]|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0001-\U000e007f]")

#: What is wrong, at a line and a column from zero.
Mistake = tuple[str, int, int, str, str]


def hidden_in(text: str, tokens: Sequence[Token]) -> Iterator[Mistake]:
    """Of each block or span of code, and of the prose, the first character that hides something."""
    if text.isascii() or not _IN_CODE.search(text):
        return
    lines = text.split("\n")
    code: set[int] = set()
    for token in tokens:
        if token.map is None:
            continue
        here = range(token.map[0], min(token.map[1], len(lines)))
        if token.type in {"fence", "code_block"}:
            code.update(here)
            yield from _first(_IN_CODE, lines, here, "this code")
        elif token.type == "inline":
            spans = "".join(child.content for child in token.children or () if child.type == "code_inline")
            if found := "".join(set(_IN_CODE.findall(spans))):
                yield from _first(re.compile(f"[{found}]"), lines, here, "this code")
                code.update(here)
    yield from _first(_IN_PROSE, lines, (line for line in range(len(lines)) if line not in code), "this text")


def _first(
    wanted: re.Pattern[str], lines: Sequence[str], numbers: Iterator[int] | range, where: str
) -> Iterator[Mistake]:
    found = ((number, match) for number in numbers for match in wanted.finditer(lines[number]))
    first = next(found, None)
    if first is None:
        return
    number, match = first
    others = sum(1 for _ in found)
    name = f"U+{ord(match[0]):04X} ({unicodedata.name(match[0], 'a control').lower()})"
    more = f", and {others} more such characters" if others else ""
    message = f"{where} holds {name}{more}, which nobody sees: it may say other than it shows"
    yield (
        "hidden-character",
        number,
        match.start(),
        message,
        "look at it in an editor that shows such characters, or take it out",
    )
