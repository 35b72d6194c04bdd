"""Lexers that try an expression only where it may match, and compile it when it is first tried.

Pygments compiles every expression of a language before it reads the first letter of it, 20 ms for Python, 30 for
CSS, most of which a note's few lines never come to. And for every token it tries the expressions of the present
state in turn, twenty on average, most of which fail at the first character. Here that character chooses: a block
of Python takes a sixth of the time. The tokens are the same, which a test holds for all languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from pygments.lexer import ExtendedRegexLexer, Lexer, RegexLexer, words
from pygments.token import Error, Whitespace, _TokenType
from pygments.util import Future

from kb.read.rules.beginnings import PLAIN, Expression, Match

#: An expression, what its match becomes, and the states that the lexer then goes to, as Pygments has them.
_Rule: TypeAlias = tuple[Match, Any, Any]


def on_demand(lexer: type[Lexer]) -> type[Lexer]:
    """The same language, read so. Lexers that are not made of expressions stay as they are."""
    if not issubclass(lexer, RegexLexer) or issubclass(lexer, ExtendedRegexLexer):
        return lexer
    if type(lexer).__call__ is not type(RegexLexer).__call__:
        return lexer
    later = {"_process_regex": staticmethod(_Later), "__module__": lexer.__module__, "__doc__": lexer.__doc__}
    meta: Any = type(lexer)
    made: Any = meta(lexer.__name__, (lexer,), later)
    made()  # the first instance fills the tables, unless each has its own
    made.kb_tables = _Tables(made.__dict__.get("_tokens", {}))
    if made.kb_tables.tokens and lexer.get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed:
        made.get_tokens_unprocessed = _tokens
    found: type[Lexer] = made
    return found


class _Later:
    """An expression that compiles itself when it is first matched, and then takes its own place in the `places`."""

    __slots__ = ("_beginning", "_expression", "_flags", "_for_ascii", "_made", "places")

    def __init__(self, expression: Any, flags: int, _state: str, *, for_ascii: bool = False) -> None:
        self._expression = expression
        self._flags = int(flags)
        self._for_ascii = for_ascii
        self._made: Expression | None = None
        self._beginning: frozenset[str] | None = None
        self.places: list[tuple[list[_Rule], int]] = []

    def __call__(self, text: str, start: int) -> re.Match[str] | None:
        match = self._whole().match
        while self.places:  # lexers with variants keep their tables elsewhere: there we stay
            rules, at = self.places.pop()
            rules[at] = (match, *rules[at][1:])
        return match(text, start)

    def for_ascii(self) -> _Later:
        """The same expression, for texts of ASCII alone."""
        return _Later(self._expression, self._flags, "", for_ascii=True)

    def begins_with(self, character: str) -> bool:
        """Whether a match may begin with this character of `PLAIN`."""
        if self._beginning is None:
            self._beginning = self._first_words() or self._whole().beginning
        return character in self._beginning

    def _first_words(self) -> frozenset[str] | None:
        """The beginning of a long list of words, which need not be read for it."""
        if not isinstance(self._expression, words):
            return None
        listed: Any = self._expression
        if not all(listed.words):
            return None
        letters = "".join(sorted({re.escape(word[0]) for word in listed.words}))
        try:
            return Expression(f"{listed.prefix}[{letters}]", self._flags).beginning
        except re.error:  # a group that is only closed behind the words
            return None

    def _whole(self) -> Expression:
        """The expression itself. Pygments lets the text of some be made late, as a `Future`."""
        if self._made is None:
            late: Any = self._expression if isinstance(self._expression, Future) else None
            text = str(self._expression if late is None else late.get())
            self._made = Expression(text, self._flags, for_ascii=self._for_ascii)
        return self._made


class _Tables:
    """The rules of a language by its states: for any text, and for a text of ASCII, as most code is."""

    def __init__(self, tokens: Mapping[str, list[_Rule]]) -> None:
        self.tokens = tokens

    @cached_property
    def of_any(self) -> dict[str, _Rules]:
        """The rules as they are."""
        return {state: _Rules(rules) for state, rules in self.tokens.items()}

    @cached_property
    def of_ascii(self) -> dict[str, _Rules]:
        """The rules with nothing in them that only says more of other characters."""
        return {state: _Rules([_in_ascii(rule) for rule in rules]) for state, rules in self.tokens.items()}


def _in_ascii(rule: _Rule) -> _Rule:
    match, action, then = rule
    return (match.for_ascii(), action, then) if isinstance(match, _Later) else rule


class _Rules(dict[str, list[_Rule]]):
    """The rules of a state by the character at which they may match; by "" all of them."""

    def __init__(self, rules: list[_Rule]) -> None:
        super().__init__({"": rules})
        self._laters = [match if isinstance(match, _Later) else None for match, _, _ in rules]
        self._place(rules, self._laters)

    def __missing__(self, character: str) -> list[_Rule]:
        if character not in PLAIN:
            return self[""]
        asked = [
            (rule, later)
            for rule, later in zip(self[""], self._laters, strict=True)
            if later is None or later.begins_with(character)
        ]
        found = self[character] = [rule for rule, _ in asked]
        self._place(found, [later for _, later in asked])
        return found

    @staticmethod
    def _place(rules: list[_Rule], laters: list[_Later | None]) -> None:
        for at, later in enumerate(laters):
            if later is not None:
                later.places.append((rules, at))


def _tokens(lexer: Any, text: str, stack: Sequence[str] = ("root",)) -> Iterator[tuple[int, _TokenType, str]]:
    """What `RegexLexer.get_tokens_unprocessed` gives, by asking only the rules that may match."""
    tables: _Tables = lexer.kb_tables
    by_state = tables.of_ascii if text.isascii() else tables.of_any
    states = list(stack)
    rules = by_state[states[-1]]
    at, end = 0, len(text)
    while True:
        for match, action, then in rules[text[at]] if at < end else rules[""]:
            found = match(text, at)
            if not found:
                continue
            if type(action) is _TokenType:
                yield at, action, found.group()
            elif action is not None:
                yield from action(lexer, found)
            at = found.end()
            if then is not None:
                _go(states, then)
                rules = by_state[states[-1]]
            break
        else:
            if at >= end:
                return
            if text[at] == "\n":  # begin anew on the next line
                states = ["root"]
                rules = by_state["root"]
                yield at, Whitespace, "\n"
            else:
                yield at, Error, text[at]
            at += 1


def _go(states: list[str], then: tuple[str, ...] | int | str) -> None:
    """Change the stack of states as a rule says: a negative number leaves so many of them."""
    match then:
        case int():
            del states[max(1, len(states) + then) :]
        case "#push":
            states.append(states[-1])
        case tuple():
            for state in then:
                if state != "#pop":
                    states.append(states[-1] if state == "#push" else state)
                elif len(states) > 1:
                    states.pop()
        case _:
            raise TypeError(f"a lexer goes to {then!r}")
