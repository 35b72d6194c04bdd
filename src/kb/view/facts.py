"""The facts of a note of some kind, ready for a page: the fields of its front matter as a template shows them."""

from __future__ import annotations

from collections.abc import Mapping

from kb.link.resolve import resolve
from kb.model.kinds import Field, FieldType, Schema
from kb.model.note import Attachment, Json, Link, LinkKind, Note
from kb.view.kind_pages import Fact, Rating
from kb.view.pages import Ref
from kb.view.site import Site
from kb.view.urls import attachment_url, url_of

_QUARTERS = ("", "¼", "½", "¾")
#: How many stars a rating has that is not written in stars.
_STARS = 5


def told(site: Site, note: Note, root: str, schema: Schema) -> dict[str, Fact | None]:
    """Every field of a kind by its name, None where the note says nothing."""
    return {
        field.name: _fact(site, note, root, field, note.facts[field.name])
        if field.name in note.facts
        else None
        for field in schema.fields
    }


def rating_shown(fact: Mapping[str, Json]) -> Rating:
    """A rating as pages show it."""
    value, best = float(fact["value"]), float(fact["best"])
    share = value / best
    whole = int(best) if best.is_integer() and (fact["form"] == "stars" or best <= _STARS) else _STARS
    full, part = divmod(round(share * whole * 4), 4)
    drawn = "★" * full + _QUARTERS[part]
    stars = drawn + "☆" * (whole - full - bool(part))
    if fact["form"] == "grade":
        return Rating(stars, str(fact["written"]), f"grade {fact['written']}", value, best, share)
    text = f"{fact['value']}/{fact['best']}"
    return Rating(stars, text, f"{fact['value']} out of {fact['best']}", value, best, share)


def link_shown(site: Site, note: Note, root: str, written: str, label: str = "") -> Ref | None:
    """A link of a field: to an address, or to a note of the vault; None where that is not there."""
    if not written.startswith("[["):
        return Ref(label or written.partition("://")[2].removeprefix("www.").rstrip("/"), written)
    target, _, shown = written.strip("[]").partition("|")
    name, _, subpath = target.partition("#")
    found = resolve(site.vault, note.path, Link(LinkKind.WIKI, name.strip(), subpath.strip())).target
    match found:
        case Note():
            return Ref(label or shown or found.title, root + url_of(found) or "./")
        case Attachment():
            return Ref(label or shown or name, root + attachment_url(found.path))
    return None


def links_shown(site: Site, note: Note, root: str, facts: Json) -> tuple[Ref, ...]:
    """Links of a field, without those to notes that are not there."""
    shown = (link_shown(site, note, root, each["url"], each["label"]) for each in facts or ())
    return tuple(ref for ref in shown if ref is not None)


def _fact(site: Site, note: Note, root: str, field: Field, value: Json) -> Fact:
    items: tuple[str, ...] = ()
    links: tuple[Ref, ...] = ()
    rating = None
    text = str(value)
    match field.type:
        case FieldType.LIST:
            items = tuple(value)
            text = ", ".join(items)
        case FieldType.LINK | FieldType.ADDRESS:
            ref = link_shown(site, note, root, value)
            links = (ref,) if ref else ()
            text = ref.title if ref else value
        case FieldType.LINKS:
            links = links_shown(site, note, root, value)
            text = ", ".join(link.title for link in links)
        case FieldType.RATING:
            rating = rating_shown(value)
            text = rating.text
        case FieldType.BOOLEAN:
            text = "yes" if value else "no"
    return Fact(field.name, field.shown, text, value, items, links, rating)
