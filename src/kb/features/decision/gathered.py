"""All decisions in a table: what was asked, what came of it, between how many options.

It is one page, however many there are, since a browser can only sort what it has.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from kb.features.decision.kind import DECISION, tell
from kb.features.kinds import kind_title, of_kind, trail
from kb.model.note import Note
from kb.model.problem import Place
from kb.view.kind_pages import DecisionRow, DecisionsPage
from kb.view.lists import intro_head, intro_inside, plain_head
from kb.view.note import note_page
from kb.view.pages import Ref
from kb.view.site import Claim, Right, Site, introduces
from kb.view.urls import file_of, kind_url, root_of, url_of

ALL_DECISIONS = kind_url(DECISION)


def decision_pages(site: Site) -> Iterator[Claim]:
    """The claim of the page of all decisions, if there is one."""
    if of_kind(site, DECISION):
        place = Place(f"/{ALL_DECISIONS}")
        yield Claim(
            file_of(ALL_DECISIONS), "the list of all decisions", place, decisions_page, Right.LIST, _inside
        )


def decisions_page(site: Site) -> DecisionsPage:
    """All decisions, the newest first."""
    root = root_of(file_of(ALL_DECISIONS))
    intro = introduces(site, ALL_DECISIONS)
    title = kind_title(site, DECISION)
    feeds = tuple(Ref(title, f"{root}{ALL_DECISIONS}feed.{form}") for form in ("xml", "json"))
    feeds = feeds if site.settings.base_url else ()
    head = intro_head(site, intro, root) if intro else plain_head(site, title, ALL_DECISIONS)
    return DecisionsPage(
        path=file_of(ALL_DECISIONS),
        head=replace(head, feeds=feeds, needs=tuple(sorted({*head.needs, "table"}))),
        title=intro.title if intro else title,
        rows=tuple(_row(site, note, root) for note in reversed(of_kind(site, DECISION))),
        note=note_page(site, intro.path) if intro else None,
        breadcrumbs=trail(site, root),
        feed=f"{root}{ALL_DECISIONS}feed.xml" if feeds else "",
    )


def _row(site: Site, note: Note, root: str) -> DecisionRow:
    return DecisionRow(
        title=note.title,
        url=root + url_of(note),
        date=note.date[:10],
        decision=tell(site, note, root),
        marks=site.marks.get(note.path, ()),
    )


def _inside(site: Site) -> tuple[str, ...]:
    """What the list shows beyond the common ground, in which the files of blocks are: the facts of each decision."""
    return (*[note.brief for note in of_kind(site, DECISION)], *intro_inside(site, ALL_DECISIONS))
