"""Diagrams: a fenced block ``mermaid`` becomes a drawing (SVG) in the colours of the theme, with its text behind it."""

from __future__ import annotations

from kb.model.fenced import Fenced, Made
from kb.plugin import Plugin


def mermaid(fenced: Fenced) -> Made:
    """What becomes of a ``mermaid`` block. What it takes is imported when there is one."""
    from kb.features.diagrams.block import diagram  # noqa: PLC0415

    return diagram(fenced)


DIAGRAMS = Plugin("diagrams", "1", fences={"mermaid": mermaid})
