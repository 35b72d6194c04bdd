"""What a theme of kb's leaves out of what it sends: comments, and no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.disk.lean import lean
from kb.disk.themes import ThemeFiles, read_theme
from theme.sample import PAPER

THEMES = PAPER.parent
SHEETS = sorted(THEMES.rglob("assets/**/*.css"))
SCRIPTS = sorted(path for path in THEMES.rglob("assets/**/*.js") if not path.name.startswith("d3-"))
#: A text in CSS, or a comment.
PARTS = re.compile(r"""/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_says_to_a_browser_what_it_said(sheet: Path) -> None:
    text = sheet.read_text("utf-8")
    written = PARTS.sub(lambda match: "" if match[0].startswith("/*") else match[0], text)
    sent = lean(sheet.name, text.encode()).decode()
    assert sent.split() == written.split()
    assert "/*" not in sent


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_loses_whole_lines_of_comments_and_nothing_else(script: Path) -> None:
    text = script.read_text("utf-8")
    for template in re.findall(r"`[^`]*`", text):
        assert "\n" not in template or "/*" not in template
    sent = lean(script.name, text.encode()).decode()
    assert not re.search(r"^\s*/\*", sent, re.MULTILINE)
    left = iter(text.splitlines())
    assert all(line in left for line in sent.splitlines())  # in their order
    gone = set(text.splitlines()) - set(sent.splitlines())
    assert all(re.match(r"\s*(?:/?\*|$)|.*\*/\s*$| {1,5}\S", line) for line in gone)


def test_a_licence_that_asks_to_stay_does() -> None:
    assert lean("a.css", b"/*! by A */\n/* b */\na {\n  b: c;\n}\n") == b"/*! by A */\na {\nb: c;\n}\n"
    assert lean("a.js", b"/*! by A */\n/* b */\nc(); // d\n") == b"/*! by A */\nc(); // d\n"
    assert lean("a.svg", b"<!-- a -->") == b"<!-- a -->"


def test_files_of_a_sites_own_are_sent_as_they_were_written(tmp_path: Path) -> None:
    own = tmp_path / "themes" / "paper" / "assets"
    own.mkdir(parents=True)
    (own / "custom.css").write_text("/* mine */\na { b: c }\n")
    (own / "own.js").write_text("/* mine too */\nown();\n")
    (tmp_path / "config.yaml").write_text("title: Mine\n")
    theme = read_theme(tmp_path, "themes", "paper")
    assert isinstance(theme, ThemeFiles)
    assert theme.assets["custom.css"] == b"/* mine */\na { b: c }\n"
    assert b"/* mine too */\nown();\n" in theme.assets["paper.js"]
    assert b"Light and dark: what the reader chose" not in theme.assets["paper.js"]
