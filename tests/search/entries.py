"""Documents for tests of indexes, and what an index says, as something that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kb.search.analysis import analyse, lexicon
from kb.search.document import Document, Section
from kb.search.index import Index
from kb.search.inverted import Inverted, known_of
from kb.search.whoosh.tables import Entry
from kb.search.whoosh.upkeep import Recall


def entry(path: str, text: str = "", title: str = "", date: str = "", tags: tuple[str, ...] = ()) -> Entry:
    digest = f"{path}|{text}|{title}|{date}|{tags}"
    sections = (Section("", "", 1, text), Section("end", "The end", 9, "")) if text else ()
    document = Document(path, digest, title or path, f"{path}/", date, "note", tags, sections)
    return Entry(known_of(document), digest, analyse(document, lexicon("en")))


def named(*entries: Entry) -> dict[str, Entry]:
    return {each.known.path: each for each in entries}


def recall(entries: Mapping[str, Entry]) -> Recall:
    return lambda paths: [entries[path] for path in paths if path in entries]


def digests(entries: Mapping[str, Entry]) -> dict[str, str]:
    return {path: each.digest for path, each in entries.items()}


def inverted(entries: Iterable[Entry]) -> Inverted:
    return Inverted((each.known, each.analysis) for each in entries)


def told(index: Index) -> dict[str, Any]:
    """All that an index says, without its numbers."""
    name = {doc: index.known(doc).path for doc in index.documents()}
    letters = {chr(code) for code in range(0x30, 0x7B)} | set("äößé語한")
    surfaces = {word: found for letter in sorted(letters) for word, found in index.surfaces(letter).items()}
    terms = {term for term, _ in surfaces.values()}
    return {
        "count": index.count,
        "average": index.average,
        "known": {path: index.known(doc) for doc, path in name.items()},
        "order": {path: index.order(doc) for doc, path in name.items()},
        "lengths": {path: (index.length(doc), index.title_length(doc)) for doc, path in name.items()},
        "surfaces": surfaces,
        "written": index.written(terms),
        "beginning": {
            word[:size]: dict(index.beginning(word[:size])) for word in surfaces for size in (1, 3, 5)
        },
        "postings": {term: _postings(index, term, name) for term in sorted(terms)},
    }


def _postings(index: Index, term: str, name: Mapping[int, str]) -> dict[str, Any]:
    found = index.postings(term)
    assert found is not None, term
    assert list(found.docs) == sorted(set(found.docs))
    columns = zip(found.docs, found.weights, found.masks, index.positions(term), strict=True)
    return {name[doc]: (weight, mask, list(positions)) for doc, weight, mask, positions in columns}
