"""What is behind a link, shown before it is followed: by pointer and by key, never by surprise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from browser import axe, searched
from browser.preview import Preview

pytestmark = pytest.mark.xdist_group("browser")

FILLER = "\n\n".join(f"Paragraph {number} says nothing in particular." for number in range(40))
NOTES = {
    "config.yaml": "title: Test\ncontent: content\nhtml: trusted\nsearch: false\n",
    "content/a.md": "# A\n\nSee [[b]], the part [[b#Second part]], [[c|an odd one]] and [[#Far below]], #tag.\n\n"
    f"It goes [elsewhere](https://example.com/).\n\n{FILLER}\n\n## Far below\n\nThe end of it.\n",
    "content/b.md": f"# B *the second*\n\nThe first words of b, with [[a|a link]].\n\n{FILLER}\n\n"
    "## Second part\n\nWhat the part says.\n\n## Third part\n\nNot this.\n",
    "content/c.md": '# C\n\n<p onclick="window.hacked = 1" onmouseover="window.hacked = 1">Odd.</p>\n\n'
    '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">\n\nAfter it.\n',
}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("previews")
    Preview(root / "vault", root / "cache").write(NOTES)
    searched.build(root, root / "web")
    with searched.served(root / "web") as address:
        yield address


class Reader:
    """Somebody on the page of note A."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.fetched: list[str] = []
        page.goto(f"{site}a/")
        page.on("request", lambda request: self._count(request, site))

    def _count(self, request: Request, site: str) -> None:
        if request.resource_type == "fetch":  # not what the browser itself has in store for the next page
            self.fetched.append(request.url.removeprefix(site))

    def link(self, name: str) -> Locator:
        return self.page.locator(".body").get_by_role("link", name=name, exact=True)

    @property
    def box(self) -> Locator:
        return self.page.locator(".preview")

    def settled(self) -> None:
        """Long enough for a preview to come that should not."""
        self.page.evaluate("() => new Promise((done) => setTimeout(done, 700))")


@pytest.fixture
def reader(page: Page, site: str) -> Reader:
    return Reader(page, site)


def test_a_resting_pointer_shows_how_a_note_begins(reader: Reader) -> None:
    reader.link("b").hover()
    expect(reader.box).to_be_visible()
    expect(reader.box.locator(".preview-title")).to_have_text("B the second")
    expect(reader.box).to_contain_text("The first words of b")
    expect(reader.box).not_to_contain_text("Second part")
    assert reader.box.locator("a[href], [id], script").count() == 0


def test_a_link_to_a_section_shows_that_section_alone(reader: Reader) -> None:
    reader.link("b > Second part").or_(reader.link("b#Second part")).first.hover()
    expect(reader.box.locator(".preview-title")).to_have_text("Second part")
    expect(reader.box.locator(".body")).to_have_text("What the part says.")


def test_a_section_of_the_page_itself_is_not_fetched(reader: Reader) -> None:
    reader.link("Far below").hover()
    expect(reader.box.locator(".body")).to_have_text("The end of it.")
    assert reader.fetched == []


def test_a_page_is_fetched_once(reader: Reader) -> None:
    for _ in range(2):
        reader.link("b").hover()
        expect(reader.box).to_be_visible()
        reader.page.mouse.move(5, 600)
        expect(reader.box).to_have_count(0)
    assert reader.fetched == ["b/"]


def test_a_pointer_that_passes_by_shows_and_fetches_nothing(reader: Reader) -> None:
    reader.link("b").hover()
    reader.page.mouse.move(5, 600)
    reader.settled()
    expect(reader.box).to_have_count(0)
    assert reader.fetched == []


def test_a_preview_can_be_pointed_at_and_read(reader: Reader) -> None:
    reader.link("b").hover()
    reader.box.hover()
    reader.settled()
    expect(reader.box).to_be_visible()


def test_a_key_shows_the_preview_and_another_takes_it_away_while_the_link_keeps_the_focus(
    reader: Reader,
) -> None:
    link = reader.link("b")
    while not link.evaluate("(link) => link === document.activeElement"):
        reader.page.keyboard.press("Tab")
    expect(reader.box).to_be_visible()
    assert link.get_attribute("aria-describedby") == reader.box.get_attribute("id")
    expect(link).to_be_focused()
    reader.page.keyboard.press("Escape")
    expect(reader.box).to_have_count(0)
    expect(link).to_be_focused()
    assert link.get_attribute("aria-describedby") is None
    reader.page.keyboard.press("Shift+Tab")
    reader.page.keyboard.press("Tab")
    expect(reader.box).to_be_visible()
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")
    expect(reader.box).to_have_count(0)


def test_nothing_moves_when_a_preview_comes_and_goes(reader: Reader) -> None:
    shape = (
        "() => [...document.querySelectorAll('body *')].map((e) => JSON.stringify(e.getBoundingClientRect()))"
    )
    size = "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    shifts = "() => new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().length)).observe({type: 'layout-shift', buffered: true}) || setTimeout(done, 300, 0))"
    before = reader.page.evaluate(shape), reader.page.evaluate(size)
    reader.link("b").hover()
    expect(reader.box).to_be_visible()
    assert (reader.page.evaluate(shape), reader.page.evaluate(size)) == before
    assert reader.page.evaluate(shifts) == 0


def test_a_preview_stays_in_the_window(reader: Reader) -> None:
    for name, width in (("b", 1000), ("Far below", 360)):
        reader.page.set_viewport_size({"width": width, "height": 500})
        reader.link(name).hover()
        expect(reader.box).to_be_visible()
        x, y, right, bottom = reader.box.evaluate(
            "(box) => { const { left, top, right, bottom } = box.getBoundingClientRect(); return [left, top, right, bottom]; }"
        )
        assert x >= 0
        assert y >= 0
        assert right <= width
        assert bottom <= 500
        reader.page.mouse.move(1, 499)
        expect(reader.box).to_have_count(0)


def test_nothing_of_another_page_can_run_in_a_preview(reader: Reader) -> None:
    reader.link("an odd one").hover()
    expect(reader.box).to_contain_text("After it.")
    reader.box.get_by_text("Odd.").click()
    assert reader.page.evaluate("window.hacked") is None


def test_links_out_and_tags_have_none(reader: Reader) -> None:
    for name in ("elsewhere", "#tag"):
        reader.link(name).hover()
        reader.settled()
        expect(reader.box).to_have_count(0)
    assert reader.fetched == []


def test_who_saves_data_is_sent_nothing_unasked(context: BrowserContext, site: str) -> None:
    context.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
    reader = Reader(context.new_page(), site)
    reader.link("b").hover()
    reader.settled()
    expect(reader.box).to_have_count(0)
    assert reader.fetched == []


def test_a_finger_follows_the_link(chromium: Browser, site: str) -> None:
    context = chromium.new_context(has_touch=True, is_mobile=True, viewport={"width": 400, "height": 700})
    reader = Reader(context.new_page(), site)
    reader.link("b").tap()
    expect(reader.page).to_have_url(f"{site}b/")
    context.close()


RESTS = """(link) => !link.dispatchEvent(new PointerEvent("contextmenu",
  { bubbles: true, cancelable: true, pointerType: "touch" }))"""


def test_a_finger_that_rests_is_shown_the_preview_at_the_foot_and_the_ways_on(
    chromium: Browser, site: str, axe_core: str
) -> None:
    context = chromium.new_context(has_touch=True, is_mobile=True, viewport={"width": 400, "height": 700})
    reader = Reader(context.new_page(), site)
    assert reader.link("b").evaluate(RESTS)
    expect(reader.box).to_contain_text("The first words of b")
    place = reader.box.bounding_box()
    assert place
    assert (place["x"], place["width"]) == (0, 400)
    assert place["y"] + place["height"] == 700
    assert axe.faults(reader.page, axe_core) == []
    expect(reader.box.get_by_role("link", name="Open in a new tab")).to_have_attribute("target", "_blank")
    reader.box.locator(".body").tap()
    expect(reader.box).to_be_visible()
    reader.page.locator("h1").tap()
    expect(reader.box).to_have_count(0)
    assert reader.link("b").evaluate(RESTS)
    reader.box.get_by_role("link", name="Open", exact=True).tap()
    expect(reader.page).to_have_url(f"{site}b/")
    context.close()


def test_a_finger_that_rests_on_a_link_out_is_shown_the_menu_of_the_browser(
    chromium: Browser, site: str
) -> None:
    context = chromium.new_context(has_touch=True, is_mobile=True, viewport={"width": 400, "height": 700})
    reader = Reader(context.new_page(), site)
    assert not reader.link("elsewhere").evaluate(RESTS)
    reader.settled()
    expect(reader.box).to_have_count(0)
    context.close()


def test_a_page_that_cannot_be_had_has_no_preview(reader: Reader) -> None:
    reader.page.route("**/b/", lambda route: route.abort())
    reader.link("b").hover()
    reader.settled()
    expect(reader.box).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_a_preview(
    chromium: Browser, site: str, axe_core: str, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 1000, "height": 700})
    reader = Reader(context.new_page(), site)
    reader.link("b").hover()
    expect(reader.box).to_be_visible()
    assert axe.faults(reader.page, axe_core) == []
    context.close()
