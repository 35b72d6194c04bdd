"""Whoever searches by keyboard, screen reader or large type is not left out: axe-core finds nothing to complain of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from browser import axe
from browser.searched import Book

pytestmark = pytest.mark.xdist_group("browser")


def nothing_asked(book: Book) -> None:
    book.open()


def results(book: Book) -> None:
    book.open()
    book.type("rosemary fleece")
    expect(book.options.first).to_be_visible()


def filters(book: Book) -> None:
    results(book)
    book.dialog.get_by_text("Filters").click()
    expect(book.dialog.get_by_label("Since")).to_be_visible()


def mended(book: Book) -> None:
    book.open()
    book.type("obsidain ")
    expect(book.dialog).to_contain_text("Showing results for")


def nothing_found(book: Book) -> None:
    book.open()
    book.type("zzzzqqq ")
    expect(book.status).to_have_text("0 results")


def no_index(book: Book) -> None:
    book.page.route("**/_search/**", lambda route: route.abort())
    book.open()
    book.type("rosemary")
    expect(book.dialog.get_by_role("button", name="Try again")).to_be_visible()


def results_page(book: Book) -> None:
    book.visit("search/", "?q=lighthouse")
    expect(book.results.first).to_be_visible()
    book.page.get_by_text("What can be asked").click()


def marks(book: Book) -> None:
    book.visit("garden/sage/", "?hl=rosemary")
    expect(book.page.locator(".search-marks")).to_be_visible()


SCENES = (nothing_asked, results, filters, mended, nothing_found, no_index, results_page, marks)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_axe_finds_nothing_to_complain_of(
    chromium: Browser,
    published: str,
    axe_core: str,
    scene: Callable[[Book], None],
    scheme: Literal["light", "dark"],
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 1000, "height": 800})
    page: Page = context.new_page()
    book = Book(page, published)
    scene(book)
    assert axe.faults(page, axe_core) == []
    context.close()


@pytest.mark.parametrize("width", [320, 360, 820])
def test_nothing_scrolls_sideways_at_any_width(chromium: Browser, published: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 700})
    book = Book(context.new_page(), published)
    for scene in (filters, results_page, marks):
        scene(book)
        wide = book.page.evaluate(
            "Array.from(document.querySelectorAll('html, dialog, .search-found')).filter(e => e.scrollWidth > e.clientWidth).length"
        )
        assert wide == 0
    context.close()
