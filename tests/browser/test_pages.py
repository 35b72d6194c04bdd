"""axe-core finds nothing to complain of on the pages of two real sites, by day and by night, narrow and wide; nor has vnu.

The first of them it looks at twice, in the theme `paper` and in `desk`.

A test run looks at a page of each kind; ``make pages`` (KB_ALL_PAGES=1) looks at every page there is, and at the manual.
A page is loaded once for each width, and then turned dark; a scheme changes its colours and nothing else, so that by night only
those are looked at, unless `desk`, whose colours are the same at every width, is light at one and dark at the other.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route

from browser import axe, searched
from browser.preview import KB, SRC
from website.valid import html_faults

pytestmark = pytest.mark.xdist_group("browser")

REPOSITORY = Path(__file__).parents[2]
ALL = os.environ.get("KB_ALL_PAGES") == "1"
#: What a page may hold that looks its own way: of each such thing a few pages are looked at.
FEATURES = (
    *(
        f'class="{name}'
        for name in ("page-home", "page-contents", "page-search", "page-not-found", "page-tags")
    ),
    *(f'class="page-section{name}"' for name in ("", " page-tag", " page-archive")),
    *(
        'class="highlight"',
        "<table>",
        'class="callout"',
        'class="footnotes"',
        'class="embed"',
        "task-list-item",
    ),
    *(
        'data-kind="review"',
        'data-kind="excerpt"',
        'data-kind="decision"',
        'data-kind="reblog"',
        'class="series"',
        'class="missing"',
    ),
    *('class="chart"', 'class="data-table"', 'class="decision'),
    *("<dl>", "<figure", "<math", "<svg", "<video", "<audio", "page-graph", "page-kind"),
    *("page-reviews", "page-decisions", "page-passages", "page-series"),
)
NARROW, WIDE = 360, 1440
#: How many pages of each.
EACH = 1


def pages_of(site: Path) -> list[str]:
    """Which pages to look at: all, or some of each kind."""
    texts = {
        path.relative_to(site).as_posix(): path.read_text("utf-8") for path in sorted(site.rglob("*.html"))
    }
    pages = {path: text for path, text in texts.items() if 'http-equiv="refresh"' not in text}
    if ALL:
        return list(pages)
    chosen: dict[str, None] = {}
    for feature in FEATURES:
        have = [
            path
            for path, text in pages.items()
            if feature in re.sub("<head>.*?</head>", "", text, flags=re.DOTALL)
        ]
        seen = sum(path in chosen for path in have)
        chosen.update(
            dict.fromkeys(islice((path for path in have if path not in chosen), max(0, EACH - seen)))
        )
    return list(chosen)


def built(root: Path, output: Path, cache: Path) -> Path:
    env = {**os.environ, "PYTHONPATH": str(SRC), "KB_CACHE_DIR": str(cache)}
    subprocess.run(
        [*KB, "-C", str(root), "build", "--output", str(output)], env=env, check=False, capture_output=True
    )
    assert (output / "index.html").is_file()
    return output


@pytest.fixture(scope="module", params=["own", "desk", "help", *(["manual"] if ALL else [])])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, corpus: Callable[[str], Path]
) -> Iterator[tuple[Path, str]]:
    """This repository's own site, in either theme, that of Obsidian's help, or the manual, and its address."""
    folder = tmp_path_factory.mktemp(request.param)
    match request.param:
        case "help":
            root = corpus("obsidian-help-en")
        case "desk":
            root = in_desk(folder / "root")
        case "manual":
            root = REPOSITORY / "docs"
        case _:
            root = REPOSITORY
    output = built(root, folder / "site", folder / "cache")
    with searched.served(output) as address:
        yield output, address


def in_desk(root: Path) -> Path:
    """This repository's own site, as one that has chosen the theme `desk`."""
    shutil.copytree(REPOSITORY / "content", root / "content")
    config = (REPOSITORY / "config.yaml").read_text("utf-8")
    assert "\ntheme: paper" in config
    (root / "config.yaml").write_text(config.replace("\ntheme: paper", "\ntheme: desk"), "utf-8")
    return root


def alone(page: Page, address: str) -> None:
    """Nothing is fetched from elsewhere: what a note embeds from the web is not ours to judge."""

    def ours(route: Route) -> None:
        if route.request.url.startswith(address):
            route.fallback()
        else:
            route.abort()

    page.route("**/*", ours)


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_axe_finds_nothing_on_any_kind_of_page(
    chromium: Browser,
    site: tuple[Path, str],
    axe_core: str,
    width: int,
) -> None:
    output, address = site
    is_desk = "desk" in output.parent.name
    first: Literal["light", "dark"] = "dark" if is_desk and width == NARROW else "light"
    context = chromium.new_context(color_scheme=first, viewport={"width": width, "height": 900})
    context.set_default_timeout(30_000)
    page = context.new_page()
    alone(page, address)
    found: dict[str, list[str]] = {}
    for path in pages_of(output):
        page.emulate_media(color_scheme=first)
        page.goto(address + path, wait_until="domcontentloaded")
        faults = axe.faults(page, axe_core)
        if ALL or not is_desk:
            page.emulate_media(color_scheme="light" if first == "dark" else "dark")
            faults += axe.faults(page, axe_core, axe.COLOURS)
        if faults:
            found[path] = faults
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
    context.close()
    assert found == {}


def test_every_page_is_valid_html(site: tuple[Path, str]) -> None:
    assert html_faults(site[0]) == []
