"""Which names of a script are one variable, as far as JavaScript that keeps to the rules of `small.py` can say it.

A scope is a stretch of tokens: a function or an arrow with its parameters, a loop with what it declares, a block.
Stretches lie side by side or within each other; a name belongs to the innermost one around it that declares it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_OPEN, _CLOSE = "([{", ")]}"
#: What stands before a brace that begins an object or a pattern, and not a block of statements.
_BEFORE_OBJECTS = frozenset({"(", "[", ",", "=", ":", "?", "return", "const", "let", "&&", "??", "|", "..."})


class Token(NamedTuple):
    """`kind` is "name", "number", "text", "regex", "sign", or "template" for a piece of one between its holes."""

    kind: str
    text: str


class Scope(NamedTuple):
    """From the first to the last token. A scope comes before those within it; `parent` is its number, -1 for none."""

    start: int
    end: int
    parent: int


class Variables(NamedTuple):
    """The scopes; who declares what, as (scope, name); and for each token that names a variable, which one."""

    scopes: Sequence[Scope]
    declared: Sequence[tuple[int, str]]
    named: Mapping[int, tuple[int, str]]


def variables(tokens: Sequence[Token], kept: frozenset[str]) -> Variables:
    """The variables of a script; `kept` are names of others. Raises `ValueError` for a name that nobody declares."""
    code = _Code(tokens)
    scopes = _nested(sorted({*code.stretches(), (0, len(tokens))}, key=lambda each: (each[0], -each[1])))
    around = _around(scopes, len(tokens))
    declared = list(dict.fromkeys((around[at], tokens[name].text) for at, name in code.declarations()))
    known = set(declared)
    named = {}
    for number, token in enumerate(tokens):
        if token.kind != "name" or token.text in kept or is_property(tokens, number):
            continue
        scope = around[number]
        while (scope, token.text) not in known:
            if scope < 0:
                raise ValueError(f"who declares {token.text}?")
            scope = scopes[scope].parent
        named[number] = scope, token.text
    return Variables(scopes, declared, named)


def is_property(tokens: Sequence[Token], number: int) -> bool:
    """Whether this name is that of a property: behind a dot, or before the colon of an object."""
    before, behind = (tokens[at].text if 0 <= at < len(tokens) else "" for at in (number - 1, number + 1))
    return before in {".", "?."} or (behind == ":" and before in {"{", ","})


def begins_object(tokens: Sequence[Token], number: int) -> bool:
    """Whether this brace begins an object or a pattern, and not a block of statements."""
    return number > 0 and tokens[number - 1].text in _BEFORE_OBJECTS


def _nested(stretches: Sequence[tuple[int, int]]) -> list[Scope]:
    scopes: list[Scope] = []
    inside: list[int] = []
    for start, end in stretches:
        while inside and scopes[inside[-1]].end < end:
            inside.pop()
        scopes.append(Scope(start, end, inside[-1] if inside else -1))
        inside.append(len(scopes) - 1)
    return scopes


def _around(scopes: Sequence[Scope], count: int) -> list[int]:
    """For each token the innermost scope."""
    around = [0] * count
    for number, scope in enumerate(scopes):
        for at in range(scope.start, min(scope.end + 1, count)):
            around[at] = number
    return around


class _Code:
    """Tokens with the brackets that belong together."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._match: dict[int, int] = {}
        opened: list[int] = []
        for number, (kind, text) in enumerate(tokens):
            if (kind == "sign" and text in _CLOSE) or (kind == "template" and text[0] == "}"):
                self._match[opened[-1]] = number
                self._match[number] = opened.pop()
            if (kind == "sign" and text in _OPEN) or (kind == "template" and text[-1] == "{"):
                opened.append(number)

    def stretches(self) -> Iterator[tuple[int, int]]:
        """The scopes but for the whole, by their first and last tokens. A function is one with its parameters."""
        bodies: set[int] = set()
        for number, (kind, text) in enumerate(self._tokens):
            if kind == "sign" and text == "=>":
                bodies.add(number + 1)
                yield self._parameters(number)[0], self._end_of_arrow(number + 1)
            elif kind == "sign" and text == "{" and number not in bodies:
                if not begins_object(self._tokens, number):
                    yield number, self._match[number]
            elif kind == "name" and text == "function":
                body = self._match[number + 2] + 1
                bodies.add(body)
                yield number + 2, self._match[body]
            elif kind == "name" and text in {"for", "catch"} and self._tokens[number + 1].text == "(":
                body = self._match[number + 1] + 1
                if text == "catch":
                    bodies.add(body)
                yield number + 1, self._end_of_statement(body)

    def declarations(self) -> Iterator[tuple[int, int]]:
        """For each name that is declared a token of the scope that declares it, and the token of the name."""
        for number, (kind, text) in enumerate(self._tokens):
            if kind == "sign" and text == "=>":
                start, end = self._parameters(number)
                yield from ((start, name) for name in self._bound(start, end + 1))
            elif kind == "name" and text == "function":
                yield number, number + 1
                yield from ((number + 2, name) for name in self._bound(number + 2, self._match[number + 2]))
            elif kind == "name" and text == "catch":
                yield number + 1, number + 2
            elif kind == "name" and text in {"const", "let"}:
                yield from (
                    (number, name) for name in self._bound(number + 1, self._end_of_declaration(number + 1))
                )

    def _parameters(self, arrow: int) -> tuple[int, int]:
        """The first and the last token of what stands before an arrow."""
        last = arrow - 1
        return self._match.get(last, last), last

    def _bound(self, start: int, end: int) -> Iterator[int]:
        """The names that a pattern binds. What they are by default is skipped."""
        at = start
        while at < end:
            kind, text = self._tokens[at]
            if kind == "sign" and text == "=":
                at = self._end_of_expression(at + 1)
                continue
            if kind == "name" and not is_property(self._tokens, at):
                yield at
            at += 1

    def _end_of_declaration(self, at: int) -> int:
        while self._tokens[at].text not in {";", "of"}:
            at = self._behind(at)
        return at

    def _end_of_arrow(self, at: int) -> int:
        return self._match[at] if self._tokens[at].text == "{" else self._end_of_expression(at) - 1

    def _end_of_expression(self, at: int) -> int:
        """The token behind an expression."""
        conditions = 0
        while at < len(self._tokens):
            kind, text = self._tokens[at]
            conditions += (kind == "sign" and text == "?") - (kind == "sign" and text == ":")
            ends = kind == "sign" and (text in {",", ";", *_CLOSE} or conditions < 0)
            if ends or (kind == "template" and text[0] == "}"):
                break
            at = self._behind(at)
        return at

    def _end_of_statement(self, at: int) -> int:
        """The last token of a statement."""
        text = self._tokens[at].text
        if text == "{":
            return self._match[at]
        if text in {"if", "for", "while"}:
            end = self._end_of_statement(self._match[at + 1] + 1)
            more = end + 1 < len(self._tokens) and self._tokens[end + 1].text == "else"
            return self._end_of_statement(end + 2) if more else end
        while self._tokens[at].text != ";":
            at = self._behind(at)
        return at

    def _behind(self, at: int) -> int:
        """The token behind this one, or behind what it opens."""
        kind, text = self._tokens[at]
        if kind == "sign" and text in _OPEN:
            return self._match[at] + 1
        while self._tokens[at].kind == "template" and self._tokens[at].text[-1] == "{":
            at = self._match[at]
        return at + 1
