from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import analyse, lexicon
from kb.search.document import Document, Section
from kb.search.inverted import Inverted, known_of
from kb.search.spelling import allowance, distance, near

WORDS = st.text("abc", max_size=7)


def index(*texts: str) -> Inverted:
    documents = [
        Document(f"{i}.md", "", f"n{i}", f"n{i}/", sections=(Section("", "", 1, text),))
        for i, text in enumerate(texts)
    ]
    return Inverted((known_of(one), analyse(one, lexicon("en"))) for one in documents)


def guesses(found: Inverted, word: str, limit: int | None = None) -> list[str]:
    return [guess.surface for guess in near(found, word, allowance(word) if limit is None else limit)]


def test_a_slip_is_a_letter_too_many_too_few_another_one_or_two_exchanged() -> None:
    for slip in ("obssidian", "obsdian", "obsixian", "obsidain"):
        assert distance("obsidian", slip, 2) == 1, slip


def test_no_letter_is_edited_twice() -> None:
    assert distance("ca", "abc", 9) == 3  # Damerau's own example: 2 without this restriction


@given(WORDS, WORDS)
def test_a_distance_is_the_same_in_both_directions(one: str, other: str) -> None:
    assert distance(one, other, 9) == distance(other, one, 9)


@given(WORDS, WORDS, st.integers(0, 4))
def test_a_bound_changes_no_distance_below_it(one: str, other: str, most: int) -> None:
    free, bound = distance(one, other, 99), distance(one, other, most)
    assert bound == free if free <= most else bound > most


def test_the_nearest_words_are_guessed_the_frequent_before_the_rare() -> None:
    assert guesses(index("model modal", "model", "motel"), "modxl") == ["model", "modal"]
    assert guesses(index("model modal", "modal", "motel"), "modxl") == ["modal", "model"]


def test_two_slips_are_believed_of_a_long_word_only() -> None:
    assert guesses(index("interpretation"), "intrepretatoin") == ["interpretation"]
    assert guesses(index("bread"), "brxxd") == []


def test_a_word_of_three_letters_is_not_guessed_at() -> None:
    assert guesses(index("cat"), "cet") == []


def test_the_first_letter_is_believed() -> None:
    assert guesses(index("model"), "nodel") == []


def test_a_person_may_ask_for_more_slips() -> None:
    assert guesses(index("bread broad"), "brxxd", 2) == ["bread", "broad"]
