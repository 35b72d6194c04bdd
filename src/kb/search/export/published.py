"""The files that make up an index, as they are made."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import msgspec

from kb.search import analysis, stems
from kb.search.export import facets
from kb.search.export.coding import name_of, packed, packed_numbers
from kb.search.export.manifest import (
    FORMAT,
    ONE_LEVEL,
    Manifest,
    Shard,
    manifest_bytes,
    table,
    two_levels,
)
from kb.search.export.order import MANIFEST, Published
from kb.search.export.terms import POSITIONS, Term, position_files, term_shard
from kb.search.export.words import Word, word_shard
from kb.search.lengths import mean_length
from kb.search.scoring import K1, B


class Lists(NamedTuple):
    """The names of what queries filter by."""

    facets: str
    dates: str
    paths: str


class Files:
    """The files of an index, by their paths in its folder, as they are made.

    `made` are the bytes of a file, None for one that was there `before` and is as it was.
    """

    def __init__(self, before: Iterable[str] = ()) -> None:
        self._before = frozenset(before)
        self.made: dict[str, bytes | None] = {}

    def put(self, path: str, data: bytes, pack: Callable[[bytes], bytes] = packed) -> str:
        """Keep a file; `{}` in its path stands for its name, which is given back."""
        name = name_of(data)
        path = path.format(name)
        if path not in self.made:
            self.made[path] = None if path in self._before else pack(data)
        return name

    def keep(self, path: str) -> None:
        """Keep a file that was there before as it is."""
        self.made[path] = None

    def put_terms(self, terms: Sequence[Term]) -> Shard:
        """Keep a shard of terms, with its files of positions."""
        name = self.put("t/{}.bin", term_shard(terms), packed_numbers)
        positions = tuple(self.put("p/{}.bin", file, packed_numbers) for file in position_files(terms))
        return Shard(terms[0].text.decode(), name, positions)

    def put_words(self, words: Sequence[Word]) -> Shard:
        """Keep a shard of words."""
        return Shard(words[0].text.decode(), self.put("w/{}.bin", word_shard(words)))

    def put_lists(self, published: Sequence[Published]) -> Lists:
        """Keep what queries filter by."""
        documents = [each.known for each in published]
        return Lists(
            self.put("facets-{}.bin", facets.facets(documents)),
            self.put("dates-{}.bin", facets.dates(documents)),
            self.put("paths-{}.bin", facets.paths(documents)),
        )

    def keep_lists(self, manifest: Manifest) -> Lists:
        """Keep what queries filter by, as it was before."""
        lists = Lists(manifest.facets, manifest.dates, manifest.paths)
        for kind, name in zip(Lists._fields, lists, strict=True):
            self.keep(f"{kind}-{name}.bin")
        return lists

    def put_manifest(
        self,
        published: Sequence[Published],
        lengths: tuple[bytes, bytes],
        shards: tuple[Sequence[Shard], Sequence[Shard]],
        lists: Lists,
        language: str,
    ) -> None:
        """Keep the lengths of all documents, and last the manifest.

        `lengths` are those of the documents and of their titles, `shards` those of terms and of words.
        """
        tabled = two_levels if len(published) > ONE_LEVEL else table
        terms, words = (tabled(each, partial(self.put, "m/{}.bin")) for each in shards)
        manifest = Manifest(
            format=FORMAT,
            build=name_of(msgspec.json.encode(published)),
            language=language,
            stemmer=stems.LANGUAGES.get(stems.primary(language), ""),
            fingerprint=name_of(analysis.stamp(language).encode()),
            count=len(published),
            average=mean_length(lengths[0]),
            k1=K1,
            b=B,
            positions=POSITIONS,
            lengths=self.put("len-{}.bin", b"".join(lengths)),
            facets=lists.facets,
            dates=lists.dates,
            paths=lists.paths,
            terms=terms,
            words=words,
        )
        named = msgspec.structs.replace(manifest, build=name_of(manifest_bytes(manifest)))
        self.made[MANIFEST] = packed(manifest_bytes(named))


def twin(path: str, data: bytes) -> tuple[str, bytes]:
    """The path and the bytes of a file's twin: a script that hands it to the client."""
    stem = path.rpartition(".")[0]
    return f"{stem}.js", b'kbSearch("%s","%s");\n' % (stem.encode(), b64encode(data))
