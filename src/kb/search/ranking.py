"""Which documents answer a query, and how well.

The constants were fixed before any evaluation. A document's score is a sum, worked out in this order:

    easy:    for each word the best of its alternatives, weight × BM25
             + 3n              if it has all n > 1 words
             + 4nT             if all of them stand in its title; T is the mean weight of the alternatives there
             + 8T min(1, n/t)  under the same condition; t is the number of words of the title
             + 4 Σ 1/distance  of neighbouring words, if it has all of them exactly
             + 0.5 × BM25      of each compound as a phrase
             + 0.5 × BM25      of a trailing stop word taken for the beginning of another one
    strict:  BM25 of all leaves that match, then the same bonuses for the bare words on top

A word's alternatives are its own stem (weight 1); for a word that is being typed, what begins with it; for one that
nobody has, what it may be a misspelling of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kb.search.filters import passes
from kb.search.query import (
    FILTERS,
    And,
    Compound,
    Fuzzy,
    InSection,
    Line,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Regex,
    Word,
)
from kb.search.scoring import EXPANSIONS, NEIGHBOURS, Scorer, Scores
from kb.search.spelling import allowance, near

ALL, IN_TITLE, IS_TITLE, NEAR, COMPOUND, OPTIONAL = 3.0, 4.0, 8.0, 4.0, 0.5, 0.5
BEGINNING, MISSPELT, FUZZY = 0.75, 0.6, 0.8
#: A word that is being typed stands for others from so many letters on.
SHORTEST_TYPED = 3
#: A misspelt word stands for no more surfaces.
SPELLINGS = 6


class Alternatives(NamedTuple):
    """What a word of an easy query stands for: terms with their weights, the best first.

    `instead` is the surface that replaced a word nobody has, else "". `optional` words add to what others found.
    """

    surface: str
    terms: tuple[tuple[str, float], ...]
    instead: str = ""
    optional: bool = False


class Ranking(NamedTuple):
    """The documents that answer, with their scores; none is worth more than another if not `scored`.

    `words` are the terms that the words of the query stood for, `instead` the surfaces that replaced misspelt ones.
    """

    scores: Scores
    scored: bool
    words: tuple[tuple[str, ...], ...] = ()
    instead: tuple[tuple[str, str], ...] = ()


def rank(query: Query, scorer: Scorer, *, typed: bool) -> Ranking:
    """What answers the query. Filters on the text are taken for granted here; `kb.search.within` looks at them."""
    if query.easy and query.words:
        words = alternatives(query, scorer, typed=typed)
        if any(word.terms for word in words) or not any(
            isinstance(part, (*FILTERS, Not)) for part in query.parts
        ):
            return _easy(query, words, scorer)
    tree = Strict(scorer)
    scores = tree.scores(query.tree) if query.tree is not None else None
    if scores is None:
        unknown = query.tree is not None and is_textual(query.tree)
        return Ranking(dict.fromkeys(scorer.index.documents() if unknown else (), 0.0), scored=False)
    terms = [term for word in query.words if (term := scorer.lexicon[word]) is not None]
    if scores and terms and not query.easy:
        _add_bonuses(scores, [dict.fromkeys(scorer.titled(term), 1.0) for term in terms], scorer)
        if len(terms) > 1:
            _add_nearness(scores, terms, list(scores), scorer)
    return Ranking(scores, bool(tree.words), tuple(tree.words))


def alternatives(query: Query, scorer: Scorer, *, typed: bool) -> list[Alternatives]:
    """What each word of an easy query stands for. Stop words stand for nothing, and count only among themselves."""
    typing = typed and query.typing
    last = len(query.words) - 1
    terms = [scorer.lexicon[word] for word in query.words]
    only_stops = all(term is None for term in terms)
    found = []
    for at, (word, term) in enumerate(zip(query.words, terms, strict=True)):
        is_typed = typing and at == last and len(word) >= SHORTEST_TYPED
        if term is not None or only_stops:
            found.append(_alternatives(word, term, scorer, is_typed=is_typed))
        elif is_typed:
            found.append(_alternatives(word, None, scorer, is_typed=True)._replace(optional=True))
    return found


def is_textual(node: Node) -> bool:
    """Whether only a document's text can tell if this part of a query holds for it."""
    match node:
        case Line() | InSection() | Regex():
            return True
        case And(parts) | Or(parts):
            return any(map(is_textual, parts))
        case Not(part):
            return is_textual(part)
        case _:
            return False


def expansions(word: str, scorer: Scorer) -> list[str]:
    """The terms that a beginning stands for, the most common first."""
    counts = scorer.index.beginning(word)
    return sorted(counts, key=lambda term: (-counts[term], term))[:EXPANSIONS]


def _alternatives(word: str, term: str | None, scorer: Scorer, *, is_typed: bool) -> Alternatives:
    found = {}
    if term is not None and scorer.postings(term) is not None:
        found[term] = 1.0
    if is_typed:
        for longer in expansions(word, scorer):
            found.setdefault(longer, BEGINNING * min(1.0, len(word) / len(longer)))
    if found or term is None or not (limit := allowance(word)):
        return Alternatives(word, tuple(found.items()))
    spellings = near(scorer.index, word, limit)
    nearest = [other for other in spellings if other.distance == spellings[0].distance][:SPELLINGS]
    for other in nearest:
        found.setdefault(other.term, MISSPELT**other.distance)
    return Alternatives(word, tuple(found.items()), nearest[0].surface if nearest else "")


def _easy(query: Query, words: Sequence[Alternatives], scorer: Scorer) -> Ranking:
    counted = [word for word in words if not word.optional]
    scores: Scores = {}
    matched: dict[int, int] = {}
    titles = []
    for word in counted:
        best, title = _word(word, scorer)
        for doc, score in best.items():
            scores[doc] = scores.get(doc, 0.0) + score
            matched[doc] = matched.get(doc, 0) + 1
        titles.append(title)
    n = len(counted)
    complete = [doc for doc, count in matched.items() if count == n]
    _add_bonuses(scores, titles, scorer, complete)
    exact = [scorer.lexicon[word.surface] for word in counted]
    terms = [term for term in exact if term is not None and scorer.postings(term) is not None]
    if n > 1 and len(terms) == n:
        holding = [scorer.term(term) for term in terms]
        docs = [doc for doc in complete if all(doc in other for other in holding)]
        _add_nearness(scores, terms, docs, scorer)
    _add_to_found(scores, query, words, scorer)
    keep = [part for part in query.parts if isinstance(part, (*FILTERS, Not))]
    return Ranking(
        Strict(scorer).kept(scores, keep),
        scored=True,
        words=tuple([tuple([term for term, _ in word.terms]) for word in words]),
        instead=tuple([(word.surface, word.instead) for word in words if word.instead]),
    )


def _word(word: Alternatives, scorer: Scorer) -> tuple[Scores, Scores]:
    """For each document that holds an alternative, the best score; where it is in the title, the best weight."""
    best: Scores = {}
    title: Scores = {}
    for term, weight in word.terms:
        for doc, score in scorer.term(term).items():
            if weight * score > best.get(doc, 0.0):
                best[doc] = weight * score
        for doc in scorer.titled(term):
            if weight > title.get(doc, 0.0):
                title[doc] = weight
    return best, title


def _add_bonuses(
    scores: Scores, titles: Sequence[Scores], scorer: Scorer, complete: Iterable[int] | None = None
) -> None:
    """For documents with all words, `complete`, and for those with all of them in the title."""
    n = len(titles)
    if n > 1:
        for doc in list(scores) if complete is None else complete:
            scores[doc] += ALL * n
    for doc, first in titles[0].items() if titles else ():
        if doc in scores and all(doc in title for title in titles):
            weight = first
            for title in titles[1:]:
                weight += title[doc]
            weight /= n
            scores[doc] += IN_TITLE * n * weight
            scores[doc] += IS_TITLE * weight * min(1.0, n / scorer.index.title_length(doc))


def _add_nearness(scores: Scores, terms: Sequence[str], docs: Sequence[int], scorer: Scorer) -> None:
    for doc, nearness in scorer.nearness(terms, docs).items():
        scores[doc] += NEAR * nearness


def _add_to_found(scores: Scores, query: Query, words: Iterable[Alternatives], scorer: Scorer) -> None:
    """What adds to the scores of documents that are found anyway."""
    extra = [
        (COMPOUND, scorer.phrase(part.surfaces) or {}) for part in query.parts if isinstance(part, Compound)
    ]
    extra += [(OPTIONAL, _word(word, scorer)[0]) for word in words if word.optional]
    for weight, more in extra:
        for doc, score in more.items():
            if doc in scores:
                scores[doc] += weight * score


class Strict:
    """Scores of the documents for which a part of a query holds. `words` collects the terms looked for."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self.words: list[tuple[str, ...]] = []

    def scores(self, node: Node) -> Scores | None:
        """The documents for which `node` holds; None if it says nothing, as a stop word does.

        Where only the text can tell, these are all for which it may hold.
        """
        match node:
            case And(parts):
                return self._and(parts)
            case Or(parts):
                found = [scores for part in parts if (scores := self.scores(part)) is not None]
                return _summed(found) if found else None
            case Line(part) | InSection(part):
                return self._and(list(_without_nots(part)))
            case Word() | Prefix() | Fuzzy() | Phrase():
                return self._leaf(node)
            case Compound() | Regex():
                return None
            case _:  # a filter, or not
                return self.kept(dict.fromkeys(self._scorer.index.documents(), 0.0), [node])

    def kept(self, scores: Scores, filters: Iterable[Node]) -> Scores:
        """Those of the documents that pass."""
        index = self._scorer.index
        for part in filters:
            if not isinstance(part, Not):
                scores = {doc: score for doc, score in scores.items() if passes(part, doc, index)}
            elif isinstance(part.part, FILTERS):
                scores = {doc: score for doc, score in scores.items() if not passes(part.part, doc, index)}
            elif not is_textual(part):
                without = Strict(self._scorer).scores(part.part) or {}
                scores = {doc: score for doc, score in scores.items() if doc not in without}
        return scores

    def _and(self, parts: Sequence[Node]) -> Scores | None:
        found: Scores | None = None
        for part in parts:
            if not isinstance(part, (*FILTERS, Not)) and (scores := self.scores(part)) is not None:
                if found is None:
                    found = dict(scores)
                else:
                    found = {doc: score + scores[doc] for doc, score in found.items() if doc in scores}
        keep = [part for part in parts if isinstance(part, (*FILTERS, Not))]
        if found is None:
            if not keep and not any(map(is_textual, parts)):
                return None
            found = dict.fromkeys(self._scorer.index.documents(), 0.0)
        return self.kept(found, keep)

    def _leaf(self, node: Word | Prefix | Fuzzy | Phrase) -> Scores | None:
        scorer = self._scorer
        match node:
            case Word(surface, field):
                term = scorer.lexicon[surface]
                if term is None:
                    return None
                self.words.append((term,))
                return dict(scorer.holders(term, field))
            case Prefix(surface, field):
                terms = expansions(surface, scorer)
                self.words.append(tuple(terms))
                return scorer.best(terms, field)
            case Fuzzy(surface, distance, field):
                terms = [other.term for other in near(scorer.index, surface, distance)[:NEIGHBOURS]]
                self.words.append(tuple(dict.fromkeys(terms)))
                return {doc: FUZZY * score for doc, score in scorer.best(terms, field).items()}
            case Phrase(surfaces, field):
                self.words += [(term,) for word in surfaces if (term := scorer.lexicon[word]) is not None]
                return scorer.phrase(surfaces, field)


def _summed(found: Iterable[Scores]) -> Scores:
    total: Scores = {}
    for scores in found:
        for doc, score in scores.items():
            total[doc] = total.get(doc, 0.0) + score
    return total


def _without_nots(node: Node) -> Iterable[Node]:
    """What has to hold of a document for `node` to hold of a part of it."""
    match node:
        case Not():
            pass
        case And(parts):
            for part in parts:
                yield from _without_nots(part)
        case Or(parts):
            branches = [And(tuple(_without_nots(part))) for part in parts]
            if all(branch.parts for branch in branches):
                yield Or(tuple(branches))
        case _:
            yield node
