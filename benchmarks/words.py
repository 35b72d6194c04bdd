"""Words that read like English and mean nothing, the same on every machine.

A vocabulary of 6,000 made-up words among the real short ones that hold sentences together, drawn as
in a natural language: the n-th most frequent word comes 1/n as often as the first, short ones first.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

_ONSETS = (
    "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl sp st str t th tr v w"
).split()
_VOWELS = "a a e e e i i o o u ai ea ee ie oa ou".split()
_CODAS = "b ck d ft g l ll m n nd ng nt p r rd rn rt s sh sk ss st t th x".split()
_ENDINGS = ["", "", "", "", "er", "ing", "ed", "ly", "ness", "tion", "able", "al", "ity", "s", "s", "ment"]
_SMALL = (
    "the of and to a in is that it for as with be on not this by are or from at an which but have they "
    "you were their one all we can her has there been if more when will would who so no"
).split()


def _vocabulary(size: int) -> list[str]:
    chance = Random("words")
    words: dict[str, None] = {}
    while len(words) < size:
        syllables = [
            chance.choice(_ONSETS)
            + chance.choice(_VOWELS)
            + (chance.choice(_CODAS) if chance.random() < 0.4 else "")
            for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))
        ]
        words["".join(syllables) + chance.choice(_ENDINGS)] = None
    made_up = sorted(words.keys() - set(_SMALL), key=lambda word: (len(word) // 2, word))
    return [*_SMALL, *made_up]


WORDS = _vocabulary(6000)
_WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))
_RARE = WORDS[len(_SMALL) :]


def some_words(chance: Random, count: int) -> list[str]:
    """`count` words as they follow each other in a text."""
    return chance.choices(WORDS, cum_weights=_WEIGHTS, k=count)


def rare_words(chance: Random, count: int) -> list[str]:
    """`count` words that mean something: for names, titles and headings."""
    return chance.choices(_RARE, k=count)
