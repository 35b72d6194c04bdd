"""What a template may see, as a page of the manual: made from the classes themselves, so that it cannot be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc

from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from kb.view import around, graph_pages, home_page, kind_pages, long_pages, pages, series

_HEAD = """\
# What a template sees

A template is given two values: `page`, which is one of the pages below, and `site`, which is the same everywhere.
There is nothing else to ask: what is not listed here, no template can show, and a name that does not exist stops the
build with the line that asked for it. Lists are tuples; text is escaped; what is `Prose` is HTML already.
"""


_WORDS = {
    "str": "text",
    "int": "number",
    "float": "number",
    "bool": "true or false",
    "Any": "any value",
    "Json": "any value",
}


def reference() -> str:
    """The whole reference, as Markdown."""
    ours = [
        each
        for module in (pages, home_page, long_pages, kind_pages, series, graph_pages, around)
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Struct) and each.__module__ == module.__name__
    ]
    shown = [each for each in ours if getattr(each, "template", None) != ""]
    at_top = [each for each in shown if each.__name__.endswith("Page") or each is pages.SiteInfo]
    parts = [each for each in shown if each not in at_top]
    text = [_HEAD, "## The pages\n", *map(_about, at_top), "## What they are made of\n", *map(_about, parts)]
    return "\n".join(text)


def _about(shown: type[Struct]) -> str:
    name = "site" if shown is pages.SiteInfo else shown.__name__
    table = "\n".join(("| field | what it holds | if nothing is said |", "|---|---|---|", *_rows(shown)))
    return f"### {name}\n\n{_prose(shown.__doc__ or '')}\n\n{table}\n"


def _rows(shown: type[Struct]) -> Iterator[str]:
    for each in fields(shown):
        if each.name == "template":
            continue
        yield f"| `{each.name}` | {_kind(shown.__annotations__[each.name])} | {_default(each)} |"


def _kind(written: str) -> str:
    """A type in words: ``tuple[Ref, ...]`` is a list of Ref, ``Ref | None`` is Ref or nothing."""
    text = re.sub(r"tuple\[(.*), \.\.\.\]", r"list of \1", written).replace(" | None", " or nothing")
    text = re.sub(r"tuple\[(\w+), (\w+)\]", r"pair of \1 and \2", text)
    text = re.sub(r"Mapping\[(.*), (.*)\]", r"\2 by \1", text)
    return re.sub(r"\b(?:str|int|float|bool|Any|Json)\b", lambda found: _WORDS[found[0]], text).replace(
        "|", "or"
    )


def _default(each: FieldInfo) -> str:
    if each.required:
        return "always there"
    empty = {"": '`""`', (): "an empty list", None: "nothing"}
    default = each.default
    return (
        empty.get(default, f"`{default!r}`") if isinstance(default, str | tuple | None) else f"`{default!r}`"
    )


def _prose(docstring: str) -> str:
    """A docstring as Markdown: ``code`` is written with one backquote there."""
    text = re.sub(r"``(.+?)``", r"`\1`", cleandoc(docstring), flags=re.DOTALL)
    return re.sub(r"(?<!\n)\n(?!\n)", " ", text)
