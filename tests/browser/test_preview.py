"""The preview as a person sees it: they save a file, and look."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from browser.preview import Preview, long_note

pytestmark = pytest.mark.xdist_group("browser")

OPEN = "details:first-of-type"


def look(page: Page, preview: Preview, path: str = "a/") -> None:
    """Open a page and leave a mark in it that no reload would leave."""
    with page.expect_response(lambda response: "/_kb/events" in response.url):
        page.goto(preview.url + path)
    page.evaluate("window.stayed = true")


def stayed(page: Page) -> bool:
    return page.evaluate("window.stayed === true") is True


def mark(page: Page) -> str:
    """The words of the mark in the corner."""
    return page.locator("kb-preview .mark").inner_text()


def test_a_saved_note_changes_before_the_readers_eyes_without_a_reload(page: Page, preview: Preview) -> None:
    preview.start()
    look(page, preview)
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nThe second text.\n"})
    expect(page.locator(".body")).to_contain_text("The second text.")
    expect(page.locator(".body")).not_to_contain_text("The first text.")
    assert stayed(page)


def test_the_title_in_the_tab_follows_the_note(page: Page, preview: Preview) -> None:
    preview.start()
    look(page, preview)
    preview.write({"content/a.md": "---\ntitle: Another\n---\n\nText.\n"})
    expect(page).to_have_title("Another · Test")
    assert stayed(page)


def test_the_reader_stays_where_they_are_when_text_is_added_above_and_below(
    page: Page, preview: Preview
) -> None:
    preview.write({"content/a.md": long_note()})
    preview.start()
    look(page, preview)
    seen = page.get_by_text("Paragraph 30 of")
    seen.evaluate("element => scrollTo(0, element.offsetTop - 100)")
    before = seen.evaluate("element => element.getBoundingClientRect().top")
    preview.write({"content/a.md": long_note("A new paragraph.\n\nAnd one more.", " is new")})
    expect(page.locator(".body")).to_contain_text("Last paragraph is new.")
    expect(page.locator(".body")).to_contain_text("And one more.")
    page.wait_for_timeout(100)
    after = seen.evaluate("element => element.getBoundingClientRect().top")
    assert after == pytest.approx(before, abs=1)
    assert page.evaluate("scrollY") > 500
    assert stayed(page)


def test_what_the_reader_unfolded_stays_open_and_what_they_did_not_stays_closed(
    page: Page, preview: Preview
) -> None:
    preview.write({"content/a.md": long_note()})
    preview.start()
    look(page, preview)
    page.get_by_text("Even more").click()
    new = "<details><summary>Before both</summary>\n\nNew hidden words.\n\n</details>"
    preview.write({"content/a.md": long_note(new, " is new")})
    expect(page.locator(".body")).to_contain_text("Last paragraph is new.")
    opened = page.locator("details").evaluate_all(
        "all => all.filter(d => d.open).map(d => d.innerText.split('\\n')[0])"
    )
    assert [each for each in opened if each != "Contents"] == ["Even more"]


def test_a_callout_that_the_author_unfolds_is_unfolded(page: Page, preview: Preview) -> None:
    preview.write({"content/a.md": "> [!tip]- Folded\n> Words.\n"})
    preview.start()
    look(page, preview)
    assert page.locator("details.callout").get_attribute("open") is None
    preview.write({"content/a.md": "> [!tip]+ Folded\n> Words.\n"})
    expect(page.locator("details.callout[open]")).to_be_visible()


def test_selected_text_stays_selected_while_words_beside_it_change(page: Page, preview: Preview) -> None:
    preview.write({"content/a.md": "Some chosen words and an end.\n"})
    preview.start()
    look(page, preview)
    page.locator(".body p").evaluate(
        "p => getSelection().setBaseAndExtent(p.firstChild, 5, p.firstChild, 17)"
    )
    preview.write({"content/a.md": "Some chosen words and another end.\n\nMore.\n"})
    expect(page.locator(".body")).to_contain_text("another end")
    assert page.evaluate("String(getSelection())") == "chosen words"


def test_blanks_that_a_reader_sees_survive_a_change(page: Page, preview: Preview) -> None:
    preview.write({"content/a.md": "One **two** *three* `four`.\n\n```\na\n\n b\n```\n\n- x\n- y\n"})
    preview.start()
    look(page, preview)
    preview.write({"content/a.md": "Zero **two** *three* `four`.\n\n```\na\n\n b\n```\n\n- x\n- y\n- z\n"})
    expect(page.locator(".body li")).to_have_count(3)
    morphed = page.locator(".body").inner_text()
    page.reload()
    assert page.locator(".body").inner_text() == morphed
    assert "Zero two three four." in morphed


def test_a_field_keeps_its_focus_and_what_was_typed(page: Page, preview: Preview) -> None:
    preview.write(
        {
            "themes/paper/templates/note.html": '{% extends "paper/note.html" %}\n'
            '{% block abstract %}<input type="search" name="find"><input name="other">{% endblock %}\n'
        }
    )
    preview.start()
    look(page, preview)
    page.locator("[name=other]").fill("left alone")
    page.locator("[name=find]").click()
    page.keyboard.type("half a wo")
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nBefore.\n\nThe second text.\n"})
    expect(page.locator(".body")).to_contain_text("The second text.")
    page.keyboard.type("rd")
    assert page.locator("[name=find]").input_value() == "half a word"
    assert page.locator("[name=other]").input_value() == "left alone"


def test_a_saved_stylesheet_is_swapped_without_a_reload_and_without_a_moment_of_none(
    page: Page, preview: Preview
) -> None:
    preview.write({"themes/paper/assets/custom.css": "h1 { color: rgb(1, 2, 3); }"})
    preview.start()
    look(page, preview)
    heading = page.locator("h1")
    expect(heading).to_have_css("color", "rgb(1, 2, 3)")
    page.evaluate(
        """() => {
          window.colours = new Set();
          const see = () => {
            window.colours.add(getComputedStyle(document.querySelector("h1")).color);
            requestAnimationFrame(see);
          };
          see();
        }"""
    )
    preview.write({"themes/paper/assets/custom.css": "h1 { color: rgb(4, 5, 6); }"})
    expect(heading).to_have_css("color", "rgb(4, 5, 6)")
    page.wait_for_timeout(200)
    assert sorted(page.evaluate("[...window.colours]")) == ["rgb(1, 2, 3)", "rgb(4, 5, 6)"]
    assert page.locator("link[rel=stylesheet]:not(kb-preview *)").count() == 2
    assert stayed(page)


def test_a_saved_template_changes_the_open_page(page: Page, preview: Preview) -> None:
    preview.write({"themes/paper/templates/note.html": '{% extends "paper/note.html" %}\n'})
    preview.start()
    look(page, preview)
    footer = '{% extends "paper/note.html" %}\n{% block footer %}<p>Written by hand.</p>{% endblock %}\n'
    preview.write({"themes/paper/templates/note.html": footer})
    expect(page.locator("footer.site")).to_have_text("Written by hand.")
    assert stayed(page)


def test_a_broken_template_says_where_and_the_last_good_page_stays_beneath(
    page: Page, preview: Preview
) -> None:
    preview.start()
    look(page, preview)
    broken = '{% extends "paper/note.html" %}\n{% block footer %}{{ page.titel }}{% endblock %}\n'
    preview.write({"themes/paper/templates/note.html": broken})
    item = page.locator("kb-preview .problems li[data-severity=error]")
    expect(item).to_be_visible()
    expect(item).to_contain_text("themes/paper/templates/note.html:2")
    expect(item).to_contain_text("titel")
    expect(page.locator(".body")).to_contain_text("The first text.")
    preview.write({"themes/paper/templates/note.html": broken.replace("titel", "title")})
    expect(page.locator("footer.site")).to_contain_text("A")
    expect(item).to_have_count(0)
    assert stayed(page)


def test_an_error_opens_the_panel_once_and_goes_with_its_reason(page: Page, preview: Preview) -> None:
    preview.start()
    look(page, preview)
    sheet = page.locator("kb-preview .sheet")
    expect(page.locator("kb-preview .mark")).to_have_attribute("data-status", "well")
    broken = "---\ntitle: A\ndate: 2026-02-31\n---\n\nThe first text.\n"
    preview.write({"content/a.md": broken})
    expect(sheet).to_be_visible()
    expect(sheet.locator("li[data-severity=error]")).to_have_count(1)
    assert mark(page) == "1 error"
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    preview.write({"content/a.md": broken + "\nMore.\n"})
    expect(page.locator(".body")).to_contain_text("More.")
    page.wait_for_timeout(400)
    expect(sheet).to_be_hidden()
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nMended.\n"})
    expect(page.locator("kb-preview .mark")).to_have_attribute("data-status", "well")
    preview.write({"content/a.md": broken})
    expect(sheet).to_be_visible()
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nMended.\n"})
    expect(sheet).to_be_hidden()


def test_a_broken_link_names_its_line_and_what_may_be_meant_can_be_copied(
    page: Page, context: BrowserContext, preview: Preview
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    preview.write({"content/incremental.md": "---\ntitle: Incremental builds\n---\n\nText.\n"})
    preview.start()
    look(page, preview)
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nSee [[Incremental bulids]].\n"})
    button = page.locator("kb-preview .mark")
    expect(button).to_have_text("1 warning")
    expect(page.locator("kb-preview .sheet")).to_be_hidden()
    button.click()
    item = page.locator("kb-preview .problems li[data-severity=warning]")
    expect(item).to_contain_text("line 5")
    expect(item).to_contain_text("Incremental bulids")
    item.get_by_role("button", name="Incremental builds").click()
    expect(page.locator("kb-preview .told")).to_have_text("Copied: Incremental builds")
    assert page.evaluate("navigator.clipboard.readText()") == "Incremental builds"
    page.locator("kb-preview .sheet a[href='/_kb/problems']").click()
    expect(page.locator("main")).to_contain_text("Incremental bulids")


def test_mentions_without_a_link_are_unfolded_with_what_to_write_there(
    context: BrowserContext, page: Page, preview: Preview
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    preview.write(
        {
            "content/a.md": "---\ntitle: Glue code\n---\n\nA kind of technical debt.\n",
            "content/b.md": "---\ntitle: Technical debt\n---\n\nThere is\nglue code.\n",
        }
    )
    preview.start()
    look(page, preview)
    page.locator("kb-preview .mark").click()
    fold = page.locator("kb-preview .unlinked")
    fold.locator("summary").click()
    expect(fold.locator("h3")).to_have_text(["In this note", "Of this note, in others"])
    expect(fold.locator("li")).to_have_text(["line 5 [[b|technical debt]]", "content/b.md:6 [[a|glue code]]"])
    fold.get_by_role("button", name="[[b|technical debt]]").click()
    expect(page.locator("kb-preview .told")).to_have_text("Copied: [[b|technical debt]]")
    preview.write({"content/a.md": "---\ntitle: Glue code\n---\n\nA kind of [[b|technical debt]].\n"})
    expect(fold.locator("h3")).to_have_text(["Of this note, in others"])


def test_the_panel_is_a_dialog_that_the_keyboard_opens_and_leaves(page: Page, preview: Preview) -> None:
    preview.start()
    look(page, preview)
    button = page.locator("kb-preview .mark")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="No problems in this note")).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("document.querySelector('kb-preview').shadowRoot.activeElement.className") == "mark"


def test_nothing_of_the_preview_is_printed(page: Page, preview: Preview) -> None:
    preview.start()
    look(page, preview)
    expect(page.locator("kb-preview .mark")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("kb-preview .corner")).to_be_hidden()


def test_a_deleted_note_leaves_its_last_text_a_word_about_it_and_a_way_home(
    page: Page, preview: Preview
) -> None:
    preview.start()
    look(page, preview)
    (preview.root / "content/a.md").unlink()
    sheet = page.locator("kb-preview .sheet")
    expect(sheet).to_contain_text("There is no such note any more.")
    expect(page.locator(".body")).to_contain_text("The first text.")
    assert sheet.get_by_role("link", name="Go home").get_attribute("href") == "/"
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nIt is back.\n"})
    expect(page.locator(".body")).to_contain_text("It is back.")
    expect(sheet).to_be_hidden()
    assert stayed(page)


def test_a_renamed_note_is_offered_where_it_is_now(page: Page, preview: Preview) -> None:
    preview.start()
    look(page, preview)
    told = """() => new Promise((resolve) => {
      const stream = new EventSource("/_kb/events?path=a/index.html");
      stream.addEventListener("hello", () => (window.listening = true));
      stream.addEventListener("gone", (event) => resolve(JSON.parse(event.data)));
    })"""
    page.evaluate(f"window.told = ({told})(), null")
    page.wait_for_function("window.listening")
    (preview.root / "content/a.md").rename(preview.root / "content/new náme.md")
    assert page.evaluate("window.told") == {"path": "a/index.html", "to": "/new-n%C3%A1me/"}
    link = page.locator("kb-preview .sheet .news a")
    expect(link).to_have_text("/new-náme/")
    link.click()
    expect(page).to_have_url(preview.url + "new-n%C3%A1me/")
    expect(page.locator(".body")).to_contain_text("The first text.")


def test_a_note_that_left_an_alias_behind_is_offered_where_it_is_now(page: Page, preview: Preview) -> None:
    preview.start()
    look(page, preview)
    (preview.root / "content/a.md").unlink()
    preview.write({"content/c.md": "---\ntitle: C\naliases: [/a/]\n---\n\nThe first text, moved.\n"})
    link = page.locator("kb-preview .sheet .news a")
    expect(link).to_have_text("/c/")
    assert stayed(page)


def test_a_page_that_was_not_there_comes_when_its_note_is_written(page: Page, preview: Preview) -> None:
    preview.start()
    look(page, preview, "not-yet/")
    preview.write({"content/not-yet.md": "Here it is.\n"})
    expect(page.locator(".body")).to_contain_text("Here it is.")
    page.locator("kb-preview .mark").click()
    expect(page.locator("kb-preview .sheet").get_by_role("button", name="not-yet.md")).to_be_visible()


def test_of_two_tabs_only_the_one_with_the_saved_note_changes(
    context: BrowserContext, preview: Preview
) -> None:
    preview.start()
    one, other = context.new_page(), context.new_page()
    look(one, preview, "a/")
    look(other, preview, "b/")
    other.evaluate("document.addEventListener('kb:renewed', () => (window.renewed = true))")
    one.bring_to_front()
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nThe second text.\n"})
    expect(one.locator(".body")).to_contain_text("The second text.")
    other.wait_for_timeout(300)
    assert other.evaluate("window.renewed === undefined")
    expect(other.locator(".body")).to_contain_text("The other text.")
    preview.write({"content/b.md": "---\ntitle: B\n---\n\nThe fourth text.\n"})
    expect(other.locator(".body")).to_contain_text("The fourth text.")
    assert stayed(one)
    assert stayed(other)


def test_ten_tabs_are_served_all(context: BrowserContext, preview: Preview) -> None:
    preview.start()
    tabs = [context.new_page() for _ in range(10)]
    for tab in tabs:
        tab.goto(preview.url + "a/")
        tab.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
        tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        tab.wait_for_timeout(1100 if tab is tabs[4] else 250)
    last = tabs[0]
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nThe second text.\n"})
    preview.until("a/", "The second text.")
    expect(last.locator(".body")).to_contain_text("The first text.")
    last.evaluate("delete document.hidden")
    last.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(last.locator(".body")).to_contain_text("The second text.")


def test_a_draft_is_shown_and_says_that_it_is_one(page: Page, preview: Preview) -> None:
    preview.write({"content/d.md": "---\ntitle: D\ndraft: true\n---\n\nHalf done.\n"})
    preview.start()
    look(page, preview, "d/")
    expect(page.locator(".marks")).to_contain_text("Draft.")
    preview.write({"content/d.md": "---\ntitle: D\n---\n\nAll done.\n"})
    expect(page.locator(".body")).to_contain_text("All done.")
    expect(page.locator(".marks")).to_have_count(0)
    assert stayed(page)


def test_a_server_that_stops_and_starts_again_is_told_and_found(page: Page, preview: Preview) -> None:
    preview.start()
    look(page, preview)
    preview.stop()
    button = page.locator("kb-preview .mark")
    expect(button).to_have_text("Not connected")
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nWritten meanwhile.\n"})
    preview.start()
    expect(page.locator(".body")).to_contain_text("Written meanwhile.")
    expect(button).not_to_have_text("Not connected")
    assert stayed(page)


def test_alt_click_opens_the_editor_at_the_line_of_the_block(
    page: Page, preview: Preview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/opened\n')
    editor.chmod(0o755)
    monkeypatch.setenv("KB_EDITOR", f"{editor} {{file}}:{{line}}")
    preview = Preview(preview.root, tmp_path / "cache")
    preview.write(
        {
            "content/a.md": "---\ntitle: A\n---\n\nOne.\n\n## Two\n\nThree has\ntwo lines.\n\n- four\n- [five](b.md)\n"
        }
    )
    preview.start()
    try:
        look(page, preview)
        told = page.locator("kb-preview .told")
        for block, line in (("One.", 5), ("Two", 7), ("two lines", 9), ("five", 12)):
            page.locator(".body").get_by_text(block).first.click(modifiers=["Alt"])
            expect(told).to_have_text(f"Opening a.md:{line}")
        preview.stop()
        preview.start()  # with another token
        page.wait_for_function(
            "document.querySelector('kb-preview').shadowRoot.querySelector('.mark').dataset.status === 'well'"
        )
        page.wait_for_timeout(300)
        preview.write({"content/a.md": "New.\n\nOne.\n"})
        expect(page.locator(".body")).to_contain_text("New.")
        page.get_by_text("One.").click(modifiers=["Alt"])
        expect(told).to_have_text("Opening a.md:3")
    finally:
        preview.stop()
    opened = [os.path.relpath(line, preview.root) for line in (tmp_path / "opened").read_text().split()]
    assert opened == [f"content/a.md:{line}" for line in (5, 7, 9, 12, 3)]
    assert page.url.endswith("/a/")


def test_a_tab_that_follows_goes_to_the_note_being_saved(page: Page, preview: Preview) -> None:
    preview.start("--follow")
    look(page, preview)
    preview.write({"content/b.md": "---\ntitle: B\n---\n\nSaved now.\n"})
    expect(page).to_have_url(preview.url + "b/")
    expect(page.locator(".body")).to_contain_text("Saved now.")
    page.locator("kb-preview .mark").click()
    page.get_by_label("Follow the note being saved").uncheck()
    preview.write({"content/a.md": "---\ntitle: A\n---\n\nSaved later.\n"})
    preview.until("a/", "Saved later.")
    page.wait_for_timeout(300)
    expect(page).to_have_url(preview.url + "b/")
