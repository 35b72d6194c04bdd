from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.read.rules.typography import quotes_of


def test_the_note_becomes(case: dict[str, str], render: Callable[..., str]) -> None:
    language = case.get("language", "en").strip()
    assert render(case["md"], language=language, typographer=True) == case["html"]


def test_it_can_be_switched_off(render: Callable[..., str]) -> None:
    assert render('"It\'s" -- so...') == "<p>&quot;It's&quot; -- so...</p>\n"


@pytest.mark.parametrize(
    ("language", "quotes"), [("en-GB", "“”‘’"), ("de", "„“‚‘"), ("DE-at", "„“‚‘"), ("pt-BR", "“”‘’")]
)
def test_quotes_by_language(language: str, quotes: str) -> None:
    assert "".join(quotes_of(language)) == quotes


@given(st.text(alphabet="ab '\"*`.-_[]()<>\n", max_size=60))
def test_only_quotes_dashes_and_dots_change(render: Callable[..., str], text: str) -> None:
    plain = render(text)
    typeset = render(text, typographer=True)
    for new, old in (
        ("“", "&quot;"),
        ("”", "&quot;"),
        ("‘", "'"),
        ("’", "'"),
        ("—", "---"),
        ("–", "--"),
        ("…", "..."),
    ):
        typeset = typeset.replace(new, old)
    assert typeset == plain
