"""Where one shard ends and the next begins: what the shard holds decides it, so an edit moves no shard but its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar
from zlib import crc32


class Sized(Protocol):
    """What shards are filled with: a text, and how much room it takes."""

    @property
    def text(self) -> bytes:
        """By which shards are sorted."""
        ...

    @property
    def size(self) -> int:
        """In bytes; depends on this entry alone."""
        ...


class Sizes(NamedTuple):
    """A shard ends behind a text when it has come to `least`, if chance has it so, or at `most`.

    Chance is a function of the text, and the likelier the larger that is: on average a shard grows by `chance`
    beyond `least`.
    """

    least: int
    chance: int
    most: int

    def end(self, filled: int, entry: Sized) -> bool:
        """Whether a shard that has come to `filled` bytes with this entry, its last one, ends behind it."""
        return filled >= self.most or (filled >= self.least and crc32(entry.text) % self.chance < entry.size)


TERMS = Sizes(4096, 12288, 24576)
WORDS = Sizes(2048, 4096, 8192)

Entry = TypeVar("Entry", bound=Sized)


class Cut(NamedTuple, Generic[Entry]):
    """A shard of the new index: the old one with this number as it is, or one with these entries."""

    old: int | None
    entries: Sequence[Entry] = ()


def filled(entries: Iterable[Entry], sizes: Sizes) -> Iterator[list[Entry]]:
    """These entries, ascending, in shards."""
    shard: list[Entry] = []
    size = 0
    for entry in entries:
        shard.append(entry)
        size += entry.size
        if sizes.end(size, entry):
            yield shard
            shard, size = [], 0
    if shard:
        yield shard


def refilled(
    first: Sequence[bytes],
    changed: Sequence[bytes],
    amended: Callable[[int, Sequence[bytes]], Iterable[Entry]],
    sizes: Sizes,
    *,
    opened: bool = False,
) -> Iterator[Cut[Entry]]:
    """The shards that `filled` would give for the entries of old shards after some were changed, most of them unopened.

    `first` are the first texts of the old shards, `changed` the texts that are new, gone or another, both ascending.
    `amended` gives the entries of an old shard (or of none, where there was no shard) as they are now, of
    those changed texts that fall to it. `opened`: every entry is another, so no shard stays closed.

    A shard that begins where an old one did and holds what that did ends where that did: so only shards with
    changed texts are opened, and those behind them up to the next end in common.
    """
    shard: list[Entry] = []
    size = 0
    for number, own in enumerate(_by_shard(first, changed)):
        if not (shard or own or opened):
            yield Cut(number)
            continue
        for entry in amended(number, own):
            shard.append(entry)
            size += entry.size
            if sizes.end(size, entry):
                yield Cut(None, shard)
                shard, size = [], 0
    if shard:
        yield Cut(None, shard)


def _by_shard(first: Sequence[bytes], changed: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """The changed texts, by the old shard that they fall to. The first and the last one take what lies beyond."""
    at = 0
    for border in first[1:]:
        start = at
        while at < len(changed) and changed[at] < border:
            at += 1
        yield changed[start:at]
    if first or changed:
        yield changed[at:]
