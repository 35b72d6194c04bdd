"""Ratings as queries compare them, from whatever scale."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model.kinds import Field, FieldType, Schema
from kb.model.note import Source
from kb.model.settings import Dialect
from kb.read import ratings as written
from kb.read.parse import parser
from kb.search.documents import document
from kb.search.export.order import published
from kb.search.ratings import BEST, rating_of, ratings_between


def of(text: str) -> int | None:
    return rating_of({"rating": written.rating_of(text)})


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [("4/5", 400), ("7.5/10", 375), ("★★★½", 350), ("★★★¾", 375), ("80%", 400), ("0/5", 0), ("A+", 500), ("F", 0),
     ("2/3", 333), ("1/3", 167), ("C", 267), ("★★☆", 333)],
)  # fmt: skip
def test_a_rating_on_any_scale_is_so_many_hundredths_of_five(text: str, hundredths: int) -> None:
    assert of(text) == hundredths


@given(st.integers(1, 200), st.data())
def test_the_greater_share_of_the_best_is_never_less(best: int, data: st.DataObject) -> None:
    less, more = sorted(data.draw(st.tuples(st.integers(0, best), st.integers(0, best))))
    low, high = of(f"{less}/{best}"), of(f"{more}/{best}")
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= BEST
    assert abs(low - Fraction(less * BEST, best)) <= Fraction(1, 2)


@given(st.integers(0, 100), st.sampled_from((5, 10, 20, 100)))
def test_what_a_note_is_rated_is_found_by_the_same_words(value: int, best: int) -> None:
    text = f"{value / 100 * best:g}/{best}"
    assert ratings_between(text) == (of(text), of(text))


@given(st.text(alphabet="<>=0123456789./ x", max_size=12))
def test_whatever_is_asked_names_ratings_or_none(text: str) -> None:
    found = ratings_between(text)
    if found is not None:
        least, most = found
        assert 0 <= least <= BEST + 1
        assert -1 <= most <= BEST
        assert re.search(r"\d", text)


def test_the_field_called_rating_is_asked_first_and_else_the_first_that_holds_one() -> None:
    liked = written.rating_of("4/5")
    assert rating_of({"serves": 4, "liked": liked, "rating": written.rating_of("1/5")}) == 100
    assert rating_of({"serves": 4, "links": [{"label": "a", "url": "b"}], "liked": liked}) == 400
    assert rating_of({"rating": 4, "liked": liked}) == 400
    assert rating_of({"serves": 4}) is None


def test_a_note_of_a_kind_of_ones_own_is_found_by_its_rating() -> None:
    recipe = Schema("recipe", (Field("liked", FieldType.RATING),))
    source = Source("a.md", b"---\nkind: recipe\nliked: 3/4\n---\nStir.", "digest")
    note, body = parser(Dialect(), schemas={"recipe": recipe})(source)
    assert document(note, body).rating == 375
    assert published(note).known.rating == 375
