"""The theme's scripts: small, and without any way for a text to become more than a text."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from kb.disk.lean import lean
from kb.disk.themes import OF_SEARCH, ThemeFiles, read_theme
from theme.sample import PAPER

#: All of ours; of those of others, tests/browser/test_vendored.py speaks.
SCRIPTS = sorted(path for path in (PAPER / "assets").rglob("*.js") if not path.name.startswith("d3-"))
PARTS = [path for path in SCRIPTS if path.parent.name == "assets" and path.name != "paper.js"]
each_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)


def assets(root: Path, without: frozenset[str] = frozenset()) -> dict[str, bytes]:
    """The assets of the theme as a site has them."""
    theme = read_theme(root, "themes", "paper", without)
    assert isinstance(theme, ThemeFiles)
    return theme.assets


def sent(path: Path) -> bytes:
    """A file of the theme as its readers get it."""
    return lean(path.name, path.read_bytes())


@each_script
@pytest.mark.parametrize(
    "word",
    "innerHTML outerHTML insertAdjacentHTML createContextualFragment document.write eval( Function( .cssText srcdoc".split(),
)
def test_nothing_in_a_script_could_take_a_text_for_html_or_a_program(word: str, script: Path) -> None:
    assert word not in script.read_text("utf-8")


@each_script
def test_a_script_asks_nobody_but_its_own_site(script: Path) -> None:
    assert "://" not in script.read_text("utf-8")


@each_script
def test_a_script_can_be_read_by_a_javascript_engine(script: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    assert subprocess.run([node, "--check", str(script)], check=False).returncode == 0


def test_the_scripts_of_a_theme_are_one_script_whose_first_part_does_not_wait(tmp_path: Path) -> None:
    found = assets(tmp_path)
    script = found["paper.js"]
    assert script.startswith(sent(PAPER / "assets" / "paper.js"))
    waits = script.index(b"const begin = () => {")
    places = [script.index(sent(part)) for part in PARTS]
    assert places == sorted(places)
    assert waits < places[0]
    assert [name for name in found if name.endswith(".js") and "/" not in name] == ["paper.js"]


def test_the_whole_script_can_be_read_by_a_javascript_engine(tmp_path: Path) -> None:
    whole = tmp_path / "paper.js"
    whole.write_bytes(assets(tmp_path)["paper.js"])
    test_a_script_can_be_read_by_a_javascript_engine(whole)


def test_where_nothing_is_searched_the_search_is_no_part_of_it(tmp_path: Path) -> None:
    found = assets(tmp_path, OF_SEARCH)
    search = sent(PAPER / "assets" / "search.js")
    assert search in assets(tmp_path)["paper.js"]
    assert search not in found["paper.js"]
    assert b"search-field" not in found["style.css"]


def test_a_script_of_the_sites_own_becomes_a_part_of_it(tmp_path: Path) -> None:
    own = tmp_path / "themes" / "paper" / "assets" / "own.js"
    own.parent.mkdir(parents=True)
    own.write_text("document.title += own;\n")
    (tmp_path / "config.yaml").write_text("title: Mine\n")
    assert b"document.title += own;" in assets(tmp_path)["paper.js"]


def test_a_page_pays_little_for_the_search_that_nobody_uses_on_it() -> None:
    assert len(gzip.compress(sent(PAPER / "assets" / "search.js"), mtime=0)) < 7_000


def test_what_runs_before_the_page_is_seen_is_tiny() -> None:
    assert len(gzip.compress(sent(PAPER / "assets" / "paper.js"), mtime=0)) < 1_200


def test_a_page_pays_little_for_what_shows_the_other_end_of_its_links() -> None:
    assert len(gzip.compress(sent(PAPER / "assets" / "previews.js"), mtime=0)) <= 2_500
