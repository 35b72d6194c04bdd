from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.analysis import analyse, lexicon, tokens
from kb.search.document import Document
from kb.search.inverted import Inverted, known_of
from kb.search.query import And, Node, Not, Or, Word, parse
from kb.search.scoring import Scorer
from kb.search.searching import Options, more_like, search
from kb.search.within import holds_phrase
from search.collection import cases, collected, notes, plain, said
from search.made_up import documents
from search.renumbered import Renumbered
from search.test_query import PIECES

FIXTURE = Path(__file__).parent / "searching.md"
CASES = [
    pytest.param(texts, query, expected, id=f"{name}: {query}".replace(" ", "-"))
    for name, (texts, asked) in cases(FIXTURE).items()
    for query, expected in asked
]
MADE_UP = collected(documents(60))
ENGLISH = lexicon("en")


@pytest.mark.parametrize(("texts", "query", "expected"), CASES)
def test_the_manual_says_what_is_found(texts: dict[str, str], query: str, expected: str) -> None:
    mode = Options(mode="typed") if query.endswith("…") else Options()
    assert said(notes(texts).search(query.removesuffix("…"), mode)) == expected


WORDS = st.sampled_from(
    "garden gardens soil bread dough wheel C++ v1.4.0 piano storm the of 日本語 naïve Łódź gardn xyzzy ga".split()
)
QUERIES = (
    st.lists(WORDS, max_size=5).map(" ".join)
    | st.lists(WORDS | PIECES, max_size=9).map(" ".join)
    | st.text(max_size=20)
)


@given(QUERIES, st.sampled_from(["typed", "submitted"]), st.integers(0, 5), st.integers(0, 15))
@settings(deadline=None)
def test_no_query_fails_and_a_page_is_a_part_of_the_whole(
    query: str, mode: str, offset: int, limit: int
) -> None:
    page = MADE_UP.search(query, Options(mode=mode, limit=limit, offset=offset))  # type: ignore[arg-type]
    whole = MADE_UP.search(query, Options(mode=mode, limit=1000))  # type: ignore[arg-type]
    assert page.total == whole.total == len(whole.hits)
    assert len(page.hits) == max(min(limit, page.total - offset), 0)
    assert {hit.path for hit in page.hits} <= {hit.path for hit in whole.hits}


@given(QUERIES, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_a_ranking_does_not_depend_on_how_documents_are_numbered(query: str, chance: random.Random) -> None:
    index = Renumbered(MADE_UP.index, chance)
    assert search(index, MADE_UP.documents.get, query) == MADE_UP.search(query)


@given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=12), QUERIES)
@settings(deadline=None)
def test_an_index_answers_the_same_whatever_way_it_came_about(
    order: list[int], again: list[int], query: str
) -> None:
    made = documents(12)
    entries = [(known_of(made[at]), analyse(made[at], ENGLISH)) for at in [*again, *order]]
    by_path = {one.path: one for one in made}
    assert search(Inverted(entries), by_path.get, query) == collected(made).search(query)


TREES = st.recursive(
    st.builds(Word, st.sampled_from("garden soil bread dough wheel piano storm".split())),
    lambda inner: (
        st.builds(lambda a, b: And((a, b)), inner, inner)
        | st.builds(lambda a, b: Or((a, b)), inner, inner)
        | st.builds(Not, inner)
    ),
    max_leaves=6,
)


@given(TREES)
@settings(deadline=None)
def test_a_strict_query_finds_what_it_says_and_nothing_else(tree: Node) -> None:
    query = f"AND {_written(tree)}"
    assert not parse(query).easy
    found = MADE_UP.search(query, Options(limit=1000))
    expected = {path for path, one in MADE_UP.documents.items() if _holds(tree, _terms(one))}
    assert {hit.path for hit in found.hits} == expected, query


def _written(tree: Node) -> str:
    match tree:
        case And(parts):
            return " ".join(
                f"({_written(part)})" if isinstance(part, Or) else _written(part) for part in parts
            )
        case Or(parts):
            return " OR ".join(map(_written, parts))
        case Not(part):
            return f"-({_written(part)})"
        case Word(surface):
            return surface
        case _:
            raise TypeError(tree)


def _holds(tree: Node, terms: set[str | None]) -> bool:
    match tree:
        case And(parts):
            return all(_holds(part, terms) for part in parts)
        case Or(parts):
            return any(_holds(part, terms) for part in parts)
        case Not(part):
            return not _holds(part, terms)
        case Word(surface):
            return ENGLISH[surface] in terms
        case _:
            raise TypeError(tree)


def _terms(document: Document) -> set[str | None]:
    texts = [document.title, *document.tags]
    texts += [text for section in document.sections for text in (section.title, section.text)]
    return {ENGLISH[word] for text in texts for word in tokens(text)}


@given(st.integers(0, 59), st.integers(0, 20), st.integers(2, 6))
@settings(deadline=None)
def test_a_phrase_taken_from_a_note_is_found_there(number: int, start: int, length: int) -> None:
    document = list(MADE_UP.documents.values())[number]
    words = tokens(document.sections[0].text)[start : start + length]
    page = MADE_UP.search(f'"{" ".join(words)}"', Options(limit=60))
    if any(ENGLISH[word] is not None for word in words):
        holding = [holds_phrase(MADE_UP.documents[hit.path], words) for hit in page.hits]
        assert document.path in {hit.path for hit, holds in zip(page.hits, holding, strict=True) if holds}
        assert holding == sorted(holding, reverse=True)


def test_equal_notes_stand_in_the_order_of_their_dates_and_paths() -> None:
    text = "---\ntitle: same\n{}---\nwords of equal worth\n"
    found = notes(
        {
            "c.md": text.format("date: 2024-01-01\n"),
            "b.md": text.format("date: 2024-01-01\n"),
            "d.md": text.format(""),
            "a.md": text.format("date: 2025-01-01\n"),
        }
    )
    assert found.paths("worth") == ["d.md", "b.md", "c.md", "a.md"]
    assert found.paths("path:.md") == ["a.md", "b.md", "c.md", "d.md"]


def test_all_words_in_the_title_win_over_many_in_the_text() -> None:
    found = notes({"a.md": "# Bread\n\nmore", "b.md": "# Else\n\n" + "bread " * 50})
    assert found.paths("bread") == ["a.md", "b.md"]


def test_words_that_stand_together_come_before_words_that_stand_apart() -> None:
    apart = "solid words in a row and then something else before the state comes"
    together = "words in a row and then something else before solid state comes now"
    assert plain(apart, together).paths("solid state") == ["b.md", "a.md"]


def test_filters_of_the_call_narrow_down_what_the_query_finds() -> None:
    found = notes(
        {
            "a.md": "---\ntags: [x/y]\nkind: review\ndate: 2024-03-01\n---\nbread",
            "b.md": "---\ntags: [x]\ndate: 2023-03-01\n---\nbread",
            "c.md": "---\nkind: Review\n---\nbread",
        }
    )
    assert found.paths("bread", Options(tags=("#X",))) == ["b.md", "a.md"]
    assert found.paths("bread", Options(kinds=("review",))) == ["c.md", "a.md"]
    assert found.paths("bread", Options(kinds=("review", "note"))) == found.paths("bread")
    assert found.paths("bread", Options(since="2024")) == ["a.md"]
    assert found.paths("bread", Options(until="2023-12")) == ["b.md"]
    assert found.paths("", Options(tags=("x",))) == ["a.md", "b.md"]
    assert (
        found.search("bread", Options(since="soon")).hint
        == '"soon" is no date: write 2024, 2024-05 or 2024-05-31'
    )


def test_looking_through_texts_ends_in_time_and_says_so() -> None:
    page = MADE_UP.search("/x/", Options(seconds=-1.0))
    assert page.hits == ()
    assert page.hint.startswith("only 0 of 60 notes were looked through")


def test_a_note_that_is_gone_is_shown_by_what_the_index_knows() -> None:
    found = plain("bread and water")
    page = search(found.index, lambda _path: None, "bread")
    assert [(hit.path, hit.line, hit.snippet) for hit in page.hits] == [("a.md", 1, ())]


def test_marks_come_from_the_caller() -> None:
    page = plain("bread").search("bread", Options(marks=lambda path: (f"mark of {path}",)))
    assert page.hits[0].marks == ("mark of a.md",)


def test_notes_that_share_rare_words_are_alike_and_the_words_are_the_reason() -> None:
    found = plain(
        "sourdough starter, yeast and the oven",
        "a sourdough starter of wild yeast",
        "an oven of bricks",
        "bicycle chains and an oven",
        "bicycle gears",
    )
    page = more_like(found.index, found.documents.get, "a.md")
    assert page.hits[0].path == "b.md"
    assert set(page.hits[0].words) == {"sourdough", "starter", "yeast"}
    assert "a.md" not in {hit.path for hit in page.hits}
    assert more_like(found.index, found.documents.get, "z.md").total == 0


def test_likeness_does_not_depend_on_how_documents_are_numbered() -> None:
    for path in list(MADE_UP.documents)[:10]:
        index = Renumbered(MADE_UP.index, random.Random(path))  # noqa: S311 - not a secret
        there = more_like(index, MADE_UP.documents.get, path)
        assert there == more_like(MADE_UP.index, MADE_UP.documents.get, path)


def test_scores_of_one_term_are_bm25() -> None:
    found = plain("bread bread water", "bread " + "salt " * 30, "water")
    scores = Scorer(found.index, ENGLISH).term("bread")
    assert set(scores) == {0, 1}
    assert scores[0] > scores[1] > 0


def test_a_collection_is_searched_without_documents() -> None:
    empty = collected([])
    for query in ("", "a", "bread", '"a b"', "tag:x", "-x", "bre*", "x~", "/x/", "line:x"):
        assert empty.search(query).hits == ()
