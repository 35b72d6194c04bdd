"""Terms with their postings and positions, as term shards hold them (`FORMAT.md`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple, overload

from kb.search.export.coding import (
    DamagedError,
    from_steps,
    put_text,
    put_varint,
    steps,
    text_at,
    varint_at,
    varints,
    varints_at,
)

#: A term begins a new file of positions if the one before it has come to so many bytes.
POSITIONS = 8192
#: 1 for a byte that is the last one of a varint, 0 for one that others follow.
_ENDS = bytes(byte < 0x80 for byte in range(256))  # noqa: PLR2004 - the bit that says so


class Term(NamedTuple):
    """A term as it stands in a shard. `surfaces`: with how many documents have each, ascending."""

    text: bytes
    surfaces: tuple[tuple[bytes, int], ...]
    df: int
    postings: bytes
    places: int
    positions: bytes

    @property
    def size(self) -> int:
        """How much room it takes: what decides where shards end."""
        return len(self.text) + len(self.postings) + sum(len(surface) for surface, _ in self.surfaces)


class Columns(NamedTuple):
    """The postings of a term taken apart: for each document, ascending, twice the weight, the mask, and where.

    `counts[i]` says how often the term stands in `docs[i]`; so many varints of `places` are its steps.
    """

    docs: list[int]
    halves: list[int]
    masks: list[int]
    counts: list[int]
    places: bytes


class Head(NamedTuple):
    """What a shard says of a term before its postings, and where those begin."""

    text: bytes
    surfaces: tuple[tuple[bytes, int], ...]
    df: int
    start: int
    end: int
    positions: int
    places: int


class Standing(Sequence[Sequence[int]]):
    """Where a term stands in each document of its postings, decoded when asked: mostly only a few are."""

    def __init__(self, positions: bytes, df: int) -> None:
        self._counts, at = varints_at(positions, 0, df)
        self._places = positions[at:]

    @cached_property
    def _before(self) -> list[int]:
        return list(accumulate(self._counts, initial=0))

    @overload
    def __getitem__(self, at: int) -> Sequence[int]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sequence[int]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[int] | Sequence[Sequence[int]]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        start = beginning_of(self._places, self._before[at])
        return from_steps(varints_at(self._places, start, self._counts[at])[0])

    def __len__(self) -> int:
        return len(self._counts)


def term_shard(terms: Sequence[Term]) -> bytes:
    """These terms as a shard, without their positions."""
    out = bytearray()
    put_varint(out, len(terms))
    before = b""
    for term in terms:
        put_text(out, before, term.text)
        before = term.text
        put_varint(out, len(term.surfaces))
        for surface, documents in term.surfaces:
            put_text(out, before, surface)
            put_varint(out, documents)
        for number in (term.df, len(term.postings), len(term.positions), term.places):
            put_varint(out, number)
    return bytes(out) + b"".join(term.postings for term in terms)


def position_files(terms: Sequence[Term]) -> list[bytes]:
    """The positions of a shard's terms, in files."""
    files: list[bytes] = []
    file: list[bytes] = []
    size = 0
    for term in terms:
        if size >= POSITIONS:
            files.append(b"".join(file))
            file, size = [], 0
        file.append(term.positions)
        size += len(term.positions)
    return [*files, b"".join(file)]


def heads(shard: bytes) -> list[Head]:
    """What a shard says of its terms. Raises `DamagedError` if it ends before what it speaks of."""
    count, at = varint_at(shard, 0)
    found = []
    text = b""
    for _ in range(count):
        text, at = text_at(shard, at, text)
        many, at = varint_at(shard, at)
        surfaces = []
        for _ in range(many):
            surface, at = text_at(shard, at, text)
            documents, at = varint_at(shard, at)
            surfaces.append((surface, documents))
        (df, size, positions, places), at = varints_at(shard, at, 4)
        found.append((text, tuple(surfaces), df, size, positions, places))
    ends = list(accumulate((each[3] for each in found), initial=at))
    if ends[-1] > len(shard):
        raise DamagedError("ends within its postings")
    return [
        Head(text, surfaces, df, start, start + size, positions, places)
        for (text, surfaces, df, size, positions, places), start in zip(found, ends, strict=False)
    ]


def slices(found: Sequence[Head]) -> Iterator[tuple[int, int]]:
    """Where the positions of each term of a shard begin: the number of the file, and the byte."""
    file = offset = 0
    for head in found:
        if offset >= POSITIONS:
            file, offset = file + 1, 0
        yield file, offset
        offset += head.positions


def terms_of(shard: bytes, files: Sequence[bytes]) -> list[Term]:
    """The terms that a shard and its files of positions were made from. Raises `DamagedError`."""
    found = heads(shard)
    if len(found) and list(slices(found))[-1][0] >= len(files):
        raise DamagedError("a file of positions is missing")
    return [
        Term(
            head.text,
            head.surfaces,
            head.df,
            shard[head.start : head.end],
            head.places,
            files[file][offset : offset + head.positions],
        )
        for head, (file, offset) in zip(found, slices(found), strict=True)
    ]


def joined(text: bytes, surfaces: tuple[tuple[bytes, int], ...], columns: Columns) -> Term:
    """The term that these columns make."""
    docs, halves, masks, counts, places = columns
    noted = [number for number, mask in enumerate(masks) if mask]
    exceptions: list[int] = []
    last = -1
    for number in noted:
        exceptions += (number - last - 1, masks[number])
        last = number
    postings = varints(steps(docs)) + varints(halves) + varints((len(noted), *exceptions))
    return Term(text, surfaces, len(docs), postings, sum(counts), varints(counts) + places)


def columns_of(term: Term) -> Columns:
    """The columns that made this term."""
    docs, halves, masks = read_postings(term.postings, 0, term.df)
    counts, at = varints_at(term.positions, 0, term.df)
    return Columns(docs, halves, masks, counts, term.positions[at:])


def beginning_of(places: bytes, number: int) -> int:
    """Where the varint with this number begins: behind as many bytes that end one."""
    if places.isascii():
        return number
    ends = places.translate(_ENDS)
    least, most = number, len(places)
    while least < most:
        middle = (least + most) // 2
        if ends.count(1, 0, middle) < number:
            least = middle + 1
        else:
            most = middle
    return least


def read_postings(data: bytes, at: int, df: int) -> tuple[list[int], list[int], list[int]]:
    """The documents, twice the weights and the masks of a term's postings that begin at `at`.

    Raises `DamagedError` if they end too early, or speak of more documents than there are.
    """
    gaps, at = varints_at(data, at, df)
    halves, at = varints_at(data, at, df)
    many, at = varint_at(data, at)
    exceptions, at = varints_at(data, at, 2 * many)
    masks = [0] * df
    number = -1
    for gap, mask in zip(exceptions[::2], exceptions[1::2], strict=True):
        number += gap + 1
        if number >= df:
            raise DamagedError("a mask of no document")
        masks[number] = mask
    return from_steps(gaps), halves, masks
