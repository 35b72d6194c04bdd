"""Addresses in style sheets lead to where the files are."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from kb.disk.stylesheets import with_addresses
from kb.disk.themes import ThemeFiles, read_theme
from theme.sample import PAPER

FONT = "needs/stix-two-math.woff2"


def hashed(name: str, data: bytes) -> str:
    stem, _, extension = name.rpartition(".")
    return f"_assets/{stem}.{len(data)}.{extension}"


def sheet(css: str, name: str = "needs/a.css") -> str:
    assets = {"needs/f.woff2": b"12345", "my mark.svg": b"123", "needs/b.css": b"", name: css.encode()}
    return with_addresses(assets, hashed)[name].decode()


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("url(f.woff2)", 'url("f.5.woff2")'),
        ("url( 'f.woff2' )", 'url("f.5.woff2")'),
        ('URL("./f.woff2?#iefix")', 'url("f.5.woff2?#iefix")'),
        ("url('../my mark.svg#x')", 'url("../my%20mark.3.svg#x")'),
        ("url(../my%20mark.svg)", 'url("../my%20mark.3.svg")'),
    ],
)
def test_an_address_that_names_an_asset_leads_to_its_published_name(written: str, made: str) -> None:
    assert sheet(f"a {{ b: {written} }}") == f"a {{ b: {made} }}"


def test_a_sheet_in_the_root_of_the_theme_finds_what_lies_in_a_folder() -> None:
    assert sheet("a { b: url(needs/f.woff2) }", "style.css") == 'a { b: url("needs/f.5.woff2") }'


@pytest.mark.parametrize(
    "written",
    [
        "url(gone.woff2)",
        "url(https://example.org/f.woff2)",
        "url(data:font/woff2;base64,AAAA)",
        "url(#shape)",
        "url()",
        "url(../../f.woff2)",
        "url(b.css)",
        "/* url(f.woff2) */",
        'content: "url(f.woff2)"',
        "content: 'it\\'s url(f.woff2)'",
    ],
)
def test_what_names_no_asset_stands_as_it_was_written(written: str) -> None:
    assert sheet(written) == written


def test_a_sheet_that_is_no_text_is_left_alone() -> None:
    assets = {"a.css": b"\xff url(f.woff2)", "f.woff2": b"1"}
    assert with_addresses(assets, hashed) == assets


def theme(root: Path) -> ThemeFiles:
    found = read_theme(root, "themes", "paper")
    assert isinstance(found, ThemeFiles)
    return found


def test_the_font_of_formulas_is_where_their_sheet_says(tmp_path: Path) -> None:
    found = theme(tmp_path)
    css = found.assets["needs/math.css"].decode()
    (address,) = re.findall(r'url\("([^"]*)"\)', css)
    paths = found.asset_paths()
    assert f"{paths['needs/math.css'].rpartition('/')[0]}/{address}" == paths[FONT]


def test_another_font_makes_another_name_of_the_sheet_that_fetches_it(tmp_path: Path) -> None:
    before = theme(tmp_path).asset_paths()
    own = tmp_path / "themes" / "paper" / "assets" / FONT
    own.parent.mkdir(parents=True)
    own.write_bytes(b"another")
    (tmp_path / "config.yaml").write_text("title: x\n")
    after = theme(tmp_path).asset_paths()
    assert {name for name in before if before[name] != after[name]} == {FONT, "needs/math.css"}


def test_the_font_of_formulas_is_the_file_that_the_themes_note_names_and_says_its_licence() -> None:
    font = (PAPER / "assets" / FONT).read_bytes()
    note = (PAPER / "VENDORED.md").read_text("utf-8")
    assert f"| stix-two-math.woff2 | {sha256(font).hexdigest()} |" in note
    assert "SIL OPEN FONT LICENSE Version 1.1" in (PAPER / "STIX-OFL.txt").read_text("utf-8")
    assert len(font) < 125_000


def test_only_the_sheet_of_formulas_and_that_of_the_font_for_text_fetch_a_font() -> None:
    sheets = (PAPER / "assets").rglob("*.css")
    fetch = {path.name for path in sheets if "@font-face" in path.read_text("utf-8")}
    assert fetch == {"math.css", "commonplace.css"}
