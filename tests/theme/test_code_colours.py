"""The colours of code in the default theme are made of two Pygments styles, and can be read on its ground."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.disk.lean import lean
from kb.disk.themes import ThemeFiles, read_theme
from kb.model.contrast import AA, contrast
from kb.read.rules.code import highlight
from kb.read.rules.colors import DARK_BACKGROUND, LIGHT_BACKGROUND, highlight_css
from theme.sample import PAPER

STYLES = ("solarized-light", "solarized-dark")
CODE_CSS = (PAPER / "assets" / "code.css").read_text("utf-8")


def test_the_colours_are_what_their_first_line_says_they_are_made_of() -> None:
    first, _, rules = CODE_CSS.partition("\n")
    assert first == '/* Made by kb.read.rules.colors.highlight_css("{}", "{}"). */'.format(*STYLES)
    assert rules == highlight_css(*STYLES)


def test_the_site_has_them_in_its_one_style_sheet(tmp_path: Path) -> None:
    theme = read_theme(tmp_path, "themes", "paper")
    assert isinstance(theme, ThemeFiles)
    assert lean("code.css", CODE_CSS.encode()) in theme.assets["style.css"]
    assert "code.css" not in theme.assets


@pytest.mark.parametrize("side", [0, 1], ids=["day", "night"])
def test_every_colour_can_be_read(side: int) -> None:
    colours = {pair[side] for pair in re.findall(r"light-dark\(([^,]+),([^)]+)\)", CODE_CSS)} - {
        "currentcolor"
    }
    ground = (LIGHT_BACKGROUND, DARK_BACKGROUND)[side]
    assert colours
    assert {colour for colour in colours if contrast(colour, ground) < AA} == set()


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "def f(x):\n    return 'x'  # y\n"),
        ("diff", "-old\n+new\n"),
        ("html", '<a href="x">y</a>\n'),
    ],
)
def test_what_is_marked_in_code_has_a_colour(language: str, code: str) -> None:
    marked = set(re.findall(r'class="(\w+)"', highlight(code, language) or ""))
    assert marked
    assert any(f".highlight .{name}" in CODE_CSS for name in marked)
