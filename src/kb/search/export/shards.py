"""The published index, read back in Python as a browser reads it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property

from kb.search.document import Document
from kb.search.export.coding import DamagedError, name_of, texts_of, unpacked
from kb.search.export.fragments import document_of
from kb.search.export.manifest import Manifest, Shard, parts_of, read_manifest, shards_of
from kb.search.export.order import MANIFEST
from kb.search.export.terms import Head, Standing, Term, heads, read_postings, slices, terms_of
from kb.search.export.words import Word, words_of
from kb.search.index import Known, Postings
from kb.search.inverted import known_of
from kb.search.lengths import BYTE_TO_LENGTH


class Shards:
    """An index in published files; `read` gives the bytes of one by its path in the index's folder.

    A file is fetched when it is first needed, and kept. Raises `DamagedError` for one that is not what its name says.
    """

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._opened: dict[str, tuple[bytes, dict[bytes, tuple[Head, int, int]]]] = {}
        self._words: dict[str, list[Word]] = {}
        self._known: dict[int, Known] = {}

    @cached_property
    def manifest(self) -> Manifest:
        """Constants and names."""
        return read_manifest(unpacked(self._read(MANIFEST)))

    @property
    def count(self) -> int:
        """How many documents there are."""
        return self.manifest.count

    @property
    def average(self) -> float:
        """The mean of all documents' lengths."""
        return self.manifest.average

    def postings(self, term: str) -> Postings | None:
        """Who holds a term; None if nobody does."""
        found = self._head(term)
        if found is None:
            return None
        data, head, _, _ = found
        docs, halves, masks = read_postings(data, head.start, head.df)
        return Postings(docs, [half / 2 for half in halves], masks)

    def positions(self, term: str) -> Sequence[Sequence[int]]:
        """Where a term stands, for each document of its postings, ascending."""
        found = self._head(term)
        if found is None:
            return ()
        _, head, file, offset = found
        shard = self.term_shards[_at(self._term_borders, term.encode())]
        if file >= len(shard.positions):
            raise DamagedError("a file of positions is missing")
        data = self.file("p/{}.bin", shard.positions[file])
        return Standing(data[offset : offset + head.positions], head.df)

    def occurrences(self, term: str) -> int:
        """In how many places a term stands, in all documents together."""
        found = self._head(term)
        return found[1].places if found else 0

    def length(self, doc: int) -> int:
        """A document's length, as far as one byte can say it."""
        return BYTE_TO_LENGTH[self.lengths[0][doc]]

    def title_length(self, doc: int) -> int:
        """The number of indexed words of a document's title, at most 255."""
        return self.lengths[1][doc]

    def beginning(self, prefix: str) -> Mapping[str, int]:
        """The terms that begin with `prefix` or have a surface that does, with how many documents hold each."""
        found = {
            reading.term: reading.df for word in self._from(prefix.encode()) for reading in word.readings
        }
        return {term.decode(): found[term] for term in sorted(found)}

    def surfaces(self, first: str) -> Mapping[str, tuple[str, int]]:
        """All surfaces that begin with this letter: the term of each, and how many documents hold the term."""
        return {
            word.text.decode(): (reading.term.decode(), reading.df)
            for word in self._from(first.encode())
            for reading in word.readings
            if reading.surface
        }

    def written(self, terms: Collection[str]) -> Mapping[str, str]:
        """The surfaces of these terms, each with its term."""
        wanted = {term.encode() for term in terms}
        return {
            word.text.decode(): reading.term.decode()
            for word in self._from(b"")
            for reading in word.readings
            if reading.surface and reading.term in wanted
        }

    def order(self, doc: int) -> tuple[str, str]:
        """What decides between equal scores: (date, path)."""
        return self.dates[doc], self.paths[doc]

    def known(self, doc: int) -> Known:
        """What is known of a document."""
        if doc not in self._known:
            self._known[doc] = known_of(self.document(doc))
        return self._known[doc]

    def documents(self) -> Sequence[int]:
        """All documents' numbers."""
        return range(self.count)

    def document(self, doc: int) -> Document:
        """All that is shown of a document."""
        return document_of(self._read(f"f/{doc}.bin"))

    @cached_property
    def lengths(self) -> tuple[bytes, bytes]:
        """A byte for each document's length, and one for that of its title."""
        data, count = self.file("len-{}.bin", self.manifest.lengths), self.count
        return data[:count], data[count:]

    @cached_property
    def dates(self) -> list[str]:
        """The date of each document."""
        return texts_of(self.file("dates-{}.bin", self.manifest.dates))

    @cached_property
    def paths(self) -> list[str]:
        """The path of each document."""
        return texts_of(self.file("paths-{}.bin", self.manifest.paths))

    @cached_property
    def term_shards(self) -> list[Shard]:
        """What the shards of terms are called."""
        return shards_of(self.manifest.terms, self._part)

    @cached_property
    def word_shards(self) -> list[Shard]:
        """What the shards of words are called."""
        return shards_of(self.manifest.words, self._part)

    def terms(self, number: int) -> list[Term]:
        """All that a shard of terms holds."""
        shard = self.term_shards[number]
        files = [self.file("p/{}.bin", name) for name in shard.positions]
        return terms_of(self.file("t/{}.bin", shard.name), files)

    def words(self, number: int) -> list[Word]:
        """All that a shard of words holds."""
        name = self.word_shards[number].name
        if name not in self._words:
            self._words[name] = words_of(self.file("w/{}.bin", name))
        return self._words[name]

    def files(self) -> Iterator[str]:
        """The paths of all files of the index but the fragments."""
        manifest = self.manifest
        yield MANIFEST
        yield f"len-{manifest.lengths}.bin"
        yield f"facets-{manifest.facets}.bin"
        yield f"dates-{manifest.dates}.bin"
        yield f"paths-{manifest.paths}.bin"
        for whole in (manifest.terms, manifest.words):
            yield from (f"m/{name}.bin" for name in parts_of(whole, self._part))
        for shard in self.term_shards:
            yield f"t/{shard.name}.bin"
            yield from (f"p/{name}.bin" for name in shard.positions)
        yield from (f"w/{shard.name}.bin" for shard in self.word_shards)

    def file(self, path: str, name: str) -> bytes:
        """The content of a file; `{}` in its path stands for its name."""
        data = unpacked(self._read(path.format(name)))
        if name_of(data) != name:
            raise DamagedError(path.format(name))
        return data

    @cached_property
    def _term_borders(self) -> list[bytes]:
        return [shard.first.encode() for shard in self.term_shards]

    @cached_property
    def _word_borders(self) -> list[bytes]:
        return [shard.first.encode() for shard in self.word_shards]

    def _part(self, name: str) -> bytes:
        return self.file("m/{}.bin", name)

    def _head(self, term: str) -> tuple[bytes, Head, int, int] | None:
        """A term's shard, what that says of it, and where its positions begin: the number of the file, the byte."""
        text = term.encode()
        number = _at(self._term_borders, text)
        if number < 0:
            return None
        name = self.term_shards[number].name
        if name not in self._opened:
            data = self.file("t/{}.bin", name)
            found = heads(data)
            self._opened[name] = (
                data,
                {
                    head.text: (head, file, offset)
                    for head, (file, offset) in zip(found, slices(found), strict=True)
                },
            )
        data, known = self._opened[name]
        return (data, *known[text]) if text in known else None

    def _from(self, prefix: bytes) -> Iterator[Word]:
        """The words that begin with `prefix`."""
        for number in range(max(_at(self._word_borders, prefix), 0), len(self._word_borders)):
            for word in self.words(number):
                if word.text.startswith(prefix):
                    yield word
                elif word.text > prefix:
                    return


def _at(borders: Sequence[bytes], text: bytes) -> int:
    """The number of the shard that holds `text`, if any does; -1 if it sorts before all of them."""
    return bisect_right(borders, text) - 1
