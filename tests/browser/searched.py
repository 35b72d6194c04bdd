"""A vault to be searched, built and served as strangers serve sites: below a path of a plain static server."""

from __future__ import annotations

import functools
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from browser.preview import KB, SRC

LIGHTHOUSES = 45

FRONT = "---\ntitle: {title}\ndate: {date}\nkind: {kind}\ntags: [{tags}]\n---\n\n{text}\n"


def note(title: str, text: str, date: str = "2024-01-01", kind: str = "note", tags: str = "") -> str:
    """A note as its author writes it."""
    return FRONT.format(title=title, text=text, date=date, kind=kind, tags=tags)


FILLER = "\n\n".join(
    f"Paragraph {number} says nothing in particular, at some length." for number in range(40)
)

NOTES: Mapping[str, str] = {
    "garden/herbs/Rosemary.md": note(
        "Rosemary in winter",
        "A shrub that smells of resin and lives through mild winters.\n\n"
        f"{FILLER}\n\n"
        "## Cutting back\n\nRosemary is cut in spring, never into the old wood.\n\n"
        "## Frost\n\nBelow minus ten degrees rosemary wants fleece around it.\n",
        "2024-02-01",
        tags="garden/herbs",
    ),
    "garden/Sage.md": note(
        "Sage", "Planted beside the rosemary, it outgrows it.", "2023-06-10", tags="garden"
    ),
    "films/Aruvi.md": note("Aruvi", "A film that nobody who saw it forgets.", "2023-05-05", "review", "film"),
    "films/Yentl.md": note("Yentl", "Another film, sung.", "2021-05-05", "review", "film"),
    "tools/Obsidian.md": note("Plugins for obsidian", "What an editor of notes can be taught.", tags="tools"),
    "tools/Angles.md": note(
        "Angles <b>and</b> brackets",
        'The xylophone says `<img src="x" onerror="window.hacked = 1">` and nothing happens.',
    ),
    "sea/Drafted.md": "---\ntitle: Unfinished whaling\ndraft: true\n---\n\nThe quokkawhale is not yet described.\n",
    **{
        f"sea/Lighthouse {number:02}.md": note(
            f"Lighthouse {number}",
            "It warns ships of the rocks before the coast.",
            f"2022-{1 + number % 12:02}-{1 + number % 28:02}",
            tags="sea",
        )
        for number in range(1, LIGHTHOUSES + 1)
    },
}

CONFIG = "title: A searched book\nmenu:\n  - title: All notes\n    link: archive/\n"


def write(root: Path, config: str = CONFIG) -> None:
    """The vault, in this folder."""
    for name, text in {
        "config.yaml": config,
        **{f"content/{path}": text for path, text in NOTES.items()},
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def build(root: Path, output: Path) -> None:
    """What `kb build` writes."""
    env = {**os.environ, "PYTHONPATH": str(SRC), "KB_CACHE_DIR": str(root / "cache")}
    command = [*KB, "-C", str(root / "vault"), "build", "--output", str(output)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class Quiet(SimpleHTTPRequestHandler):
    """A plain static server that tells nobody what it was asked."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library names it
        """Say nothing."""


@contextmanager
def served(folder: Path, handler: type[SimpleHTTPRequestHandler] = Quiet) -> Iterator[str]:
    """The address of a server of this folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


class Book:
    """The site in one of the ways to look at it."""

    def __init__(self, page: Page, root: str) -> None:
        self.page = page
        self.root = root

    def visit(self, path: str = "garden/sage/", query: str = "") -> None:
        index = "index.html" if self.root.startswith("file:") else ""
        self.page.goto(f"{self.root}{path}{index}{query}")

    def open(self, path: str = "garden/sage/") -> None:
        self.visit(path)
        self.page.keyboard.press("/")
        expect(self.dialog).to_be_visible()

    def type(self, words: str) -> None:
        self.field.press_sequentially(words, delay=10)

    def leads_to(self, path: str, anchor: str = "") -> None:
        """Wait until this is the page in sight; its address holds nothing of the search."""
        index = "index.html" if self.root.startswith("file:") else ""
        expect(self.page).to_have_url(f"{self.root}{path}{index}{anchor}")

    @property
    def dialog(self) -> Locator:
        return self.page.locator("dialog.search")

    @property
    def field(self) -> Locator:
        return self.page.get_by_role("combobox", name="Search the notes")

    @property
    def options(self) -> Locator:
        return self.dialog.get_by_role("option")

    @property
    def chosen(self) -> Locator:
        return self.dialog.locator("[role=option][aria-selected=true]")

    @property
    def status(self) -> Locator:
        return self.dialog.get_by_role("status")

    @property
    def results(self) -> Locator:
        return self.page.locator(".search-results > ol > li")
