"""Where a link would lead and why, told rule by rule to somebody who wonders.

The decision is `resolve`'s; here is only its telling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from kb.link.names import ends_as_note, folder_of
from kb.link.nearest import Suggestion, suggestions
from kb.link.resolve import Resolution, Target, is_relative, place_of, readings, resolve
from kb.link.vault import Vault
from kb.model.note import Link, LinkKind, Note

_WIKI = re.compile(r"(!?)\[\[([^\[\]|]*)(?:\|(.*))?\]\]\Z", re.DOTALL)
_MARKDOWN = re.compile(r"""(!?)\[(.*)\]\(\s*(?:<([^<>]*)>|(\S*?))(?:\s+["'(].*["')])?\s*\)\Z""", re.DOTALL)


class Step(NamedTuple):
    """What one rule said. At most one rule decides."""

    number: int
    rule: str
    said: str
    decided: bool


class Explanation(msgspec.Struct, frozen=True):
    """How a link was understood, what each rule said to it, and where it leads.

    `candidates` are all paths that end in the target, whichever rule won; `nearest` is what may have
    been meant, if the link leads nowhere. `page` is the address of a page that no note has made: a list, say.
    """

    source: str
    text: str
    link: Link
    resolution: Resolution
    candidates: tuple[str, ...]
    steps: tuple[Step, ...]
    nearest: tuple[Suggestion, ...] = ()
    page: str = ""

    @property
    def target(self) -> Target | None:
        """What the link leads to, None if nowhere."""
        return self.resolution.target

    def lines(self) -> tuple[str, ...]:
        """The whole of it for a person to read, line by line."""
        return tuple(_lines(self))

    def __str__(self) -> str:
        return "\n".join(self.lines())


def explain(vault: Vault, source: str, text: str) -> Explanation:
    """Why `text`, a link as a person would type it into the note at `source`, leads where it does.

    A link is understood in every way it can be written: ``[[b/Note#H|x]]``, ``![[a.png]]``,
    ``[x](b.md#h)``, ``![x](a.png)``, or its target alone.
    """
    link = parse_link(text)
    found = resolve(vault, source, link)
    return Explanation(
        source,
        text,
        link,
        found,
        _candidates(vault, source, link.target),
        tuple(_steps(source, link, found)),
        () if found.target else suggestions(vault, link.target),
    )


def parse_link(text: str) -> Link:
    """The link that `text` writes."""
    text = text.strip()
    if written := _WIKI.match(text):
        mark, inside, label = written.groups()
        return _link(LinkKind.EMBED if mark else LinkKind.WIKI, inside.rstrip("\\"), label or "")
    if written := _MARKDOWN.match(text):
        mark, label, bracketed, bare = written.groups()
        return _link(LinkKind.IMAGE if mark else LinkKind.MARKDOWN, unquote(bracketed or bare or ""), label)
    return _link(LinkKind.WIKI, *_halves(text, "|"))


def _link(kind: LinkKind, inside: str, label: str) -> Link:
    target, subpath = _halves(inside, "#")
    return Link(kind, target, subpath, label.strip())


def _halves(text: str, at: str) -> tuple[str, str]:
    first, _, second = text.partition(at)
    return first.strip(), second.strip()


def _path_of(found: Resolution) -> str:
    return found.target.path if found.target else ""


def _candidates(vault: Vault, source: str, target: str) -> tuple[str, ...]:
    """Every path that the target could be the end of."""
    if not target:
        return (source,) if source in vault.notes else ()
    if target.startswith("/") or is_relative(target):
        return ()
    return tuple(sorted({path for table, _, key in readings(vault, target) for path in table.get(key, ())}))


def _steps(source: str, link: Link, found: Resolution) -> Iterator[Step]:
    """Each rule up to the one that decided."""
    target, rule = link.target, found.rule
    if not target:
        said = (
            f"no target, so {source} itself" if found.target else f"no target, and there is no note {source}"
        )
        yield Step(1, "itself", said, rule == "itself")
        return
    yield Step(1, "itself", "not asked: there is a target", decided=False)
    yield Step(2, "ending", _ending(target), decided=False)
    if is_relative(target):
        yield Step(3, "relative", _fixed(source, target, found), rule == "relative")
        return
    yield Step(3, "relative", "not asked: no ./ or ../", decided=False)
    if target.startswith("/"):
        if rule == "address":
            yield Step(4, "absolute", f"nothing stands at '{place_of(source, target)}'", decided=False)
            yield Step(4, rule, f"it is the address of a note's page: {_path_of(found)}", decided=True)
            return
        yield Step(4, "absolute", _fixed(source, target, found), rule == "absolute")
        return
    yield Step(4, "absolute", "not asked: no / at the beginning", decided=False)
    yield from _paths_told(source, target, found)
    if not found.target or rule in _NAMES:
        yield from _names_told(target, found)


def _ending(target: str) -> str:
    if ends_as_note(target):
        return f"it ends in .{target.rpartition('.')[2]}: a note"
    if "." in target.rpartition("/")[2]:
        return "it may end as a file does: files first, then notes with .md implied"
    return "no ending: notes first, .md is implied; then files that have no ending either"


def _fixed(source: str, target: str, found: Resolution) -> str:
    place = place_of(source, target)
    if place is None:
        return "it climbs out of the vault; no further rule is asked"
    if found.target:
        return f"counted from {_folder(source if is_relative(target) else '')}: {found.target.path}"
    return f"nothing stands at '{place}'; no further rule is asked"


def _paths_told(source: str, target: str, found: Resolution) -> Iterator[Step]:
    """Rules 5 to 9."""
    rule = found.rule
    if rule == "exact-path":
        yield Step(5, rule, f"{found.candidates[0]} is the exact path", decided=True)
        return
    yield Step(5, "exact-path", f"no one path is exactly '{target}'", decided=False)
    if rule not in _PATHS:
        yield Step(6, "only-candidate", f"no path ends in '{target}'", decided=False)
        return
    count = len(found.candidates)
    said = (
        f"{count} paths end in '{target}'" if count > 1 else f"only {found.candidates[0]} ends in '{target}'"
    )
    yield Step(6, "only-candidate", said, rule == "only-candidate")
    beside = [path for path in found.candidates if folder_of(path) == folder_of(source)]
    told = {
        "same-folder": f"{_one_of(beside)} in {_folder(source)}",
        "shortest-path": "one of them is the shortest"
        if rule == "shortest-path"
        else "several are equally short",
        "alphabetical": "it is the first in the alphabet",
    }
    for number, name in enumerate(told, 7):
        if rule == "only-candidate":
            return
        yield Step(number, name, told[name], rule == name)
        if rule == name:
            return


def _names_told(target: str, found: Resolution) -> Iterator[Step]:
    """Rule 10."""
    for name in _NAMES:
        decided = found.rule == name
        count = len(found.candidates)
        said = (
            f"{count} notes have the {name} '{target}'"
            if count > 1
            else f"one note has the {name} '{target}'"
        )
        if count > 1:
            said += "; chosen by rules 7 to 9"
        yield Step(10, name, said if decided else f"no note has the {name} '{target}'", decided)
        if decided:
            return


def _one_of(beside: list[str]) -> str:
    match len(beside):
        case 0:
            return "none of them is"
        case 1:
            return f"{beside[0]} is"
    return f"{len(beside)} of them are"


def _folder(source: str) -> str:
    return f"{folder_of(source)}/" if folder_of(source) else "the vault's root"


def _lines(told: Explanation) -> Iterator[str]:
    found, link = told.resolution, told.link
    yield f"{told.text} in {told.source}"
    for step in told.steps:
        yield f"  {'→' if step.decided else ' '} {step.number:2} {step.rule}: {step.said}"
    if told.candidates:
        yield "candidates:"
        for path in told.candidates:
            yield f"  {'→' if found.target and path == found.target.path else ' '} {path}"
    if told.page:
        yield f"leads to {told.page}, a page of the site that is no note's"
        return
    if found.target is None:
        yield "leads nowhere"
        for name, path in told.nearest:
            yield f"  near: {name} ({path})"
        return
    yield f"leads to {found.target.path} by the rule {found.rule}"
    if link.subpath and isinstance(found.target, Note):
        yield f"  there to #{found.anchor}" if found.subpath_found else f"  which has no '{link.subpath}'"


_PATHS = frozenset(("only-candidate", "same-folder", "shortest-path", "alphabetical"))
_NAMES = ("alias", "title")
