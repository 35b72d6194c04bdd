"""Where a note stands in its series, as a row of numbers."""

from __future__ import annotations

from msgspec import Struct

#: A series of more parts shows those so near to the note's own, and its ends.
MOST, BESIDE = 15, 4


class Part(Struct, frozen=True):
    """A note of a series by its `number`, from 1. `here` marks the note of the page. A number of 0 is a gap."""

    number: int
    title: str = ""
    url: str = ""
    here: bool = False


def numbers(at: int, count: int) -> list[int]:
    """The numbers from 1 that the row of a note at this place (from 0) shows, with a 0 where some are left out."""
    near = range(max(0, at - BESIDE), min(count, at + BESIDE + 1))
    shown = range(count) if count <= MOST else sorted({0, *near, count - 1})
    row: list[int] = []
    for n in shown:
        if row and n + 1 - row[-1] > 1:
            row.append(0)
        row.append(n + 1)
    return row
