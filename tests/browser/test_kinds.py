"""The pages of kinds in a browser: reviews are sorted and filtered, a passage is copied, and axe finds no fault."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browser import axe
from kinds.test_golden_kinds import DECISION
from kinds.test_kind_pages import NOTES
from website.web import built

pytestmark = pytest.mark.xdist_group("browser")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("kinds")
    (root / "kinds").mkdir()
    (root / "kinds/recipe.yaml").write_text("fields: {serves: number, liked: rating}\n", encoding="utf-8")
    soup = "---\nkind: recipe\nserves: 4\nliked: 4/5\n---\nStir.\n"
    web = built(
        root, {**NOTES, "soup.md": soup, "which.md": DECISION}, "title: A site\npassage_of_the_day: true\n"
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(web.folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def names(page: Page) -> list[str]:
    return page.locator("table.reviews tbody tr:visible th a").all_inner_texts()


def test_reviews_are_sorted_by_what_a_reader_asks_for(page: Page, site: str) -> None:
    page.goto(f"{site}kinds/review/")
    assert names(page) == ["The lamp", "oven", "graded"]
    page.get_by_role("button", name="Rating").click()
    assert names(page) == ["graded", "oven", "The lamp"]
    expect(page.get_by_role("columnheader", name="Rating")).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Rating").click()
    assert names(page) == ["The lamp", "oven", "graded"]
    page.get_by_role("button", name="Work").click()
    assert names(page) == ["graded", "oven", "The lamp"]


def test_reviews_are_filtered_by_words_kind_and_rating(page: Page, site: str) -> None:
    page.goto(f"{site}kinds/review/")
    page.get_by_role("combobox", name="What").select_option("film")
    assert names(page) == ["The lamp"]
    page.get_by_role("combobox", name="What").select_option("all")
    page.get_by_role("combobox", name="Rating").select_option("★★★★ and up")
    assert names(page) == ["graded"]
    page.get_by_role("combobox", name="Rating").select_option("any")
    page.get_by_role("searchbox", name="Words").fill("STERN worth")
    assert names(page) == ["The lamp"]
    expect(page.get_by_role("status")).to_have_text("1 of 3")


def test_without_a_script_all_reviews_are_there(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}kinds/review/")
    assert names(page) == ["The lamp", "oven", "graded"]
    context.close()


def test_a_passage_is_copied_as_a_citation(chromium: Browser, site: str) -> None:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}notes/a/")
    page.locator("[id='^p-31']").get_by_role("button", name="Copy as citation").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert (
        copied == f"“Nobody lit it twice.” (Ada Stern, The Lamp & <Son>, 1871, p. 31) {site}notes/a/#%5Ep-31"
    )
    context.close()


PAGES = (
    *("", "lamp/", "kinds/review/", "notes/a/", "kinds/excerpt/the-lamp-&-son/", "copied/", "parts/two/"),
    *("series/lamps/", "kinds/", "kinds/reblog/", "kinds/recipe/", "soup/", "elsewhere/", "which/"),
    *("kinds/decision/", "kinds/excerpt/", "parts/", "oven/", "graded/"),
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_of_a_kind(
    chromium: Browser, site: str, axe_core: str, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 1000, "height": 800})
    page = context.new_page()
    found = {}
    for path in PAGES:
        page.goto(site + path)
        found[path] = axe.faults(page, axe_core)
    assert {path: faults for path, faults in found.items() if faults} == {}
    context.close()


@pytest.mark.parametrize("width", [320, 820])
def test_no_page_of_a_kind_scrolls_sideways(chromium: Browser, site: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 700})
    page = context.new_page()
    for path in PAGES:
        page.goto(site + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (path, wide) == (path, 0)
    context.close()


@pytest.mark.parametrize(
    ("path", "script", "ready"),
    [("kinds/review/", "reviews", "[name=least]"), ("graph/", "graph", "[name=nearer]")],
)
@pytest.mark.parametrize("width", [412, 1350])
def test_nothing_moves_when_the_script_comes_late(
    chromium: Browser, site: str, path: str, script: str, ready: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 823})
    page = context.new_page()
    held: list[Route] = []
    page.route(f"**/needs/{script}.*.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => { for (const each of list.getEntries())"
        " shifts.push(each.value); }).observe({ type: 'layout-shift', buffered: true })"
    )
    page.goto(site + path, wait_until="commit")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator(ready)).to_be_enabled()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("shifts") == []
    context.close()
