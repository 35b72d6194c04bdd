"""Notes that are about the same: found by the words that are many in one note and rare in the others."""

from __future__ import annotations

from math import log

from kb.search.document import Analysis
from kb.search.scoring import Scorer, Scores

#: So many characteristic words stand for a note.
WORDS = 25
#: So many words are given as the reason.
REASONS = 4


def characteristic(analysis: Analysis, scorer: Scorer) -> dict[str, float]:
    """The terms that tell most of a document that others have, too; their weights sum up to 1."""
    weights = {}
    for term, halves in zip(analysis.terms, analysis.halves, strict=True):
        postings = scorer.postings(term)
        if postings is not None and len(postings.docs) > 1:
            rarity = log(scorer.index.count / len(postings.docs))
            weights[term] = (1 + log(halves / 2)) * rarity if rarity > 0 else 0.0
    best = sorted((-weight, term) for term, weight in weights.items() if weight > 0)[:WORDS]
    total = sum(weight for weight, _ in best)
    return {term: weight / total for weight, term in best}


def like(path: str, analysis: Analysis, scorer: Scorer) -> Scores:
    """How much other documents are like the one at `path`, which has this analysis."""
    scores: Scores = {}
    for term, weight in characteristic(analysis, scorer).items():
        for doc, score in scorer.term(term).items():
            scores[doc] = scores.get(doc, 0.0) + weight * score
    return {doc: score for doc, score in scores.items() if scorer.index.order(doc)[1] != path}


def reasons(doc: int, analysis: Analysis, scorer: Scorer) -> tuple[str, ...]:
    """The words that a document shares with the one of this analysis, the most telling first."""
    parts = [
        (-weight * score, term)
        for term, weight in characteristic(analysis, scorer).items()
        if (score := scorer.term(term).get(doc))
    ]
    written = _written(analysis)
    return tuple([written[term] for _, term in sorted(parts)[:REASONS]])


def _written(analysis: Analysis) -> dict[str, str]:
    """The shortest surface of each term."""
    written: dict[str, str] = {}
    for surface, term in analysis.surfaces:
        if term not in written or len(surface) < len(written[term]):
            written[term] = surface
    return written
