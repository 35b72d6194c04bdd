"""A query cut into what its grammar speaks of: operators, parentheses, phrases, words, regular expressions."""

from __future__ import annotations

import re
from typing import NamedTuple

#: No more lexemes, and no more words in all of them, are looked at.
MOST = 64
#: What may stand before a colon, with the names that mean the same.
FIELDS = frozenset(
    "title heading headings tag tags kind type path rating date before after line section".split()
)
#: Only these can be asked of a group.
_OF_GROUPS = frozenset({"line", "section"})
#: Written out, because programming languages do not agree on what a space is.
_SPACE = " \\t\\n\\r\\f\\v\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES = re.compile(f"[{_SPACE}]*")
_CHUNK = re.compile(f'[^{_SPACE}()"]*')
_BEFORE_A_TOKEN = re.compile(f"[{_SPACE}(]")
_NAME = re.compile(r"([A-Za-z]+):(?!:)")
_REGEX = re.compile(rf"/((?![{_SPACE}])(?:[^/\\]|\\.|/(?![{_SPACE})]|$))+)/(?=[{_SPACE})]|$)", re.DOTALL)
_QUOTES = str.maketrans("“”„‟", '""""')


class Lexeme(NamedTuple):
    """`kind` is "AND", "OR", "NOT", "(", ")", "phrase", "chunk" or "regex".

    `negated` says that a minus stood in front, `at_end` that nothing stands behind, not even a space.
    """

    kind: str
    text: str = ""
    field: str = ""
    negated: bool = False
    at_end: bool = False


class Hints:
    """What was mended in a query; the author is told of the first."""

    def __init__(self) -> None:
        self.first = ""

    def add(self, hint: str) -> None:
        """Something was mended."""
        self.first = self.first or hint

    def add_long(self) -> None:
        """Something was left out."""
        self.add(f"only the first {MOST} words were looked at")


def lexemes(text: str, hints: Hints) -> list[Lexeme]:
    """The lexemes of a query."""
    text = text.translate(_QUOTES)
    found: list[Lexeme] = []
    at = _end(_SPACES, text, 0)
    while at < len(text):
        if len(found) >= MOST:
            hints.add_long()
            break
        lexeme, at = _lexeme(text, at, hints)
        if lexeme is not None:
            found.append(lexeme)
        at = _end(_SPACES, text, at)
    return found


def _lexeme(text: str, start: int, hints: Hints) -> tuple[Lexeme | None, int]:
    """The lexeme that begins here, None for a sign that says nothing; and where it ends."""
    at = start
    if start == 0 or _BEFORE_A_TOKEN.match(text[start - 1]):
        while text.startswith("-", at):
            at += 1
    negated = (at - start) % 2 == 1
    field, at = _field(text, at)
    sign = text[at : at + 1]
    if sign == ")" and at == start:
        return Lexeme(")"), at + 1
    if sign == "(" and (not field or field in _OF_GROUPS):
        return Lexeme("(", "", field, negated), at + 1
    if sign == '"':
        end = text.find('"', at + 1)
        if end < 0:
            hints.add("a closing quotation mark is missing")
            end = len(text)
        return Lexeme("phrase", text[at + 1 : end], field, negated), end + 1
    if not field and (regex := _REGEX.match(text, at)):
        return Lexeme("regex", regex[1], "", negated), regex.end()
    return _chunk(text, start, at, Lexeme("chunk", "", field, negated))


def _chunk(text: str, start: int, at: int, lexeme: Lexeme) -> tuple[Lexeme | None, int]:
    """What stands without a space from `at` on; its signs began at `start`."""
    end = _end(_CHUNK, text, at)
    if text[start:end] in {"AND", "OR", "NOT"}:
        return Lexeme(text[start:end]), end
    if end == at and not lexeme.field:
        return None, end
    if not lexeme.field and (name := _NAME.match(text, at, end)):  # no field of ours: a word like any other
        end = name.end()
    return lexeme._replace(text=text[at:end], at_end=end == len(text)), end


def _field(text: str, at: int) -> tuple[str, int]:
    match = _NAME.match(text, at)
    if match and match[1].lower() in FIELDS:
        return match[1].lower(), match.end()
    return "", at


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
