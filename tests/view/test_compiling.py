"""What the shorter way prints is what Jinja itself prints."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from kb.view.compiling import QuickGenerator

TEMPLATES = {
    "base.html": "<title>{% block title %}{{ page }}{% endblock %}</title>{% block body %}{% endblock %}",
    "page.html": """{% extends "base.html" %}
{% from "macros.html" import box, cell, row %}
{% block title %}{{ super() }} · {{ page|upper }}{{ page|safe }}{% endblock %}
{% block body %}
{% for each in pages %}{{ loop.index }}{{ each }}{{ each ~ "<" }}{{ cell(each) }}{% endfor %}
{% set held %}<i>{{ page }}</i>{% endset %}{{ held }}{{ row(page, held) }}
{% call(x) box(page) %}<u>{{ x }}{{ page }}</u>{% endcall %}
{% filter lower %}{{ page }}<B>{% endfilter %}
{% autoescape false %}{{ page }}{% endautoescape %}{{ "&" }}{{ 1 < 2 }}{{ none }}
{% endblock %}""",
    "macros.html": """{% macro cell(x) %}<td>{{ x }}</td>{% endmacro %}
{% macro row(x, y=2) %}<tr>{{ x }}{{ y }}</tr>{% endmacro %}
{% macro box(x) %}<div>{{ caller(x) }}</div>{% endmacro %}""",
}


class Html:
    """A value that escapes itself, as a `Prose` does."""

    def __init__(self, html: str) -> None:
        self.html = html

    def __html__(self) -> str:
        return self.html


class Text(str):
    """A string that is more than one."""

    __slots__ = ()

    def __html__(self) -> str:
        return f"[{self}]"


def environment(*, quick: bool) -> Environment:
    made = Environment(loader=DictLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    if quick:
        made.code_generator_class = QuickGenerator
    return made


QUICK, PLAIN = environment(quick=True), environment(quick=False)
TEXTS = st.text(st.sampled_from("a<>&'\"{}\\\n\0é😀"))
VALUES = st.one_of(
    TEXTS,
    TEXTS.map(Markup),
    TEXTS.map(Html),
    TEXTS.map(Text),
    st.integers(),
    st.floats(),
    st.none(),
    st.booleans(),
)


@given(TEXTS, st.lists(VALUES))
def test_a_page_is_what_jinja_makes_of_it(page: str, pages: list[object]) -> None:
    quick, plain = (each.get_template("page.html").render(page=page, pages=pages) for each in (QUICK, PLAIN))
    assert quick == plain


@pytest.mark.parametrize("made", [QUICK, PLAIN])
def test_a_name_that_is_not_there_is_an_error_in_its_own_line(made: Environment) -> None:
    with pytest.raises(UndefinedError, match="'nobody' is undefined") as caught:
        made.from_string("a\n\n{{ nobody }}\n").render()
    assert [frame.lineno + 1 for frame in caught.traceback if str(frame.path) == "<template>"] == [3]


def test_the_shorter_way_is_taken() -> None:
    assert "escape_text(" in QUICK.compile("{{ page }}", raw=True)
    assert "escape_text(" not in QUICK.compile(
        "{% autoescape false %}{{ page }}{% endautoescape %}", raw=True
    )
