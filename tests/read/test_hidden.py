"""Characters that nobody sees are told of where they can deceive, with their place, and kept (B17)."""

from __future__ import annotations

import pytest

from kb.model.note import Source
from kb.model.settings import Dialect
from kb.read.parse import parser

PARSE = parser(Dialect())


def told(text: str) -> list[tuple[int, int, str]]:
    note, _ = PARSE(Source("a.md", text.encode(), ""))
    found = [problem for problem in note.problems if problem.code == "hidden-character"]
    return [(each.place.line, each.place.column, each.message) for each in found]


def places(text: str) -> list[tuple[int, int]]:
    return [(line, column) for line, column, _ in told(text)]


TROJAN = 'if access != "user\u202e \u2066// admin\u2069 \u2066" {\n}\n'


@pytest.mark.parametrize("language", ["c", "text", "", "nolanguage"])
def test_a_block_of_code_that_hides_something_is_told_once_with_the_place_of_the_first(language: str) -> None:
    found = told(f"# A\n\n```{language}\nint a;\n{TROJAN}```\n")
    assert [(line, column) for line, column, _ in found] == [(5, 19)]
    assert found[0][2] == (
        "this code holds U+202E (right-to-left override), and 3 more such characters, which nobody sees: "
        "it may say other than it shows"
    )


def test_code_in_a_list_or_behind_front_matter_and_comments_is_told_at_its_place_in_the_file() -> None:
    front = "---\ntitle: A\n---\n%%one\ntwo%%\n\n"
    assert places(f"{front}1. > ```py\n   > a\u200b = 1\n   > ```\n") == [(8, 7)]
    assert places("text\n\n    indented\u2066 code\n") == [(3, 13)]


def test_each_block_and_each_span_is_told() -> None:
    text = "```\na\u200b\n```\n\n`b\u202a` and `c`\n\n```\nfine\n```\n\n~~~\n\u2060\n~~~\n"
    assert places(text) == [(2, 2), (5, 3), (12, 1)]


@pytest.mark.parametrize(
    "char", list("\u00ad\u061c\u115f\u200b\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u3164\ufeff\U000e0041")
)
def test_every_control_of_direction_and_every_unseen_letter_counts_in_code(char: str) -> None:
    assert places(f"`a{char}b`\n") == [(1, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم, \u05d0\u200e\u05d1\u200f, \u2067\u05d0\u2069, co\u00adoperate, ភាសា\u200bខ្មែរ\n",
        "👩\u200d💻 and `👩\u200d💻`\n",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f is a flag\n",
        '```\nплан = "é"\n```\n',
    ],
)
def test_what_honest_prose_and_code_need_is_not_told(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("char", ["\u202d", "\u202e", "\U000e0041"])
def test_an_override_and_a_tag_are_told_in_prose_too(char: str) -> None:
    assert places(f"# A\n\nfile{char}gpj.exe and {char} more\n\n{char}\n") == [(3, 5)]


def test_the_page_keeps_them() -> None:
    note, body = PARSE(Source("a.md", f"```c\n{TROJAN}```\n".encode(), ""))
    assert "\u202e" in "".join(body.html)
    assert note.readable
