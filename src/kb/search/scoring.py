"""BM25 of terms and phrases, and how near each other words stand: what every ranking is a sum of.

The formulas are worked out in this order and no other, so that the browser comes to the same numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from math import log

from kb.search.analysis import Lexicon
from kb.search.document import HEADING, TAGS, TITLE
from kb.search.index import Index, Postings

K1, B = 1.2, 0.75
#: A word of a query stands for no more terms that begin with it.
EXPANSIONS = 400
#: `word~` stands for no more surfaces.
NEIGHBOURS = 20
_MASKS = {"": 0, "title": TITLE, "heading": HEADING, "tags": TAGS}

Scores = dict[int, float]


class Scorer:
    """Scores of the documents of an index, for words of one language. Remembers what it was asked."""

    def __init__(self, index: Index, lexicon: Lexicon) -> None:
        self.index = index
        self.lexicon = lexicon
        self._norms: dict[int, float] = {}
        self._terms: dict[str, Scores] = {}
        self._postings: dict[str, Postings | None] = {}

    def postings(self, term: str) -> Postings | None:
        """Who holds a term; None if nobody does."""
        if term not in self._postings:
            self._postings[term] = self.index.postings(term)
        return self._postings[term]

    def titled(self, term: str) -> list[int]:
        """The documents that hold a term in their titles."""
        postings = self.postings(term)
        pairs = zip(postings.docs, postings.masks, strict=True) if postings else ()
        return [doc for doc, mask in pairs if mask & TITLE]

    def term(self, term: str) -> Scores:
        """BM25 of all documents that hold a term."""
        found = self._terms.get(term)
        if found is None:
            found = self._terms[term] = self._bm25(term)
        return found

    def holders(self, term: str, field: str) -> Scores:
        """BM25 of the documents that hold a term in this field; "" is any."""
        scores, mask = self.term(term), _MASKS[field]
        postings = self.postings(term) if mask else None
        if postings is None:
            return scores
        pairs = zip(postings.docs, postings.masks, strict=True)
        return {doc: scores[doc] for doc, there in pairs if there & mask}

    def best(self, terms: Iterable[str], field: str = "") -> Scores:
        """The best BM25 of each document that holds any of these terms."""
        best: Scores = {}
        for term in terms:
            for doc, score in self.holders(term, field).items():
                if score > best.get(doc, 0.0):
                    best[doc] = score
        return best

    def phrase(self, surfaces: Sequence[str], field: str = "") -> Scores | None:
        """The sum of BM25 of a phrase's terms, for documents in which they stand so. None if it has no terms."""
        places = [(term, at) for at, word in enumerate(surfaces) if (term := self.lexicon[word]) is not None]
        if not places:
            return None
        terms = [term for term, _ in places]
        holding = [self.holders(term, field) for term in terms]
        rarest = min(holding, key=len)
        docs = [doc for doc in rarest if all(doc in other for other in holding)]
        if len(places) > 1:
            where = {term: self._positions(term, docs) for term in dict.fromkeys(terms)}
            docs = [doc for doc in docs if _stand_so([(where[term][doc], at) for term, at in places])]
        scores = dict.fromkeys(docs, 0.0)
        for found in holding:
            for doc in docs:
                scores[doc] += found[doc]
        return scores

    def nearness(self, terms: Sequence[str], docs: Sequence[int]) -> Mapping[int, float]:
        """For documents that hold all these terms: the sum of 1 / distance over neighbours."""
        sums = dict.fromkeys(docs, 0.0)
        rare = [self.index.occurrences(term) <= COMMON for term in terms]
        where = {
            term: self._positions(term, docs)
            for term in dict.fromkeys(terms)
            if self._is_paired(term, terms, rare)
        }
        for at in range(len(terms) - 1):
            if rare[at] and rare[at + 1]:
                one, other = where[terms[at]], where[terms[at + 1]]
                for doc in docs:
                    sums[doc] += 1 / _distance(one[doc], other[doc])
        return sums

    @staticmethod
    def _is_paired(term: str, terms: Sequence[str], rare: Sequence[bool]) -> bool:
        return any(term in terms[at : at + 2] and rare[at] and rare[at + 1] for at in range(len(terms) - 1))

    def _bm25(self, term: str) -> Scores:
        index, postings = self.index, self.postings(term)
        if postings is None:
            return {}
        idf = log(index.count / (len(postings.docs) + 1)) + 1
        length, average, norms = index.length, index.average, self._norms
        scores: Scores = {}
        for doc, weight in zip(postings.docs, postings.weights, strict=True):
            size = length(doc)
            norm = norms.get(size)
            if norm is None:
                norm = norms[size] = K1 * ((1 - B) + B * size / average)
            scores[doc] = idf * ((weight * (K1 + 1)) / (weight + norm))
        return scores

    def _positions(self, term: str, docs: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """Where a term stands in documents that hold it."""
        postings = self.postings(term)
        if postings is None or not docs:
            return {}
        all_places, holders = self.index.positions(term), postings.docs
        return {doc: all_places[bisect_left(holders, doc)] for doc in docs}


#: Terms that stand in more places than this are near everything.
COMMON = 20_000


def _stand_so(words: Sequence[tuple[Sequence[int], int]]) -> bool:
    """Whether there is a place from which each word stands as far as it should."""
    (first, offset), *rest = sorted(words, key=lambda word: len(word[0]))
    starts = {at - offset for at in first}
    for places, at in rest:
        starts &= {place - at for place in places}
        if not starts:
            return False
    return True


def _distance(one: Sequence[int], other: Sequence[int]) -> int:
    """The least distance from a place of `one` on to one of `other`; on the way back it is one more."""
    i = j = 0
    least = 1 << 30
    while i < len(one) and j < len(other):
        step = other[j] - one[i]
        least = min(least, step if step > 0 else 1 - step)
        if step > 0:
            i += 1
        else:
            j += 1
    return least
