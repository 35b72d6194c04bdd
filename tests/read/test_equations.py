r"""Equations with numbers, and the ways to them, within a note and from others."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from read.written import read
from website.web import CONFIG, built

#: A number at the margin.
CELL = re.compile(r'<mtd class="[^"]*(?:margin|edge)[^"]*"><mtext>([^<]*)</mtext></mtd></mtr>')


def html(text: str) -> str:
    return "".join(read(text)[1].html)


def test_an_equation_with_a_label_has_a_number_and_one_without_has_none() -> None:
    page = html("$$\na \\label{eq:a}\n$$\n\n$$\nb\n$$\n\n$$\nc \\label{eq:c}\n$$\n")
    assert re.findall(r'<div class="([^"]*)"(?: id="([^"]*)")?>', page) == [
        ("formula numbered", "eq:a"),
        ("formula", ""),
        ("formula numbered", "eq:c"),
    ]
    assert re.findall(r'<span class="number">([^<]*)</span>', page) == ["(1)", "(2)"]


def test_references_lead_to_it_from_before_and_behind() -> None:
    page = html("By \\eqref{eq:a} and \\ref{eq:a}.\n\n$$\na \\label{eq:a}\n$$\n\nAgain *\\eqref{eq:a}*.\n")
    assert page.count('<a class="equation-ref" href="#eq:a">(1)</a>') == 2
    assert '<a class="equation-ref" href="#eq:a">1</a>' in page


def test_a_tag_is_the_number() -> None:
    page = html(
        "$$\na \\tag{E} \\label{eq:e}\n$$\n\n$$\nb \\label{eq:b}\n$$\n\n\\eqref{eq:e}, \\eqref{eq:b}\n"
    )
    assert '<a class="equation-ref" href="#eq:e">(E)</a>' in page
    assert '<a class="equation-ref" href="#eq:b">(1)</a>' in page
    assert re.findall(r'<span class="number">([^<]*)</span>', page) == ["(E)", "(1)"]
    assert "\\tag{E}" in page.partition("<annotation")[2].partition("</annotation>")[0]


def test_lines_of_one_formula_have_numbers_of_their_own() -> None:
    text = "\\begin{align}\na &= b \\label{one} \\\\\n&= c \\\\\n&= d \\label{two}\n\\end{align}\n\n\\eqref{one} \\eqref{two}\n"
    page = html(text)
    formula = page.partition("</div>")[0]
    assert '<div class="formula lined" id="eq:one"><span id="eq:two"></span><math' in formula
    assert CELL.findall(formula) == ["(1)", "(2)"]
    assert formula.index("(1)") < formula.index("(2)")
    assert "label" not in formula.partition("<annotation")[0]
    assert 'href="#eq:one">(1)</a>' in page
    assert 'href="#eq:two">(2)</a>' in page


@pytest.mark.parametrize(
    ("tex", "cells"),
    [
        ("\\begin{align}a&=b\\label{x}\\\\c&=d\\label{y}\\end{align}", ["(1)", "(2)"]),
        ("\\begin{align*}a&=b\\tag{E}\\\\c&=d\\tag*{F}\\end{align*}", ["(E)", "F"]),
        ("\\begin{gather}a\\\\b\\label{x}\\end{gather}", ["(1)"]),
        ("\\begin{multline}a\\\\b\\label{x}\\end{multline}", ["(1)"]),
        ("\\begin{alignat}{2}a&=b&\\quad c&=d\\label{x}\\\\e&=f\\end{alignat}", ["(1)"]),
        ("\\begin{align}\\sout{a}&=b\\label{x}\\\\c&=d\\end{align}", ["(1)"]),  # Temml's
        ("\\begin{align}\\label{x}a&=b\\\\\\label{y}c&=d\\end{align}", ["(1)", "(2)"]),
        ("\\begin{align}a&=\\begin{cases}b\\\\c\\end{cases}\\label{x}\\\\d&=e\\end{align}", ["(1)"]),
    ],
)
def test_the_number_of_a_line_has_a_cell_at_the_margin(tex: str, cells: list[str]) -> None:
    page = html(f"$$\n{tex}\n$$\n")
    assert '<div class="formula lined"' in page
    found = CELL.findall(page)
    assert [cell for cell in found if cell] == cells


@pytest.mark.parametrize(
    "tex",
    [
        "\\begin{equation}\\begin{split}a&=b\\\\&=c\\end{split}\\label{x}\\end{equation}",
        "\\begin{aligned}a&=b\\label{x}\\\\c&=d\\end{aligned}",
        "f(x)=\\begin{cases}a\\\\b\\end{cases}\\label{x}",
    ],
)
def test_a_formula_of_several_lines_with_one_label_has_one_number(tex: str) -> None:
    page = html(f"$$\n{tex}\n$$\n")
    assert '<div class="formula numbered" id="eq:x">' in page
    assert page.count("(1)") == 1
    assert page.endswith('<span class="number">(1)</span></div>\n')


def test_a_formula_refers_to_another_by_its_number() -> None:
    page = html(
        "$$\na \\label{eq:a}\n$$\n\n$$\nb \\text{ by } \\eqref{eq:a}\n$$\n\nand $c \\overset{\\eqref{eq:a}}{=} d$.\n"
    )
    assert page.count("<mtext>(1)</mtext>") == 2


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "hint"),
    [
        ("See \\eqref{eq:b}.\n\n$$\na \\label{eq:a}\n$$\n", "missing-equation", 1, 5, "did you mean \\eqref{eq:a}?"),
        ("See\n\\ref{nothing}.\n", "missing-equation", 2, 1, "write \\label{nothing} in the formula that is meant"),
        (
            "$$\na \\label{x}\n$$\n\n$$\nb \\label{x}\n$$\n",
            "duplicate-equation", 6, 10, "references lead to the first; give this one another label",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_is(text: str, code: str, line: int, column: int, hint: str) -> None:
    (problem,) = read(text)[0].problems
    assert (problem.code, problem.place.line, problem.place.column, problem.hint) == (
        code,
        line,
        column,
        hint,
    )


def test_what_cannot_be_read_is_told_where_its_author_wrote_it() -> None:
    text = "$$\na \\label{eq:a} \\\\\n\\frac{1 \\label{eq:b}\n$$\n"
    (problem,) = read(text)[0].problems
    assert problem.code == "math"
    assert problem.place.line in {2, 3}


def test_code_and_escapes_stay_what_they_are() -> None:
    page = html("`\\eqref{x}` and \\\\eqref{x} and \\eqref{} and \\ref\n")
    assert "equation-ref" not in page
    assert read("`\\eqref{x}`\n")[0].problems == ()


def test_an_id_is_never_that_of_a_heading_nor_more_than_an_id() -> None:
    page = html(
        '## Sums\n\n$$\na \\label{sums}\n$$\n\n$$\nb \\label{"><script>}\n$$\n\n\\eqref{"><script>}\n'
    )
    assert re.findall(r'<div class="formula numbered" id="([^"]*)">', page) == ["eq:sums", "eq:script"]
    assert "<script" not in page


def test_other_notes_link_to_an_equation_and_an_embed_keeps_its_own(tmp_path: Path) -> None:
    text = "# A\n\nBy \\eqref{eq:a}.\n\n$$\na \\label{eq:a}\n$$\n"
    web = built(tmp_path, {"a.md": text, "b.md": "# B\n\n[[A#eq:a|the first]] ![[A]]\n"}, CONFIG)
    page = web.text("b/index.html")
    assert "../a/#eq:a" in [unquote(each) for each in web.page("b/index.html").addresses]
    (made,) = re.findall(r'class="equation-ref" href="#([^"]*)"', page)
    assert made != "eq:a"
    assert f'id="{made}"' in page
    assert [each for each in web.problems if each.severity != "info"] == []
