"""What a template that stands in the place of another changes, block by block where it extends that one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError

#: What a file is called that has no blocks, or does not extend the one in whose place it stands.
WHOLE = ""
_CONTEXT = 2


class Part(NamedTuple):
    """A part that a file overrides: the whole of it (`name` is ""), or one block.

    `upstream` is the part as the theme below has it now, None where it has no such block, so that nothing shows ours.
    `seen` is the part as it was when the override was last compared with it, None where nobody remembers.
    """

    name: str
    own: str
    upstream: str | None
    seen: str | None

    @property
    def changed_upstream(self) -> bool:
        """Whether the theme below has changed this part since the override was compared with it."""
        return self.seen is not None and self.seen != self.upstream


def parts_of(name: str, own: str, upstream: str, seen: str | None) -> list[Part]:
    """What the file `name` overrides of the one that it stands for; `seen` is that one as it was, if it is known."""
    ours = blocks(own) if extends(own).rpartition("/")[2] == name else {}
    if not ours:
        return [Part(WHOLE, own, upstream, seen)]
    theirs, were = blocks(upstream), None if seen is None else blocks(seen)
    return [
        Part(block, text, theirs.get(block), None if were is None else were.get(block, ""))
        for block, text in ours.items()
    ]


def blocks(source: str) -> Mapping[str, str]:
    """The text of each block of a template, tags not included; nested ones stand in those around them too."""
    found: dict[str, str] = {}
    open_: list[tuple[str, int]] = []
    for word, name, start, end in _tags(source):
        if word == "block":
            open_.append((name, end))
        elif word == "endblock" and open_:
            block, begin = open_.pop()
            found[block] = source[begin:start].strip("\n")
    return found


def extends(source: str) -> str:
    """The name of the template that this one extends, "" if it stands for itself."""
    return next((name.strip("\"'") for word, name, *_ in _tags(source) if word == "extends"), "")


def difference(old: str, new: str, old_name: str, new_name: str) -> list[str]:
    """The lines of a unified diff, without their ends."""
    return list(unified_diff(old.splitlines(), new.splitlines(), old_name, new_name, n=_CONTEXT, lineterm=""))


def _tags(source: str) -> Iterator[tuple[str, str, int, int]]:
    """The first two words of each ``{% … %}``, and where it begins and ends."""
    place = start = 0
    words: list[str] = []
    try:
        for _line, kind, value in Environment(autoescape=True).lex(source):
            if kind == "block_begin":
                start, words = place, []
            elif kind in ("name", "string"):
                words.append(value)
            place += len(value)
            if kind == "block_end" and words:
                yield words[0], words[1] if len(words) > 1 else "", start, place
    except TemplateSyntaxError:  # a build says where; there is nothing to compare
        return
