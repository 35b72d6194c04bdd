"""What machines ask a site for: the sitemap, robots.txt; and the page for addresses that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from html import escape
from math import ceil
from urllib.parse import urlsplit

from msgspec.structs import replace

from kb.features.contents import CONTENTS
from kb.features.sections import ARCHIVE
from kb.features.tags import ALL_TAGS
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.lists import plain_head
from kb.view.pages import DataPage, NotFoundPage
from kb.view.site import Claim, Site, nothing_more
from kb.view.theme import digest_of
from kb.view.urls import absolute, url_of

#: A sitemap may hold so many addresses (sitemaps.org); beyond that there is one of sitemaps.
MOST_URLS = 50_000

_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def machine_files(site: Site) -> Iterator[Claim]:
    """Claims of ``404.html``, ``robots.txt`` and, where the base URL is known, ``sitemap.xml``."""
    yield Claim(
        "404.html", "the page for unknown addresses", Place("/404.html"), not_found, inside=nothing_more
    )
    yield Claim("robots.txt", "the robots file", Place("/robots.txt"), robots, inside=nothing_more)
    if site.settings.base_url:
        yield from _sitemap_claims(site)


def not_found(site: Site) -> NotFoundPage:
    """The page that a server shows at any address: its own links start at the domain's root."""
    top = urlsplit(site.settings.base_url).path or "/"
    head = plain_head(site, "Not found", "404.html", robots="noindex")
    return NotFoundPage(
        path="404.html",
        head=replace(head, root=top, canonical=""),
        title="Not found",
        home=top,
        archive=top + ARCHIVE,
        all_tags=top + ALL_TAGS,
        contents=top + CONTENTS,
    )


def robots(site: Site) -> DataPage:
    """``robots.txt``: everything may be read."""
    base = site.settings.base_url
    text = "User-agent: *\nAllow: /\n" + (f"\nSitemap: {absolute(base, 'sitemap.xml')}\n" if base else "")
    return DataPage("robots.txt", digest_of(text), partial(str.encode, text))


def sitemap_rows(site: Site) -> list[tuple[str, str]]:
    """The home page and every note, by address, each with the date it was last changed, if it says so.

    Lists are left out: whatever they lead to is here, and a crawler finds them by their links.
    """
    base = site.settings.base_url
    changed = {url_of(note): max(note.date, note.updated)[:10] for note in site.vault.notes.values()}
    return [(absolute(base, url), when) for url, when in sorted(({"": ""} | changed).items())]


def sitemaps(base_url: str, rows: list[tuple[str, str]], most: int = MOST_URLS) -> list[DataPage]:
    """``sitemap.xml`` of these addresses; where they are too many for one, an index and ``sitemap-1.xml`` and so on."""
    if len(rows) <= most:
        return [_data_page("sitemap.xml", partial(_url_set, rows), rows)]
    parts = [rows[start : start + most] for start in range(0, len(rows), most)]
    names = [f"sitemap-{number}.xml" for number, _ in enumerate(parts, 1)]
    index = [absolute(base_url, name) for name in names]
    return [
        _data_page("sitemap.xml", partial(_index, index), index),
        *(_data_page(name, partial(_url_set, part), part) for name, part in zip(names, parts, strict=True)),
    ]


def _sitemap_claims(site: Site) -> Iterator[Claim]:
    notes, parts = site.vault.notes, 0
    if len(notes) >= MOST_URLS:  # else one will do: the addresses are those of the notes and the home page
        addresses = {"", *map(url_of, notes.values())}
        parts = ceil(len(addresses) / MOST_URLS) if len(addresses) > MOST_URLS else 0
    for number in range(parts + 1):
        path = f"sitemap-{number}.xml" if number else "sitemap.xml"
        yield Claim(
            path, "the sitemap", Place(f"/{path}"), partial(_sitemap_page, number=number), inside=nothing_more
        )


def _sitemap_page(site: Site, number: int) -> DataPage:
    return _sitemaps_of(site)[number]


def _sitemaps_of(site: Site) -> list[DataPage]:
    return site.once("sitemaps", lambda: sitemaps(site.settings.base_url, sitemap_rows(site), MOST_URLS))


def _data_page(path: str, data: Callable[[], bytes], made_of: object) -> DataPage:
    return DataPage(path, digest_of((path, made_of)), data)


def _url_set(rows: list[tuple[str, str]]) -> bytes:
    return _xml("urlset", (f"<url><loc>{escape(url)}</loc>{_changed(when)}</url>" for url, when in rows))


def _changed(when: str) -> str:
    return f"<lastmod>{when}</lastmod>" if when else ""


def _index(urls: list[str]) -> bytes:
    return _xml("sitemapindex", (f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in urls))


def _xml(root: str, rows: Iterable[str]) -> bytes:
    head = ('<?xml version="1.0" encoding="UTF-8"?>', f"<{root} {_NAMESPACE}>")
    return "\n".join((*head, *rows, f"</{root}>", "")).encode()


MACHINE = Plugin("machine", "1", pages=machine_files)
