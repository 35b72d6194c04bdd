"""The proof of an export: it is read back and asked what the index that it was made from is asked, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kb.search.analysis import lexicon
from kb.search.document import Document
from kb.search.index import Index
from kb.search.query import parse
from kb.search.ranking import rank
from kb.search.scoring import Scorer
from kb.search.searching import first, millionth

#: So many queries are asked at most, and so many answers to each compared.
QUERIES, ANSWERS = 50, 10

#: Phrases are of so many words. They cost more than all else, so they are asked for among the first queries alone.
_PHRASE, _PHRASES = 3, 15
_WORD = re.compile(r"[^\W_]+")


class ExportError(AssertionError):
    """Our own mistake: the published index does not answer as the notes do."""


def prove(
    published: Index, notes: Index, documents: Iterable[Document], language: str, queries: int = QUERIES
) -> None:
    """Ask both for what is in these documents, in so many queries. Raises `ExportError` where the answers differ."""
    words = lexicon(language)
    here, there = Scorer(published, words), Scorer(notes, words)
    for query in _some(documents, queries):
        found, expected = _answers(here, query), _answers(there, query)
        if found != expected:
            raise ExportError(f"{query!r} is answered by {found}, not {expected}")


def _some(documents: Iterable[Document], queries: int) -> Iterator[str]:
    """Queries that these documents answer: the title and a word of each in turn, phrases of the first."""
    asked: dict[str, None] = {}
    for document in documents:
        asked |= dict.fromkeys(_queries(document, phrase=len(asked) < _PHRASES))
        if len(asked) >= queries:
            break
    yield from list(asked)[:queries]


def _queries(document: Document, *, phrase: bool) -> Iterator[str]:
    yield document.title
    for section in document.sections[:1]:
        found = _WORD.findall(section.text)
        if found:
            at = max(range(len(found)), key=lambda number: len(found[number]))  # long words are rare ones
            yield found[at]
            if not phrase:
                continue
            start = max(0, min(at, len(found) - _PHRASE))
            yield f'"{" ".join(found[start : start + _PHRASE])}"'


def _answers(scorer: Scorer, query: str) -> tuple[int, Sequence[tuple[int, int]]]:
    """How many documents answer, and the first of them with their scores."""
    ranking = rank(parse(query), scorer, typed=False)
    docs = first(scorer.index, ranking.scores, ANSWERS, scored=ranking.scored)
    return len(ranking.scores), [(doc, millionth(ranking.scores[doc])) for doc in docs]
