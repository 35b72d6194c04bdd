"""Our JavaScript made small: without comments and spaces, with short names for what only it knows.

This understands no more of JavaScript than it has to. What it is given is ours, and keeps to these rules:

- A statement ends with a semicolon or with a block. No comment begins with ``/*``.
- There are no classes, methods, labels: functions are declared, or are arrows.
- What stands in ``${}`` of a template has no braces and no templates in it.
- No two parts declare the same name.

Then a name that has no dot before it, and no colon behind it in an object, is a variable. Variables are ours but for
those of the language and of browsers (`KEPT`), and may be called anything that nobody else in their scope is called.
Properties keep their names: ``{ name }`` becomes ``{name:a}``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import count, product
from string import ascii_letters

from search.scopes import Token, Variables, begins_object, variables

#: Names that are not ours: words of the language, what browsers provide, what other scripts give and take.
KEPT = frozenset(
    "async await break case catch const continue delete do else false finally for function if in instanceof let new"
    " null of return switch this throw true try typeof undefined var void while"
    " Array Blob Boolean Date DecompressionStream Error Infinity JSON Map Math Number Object Promise RegExp Response Set"
    " TextDecoder URL Uint8Array atob document fetch globalThis"
    " KBSearch LANGUAGE STEMMER".split()
)
_TOKEN = re.compile(
    r"""(?:
        (?P<space>(?:\s|//[^\n]*)+)
      | (?P<text>"(?:[^"\\\n]|\\.)*")
      | (?P<template>`(?:[^`$\\]|\\.|\$(?!\{))*(?:\$\{|`))
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<number>[0-9][\w.]*)
      | (?P<sign>\.\.\.|=>|\?\?|\?\.|\+\+|--|[^\w\s'])
    )""",
    re.VERBOSE,
)
_IN_REGEX = r"[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\]"
_REGEX = re.compile(rf"(?P<regex>/(?!\*)(?:{_IN_REGEX})+/[a-z]*)")
_RUNS_ON = re.compile(r"[\w$]{2}|[+][+]|--")
_REST_OF_TEMPLATE = re.compile(r"\}(?:[^`$\\]|\\.|\$(?!\{))*(?:\$\{|`)")


def small(script: str) -> str:
    """The script as it is sent to readers: it does the same. Raises `ValueError` for what is not understood."""
    tokens = list(_tokens(script))
    found = variables(tokens, KEPT)
    return _joined(_merged(_renamed(tokens, found, _short(found))))


def _tokens(script: str) -> Iterator[Token]:
    at = 0
    before = Token("sign", ";")
    in_template = False
    while at < len(script):
        operand = before.text in {")", "]", "}"} or (before.kind != "sign" and before.text != "return")
        match = (not operand and _REGEX.match(script, at)) or _TOKEN.match(script, at)
        if in_template and script[at] == "}":
            match = _REST_OF_TEMPLATE.match(script, at)
        if not match:
            raise ValueError(script[at : at + 40])
        kind = match.lastgroup or "template"
        if kind == "template":
            in_template = match[0].endswith("{")
        if kind != "space":
            before = Token(kind, match[0])
            yield before
        at = match.end()


def _short(found: Variables) -> dict[tuple[int, str], str]:
    """The new name of each variable: the first that is free wherever it is used."""
    used: list[set[tuple[int, str]]] = [set() for _ in found.scopes]
    within = _within(found)
    for number, variable in found.named.items():
        scope = within[number]
        while scope >= 0:
            used[scope].add(variable)
            scope = found.scopes[scope].parent
    counts = Counter(found.named.values())
    short: dict[tuple[int, str], str] = {}
    for scope in range(len(found.scopes)):
        own = [variable for variable in found.declared if variable[0] == scope]
        taken = KEPT | {short[variable] for variable in used[scope] if variable in short}
        free = (name for name in _short_names() if name not in taken)
        if scope == 0:  # those of the top are many: the most frequent get the shortest
            own.sort(key=lambda variable: (-counts[variable], variable[1]))
        short |= dict(zip(own, free, strict=False))
    return short


def _within(found: Variables) -> dict[int, int]:
    """For each token that names a variable the innermost scope around it."""
    within = {}
    for number, scope in enumerate(found.scopes):
        within.update({at: number for at in range(scope.start, scope.end + 1) if at in found.named})
    return within


def _renamed(tokens: list[Token], found: Variables, short: dict[tuple[int, str], str]) -> Iterator[str]:
    """The tokens with other names for variables."""
    opened = [""]
    for number, (kind, text) in enumerate(tokens):
        if kind == "sign" and text in "([{":
            opened.append("object" if text == "{" and begins_object(tokens, number) else text)
        elif kind == "sign" and text in ")]}":
            opened.pop()
        if number in found.named:
            alone = opened[-1] == "object" and tokens[number - 1].text in {"{", ","}
            yield f"{text}:{short[found.named[number]]}" if alone else short[found.named[number]]
        else:
            yield text


def _merged(texts: Iterator[str]) -> Iterator[str]:
    """The tokens with declarations that follow each other made one: ``const a=1,b=2``."""
    begun = [""]  # with which token the statement began that stands here, in each pair of brackets
    last, ended = "", ""
    for text in texts:
        if text == "const" == ended and last == ";":
            begun[-1] = last = text
            yield ","
            continue
        if last == ";":
            yield last
        if text in {"(", "[", "{"}:
            begun[-1] = begun[-1] or text
            begun.append("")
        elif text in {")", "]", "}"}:
            begun.pop()
        elif text == ";":
            ended, begun[-1] = begun[-1], ""
        else:
            begun[-1] = begun[-1] or text
        if text != ";":
            yield text
        last = text
    if last == ";":
        yield last


def _joined(texts: Iterator[str]) -> str:
    """The tokens without a space but where two would become one, without what may be left out.

    That are commas and semicolons before an end, parentheses around a parameter that is the only one, and what is
    returned where nothing is.
    """
    out = [""]
    for text in texts:
        if text == ";" and out[-3:] == ["return", " ", "undefined"]:
            del out[-2:]
        if text == "=>" and out[-3:-2] == ["("] and (name := out[-2]) != "(":
            del out[-3:]
            if _RUNS_ON.search(out[-1][-1:] + name[:1]):
                out.append(" ")
            out.append(name)
        if out[-1] + text in {",)", ",]", ",}", ";}"}:
            out.pop()
        elif _RUNS_ON.search(out[-1][-1:] + text[:1]):
            out.append(" ")
        out.append(text)
    return "".join(out)


def _short_names() -> Iterator[str]:
    for length in count(1):
        yield from map("".join, product(ascii_letters, repeat=length))
