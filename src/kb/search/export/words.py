"""Words with their terms, as word shards hold them (`FORMAT.md`): what term shards know, in the order of the words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kb.search.export.coding import put_text, put_varint, text_at, varint_at
from kb.search.export.terms import Term


class Reading(NamedTuple):
    """What a word stands for: a term, and how many documents hold it. `surface`: notes write the term so."""

    term: bytes
    df: int
    surface: bool


class Word(NamedTuple):
    """A surface, or the bare text of a term; it can be the one of one term and the other of another."""

    text: bytes
    readings: tuple[Reading, ...]

    @property
    def size(self) -> int:
        """How much room it takes: what decides where shards end."""
        return len(self.text)


def readings_of(term: Term) -> Iterator[tuple[bytes, Reading]]:
    """The words that lead to a term."""
    bare = True
    for surface, _ in term.surfaces:
        bare = bare and surface != term.text
        yield surface, Reading(term.text, term.df, surface=True)
    if bare:
        yield term.text, Reading(term.text, term.df, surface=False)


def word_shard(words: Sequence[Word]) -> bytes:
    """These words as a shard."""
    out = bytearray()
    put_varint(out, len(words))
    before = b""
    for word in words:
        put_text(out, before, word.text)
        before = word.text
        for number, reading in enumerate(word.readings, 1):
            put_text(out, before, reading.term)
            put_varint(out, 4 * reading.df + 2 * (number < len(word.readings)) + reading.surface)
    return bytes(out)


def words_of(shard: bytes) -> list[Word]:
    """The words that a shard was made from."""
    count, at = varint_at(shard, 0)
    found = []
    text = b""
    for _ in range(count):
        text, at = text_at(shard, at, text)
        readings = []
        number = 2
        while number & 2:
            term, at = text_at(shard, at, text)
            number, at = varint_at(shard, at)
            readings.append(Reading(term, number >> 2, surface=bool(number & 1)))
        found.append(Word(text, tuple(readings)))
    return found
