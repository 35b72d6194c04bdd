"""Reviews (``kind: review``): a work, a rating on any scale, what one thinks of it. And all of them in a row.

The page of all reviews is one page, however many there are, since a browser can only sort what it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import msgspec
from msgspec.structs import replace

from kb.features.kinds import kind_title, of_kind, trail
from kb.model.kinds import Field, FieldType, Schema
from kb.model.note import Json, Note
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.facts import links_shown, rating_shown
from kb.view.kind_pages import Review, ReviewRow, ReviewsPage
from kb.view.lists import intro_head, intro_inside, plain_head
from kb.view.note import note_page, tags_of
from kb.view.pages import DataPage, Ref
from kb.view.site import Claim, Kind, Right, Site, introduces
from kb.view.theme import digest_of
from kb.view.urls import absolute, file_of, kind_url, root_of, url_of

REVIEW = "review"
ALL_REVIEWS = kind_url(REVIEW)
REVIEWS_JSON = "reviews.json"

#: What can be reviewed: its name in schema.org, and what that calls those who made it.
_TYPES: Mapping[str, tuple[str, str]] = {
    "film": ("Movie", "director"),
    "book": ("Book", "author"),
    "series": ("TVSeries", "creator"),
    "album": ("MusicAlbum", "byArtist"),
    "place": ("Place", ""),
    "thing": ("Product", ""),
}
#: Fields that say when the reviewer met the work.
_MET = ("watched", "read", "heard", "visited", "tried")

SCHEMA = Schema(
    REVIEW,
    (
        Field("work", required=True, hint="the title of what is reviewed"),
        Field("type", FieldType.CHOICE, required=True, hint="one of film, book, series, album, place, thing",
              choices=tuple(_TYPES)),
        Field("original_title", hint="its title in its own language, if that is another"),
        Field("year", FieldType.YEAR),
        Field("creators", FieldType.LIST, hint="who made it: directors, authors, artists"),
        Field("cast", FieldType.LIST),
        Field("language", hint="in which language it is"),
        Field("minutes", FieldType.NUMBER),
        Field("pages", FieldType.NUMBER),
        Field("links", FieldType.LINKS, hint="addresses at IMDb, Wikidata and the like"),
        Field("rating", FieldType.RATING, hint="4/5, 7.5/10, ★★★½ or B+"),
        *(Field(name, FieldType.DATE) for name in _MET),
        Field("verdict", hint="the whole review in a sentence"),
    ),
)  # fmt: skip


def review_pages(site: Site) -> Iterator[Claim]:
    """Claims of the page of all reviews and of ``reviews.json``, if there is a review."""
    if not of_kind(site, REVIEW):
        return
    place = Place(f"/{ALL_REVIEWS}")
    yield Claim(
        file_of(ALL_REVIEWS), "the list of all reviews", place, reviews_page, Right.LIST, _page_inside
    )
    yield Claim(
        REVIEWS_JSON, "the list of all reviews", Place(f"/{REVIEWS_JSON}"), reviews_json, inside=_inside
    )


def reviews_page(site: Site) -> ReviewsPage:
    """All reviews in a table."""
    root = root_of(file_of(ALL_REVIEWS))
    intro = introduces(site, ALL_REVIEWS)
    title = kind_title(site, REVIEW)
    feed = f"{ALL_REVIEWS}feed.xml"
    feeds = tuple(Ref(title, f"{root}{ALL_REVIEWS}feed.{form}") for form in ("xml", "json"))
    feeds = feeds if site.settings.base_url else ()
    rows = tuple(_row(site, note, root) for note in reversed(of_kind(site, REVIEW)))
    head = intro_head(site, intro, root) if intro else plain_head(site, title, ALL_REVIEWS)
    return ReviewsPage(
        path=file_of(ALL_REVIEWS),
        head=replace(head, feeds=feeds, needs=tuple(sorted({*head.needs, "reviews"}))),
        title=intro.title if intro else title,
        rows=rows,
        types=tuple(sorted({row.review.type for row in rows} - {""})),
        data=root + REVIEWS_JSON,
        note=note_page(site, intro.path) if intro else None,
        breadcrumbs=trail(site, root),
        feed=root + feed if feeds else "",
    )


def tell(site: Site, note: Note, root: str) -> Review:
    """What a review says of its work."""
    facts = note.facts
    how = next((name for name in _MET if name in facts), "")
    return Review(
        work=facts.get("work", note.title),
        type=facts.get("type", ""),
        original_title=facts.get("original_title", ""),
        year=facts.get("year", ""),
        creators=tuple(facts.get("creators", ())),
        cast=tuple(facts.get("cast", ())),
        language=facts.get("language", ""),
        minutes=facts.get("minutes", 0),
        pages=facts.get("pages", 0),
        links=links_shown(site, note, root, facts.get("links")),
        rating=rating_shown(facts["rating"]) if "rating" in facts else None,
        met=facts[how][:10] if how else "",
        met_how=how,
        verdict=facts.get("verdict", ""),
        gathering=Ref(kind_title(site, REVIEW), root + ALL_REVIEWS),
    )


def describe(site: Site, note: Note, plain: Mapping[str, Json]) -> Mapping[str, Json]:
    """The review as schema.org has it: what is reviewed, how it is rated, by whom."""
    facts = note.facts
    own = {name: plain[name] for name in _KEPT if plain.get(name)}
    own.setdefault("author", {"@type": "Organization", "name": site.settings.title})
    return {
        "@context": "https://schema.org",
        "@type": "Review",
        "name": note.title,
        **own,
        "itemReviewed": work_described(facts, facts.get("work", note.title), facts.get("type", "")),
        "reviewRating": _rating_described(facts["rating"]) if "rating" in facts else None,
        "reviewBody": facts.get("verdict", ""),
    }


def work_described(facts: Mapping[str, Json], name: str, type_: str) -> Mapping[str, Json]:
    """A work as schema.org has it."""
    called, made_by = _TYPES.get(type_, ("CreativeWork", "creator"))
    person = "MusicGroup" if called == "MusicAlbum" else "Person"
    creative = called not in {"Place", "Product"}
    described = {
        "@type": called,
        "name": name,
        "alternateName": facts.get("original_title"),
        made_by: [{"@type": person, "name": each} for each in facts.get("creators", ())] if made_by else None,
        "actor": [{"@type": "Person", "name": each} for each in facts.get("cast", ())] if creative else None,
        "datePublished": facts.get("year", "")[:4] if creative else None,
        "inLanguage": facts.get("language") if creative else None,
        "sameAs": [link["url"] for link in facts.get("links", ()) if not link["url"].startswith("[[")],
    }
    return {key: fact for key, fact in described.items() if fact}


#: What a review says as any note does.
_KEPT = ("author", "datePublished", "dateModified", "description", "inLanguage", "image", "url", "keywords")


def _rating_described(rating: Mapping[str, Json]) -> Mapping[str, Json]:
    shown = rating_shown(rating)
    value, best = (int(each) if each.is_integer() else each for each in (shown.value, shown.best))
    return {"@type": "Rating", "ratingValue": value, "bestRating": best, "worstRating": 0}


def _row(site: Site, note: Note, root: str) -> ReviewRow:
    return ReviewRow(
        title=note.title,
        url=root + url_of(note),
        date=note.date[:10],
        review=tell(site, note, root),
        tags=tags_of(site, note, root),
        marks=site.marks.get(note.path, ()),
    )


def _inside(site: Site) -> tuple[str, ...]:
    """What lists of reviews show beyond the common ground: the facts of each."""
    return tuple(note.brief for note in of_kind(site, REVIEW))


def _page_inside(site: Site) -> tuple[str, ...]:
    return (*_inside(site), *intro_inside(site, ALL_REVIEWS))


def reviews_json(site: Site) -> DataPage:
    """All reviews for programs: ``reviews.json``, the newest first."""
    entries = [_entry(site, note) for note in reversed(of_kind(site, REVIEW))]
    return DataPage(REVIEWS_JSON, digest_of(entries), partial(_encoded, entries))


def _entry(site: Site, note: Note) -> Mapping[str, Json]:
    base = site.settings.base_url
    url = url_of(note)
    return {"title": note.title, "url": absolute(base, url) if base else url, "date": note.date, **note.facts}


def _encoded(entries: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n"


REVIEWS = Plugin(
    "reviews",
    "1",
    pages=review_pages,
    kinds=(Kind(SCHEMA, tell=tell, describe=describe, gathers=True),),
)
