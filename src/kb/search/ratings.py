"""Ratings on the scale that they are compared on, whatever scale they are written on: hundredths of five.

A rating of 7.5/10 is 375, and so is one of ★★★¾: a query asks of both alike. Whole numbers, so that no last bit
decides; made by the same sums as in the browser's client.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import floor

from kb.model.note import Json

#: The best rating there is, and out of how many a rating is that does not say it.
BEST, OF = 500, 5
_RATING = re.compile(r"([<>]=?)?([0-9]{1,9}(?:\.[0-9]{1,9})?)(?:/([1-9][0-9]{0,8}))?")


def rating_of(facts: Mapping[str, Json]) -> int | None:
    """The rating that a note states: that of the field ``rating``, else of the first field that holds one."""
    found = facts.get("rating")
    if not _is_rating(found):
        found = next(filter(_is_rating, facts.values()), None)
    return None if found is None else _hundredths(found["value"], found["best"])


def ratings_between(text: str) -> tuple[int, int] | None:
    """The least and the greatest rating of ``rating:text``: 4, 7.5/10, >=4, <3, 4..5, ..2.

    None where the text names no rating.
    """
    start, dots, end = text.partition("..")
    if not dots:
        return _ratings(text)
    first = _ratings(start) if start else (0, BEST)
    last = _ratings(end) if end else (0, BEST)
    return (first[0], last[1]) if first and last and (start or end) else None


def _ratings(text: str) -> tuple[int, int] | None:
    """What one value names; one beyond the best names none: 7 may be out of ten."""
    match = _RATING.fullmatch(text)
    if not match:
        return None
    sign, value, best = match.groups()
    found = _hundredths(value, best or OF)
    if found > BEST:
        return None
    match sign:
        case ">" | ">=":
            return found + (sign == ">"), BEST
        case "<" | "<=":
            return 0, found - (sign == "<")
        case _:
            return found, found


def _hundredths(value: str, best: str | int) -> int:
    exact = float(value) / float(best) * BEST
    return floor(exact) + (exact - floor(exact) >= 0.5)  # noqa: PLR2004 - as JavaScript rounds, halves upwards


def _is_rating(fact: Json) -> bool:
    return isinstance(fact, dict) and {"value", "best"} <= fact.keys()
