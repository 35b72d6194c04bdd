"""An installed Chromium, and a preview to look at with it.

Without a Chromium these tests are skipped, by name; with KB_REQUIRE_BROWSER=1 its absence is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from browser import axe, searched
from browser.preview import Preview

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Chromium's own word, which no script of the page can catch: the next page was shown before the transition to
#: it was ready, and so without one. It comes about on a busy machine.
TOO_LATE = "Transition was aborted because of invalid state. Page already revealed"
FONTS = Path(__file__).with_name("fonts.conf")
OPTIONS = [
    "--no-sandbox",  # in a container there is none to be had; it only ever sees our own pages
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def has_fonts() -> bool:
    """Whether the fonts are there that pages are looked at with."""
    return any(Path("/usr/share/fonts/truetype").glob("liberation*/LiberationSerif-Regular.ttf"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        why = f"no browser is installed: none of {', '.join(NAMES)}"
        if os.environ.get("KB_REQUIRE_BROWSER") == "1":
            pytest.fail(f"{why}, and KB_REQUIRE_BROWSER=1 asks for one")
        pytest.skip(why)
    with sync_playwright() as playwright:
        fonts = {"FONTCONFIG_FILE": str(FONTS)} if has_fonts() else {}
        browser = playwright.chromium.launch(
            executable_path=program, args=OPTIONS, env={**os.environ, **fonts}
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe_core(pytestconfig: pytest.Config) -> str:
    """The text of axe-core."""
    assert pytestconfig.cache is not None
    return axe.program(pytestconfig.cache.mkdir("axe"))


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1000, "height": 700})
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    errors: list[object] = []
    page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108 - Playwright marks what it is given
    yield page
    assert [error for error in errors if TOO_LATE not in str(error)] == []


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    """A vault of two notes. The test starts it, when all its files are there."""
    preview = Preview(tmp_path / "vault", tmp_path / "cache")
    preview.write(
        {
            "config.yaml": "title: Test\ncontent: content\n",
            "content/a.md": "---\ntitle: A\n---\n\nThe first text.\n",
            "content/b.md": "---\ntitle: B\n---\n\nThe other text.\n",
        }
    )
    yield preview
    preview.stop()


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vault, and in `web/sub/path/` what a build made of it."""
    root = tmp_path_factory.mktemp("searched")
    searched.write(root / "vault")
    searched.build(root, root / "web" / "sub" / "path")
    return root


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same site, built to be opened from a disk."""
    root = tmp_path_factory.mktemp("offline")
    searched.write(root / "vault", f"{searched.CONFIG}search:\n  offline: true\n")
    searched.build(root, root / "site")
    return f"{(root / 'site').as_uri()}/"


@pytest.fixture(scope="session")
def published(book: Path) -> Iterator[str]:
    with searched.served(book / "web") as address:
        yield f"{address}sub/path/"


@pytest.fixture(scope="session")
def previewed(book: Path) -> Iterator[str]:
    preview = Preview(book / "vault", book / "cache")
    preview.start()
    yield preview.url
    preview.stop()
