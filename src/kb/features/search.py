"""The page of results. What it shows is found in the browser, so it depends on no note but one at its address."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kb.features.sections import ARCHIVE
from kb.features.tags import ALL_TAGS
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.lists import intro_head, intro_inside, plain_head
from kb.view.note import note_page
from kb.view.pages import SearchPage
from kb.view.site import Claim, Right, Site, introduces
from kb.view.urls import file_of, root_of

RESULTS = "search/"


def results(site: Site) -> Iterator[Claim]:
    """The claim of ``search/``, where the site has a search."""
    if site.theme.site.search:
        inside = partial(intro_inside, url=RESULTS)
        yield Claim(
            file_of(RESULTS), "the page of results", Place(f"/{RESULTS}"), results_page, Right.LIST, inside
        )


def results_page(site: Site) -> SearchPage:
    """The page as it is before anything is asked. A note at its address stands above the field."""
    root = root_of(file_of(RESULTS))
    intro = introduces(site, RESULTS)
    return SearchPage(
        path=file_of(RESULTS),
        head=intro_head(site, intro, root) if intro else plain_head(site, "Search", RESULTS),
        title=intro.title if intro else "Search",
        archive=root + ARCHIVE,
        all_tags=root + ALL_TAGS,
        note=note_page(site, intro.path) if intro else None,
    )


SEARCH = Plugin("search", "1", pages=results)
