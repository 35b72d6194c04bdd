"""Formulas become MathML, mistakes in them are told with their place, and no TeX is HTML."""

from __future__ import annotations

import re
import time
from xml.etree import ElementTree as ET

import pytest

from kb.model.note import Source
from kb.model.settings import Dialect
from kb.read.mathml import Mistake, in_letters, mathml
from kb.read.parse import parser

FORMULAS = r"""
p(x\mid\theta)=\sum_{k=1}^{K}\pi_k\,\mathcal{N}(x\mid\mu_k,\Sigma_k)
\mathcal N(\mathbf x\mid\boldsymbol\mu,\boldsymbol\Sigma)=\frac{1}{(2\pi)^{D/2}|\boldsymbol\Sigma|^{1/2}}\exp\left\{-\frac12(\mathbf x-\boldsymbol\mu)^\top\boldsymbol\Sigma^{-1}(\mathbf x-\boldsymbol\mu)\right\}
\gamma(z_{nk})=\frac{\pi_k\mathcal N(x_n\mid\mu_k,\Sigma_k)}{\sum_{j=1}^K\pi_j\mathcal N(x_n\mid\mu_j,\Sigma_j)}
N_k=\sum_{n=1}^{N}\gamma(z_{nk})
\mu_k^{\text{new}}=\frac{1}{N_k}\sum_{n=1}^N\gamma(z_{nk})x_n
\Sigma_k^{\text{new}}=\frac1{N_k}\sum_n\gamma(z_{nk})(x_n-\mu_k)(x_n-\mu_k)^{\mathsf T}
\pi_k^{\mathrm{new}}=\frac{N_k}{N}
\ln p(X\mid\pi,\mu,\Sigma)=\sum_{n=1}^N\ln\left\{\sum_{k=1}^K\pi_k\mathcal N(x_n\mid\mu_k,\Sigma_k)\right\}
\mathrm{BIC}=k\ln n-2\ln\hat L
\operatorname{AIC}=2k-2\ln(\hat{L})
\hat\theta=\operatorname*{arg\,max}_{\theta}\;\mathcal L(\theta)
Q(\theta,\theta^{\text{old}})=\mathbb E_{Z\mid X,\theta^{\text{old}}}\left[\ln p(X,Z\mid\theta)\right]
\mathrm{KL}(q\,\|\,p)=-\sum_Z q(Z)\ln\frac{p(Z\mid X)}{q(Z)}
\begin{pmatrix}a&b\\c&d\end{pmatrix}
\begin{bmatrix}\sigma_1^2&\rho\sigma_1\sigma_2\\\rho\sigma_1\sigma_2&\sigma_2^2\end{bmatrix}
\begin{vmatrix}a&b\\c&d\end{vmatrix}=ad-bc
f(x)=\begin{cases}1&\text{if }x>0\\0&\text{otherwise}\end{cases}
r_{nk}=\begin{cases}1 & \text{if $k=\arg\min_j\|x_n-\mu_j\|^2$}\\ 0&\text{otherwise}\end{cases}
\begin{aligned}a&=b+c\\&=d\end{aligned}
\begin{align}a&=b\\c&=d\end{align}
\begin{align*}a&=b\\[4pt]c&=d\end{align*}
\begin{equation}\begin{split}a&=b\\&=c\end{split}\end{equation}
\begin{equation}\label{eq:gmm}p(x)=1\end{equation}
\begin{gather}a=b\\c=d\end{gather}
\begin{alignat}{2}a&=b&\quad c&=d\end{alignat}
\begin{alignedat}{2}a&=b\end{alignedat}
\begin{eqnarray}a&=&b\\c&=&d\end{eqnarray}
\begin{multline}a+b\\+c\end{multline}
\begin{flalign}a&=b\end{flalign}
\sum_{\substack{1\le i\le n\\i\ne j}}x_i
\mathds{1}_{x>0}
\mathbb 1\{x>0\}
\pmb{\theta}
\mbox{if }x
\bar x=\frac{1}{n}\sum_{i=1}^n x_i
\bar x_p = \Bigl(\frac 1 n \sum_{i=1}^{n} x_i^{\,p}\Bigr)^{1/p} \qquad \text{for } p \ne 0
\sqrt[n]{\prod_{i=1}^n x_i}
\int_{-\infty}^{\infty}e^{-x^2}\,dx=\sqrt\pi
\iint_D f(x,y)\,\mathrm dx\,\mathrm dy
\nabla_\theta J(\theta)
\frac{\partial^2 f}{\partial x\,\partial y}
\lim_{n\to\infty}\left(1+\frac1n\right)^n=e
\binom{n}{k}p^k(1-p)^{n-k}
\dfrac{a}{b}+\tfrac{c}{d}
\underbrace{a+b}_{\text{sum}}+\overbrace{c+d}^{\text{other}}
\|x\|_2^2\le\langle x,y\rangle
\lVert x\rVert\;\lvert y\rvert
\left\lfloor\frac n2\right\rfloor\lceil x\rceil
X\sim\mathcal N(0,1),\quad X_i\overset{\text{iid}}{\sim}F
\widehat{\theta}\tilde x\widetilde{xy}\vec v\dot x\ddot x
A\subseteq B\cup C\setminus\emptyset\in\mathbb R^{n\times m}
\forall\epsilon>0\,\exists\delta
P(A\mid B)=\frac{P(B\mid A)P(A)}{P(B)}
\operatorname{tr}(A)=\sum_i a_{ii}
\det\Sigma=\prod_i\lambda_i
\log_2 n\ \mathcal O(n\log n)
\mathbf 1^\top\mathbf x=\boldsymbol{\alpha}^{\intercal}\boldsymbol\beta
e^{i\pi}+1=0\tag{1}
\boxed{a=b}
\color{red}{x}+\textcolor{blue}{y}
\begin{array}{c|c}a&b\\\hline c&d\end{array}
\left.\frac{df}{dx}\right|_{x=0}
x\xrightarrow{n\to\infty}y
a\stackrel{\text{def}}{=}b\coloneqq c
\newcommand{\E}{\mathbb E}\E[X]
\def\a#1{x_{#1}}\a{1}
\textbf{bold}\ \textit{it}\ \texttt{tt}
""".strip().split("\n")

HOSTILE = [
    r"\text{<script>alert(1)</script>}",
    r"""\text{" onload=alert(1) '}""",
    r"\href{javascript:alert(1)}{x}",
    r"\url{javascript:alert(1)}",
    r'\color{"><script>alert(1)</script>}{x}',
    r'\htmlStyle{color:red" onclick="x}{y}',
    r"\unicode{x3c}img src=x onerror=alert(1)\unicode{x3e}",
    r"\begin{<script>}x\end{<script>}",
    r"</annotation></semantics></math><img src=x onerror=alert(1)>",
    r"\label{\" onclick=alert(1)} x",
    r"\tag{<b onclick=alert(1)>} x",
    "<!--" + r"\text{-->}",
]


def parsed(text: str) -> tuple[str, list[str]]:
    note, body = parser(Dialect())(Source("a.md", text.encode(), ""))
    said = [f"{p.place.line}:{p.place.column} {p.code}: {p.message}" for p in note.problems]
    return "".join(body.html), said


@pytest.mark.parametrize("tex", FORMULAS)
def test_a_formula_becomes_mathml(tex: str) -> None:
    for display in (True, False):
        html = mathml(tex, display=display)
        assert not isinstance(html, Mistake), html
        root = ET.fromstring(html)  # noqa: S314 - our own
        annotation = root.find("semantics/annotation")
        assert annotation is not None
        assert annotation.text == tex
        assert root.get("display") == ("block" if display else None)
        assert not any("style" in each.attrib for each in root.iter())


def test_a_density_is_a_fraction_within_a_sum() -> None:
    assert mathml(r"\sum_k \frac{1}{N_k}", display=False) == (
        '<math><semantics><mrow><munder><mo lspace="0">∑</mo><mi>k</mi></munder><mfrac><mn>1</mn>'
        r'<msub><mi>N</mi><mi>k</mi></msub></mfrac></mrow><annotation encoding="application/x-tex">\sum_k \frac{1}{N_k}'
        "</annotation></semantics></math>"
    )


@pytest.mark.parametrize("tex", HOSTILE)
def test_no_tex_is_html(tex: str) -> None:
    for text in (f"${tex}$", f"$$\n{tex}\n$$"):
        html, _ = parsed(text)
        tags = re.findall(r"<[^<>]*>", html)
        assert not [tag for tag in tags if re.match(r"<(?:script|img|a|b|!)\b|<!", tag)]
        assert not [tag for tag in tags if re.search(r"\son\w+\s*=|javascript:|\sstyle=", tag)]


def test_a_mistake_is_told_with_its_place_and_the_tex_is_shown() -> None:
    html, said = parsed("---\ntitle: x\n---\n\nText, $a + \\foo b$.\n\n> $$\n> x \\\\\n> y + \\bar\n> $$\n")
    assert said[0] == '5:12 math: this formula cannot be read: unknown command "\\foo"'
    assert said[1].startswith("9:")
    assert len(said) == 2
    assert '<code class="math" data-display="inline">a + \\foo b</code>' in html


def test_a_mistake_behind_what_was_written_otherwise_is_where_it_is() -> None:
    tex = "\\begin{split}a\\end{split}\\foo"
    assert mathml(tex, display=True) == Mistake(tex.index("\\foo"), 'Unknown command "\\foo".')


def test_a_formula_stays_whole_beside_raw_html() -> None:
    html, _ = parsed("<b>Bold</b> and $x$\n\n$$\ny\n$$\n")
    assert "<math>" in html
    assert '<div class="formula"><math display="block">' in html


def test_neither_depth_nor_expansion_ends_the_process() -> None:
    assert isinstance(mathml("{" * 5000 + "x" + "}" * 5000, display=True), Mistake)
    assert isinstance(mathml(r"\def\a{{\a}}\a", display=True), Mistake)


@pytest.mark.parametrize("tex", ["\\exp(" * 30, "\\exp[" * 30, "f(x" * 40, "\\def\\a{\\exp(}" + "\\a" * 40])
def test_brackets_that_are_never_closed_cost_no_more_than_others(tex: str) -> None:
    """math-core takes twice as long for each of them."""
    start = time.process_time()
    assert isinstance(mathml(tex, display=True), Mistake | str)
    assert time.process_time() - start < 2


def test_brackets_that_are_closed_may_be_many() -> None:
    assert isinstance(mathml("f(x)" * 60, display=True), str)
    assert isinstance(mathml("[0, 1) \\cup (2, 3]" * 5, display=True), str)


@pytest.mark.parametrize(
    "tex",
    [
        r"\def\a#1{\a{#1#1}}\a{xx}",
        r"\newcommand{\a}[1]{\a{#1#1}}\a{xx}",
        r"\gdef\a#1{\a{#1#1}}\a{xx}",
        r"\providecommand{\a}[1]{\a{#1#1}}\a{xx}",
        r"\newcommand{\a}[1]{#1#1}" + r"\a{" * 40 + "x" + "}" * 40,
        r"\def\a#1{" + "#1" * 10 + "}" + r"\a{" * 9 + "x" + "}" * 9,
    ],
)
def test_a_command_that_doubles_what_it_is_given_does_not_grow_for_ever(tex: str) -> None:
    start = time.process_time()
    assert isinstance(mathml(tex, display=True), Mistake)
    assert time.process_time() - start < 2


def test_a_command_may_be_given_something_often() -> None:
    assert isinstance(mathml(r"\def\n#1{|#1|}" + r"\n{x}" * 20, display=True), str)
    assert isinstance(mathml(r"\def\a#1{#1#1}" + r"\a{xx}" * 12, display=True), str)


@pytest.mark.parametrize(
    ("tex", "letters"),
    [(r"\alpha", "α"), ("k", "k"), (r"\sigma = \infty", "σ=∞"), ("a<b", "a<b"), ("x^2", "x^2"), (r"\frac12", r"\frac12"), (r"\no", r"\no")],
)  # fmt: skip
def test_for_who_is_only_told_letters_a_formula_is_its_signs_or_its_tex(tex: str, letters: str) -> None:
    assert in_letters(tex) == letters


def test_a_heading_of_a_table_that_is_a_formula_alone_has_a_name_in_letters() -> None:
    """Browsers leave MathML out of names, and axe-core finds such a heading empty."""
    text = "| $\\alpha$ | of $k$ |\n|---|---|\n| $1$ | 2 |\n"
    html = "".join(parser(Dialect())(Source("a.md", text.encode(), ""))[1].html)
    assert '<th><math aria-label="α">' in html
    assert html.count("aria-label") == 1


@pytest.mark.parametrize(
    "tex",
    [
        r"\newcommand{\E}{\mathbb E}\E[X]=\E[\E[X\mid Y]]=\E[Y]+\E[Z]-\E[W]+\E[U]+\E[V]+\E[A]+\E[B]",
        r"\def\n#1{\left\lVert #1\right\rVert}" + "+".join([r"\n{x}"] * 100),
        r"\def\R{\mathbb{R}}\def\m#1#2{\R^{#1\times #2}}" + r"\m{n}{m}\to" * 80 + r"\R",
        r"\def\p(#1){x}".replace("(#1)", "#1") + r"\p{a}" * 300,
        r"\DeclareMathOperator*{\argmax}{arg\,max}\argmax_x f(x)",
        r"\newcommand*{\vc}[1]{\mathbf{#1}}\vc{x}^\top\vc y",
        r"\let\oldvec=\vec\renewcommand{\vec}[1]{\mathbf{\oldvec{#1}}}\vec x",
    ],
)
def test_an_honest_author_may_use_commands_of_their_own_often(tex: str) -> None:
    assert isinstance(mathml(tex, display=True), str)


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (
            r"\def\a{xxxxxxxxxx}\def\b{\a\a\a\a\a\a\a\a\a\a}\def\c{\b\b\b\b\b\b\b\b\b\b}\c\c\c\c\c\c\c\c\c\c\c",
            "more than 1,000 times",
        ),
        (r"\def\a{" + "x" * 200 + "}" + r"\a" * 60, "more than 10,000 letters"),
        (r"\def\a{}\def\b{\a\a\a\a\a\a\a\a\a\a}" + r"\b" * 100, "more than 1,000 times"),
        (r"\def\a{\sqrt{x_{(}}}" + r"\a" * 30, "more than 10 brackets in it are never closed"),
        (r"\def\a{((((((((}" + r"\a" * 130, "too long"),
        (r"\def\mathbf#1{#1#1}" + r"\bold{" * 60 + "x" + "}" * 60, "more than"),
        (r"\def\a{\a}x+\a", "more than 1,000 times"),
    ],
)
def test_what_commands_come_to_is_bounded(tex: str, message: str) -> None:
    start = time.process_time()
    found = mathml(tex, display=True)
    assert isinstance(found, Mistake)
    assert message in found.message
    assert time.process_time() - start < 2


def test_too_much_is_told_where_the_command_stands() -> None:
    found = mathml(r"\def\a{\a}x+\a", display=True)
    assert found == Mistake(12, "its commands stand for something more than 1,000 times")


@pytest.mark.parametrize(
    "tex",
    [
        r"\sum_{\begin{matrix}a\\b\end{matrix}}x",
        r"\frac{\begin{cases}a\\b\end{cases}}{2}",
        r"\begin{pmatrix}a&b\end{pmatrix}",
    ],
)
def test_a_table_has_its_size_as_html_has_it(tex: str) -> None:
    html = str(mathml(tex, display=True))
    assert "<mtable" in html
    assert not re.search(r"<mtable[^>]*scriptlevel", html)
    assert html.count('<mstyle scriptlevel="0"><mtable') == html.count("</mtable></mstyle>")
    assert ('<mstyle scriptlevel="0">' in html) == tex.startswith((r"\sum", r"\frac"))
