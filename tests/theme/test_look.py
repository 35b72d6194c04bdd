"""A site's own colours, fonts and measure, as rules behind those of its theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.model.contrast import AA, contrast
from kb.model.settings import Look, Tone
from kb.read.config import read_config
from kb.read.look import ACCENT, INK, PAPER
from kb.view.look import rules_of
from website.web import built

STYLE = Path(__file__).parents[2] / "themes" / "paper" / "assets" / "style.css"


def test_without_a_look_there_is_no_rule() -> None:
    assert rules_of(Look()) == ""


def test_each_part_of_a_look_sets_the_name_that_themes_use() -> None:
    look = Look(Tone("#111111", "#eeeeee"), Tone("#ffffff", "#000000"), serif='"A B", serif', measure=60)
    rules = rules_of(look)
    assert '--serif:"A B", serif' in rules
    assert "--measure:30rem" in rules
    assert "--accent:light-dark(#111111,#eeeeee)" in rules
    assert "--paper:light-dark(#ffffff,#000000)" in rules
    used = set(re.findall(r"(--[a-z]+):", rules))
    assert used <= set(re.findall(r"(--[a-z]+):", STYLE.read_text()))


@pytest.mark.parametrize("accent", ["#84272a", "#000080", "#0b4f2c", "#000000"])
def test_an_accent_for_light_pages_is_made_to_be_read_on_dark_ones(accent: str) -> None:
    dark = re.search(rf"--accent:light-dark\({accent},(#\w+)\)", rules_of(Look(accent=Tone(accent))))
    assert dark
    assert contrast(dark[1], PAPER.dark) >= AA


def test_the_themes_own_colours_can_be_read() -> None:
    for scheme in ("light", "dark"):
        for tone in (INK, ACCENT):
            assert contrast(getattr(tone, scheme), getattr(PAPER, scheme)) >= AA


def test_no_font_ends_its_rule() -> None:
    for fonts in ("a;b", "a}b", "url(x)", '"a', "a\\b", "/*", "a,,b", ""):
        settings, problems = read_config("config.yaml", f"look:\n  serif: {fonts!r}\n")
        assert settings is None, fonts
        assert problems


def test_the_look_is_in_the_style_sheet_of_every_page(tmp_path: Path) -> None:
    web = built(tmp_path, {"content/one.md": "# One\n"}, 'look: {accent: "#0b4f2c"}\n')
    sheets = [path for path in web.files if path.endswith(".css") and "/style." in path]
    assert len(sheets) == 1
    assert "--accent:#0b4f2c" in web.files[sheets[0]].decode()
