"""The theme `desk`: three columns on a wide screen, one on a narrow one, and no less than `paper` gives without a script."""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, FloatRect, Page, Response, expect
from pypdf import PdfReader

from browser import searched
from browser.preview import KB, SRC

pytestmark = pytest.mark.xdist_group("browser")

WORDS = "It is said at some length, so that there is something to read and to scroll through. " * 6
FILES = {
    "config.yaml": "title: A desk\ntheme: desk\nhome: [tags, new]\n",
    "content/index.md": f"# What I work on\n\n{WORDS}\n",
    "content/long.md": "---\ntitle: A long note\ndate: 2024-03-01\ntags: [work]\n---\n\n"
    f"A first claim.[^one] See [[short]] and [a page](https://example.com/page).\n\n## One\n\n{WORDS * 4}\n\n## Two\n\n{WORDS * 4}\n\n"
    "[^one]: What stands behind it.\n",
    "content/short.md": "---\ntitle: A short note\ndate: 2024-02-01\ntags: [work]\n---\n\nShort. See [[long]].\n",
    "content/other.md": "---\ntitle: Another note\ndate: 2024-01-01\ntags: [work]\n---\n\nIt needs [[long|the long one]] and [[short]].\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("desk")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(SRC), "KB_CACHE_DIR": str(root / "cache")}
    subprocess.run([*KB, "-C", str(root), "build"], env=env, check=True, capture_output=True)
    with searched.served(root / "site") as address:
        yield address


def box(page: Page, selector: str) -> FloatRect:
    """Where the one element stands, in CSS pixels."""
    found = page.locator(selector).bounding_box()
    assert found, selector
    return found


def end(found: FloatRect) -> float:
    return found["x"] + found["width"]


@pytest.mark.parametrize("scripts", ["with scripts", "without scripts"])
def test_on_a_wide_screen_contents_text_and_connections_stand_beside_each_other(
    chromium: Browser, site: str, scripts: str
) -> None:
    context = chromium.new_context(
        java_script_enabled=scripts == "with scripts", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto(f"{site}long/")
    toc, text = box(page, ".toc ol"), box(page, ".note > .body")
    assert end(toc) < text["x"]
    below = 0.0
    for part in (".backlinks", ".outgoing", ".graph"):
        found = box(page, part)
        assert end(text) < found["x"], part
        assert end(found) <= 1440, part
        # However long the text is, they follow each other closely.
        assert not below or 0 <= found["y"] - below < 60, part
        below = found["y"] + found["height"]
    expect(page.get_by_text("What stands behind it.")).to_be_visible()
    context.close()


def test_a_note_without_contents_has_what_it_links_to_at_the_left(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site}short/")
    text = box(page, ".note > .body")
    assert end(box(page, ".outgoing")) < text["x"]
    assert box(page, ".backlinks")["x"] > end(text)


def test_on_a_narrow_screen_there_is_one_column(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(f"{site}long/")
    parts = [box(page, part) for part in (".toc", ".note > .body", ".backlinks", ".outgoing", ".graph")]
    assert {part["x"] for part in parts} == {parts[0]["x"]}
    assert all(one["y"] + one["height"] <= next_["y"] for one, next_ in pairwise(parts))


def test_the_front_page_has_its_parts_beside_its_text_in_the_order_of_the_settings(
    page: Page, site: str
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(site)
    text, tags, new = box(page, ".list > .body"), box(page, ".index"), box(page, ".recent")
    assert end(text) < tags["x"] == new["x"]
    assert text["y"] <= tags["y"] < new["y"]


def test_a_footnote_opens_in_a_box_since_the_margin_is_taken(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site}long/")
    note = box(page, ".footnotes li")
    assert note["x"] >= box(page, ".note > .body")["x"]
    assert note["y"] > box(page, "h2:has-text('Two')")["y"]
    page.locator(".footnote-ref a").press("Enter")
    opened = page.get_by_role("note", name="Footnote 1")
    expect(opened).to_contain_text("What stands behind it.")
    page.keyboard.press("Escape")
    expect(opened).to_be_hidden()


def test_a_printed_note_is_an_article_without_the_tools(page: Page, site: str) -> None:
    page.goto(f"{site}long/")
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    letters = unicodedata.normalize("NFKC", " ".join(sheet.extract_text() for sheet in sheets))
    text = re.sub(r"\s+", " ", letters)
    for said in ("A long note", "A first claim.", "What stands behind it", "https://example.com/page"):
        assert said in text, said
    for tool in ("Contents", "Search", "In this note", "Skip to the text"):
        assert tool not in text, tool


def keep_in(bodies: dict[str, bytes]) -> Callable[[Response], None]:
    """What keeps each answer by its address."""

    def keep(got: Response) -> None:
        bodies[got.url] = got.body()

    return keep


def test_a_note_is_four_small_files_and_nothing_on_it_moves(chromium: Browser, site: str) -> None:
    for width in (360, 1440):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        bodies: dict[str, bytes] = {}
        page.on("response", keep_in(bodies))
        page.add_init_script(
            "window.shifts = []; new PerformanceObserver((list) => { for (const each of list.getEntries())"
            " shifts.push(each.value); }).observe({ type: 'layout-shift', buffered: true })"
        )
        page.goto(f"{site}long/", wait_until="networkidle")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("shifts") == []
        assert len(bodies) <= 4, bodies.keys()
        assert all(url.startswith(site) for url in bodies)
        assert sum(len(gzip.compress(body, mtime=0)) for body in bodies.values()) <= 30_000
        context.close()
