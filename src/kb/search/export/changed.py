"""The index of a site after some of its documents changed: made out of the published one, of which most files stay.

What the published files hold is the sum of all documents, so those that are gone are taken away from it and those
that came are added. What a document had added is told by its fragment: the same words, analysed again. No
rule says what an edit touches: documents are compared, then what they add, and the shards that hold a difference
are filled anew.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from kb.search.analysis import analyse, lexicon
from kb.search.document import Analysis
from kb.search.export.coding import from_steps, steps, varint_at, varints, varints_at
from kb.search.export.cuts import TERMS, WORDS, refilled
from kb.search.export.facets import facts
from kb.search.export.manifest import Shard
from kb.search.export.order import Published
from kb.search.export.published import Files
from kb.search.export.shards import Shards
from kb.search.export.terms import Columns, Term, beginning_of, columns_of, joined
from kb.search.export.words import Reading, Word, readings_of
from kb.search.inverted import known_of
from kb.search.lengths import length_to_byte

#: If more documents changed than these, and one in so many, an index from nothing takes less time.
_FEW, _MANY = 10, 10


class _Posting(NamedTuple):
    """What a term's columns hold of one document."""

    half: int
    mask: int
    times: int
    places: bytes


class _Added(NamedTuple):
    """What a document adds to an index."""

    postings: Mapping[str, _Posting]
    surfaces: frozenset[tuple[str, str]]


class _Difference:
    """What differs between two collections of documents, by term.

    `gone` are documents that do not hold it any more, by their old numbers; `came` those that hold it, or hold
    it otherwise, by their new ones; `surfaces` how many documents more have each of its surfaces. `moved` has the new
    number of each old document, -1 if it has none.
    """

    def __init__(self, moved: Sequence[int]) -> None:
        self.moved = moved
        self.is_shifted = any(new not in (old, -1) for old, new in enumerate(moved))
        self.gone: defaultdict[str, list[int]] = defaultdict(list)
        self.came: defaultdict[str, dict[int, _Posting]] = defaultdict(dict)
        self.surfaces: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, old: int, before: _Added, new: int, after: _Added) -> None:
        """A document that added this, and adds that; -1 is the number of one that was not, or is not any more."""
        for term in before.postings.keys() - after.postings.keys():
            self.gone[term].append(old)
        for term, posting in after.postings.items():
            if posting != before.postings.get(term):
                self.came[term][new] = posting
        for word, term in before.surfaces - after.surfaces:
            self.surfaces[term][word] -= 1
        for word, term in after.surfaces - before.surfaces:
            self.surfaces[term][word] += 1

    @property
    def terms(self) -> list[bytes]:
        """The terms that are another, ascending."""
        return sorted(term.encode() for term in self.gone.keys() | self.came.keys() | self.surfaces.keys())


def changed(
    shards: Shards,
    before: Sequence[tuple[str, str]],
    now: Sequence[Published],
    analysis: Callable[[int], Analysis],
    language: str,
) -> Mapping[str, bytes | None] | None:
    """The files of the index of the documents of `now`, None for the bytes of those that are as they were.

    `shards` is the published index, of the documents `before` (their paths and digests, in order). None if so many did
    not stay that an index from nothing is the better way.
    """
    after = [(each.known.path, each.digest) for each in now]
    stayed = set(before) & set(after)
    gone = [doc for doc, each in enumerate(before) if each not in stayed]
    came = [doc for doc, each in enumerate(after) if each not in stayed]
    if max(len(gone), len(came)) > _FEW + len(after) // _MANY:
        return None
    moved = _moved(before, after, stayed)
    difference = _Difference(moved)
    lengths, title_lengths = (_renumbered(column, moved, len(after)) for column in shards.lengths)
    same_facts = len(before) == len(after) and not difference.is_shifted and -1 not in moved
    words = lexicon(language)
    pairs = [(old, moved[old]) for old in gone]
    others = set(came) - {new for _, new in pairs}
    for old, new in [*pairs, *((-1, new) for new in sorted(others))]:
        was = shards.document(old) if old >= 0 else None
        is_ = analysis(new) if new >= 0 else None
        difference.add(old, _added(analyse(was, words) if was else None), new, _added(is_))
        same_facts = same_facts and was is not None and facts(known_of(was)) == facts(now[new].known)
        if is_ is not None:
            lengths[new] = length_to_byte(is_.length)
            title_lengths[new] = min(is_.title_length, 255)
    files = Files(shards.files())
    terms, readings = _terms(shards, difference, files)
    changed_words = _words(shards, readings, files)
    listed = files.keep_lists(shards.manifest) if same_facts else files.put_lists(now)
    files.put_manifest(now, (bytes(lengths), bytes(title_lengths)), (terms, changed_words), listed, language)
    return files.made


def _moved(
    before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]], stayed: AbstractSet[tuple[str, str]]
) -> list[int]:
    """The new number of each old document that stayed, or whose note is another but as far on in the order; else -1."""
    numbers = {path: number for number, (path, _) in enumerate(after)}
    moved = [numbers.get(path, -1) for path, _ in before]
    there = [number for number in moved if number >= 0]
    if there == sorted(there):
        return moved
    return [number if each in stayed else -1 for number, each in zip(moved, before, strict=True)]


def _renumbered(column: bytes, moved: Sequence[int], count: int) -> bytearray:
    """A byte for each document, by its new number; 0 for those that are new."""
    found = bytearray(count)
    for value, number in zip(column, moved, strict=True):
        if number >= 0:
            found[number] = value
    return found


def _added(analysis: Analysis | None) -> _Added:
    if analysis is None:
        return _Added({}, frozenset())
    columns = zip(analysis.terms, analysis.halves, analysis.masks, analysis.positions, strict=True)
    postings = {}
    for term, half, mask, positions in columns:
        times, at = varint_at(positions, 0)
        postings[term] = _Posting(half, mask, times, positions[at:])
    return _Added(postings, frozenset(analysis.surfaces))


class _Readings(NamedTuple):
    """Of words, by their texts: the terms that they no longer lead to as they did, and those that they do now."""

    gone: defaultdict[bytes, set[bytes]]
    came: defaultdict[bytes, list[Reading]]


def _terms(shards: Shards, difference: _Difference, files: Files) -> tuple[list[Shard], _Readings]:
    """The shards of terms as they are now, and what that changes about words."""
    readings = _Readings(defaultdict(set), defaultdict(list))
    old = shards.term_shards

    def amended(number: int, texts: Sequence[bytes]) -> Iterable[Term]:
        terms = {term.text: term for term in (shards.terms(number) if number < len(old) else ())}
        if difference.is_shifted:
            others = terms.keys() - set(texts)
            terms |= {text: _shifted(terms[text], difference.moved) for text in others}
        for text in texts:
            was = terms.pop(text, None)
            is_ = _amended(was, text, difference)
            if is_:
                terms[text] = is_
            led, leads = set(readings_of(was) if was else ()), set(readings_of(is_) if is_ else ())
            for word, reading in led - leads:
                readings.gone[word].add(reading.term)
            for word, reading in leads - led:
                readings.came[word].append(reading)
        return (terms[text] for text in sorted(terms))

    found = []
    borders = [each.first.encode() for each in old]
    for cut in refilled(borders, difference.terms, amended, TERMS, opened=difference.is_shifted):
        if cut.old is None:
            found.append(files.put_terms(cut.entries))
            continue
        shard = old[cut.old]
        files.keep(f"t/{shard.name}.bin")
        for name in shard.positions:
            files.keep(f"p/{name}.bin")
        found.append(shard)
    return found, readings


def _words(shards: Shards, readings: _Readings, files: Files) -> list[Shard]:
    """The shards of words as they are now."""
    old = shards.word_shards

    def amended(number: int, texts: Sequence[bytes]) -> Iterator[Word]:
        words = {word.text: word for word in (shards.words(number) if number < len(old) else ())}
        for text in texts:
            was = words.pop(text).readings if text in words else ()
            kept = [reading for reading in was if reading.term not in readings.gone[text]]
            if is_ := tuple(sorted((*kept, *readings.came[text]))):
                words[text] = Word(text, is_)
        return (words[text] for text in sorted(words))

    found = []
    texts = sorted(readings.gone.keys() | readings.came.keys())
    for cut in refilled([each.first.encode() for each in old], texts, amended, WORDS):
        if cut.old is None:
            found.append(files.put_words(cut.entries))
        else:
            files.keep(f"w/{old[cut.old].name}.bin")
            found.append(old[cut.old])
    return found


def _shifted(term: Term, moved: Sequence[int]) -> Term:
    """The same term, where documents have other numbers."""
    gaps, at = varints_at(term.postings, 0, term.df)
    docs = [moved[doc] for doc in from_steps(gaps)]
    return term._replace(postings=varints(steps(docs)) + term.postings[at:])


def _with(columns: Columns, doc: int, posting: _Posting | None) -> Columns:
    """The columns with this for a document, or without it. The lists are changed."""
    docs, halves, masks, counts, places = columns
    at = bisect_left(docs, doc)
    end = at + (docs[at : at + 1] == [doc])
    before = sum(counts[:at])
    start, stop = beginning_of(places, before), beginning_of(places, before + sum(counts[at:end]))
    new = b"" if posting is None else posting.places
    docs[at:end] = [] if posting is None else [doc]
    halves[at:end] = [] if posting is None else [posting.half]
    masks[at:end] = [] if posting is None else [posting.mask]
    counts[at:end] = [] if posting is None else [posting.times]
    return Columns(docs, halves, masks, counts, places[:start] + new + places[stop:])


def _amended(term: Term | None, text: bytes, difference: _Difference) -> Term | None:
    """A term as it is now, None if nobody holds it any more."""
    name = text.decode()
    columns = columns_of(term) if term else Columns([], [], [], [], b"")
    for doc in difference.gone.get(name, ()):
        columns = _with(columns, doc, None)
    if difference.is_shifted:
        columns = columns._replace(docs=[difference.moved[doc] for doc in columns.docs])
    for doc, posting in difference.came.get(name, {}).items():
        columns = _with(columns, doc, posting)
    if not columns.docs:
        return None
    surfaces = dict(term.surfaces) if term else {}
    for word, more in difference.surfaces.get(name, {}).items():
        surface = word.encode()
        surfaces[surface] = surfaces.get(surface, 0) + more
    kept = tuple((surface, count) for surface, count in sorted(surfaces.items()) if count)
    return joined(text, kept, columns)
