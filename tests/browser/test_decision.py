"""A decision as readers meet it: other weights come to what a build with those weights says, and axe has nothing to say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from browser import axe
from website.web import built

pytestmark = pytest.mark.xdist_group("browser")

DECISION = """\
```decision
title: Which pen
mean: {mean}
points: 10
criteria:
  price: {{weight: {price}, direction: lower, unit: €, normalise: share}}
  feel: {{weight: {feel}, normalise: 0..10}}
  weight: {{weight: 1, direction: lower, unit: g, at most: 30, normalise: min-max}}
---
pen,price,feel,weight
Reed,3,6,8
<Steel>,12,9,21
Quill,5,8,5
Quill,5,7,5
Brass,40,10,46
```
"""
SHOWN = """[
    document.querySelector("figcaption").textContent,
    ...[...document.querySelectorAll(".decision-table tr")].map((row) => row.textContent),
    ...[...document.querySelectorAll(".decision-table .total rect")].map((bar) => bar.getAttribute("width")),
    ...[...document.querySelectorAll(".decision-findings li")].map((item) => item.textContent),
    ...[...document.querySelectorAll(".decision-table .first")].map((row) => row.dataset.option),
]"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    notes: dict[str, str | bytes] = {
        "as-built.md": DECISION.format(mean="geometric", price=2, feel=3),
        "other.md": DECISION.format(mean="harmonic", price=5.5, feel=0.5),
        "nothing.md": DECISION.format(mean="arithmetic", price=0, feel=0).replace("weight: 1,", "weight: 0,"),
    }
    return built(tmp_path_factory.mktemp("decision"), notes, "search: false\n").folder


@pytest.fixture
def page(chromium: Browser, site: Path) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address(site, "as-built"))
    page.get_by_text("Try other weights").click()
    yield page
    context.close()


def address(site: Path, note: str) -> str:
    return (site / note / "index.html").as_uri()


def set_weight(page: Page, name: str, weight: float) -> None:
    page.get_by_role("slider", name=f"Weight of {name}").fill(str(weight))


def test_other_weights_come_to_what_a_build_with_them_says(page: Page, site: Path) -> None:
    built_so = page.evaluate(SHOWN)
    set_weight(page, "Price", 5.5)
    set_weight(page, "Feel", 0.5)
    page.get_by_role("combobox", name="Mean").select_option("harmonic")
    moved = page.evaluate(SHOWN)
    page.get_by_role("button", name="As it was decided").click()
    assert page.evaluate(SHOWN) == built_so
    page.goto(address(site, "other"))
    assert moved == page.evaluate(SHOWN)
    assert moved != built_so


def test_no_weight_at_all_is_said(page: Page, site: Path) -> None:
    for name in ("Price", "Feel", "Weight"):
        set_weight(page, name, 0)
    page.get_by_role("combobox", name="Mean").select_option("arithmetic")
    moved = page.evaluate(SHOWN)
    page.goto(address(site, "nothing"))
    assert moved == page.evaluate(SHOWN)


def test_a_slider_is_moved_by_keys_and_tells_its_weight(page: Page) -> None:
    slider = page.get_by_role("slider", name="Weight of Feel")
    slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "3.1"
    assert "weight 3.1" in page.locator(".decision-table thead").inner_text()


def test_without_a_script_there_is_the_table_and_what_would_change_it(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(site, "as-built"))
    assert page.locator(".decision-table .first").count() == 1
    assert page.locator(".decision-findings li").count() >= 5
    assert page.get_by_role("slider").count() == 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_moves_the_page_sideways(
    chromium: Browser, site: Path, scheme: Literal["light", "dark"], axe_core: str
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 360, "height": 700})
    page = context.new_page()
    page.goto(address(site, "as-built"))
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert axe.faults(page, axe_core) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
