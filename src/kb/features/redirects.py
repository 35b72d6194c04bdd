"""Old addresses lead on: an alias that holds a ``/`` is also an address that the note once had."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from msgspec.structs import replace

from kb.link.names import fold
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.lists import plain_head
from kb.view.pages import RedirectPage
from kb.view.site import Claim, Right, Site, nothing_more
from kb.view.urls import absolute, file_of, mistake_in, path_url, root_of, url_of, written_address


def redirects(site: Site) -> Iterator[Claim]:
    """A page at each old address that is not the note's own, not even for a system that knows no case."""
    with_others = [each for each in site.vault.notes.items() if each[1].aliases]
    for path, note in sorted(with_others):
        own = fold(url_of(note))
        for url in dict.fromkeys(map(old_address, note.aliases)):
            if url and fold(url) != own:
                by = f"{path} (its alias /{url})"
                yield Claim(
                    file_of(url),
                    by,
                    Place(path),
                    partial(redirect, path=path, url=url),
                    Right.REDIRECT,
                    nothing_more,
                    near=partial(_near, path=path),
                )


def _near(site: Site, path: str) -> str:
    return site.vault.notes[path].face


def old_address(alias: str) -> str:
    """The address that an alias stands for, "" if it is only a name.

    Written from the root (``/2017/05/aruvi.html``) it is kept as it stands, else made as a note's is.
    """
    if alias.startswith("/"):
        return "" if mistake_in(alias) else written_address(alias)
    path = alias.strip("/").removesuffix(".md")
    if "/" not in path or not {".", ".."}.isdisjoint(path.split("/")):
        return ""
    return path_url(path + ".md")


def redirect(site: Site, path: str, url: str) -> RedirectPage:
    """A page that leads to a note."""
    note = site.vault.notes[path]
    root = root_of(file_of(url))
    base = site.settings.base_url
    target = url_of(note)
    head = plain_head(site, note.title, url, robots="noindex")
    return RedirectPage(
        path=file_of(url),
        head=replace(head, canonical=absolute(base, target) if base else ""),
        title=note.title,
        url=root + target or "./",
    )


REDIRECTS = Plugin("redirects", "1", pages=redirects)
