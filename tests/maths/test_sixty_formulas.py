"""Sixty formulas of the kind that notes on statistics hold: what each becomes, and where their TeX is kept.

What they become stands in `formulas.xml`, so that it can be read, and a change of a library be seen. Another converter
(Temml 0.13.5) came to the same letters in the same order, but for the signs of accents and of `\\mid`, and for which of
two script alphabets is meant; `tests/browser/test_formulas.py` keeps pictures.
``KB_GOLDEN=1`` writes the file anew.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kb.model.settings import Dialect
from kb.read.mathml import mathml
from read.written import read
from website.web import Web, built

HERE = Path(__file__).parent
NOTE = (HERE / "formulas.md").read_text("utf-8")
FORMULAS = re.findall(r"^\$\$\n(.*?)\n\$\$$", NOTE, re.MULTILINE | re.DOTALL)
GOLDEN = HERE / "formulas.xml"


@cache
def shown(tex: str) -> str:
    """The MathML of a formula that stands by itself, one element in a line."""
    made = mathml(tex, display=True)
    assert isinstance(made, str), made
    tree = ET.fromstring(made)  # noqa: S314 - our own
    ET.indent(tree)
    return ET.tostring(tree, encoding="unicode")


def test_there_are_sixty_and_none_is_refused() -> None:
    assert len(set(FORMULAS)) == 60
    note, body = read(NOTE, dialect=Dialect())
    assert note.problems == ()
    assert "".join(body.html).count('<math display="block"') == 60


def test_each_formula_is_the_mathml_that_was_read_and_found_right() -> None:
    made = "<formulas>\n" + "\n".join(map(shown, FORMULAS)) + "\n</formulas>\n"
    if os.environ.get("KB_GOLDEN") == "1":
        GOLDEN.write_text(made, "utf-8")
    assert made == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("tex", FORMULAS, ids=range(1, 61))
def test_a_formula_has_the_parts_that_its_tex_has(tex: str) -> None:
    tree = ET.fromstring(shown(tex))  # noqa: S314 - our own
    tags = Counter(each.tag for each in tree.iter())
    commands = Counter(re.findall(r"\\([a-z]+)", tex))
    letters = "".join(each.text or "" for each in tree.iter() if each.tag in {"mi", "mo", "mn"})
    assert tags["mfrac"] == sum(commands[name] for name in ("frac", "tfrac", "dfrac", "binom"))
    assert tags["msqrt"] + tags["mroot"] == commands["sqrt"]
    assert [letters.count(sign) for sign in "∑∏∫"] == [commands["sum"], commands["prod"], commands["int"]]
    assert tags["mtr"] == sum(
        1 + rows.count("\\\\") for rows in re.findall(r"\\begin\{\w+\*?\}(.*?)\\end", tex, re.DOTALL)
    ) + (tex.count("\\\\") + 1) * ("substack" in tex)
    assert tree.findtext(".//annotation") == tex


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Web:
    front = "---\ntitle: Sixty\ndate: 2024-01-01\n---\n"
    config = "title: T\nbase_url: https://example.org/\ntwins: true\n"
    return built(tmp_path_factory.mktemp("sixty"), {"sixty.md": front + NOTE}, config)


def test_the_twin_has_every_formula_as_its_tex(web: Web) -> None:
    (twin,) = [web.text(path) for path in web.files if path.endswith(".md") and "sixty" in path]
    told = " ".join(twin.split())
    assert [tex for tex in FORMULAS if f"$${' '.join(tex.split())}$$" not in told] == []


@pytest.mark.parametrize(
    ("tex", "told"),
    [
        ("a\n+ b\n- c", "a + b - c"),
        ("a % why\n> b", "a > b"),
        ("a \\%\n1. b", "a \\% 1. b"),
        ("a\n+b\n= c", "a\n+b\n= c"),
    ],
)
def test_no_line_of_a_formula_begins_a_block_of_the_twin(tex: str, told: str, tmp_path: Path) -> None:
    web = built(
        tmp_path, {"a.md": f"$$\n{tex}\n$$\n"}, "title: T\nbase_url: https://example.org/\ntwins: true\n"
    )
    (twin,) = [web.text(path) for path in web.files if path.endswith(".md")]
    assert f"$${told}$$" in twin


def test_the_feeds_have_every_formula_with_its_tex(web: Web) -> None:
    (entry,) = json.loads(web.text("feed.json"))["items"]
    kept = re.findall(
        r'<annotation encoding="application/x-tex">(.*?)</annotation>', entry["content_html"], re.DOTALL
    )
    assert [ET.fromstring(f"<a>{tex}</a>").text for tex in kept] == FORMULAS  # noqa: S314 - our own


def test_search_knows_a_formula_by_its_tex() -> None:
    _, body = read(
        "# One\n\nThe share is $\\pi_k = \\frac{n_k}{n}$ here.\n\n$$\n\\mathrm{BIC} = \\nu \\ln n\n$$\n"
    )
    assert "\\pi_k = \\frac{n_k}{n}" in body.text
    assert "\\mathrm{BIC} = \\nu \\ln n" in body.text
    assert "<m" not in body.text
