"""The index of a site from nothing: from what each document holds to files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kb.search.document import Analysis
from kb.search.export.cuts import TERMS, WORDS, filled
from kb.search.export.gathering import Gathered
from kb.search.export.order import Published
from kb.search.export.published import Files
from kb.search.export.terms import Term
from kb.search.export.words import Reading, Word, readings_of


def whole(
    published: Sequence[Published], analyses: Iterable[Analysis], language: str
) -> Mapping[str, bytes | None]:
    """The files of the index of these documents, by their paths; `analyses` in the order of the documents."""
    files = Files()
    gathered = Gathered(analyses)
    readings: dict[bytes, list[Reading]] = {}
    terms = [files.put_terms(shard) for shard in filled(_noted(gathered.terms(), readings), TERMS)]
    words = [files.put_words(shard) for shard in filled(_words(readings), WORDS)]
    lengths = bytes(gathered.lengths), bytes(gathered.title_lengths)
    files.put_manifest(published, lengths, (terms, words), files.put_lists(published), language)
    return files.made


def _noted(terms: Iterable[Term], readings: dict[bytes, list[Reading]]) -> Iterator[Term]:
    """The terms as they come, while the words that lead to them are written down."""
    for term in terms:
        for word, reading in readings_of(term):
            readings.setdefault(word, []).append(reading)
        yield term


def _words(readings: Mapping[bytes, list[Reading]]) -> Iterator[Word]:
    for word in sorted(readings):
        yield Word(word, tuple(sorted(readings[word])))
