"""Formulas that math-core refuses are made by Temml: as safe, as equal, and no dearer than they may be."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import kb
from kb.disk.versions import EXTRAS
from kb.model.note import Source
from kb.model.settings import Dialect
from kb.read import temml
from kb.read.mathml import Mistake, mathml
from kb.read.parse import parser
from kb.read.temml_script import SCRIPT

READ = Path(kb.__file__).parent / "read"

#: What math-core 0.9.0 does not know, and something that shows that it is made.
REFUSED = {
    r"\begin{bmatrix*}[r]-1&3\\2&-4\end{bmatrix*}": "<mtable",
    r"\begin{smallmatrix}a&b\\c&d\end{smallmatrix}": 'scriptlevel="1"',
    r"\cancelto{0}{x}": 'class="strike-arrow"',
    r"\sout{x}": 'class="strike strike-across"',
    r"\longdiv{342}": 'class="division"',
    r"\textcircled{a}": 'class="circle"',
    r"\hbox{if }x\rlap{y}": "if",
    r"\operatorname{sgn}x\smallsetminus\shortparallel": "∥",
    r"\varliminf_{n\to\infty}x_n": "lim",
    r"\pdv{f}{x}": "<mfrac",
    r"\varpropto\thicksim\wideparen{AB}": "∝",
    r"\textsc{iid}": "ɪɪᴅ",
    r"\pmb{\theta}\sout x\mathds{1}": "𝟙",
    r"\begin{aligned}a&=b\\\sout{c}&=d\end{aligned}": "<mtable",
    r"\rule{1em}{2em}\sout x": 'mathbackground="currentcolor"',
    r"\textcolor{#ff0000}{x}\sout y": 'mathcolor="#ff0000"',
}

HOSTILE = [
    r"\sout{\href{javascript:alert(1)}{x}}",
    r"\sout{\url{javascript:alert(1)}}",
    r"\sout{\includegraphics{https://example.org/x.png}}",
    r"\sout{\class{x onclick}{y}}",
    r'\sout{\style{background:url("//example.org")}{y}}',
    r"\sout{\id{x}{y}}",
    r'\sout{\data{x="1" onload="alert(1)"}{y}}',
    r"\sout{\text{<script>alert(1)</script>}}",
    r"""\sout{\text{" onload=alert(1) '}}""",
    r'\sout{\color{"><script>alert(1)</script>}{x}}',
    r"\sout{\textcolor{#f00\" onclick=alert(1)}{x}}",
    r"\sout{x}\eqref{javascript:alert(1)}",
    r"\sout{x}\tag{<b onclick=alert(1)>}",
    r"\sout{\tooltip{x}{<img src=x onerror=alert(1)>}}",
    r"\sout{\mathtip{x}{<img src=x onerror=alert(1)>}}",
]

DEAR = {
    "a command of itself": r"\def\a{\a}\a",
    "two of each other": r"\def\a{\b\b}\def\b{\a\a}\a",
    "one that doubles": r"\def\a#1{\a{#1#1}}\a{xx}",
    "a long one often": r"\def\a{" + "x" * 9000 + "}" + r"\a" * 150 + r"\sout x",
    "depth": r"\sout{" * 900 + "x" + "}" * 900,
    "width": r"\begin{CD}" + "&" * 9000 + r"\end{CD}",
    "a large rule": r"\rule{1e9em}{1e9em}\sout x",
    "length": r"\sout{x}" * 100_000,
}


def parsed(text: str) -> tuple[str, list[str]]:
    note, body = parser(Dialect())(Source("a.md", text.encode(), ""))
    return "".join(body.html), [
        f"{p.place.line}:{p.place.column} {p.message} ({p.hint})" for p in note.problems
    ]


@pytest.mark.parametrize("tex", REFUSED)
def test_what_math_core_refuses_is_made_all_the_same(tex: str) -> None:
    for display in (True, False):
        html = mathml(tex, display=display)
        assert not isinstance(html, Mistake), html
        assert REFUSED[tex] in html
        root = ET.fromstring(html)  # noqa: S314 - our own
        assert root.tag == "math"
        assert root.get("display") == ("block" if display else None)
        assert root.findtext("semantics/annotation") == tex
        assert not any("style" in each.attrib for each in root.iter())
        assert {
            name for each in root.iter() for name in each.get("class", "").split() if "tml" in name
        } == set()


def test_a_commutative_diagram_stands_by_itself() -> None:
    tex = r"\begin{CD}A @>a>> B\\ @VbVV @AAcA\\ C @= D\end{CD}"
    html = mathml(tex, display=True)
    assert isinstance(html, str)
    assert all(arrow in html for arrow in "→↓↑=")
    assert mathml(tex, display=False) == Mistake(tex.index("{CD}"), 'Unknown environment "CD".')


@pytest.mark.parametrize("tex", REFUSED)
def test_without_temml_it_is_told_and_how_to_get_it(tex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temml, "is_installed", lambda: False)
    found = mathml(tex + " ", display=True)  # what is asked for the first time is not remembered
    assert isinstance(found, Mistake)
    assert found.hint == "it is shown as its TeX; more commands are known with pip install 'kb[math]'"


def test_what_both_refuse_is_told_with_its_place() -> None:
    html, said = parsed("Text, $\\cancelto{0}{a} + \\foo b$.\n")
    assert said == ['1:8 this formula cannot be read: unknown command "\\cancelto" (it is shown as its TeX)']
    assert '<code class="math"' in html


@pytest.mark.parametrize("tex", HOSTILE)
def test_nothing_in_it_acts_or_fetches(tex: str) -> None:
    for text in (f"${tex}$", f"$$\n{tex}\n$$"):
        html, _ = parsed(text)
        tags = re.findall(r"<[^<>]*>", html)
        assert not [tag for tag in tags if re.match(r"<(?:script|img|a|b|span|!)\b|<!", tag)]
        assert not [
            tag
            for tag in tags
            if re.search(r"\s(?:on\w+|href|src|style|id|title)\s*=|javascript:|url\(", tag)
        ]


@pytest.mark.parametrize("what", DEAR)
def test_no_formula_takes_long(what: str) -> None:
    start = time.process_time()
    first = mathml(DEAR[what], display=True)
    assert time.process_time() - start < 5
    assert first == mathml(DEAR[what] + " ", display=True) or isinstance(first, str)


def test_a_formula_leaves_nothing_to_the_next() -> None:
    assert isinstance(mathml(r"\newcommand{\mine}{z}\mine\sout x", display=True), str)
    assert isinstance(mathml(r"\gdef\mine{z}\mine\sout x", display=True), str)
    for tex in DEAR.values():
        mathml(tex, display=False)
    assert isinstance(mathml(r"\mine\sout y", display=True), Mistake)
    assert isinstance(mathml(r"\sout{after}", display=True), str)


def test_formulas_of_many_threads_do_not_meet() -> None:
    formulas = [rf"\sout{{x_{{{number}}}}}" for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda tex: mathml(tex, display=True), formulas))
    for number, html in enumerate(found):
        assert isinstance(html, str)
        assert f"<mn>{number}</mn>" in html


@pytest.mark.parametrize("seed", ["0", "1"])
def test_every_process_makes_the_same(seed: str) -> None:
    program = (
        f"from kb.read.mathml import mathml\nfor tex in {list(REFUSED)!r}: print(mathml(tex, display=True))"
    )
    made = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        encoding="utf-8",
        env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(READ.parents[1]), "PYTHONUTF8": "1"},
    )
    assert made.stdout == "".join(f"{mathml(tex, display=True)}\n" for tex in REFUSED)


def test_a_note_whose_formulas_math_core_knows_runs_no_javascript() -> None:
    program = (
        "import sys; from kb.read.mathml import mathml; assert isinstance(mathml(r'\\frac12', display=True), str);"
        "assert not {'quickjs', 'kb.read.temml_script'} & set(sys.modules)"
    )
    env = {"PYTHONPATH": str(READ.parents[1])}
    subprocess.run([sys.executable, "-c", program], check=True, env=env)


def test_what_runs_it_is_a_part_of_every_key() -> None:
    assert "quickjs-ng" in EXTRAS


def test_temml_is_the_file_that_its_note_names() -> None:
    assert sha256(SCRIPT.encode()).hexdigest() in (READ / "VENDORED.md").read_text()


def test_every_class_is_one_that_the_theme_knows() -> None:
    style = (READ.parents[2] / "themes" / "paper" / "assets" / "needs" / "math.css").read_text()
    known = set(re.findall(r"\.([a-z-]+)", style))
    bearing = {
        name for tex in REFUSED for name in re.findall(r'class="([^"]*)"', str(mathml(tex, display=True)))
    }
    assert bearing
    assert {each for name in bearing for each in name.split()} <= known
    assert 'class="tending"' in str(mathml(r"\cancelto{0}{x}", display=True))
