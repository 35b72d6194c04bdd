"""Charts: a fenced block ``chart`` becomes a drawing (SVG) of its rows, with the rows themselves behind it."""

from __future__ import annotations

from kb.model.fenced import Fenced, Made
from kb.plugin import Plugin


def chart(fenced: Fenced) -> Made:
    """What becomes of a ``chart`` block. What it takes is imported when there is one."""
    from kb.features.charts.block import chart as drawn  # noqa: PLC0415

    return drawn(fenced)


CHARTS = Plugin("charts", "1", fences={"chart": chart})
