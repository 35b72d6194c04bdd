"""Lexers that compile on demand say what Pygments itself says."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import LEXERS, find_lexer_class_by_name

from kb.read.rules.lexers import on_demand

SAMPLE = '''
# comment
def f(x: int = 1, *args) -> "str":  /* c */ // d
    """Doc {x}."""
    if x < 3 and y >= 'a\\n': return [1, 2.5e3, {"k": None}, f"{x!r:>5}"]
<p class="a">Text &amp; <!-- c --><script>let a = `b ${c}`;</script><style>a > b { color: #fff !important }</style></p>
SELECT a, COUNT(*) FROM t WHERE b = 'c' -- d
for i in $(seq 1 10); do echo "$i"; done
[section]
key = "value"
- item: &anchor *alias
'''
COMMON = "python javascript typescript bash json go sql html css rust yaml java c cpp csharp ruby php toml r xml diff lua perl".split()
LATER = {name: on_demand(find_lexer_class_by_name(name)) for name in ("python", "css", "sql", "bash", "go")}


@pytest.mark.parametrize("language", COMMON)
def test_the_same_tokens_the_first_time_and_the_second(language: str) -> None:
    plain = find_lexer_class_by_name(language)
    later = on_demand(plain)
    for _ in range(2):
        assert list(later().get_tokens_unprocessed(SAMPLE)) == list(plain().get_tokens_unprocessed(SAMPLE))


@pytest.mark.slow
def test_every_language_of_pygments_says_the_same() -> None:
    for name in sorted({lexer[2][0] for lexer in LEXERS.values() if lexer[2]}):
        plain = find_lexer_class_by_name(name)
        later = on_demand(plain)
        assert list(later().get_tokens_unprocessed(SAMPLE)) == list(plain().get_tokens_unprocessed(SAMPLE)), (
            name
        )


@given(st.sampled_from(sorted(LATER)), st.text(max_size=60))
def test_any_text_gives_the_same_tokens(language: str, text: str) -> None:
    plain = find_lexer_class_by_name(language)
    assert list(LATER[language]().get_tokens_unprocessed(text)) == list(plain().get_tokens_unprocessed(text))


@given(st.sampled_from(sorted(LATER)), st.text(st.sampled_from(SAMPLE + string.printable), max_size=60))
def test_any_text_of_ascii_gives_the_same_tokens(language: str, text: str) -> None:
    plain = find_lexer_class_by_name(language)
    assert list(LATER[language]().get_tokens_unprocessed(text)) == list(plain().get_tokens_unprocessed(text))
