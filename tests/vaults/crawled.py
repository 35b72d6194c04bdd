"""A site as a browser finds it: the files of an output folder, and what each page of it says.

Nothing of kb is asked here: pages are read with the standard library's parser, addresses joined with its urljoin.
The site stands under a path, at `BASE`, so that an address which only works under a domain root is found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

#: Where the site is said to be.
BASE = "https://site.invalid/notes/"

_ADDRESSES = {"href", "src", "poster", "data"}
_WRITTEN = re.compile(re.escape(BASE) + r"""[^\s"'<>()\\]*""")
_REFRESH = re.compile(r"\d+;\s*url=(.*)", re.IGNORECASE)


class Page(HTMLParser):
    """What a page holds: the ids in it, the addresses it names, and the text of each block of code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: Counter[str] = Counter()
        self.addresses: list[str] = []
        self.code: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the ids and addresses of a tag, and where a block of code begins."""
        for name, value in attrs:
            if name == "id" and value:
                self.ids[value] += 1
            elif name in _ADDRESSES and value is not None:
                self.addresses.append(value)
            elif tag == "meta" and name == "content" and value and (match := _REFRESH.match(value)):
                self.addresses.append(match[1])
        if tag == "pre":
            self._open = ["pre"]
        elif tag == "code" and self._open == ["pre"]:
            self._open.append("code")
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note where a block of code ends."""
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep the text of a block of code."""
        if len(self._open) > 1:
            self.code[-1] += data


@dataclass(frozen=True)
class Site:
    """The files of an output folder as paths, its pages, and the addresses of the site in its other texts."""

    files: frozenset[str]
    pages: Mapping[str, Page]
    written: Mapping[str, tuple[str, ...]]

    def dangling(self) -> Iterator[tuple[str, str]]:
        """Each file with an address in it that leads to no file of the site, or to an id that is not there."""
        for path, page in self.pages.items():
            yield from (
                (path, address) for address in page.addresses if self._dangles(urljoin(BASE + path, address))
            )
        for path, addresses in self.written.items():
            yield from ((path, address) for address in addresses if self._dangles(address))

    def _dangles(self, address: str) -> bool:
        if urlsplit(address).netloc != urlsplit(BASE).netloc:
            return False
        place, _, fragment = address.partition("#")
        file = unquote(place.removeprefix(BASE))
        if not file or file.endswith("/"):
            file += "index.html"
        page = self.pages.get(file)
        return file not in self.files or bool(fragment and page and unquote(fragment) not in page.ids)


def crawl(folder: Path) -> Site:
    """The site in an output folder."""
    files = sorted(found.relative_to(folder).as_posix() for found in folder.rglob("*") if found.is_file())
    return Site(
        frozenset(files),
        {path: _page(folder / path) for path in files if path.endswith(".html")},
        {path: _addresses(folder / path) for path in files if path.endswith((".xml", ".json", ".txt"))},
    )


def _page(file: Path) -> Page:
    page = Page()
    page.feed(file.read_text(encoding="utf-8"))
    page.close()
    return page


def _addresses(file: Path) -> tuple[str, ...]:
    """The site's addresses in a feed or a sitemap, in which HTML may stand escaped."""
    return tuple(dict.fromkeys(_WRITTEN.findall(unescape(unescape(file.read_text(encoding="utf-8"))))))
