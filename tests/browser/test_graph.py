"""The graph of all notes in a browser: it is drawn, can be asked, and is no less to who cannot see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import axe, searched
from browser.preview import Preview

pytestmark = pytest.mark.xdist_group("browser")

NOTES = {
    "config.yaml": "title: Test\ncontent: content\nsearch: false\n",
    "content/hub.md": "# The hub\n\n" + " ".join(f"[[n{number}]]" for number in range(12)) + "\n",
    **{
        f"content/ml/n{number}.md": f"---\ntags: [{'odd' if number % 2 else 'even/more'}]\nkind: "
        f"{'review' if number == 3 else 'note'}\n---\n[[hub]] [[n{(number + 1) % 12}]]\n"
        for number in range(12)
    },
}
INKED = """() => {
  const canvas = document.querySelector('.graph-all canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 250) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
  return [...seen];
}"""


@pytest.fixture(scope="session")
def graphed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("graphed")
    Preview(root / "vault", root / "cache").write(NOTES)
    searched.build(root, root / "web")
    with searched.served(root / "web") as address:
        yield f"{address}graph/"


def drawn(page: Page, count: int) -> None:
    expect(page.locator(f".graph-all[data-drawn='{count}']")).to_be_visible(timeout=30_000)


def picture(page: Page) -> str:
    """What is on the canvas, when all that was asked for is drawn."""
    found: str = page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame("
        "() => done(document.querySelector('canvas').toDataURL()))))"
    )
    return found


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_it_is_drawn_with_the_colours_of_the_theme(
    chromium: Browser, graphed: str, motion: Literal["no-preference", "reduce"]
) -> None:
    found = {}
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        context = chromium.new_context(color_scheme=scheme, reduced_motion=motion)
        page = context.new_page()
        page.goto(graphed)
        drawn(page, 13)
        found[scheme] = set(page.evaluate(INKED))
        context.close()
    assert len(found["light"]) > 2
    assert len(found["dark"]) > 2
    assert found["light"] != found["dark"]


def test_it_stands_the_same_at_every_visit(page: Page, graphed: str) -> None:
    pictures = []
    for _ in range(2):
        page.goto(graphed)
        drawn(page, 13)
        pictures.append(picture(page))
    assert pictures[0] == pictures[1]


def test_filters_say_how_many_of_all_are_shown_and_the_table_follows(page: Page, graphed: str) -> None:
    page.goto(graphed)
    drawn(page, 13)
    status = page.get_by_role("status")
    expect(status).to_have_text("Showing 13 notes and 36 links")
    page.get_by_label("Tag").select_option("even")
    drawn(page, 6)
    expect(status).to_have_text("Showing 6 of 13 notes and 0 links")
    expect(page.locator("tbody tr")).to_have_count(6)
    page.get_by_label("Tag").select_option("")
    page.get_by_label("Kind").select_option("review")
    drawn(page, 1)
    expect(page.locator("tbody tr")).to_have_text(["n322"])
    page.get_by_label("Kind").select_option("")
    page.get_by_label("Folder").select_option("ml")
    drawn(page, 12)
    expect(status).to_have_text("Showing 12 of 13 notes and 12 links")


def test_a_name_is_shown_where_one_points_and_a_click_opens_the_note(page: Page, graphed: str) -> None:
    page.goto(graphed)
    page.get_by_label("Kind").select_option("review")  # one note: it stands in the middle
    drawn(page, 1)
    canvas = page.locator("canvas")
    box = canvas.bounding_box()
    assert box
    before = picture(page)
    canvas.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(canvas).to_have_class("points")
    assert picture(page) != before
    canvas.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(page).to_have_url(graphed.replace("graph/", "ml/n3/"))


def test_keys_and_buttons_move_it(page: Page, graphed: str) -> None:
    page.goto(graphed)
    drawn(page, 13)
    canvas = page.locator("canvas")
    canvas.focus()
    first = picture(page)
    moves: tuple[Callable[[], None], ...] = (
        partial(page.keyboard.press, "ArrowLeft"),
        partial(page.keyboard.press, "+"),
        page.get_by_role("button", name="Farther").click,
    )
    for move in moves:
        before = picture(page)
        move()
        assert picture(page) != before
    canvas.focus()
    page.keyboard.press("0")
    assert picture(page) == first


def test_the_wheel_scrolls_the_page_unless_the_graph_has_the_focus(page: Page, graphed: str) -> None:
    page.goto(graphed)
    drawn(page, 13)
    page.locator("canvas").hover(position={"x": 5, "y": 5})
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => scrollY > 0")


def test_of_too_many_notes_those_with_most_links_are_shown(page: Page, graphed: str) -> None:
    count = 2600
    notes = [[f"N{number}", f"n{number}/", "", 0, []] for number in range(count)]
    links = [[] if number else list(range(count - 100, count)) for number in range(count)]
    made = json.dumps({"notes": notes, "links": links, "kinds": ["note"], "tags": [], "total": 9000})
    page.route("**/graph.json", lambda route: route.fulfill(body=made, content_type="application/json"))
    page.emulate_media(reduced_motion="reduce")
    page.goto(graphed)
    expect(page.get_by_role("status")).to_have_text(
        "Showing 2500 of 9000 notes and 100 links: those with most links", timeout=30_000
    )
    expect(page.locator("tbody tr").first).to_have_text("N00100")
    expect(page.locator("tbody tr")).to_have_count(100)


def test_where_the_data_cannot_be_had_the_table_stays(page: Page, graphed: str) -> None:
    page.route("**/graph.json", lambda route: route.abort())
    page.goto(graphed)
    expect(page.get_by_role("status")).to_contain_text("could not be read")
    expect(page.locator("tbody tr")).to_have_count(13)


def test_without_scripts_there_is_the_table_and_nothing_that_does_nothing(
    chromium: Browser, graphed: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(graphed)
    expect(page.locator("tbody tr")).to_have_count(13)
    expect(page.get_by_role("link", name="The hub")).to_be_visible()
    expect(page.locator("noscript p")).to_be_visible()
    for gone in ("canvas", "select", ".graph-buttons"):
        expect(page.locator(gone).first).to_be_hidden()
    context.close()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_it(
    chromium: Browser, graphed: str, axe_core: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(graphed)
    drawn(page, 13)
    assert axe.faults(page, axe_core) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    context.close()
