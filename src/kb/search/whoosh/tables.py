"""Our three tables beside a segment: its documents, the words in it, and which words each document holds.

Words are numbered in the order of their bytes, and lie together by their first letter, so that a question loads the
words of one letter alone. The last table is looked at only when a document goes: what it held is
counted off the words and the terms, so that both have the counts of an index that never had the document.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import count, groupby
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from kb.search.document import Analysis
from kb.search.index import Known

DOCUMENTS, WORDS, HELD = ".docs", ".words", ".held"
_NUMBER: Literal["I"] = "I"
_WIDTH = array(_NUMBER).itemsize


class Entry(NamedTuple):
    """What an index takes in of a note. `digest` is that of the note's source."""

    known: Known
    digest: str
    analysis: Analysis


class Documents(msgspec.Struct, frozen=True, array_like=True):
    """The documents of a segment, in columns. `lengths` and `titles` are one byte for each."""

    lengths: bytes
    titles: bytes
    paths: list[str]
    dates: list[str]
    digests: list[str]
    known: list[msgspec.Raw]


class Letter(msgspec.Struct, frozen=True, array_like=True):
    """The words that begin with one letter, in the order of their bytes; `first` is the number of the first.

    Of each word: its term, the term's number, how many documents hold the word, and how many the term.
    """

    first: int
    words: list[str]
    terms: list[str]
    numbers: list[int]
    holding: list[int]
    frequencies: list[int]


class Directory(msgspec.Struct, frozen=True, array_like=True):
    """Where the words of each letter lie, and letters whose terms are written with words of other letters."""

    places: dict[str, tuple[int, int]]
    elsewhere: dict[str, list[str]]
    term_numbers: tuple[int, int]


class Collected:
    """What the tables of a segment will hold, document by document."""

    def __init__(self) -> None:
        self._numbers: defaultdict[tuple[str, str], int] = defaultdict(count().__next__)
        self._held: list[array[int]] = []
        self._encode = msgspec.msgpack.Encoder().encode
        self._lengths, self._titles = bytearray(), bytearray()
        self._table = Documents(b"", b"", [], [], [], [])

    def add(self, entry: Entry, length: int) -> None:
        """The next document, with its length as a byte."""
        self._held.append(array(_NUMBER, map(self._numbers.__getitem__, entry.analysis.surfaces)))
        self._lengths.append(length)
        self._titles.append(min(entry.analysis.title_length, 255))
        self._table.paths.append(entry.known.path)
        self._table.dates.append(entry.known.date)
        self._table.digests.append(entry.digest)
        self._table.known.append(msgspec.Raw(self._encode(entry.known)))

    @property
    def lengths(self) -> bytes:
        """The lengths of the documents so far."""
        return bytes(self._lengths)

    def write(self, folder: Path, part: str, frequencies: dict[str, int]) -> None:
        """The three tables. `frequencies`: how many documents hold each term."""
        table = msgspec.structs.replace(self._table, lengths=self.lengths, titles=bytes(self._titles))
        Path(folder, f"{part}{DOCUMENTS}").write_bytes(self._encode(table))
        pairs = sorted(self._numbers)
        rank = array(_NUMBER, bytes(_WIDTH * len(pairs)))
        for place, pair in enumerate(pairs):
            rank[self._numbers[pair]] = place
        holding: Counter[int] = Counter()
        offsets, held = array("Q", [0]), array(_NUMBER)
        for numbers in self._held:
            held.extend(array(_NUMBER, map(rank.__getitem__, numbers)))
            offsets.append(len(held))
        holding.update(held)
        Path(folder, f"{part}{HELD}").write_bytes(
            len(offsets).to_bytes(8, "little") + offsets.tobytes() + held.tobytes()
        )
        Path(folder, f"{part}{WORDS}").write_bytes(_words(pairs, holding, frequencies))


def _words(pairs: Sequence[tuple[str, str]], holding: Counter[int], frequencies: dict[str, int]) -> bytes:
    encode = msgspec.msgpack.Encoder().encode
    terms: dict[str, int] = {}
    for _, term in pairs:
        terms.setdefault(term, len(terms))
    places: dict[str, tuple[int, int]] = {}
    elsewhere: dict[str, dict[str, None]] = {}
    pieces: list[bytes] = []
    offset = first = 0
    for letter, group in groupby(pairs, key=lambda pair: pair[0][:1]):
        some = list(group)
        for word, term in some:
            if term[:1] != letter:
                elsewhere.setdefault(term[:1], {})[word[:1]] = None
        numbers = [terms[term] for _, term in some]
        table = Letter(
            first,
            [word for word, _ in some],
            [term for _, term in some],
            numbers,
            [holding[number] for number in range(first, first + len(some))],
            [frequencies.get(term, 0) for _, term in some],
        )
        piece = encode(table)
        places[letter] = (offset, len(piece))
        pieces.append(piece)
        offset += len(piece)
        first += len(some)
    numbers_of_terms = array(_NUMBER, [terms[term] for _, term in pairs]).tobytes()
    pieces.append(numbers_of_terms)
    directory = Directory(
        places,
        {letter: list(others) for letter, others in elsewhere.items()},
        (offset, len(numbers_of_terms)),
    )
    head = encode(directory)
    return len(head).to_bytes(8, "little") + head + b"".join(pieces)


def read_documents(data: bytes | memoryview) -> Documents:
    """The table of documents. `msgspec.MsgspecError` for anything else."""
    return msgspec.msgpack.decode(data, type=Documents)


class Words:
    """The words of a segment, each letter loaded when it is asked for."""

    def __init__(self, data: memoryview) -> None:
        size = int.from_bytes(data[:8], "little")
        self._data = data[8 + size :]
        self._directory = msgspec.msgpack.decode(data[8 : 8 + size], type=Directory)

    def letter(self, letter: str) -> Letter | None:
        """The words that begin with this letter."""
        place = self._directory.places.get(letter)
        if place is None:
            return None
        offset, size = place
        return msgspec.msgpack.decode(self._data[offset : offset + size], type=Letter)

    def elsewhere(self, letter: str) -> list[str]:
        """The other letters with which some terms are written that begin with this one."""
        return self._directory.elsewhere.get(letter, [])

    def lost(self, held: memoryview, docs: Iterable[int]) -> tuple[Counter[int], Counter[int]]:
        """How many of these documents hold each word, and each term, by their numbers. `held` is the third table."""
        many = int.from_bytes(held[:8], "little")
        offsets = held[8 : 8 + 8 * many].cast("Q")
        numbers = held[8 + 8 * many :].cast(_NUMBER)
        offset, size = self._directory.term_numbers
        term_of = self._data[offset : offset + size].cast(_NUMBER)
        words: Counter[int] = Counter()
        terms: Counter[int] = Counter()
        for doc in docs:
            those = numbers[offsets[doc] : offsets[doc + 1]].tolist()
            words.update(those)
            terms.update({term_of[number] for number in those})
        return words, terms
