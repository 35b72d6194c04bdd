"""Excerpts (``kind: excerpt``): passages of a work, quoted or retold, each with an address of its own.

What a note says of a work is gathered from all notes of that work, at ``kinds/excerpt/<work>/``; and all passages for
programs are in ``quotes.json``. How a passage is written is the dialect's business (`kb.read.rules.passages`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

import msgspec
from msgspec.structs import replace

from kb.features.kinds import kind_title, of_kind, trail
from kb.features.review import REVIEW, work_described
from kb.link.names import fold
from kb.model.kinds import Field, FieldType, Schema
from kb.model.note import Json, Note
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.fill import Frame, inside_of, prose_of, shown_in
from kb.view.kind_pages import Excerpt, Passage, PassagesPage
from kb.view.lists import intro_head, intro_inside, plain_head
from kb.view.note import note_page
from kb.view.pages import DataPage, Ref
from kb.view.site import Claim, Kind, Right, Site, introduces
from kb.view.theme import digest_of
from kb.view.urls import absolute, file_of, kind_url, root_of, url_of, work_url

EXCERPT = "excerpt"
QUOTES_JSON = "quotes.json"

SCHEMA = Schema(
    EXCERPT,
    (
        Field("work", required=True, hint="the title of the work"),
        Field("author", FieldType.LIST, hint="who wrote it"),
        Field("publisher"),
        Field("year", FieldType.YEAR),
        Field("page", hint="where, if all passages are from one place: 31 or 31–33"),
        Field("chapter"),
        Field("location", hint="where in a book without pages"),
        Field("language", hint="in which language it is"),
        Field("translator", FieldType.LIST),
        Field("url", FieldType.ADDRESS, hint="where it can be read"),
    ),
)
_PLACES = (("chapter", "ch."), ("page", "p."), ("location", "loc."))


def excerpt_pages(site: Site) -> Iterator[Claim]:
    """Claims of a page for each work of which there are passages, and of ``quotes.json``."""
    works = by_work(site)
    for work in sorted(works):
        url = work_url(work)
        yield Claim(
            file_of(url),
            f"all passages from {works[work][0].facts['work']}",
            Place(f"/{url}"),
            partial(work_page, work=work),
            Right.LIST,
            partial(_work_inside, work=work),
        )
    if works:
        place = Place(f"/{QUOTES_JSON}")
        yield Claim(QUOTES_JSON, "the list of all passages", place, quotes_json, inside=_quotes_inside)


def by_work(site: Site) -> Mapping[str, tuple[Note, ...]]:
    """The notes with passages from each work, by its title without regard to case; in the order of their paths."""

    def gathered() -> Mapping[str, tuple[Note, ...]]:
        found: dict[str, list[Note]] = {}
        for note in sorted(of_kind(site, EXCERPT), key=lambda note: note.path):
            if note.facts.get("work"):
                found.setdefault(fold(note.facts["work"]), []).append(note)
        return {work: tuple(notes) for work, notes in found.items()}

    return site.once("notes by work", gathered)


def work_page(site: Site, work: str) -> PassagesPage:
    """All passages from one work, by its folded title."""
    notes = by_work(site)[work]
    first = notes[0].facts
    url = work_url(work)
    root = root_of(file_of(url))
    intro = introduces(site, url)
    head = intro_head(site, intro, root) if intro else plain_head(site, first["work"], url)
    texts_need = {need for note in notes for each in shown_in(site, note) for need in each.needs}
    return PassagesPage(
        path=file_of(url),
        head=replace(head, needs=tuple(sorted({*head.needs, EXCERPT, *texts_need}))),
        title=intro.title if intro else first["work"],
        authors=tuple(first.get("author", ())),
        year=first.get("year", ""),
        passages=tuple(each for note in notes for each in passages_of(site, note, root)),
        reviews=tuple(
            Ref(note.title, root + url_of(note))
            for note in of_kind(site, REVIEW)
            if fold(note.facts.get("work", "")) == work
        ),
        breadcrumbs=(*trail(site, root), Ref(kind_title(site, EXCERPT), root + kind_url(EXCERPT))),
        note=note_page(site, intro.path) if intro else None,
    )


def passages_of(site: Site, note: Note, root: str) -> Iterator[Passage]:
    """The passages of a note, to be shown on a page with this root."""
    blocks = {block.id: block for block in note.blocks}
    home = root + url_of(note)
    frame = Frame.at(root, note)
    for number, each in enumerate(note.facts.get("passages", ()), 1):
        block = blocks.get(each["id"])
        if block is not None:
            prefix = f"{note.digest[:6]}{number}:"
            body = prose_of(site, note, frame, (block.span,), prefix, home)
            yield Passage(each["form"], each["place"], body, Ref(note.title, f"{home}#%5E{each['id']}"))


def passage_of_the_day(site: Site, root: str) -> Passage | None:
    """The passage for the day of the build: each comes once before any comes again. None unless the site wants one."""
    chosen = _chosen(site)
    if chosen is None:
        return None
    note, number = chosen
    return list(passages_of(site, note, root))[number]


def day_inside(site: Site) -> tuple[str, ...]:
    """What a page with the passage of the day shows beyond the common ground."""
    chosen = _chosen(site)
    if chosen is None:
        return ()
    note, number = chosen
    return (digest_of((site.today, note.path, number)), note.brief, *inside_of(site, note))


def _chosen(site: Site) -> tuple[Note, int] | None:
    """The note of the day's passage, and which of its passages it is."""
    if not site.today:
        return None
    notes = (note for notes in by_work(site).values() for note in notes)
    passages = [(note, number) for note in notes for number, _ in enumerate(note.facts.get("passages", ()))]
    passages.sort(key=lambda each: digest_of((each[0].path, each[0].facts["passages"][each[1]]["id"])))
    return passages[date.fromisoformat(site.today).toordinal() % len(passages)] if passages else None


def tell(site: Site, note: Note, root: str) -> Excerpt:
    """What an excerpt says of its work."""
    facts = note.facts
    work = facts.get("work", "")
    places = (f"{short} {facts[name]}" for name, short in _PLACES if name in facts)
    return Excerpt(
        work=work or note.title,
        authors=tuple(facts.get("author", ())),
        publisher=facts.get("publisher", ""),
        year=facts.get("year", ""),
        place=", ".join(places),
        language=facts.get("language", ""),
        translators=tuple(facts.get("translator", ())),
        url=facts.get("url", ""),
        gathering=Ref(f"All passages from {work}", root + work_url(work)) if _has_more(site, work) else None,
        kind=Ref(kind_title(site, EXCERPT), root + kind_url(EXCERPT)),
    )


def _has_more(site: Site, work: str) -> bool:
    """Whether more than one note has passages from a work."""
    return len(by_work(site).get(fold(work), ())) > 1


def _note_inside(site: Site, note: Note) -> tuple[str, ...]:
    """What the page of an excerpt shows of the facts of others: that there are more from the same work."""
    return (digest_of(_has_more(site, note.facts.get("work", ""))),)


def describe(_site: Site, note: Note, plain: Mapping[str, Json]) -> Mapping[str, Json]:
    """The note as schema.org has it: about a work, with its quotations. What is retold quotes nobody."""
    facts = note.facts
    work = work_described(
        {**facts, "creators": facts.get("author", ())}, facts.get("work", note.title), "book"
    )
    if url := facts.get("url"):
        work = {**work, "url": url}
    own = plain.get("url", "")
    quoted = [
        {
            "@type": "Quotation",
            "text": each["text"],
            "isPartOf": {"@type": "Book", "name": facts.get("work", note.title)},
            "creator": [{"@type": "Person", "name": name} for name in facts.get("author", ())],
            "url": f"{own}#%5E{each['id']}" if own else "",
        }
        for each in facts.get("passages", ())
        if each["form"] == "quote"
    ]
    parts = [{key: fact for key, fact in quote.items() if fact} for quote in quoted]
    return {**plain, "about": work, "hasPart": parts}


def quotes_json(site: Site) -> DataPage:
    """All passages for programs: ``quotes.json``, by note and place."""
    base = site.settings.base_url
    entries = [
        {
            "text": each["text"],
            "form": each["form"],
            "place": each["place"],
            "url": (absolute(base, url_of(note)) if base else url_of(note)) + f"#%5E{each['id']}",
            **{name: note.facts[name] for name in _TOLD if name in note.facts},
        }
        for notes in by_work(site).values()
        for note in notes
        for each in note.facts.get("passages", ())
    ]
    return DataPage(QUOTES_JSON, digest_of(entries), partial(_encoded, entries))


#: What ``quotes.json`` tells of the work.
_TOLD = ("work", "author", "publisher", "year", "language", "translator")


def _work_inside(site: Site, work: str) -> tuple[str, ...]:
    notes = by_work(site)[work]
    texts = (digest for note in notes for digest in inside_of(site, note))
    reviews = (note.brief for note in of_kind(site, REVIEW))
    url = work_url(work)
    return (*(note.brief for note in notes), *texts, *reviews, *intro_inside(site, url))


def _quotes_inside(site: Site) -> tuple[str, ...]:
    return tuple(note.brief for notes in by_work(site).values() for note in notes)


def _encoded(entries: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n"


EXCERPTS = Plugin(
    "excerpts",
    "1",
    pages=excerpt_pages,
    kinds=(Kind(SCHEMA, tell=tell, describe=describe, inside=_note_inside),),
)
