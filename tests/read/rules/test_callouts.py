from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from markdown_it.token import Token


def test_the_note_becomes(case: dict[str, str], render: Callable[..., str]) -> None:
    assert render(case["md"]) == case["html"]


def test_the_title_is_inline_text_with_its_line(parse: Callable[..., list[Token]]) -> None:
    tokens = parse("Text\n\n> [!note] See [[this]]\n> body\n")
    titles = [after for token, after in pairwise(tokens) if token.type == "callout_title_open"]
    assert [(title.type, title.content, title.map) for title in titles] == [
        ("inline", "See [[this]]", [2, 3])
    ]


def test_the_body_keeps_its_lines(parse: Callable[..., list[Token]]) -> None:
    tokens = parse("> [!note] Title\n> one\n> two\n")
    assert [token.map for token in tokens if token.type == "paragraph_open"] == [[1, 3]]


@pytest.mark.parametrize("depth", [10, 198])
def test_callouts_nest_as_deep_as_quotes(depth: int, render: Callable[..., str]) -> None:
    text = "".join("> " * level + "[!tip] x\n" for level in range(1, depth + 1))
    assert render(text).count("callout-title-inner") == depth
