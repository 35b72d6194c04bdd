from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from kb.read.rules.tags import tag_at


def test_the_note_becomes(case: dict[str, str], render: Callable[..., str]) -> None:
    assert render(case["md"]) == case["html"]


def test_the_token_holds_the_tag_as_written(parse: Callable[..., list[Token]]) -> None:
    (text,) = (token for token in parse("On #Machine/Learning.") if token.type == "inline")
    assert [t.content for t in text.children or () if t.type == "tag"] == ["Machine/Learning"]


@given(st.text(max_size=20), st.integers(0, 20))
def test_a_tag_is_a_part_of_the_text_without_spaces_or_empty_segments(text: str, at: int) -> None:
    place = min(at, len(text))
    text = f"{text[:place]}#{text[place:]}"
    tag = tag_at(text, place)
    assert text.startswith(tag, place + 1)
    assert not tag or (all(tag.split("/")) and not any(c.isspace() for c in tag) and not tag.isdigit())
