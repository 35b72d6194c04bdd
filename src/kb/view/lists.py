"""Lists of notes that go on for pages, and keep each page's address and content as they grow.

A page of older notes says nothing that a newer note could change: neither how many notes there are nor how many
pages. Only the page next to the newest is written again, when what was the newest becomes a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from kb.model.note import Note
from kb.model.problem import Place
from kb.view.near import faces
from kb.view.note import card_of, note_head, note_inside, note_page
from kb.view.order import chunk, count_of
from kb.view.pages import Head, ListPage, Ref, TagRef
from kb.view.site import Claim, Right, Site, introduces
from kb.view.theme import digest_of
from kb.view.urls import absolute, file_of, root_of


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to be shown: its address, its notes (oldest first), and what stands around them.

    All are asked with the site; `children`, `all_children`, `breadcrumbs` and `beside` also with the root of the page
    they will stand on.
    """

    url: str
    by: str
    template: str
    title: Callable[[Site], str]
    notes: Callable[[Site], tuple[Note, ...]]
    children: Callable[[Site, str], tuple[TagRef, ...]] = lambda _site, _root: ()
    all_children: Callable[[Site, str], Ref | None] = lambda _site, _root: None
    breadcrumbs: Callable[[Site, str], tuple[Ref, ...]] = lambda _site, _root: ()
    beside: Callable[[Site, str], tuple[TagRef, ...]] = lambda _site, _root: ()
    feed: str = ""


def list_pages(site: Site, listing: Listing) -> Iterator[Claim]:
    """The list's own page, which holds the newest notes, and ``page/1/``, ``page/2/`` … with the older ones."""
    place = Place(f"/{listing.url}")
    count = count_of(listing.notes(site), site.settings.page_size)
    for number in range(1, count + 1):
        inside = partial(_list_inside, listing, number)
        file = file_of(page_url(listing.url, number, count))
        make = partial(list_page, listing=listing, number=number)
        near = partial(_list_near, listing, number) if number < count else None
        yield Claim(file, listing.by, place, make, Right.LIST, inside, near=near)


def list_page(site: Site, listing: Listing, number: int) -> ListPage:
    """One page of a list; ``number`` counts from the page with the oldest notes."""
    notes = listing.notes(site)
    title = listing.title(site)
    count = count_of(notes, site.settings.page_size)
    url = page_url(listing.url, number, count)
    root = root_of(file_of(url))
    newest = number == count
    intro = introduces(site, listing.url) if newest else None
    newer = "" if newest else root + page_url(listing.url, number + 1, count)
    older = "" if number == 1 else root + page_url(listing.url, number - 1, count)
    return ListPage(
        path=file_of(url),
        head=_head(site, listing, number, url, intro, newer, older),
        title=intro.title if intro else title,
        note=note_page(site, intro.path) if intro else None,
        cards=tuple(
            card_of(site, note, root) for note in reversed(chunk(notes, site.settings.page_size, number))
        ),
        template=listing.template,
        total=len(notes) if newest else 0,
        children=listing.children(site, root) if newest else (),
        all_children=listing.all_children(site, root) if newest else None,
        breadcrumbs=listing.breadcrumbs(site, root),
        number=number,
        count=count if newest else 0,
        newer=newer,
        older=older,
        beside=listing.beside(site, root) if newest else (),
        feed=root + listing.feed if listing.feed and site.settings.base_url else "",
    )


def intro_inside(site: Site, url: str) -> tuple[str, ...]:
    """What a list's page shows beyond the common ground: the note at its address, if any."""
    intro = introduces(site, url)
    return note_inside(site, intro.path) if intro else ()


def _list_inside(listing: Listing, number: int, site: Site) -> tuple[str, ...]:
    """What one page of a list shows beyond the common ground: summaries, and the note at the list's address."""
    notes = chunk(listing.notes(site), site.settings.page_size, number)
    return (*[note.brief for note in notes], *intro_inside(site, listing.url))


def _list_near(listing: Listing, number: int, site: Site) -> str:
    """A digest of what a page of older notes shows of them, and of the list as a whole: its name, the way to it."""
    notes = listing.notes(site)
    is_last = number + 1 == count_of(notes, site.settings.page_size)
    whole = digest_of((listing.title(site), listing.breadcrumbs(site, ""), is_last))
    return faces(chunk(notes, site.settings.page_size, number)) + whole


def plain_head(site: Site, title: str, url: str, **more: str | tuple[Ref, ...]) -> Head:
    """The ``<head>`` of a page that shows no single note."""
    base = site.settings.base_url
    return Head(
        title=title,
        root=root_of(file_of(url)),
        lang=site.settings.language,
        canonical=absolute(base, url) if base else "",
        **more,  # type: ignore[arg-type]
    )


def intro_head(site: Site, note: Note, root: str) -> Head:
    """The ``<head>`` of a list that a note introduces: no article, though the note's own address."""
    head = note_head(site, note, root)
    return replace(head, type="website", published="", modified="", tags=(), json_ld="")


def _head(
    site: Site, listing: Listing, number: int, url: str, intro: Note | None, newer: str, older: str
) -> Head:
    root = root_of(file_of(url))
    feeds = _feeds(site, listing, root)
    if intro:
        return replace(intro_head(site, intro, root), feeds=feeds, next=older)
    title = listing.title(site)
    title = title if url == listing.url else f"{title}, page {number}"
    return plain_head(site, title, url, feeds=feeds, previous=newer, next=older)


def _feeds(site: Site, listing: Listing, root: str) -> tuple[Ref, ...]:
    """The list's own feeds. The archive's are those of the site, which every page names."""
    if not site.settings.base_url or not listing.feed.startswith(listing.url):
        return ()
    return tuple(Ref(listing.title(site), f"{root}{listing.url}feed.{form}") for form in ("xml", "json"))


def page_url(url: str, number: int, count: int) -> str:
    """The address of a page of the list at `url`: its own for the newest, else one that the page keeps for ever."""
    return url if number == count else f"{url}page/{number}/"
