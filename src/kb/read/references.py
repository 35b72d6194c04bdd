"""Links in front matter values: ``up: [[Home]]``, ``up: "[[Home]]"``, also in lists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.model.note import Link, LinkKind
from kb.read.links import wikilink_of
from kb.read.yaml12 import Node, Scalar, scalars

_WIKILINK = re.compile(r"!?\[\[((?:(?!\[\[|\]\]).)+)\]\]")


def references(root: Node, yaml: str) -> Iterator[Link]:
    """The links in the values below `root`, which was read from `yaml`, each with its place.

    A web address in a wikilink is among them: it is the caller who tells.
    """
    if "[[" not in yaml:
        return
    seen = set()
    for scalar in scalars(root):
        if "[[" in scalar.text and scalar.start not in seen:
            seen.add(scalar.start)
            yield from _links(scalar, yaml)


def only_link(text: str) -> str | None:
    """The target of the one link that `text` consists of; None if it is anything else."""
    if "[[" not in text:
        return None
    match = _WIKILINK.fullmatch(text.strip())
    parts = match and wikilink_of(match[1])
    return parts.target if parts else None


def _links(scalar: Scalar, yaml: str) -> Iterator[Link]:
    end = scalar.start
    for match in _WIKILINK.finditer(scalar.text):
        parts = wikilink_of(match[1])
        if not parts:
            continue
        at = yaml.find(match[0], end, scalar.end)
        if at < 0:  # escaped or folded in the source: the value's own place is near enough
            at = scalar.start
        else:
            end = at + len(match[0])
        yield Link(
            LinkKind.PROPERTY,
            parts.target,
            parts.subpath,
            parts.shown,
            line=scalar.line + yaml.count("\n", scalar.start, at),
            column=at - yaml.rfind("\n", 0, at),
        )
