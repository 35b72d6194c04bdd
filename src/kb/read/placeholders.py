"""What a template leaves behind when it is copied by hand: ``{{date}}``, ``<% tp.file.title %>``."""

from __future__ import annotations

import re

from kb.read.yaml12 import Mapping, Node, Scalar, Sequence

_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|<%.*?%>")


def left_placeholder(scalar: Scalar) -> str:
    """The first placeholder in a value that a template was meant to fill; "" if there is none.

    A text that only speaks of placeholders is not meant: it holds other words, and is quoted where it
    begins with one.
    """
    text = scalar.text
    match = _PLACEHOLDER.search(text)
    if not match:
        return ""
    begins = scalar.plain and text.startswith("{{")
    return match[0] if begins or not re.search(r"\w", _PLACEHOLDER.sub("", text)) else ""


def filled_in(node: Node) -> Node:
    """`node` with nothing in the place of every value that waits for a template."""
    match node:
        case Scalar():
            if not left_placeholder(node):
                return node
            return Scalar(None, "", True, node.line, node.column, node.start, node.end)  # noqa: FBT003
        case Sequence(items=items):
            return Sequence(tuple(filled_in(item) for item in items), node.line, node.column)
        case Mapping(entries=entries):
            filled = tuple((key, filled_in(value)) for key, value in entries)
            return Mapping(filled, node.line, node.column)
