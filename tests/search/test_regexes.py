from __future__ import annotations

import re
from warnings import catch_warnings, simplefilter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.search.regexes import NotUnderstoodError, looking_for

ATOMS = st.sampled_from(
    [
        "a",
        "b",
        ".",
        "[ab]",
        "[^a]",
        r"\w",
        r"\d",
        r"\s",
        r"\b",
        r"\B",
        "^",
        "$",
        r"\.",
        "é",
        "[a-c1]",
        r"[\w.]",
    ]
)
SIGNS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "{,2}", "*?", "+?"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: (
        st.tuples(inner, SIGNS).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
        | st.lists(inner, max_size=3).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})")
    ),
    max_leaves=8,
)
LINES = st.text("ab1. é_", min_size=1, max_size=12)  # what \B is in an empty line, Pythons do not agree on


@given(PATTERNS, LINES)
@example("^$", "")
@example("(?i)A", "a")
@example(r"\bb\b", "a b")
@example("[]a]", "]")
@example("a|", "")
@example(r"[[]", "[")
@example(r"[\[~&|]", "~")
def test_a_pattern_is_found_where_python_finds_it(pattern: str, line: str) -> None:
    assert looking_for(pattern)(line) == bool(_compiled(pattern).search(line))


@given(st.text("ab()[]{}*+?|^$\\dbw,.12-é\n", max_size=14), LINES)
def test_what_is_understood_is_found_where_python_finds_it(pattern: str, line: str) -> None:
    try:
        found = looking_for(pattern)(line)
    except NotUnderstoodError:
        return
    try:
        expected = _compiled(pattern)
    except re.error:
        return  # such as a repeat of a repeat, which Python refuses
    assert found == bool(expected.search(line))


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "(.*)*(.*)*(.*)*x", "a?" * 150 + "a" * 150, "(a{1,30}){1,30}b"]
)
def test_no_pattern_takes_longer_than_the_text_is_long(pattern: str) -> None:
    found = looking_for(pattern)
    assert not found("a" * 149 + "!" * 2)


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "[",
        "a)",
        "*",
        "+a",
        r"(a)\1",
        "(?=a)",
        "(?<!a)",
        "(?P<x>a)",
        "((((a{999}){999}){999}){999})",
        "a{3000}",
        "\\",
        r"\q",
        "x" * 501,
        "[b-a]",
        "a++",
        "a{2}+",
        "[a--b]",
        "(" * 60 + ")" * 60,
    ],
)
def test_what_is_wrong_or_asks_for_too_much_is_not_understood(pattern: str) -> None:
    with pytest.raises(NotUnderstoodError, match=r"\w"):
        looking_for(pattern)


def _compiled(pattern: str) -> re.Pattern[str]:
    with catch_warnings():
        simplefilter("ignore", FutureWarning)  # of what Python may mean by [[ some day
        return re.compile(pattern)
