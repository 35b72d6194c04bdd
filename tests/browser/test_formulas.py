"""Sixty formulas of the kind that notes on statistics hold, as a reader sees them.

The pictures are made anew as those of `test_golden` are. The formulas' font is the theme's own, so that they look alike
wherever Chromium is of the same version.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from browser import axe, searched
from browser.conftest import has_fonts
from browser.test_golden import DIFFERENCE, FONTS, GOLDEN, TOLERANCE, read
from website.web import built

pytestmark = pytest.mark.xdist_group("browser")

NOTE = Path(__file__).parents[1] / "maths" / "formulas.md"
#: Numbers stand at the margin, whatever scrolls beside them.
NUMBERED = r"""
## Numbered

$$
\begin{align}
\ell(\theta) &= \sum_{i=1}^{n} \ln \sum_{k=1}^{K} \pi_k \, \mathcal{N}(x_i \mid \mu_k, \Sigma_k) + \ln p(\pi) + \ln p(\mu, \Sigma) \label{eq:map} \\
&\ge \mathcal{L}(q, \theta) \label{eq:bound}
\end{align}
$$

The bound \eqref{eq:bound} is tight where $q$ is the posterior; then \eqref{eq:map} is reached, and \eqref{eq:bic} follows.

$$
\mathrm{BIC} = \nu \ln n - 2 \ln \hat{L} \label{eq:bic}
$$
"""
MACHINE = GOLDEN / "formulas.json"
MAKING = os.environ.get("KB_GOLDEN") == "1"
LOOKS: list[tuple[int, Literal["light", "dark"]]] = [(360, "light"), (1440, "light"), (1440, "dark")]
#: The fonts of the page that were fetched.
LOADED = "() => [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)"
#: Formulas of the page: where each begins and ends, and whether what is wider than the text scrolls by itself.
BOXES = """() => [...document.querySelectorAll(".formula")].map((box) => {
  const frame = [box, ...box.children].find((each) => each.scrollWidth > each.clientWidth + 1);
  const place = box.getBoundingClientRect();
  return { left: place.left, right: place.right, height: place.height, scrolls: Boolean(frame) };
})"""


#: Numbers of lines and of formulas: where each ends when the formula is scrolled half its way, and where the text does.
NUMBERS = """() => [...document.querySelectorAll(".lined mtd:last-child > mtext, .numbered > .number")].map((number) => {
  const box = number.closest(".formula");
  const scrolls = box.scrollWidth > box.clientWidth + 1;
  box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
  const { left, right } = number.getBoundingClientRect();
  return { text: number.textContent, right, margin: box.getBoundingClientRect().right, scrolls: scrolls && left > 0 };
})"""
#: Where the left sides of the lines of one derivation end.
ALIGNED = """() => [...document.querySelectorAll(".formula")]
  .map((box) => [...box.querySelectorAll("mtr > mtd.right > :last-child")].map((each) => each.getBoundingClientRect().right))
  .find((ends) => ends.length > 2)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("formulas")
    files = {"sixty.md": NOTE.read_text("utf-8") + NUMBERED, "none.md": "No formula. [[sixty]]\n"}
    return built(root, files, "title: Formulas\nsearch: false\n").folder


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address of the site, below a path of its server."""
    with searched.served(folder.parent) as address:
        yield f"{address}{folder.name}/"


def opened(
    chromium: Browser, address: str, width: int = 1000, scheme: Literal["light", "dark"] = "light"
) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, device_scale_factor=0.5
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    read(page, address)
    return page


@pytest.mark.parametrize("start", ["server", "disk"])
def test_formulas_have_the_themes_font_in_a_sub_path_and_from_a_disk(
    chromium: Browser, site: str, folder: Path, start: str
) -> None:
    page = opened(chromium, f"{site if start == 'server' else folder.as_uri() + '/'}sixty/index.html")
    assert page.evaluate(LOADED) == ["Formulas"]
    page.context.close()


def test_a_page_without_formulas_fetches_nothing_for_them(chromium: Browser, site: str) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    read(page, f"{site}none/")
    assert asked
    assert [url for url in asked if "math" in url] == []
    page.close()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_sixty_formulas_look_as_when_somebody_last_looked_at_them(
    chromium: Browser, site: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    if not has_fonts():
        pytest.skip("the fonts of the pictures are not installed: Debian's fonts-liberation")
    page = opened(chromium, f"{site}sixty/", width, scheme)
    machine = [chromium.version.partition(".")[0], *page.evaluate(FONTS)]
    file = GOLDEN / f"formulas-{width}-{scheme}.png"
    picture = page.screenshot(full_page=True)
    if MAKING:
        file.write_bytes(picture)
        MACHINE.write_text(json.dumps(machine) + "\n", "utf-8")
    elif machine == json.loads(MACHINE.read_text("utf-8")):
        pictures = [base64.b64encode(data).decode() for data in (file.read_bytes(), picture)]
        assert page.evaluate(DIFFERENCE, pictures) <= TOLERANCE
    page.context.close()


@pytest.mark.parametrize("width", [360, 820, 1440])
def test_a_formula_wider_than_the_text_scrolls_by_itself(chromium: Browser, site: str, width: int) -> None:
    page = opened(chromium, f"{site}sixty/", width)
    boxes = page.evaluate(BOXES)
    assert len(boxes) == 62
    assert all(0 <= box["left"] < box["right"] <= width and box["height"] > 10 for box in boxes)
    assert any(box["scrolls"] for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


@pytest.mark.parametrize("width", [360, 820, 1440])
def test_numbers_of_lines_stand_at_the_margin_and_stay_there(
    chromium: Browser, site: str, width: int
) -> None:
    page = opened(chromium, f"{site}sixty/", width)
    boxes = page.evaluate(NUMBERS)
    assert [box["text"] for box in boxes] == ["(1)", "(2)", "(3)"]
    assert all(abs(box["right"] - box["margin"]) < 1 for box in boxes), boxes
    assert any(box["scrolls"] for box in boxes) == (width == 360)
    page.context.close()


def test_lines_of_a_formula_meet_where_they_are_aligned(chromium: Browser, site: str) -> None:
    page = opened(chromium, f"{site}sixty/", 1440)
    ends = page.evaluate(ALIGNED)
    assert len(ends) > 2
    assert max(ends) - min(ends) < 1
    page.context.close()


def test_a_formula_that_scrolls_does_so_from_the_keyboard(chromium: Browser, site: str) -> None:
    page = opened(chromium, f"{site}sixty/", 360)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.formula, .formula *')"):
            break
    before = page.evaluate("document.activeElement.scrollLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.activeElement.scrollLeft > before", arg=before)
    page.context.close()


def test_axe_finds_nothing_on_a_page_of_formulas(chromium: Browser, site: str, axe_core: str) -> None:
    page = opened(chromium, f"{site}sixty/", 360)
    assert axe.faults(page, axe_core) == []
    page.context.close()
