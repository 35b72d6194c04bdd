"""What the theme adds where scripts run, as a reader meets it; and that nothing of it is missed where they do not."""

from __future__ import annotations

import gzip
import io
import os
import re
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect
from pypdf import PdfReader

from browser import searched
from browser.conftest import TOO_LATE
from browser.preview import KB, SRC

pytestmark = pytest.mark.xdist_group("browser")

WORDS = "It is said at some length, so that there is something to read and to scroll through. " * 6
SECTIONS = "\n\n".join(f"## Section {number}\n\n{WORDS}\n\n{WORDS}" for number in range(1, 9))
FILES = {
    "config.yaml": "title: A book\nbase_url: https://example.org/\nmenu:\n  - title: All\n    link: archive/\n",
    "content/ml/long.md": f"---\ntitle: A long note\ndate: 2024-03-01\ntags: [ml, sea]\n---\n\n"
    f"A first claim.[^one] A second one.[^two] See [[short]] and [a page](https://example.com/page).\n\n"
    f"```python\ndef f(x):\n    return x + 1  # {'a long comment ' * 12}\n```\n\n"
    f"| {' | '.join('A column' for _ in range(12))} |\n|{'---|' * 12}\n| {' | '.join('some_value' for _ in range(12))} |\n\n"
    f"{SECTIONS}\n\n[^one]: What stands behind [it](https://example.com/page).\n[^two]: And behind that.\n",
    "content/ml/short.md": "---\ntitle: A short note\ndate: 2023-02-01\ntags: [ml]\n---\n\nShort.\n\n```\nplain\n```\n",
    "content/sea/pictured.md": f"---\ntitle: In pictures\n---\n\nFirst.[^a]\n\n"
    f'![A wave](wave.svg "How a wave rises, drawn by hand, and described at more length than it is high: {WORDS}")\n\n'
    f"{WORDS}[^b]\n\n[^a]: {WORDS}\n[^b]: {WORDS}\n",
    "content/sea/wave.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="40"><path d="M0 20Q150 0 300 20T600 20"/></svg>',
    "content/sea/whales.md": "---\ntitle: Whales\ndate: 2022-01-01\nseries: Sea\norder: 1\ntags: [sea]\n---\n\nThey sing.\n",
    "content/sea/waves.md": "---\ntitle: Waves\ndate: 2022-02-01\nseries: Sea\norder: 2\ntags: [sea]\n---\n\nThey roll.\n",
}


class _Strict(searched.Quiet):
    """A server that forbids whatever does not come from the site itself, and knows the page for wrong addresses."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", "default-src 'self'")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        del message, explain
        data = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("book")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(SRC), "KB_CACHE_DIR": str(root / "cache")}
    subprocess.run([*KB, "-C", str(root), "build"], env=env, check=True, capture_output=True)
    with searched.served(root / "site", _Strict) as address:
        yield address


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that may complain of nothing: no mistake of a script, and nothing that the server's policy forbids."""
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    yield page
    assert [line for line in said if "Failed to load" not in line and TOO_LATE not in line] == []


def wide(page: Page) -> Page:
    page.set_viewport_size({"width": 1440, "height": 900})
    return page


def ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


# Light and dark.


def test_the_choice_of_dark_is_kept_and_is_there_before_anything_is_drawn(page: Page, site: str) -> None:
    page.goto(f"{site}ml/long/")
    light = ground(page)
    page.get_by_role("button", name="Light or dark").click()
    dark = ground(page)
    assert dark != light
    page.goto(f"{site}sea/waves/", wait_until="commit")
    page.wait_for_selector("main", state="attached")
    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
    assert ground(page) == dark


def test_the_choice_is_made_before_the_text_has_come(chromium: Browser, site: str) -> None:
    """With the text held back for ever the page is dark all the same: no part of the script that waits decides it."""
    context = chromium.new_context()
    context.add_init_script(
        "document.addEventListener('DOMContentLoaded', (event) => event.stopImmediatePropagation())"
    )
    page = context.new_page()
    page.goto(site)
    page.evaluate("localStorage.setItem('kb:scheme', 'dark')")
    page.goto(f"{site}ml/long/")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    context.close()


def test_who_turns_back_to_what_the_system_prefers_follows_it_again(page: Page, site: str) -> None:
    page.goto(site)
    button = page.get_by_role("button", name="Light or dark")
    button.click()
    button.click()
    assert page.evaluate("localStorage.getItem('kb:scheme')") is None
    light = ground(page)
    page.emulate_media(color_scheme="dark")
    assert ground(page) != light


# The contents.


def test_the_contents_open_beside_the_note_and_show_where_one_is(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if request.resource_type == "fetch" else None
    )
    page.goto(f"{site}ml/long/")
    assert asked == []
    page.get_by_role("link", name="Contents").click()
    dialog = page.get_by_role("dialog", name="Contents")
    here = dialog.get_by_role("link", name="A long note")
    expect(here).to_be_visible()
    expect(here).to_be_focused()
    assert here.get_attribute("aria-current") == "page"
    expect(dialog.get_by_role("link", name="Whales")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Contents").press("Enter")
    dialog.get_by_role("link", name="A short note").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A short note")
    assert asked.count(f"{site}contents/") == 1  # once on a page, however often they are opened


def test_where_the_contents_cannot_be_fetched_their_page_is_opened(page: Page, site: str) -> None:
    page.goto(f"{site}ml/long/")
    page.route(
        "**/contents/",
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.fallback(),
    )
    page.get_by_role("link", name="Contents").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contents")


# The table of contents.


def test_the_table_of_contents_follows_the_reading(page: Page, site: str) -> None:
    wide(page).goto(f"{site}ml/long/")
    current = page.locator(".toc [aria-current]")
    expect(current).to_have_count(0)
    page.locator("#section-4").evaluate("heading => heading.scrollIntoView()")
    expect(current).to_have_text("Section 4")
    page.evaluate("scrollTo(0, 0)")
    expect(current).to_have_count(0)


# Footnotes.


def test_on_a_wide_screen_a_footnote_stands_beside_its_number(page: Page, site: str) -> None:
    wide(page).goto(f"{site}ml/long/")
    first, second = page.locator(".footnotes li").nth(0), page.locator(".footnotes li").nth(1)
    expect(first).to_be_visible()
    number, note, next_note = (
        page.locator(".footnote-ref").first.bounding_box(),
        first.bounding_box(),
        second.bounding_box(),
    )
    body = page.locator(".body").bounding_box()
    assert number
    assert note
    assert next_note
    assert body
    assert abs(number["y"] - note["y"]) < 40
    assert note["x"] > body["x"] + body["width"]
    assert next_note["y"] >= note["y"] + note["height"]


def test_on_a_narrow_screen_a_footnote_opens_in_a_box_and_goes_by_escape(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(f"{site}ml/long/")
    number = page.locator(".footnote-ref a").first
    number.press("Enter")
    box = page.get_by_role("note", name="Footnote 1")
    expect(box).to_be_visible()
    expect(box).to_contain_text("What stands behind it.")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(number).to_be_focused()


# Code, and what scrolls.


def test_code_says_its_language_and_can_be_copied(context: BrowserContext, page: Page, site: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}ml/long/")
    frame = page.locator(".highlight")
    assert "python" in str(frame.evaluate("frame => getComputedStyle(frame, '::before').content"))
    frame.get_by_role("button", name="Copy").press("Enter")
    expect(frame.get_by_role("button")).to_have_text("Copied")
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith("def f(x):\n    return x + 1  # a long comment")
    page.goto(f"{site}ml/short/")
    page.get_by_role("button", name="Copy").press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "plain\n"


@pytest.mark.parametrize("width", [360, 820, 1440])
def test_only_frames_scroll_sideways_and_they_can_be_reached_by_keyboard(
    page: Page, site: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{site}ml/long/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for frame in (page.locator("pre"), page.locator("table")):
        assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
        assert frame.get_attribute("tabindex") == "0"


# A wrong address.


def test_a_wrong_address_leads_to_the_notes_that_come_near(page: Page, site: str) -> None:
    page.goto(f"{site}2019/short-note.html")
    page.route("https://example.org/**", lambda route: route.abort())
    expect(page.get_by_role("link", name="Search for “2019 short note”")).to_be_visible()
    expect(page.get_by_role("link", name="A short note")).to_be_visible()


# On paper, and without scripts.


def test_on_paper_the_addresses_of_links_stand_numbered_at_the_end(page: Page, site: str) -> None:
    page.goto(f"{site}ml/long/")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".addresses li").all_inner_texts() == ["https://example.com/page"]
    assert page.locator(".addresses").get_attribute("start") == "3"
    assert page.locator(".address-ref").all_inner_texts() == ["3", "3"]
    expect(page.locator("header .tools")).to_be_hidden()
    expect(page.locator(".copy").first).to_be_hidden()
    expect(page.get_by_text("And behind that.")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.locator(".addresses, .address-ref")).to_have_count(0)


def test_a_printed_note_is_an_article_with_its_footnotes_and_addresses(page: Page, site: str) -> None:
    page.goto(f"{site}ml/long/")
    sheets = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages
    letters = unicodedata.normalize("NFKC", " ".join(sheet.extract_text() for sheet in sheets))  # "ﬁ" is "fi"
    text = re.sub(r"\s+", " ", letters)
    for said in (
        "A long note",
        "A first claim.",
        "def f(x):",
        "Section 8",
        "What stands behind it",
        "https://example.com/page",
    ):
        assert said in text, said
    for tool in ("Contents", "Search", "Copy", "In this note", "Skip to the text"):
        assert tool not in text, tool
    assert text.count("https://example.com/page") == 1


def test_without_scripts_all_is_there_but_what_only_a_script_can_do(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{site}ml/long/")
    expect(page.get_by_text("And behind that.")).to_be_visible()
    expect(page.locator("button.scheme")).to_be_hidden()
    assert page.locator(".toc li").count() == 8
    page.get_by_role("link", name="Contents").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contents")
    page.get_by_role("link", name="Waves").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Waves")
    context.close()


def test_on_paper_footnotes_stand_at_the_end_though_they_stood_beside_the_text(page: Page, site: str) -> None:
    wide(page).goto(f"{site}ml/long/")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".footnotes li.placed")).to_have_count(2)
    page.emulate_media(media="print")
    parts = [each.bounding_box() for each in page.locator(".note .footnotes li, .note > .body ~ *").all()]
    stand = [(part["y"], part["y"] + part["height"]) for part in parts if part]
    assert len(stand) > 3
    assert all(one[1] <= other[0] for one, other in pairwise(stand))


def test_on_a_wide_screen_a_caption_stands_beside_its_picture_and_nothing_upon_it(
    page: Page, site: str
) -> None:
    wide(page).goto(f"{site}sea/pictured/")
    page.wait_for_load_state("networkidle")
    box = page.locator("figcaption").bounding_box()
    picture = page.get_by_alt_text("A wave").bounding_box()
    text = page.locator(".body > p").last.bounding_box()
    assert box
    assert picture
    assert text
    assert box["x"] > picture["x"] + 600 * 0.9
    assert abs(box["y"] - picture["y"]) < 8
    assert text["y"] > box["y"] + box["height"]  # a long caption makes room for itself
    notes = [each.bounding_box() for each in page.locator(".footnotes li").all()]
    stand = sorted((each["y"], each["y"] + each["height"]) for each in [box, *notes] if each)
    assert len(stand) == 3
    assert all(one[1] < other[0] for one, other in pairwise(stand))
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_on_a_narrow_screen_a_caption_stands_below_its_picture(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(f"{site}sea/pictured/")
    box = page.locator("figcaption").bounding_box()
    picture = page.get_by_alt_text("A wave").bounding_box()
    assert box
    assert picture
    assert box["x"] == picture["x"]
    assert box["y"] >= picture["y"] + picture["height"]


def test_where_the_script_does_not_come_the_footnotes_stay_at_the_end(page: Page, site: str) -> None:
    page.route("**/paper.*.js", lambda route: route.fulfill(status=404))
    wide(page).goto(f"{site}ml/long/")
    expect(page.get_by_text("And behind that.")).to_be_visible()
    expect(page.locator("button.scheme")).to_be_hidden()


# What it weighs, and that nothing jumps.


def weigh(sizes: dict[str, int]) -> Callable[[Response], None]:
    """What notes down the size of each answer, as it is sent."""

    def weighed(got: Response) -> None:
        sizes[got.url] = len(gzip.compress(got.body(), mtime=0))

    return weighed


def test_a_plain_note_is_four_small_files_and_nothing_on_it_moves(chromium: Browser, site: str) -> None:
    for width in (360, 820, 1440):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        sizes: dict[str, int] = {}
        page.on("response", weigh(sizes))
        page.add_init_script(
            "window.shifts = []; new PerformanceObserver((list) => { for (const each of list.getEntries())"
            " shifts.push(each.value); }).observe({ type: 'layout-shift', buffered: true })"
        )
        page.goto(f"{site}ml/long/", wait_until="networkidle")
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.evaluate("shifts") == []
        assert len(sizes) <= 4, sizes
        assert sum(sizes.values()) <= 30_000, sizes
        assert all(url.startswith(site) for url in sizes)
        context.close()
