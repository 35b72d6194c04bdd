"""With which characters the matches of a regular expression can begin, and what of it matters for ASCII.

Read off the expression as `re` parses it, and generous: what is not understood can begin with anything. That
parser is no public part of Python; where there is none, every expression can begin with anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

try:
    from re import _compiler, _parser  # type: ignore[attr-defined]
except ImportError:
    _compiler = _parser = None

#: A part of a parsed expression: what it is, by a name of its own, and what with.
_Part: TypeAlias = tuple[Any, Any]
Match: TypeAlias = Callable[[str, int], re.Match[str] | None]

#: The characters that can be told from each other here. For others one would have to know Unicode's cases and kinds.
PLAIN = frozenset(map(chr, range(32, 127))) | {"\t", "\n"}

#: Parts that look around and take nothing.
_LOOKS = frozenset({"AT", "ASSERT", "ASSERT_NOT"})
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_KINDS = {
    "DIGIT": frozenset(filter(str.isdigit, PLAIN)),
    "SPACE": frozenset(filter(str.isspace, PLAIN)),
    "WORD": frozenset(filter(str.isalnum, PLAIN)) | {"_"},
}
_CATEGORIES = {f"CATEGORY_{name}": kind for name, kind in _KINDS.items()} | {
    f"CATEGORY_NOT_{name}": PLAIN - kind for name, kind in _KINDS.items()
}
_LAST, _LAST_OF_ASCII = 126, 127
_NOTHING: frozenset[str] = frozenset()


class Expression:
    """A regular expression that is parsed and compiled when that is first wanted, and no part of it twice.

    One that is `for_ascii` is asked about texts of ASCII alone. What it says of Unicode is then left out: the letters
    that a name may begin with in Python are 600 ranges, which take 5 ms to compile.
    """

    __slots__ = ("_beginning", "_flags", "_for_ascii", "_match", "_parsed", "_text")

    def __init__(self, text: str, flags: int, *, for_ascii: bool = False) -> None:
        self._text = text
        self._flags = flags
        self._for_ascii = for_ascii and _parser is not None
        self._parsed: Any = None
        self._beginning: frozenset[str] | None = None
        self._match: Match | None = None

    @property
    def beginning(self) -> frozenset[str]:
        """Those of `PLAIN` with which a match may begin: all where it may take no character at all."""
        if self._beginning is None:
            self._beginning = self._read()
        return self._beginning

    @property
    def match(self) -> Match:
        """What matches it at a place of a text."""
        if self._match is None:
            if self._for_ascii:
                self._parse()
                if not self._ignores_case():  # else a letter of ASCII may match one beyond
                    _leave_ascii(self._parsed)
            if self._parsed is None:
                self._match = re.compile(self._text, self._flags).match
            else:
                self._match = _compiler.compile(self._parsed, self._flags).match
        return self._match

    def _read(self) -> frozenset[str]:
        if _parser is None:
            return PLAIN
        self._parse()
        found, takes = _of_sequence(self._parsed, self._ignores_case())
        return frozenset(found) if takes else PLAIN

    def _parse(self) -> None:
        if self._parsed is None:
            self._parsed = _parser.parse(self._text, self._flags)

    def _ignores_case(self) -> bool:
        return bool(self._parsed.state.flags & int(re.IGNORECASE))


def _of_sequence(parts: Iterable[_Part], ignores_case: bool) -> tuple[set[str], bool]:  # noqa: FBT001 - passed on
    """What a sequence can begin with, and whether it takes a character at all."""
    found: set[str] = set()
    for kind, what in parts:
        name = str(kind)
        if name in _LOOKS:
            continue
        choices = _choices(name, what)
        if choices is None:
            return found | _of_one(name, what, ignores_case), True
        inner = [_of_sequence(choice, ignores_case) for choice in choices]
        found = found.union(*(each for each, _ in inner))
        if all(takes for _, takes in inner) and not (name in _REPEATS and what[0] == 0):
            return found, True
    return found, False


def _choices(name: str, what: Any) -> list[Any] | None:
    """The sequences of which one stands here; None if it is none of ours to look into."""
    if name == "BRANCH":
        return list(what[1])
    if name in _REPEATS:
        return [what[2]]
    if name == "SUBPATTERN":
        _, more_flags, less_flags, inner = what
        return None if more_flags or less_flags else [inner]
    return None


def _of_one(name: str, what: Any, ignores_case: bool) -> frozenset[str]:  # noqa: FBT001 - passed on
    """With what a part that takes one character can begin."""
    match name:
        case "LITERAL":
            return _of_range(what, what, ignores_case)
        case "NOT_LITERAL" if not ignores_case:
            return PLAIN - {chr(what)}
        case "IN":
            return _of_set(what, ignores_case)
    return PLAIN


def _of_set(items: Iterable[_Part], ignores_case: bool) -> frozenset[str]:  # noqa: FBT001 - passed on
    found: set[str] = set()
    negated = False
    for kind, what in items:
        match str(kind):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found |= _of_range(what, what, ignores_case)
            case "RANGE":
                found |= _of_range(what[0], what[1], ignores_case)
            case "CATEGORY" if str(what) in _CATEGORIES:
                found |= _CATEGORIES[str(what)]
            case _:
                return PLAIN
    if negated:
        return PLAIN if ignores_case else PLAIN - found
    return frozenset(found)


def _of_range(first: int, last: int, ignores_case: bool) -> frozenset[str]:  # noqa: FBT001 - passed on
    if not ignores_case:
        return _NOTHING if first > _LAST else PLAIN.intersection(map(chr, range(first, min(last, _LAST) + 1)))
    if last > _LAST:  # in some letter's other case
        return PLAIN
    letters = "".join(map(chr, range(first, last + 1)))
    return PLAIN.intersection(letters.lower() + letters.upper())


def _leave_ascii(parts: Any) -> None:
    """Take out of a parsed sequence the characters beyond ASCII that it lists, where that changes nothing for ASCII."""
    for at, (kind, what) in enumerate(parts):
        name = str(kind)
        if name == "IN":
            parts[at] = (kind, _ascii_items(what))
            continue
        for inner in _inside(name, what):
            _leave_ascii(inner)


def _inside(name: str, what: Any) -> list[Any]:
    """The sequences within a part, those that only look around included; none where it may ignore the case."""
    if name in {"ASSERT", "ASSERT_NOT"}:
        return [what[1]]
    return _choices(name, what) or []


def _ascii_items(items: list[_Part]) -> list[_Part]:
    kept: list[_Part] = []
    for kind, what in items:
        match str(kind):
            case "LITERAL" if what > _LAST_OF_ASCII:
                continue
            case "RANGE" if what[1] > _LAST_OF_ASCII:
                if what[0] <= _LAST_OF_ASCII:
                    kept.append((kind, (what[0], _LAST_OF_ASCII)))
            case _:
                kept.append((kind, what))
    return kept if any(str(kind) != "NEGATE" for kind, _ in kept) else items
