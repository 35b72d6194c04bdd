"""The lists of all that link to a note, for the few notes with too many backlinks for their own page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.backlinks import backlink, backlinks_url, hubs, linking, pages_of
from kb.view.lists import intro_head, intro_inside, page_url, plain_head
from kb.view.long_pages import BacklinksPage
from kb.view.note import breadcrumbs, note_page
from kb.view.order import chunk, folder_of
from kb.view.pages import Ref
from kb.view.site import Claim, Right, Site, introduces
from kb.view.urls import file_of, root_of, url_of


def backlink_pages(site: Site) -> Iterator[Claim]:
    """Claims of the lists of those hubs that the site has."""
    for note in hubs(site):
        url, count = backlinks_url(note), pages_of(site, note)
        for number in range(1, count + 1):
            yield Claim(
                file_of(page_url(url, number, count)),
                f"the list of what links to {note.path}",
                Place(f"/{url}"),
                partial(backlinks_page, path=note.path, number=number),
                Right.LIST,
                partial(_inside, path=note.path, number=number),
            )


def backlinks_page(site: Site, path: str, number: int) -> BacklinksPage:
    """One page of the list of all that link to the note at `path`; `number` counts from the oldest."""
    note = site.vault.notes[path]
    every, count, size = linking(site, note), pages_of(site, note), site.settings.page_size
    own = backlinks_url(note)
    url = page_url(own, number, count)
    root = root_of(file_of(url))
    newest = number == count
    intro = introduces(site, own) if newest else None
    title = f"What links to {note.title}"
    about, trail = Ref(note.title, root + url_of(note) or "./"), breadcrumbs(site, folder_of(path), root)
    newer = "" if newest else root + page_url(own, number + 1, count)
    older = "" if number == 1 else root + page_url(own, number - 1, count)
    head = (
        intro_head(site, intro, root)
        if intro
        else plain_head(site, title if newest else f"{title}, page {number}", url)
    )
    return BacklinksPage(
        path=file_of(url),
        head=replace(head, previous=newer, next=older),
        title=intro.title if intro else title,
        about=about,
        backlinks=tuple([backlink(*each, root) for each in reversed(chunk(every, size, number))]),
        total=len(every) if newest else 0,
        number=number,
        count=count if newest else 0,
        newer=newer,
        older=older,
        breadcrumbs=trail if trail[-1].url == about.url else (*trail, about),
        note=note_page(site, intro.path) if intro else None,
    )


def _inside(site: Site, path: str, number: int) -> tuple[str, ...]:
    """What a page shows beyond the common ground: the words around links, and the note at the list's address."""
    note = site.vault.notes[path]
    shown = chunk(linking(site, note), site.settings.page_size, number)
    return (*[source.voice for source, _ in shown], *intro_inside(site, backlinks_url(note)))


BACKLINKS = Plugin("backlinks", "1", pages=backlink_pages)
