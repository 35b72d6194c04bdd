"""A page for each kind of note, and one of all kinds. A plain note is of no kind that would be worth a list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kb.model.note import Note
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.lists import Listing, intro_head, intro_inside, list_pages, plain_head
from kb.view.note import note_page
from kb.view.order import by_date
from kb.view.pages import Ref, TagRef, TagsPage
from kb.view.site import Claim, Right, Site, introduces
from kb.view.urls import file_of, kind_url, root_of

ALL_KINDS = "kinds/"


def kind_pages(site: Site) -> Iterator[Claim]:
    """Claims of the list of each kind that has notes, unless it makes its own, and of the list of kinds."""
    kinds = kinds_in(site)
    if kinds:
        inside = partial(intro_inside, url=ALL_KINDS)
        place = Place(f"/{ALL_KINDS}")
        yield Claim(file_of(ALL_KINDS), "the list of all kinds", place, kinds_page, Right.LIST, inside)
    for kind in kinds:
        if kind not in site.kinds or not site.kinds[kind].gathers:
            yield from list_pages(site, _listing(kind))


def kinds_page(site: Site) -> TagsPage:
    """All kinds with the numbers of their notes."""
    root = root_of(file_of(ALL_KINDS))
    intro = introduces(site, ALL_KINDS)
    return TagsPage(
        path=file_of(ALL_KINDS),
        head=intro_head(site, intro, root) if intro else plain_head(site, "Kinds", ALL_KINDS),
        title=intro.title if intro else "Kinds",
        note=note_page(site, intro.path) if intro else None,
        tags=kind_refs(site, root),
        template="kinds.html",
    )


def kind_refs(site: Site, root: str) -> tuple[TagRef, ...]:
    """A way to the list of each kind, with the number of its notes."""
    return tuple(
        TagRef(kind_title(site, kind), root + kind_url(kind), len(of_kind(site, kind)))
        for kind in kinds_in(site)
    )


def kinds_in(site: Site) -> tuple[str, ...]:
    """The kinds of which there are notes, alphabetically."""
    return tuple(sorted(_by_kind(site)))


def of_kind(site: Site, kind: str) -> tuple[Note, ...]:
    """The notes of a kind, oldest first."""
    return site.once(("of kind", kind), lambda: by_date(site, _by_kind(site).get(kind, ())))


def kind_title(site: Site, kind: str) -> str:
    """What the list of a kind is called."""
    known = site.kinds.get(kind)
    return known.schema.title if known else f"{kind.capitalize()}s"


def trail(site: Site, root: str) -> tuple[Ref, ...]:
    """The way to the list of a kind."""
    return (Ref(site.settings.title, root or "./"), Ref("Kinds", root + ALL_KINDS))


def _by_kind(site: Site) -> dict[str, list[str]]:
    def gathered() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path, note in site.vault.notes.items():
            if note.kind != "note":
                found.setdefault(note.kind, []).append(path)
        return found

    return site.once("notes by kind", gathered)


def _listing(kind: str) -> Listing:
    return Listing(
        url=kind_url(kind),
        by=f"the list of all notes of kind {kind}",
        template="kind.html",
        title=partial(_title, kind),
        notes=partial(of_kind, kind=kind),
        breadcrumbs=trail,
        feed=f"{kind_url(kind)}feed.xml",
    )


def _title(kind: str, site: Site) -> str:
    return kind_title(site, kind)


KINDS = Plugin("kinds", "1", pages=kind_pages)
