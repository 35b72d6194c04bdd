"""The days that a query names: one, a month or a year of them, from one to another, before or after.

Days are compared as text, so all that is needed of a calendar is how long a month is.
"""

from __future__ import annotations

import re

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY, _DECEMBER = 2, 12


def period(field: str, text: str) -> tuple[str, str] | None:
    """The first and the last day of ``date:text``, ``before:text``, ``after:text``; "" is an open end.

    None where the text names no day.
    """
    start, dots, end = text.partition("..")
    if field == "date" and dots:
        return _between(start, end)
    days = _days(text)
    if days is None:
        return None
    match field:
        case "before":
            return "", _day_before(days[0])
        case "after":
            return _day_after(days[1]), ""
        case _:
            return days


def covers(start: str, end: str, date: str) -> bool:
    """Whether a note's `date` lies in the period. A note without a date lies in none."""
    day = date[:10]
    return bool(day) and (not start or day >= start) and (not end or day <= end)


def _between(start: str, end: str) -> tuple[str, str] | None:
    first = _days(start) if start else ("", "")
    last = _days(end) if end else ("", "")
    return (first[0], last[1]) if first and last and (start or end) else None


def _days(text: str) -> tuple[str, str] | None:
    """The first and the last day of YYYY, YYYY-MM or YYYY-MM-DD."""
    match = _DAY.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    if month is None:
        return f"{year}-01-01", f"{year}-12-31"
    if not 1 <= int(month) <= _DECEMBER:
        return None
    length = _length(int(year), int(month))
    if day is None:
        return f"{year}-{month}-01", f"{year}-{month}-{length}"
    return (text, text) if 1 <= int(day) <= length else None


def _length(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if leap and month == _FEBRUARY else _LENGTHS[month - 1]


def _day_before(day: str) -> str:
    year, month, number = map(int, day.split("-"))
    if number > 1:
        return _written(year, month, number - 1)
    if month > 1:
        return _written(year, month - 1, _length(year, month - 1))
    return _written(year - 1, _DECEMBER, 31) if year else "0000-00-00"


def _day_after(day: str) -> str:
    year, month, number = map(int, day.split("-"))
    if number < _length(year, month):
        return _written(year, month, number + 1)
    if month < _DECEMBER:
        return _written(year, month + 1, 1)
    return _written(year + 1, 1, 1) if year < 9999 else "9999-12-32"  # noqa: PLR2004 - behind all that four digits say


def _written(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}"
