"""Commands of an author's own hold from their definition to the end of the note, and come to no more than they may."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from math_core import LatexError, LatexToMathML

from kb.read import commands
from kb.read.commands import NO_COMMANDS, definitions, grown_of
from kb.read.mathml import Mistake, commands_after, mathml, shows_nothing
from read.written import read
from website.web import CONFIG, built


def shown(text: str) -> tuple[list[str], list[str]]:
    """The formulas of a note without what they are annotated with, and what is wrong with it."""
    note, body = read(text)
    html = re.sub(r"<annotation.*?</annotation>", "", "".join(body.html))
    said = [f"{each.place.line}:{each.place.column} {each.message}" for each in note.problems]
    return re.findall(r"<math.*?</math>", html), said


def test_a_definition_holds_from_its_formula_to_the_end_of_the_note() -> None:
    formulas, said = shown(
        "With $\\newcommand{\\E}{\\mathbb E}\\E[X]$ and\n\n- $\\E[Y]$\n\n$$\n\\E[Z]\n$$\n\n> [!note] $\\E$\n> x[^1]\n\n[^1]: $\\E$\n"
    )
    assert said == []
    assert len(formulas) == 5
    assert all("𝔼" in each for each in formulas)


def test_a_formula_before_it_does_not_know_it() -> None:
    _, said = shown("Before $x + \\E$ and $\\def\\E{E}\\E$ and $\\E$.\n")
    assert said == ['1:13 this formula cannot be read: unknown command "\\E"']


def test_a_formula_that_only_defines_shows_nothing_and_is_not_searched() -> None:
    text = "$$\n\\newcommand{\\vc}[1]{\\mathbf{#1}} % vectors\n\\DeclareMathOperator{\\tr}{tr}\n$$\n\n$\\tr \\vc{A}$\n"
    note, body = read(text)
    html = "".join(body.html)
    assert note.problems == ()
    assert html.count("<math") == 1
    assert "𝐀" in html
    assert "formula" not in html
    assert body.text == "\\tr \\vc{A}"


def test_definitions_may_use_each_other_and_be_made_anew() -> None:
    formulas, said = shown(
        "$\\def\\a{x}\\def\\b{\\a_1}\\b$ $\\b$ $\\renewcommand{\\a}{y}\\b$ $\\b$ $\\newcommand{\\a}{z}\\a$ $\\b$\n"
    )
    assert said == []
    assert [re.findall("<mi>(.)</mi>", each) for each in formulas] == [
        ["x"],
        ["x"],
        ["y"],
        ["y"],
        ["z"],
        ["z"],
    ]


def test_what_a_command_was_stays_under_another_name() -> None:
    formulas, said = shown(
        "$\\let\\old=\\vec\\renewcommand{\\vec}[1]{\\old{\\mathbf{#1}}}\\vec x$ $\\vec y$\n"
    )
    assert said == []
    assert "<mover" in formulas[1]
    assert "𝐲" in formulas[1]


def test_one_that_is_only_provided_changes_nothing_that_is_known() -> None:
    formulas, said = shown(
        "$\\providecommand{\\vec}[1]{#1}\\vec x$ $\\vec y$ $\\def\\a{b}\\a$ $\\providecommand{\\a}{c}\\a$ $\\a$\n"
    )
    assert said == []
    assert "<mover" in formulas[1]
    assert [re.findall("<mi>(.)</mi>", each) for each in formulas[3:]] == [["b"], ["b"]]


def test_a_definition_is_known_though_its_formula_cannot_be_read() -> None:
    formulas, said = shown("$\\def\\a{x} \\foo$ then $\\a$.\n")
    assert said == ['1:12 this formula cannot be read: unknown command "\\foo"']
    assert len(formulas) == 1


def test_one_may_name_what_a_library_knows_already() -> None:
    """Nobody can know what it knows, and MathJax lets them, too."""
    formulas, said = shown(
        "$\\newcommand{\\v}[1]{\\mathbf{#1}}\\v x$ $\\v y$ $\\renewcommand\\new{z}\\new$\n"
    )
    assert said == []
    assert "𝐲" in formulas[1]


def test_a_mistake_keeps_its_line_and_its_column() -> None:
    text = "$\\def\\a#1{\\frac{#1}}\\a12$\n\nThen $x + \\a{\\foo}{2}$\n\n$$\ny \\\\\n\\a1 \\bar\n$$\n"
    _, said = shown(text)
    assert said[0] == '3:14 this formula cannot be read: unknown command "\\foo"'
    assert said[1].startswith("7:")
    assert len(said) == 2


def test_a_mistake_in_what_a_command_stands_for_is_told_where_it_is_used() -> None:
    _, said = shown("$$\n\\def\\a{\\foo}\n$$\n\nText $x + \\a$.\n")
    assert said == ['5:11 this formula cannot be read: unknown command "\\foo"']


def test_a_mistake_behind_the_number_of_another_formula_keeps_its_column() -> None:
    _, said = shown("$$\na \\label{a}\n$$\n\nBy $\\eqref{a} + \\foo$.\n")
    assert said == ['5:17 this formula cannot be read: unknown command "\\foo"']


def test_every_formula_says_by_itself_what_it_means(tmp_path: Path) -> None:
    """In a twin, a feed, an embed, or copied from the page."""
    text = (
        "---\ndate: 2024-01-01\n---\n$$\n\\newcommand{\\E}{\\mathbb E}\n$$\n\n## Means\n\n$\\E[X]$ and $y$\n"
    )
    web = built(tmp_path, {"a.md": text, "b.md": "![[a#Means]]\n\n$\\bar x$\n"}, f"{CONFIG}twins: true\n")
    said = "\\def\\E{\\mathbb E}\\E[X]"
    for path in ("a/index.html", "b/index.html", "feed.xml"):
        assert said in web.text(path)
    (twin,) = [web.text(path) for path in web.files if path.endswith(".md") and path.startswith("a")]
    assert f"${said}$ and $y$" in twin
    assert "newcommand" not in twin
    assert [each for each in web.problems if each.code == "math"] == []


def test_a_heading_of_a_table_is_named_by_what_its_command_stands_for() -> None:
    html = "".join(read("$\\def\\a{\\alpha}$\n\n| $\\a$ | of $k$ |\n|---|---|\n| $1$ | 2 |\n")[1].html)
    assert '<th><math aria-label="α">' in html


def test_a_note_leaves_nothing_to_the_next() -> None:
    assert shown("$\\def\\E{E}\\E$\n")[1] == []
    assert shown("$\\E$\n")[1] != []


def test_the_formulas_of_a_note_come_to_no_more_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.read.mathml.MOST_OF_A_NOTE", 10_000)
    _, said = shown("$\\def\\a{" + "x" * 2_000 + "}$\n\n" + "$\\a$\n\n" * 20)
    assert said
    assert set(said) == {
        f"{line}:2 this formula cannot be read: the commands of this note come to more than 10,000 letters"
        for line in range(43 - 2 * len(said), 42, 2)
    }


def test_a_note_of_many_formulas_with_long_commands_ends_soon() -> None:
    start = time.process_time()
    read("$\\def\\a{" + "x" * 9_000 + "}$\n\n" + "$\\a$\n\n" * 2_000)
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("tex", "only"),
    [
        (r"\def\a{b}", True),
        (r"\newcommand{\a}[1]{#1} % why", True),
        (r"\DeclareMathOperator{\tr}{tr}", True),
        (r"\def\a{b}\a", False),
        (r"\alpha", False),
        (r"\def\a#1.{b}", False),
        ("", False),
    ],
)
def test_a_formula_that_only_defines(tex: str, only: bool) -> None:  # noqa: FBT001 - a row of the table
    assert shows_nothing(tex) == only


@pytest.mark.parametrize(
    "tex",
    [r"{\def\a{b}}", r"\def\a#1.{b}", r"\def\a{\def\b{c}}", r"\edef\a{b}", r"\global\def\a{b}", r"\let\a=\def", r"\def\a{b",
     r"\newcommand{\a}[1][x]{#1}", r"\def\a#2{b}"],
)  # fmt: skip
def test_what_is_not_understood_is_left_to_the_libraries(tex: str) -> None:
    assert definitions(tex) is None
    assert grown_of(tex + r"\a") is None
    assert commands_after(tex, NO_COMMANDS).known == {}


BODIES = st.sampled_from(
    [
        r"x",
        r"\alpha y",
        r"{#1}^2",
        r"\frac{#1}{2}",
        r"\b{#1}",
        r"\b z",
        r"#1+#1",
        r"\mbox{a}",
        r"\text{if }",
        r"\sqrt{#1}\,",
        "",
    ]
)
USES = st.lists(
    st.sampled_from(
        [
            r"\a{x}",
            r"\b{y}",
            r"\c",
            r"\a\c",
            r"\b{\a{z}}",
            r"+",
            r"x_1",
            r"\bold{\a q}",
            r"\frac{\a1}{\c}",
            r" ",
        ]
    ),
    max_size=8,
)


@given(BODIES, BODIES, st.sampled_from(["x", r"\alpha", ""]), USES)
def test_a_formula_comes_to_what_the_library_makes_of_it(
    first: str, second: str, third: str, uses: list[str]
) -> None:
    r"""What is worked out is what math-core would be told by an author who has no commands, and as often expanded."""
    tex = f"\\def\\b#1{{{second.replace(chr(92) + 'b', 'w')}}}\\def\\a#1{{{first}}}\\def\\c{{{third}}}{''.join(uses)}"
    grown = grown_of(tex)
    assert grown is not None
    assert not grown.fault
    with_commands = LatexToMathML(
        macros=dict(commands.LENT), fancy_error=False, max_expansions=grown.expansions
    )
    without = LatexToMathML(fancy_error=False)
    try:
        wanted = without.convert_with_local_state(grown.text, displaystyle=False)
    except LatexError:
        return
    made = with_commands.convert_with_local_state(tex, displaystyle=False)
    assert re.sub("</?mrow>", "", made) == re.sub("</?mrow>", "", wanted)


@given(st.text(alphabet="\\ab{}#12 %def\n", max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    for tex in (text, "\\def\\a#1{" + text, "\\def\\a#1{#1}" + text):
        grown_of(tex)
        assert isinstance(mathml(tex, display=False), str | Mistake)
        commands_after(tex, NO_COMMANDS)
