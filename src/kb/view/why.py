"""What a page is made of, and why the next build would or would not write it (``kb why``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urljoin

from kb.link.resolve import resolve
from kb.model.note import Attachment, Link, LinkKind, Note
from kb.view.home_page import HomePage
from kb.view.long_pages import BacklinksPage
from kb.view.pages import (
    Backlink,
    CardText,
    ContentsPage,
    CopyPage,
    DataPage,
    ListPage,
    NotePage,
    Page,
    PicturePage,
    RedirectPage,
    TagsPage,
)
from kb.view.site import Plan, Site
from kb.view.theme import key
from kb.view.urls import attachment_url, file_of, url_of

#: What each part of a page's key stands for, in the order of the parts.
_PARTS = (
    "the theme, the settings or kb itself changed",
    "the text of the note changed",
    "something it shows of other notes changed: a link, a backlink, a tag, a neighbour, a title",
)


@dataclass(frozen=True, slots=True)
class Why:
    """A page's file, who claims it, what it shows, and whether and why a build would write it."""

    path: str
    owner: str
    template: str
    shows: tuple[str, ...]
    verdict: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No page stands there: because the note is not published, or by mistake; these addresses come nearest."""

    nearest: tuple[str, ...]
    because: str = ""


def why_page(
    site: Site, planned: Plan, name: str, written: dict[str, str], before: dict[str, str]
) -> Why | Unknown:
    """What is known of the page that ``name`` means: an output file, an address, or a note.

    ``written`` are the keys of the pages as they lie in the output folder, ``before`` those that the last
    build found there.
    """
    file = file_named(site, planned, name)
    if file is None:
        return Unknown(tuple(get_close_matches(name.strip("/"), sorted(planned.claims), 3, 0.4)))
    page = planned.claims[file].make(site)
    now = key(site.theme, page)
    template = getattr(page, "template", "")
    verdict, reasons = _verdict(now, written.get(file, ""), before.get(file, ""))
    return Why(file, planned.claims[file].by, template, tuple(made_of(page)), verdict, reasons)


def file_named(site: Site, planned: Plan, name: str) -> str | None:
    """The output file that a person means by a file, an address, or a note's name."""
    base = site.settings.base_url
    bare = name.removeprefix(base).lstrip("/") if base and name.startswith(base) else name.lstrip("/")
    bare = bare.removeprefix(f"{site.settings.output}/") if bare not in planned.claims else bare
    for candidate in (bare, file_of(bare), file_of(f"{bare.rstrip('/')}/")):
        if candidate in planned.claims:
            return candidate
    match resolve(site.vault, "", Link(LinkKind.WIKI, name.removeprefix(f"{site.settings.content}/"))).target:
        case Note() as note:
            return file_of(url_of(note))
        case Attachment(path=path) if attachment_url(path) in planned.claims:
            return attachment_url(path)
    return None


def made_of(page: Page) -> Iterator[str]:  # noqa: C901, PLR0912 - a table: one case for each kind of page
    """What a page shows, in a person's words."""
    match page:
        case NotePage():
            links = sum(not isinstance(fill, str) or fill.startswith("<a ") for fill in page.body.fills)
            yield f"the note's text ({page.words} words), {_many(links, 'link')} in it"
            yield from (f"tag {tag.title}" for tag in page.tags)
            yield from _backlinks(page, page.backlinks)
            if page.all_backlinks:
                yield f"the way to all {page.all_backlinks.count} notes that link here"
            yield from (
                f"{name} note {_from_root(page, ref.url)} ({ref.title})"
                for name, ref in (("previous", page.previous), ("next", page.next))
                if ref
            )
        case ListPage():
            yield f"{_many(len(page.cards), 'note')} of {page.total}, page {page.number} of {page.count}"
            yield from (f"note {_from_root(page, card.url)} ({card.title})" for card in page.cards)
        case BacklinksPage():
            yield from _backlinks(page, page.backlinks)
        case HomePage():
            yield f"{_many(len(page.recent), 'recent note')}, {_many(len(page.central), 'central note')}"
            yield f"{_many(len(page.sections), 'folder')}, {_many(len(page.tags), 'tag')}"
        case ContentsPage():
            yield f"the titles of {_many(page.total, 'note')}, {len(page.series)} series"
        case TagsPage():
            yield _many(len(page.tags), "tag")
        case RedirectPage():
            yield f"the way to {_from_root(page, page.url)}"
        case CopyPage():
            yield f"the file {page.source}, as it is"
        case PicturePage(width=0):
            yield f"the picture {page.source}, without what it says beyond itself"
        case PicturePage(card=CardText() as text):
            yield f"a card that says {text.title}"
        case PicturePage():
            yield f"the picture {page.source}, {page.width} pixels wide"
        case DataPage():
            yield "data made from the notes"


def _backlinks(page: Page, links: tuple[Backlink, ...]) -> Iterator[str]:
    yield from (f"backlink from {_from_root(page, link.url)} ({link.title})" for link in links)


def _from_root(page: Page, url: str) -> str:
    """An address that is relative to its page, as one that a person can ask about next."""
    return urljoin(f"/{page.path}", url)


def _verdict(now: str, written: str, before: str) -> tuple[str, tuple[str, ...]]:
    if not written:
        return "would be written by the next build", ("no build has written it, or the cache was deleted",)
    if now != written:
        return "would be written by the next build", _differences(written, now)
    if not before:
        return "is up to date; the last build wrote it", ("it was new, or the cache was deleted",)
    if before != written:
        return "is up to date; the last build wrote it", _differences(before, written)
    return "is up to date; the last build left it alone", ("nothing that it shows had changed",)


def _differences(old: str, new: str) -> tuple[str, ...]:
    pairs = list(zip(old.split("-"), new.split("-"), _PARTS, strict=False))
    if not old.count("-") == new.count("-") == len(_PARTS) - 1:
        return ("its content changed",)
    return tuple(reason for was, is_, reason in pairs if was != is_)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
