"""A service worker that another project left at the preview's port hides no page of it (F20)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser import searched
from browser.preview import Preview

pytestmark = pytest.mark.xdist_group("browser")

#: Answers everything out of what it has, as those of apps do that work without a network.
STUBBORN = """
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => event.respondWith(
  new Response("<!doctype html><title>Old</title><p>Another project.", { headers: { "content-type": "text/html" } })));
"""
REGISTER = "<!doctype html><title>Old</title><script>navigator.serviceWorker.register('/sw.js')</script>"


def test_f20_a_service_worker_of_another_project_goes_and_the_preview_is_shown(
    tmp_path: Path, page: Page
) -> None:
    old, vault = tmp_path / "old", tmp_path / "vault"
    old.mkdir()
    (old / "index.html").write_text(REGISTER, encoding="utf-8")
    (old / "sw.js").write_text(STUBBORN, encoding="utf-8")
    (vault / "content").mkdir(parents=True)
    (vault / "config.yaml").write_text("title: New\n", encoding="utf-8")
    (vault / "content/note.md").write_text("# Note\n\nThese are the notes.\n", encoding="utf-8")
    with searched.served(old) as address:
        page.goto(address)
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        page.goto(f"{address}note/")
        expect(page.get_by_text("Another project.")).to_be_visible()
    page.goto("about:blank")
    preview = Preview(vault, tmp_path / "cache")
    preview.url = address
    preview.start()
    try:
        assert preview.url == address
        page.goto(f"{address}note/")
        expect(page.get_by_text("These are the notes.")).to_be_visible(timeout=20_000)
        page.goto(f"{address}note/")
        expect(page.get_by_text("These are the notes.")).to_be_visible()
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    finally:
        page.goto("about:blank")
        preview.stop()
