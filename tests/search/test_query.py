from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import tokens
from kb.search.dates import covers, period
from kb.search.lexemes import MOST
from kb.search.query import DEEPEST, And, Node, Not, Query, Word, as_json, parse

FIXTURE = Path(__file__).parent / "queries.md"
PIECES = st.sampled_from(
    'a b OR AND NOT - -- ( ) " : title: tag:# date: before:2024 line:( section: /x/ / * ~ ~2 v1.4 the 日本 “ \ufeff \0'.split(
        " "
    )
)


def cases() -> list[tuple[str, str]]:
    """Pairs of a query and what the manual says of it."""
    shown: list[tuple[str, str]] = []
    for line in FIXTURE.read_text(encoding="utf-8").splitlines():
        if line.startswith("> ") or line == ">":
            shown.append((line[2:], ""))
        elif line.startswith("  ") and shown:
            query, said = shown.pop()
            shown.append((query, f"{said}{line}\n"))
    return shown


def said(query: Query) -> str:
    tree = json.dumps(as_json(query.tree), ensure_ascii=False) if query.tree else "nothing"
    hint = f"  ! {query.hint}\n" if query.hint else ""
    return f"  {tree}{'' if query.easy else '  strict'}\n{hint}"


@pytest.mark.parametrize(("query", "expected"), cases())
def test_the_manual_says_how_a_query_is_read(query: str, expected: str) -> None:
    assert said(parse(query)) == expected


@given(st.text() | st.lists(PIECES, max_size=80).map(" ".join) | st.lists(PIECES, max_size=80).map("".join))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    query = parse(text)
    assert query.text == text
    assert query.tree is not None or not query.words
    json.dumps(as_json(query.tree))


@given(st.lists(st.sampled_from("cat dog über C++ naïve 2024".split()), min_size=1, max_size=20))
def test_plain_words_are_themselves(words: list[str]) -> None:
    text = " ".join(words)
    query = parse(text)
    assert list(query.words) == tokens(text)
    assert query.easy
    assert query.typing


@pytest.mark.parametrize(
    "text", ["cat ", "cat.)", '"cat"', "-cat", "title:cat", "cat*", "cat tag:x", "a AND cat"]
)
def test_a_word_that_is_finished_is_not_being_typed(text: str) -> None:
    assert not parse(text).typing


def test_what_is_beyond_the_limit_is_left_out_and_told() -> None:
    for text in ("a " * 65, "日" * 65, f'"{"a " * 65}"', "tag:x " * 65):
        query = parse(text)
        assert query.hint == f"only the first {MOST} words were looked at"
        assert _leaves(query.tree) <= MOST + 1
    assert not parse("a " * 64).hint


def test_parentheses_have_a_deepest_level() -> None:
    query = parse("(" * (DEEPEST + 1) + "a")
    assert query.tree == Word("a")
    assert query.hint == "the parentheses are nested too deeply"


def _leaves(node: Node | None) -> int:
    match node:
        case And(parts):
            return sum(map(_leaves, parts))
        case Not(part):
            return _leaves(part)
        case _:
            return 1


@given(st.dates(), st.dates())
def test_before_and_after_leave_out_the_day_and_date_keeps_it(day: object, other: object) -> None:
    start, end = str(day), str(other)
    assert covers(*(period("date", start) or ("", "0")), start)
    assert covers(*(period("before", start) or ("", "0")), end) == (end < start)
    assert covers(*(period("after", start) or ("", "0")), end) == (end > start)
    assert covers(*(period("date", f"{start}..{end}") or ("", "0")), start) == (start <= end)


def test_a_note_without_a_date_lies_in_no_period() -> None:
    assert not covers("", "2024-01-01", "")
    assert covers("", "2024-01-01", "2024-01-01T10:00:00+02:00")
