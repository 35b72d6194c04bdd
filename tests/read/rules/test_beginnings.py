"""With which characters a match can begin."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers.python import PythonLexer

from kb.read.rules.beginnings import PLAIN, Expression

#: Expression, flags, and the printable characters that its matches can begin with.
CASES = [
    ("abc", 0, "a"),
    ("abc", re.IGNORECASE, "aA"),
    ("a|b+|[c-e]", 0, "abcde"),
    ("a?b*c", 0, "abc"),
    (r"^\s*#", re.MULTILINE, " \t\n#"),
    (r"(?<!x)(?=y)\bdef\b", 0, "d"),
    (r"(?:(a)|b)+", 0, "ab"),
    (r"\d", 0, string.digits),
    (r"[^\w\s]", 0, string.punctuation.replace("_", "")),
    (r"a{0,3}+b", 0, "ab"),
    ("", 0, None),
    ("$", re.MULTILINE, None),
    ("a*", 0, None),
    ("(?i:a)b", 0, None),
    (r"(a?)\1b", 0, None),
    (".", 0, None),
]


@pytest.mark.parametrize(("expression", "flags", "expected"), CASES)
def test_a_match_begins_with_one_of_these(expression: str, flags: int, expected: str | None) -> None:
    assert Expression(expression, flags).beginning == (PLAIN if expected is None else set(expected))


def test_of_letters_in_any_case_those_beyond_ascii_have_cases_within() -> None:
    assert re.match("[ſ]", "S", re.IGNORECASE)
    assert "S" in Expression("[ſ]", re.IGNORECASE).beginning


_PIECES = st.sampled_from(
    ["a", "B", "[a-c]", "[^a]", r"\w", r"\W", r"\s", "^", "$", r"\b", "(?=a)", "(?!b)", ".", "ſ", "é"]
)
_EXPRESSIONS = st.recursive(
    _PIECES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: f"(?:{'|'.join(each)})"),
        st.tuples(inner, st.sampled_from("?*+")).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=8,
)


@given(
    _EXPRESSIONS,
    st.sampled_from([0, re.MULTILINE, re.IGNORECASE, re.IGNORECASE | re.ASCII, re.ASCII, re.DOTALL]),
    st.text("aAbBcs ſKé1_.\n\x1c", max_size=6),
)
def test_where_a_match_is_ruled_out_there_is_none(expression: str, flags: int, text: str) -> None:
    read = Expression(expression, flags)
    compiled = re.compile(expression, flags)
    for at, character in enumerate(text):
        found = compiled.match(text, at)
        assert character not in PLAIN - read.beginning or not found
        again = read.match(text, at)
        assert (again and again.span()) == (found and found.span())


#: What lists characters beyond ASCII, each in another place.
BEYOND = [
    (PythonLexer.uni_name, 0),
    ("[a-\u00e9]+|[\u0370-\u03ff]x?|y", 0),
    ("[^\u0370-\u03ff]{2,3}?(?<![\u00e9b])", 0),
    ("(?=[\u212aa])(?:[\u212ab]|.)(?![^\u0370-\u03ff])", 0),
    ("[\u212a\u017f]", re.IGNORECASE),
    ("(?i:[\u212a\u017f])", 0),
    ("(?>[a\u00e9]+)b|([\u00e9c])\\1?", 0),
    ("[\\w\u00e9-\u0370]*", re.ASCII),
]


@pytest.mark.parametrize(("expression", "flags"), BEYOND)
@given(text=st.text(st.sampled_from("abckKsSxyz_09 \n-")))
def test_in_ascii_the_same_matches(expression: str, flags: int, text: str) -> None:
    plain, ours = re.compile(expression, flags).match, Expression(expression, flags, for_ascii=True).match
    for at in range(len(text) + 1):
        one, other = plain(text, at), ours(text, at)
        assert (one and (one.span(), one.groups())) == (other and (other.span(), other.groups()))


def test_for_ascii_no_more_than_ascii_is_compiled() -> None:
    for_ascii = Expression("[a-z\u0100-\uffff]", 0, for_ascii=True).match
    assert for_ascii("a", 0)
    assert not for_ascii("\u0100", 0)
