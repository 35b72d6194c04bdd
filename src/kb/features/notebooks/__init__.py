"""Notebooks: a fenced block ``ipynb-output`` is what the code of a cell put out (`kb.read.notebooks`)."""

from __future__ import annotations

from kb.model.fenced import Fenced, Made
from kb.plugin import Plugin
from kb.read.notebooks import OUTPUT


def output(fenced: Fenced) -> Made:
    """An output as HTML. What it takes is imported when there is one."""
    from kb.features.notebooks.block import output as made  # noqa: PLC0415

    return made(fenced)


NOTEBOOKS = Plugin("notebooks", "1", fences={OUTPUT: output})
