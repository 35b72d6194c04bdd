"""`search`: from what somebody typed to a page of results. The one way in for the terminal, the preview and tests.

query ─ parse ─► tree ─ rank ─► scores ─ filters, text ─► order ─► a page ─ phrases, passages ─► SearchPage
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cache
from heapq import nsmallest
from time import monotonic
from typing import Literal, NamedTuple, TypeAlias

from kb.search.analysis import analyse, fold, lexicon, spans
from kb.search.dates import period
from kb.search.document import Document
from kb.search.index import Index, Known
from kb.search.likeness import like, reasons
from kb.search.query import Date, Kind, Node, Or, Phrase, Query, Regex, Tag, parse
from kb.search.ranking import Ranking, Strict, is_textual, rank
from kb.search.regexes import NotUnderstoodError, looking_for
from kb.search.scoring import Scorer, Scores
from kb.search.snippets import Marker, Passage, Shown, Snippet, Written
from kb.search.within import Reading, holds_phrase, line_with

#: Gives the document at a path of the index, None if there is none any more.
Texts: TypeAlias = Callable[[str], Document | None]


class Options(NamedTuple):
    """How a search is made, and what narrows it down besides the query.

    `mode` is "typed" while the last word may be unfinished. `tags` have all to be there, of `kinds` any; `since` and
    `until` are days as in ``date:since..until``. `marks` are shown with a hit: "draft", "private", "future".
    `seconds` is how long texts are looked through, where the query asks for what only they can tell. Only what
    `is_shown` by its path is found: an index may hold more than its reader may see.
    """

    language: str = "en"
    mode: Literal["typed", "submitted"] = "submitted"
    limit: int = 10
    offset: int = 0
    tags: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    marks: Callable[[str], tuple[str, ...]] = lambda _path: ()
    seconds: float = 2.0
    is_shown: Callable[[str], bool] = lambda _path: True


class Hit(NamedTuple):
    """One result. `line` is that of the best passage in the file, `score` 0 where nothing was scored.

    `words` is the reason why it is like another note, where that was asked.
    """

    title: str
    url: str
    path: str
    line: int
    score: float
    tags: tuple[str, ...]
    date: str
    kind: str
    marks: tuple[str, ...]
    snippet: Snippet
    sections: tuple[Shown, ...]
    words: tuple[str, ...] = ()


class SearchPage(NamedTuple):
    """A page of results out of `total`. `suggestion` is the query whose results these are, if a word was misspelt."""

    query: str
    total: int
    hits: tuple[Hit, ...]
    suggestion: str = ""
    hint: str = ""


def search(index: Index, texts: Texts, text: str, options: Options | None = None) -> SearchPage:
    """What is found for `text`."""
    options = options or Options()
    query = parse(text)
    scorer = Scorer(index, lexicon(options.language))
    narrowing, hint = _narrowing(options)
    ranking = rank(query, scorer, typed=options.mode == "typed")
    if query.tree is None and narrowing:
        ranking = Ranking(dict.fromkeys(index.documents(), 0.0), scored=False)
    kept = Strict(scorer).kept(ranking.scores, narrowing)
    scores = {doc: score for doc, score in kept.items() if options.is_shown(index.order(doc)[1])}
    hint = query.hint or hint
    if query.tree is not None and is_textual(query.tree):
        scores, told = _within(query.tree, scores, scorer, texts, options.seconds)
        hint = hint or told
    docs = first(index, scores, options.offset + options.limit, scored=ranking.scored)[options.offset :]
    documents = {doc: texts(index.order(doc)[1]) for doc in docs}
    docs = _verified(docs, documents, query)
    phrases = [part.surfaces for part in query.parts if isinstance(part, Phrase)]
    marker = Marker(ranking.words, _written(index, ranking.words), phrases)
    hits = [_hit(index.known(doc), documents[doc], marker, scores[doc], options) for doc in docs]
    if patterns := [part.pattern for part in query.parts if isinstance(part, Regex)]:
        looks = looking_for(patterns[0]) if hits else None
        hits = [_led(hit, documents[doc], looks) for hit, doc in zip(hits, docs, strict=True)]
    return SearchPage(text, len(scores), tuple(hits), _suggestion(text, ranking), hint)


def more_like(index: Index, texts: Texts, path: str, options: Options | None = None) -> SearchPage:
    """The notes most like the one at `path`, which need not be in the index."""
    options = options or Options()
    document = texts(path)
    if document is None:
        return SearchPage(path, 0, ())
    words = lexicon(options.language)
    scorer = Scorer(index, words)
    narrowing, hint = _narrowing(options)
    analysis = analyse(document, words)
    kept = Strict(scorer).kept(like(path, analysis, scorer), narrowing)
    scores = {doc: score for doc, score in kept.items() if options.is_shown(index.order(doc)[1])}
    docs = first(index, scores, options.offset + options.limit, scored=True)[options.offset :]
    hits = []
    for doc in docs:
        known, why = index.known(doc), reasons(doc, analysis, scorer)
        shared = [[term] for word in why if (term := words[word]) is not None]
        hit = _hit(known, texts(known.path), Marker(shared, _written(index, shared)), scores[doc], options)
        hits.append(hit._replace(words=why))
    return SearchPage(path, len(scores), tuple(hits), "", hint)


def first(index: Index, scores: Scores, count: int, *, scored: bool) -> list[int]:
    """The first `count` documents: by score, then by (date, path); or the newest, where nothing is scored."""
    if not scored:
        by_path = sorted(scores, key=lambda doc: index.order(doc)[1])
        return sorted(by_path, key=lambda doc: index.order(doc)[0], reverse=True)[:count]
    millionths = {doc: -millionth(score) for doc, score in scores.items()}
    if len(millionths) > count > 0:  # only those that may be shown are put in order
        last = nsmallest(count, millionths.values())[-1]
        millionths = {doc: value for doc, value in millionths.items() if value <= last}
    return sorted(millionths, key=lambda doc: (millionths[doc], index.order(doc)))[:count]


def millionth(score: float) -> int:
    """A score as it is compared with others: in millionths, so that no last bit decides."""
    return round(score * 1e6)


def _written(index: Index, words: Iterable[Iterable[str]]) -> Written:
    """What the terms of these words are written as. To stem every word of ten texts would take a tenth of a second."""
    return Written(index.written({term for terms in words for term in terms}))


def _narrowing(options: Options) -> tuple[list[Node], str]:
    """The filters of the options, and a hint where one says nothing."""
    parts: list[Node] = [Tag(fold(tag.removeprefix("#").strip("/"))) for tag in options.tags]
    if options.kinds:
        parts.append(Or(tuple([Kind(fold(kind)) for kind in options.kinds])))
    if not (options.since or options.until):
        return parts, ""
    days = period("date", f"{options.since}..{options.until}")
    if days is None:
        return parts, f'"{options.since or options.until}" is no date: write 2024, 2024-05 or 2024-05-31'
    return [*parts, Date(*days)], ""


def _within(tree: Node, scores: Scores, scorer: Scorer, texts: Texts, seconds: float) -> tuple[Scores, str]:
    """The documents for which the whole query holds, by their texts; and what to tell of those not looked at."""

    @cache
    def found(node: Node) -> Container[int]:
        scores = Strict(scorer).scores(node)
        return everything if scores is None else scores

    regex = cache(looking_for)
    everything = frozenset(scorer.index.documents())
    reading = Reading(scorer.lexicon, found, regex)
    kept: Scores = {}
    end = monotonic() + seconds
    best_first = sorted(scores, key=lambda doc: (-millionth(scores[doc]), doc))
    for number, doc in enumerate(best_first):
        if monotonic() > end:
            return kept, f"only {number} of {len(scores)} notes were looked through: ask for a word besides"
        document = texts(scorer.index.order(doc)[1])
        try:
            if document is not None and reading.holds(tree, document, doc):
                kept[doc] = scores[doc]
        except NotUnderstoodError as error:
            return {}, f"the regular expression is not understood: {error}"
    return kept, ""


def _verified(docs: Sequence[int], documents: Mapping[int, Document | None], query: Query) -> list[int]:
    """Documents that hold all phrases word for word, then the others."""
    phrases = [part for part in query.parts if isinstance(part, Phrase)]
    holding = {
        doc
        for doc in docs
        if (document := documents[doc]) is not None
        and all(holds_phrase(document, phrase.surfaces, phrase.field) for phrase in phrases)
    }
    return sorted(docs, key=lambda doc: doc not in holding)


def _hit(known: Known, document: Document | None, marker: Marker, score: float, options: Options) -> Hit:
    passage, sections = marker.shown(document) if document else (Passage((), 1), ())
    return Hit(
        known.title,
        known.url,
        known.path,
        passage.line,
        millionth(score) / 1e6,
        known.tags,
        known.date,
        known.kind,
        options.marks(known.path),
        passage.snippet,
        sections,
    )


def _led(hit: Hit, document: Document | None, looks: Callable[[str], bool] | None) -> Hit:
    """The hit with the line on which a regular expression was found."""
    passage = line_with(document, looks) if document and looks else None
    return hit._replace(snippet=passage.snippet, line=passage.line) if passage else hit


def _suggestion(text: str, ranking: Ranking) -> str:
    """The query with what replaced its misspelt words, "" if there are none."""
    if not ranking.instead:
        return ""
    instead = dict(ranking.instead)
    pieces, at = [], 0
    for start, end, surface in spans(text):
        if surface in instead:
            pieces += [text[at:start], instead[surface]]
            at = end
    return "".join([*pieces, text[at:]])
