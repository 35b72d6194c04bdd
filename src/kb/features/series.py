"""A page for each series: its notes in their order.

A note says of which series it is and where in it; no other note has to be touched when it moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.kind_pages import SeriesPage
from kb.view.lists import intro_head, intro_inside, plain_head
from kb.view.note import card_of, note_page
from kb.view.order import in_series
from kb.view.pages import Ref
from kb.view.site import Claim, Right, Site, introduces
from kb.view.urls import file_of, root_of, series_url


def series_pages(site: Site) -> Iterator[Claim]:
    """The claim of a page for each series."""
    for folded in sorted(site.vault.series):
        url = series_url(folded)
        by = f"the series {in_series(site, folded)[0].series}"
        inside = partial(_inside, folded=folded)
        yield Claim(
            file_of(url), by, Place(f"/{url}"), partial(series_page, folded=folded), Right.LIST, inside
        )


def series_page(site: Site, folded: str) -> SeriesPage:
    """The notes of a series, by its folded name."""
    notes = in_series(site, folded)
    url = series_url(folded)
    root = root_of(file_of(url))
    intro = introduces(site, url)
    title = notes[0].series
    return SeriesPage(
        path=file_of(url),
        head=intro_head(site, intro, root) if intro else plain_head(site, title, url),
        title=intro.title if intro else title,
        cards=tuple(card_of(site, note, root) for note in notes),
        note=note_page(site, intro.path) if intro else None,
        breadcrumbs=(Ref(site.settings.title, root or "./"),),
    )


def _inside(site: Site, folded: str) -> tuple[str, ...]:
    notes = in_series(site, folded)
    return (*[note.brief for note in notes], *intro_inside(site, series_url(folded)))


SERIES = Plugin("series", "1", pages=series_pages)
