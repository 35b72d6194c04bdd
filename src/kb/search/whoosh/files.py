"""A segment's files, read without Whoosh: the hash table of its terms, their postings, and our tables.

Whoosh takes 80 ms to be imported and decodes postings one by one; here a command answers before that. Blocks are
pickles of plain data, and loaded as such (`pickles`). Files are mapped and stay readable when a commit removes
them.
"""

from __future__ import annotations

import mmap
import zlib
from functools import cached_property
from hashlib import md5
from itertools import accumulate
from pathlib import Path
from struct import Struct
from typing import NamedTuple

from kb.search.whoosh.pickles import plain, plain_and_rest
from kb.search.whoosh.state import OddIndexError, Part
from kb.search.whoosh.tables import DOCUMENTS, HELD, WORDS, Documents, Words, read_documents

_TERMS, _POSTINGS = ".trm", ".pst"
_HASH_MAGIC, _BLOCK_MAGIC = b"HSH3", b"W3Bl"
_LENGTHS = Struct("!ii")
_POINTER = Struct("!Iq")
_BUCKET = Struct("!qi")
_BUCKETS = 256
_INFO = Struct("!BfIBBfII")
_EXTENT = Struct("!qi")
_INT = Struct("!i")
_FIELD = Struct("!H")
#: More than the pickle of five fields' numbers takes.
_EXTRAS = 4096


class Column(NamedTuple):
    """The postings of a term in one field of one segment; `values` is empty where the field keeps none."""

    docs: list[int]
    weights: list[float]
    values: list[bytes]


class SegmentFiles:
    """The files of one segment, open. `FileNotFoundError` if one is gone, `OddIndexError` if one is odd."""

    def __init__(self, folder: Path, part: Part) -> None:
        self._terms = _mapped(folder / f"{part.id}{_TERMS}")
        self._postings = _mapped(folder / f"{part.id}{_POSTINGS}")
        self.map_tables(folder, part)

    def map_tables(self, folder: Path, part: Part) -> None:
        """Open our own tables."""
        self._documents = _mapped(folder / f"{part.id}{DOCUMENTS}")
        self._words = _mapped(folder / f"{part.id}{WORDS}")
        self._held = _mapped(folder / f"{part.id}{HELD}")

    @cached_property
    def documents(self) -> Documents:
        """The table of documents."""
        return read_documents(self._documents)

    @cached_property
    def place(self) -> dict[str, int]:
        """The number of each document by its path."""
        return {path: doc for doc, path in enumerate(self.documents.paths)}

    @cached_property
    def words(self) -> Words:
        """The table of words."""
        return Words(self._words)

    @property
    def held(self) -> memoryview:
        """The table of the words that each document holds."""
        return self._held

    def postings(self, field: str, term: str) -> Column | None:
        """Who holds a term in this field, and how; None if nobody does."""
        number = self._fields.get(field)
        info = None if number is None else self._find(_FIELD.pack(number) + term.encode())
        if info is None:
            return None
        if info[0]:
            raise OddIndexError("postings that lie in the table of terms")
        offset, size = _EXTENT.unpack_from(info, _INFO.size)
        return _column(bytes(self._postings[offset : offset + size]))

    @cached_property
    def _fields(self) -> dict[str, int]:
        """The number of each field: in a pickle at the end, whose length, with that of what follows it, comes last."""
        (size,) = _INT.unpack_from(self._terms, len(self._terms) - _INT.size)
        start = len(self._terms) - _INT.size - size
        extras, _ = plain_and_rest(bytes(self._terms[start : start + _EXTRAS]))
        fields: dict[str, int] = extras["fieldmap"]
        return fields

    @cached_property
    def _buckets(self) -> int:
        """Where the directory of the hash table's parts begins: right before that pickle."""
        if bytes(self._terms[:4]) != _HASH_MAGIC or self._terms[4] != 0:
            raise OddIndexError("a table of terms of another making")
        (size,) = _INT.unpack_from(self._terms, len(self._terms) - _INT.size)
        return len(self._terms) - _INT.size - int(size) - _BUCKETS * _BUCKET.size

    def _find(self, key: bytes) -> bytes | None:
        hashed = int.from_bytes(md5(key, usedforsecurity=False).digest()[-4:], "big")
        place = self._buckets + (hashed & (_BUCKETS - 1)) * _BUCKET.size
        start, slots = _BUCKET.unpack_from(self._terms, place)
        data = self._terms
        for step in range(slots):
            slot = start + ((hashed >> 8) + step) % slots * _POINTER.size
            found, place = _POINTER.unpack_from(data, slot)
            if not place:
                return None
            if found == hashed:
                key_size, size = _LENGTHS.unpack_from(data, place)
                here = place + _LENGTHS.size
                if key_size == len(key) and data[here : here + key_size] == key:
                    return bytes(data[here + key_size : here + key_size + size])
        return None


def _mapped(path: Path) -> memoryview:
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _column(data: bytes) -> Column:
    """The postings in these blocks."""
    if not data.startswith(_BLOCK_MAGIC):
        raise OddIndexError("postings of another making")
    docs: list[int] = []
    weights: list[float] = []
    values: list[bytes] = []
    at, last = len(_BLOCK_MAGIC), False
    while not last:
        (size,) = _INT.unpack_from(data, at)
        at += _INT.size
        last, size = size < 0, abs(size)
        about, rest = plain_and_rest(data[at : at + size])
        at += size
        count, _, _, compressed, _, _ = about
        steps, some, held = plain(zlib.decompress(rest) if compressed else rest)
        docs += accumulate(steps)
        one = 1.0 if some is None else some if isinstance(some, float) else None
        weights += map(float, some) if one is None else [one] * count
        if held:
            values += held
    return Column(docs, weights, values)
