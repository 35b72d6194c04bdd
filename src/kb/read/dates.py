"""Dates as people write them, as ISO 8601 text. A date without a zone stays without one."""

from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:[ \t]*([Zz]|[+-]\d{2}(?::?\d{2})?))?)?",
    re.ASCII,
)
_IN_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?=[-_ ]|\Z)", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([/.]?)(\d{1,2})\2(\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)

_USUAL = "write year-month-day like 2024-05-01, with a time like 2024-05-01 10:00"


def iso_date(text: str) -> str:
    """`text` as ``2024-05-01``, ``2024-05-01T10:00:00`` or with an offset; "" if it is no such date.

    Fractions of a second are dropped, ``Z`` becomes ``+00:00``.
    """
    match = _DATE.fullmatch(text.strip())
    if not match:
        return ""
    year, month, day, hour, minute, second, zone = match.groups()
    written = _day(year, month, day)
    if not written or hour is None:
        return written
    second = second or "00"
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:  # noqa: PLR2004 - a clock's numbers
        return ""
    offset = _offset(zone)
    return "" if offset is None else f"{written}T{int(hour):02}:{minute}:{second}{offset}"


def looks_like_date(text: str) -> bool:
    """Whether `text` has the form of a date, though such a day or time may not exist."""
    return bool(_DATE.fullmatch(text.strip()))


def date_of_name(path: str) -> str:
    """The date that the name of a file begins with: ``2024-05-01-title.md``; "" if none."""
    match = _IN_NAME.match(path.rpartition("/")[2].removesuffix(".md").removesuffix(".ipynb"))
    return iso_date(match[1]) if match else ""


def advice_on_date(text: str) -> str:
    """How to write what `text` seems to mean."""
    if match := _YEAR_FIRST.fullmatch(text.strip()):
        meant = {_day(match[1], match[3], match[4])}
    elif match := _YEAR_LAST.fullmatch(text.strip()):
        meant = {_day(match[4], match[3], match[1]), _day(match[4], match[1], match[3])}
    else:
        return _USUAL
    days = sorted(meant - {""})
    return f"write {' or '.join(days)}" if days else _USUAL


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _offset(zone: str | None) -> str | None:
    """``+02:00`` for ``+0200`` or ``+02``, "" for no zone, None for one that does not exist."""
    if zone is None:
        return ""
    if zone in "Zz":
        return "+00:00"
    hours, minutes = zone[1:3], zone[-2:] if len(zone) > 3 else "00"  # noqa: PLR2004 - "+02" has no minutes
    return None if int(hours) > 23 or int(minutes) > 59 else f"{zone[0]}{hours}:{minutes}"  # noqa: PLR2004
