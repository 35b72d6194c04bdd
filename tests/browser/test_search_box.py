"""Search as a person meets it, on the site that a build wrote, in the preview, and in a folder on disk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from browser import searched
from browser.searched import Book

pytestmark = pytest.mark.xdist_group("browser")

#: Where the same pages are looked at: behind a plain server below a path, in `kb serve`, as files.
WAYS = ("published", "previewed", "disk")


@pytest.fixture(params=WAYS)
def site(request: pytest.FixtureRequest, page: Page) -> Book:
    return Book(page, request.getfixturevalue(request.param))


@pytest.fixture
def web(page: Page, published: str) -> Book:
    return Book(page, published)


@pytest.fixture
def preview_book(page: Page, previewed: str) -> Book:
    return Book(page, previewed)


# The dialog.


@pytest.mark.parametrize("key", ["/", "Control+k", "Meta+k"])
def test_a_key_opens_the_search_and_escape_gives_the_focus_back(web: Book, key: str) -> None:
    web.visit()
    menu = web.page.get_by_role("link", name="All notes")
    menu.focus()
    web.page.keyboard.press(key)
    expect(web.dialog).to_be_visible()
    expect(web.field).to_be_focused()
    web.page.keyboard.press("Escape")
    expect(web.dialog).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_entry_in_the_header_opens_the_search_where_one_is(web: Book) -> None:
    web.visit()
    web.page.get_by_role("link", name="Search", exact=True).click()
    expect(web.field).to_be_focused()
    web.dialog.get_by_role("button", name="Close").click()
    expect(web.dialog).to_be_hidden()
    expect(web.page).to_have_url(f"{web.root}garden/sage/")


def test_a_slash_in_a_field_is_a_letter(web: Book) -> None:
    web.visit("search/")
    words = web.page.get_by_role("textbox", name="Words")
    words.press_sequentially("and/or")
    expect(words).to_have_value("and/or")
    expect(web.dialog).to_have_count(0)


def test_a_click_beside_the_dialog_closes_it(web: Book) -> None:
    web.open()
    web.page.mouse.click(5, 400)
    expect(web.dialog).to_be_hidden()


def test_opening_the_search_never_moves_the_page(web: Book) -> None:
    web.visit("garden/herbs/rosemary/")
    web.page.evaluate("scrollTo(0, 900)")
    web.page.evaluate(
        """() => {
          window.moved = [];
          new PerformanceObserver((list) => {
            const nodes = list.getEntries().flatMap((entry) => entry.sources.map(({ node }) => node));
            window.moved.push(...nodes.filter((node) => document.body.contains(node)).map((node) => node.nodeName));
          }).observe({ type: "layout-shift", buffered: false });
        }"""
    )
    place = "() => [scrollY, document.querySelector('main').getBoundingClientRect().toJSON()]"
    before = web.page.evaluate(place)
    web.page.keyboard.press("/")
    web.type("rosemary")
    expect(web.options.first).to_be_visible()
    assert web.page.evaluate(place) == before
    web.page.keyboard.press("Escape")
    web.page.wait_for_timeout(100)
    assert web.page.evaluate(place) == before
    assert web.page.evaluate("window.moved") == []


def test_results_come_while_one_types_and_are_told(site: Book) -> None:
    site.open()
    expect(site.field).to_have_attribute("aria-expanded", "false")
    site.type("rosemary wint")
    expect(site.options.first).to_contain_text("Rosemary in winter")
    expect(site.field).to_have_attribute("aria-expanded", "true")
    expect(site.status).to_have_text("2 results")
    expect(site.options.first).to_contain_text("garden / herbs")
    expect(site.options.first).to_contain_text("2024-02-01")
    expect(site.options.first).to_contain_text("#garden/herbs")
    expect(site.dialog.locator("mark").first).to_be_visible()


def test_the_words_are_marked_in_the_passages(site: Book) -> None:
    site.open()
    site.type("outgrows ")
    expect(site.options.first.locator("mark")).to_have_text(["outgrows"])


def test_the_arrows_walk_through_the_results_and_round_their_ends(site: Book) -> None:
    site.open()
    site.type("lighthouse")
    expect(site.options).to_have_count(10)
    seen = []
    for key in ("", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown"):
        if key:
            site.page.keyboard.press(key)
        expect(site.chosen).to_have_count(1)
        seen.append(site.options.evaluate_all("all => all.findIndex(o => o.ariaSelected === 'true')"))
        identity = site.chosen.get_attribute("id")
        assert identity is not None
        expect(site.field).to_have_attribute("aria-activedescendant", identity)
    assert seen == [0, 1, 2, 1, 0, 9, 0]
    expect(site.field).to_be_focused()


def test_home_and_end_go_to_the_first_and_the_last_result_where_they_do_nothing_in_the_text(
    site: Book,
) -> None:
    site.open()
    site.type("lighthouse")
    expect(site.options).to_have_count(10)
    site.page.keyboard.press("End")
    expect(site.options.last).to_have_attribute("aria-selected", "true")
    expect(site.options.last).to_be_in_viewport()
    site.page.keyboard.press("Home")
    expect(site.options.first).to_have_attribute("aria-selected", "true")
    site.page.keyboard.type("s")  # one is in the text again
    expect(site.field).to_have_value("lighthouses")
    site.page.keyboard.press("Home")
    assert site.field.evaluate("field => field.selectionStart") == 0


def test_enter_opens_the_chosen_result(site: Book) -> None:
    site.open()
    site.type("outgrows")
    expect(site.options).to_have_count(1)
    site.page.keyboard.press("Enter")
    site.leads_to("garden/sage/")


def test_control_enter_opens_it_in_a_new_tab_and_leaves_the_search_as_it_was(
    context: BrowserContext, site: Book
) -> None:
    site.open("films/aruvi/")
    site.type("outgrows")
    expect(site.options).to_have_count(1)
    with context.expect_page() as opened:
        site.page.keyboard.press("Control+Enter")
    Book(opened.value, site.root).leads_to("garden/sage/")
    expect(site.dialog).to_be_visible()
    opened.value.close()


def test_enter_waits_for_the_results_of_what_is_written_and_opens_the_first(site: Book) -> None:
    site.open("films/aruvi/")
    site.type("lighthouse")
    expect(site.options).to_have_count(10)
    site.field.fill("outgrows")
    site.page.keyboard.press("Enter")
    site.leads_to("garden/sage/")


def test_enter_without_any_result_stays_where_it_is(site: Book) -> None:
    site.open("films/aruvi/")
    site.field.fill("zzzzqqq ")
    site.page.keyboard.press("Enter")
    expect(site.status).to_have_text("0 results")
    site.page.keyboard.press("Enter")
    expect(site.dialog).to_be_visible()


def test_a_section_leads_to_its_heading(site: Book) -> None:
    site.open()
    site.type("rosemary fleece")
    section = site.options.filter(has_text="Frost")
    expect(section).to_have_count(1)
    section.click()
    site.leads_to("garden/herbs/rosemary/", "#frost")
    expect(site.page.get_by_role("heading", name="Frost")).to_be_in_viewport()


def test_what_a_note_says_is_never_taken_for_html(site: Book) -> None:
    site.open()
    site.type("xylophone brackets")
    expect(site.options.first).to_contain_text("Angles <b>and</b> brackets")
    assert site.dialog.locator("[role=option] :is(img, b)").count() == 0
    assert site.page.evaluate("window.hacked") is None


def test_a_misspelt_word_is_mended_and_can_be_had_as_it_was_written(site: Book) -> None:
    site.open()
    site.type("obsidain ")
    expect(site.dialog).to_contain_text("Showing results for obsidian; search instead for obsidain")
    expect(site.options.first).to_contain_text("Plugins for obsidian")
    site.dialog.get_by_role("button", name="obsidain").click()
    expect(site.field).to_have_value('"obsidain"')
    expect(site.status).to_have_text("0 results")


def test_a_query_that_was_mended_says_how(site: Book) -> None:
    site.open()
    site.type('"outgrows it')
    expect(site.options.first).to_contain_text("Sage")
    assert site.dialog.locator(".search-notes").inner_text().strip()


def test_where_nothing_is_found_the_way_to_all_notes_is_shown(site: Book) -> None:
    site.open()
    site.type("zzzzqqq ")
    expect(site.status).to_have_text("0 results")
    expect(site.dialog.get_by_role("link", name="all notes by date")).to_be_visible()
    expect(site.options).to_have_count(0)


def test_an_index_that_cannot_be_loaded_is_told_and_tried_again(web: Book) -> None:
    web.page.route("**/_search/**", lambda route: route.abort())
    web.open()
    web.type("rosemary")
    expect(web.status).to_have_text("The search index could not be loaded.")
    web.page.unroute("**/_search/**")
    web.dialog.get_by_role("button", name="Try again").click()
    expect(web.options.first).to_contain_text("Rosemary")


def test_an_answer_that_comes_late_does_not_take_the_place_of_a_newer_one(preview_book: Book) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    preview_book.page.route(lambda url: "q=lighth" in url and "_kb/search" in url, hold)
    preview_book.open()
    preview_book.type("lighth")
    preview_book.page.wait_for_timeout(300)
    assert held
    preview_book.field.fill("outgrows")
    expect(preview_book.options).to_have_count(1)
    for route in held:
        route.fallback()
    preview_book.page.wait_for_timeout(300)
    expect(preview_book.options).to_have_count(1)
    expect(preview_book.options.first).to_contain_text("Sage")


def test_a_page_fetches_nothing_of_the_index_until_somebody_searches(web: Book) -> None:
    asked: list[str] = []
    web.page.on("request", lambda request: asked.append(request.url))
    web.visit()
    web.page.wait_for_load_state("networkidle")
    assert [url for url in asked if "/_search/" in url] == []
    with web.page.expect_request(lambda request: request.url.endswith("/_search/manifest.bin")):
        web.page.keyboard.press("/")
    expect(web.dialog).to_be_visible()


def test_what_a_search_needs_is_fetched_at_the_third_letter(web: Book) -> None:
    asked: list[Request] = []
    web.page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - the same
    web.open()
    web.page.wait_for_load_state("networkidle")
    web.type("ro")
    web.page.wait_for_load_state("networkidle")
    web.page.evaluate(
        "window.setTimeout = () => 0"
    )  # no query is asked any more: what comes now is fetched ahead
    seen = len(asked)
    web.type("s")
    web.page.wait_for_load_state("networkidle")
    assert len(asked) > seen


# Filters.


def test_filters_narrow_the_results_and_stand_in_the_address(site: Book) -> None:
    site.open()
    site.type("film")
    expect(site.options).to_have_count(2)
    site.dialog.get_by_text("Filters").click()
    site.dialog.get_by_label("Since").fill("2022-01-01")
    expect(site.options).to_have_count(1)
    site.dialog.get_by_label("Kind").fill("review")
    site.dialog.get_by_label("Tag").fill("film")
    expect(site.options).to_have_count(1)
    site.dialog.get_by_label("Tag").press("Enter")
    site.page.wait_for_url("**/search/**q=film&tag=film&kind=review&since=2022-01-01")
    expect(site.results).to_have_count(1)
    expect(site.results.first).to_contain_text("Aruvi")


def test_a_filter_offers_what_there_is(site: Book) -> None:
    site.open()
    site.dialog.get_by_text("Filters").click()
    site.dialog.get_by_label("Kind").focus()
    kinds = site.dialog.locator("[id='kb:kinds'] option")
    expect(kinds).to_have_count(2)
    assert kinds.evaluate_all("all => all.map(o => o.value)") == ["note", "review"]


def test_a_filter_alone_lists_all_that_it_lets_through_newest_first(site: Book) -> None:
    site.visit("search/", "?tag=garden")
    expect(site.results).to_have_count(2)
    expect(site.results.first).to_contain_text("Rosemary in winter")
    expect(site.results.last).to_contain_text("Sage")


# The results page.


def test_a_query_can_be_linked_to(site: Book) -> None:
    site.visit("search/", "?q=film&kind=review")
    expect(site.results).to_have_count(2)
    expect(site.page.get_by_role("textbox", name="Words")).to_have_value("film")
    expect(site.page.get_by_label("Kind")).to_have_value("review")
    expect(site.page.get_by_role("status")).to_have_text("2 results")
    yentl = site.results.filter(has_text="Yentl")
    assert yentl.inner_text().splitlines() == [
        "Yentl",
        "films",
        "review",
        "2021-05-05",
        "#film",
        "Another film, sung.",
    ]


def test_the_dialog_on_the_results_page_begins_with_its_query(web: Book) -> None:
    web.visit("search/", "?q=film&since=2022-01-01")
    expect(web.page).to_have_title("film · Search · A searched book")
    web.page.get_by_role("link", name="Search", exact=True).click()
    expect(web.field).to_have_value("film")
    expect(web.options).to_have_count(1)


def test_the_results_are_paged_through_and_the_way_back_is_the_browsers(site: Book) -> None:
    site.visit("search/")
    site.page.get_by_role("textbox", name="Words").fill("lighthouse")
    site.page.keyboard.press("Enter")
    expect(site.page.get_by_role("status")).to_have_text(f"{searched.LIGHTHOUSES} results")
    expect(site.results).to_have_count(20)
    first = site.results.locator(".search-title").all_inner_texts()
    site.page.get_by_role("link", name="Next results").click()
    expect(site.page.locator(".pager .place")).to_have_text("Page 2 of 3")
    second = site.results.locator(".search-title").all_inner_texts()
    site.page.get_by_role("link", name="Next results").click()
    expect(site.results).to_have_count(5)
    third = site.results.locator(".search-title").all_inner_texts()
    assert len({*first, *second, *third}) == searched.LIGHTHOUSES
    expect(site.page.get_by_role("link", name="Next results")).to_have_count(0)
    site.page.go_back()
    expect(site.page.locator(".pager .place")).to_have_text("Page 2 of 3")
    site.page.get_by_role("link", name="Previous results").click()
    expect(site.page.locator(".pager .place")).to_have_text("Page 1 of 3")
    assert "page=" not in site.page.url


def test_sections_stand_below_their_note_on_the_results_page(site: Book) -> None:
    site.visit("search/", "?q=rosemary+fleece")
    site.results.first.get_by_role("link", name="Frost").click()
    site.leads_to("garden/herbs/rosemary/", "#frost")


def test_a_misspelt_word_is_mended_on_the_results_page_too(site: Book) -> None:
    site.visit("search/", "?q=obsidain")
    expect(site.results.first).to_contain_text("Plugins for obsidian")
    site.page.get_by_role("link", name="obsidain").click()
    expect(site.page.get_by_role("textbox", name="Words")).to_have_value('"obsidain"')
    expect(site.page.get_by_role("status")).to_have_text("0 results")


def test_the_last_entry_of_the_dialog_leads_to_all_results(site: Book) -> None:
    site.open()
    site.type("lighthouse")
    site.dialog.get_by_role("button", name=f"All {searched.LIGHTHOUSES} results").click()
    expect(site.results).to_have_count(20)


def test_without_javascript_the_entry_leads_to_a_page_that_leads_to_the_notes(
    chromium: Browser, published: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{published}garden/sage/")
    page.get_by_role("link", name="Search", exact=True).click()
    expect(page).to_have_url(f"{published}search/")
    page.get_by_role("link", name="all notes by date").click()
    expect(page.get_by_role("heading", name="All notes")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="all tags").click()
    expect(page.get_by_role("link", name="garden", exact=True)).to_be_visible()
    context.close()


# Marks where one lands.


def marks(page: Page) -> list[str]:
    """The words that are marked."""
    return page.evaluate("Array.from(CSS.highlights.get('kb-found') ?? [], String)")  # type: ignore[no-any-return]


def test_the_words_that_were_found_are_marked_where_one_lands_until_one_has_enough(site: Book) -> None:
    site.open("films/aruvi/")
    site.type("outgrows ")
    expect(site.options).to_have_count(1)
    site.page.keyboard.press("Enter")
    site.leads_to("garden/sage/")
    assert marks(site.page) == ["outgrows"]
    strip = site.page.locator(".search-marks")
    expect(strip).to_contain_text("1 word marked")
    strip.get_by_role("button", name="Remove marks").click()
    expect(strip).to_have_count(0)
    assert marks(site.page) == []


def test_marks_keep_the_rest_of_the_address(web: Book) -> None:
    web.visit("garden/herbs/rosemary/", "?hl=Rosemary&from=afar&hl=old+wood#frost")
    expect(web.page).to_have_url(f"{web.root}garden/herbs/rosemary/?from=afar#frost")
    assert marks(web.page) == ["Rosemary", "Rosemary", "old wood", "rosemary"]


def test_a_word_is_marked_whole_or_not_at_all(web: Book) -> None:
    web.visit("garden/sage/", "?hl=rose&hl=side&hl=grows")
    assert marks(web.page) == []
    expect(web.page.locator(".search-marks")).to_have_count(0)


def test_where_a_browser_has_no_highlights_marks_do_the_same(web: Book) -> None:
    web.page.add_init_script("delete window.Highlight")
    web.visit("garden/sage/", "?hl=rosemary&hl=outgrows")
    text = web.page.locator(".body").inner_text()
    assert web.page.locator(".body mark").all_inner_texts() == ["rosemary", "outgrows"]
    web.page.get_by_role("button", name="Remove marks").click()
    expect(web.page.locator(".body mark")).to_have_count(0)
    assert web.page.locator(".body").inner_text() == text
