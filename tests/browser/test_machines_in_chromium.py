"""What is made for machines, met by a person: a feed, a drawing by itself; and what a browser does with pictures and pages."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser import searched
from browser.preview import KB, SRC
from media.photos import photo

pytestmark = pytest.mark.xdist_group("browser")

EVIL = """<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99" onload="document.documentElement.id='ran'">
<script>document.documentElement.id = 'ran'</script>
<image href="/tree.jpg" width="9" height="9"/><rect width="50" height="50" fill="green"/>
<foreignObject width="99" height="99"><img xmlns="http://www.w3.org/1999/xhtml" src="/no" onerror="document.documentElement.id='ran'"/></foreignObject>
</svg>"""
FILES: dict[str, str | bytes] = {
    "config.yaml": "title: A book\nbase_url: https://example.org/\n",
    "content/one.md": "---\ndate: 2024-01-01\n---\n# The first note\n\nIts first words.\n\nIts other words. [[two]]\n",
    "content/two.md": "---\ndate: 2024-01-02\n---\n# The second note\n\n![A tree](tree.jpg)\n\n![e](evil.svg)\n",
    "content/tree.jpg": photo("JPEG", (1600, 900)),
    "content/evil.svg": EVIL,
}


class _Plain(searched.Quiet):
    """A server without any policy, which would be a second net under what is tried here."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("machines")
    for name, data in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    env = {**os.environ, "PYTHONPATH": str(SRC), "KB_CACHE_DIR": str(root / "cache")}
    subprocess.run([*KB, "-C", str(root), "build"], env=env, check=True, capture_output=True)
    with searched.served(root / "site", _Plain) as address:
        yield address


def test_a_feed_is_read_by_a_person_who_opens_it(page: Page, site: str) -> None:
    page.goto(f"{site}feed.xml")
    expect(page.get_by_text("This is a feed")).to_be_visible()
    expect(page.get_by_text("Its first words.", exact=True)).to_be_visible()
    expect(page.locator("content").first).to_be_hidden()
    links = page.locator("a[href]")
    expect(links).to_have_text(["Back to the site", "The second note", "The first note"])
    there = links.last.evaluate("link => link instanceof HTMLAnchorElement && link.href")
    assert there == "https://example.org/one/"


def test_a_drawing_that_is_opened_by_itself_runs_nothing(
    context: BrowserContext, page: Page, site: str
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}evil.svg")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.id") == ""
    assert page.evaluate("document.querySelectorAll('rect').length") == 1
    assert {url for url in asked if not url.endswith("favicon.ico")} == {f"{site}evil.svg"}


@pytest.mark.parametrize(("width", "drawn"), [(400, "-480."), (1200, "-960.")])
def test_a_browser_takes_the_drawing_that_is_large_enough(
    chromium: Browser, site: str, width: int, drawn: str
) -> None:
    with chromium.new_context(viewport={"width": width, "height": 800}, device_scale_factor=1) as context:
        page = context.new_page()
        page.goto(f"{site}two/")
        image = page.get_by_alt_text("A tree")
        page.wait_for_function(
            "image => image.complete && image.naturalWidth > 0", arg=image.element_handle()
        )
        assert drawn in str(image.evaluate("image => image.currentSrc"))
        box = image.bounding_box()
        assert box is not None
        assert abs(box["width"] / box["height"] - 1600 / 900) < 0.02


def test_the_page_behind_a_link_is_fetched_when_the_pointer_rests_on_it(page: Page, site: str) -> None:
    page.goto(f"{site}one/")
    page.locator(".body a", has_text="two").hover()
    expect(page.locator('head link[rel="prefetch"][href="/two/"]')).to_have_count(1)
    page.locator(".body a", has_text="two").hover()
    expect(page.locator('head link[rel="prefetch"]')).to_have_count(1)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_pages_dissolve_unless_the_reader_minds(chromium: Browser, site: str, motion: str) -> None:
    with chromium.new_context(reduced_motion=motion) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.add_init_script(
            "addEventListener('pagereveal', event => { window.moved = Boolean(event.viewTransition); })"
        )
        page.goto(f"{site}one/")
        page.locator(".body a", has_text="two").click()
        page.wait_for_url("**/two/")
        page.wait_for_function("window.moved !== undefined")
        assert page.evaluate("window.moved") is (motion == "no-preference")
