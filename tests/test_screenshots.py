"""The pictures of the manual: small, all of them shown, each in words too, and all that are shown are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
PAGES = [
    ROOT / "README.md",
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if "site" not in page.parts),
]
SHOWN = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<path>[^)]*\.webp)\)")


@pytest.fixture(scope="module")
def shown() -> list[tuple[Path, str, Path]]:
    """Each picture that a page shows: the page, the words that stand for it, its file."""
    return [
        (page, match["words"], (page.parent / match["path"]).resolve())
        for page in PAGES
        for match in SHOWN.finditer(page.read_text("utf-8"))
    ]


def test_every_picture_that_a_page_names_is_there_and_has_words_for_it(
    shown: list[tuple[Path, str, Path]],
) -> None:
    assert [(page, file) for page, _, file in shown if not file.is_file()] == []
    assert [(page, words) for page, words, _ in shown if len(words) < 40] == []


def test_every_picture_is_named_by_the_manual_and_one_by_the_readme(
    shown: list[tuple[Path, str, Path]],
) -> None:
    manual = {file for page, _, file in shown if page.name != "README.md"}
    assert manual == set(PICTURES.iterdir())
    assert len([page for page, _, _ in shown if page.name == "README.md"]) == 1


def test_every_picture_is_one_that_the_script_takes() -> None:
    script = (ROOT / "tools" / "screenshots.py").read_text("utf-8")
    for file in PICTURES.iterdir():
        assert f'"{file.stem}": Scene(' in script or f'keep("{file.stem}", ' in script, file.name


def test_the_pictures_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in PICTURES.iterdir()}
    assert sizes
    assert max(sizes.values()) <= 100_000, sizes
    assert sum(sizes.values()) <= 1_000_000
