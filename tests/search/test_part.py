"""A part of an index is the index of a part of the documents; and an export that says something else is found out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.document import Document
from kb.search.export.manifest import Shard
from kb.search.export.proof import ExportError, prove
from kb.search.export.published import Files
from kb.search.export.terms import Term, columns_of, joined
from kb.search.export.whole import whole
from kb.search.part import Part
from search.export_world import WORDS, analyses, document, documents, exported, inverted, published, shards

TERMS = sorted({term for each in analyses([document("a.md", text=" ".join(WORDS))]) for term in each.terms})


@given(documents(), st.sets(st.sampled_from([f"{name}.md" for name in "abcdefgh"])))
def test_a_part_answers_as_if_the_other_documents_had_never_been(
    found: list[Document], paths: set[str]
) -> None:
    part, alone = Part(inverted(found), paths), inverted([each for each in found if each.path in paths])
    assert (part.count, part.average) == (alone.count, alone.average)
    assert [part.known(doc) for doc in part.documents()] == [alone.known(doc) for doc in alone.documents()]
    for doc in alone.documents():
        assert part.length(doc) == alone.length(doc)
        assert part.title_length(doc) == alone.title_length(doc)
        assert part.order(doc) == alone.order(doc)
    for term in TERMS:
        assert part.postings(term) == alone.postings(term)
        assert part.occurrences(term) == alone.occurrences(term)
        assert list(part.positions(term)) == list(alone.positions(term))


@given(documents())
def test_an_export_of_the_notes_is_proved(found: list[Document]) -> None:
    secret = document("secret.md", "walk of a secret", "secret runs, walking happily", date="2024-06-01")
    index = Part(inverted([*found, secret]), {each.path for each in found})
    prove(shards(exported(found)), index, found, "en")


@pytest.mark.parametrize("fault", ["a weight", "a document", "a position", "a length", "a document more"])
def test_an_export_that_answers_otherwise_is_refused(fault: str) -> None:
    found = [
        document("a.md", "walking dogs", "generalization of cats"),
        document("b.md", "news", "zebra runs"),
    ]
    index = inverted(found)
    match fault:
        case "a length":
            wrong = [found[0], document("b.md", "news", "zebra runs and a longer text of other words")]
        case "a document more":
            wrong = [*found, document("c.md", "walking", "dogs")]
        case _:
            wrong = found
    files = exported(wrong)
    if fault in {"a weight", "a document", "a position"}:
        files = _spoilt(found, fault)
    with pytest.raises(ExportError, match="is answered by"):
        prove(shards(files), index, found, "en")


def _spoilt(found: list[Document], fault: str) -> dict[str, bytes]:
    put = Files.put_terms

    def put_spoilt(self: Files, terms: Sequence[Term]) -> Shard:
        return put(self, [_wrong(term, fault) for term in terms])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Files, "put_terms", put_spoilt)
        files = whole(published(found), analyses(found), "en")
    return {path: data for path, data in files.items() if data is not None}


def _wrong(term: Term, fault: str) -> Term:
    columns = columns_of(term)
    match fault:
        case "a weight" if term.text == b"walk":
            columns = columns._replace(halves=[half + 2 for half in columns.halves])
        case "a document" if term.text == b"zebra":
            columns = columns._replace(docs=[1 - doc for doc in columns.docs])
        case "a position" if term.text == b"cat":
            columns = columns._replace(places=bytes([columns.places[0] + 1]))
    return joined(term.text, term.surfaces, columns)
