"""Who may say a name: the documents that hold all of its words, in whatever order."""

from __future__ import annotations

from collections.abc import Iterable

from kb.search.analysis import Lexicon, tokens
from kb.search.index import Index


def naming(index: Index, names: Iterable[str], lexicon: Lexicon, most: int) -> list[str]:
    """The paths of documents that hold the words of one of these names, stop words not counted; the newest first.

    At most `most`. Whether the words stand there as the name is another question.
    """
    docs: set[int] = set()
    for name in names:
        terms = {term for token in tokens(name) if (term := lexicon[token]) is not None}
        found = [index.postings(term) for term in sorted(terms)]
        holding = [set(postings.docs) for postings in found if postings is not None]
        if holding and len(holding) == len(terms):
            docs |= set.intersection(*holding)
    newest = sorted(docs, key=index.order, reverse=True)[:most]
    return [index.known(doc).path for doc in newest]
