"""Ratings on any scale: ``4/5``, ``7.5/10``, ``80%``, ``★★★½``, ``B+``. Read exactly, kept as written.

A number alone says nothing: 4 may be four of five or four of ten. It is a mistake, and its hint asks of how many.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kb.model.note import Json

#: Grades from the worst to the best, two signs apart: F, E-, E, E+, D- … A, A+. F has no sign.
GRADES = ("F", *(letter + sign for letter in "EDCBA" for sign in ("-", "", "+")))
#: How many stars there are where it is not said.
STARS = 5
#: No scale has more points; what is written beyond it is no rating.
_MOST = 10_000

_POINTS = re.compile(
    r"(\d{1,6}(?:[.,]\d{1,4})?)\s*(?:/|of|out of)\s*(\d{1,6}(?:[.,]\d{1,4})?)", re.IGNORECASE
)
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s*%")
_STARRED = re.compile(r"([★⭐]*)([¼½¾⯪]?)([☆]*)")
_GRADE = re.compile(r"[A-Fa-f][+\-−–]?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_PARTS = {"": "", "¼": ".25", "½": ".5", "⯪": ".5", "¾": ".75"}


def rating_of(text: str) -> Json | None:
    """The rating as a note's facts hold it, None if `text` is none."""
    text = text.strip().replace("\ufe0f", "")
    if found := _POINTS.fullmatch(text):
        return _points(found[1], found[2], text)
    if found := _PERCENT.fullmatch(text):
        return _points(found[1], "100", text)
    if _GRADE.fullmatch(text):
        grade = text[0].upper() + text[1:].replace("−", "-").replace("–", "-")
        if grade in GRADES:
            return _rating(str(GRADES.index(grade)), str(len(GRADES) - 1), "grade", grade)
    if text and (found := _STARRED.fullmatch(text)):
        return _stars(found, text)
    return None


def advice_on_rating(text: str) -> str:
    """How to write the rating that `text` seems to mean."""
    text = text.strip()
    if found := _POINTS.fullmatch(text):
        value, best = _number(found[1]), _number(found[2])
        if Decimal(best) and Decimal(value) > Decimal(best):
            return f"{value} is more than {best}; did you mean {best}/{value}?"
    if _NUMBER.fullmatch(text):
        number = _number(text)
        likely = next((most for most in (5, 10, 100) if Decimal(number) <= most), None)
        return f"say of how many: {number}/{likely}" if likely else "say of how many, as in 4/5"
    return "write it as 4/5, 7.5/10, 80%, ★★★½ or B+"


def _points(value: str, best: str, written: str) -> Json | None:
    value, best = _number(value), _number(best)
    if not 0 < Decimal(best) <= _MOST or Decimal(value) > Decimal(best):
        return None
    return _rating(value, best, "points", written)


def _stars(found: re.Match[str], written: str) -> Json | None:
    full, part, empty = len(found[1]), found[2], len(found[3])
    said = full + bool(part) + empty
    best = said if empty else STARS if said <= STARS else 2 * STARS
    if said > best:
        return None
    return _rating(_number(f"{full}{_PARTS[part]}"), str(best), "stars", written)


def _rating(value: str, best: str, form: str, written: str) -> Json:
    return {"value": value, "best": best, "form": form, "written": written}


def _number(text: str) -> str:
    """A decimal number in its shortest form: ``7,50`` is ``7.5``."""
    whole, _, part = text.replace(",", ".").partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    return f"{whole}.{part}" if part else whole
