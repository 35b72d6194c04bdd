"""What a query says, as a tree. The browser's client reads queries by the same rules.

    query = and ("OR" and)*          unary = ("NOT" | "-") unary | "(" query ")" | item
    and   = (["AND"] unary)*         item  = [field ":"] ( "phrase" | word | word* | word~ | word~2 ) | date | filter

No text is wrong: what is missing is added, what makes no sense is taken for plain words, and `hint` tells of it.

A query is *easy* if it asks for nothing but words, and filters that narrow the answer down: then documents that
lack one of the words are found, too, behind the others. With any operator, field, phrase or pattern it is *strict*,
and every part has to match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from kb.search.analysis import fold, tokens
from kb.search.dates import period
from kb.search.lexemes import MOST, Hints, Lexeme, lexemes
from kb.search.ratings import ratings_between

DEEPEST = 50
_SIGNED = re.compile(r"(.*?)(\*|~[12]?)", re.DOTALL)
_TAGS = frozenset({"tag", "tags"})
_TEXT_FIELDS = {"title": "title", "heading": "heading", "headings": "heading"}


class Word(NamedTuple):
    """Documents with a word of the same stem. `field` is "" for anywhere, "title", "heading" or "tags"."""

    surface: str
    field: str = ""


class Prefix(NamedTuple):
    """Documents with a word that begins so."""

    surface: str
    field: str = ""


class Fuzzy(NamedTuple):
    """Documents with a word that differs in at most `distance` letters."""

    surface: str
    distance: int
    field: str = ""


class Phrase(NamedTuple):
    """Documents with these words one behind the other."""

    surfaces: tuple[str, ...]
    field: str = ""


class Compound(NamedTuple):
    """Words written as one, `v1.4.0`. Asks for nothing: documents that have them so come first."""

    surfaces: tuple[str, ...]


class Tag(NamedTuple):
    """Documents with this tag or one below it."""

    text: str


class Kind(NamedTuple):
    """Documents of this kind."""

    text: str


class Path(NamedTuple):
    """Documents whose path holds this."""

    text: str


_FILTERS_BY_NAME: dict[str, Callable[[str], Node]] = {"kind": Kind, "type": Kind, "path": Path}


class Date(NamedTuple):
    """Documents dated from one day to another, both included; "" is an open end."""

    start: str
    end: str


class Rating(NamedTuple):
    """Documents rated from one value to another, both included, in hundredths of five."""

    least: int
    most: int


class Line(NamedTuple):
    """Documents in which a single line of text is such."""

    part: Node


class InSection(NamedTuple):
    """Documents in which a single section is such."""

    part: Node


class Regex(NamedTuple):
    """Documents whose text this regular expression is found in."""

    pattern: str


class And(NamedTuple):
    """Documents for which all parts hold."""

    parts: tuple[Node, ...]


class Or(NamedTuple):
    """Documents for which any part holds."""

    parts: tuple[Node, ...]


class Not(NamedTuple):
    """Documents for which the part does not hold."""

    part: Node


Node: TypeAlias = (
    "Word | Prefix | Fuzzy | Phrase | Compound | Tag | Kind | Path | Rating | Date"
    " | Line | InSection | Regex | And | Or | Not"
)
#: A document's matching them does not depend on its text, and gives it no score.
FILTERS = (Tag, Kind, Path, Rating, Date)


class Query(NamedTuple):
    """A query as it was understood.

    `tree` is None where nothing is asked for. `hint` says what was mended. `typing` is true if the last word may be
    unfinished: it is a bare one, and nothing stands behind it.
    """

    text: str
    tree: Node | None
    hint: str = ""
    easy: bool = True
    typing: bool = False

    @property
    def parts(self) -> tuple[Node, ...]:
        """What all have to hold: the parts of the conjunction on top."""
        match self.tree:
            case None:
                return ()
            case And(parts):
                return parts
            case other:
                return (other,)

    @property
    def words(self) -> tuple[str, ...]:
        """The bare words of the conjunction on top."""
        return tuple([part.surface for part in self.parts if isinstance(part, Word) and not part.field])


def parse(text: str) -> Query:
    """What `text` asks for."""
    hints = Hints()
    found = lexemes(text, hints)
    parser = _Parser(found, hints)
    tree = parser.whole()
    if tree is None:
        tree = _joined([Word(word) for word in tokens(text)[:MOST]])
    query = Query(text, tree, hints.first)
    easy = not parser.said_and and all(map(_is_easy, query.parts))
    tree = _joined(list(_spread(query.parts))) if easy else tree and _strict(tree)
    return query._replace(tree=tree, easy=easy, typing=easy and _may_be_unfinished(query, found))


def as_json(node: Node | None) -> list[object] | None:
    """The tree as lists, as tests in other languages compare it."""
    if node is None:
        return None
    name = "section" if isinstance(node, InSection) else type(node).__name__.lower()
    match node:
        case And(parts) | Or(parts):
            return [name, *map(as_json, parts)]
        case Not(part) | Line(part) | InSection(part):
            return [name, as_json(part)]
        case _:
            return [name, *(list(value) if isinstance(value, tuple) else value for value in node)]


class _Parser:
    """Walks over the lexemes once. `said_and` is true once an explicit AND stood at the top."""

    def __init__(self, found: Sequence[Lexeme], hints: Hints) -> None:
        self.said_and = False
        self._rest = list(reversed(found))
        self._hints = hints
        self._depth = 0
        self._words = MOST

    def whole(self) -> Node | None:
        """The tree of all lexemes."""
        return self._or()

    @property
    def _next(self) -> str:
        return self._rest[-1].kind if self._rest else "end"

    def _or(self) -> Node | None:
        branches = [self._and()]
        while self._next == "OR":
            self._rest.pop()
            branches.append(self._and())
        if len(branches) > 1 and None in branches:
            self._hints.add("OR needs something on both sides")
        found = tuple([branch for branch in branches if branch is not None])
        return Or(found) if len(found) > 1 else found[0] if found else None

    def _and(self) -> Node | None:
        parts: list[Node] = []
        while self._next not in {"end", "OR"} and not (self._next == ")" and self._depth):
            if self._next == ")":
                self._rest.pop()  # one too many
            elif self._next == "AND":
                self._rest.pop()
                if not parts or self._next in {"end", "OR", ")", "AND"}:
                    self._hints.add("AND needs something on both sides")
                self.said_and = self.said_and or not self._depth
            elif (part := self._unary()) is not None:
                parts.append(part)
        return _joined(parts)

    def _unary(self) -> Node | None:
        lexeme = self._rest.pop()
        if lexeme.kind == "NOT":
            if self._next in {"end", "OR", ")", "AND"}:
                self._hints.add("NOT needs something behind it")
                return None
            part = self._unary()
        elif lexeme.kind == "(":
            part = self._group(lexeme)
        else:
            part = self._item(lexeme)
        if part is None or lexeme.negated == (lexeme.kind == "NOT"):
            return part
        return part.part if isinstance(part, Not) else Not(part)

    def _group(self, lexeme: Lexeme) -> Node | None:
        if self._depth == DEEPEST:
            self._hints.add("the parentheses are nested too deeply")
            return None
        self._depth += 1
        part = self._or()
        self._depth -= 1
        if self._rest:
            self._rest.pop()
        else:
            self._hints.add("a closing parenthesis is missing")
        return _within(lexeme.field, part)

    def _item(self, lexeme: Lexeme) -> Node | None:
        kind, text, field = lexeme.kind, lexeme.text, lexeme.field
        if kind == "regex":
            return Regex(text)
        if field in {"rating", "date", "before", "after"}:
            return self._between(field, text)
        if field and not text.strip():
            self._hints.add(f"{field}: needs a word right behind it")
            return self._plain(field, "")
        if filtering := _FILTERS_BY_NAME.get(field):
            return filtering(fold(text))
        return self._phrase(field, text) if kind == "phrase" else self._chunk(field, text)

    def _between(self, field: str, text: str) -> Node | None:
        advice = "date: write 2024, 2024-05 or 2024-05-31"
        if field == "rating":
            if ratings := ratings_between(text):
                return Rating(*ratings)
            advice = "rating: write >=4, 4..5 or 7/10"
        elif days := period(field, text):
            return Date(*days)
        self._hints.add(f'"{text}" is no {advice}')
        return self._plain(field, text)

    def _phrase(self, field: str, text: str) -> Node | None:
        if field in _TAGS:
            return _tag(text)
        surfaces = self._taken(text)
        return _within(field, Phrase(surfaces, _TEXT_FIELDS.get(field, ""))) if surfaces else None

    def _chunk(self, field: str, text: str) -> Node | None:
        """What stands without a space: a word, with or without a sign for how to take it; or several in one."""
        base, sign = text, ""
        if match := _SIGNED.fullmatch(text):
            base, sign = match.groups()
        is_tag = field in _TAGS
        if is_tag and (not sign or len(tokens(base)) != 1):
            return _tag(text)
        surfaces = self._taken(base)
        if not surfaces:
            return None
        name = "tags" if is_tag else _TEXT_FIELDS.get(field, "")
        parts: list[Node] = []
        if sign:
            *_, last = surfaces
            surfaces = surfaces[:-1]
            parts.append(Prefix(last, name) if sign == "*" else Fuzzy(last, 2 if sign == "~2" else 1, name))
        if len(surfaces) == 1:
            parts.insert(0, Word(surfaces[0], name))
        elif surfaces:
            parts.insert(0, Phrase(surfaces, name) if name else Compound(surfaces))
        return _within(field, _joined(parts))

    def _plain(self, field: str, text: str) -> Node | None:
        return _joined([Word(word) for word in (*self._taken(field), *self._taken(text))])

    def _taken(self, text: str) -> tuple[str, ...]:
        """The words of a text, as many as a query may still have."""
        surfaces = tuple(tokens(text))
        if len(surfaces) > self._words:
            self._hints.add_long()
        surfaces = surfaces[: self._words]
        self._words -= len(surfaces)
        return surfaces


def _within(field: str, part: Node | None) -> Node | None:
    if part is None:
        return None
    return Line(part) if field == "line" else InSection(part) if field == "section" else part


def _tag(text: str) -> Node | None:
    name = fold(text.strip().removeprefix("#").strip("/"))
    return Tag(name) if name else None


def _joined(parts: Sequence[Node]) -> Node | None:
    return And(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def _is_easy(part: Node) -> bool:
    match part:
        case Word(_, field):
            return not field
        case Compound() | Not() | Tag() | Kind() | Path() | Rating() | Date():
            return True
        case And(parts):
            return all(isinstance(word, Word) and not word.field for word in parts)
        case _:
            return False


def _spread(parts: Sequence[Node]) -> Iterator[Node]:
    """The parts of an easy query, with the words of each compound in front of it."""
    for part in parts:
        match part:
            case Compound(surfaces):
                yield from map(Word, surfaces)
                yield part
            case And(words):
                yield from words
            case Not():
                yield _strict(part)
            case _:
                yield part


def _strict(node: Node) -> Node:
    """The tree with phrases for compounds."""
    match node:
        case Compound(surfaces):
            return Phrase(surfaces)
        case And(parts) | Or(parts):
            return type(node)(tuple([_strict(part) for part in parts]))
        case Not(part) | Line(part) | InSection(part):
            return type(node)(_strict(part))
        case _:
            return node


def _may_be_unfinished(query: Query, found: Sequence[Lexeme]) -> bool:
    if not found or not query.parts:
        return False
    last = found[-1]
    bare = last.kind == "chunk" and not last.field and not last.negated
    return bare and last.at_end and isinstance(query.parts[-1], Word | Compound)
