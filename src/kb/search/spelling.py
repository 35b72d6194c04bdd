"""Words that differ in a letter or two: left out, put in, mistaken, or two of them swapped."""

from __future__ import annotations

from typing import NamedTuple

from kb.search.index import Index

#: Shorter words have too many neighbours.
SHORTEST = 4
#: From this length on two letters may differ.
LONG = 8


class Near(NamedTuple):
    """A surface of the index beside another word, with the term it belongs to. They sort from near to far."""

    distance: int
    less_common: int  # documents that hold the term, counted downwards
    surface: str
    term: str


def allowance(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < LONG else 2


def near(index: Index, word: str, limit: int) -> list[Near]:
    """The surfaces at most `limit` edits from `word` with the same first letter, the likeliest first."""
    if not word:
        return []
    found = []
    for surface, (term, count) in index.surfaces(word[0]).items():
        if abs(len(surface) - len(word)) <= limit:
            apart = distance(word, surface, limit)
            if apart <= limit:
                found.append(Near(apart, -count, surface, term))
    return sorted(found)


def distance(one: str, other: str, limit: int) -> int:
    """How many edits lie between two words (optimal string alignment); `limit` + 1 stands for any more.

    Of each row only the cells that can lead to an answer are worked out.
    """
    start = 0
    shorter = min(len(one), len(other))
    while start < shorter and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if not one or not other:
        return min(max(len(one), len(other)), limit + 1)
    far = limit + 1
    before: list[int] = []
    row: list[int] = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        low, high = max(i - limit, 1), min(i + limit, len(other))
        new: list[int] = [far] * (len(other) + 1)
        if i <= limit:
            new[0] = i
        for j in range(low, high + 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (letter != other[j - 1]))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other[j - 1]:
                cost = min(cost, before[j - 2] + 1)
            new[j] = cost
        if min(new) > limit and min(row) > limit:
            return far
        before, row = row, new
    return min(row[-1], far)
