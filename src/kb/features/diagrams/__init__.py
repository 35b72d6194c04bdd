"""Diagrams: a fenced block ``mermaid`` or ``dot`` becomes a drawing (SVG) in the theme's colours, with its text."""

from __future__ import annotations

from kb.model.fenced import Fenced, Layout, Made
from kb.plugin import Plugin


def mermaid(fenced: Fenced) -> Made:
    """What becomes of a ``mermaid`` block. What it takes is imported when there is one."""
    from kb.features.diagrams.block import diagram  # noqa: PLC0415

    return diagram(fenced)


def dot(fenced: Fenced, layout: Layout) -> Made:
    """What becomes of a ``dot`` block, laid out by `layout`."""
    from kb.features.diagrams.dot import dot as made  # noqa: PLC0415

    return made(fenced, layout)


DIAGRAMS = Plugin("diagrams", "2", fences={"mermaid": mermaid}, graphs={"dot": dot, "graphviz": dot})
