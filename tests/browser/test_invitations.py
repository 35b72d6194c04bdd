"""In the preview, a link to a note that is not there is the way to begin it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser import axe
from browser.preview import Preview

pytestmark = pytest.mark.xdist_group("browser")


def test_a_missing_note_is_begun_from_the_link_that_wants_it(
    page: Page, preview: Preview, axe_core: str
) -> None:
    preview.write({"content/ml/a.md": "# A\n\nIt speaks of a [[Note to come]] and of [[a]].\n"})
    preview.start()
    page.goto(f"{preview.url}ml/a/")
    link = page.locator(".body").get_by_role("link", name="Note to come")
    expect(link).to_have_attribute("href", "/_kb/wanted?target=Note+to+come&from=ml%2Fa.md")
    assert "dotted" in link.evaluate("(link) => getComputedStyle(link).textDecorationStyle")
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“Note to come” is not written yet")
    expect(page.locator("li")).to_contain_text("It speaks of a Note to come and of a")
    assert axe.faults(page, axe_core) == []
    page.get_by_role("button", name="Begin it").click()
    expect(page).to_have_url(f"{preview.url}ml/note-to-come/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Note to come", timeout=30_000)
    assert (preview.root / "content/ml/Note to come.md").is_file()
    page.goto(f"{preview.url}ml/a/")
    expect(page.locator(".body").get_by_role("link", name="Note to come")).to_have_attribute(
        "href", "../../ml/note-to-come/"
    )


def test_a_save_that_brings_a_missing_link_brings_its_invitation(page: Page, preview: Preview) -> None:
    preview.start()
    page.goto(f"{preview.url}a/")
    expect(page.locator("kb-preview[data-connected], kb-preview")).to_be_attached()
    preview.write({"content/a.md": "# A\n\nNow it wants [[Another one]].\n"})
    expect(page.locator(".body").get_by_role("link", name="Another one")).to_have_attribute(
        "href", "/_kb/wanted?target=Another+one&from=a.md", timeout=30_000
    )
