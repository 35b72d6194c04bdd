"""Which known word a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


def nearest(word: str, known: Iterable[str], most: int = 2) -> str:
    """The known word at most `most` slips of the pen from `word`, the nearest one first; else "".

    A slip is a letter too few, too many, wrong, or swapped with its neighbour. Upper and lower case
    are one.
    """
    lower = word.lower()
    near = [(slips(lower, other.lower()), other) for other in known if abs(len(other) - len(word)) <= most]
    distance, other = min(near, default=(most + 1, ""))
    return other if distance <= most else ""


@lru_cache(maxsize=4096)
def slips(word: str, other: str) -> int:
    """The number of slips that lead from one word to the other (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(word, 1):
        here = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and word[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return above[-1]
