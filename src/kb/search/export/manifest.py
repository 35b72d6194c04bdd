"""The manifest of the published index, and its tables: which shard holds what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from kb.search.export.coding import NAME, DamagedError

#: Raised whenever a reader of the old format would misread the new one.
FORMAT = 1
#: Up to so many documents the manifest holds its tables itself.
ONE_LEVEL = 20_000
#: So many shards are named in one part of a table.
PART = 64


class Shard(NamedTuple):
    """A shard: the text that it begins with, its name, and the names of its files of positions if it has such."""

    first: str
    name: str
    positions: tuple[str, ...] = ()


class Table(msgspec.Struct, frozen=True, omit_defaults=True):
    """Shards in their order, or parts of such a table (`FORMAT.md`)."""

    first: tuple[str, ...] = ()
    names: str = ""
    positions: str = ""
    parts: Table | None = None


class Manifest(msgspec.Struct, frozen=True):
    """`manifest.bin`."""

    format: int
    build: str
    language: str
    stemmer: str
    fingerprint: str
    count: int
    average: float
    k1: float
    b: float
    positions: int
    lengths: str
    facets: str
    dates: str
    paths: str
    terms: Table
    words: Table


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is published: equal manifests, equal bytes."""
    return msgspec.json.encode(manifest)


def read_manifest(data: bytes) -> Manifest:
    """What `manifest_bytes` made. Raises `DamagedError` for anything else, and for another format."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedError(str(error)) from error
    if manifest.format != FORMAT:
        raise DamagedError(f"format {manifest.format}")
    return manifest


def table(shards: Sequence[Shard], put: Callable[[bytes], str]) -> Table:
    """These shards as a table of one level. `put` keeps the list of their files of positions, and names it."""
    positions = ["".join(shard.positions) for shard in shards]
    return Table(
        tuple(shard.first for shard in shards),
        "".join(shard.name for shard in shards),
        put(msgspec.json.encode(positions)) if any(positions) else "",
    )


def two_levels(shards: Sequence[Shard], put: Callable[[bytes], str]) -> Table:
    """These shards in parts of a table, which `put` keeps, too."""
    parts = [shards[start : start + PART] for start in range(0, len(shards), PART)]
    named = [Shard(part[0].first, put(msgspec.json.encode(table(part, put)))) for part in parts]
    return Table(parts=table(named, put))


def shards_of(found: Table, get: Callable[[str], bytes]) -> list[Shard]:
    """The shards of a table of either kind; `get` gives by its name what `put` was given.

    Raises `DamagedError` for a table of more than two levels.
    """
    if found.parts is not None:
        parts = shards_of(_flat(found.parts), get)
        return [shard for part in parts for shard in shards_of(_part_of(get(part.name)), get)]
    positions = [""] * len(found.first)
    if found.positions:
        positions = msgspec.json.decode(get(found.positions), type=list[str])
    return [
        Shard(first, name, tuple(_names(own)))
        for first, name, own in zip(found.first, _names(found.names), positions, strict=True)
    ]


def parts_of(found: Table, get: Callable[[str], bytes]) -> Iterator[str]:
    """The names of all that a table keeps in other files, besides its shards and theirs."""
    if found.positions:
        yield found.positions
    for part in shards_of(found.parts, get) if found.parts else ():
        yield part.name
        yield from parts_of(_part_of(get(part.name)), get)


def _part_of(data: bytes) -> Table:
    """A part of a table of two levels, which has none itself."""
    try:
        return _flat(msgspec.json.decode(data, type=Table))
    except RecursionError as error:
        raise DamagedError(str(error)) from error


def _flat(found: Table) -> Table:
    if found.parts is not None:
        raise DamagedError("a table of more than two levels")
    return found


def _names(joined: str) -> Iterator[str]:
    return (joined[at : at + NAME] for at in range(0, len(joined), NAME))
