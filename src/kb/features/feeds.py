"""Atom and JSON feeds: of the site and of each tag, with full content and absolute addresses.

A feed holds the newest dated notes. Its own ``updated`` is that of its newest entry, never the time of
the build, so that an unchanged site has unchanged feeds. Without a base URL there are none: both
formats want absolute addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from html import escape
from itertools import islice
from typing import TypeAlias
from urllib.parse import quote

import msgspec

from kb.features.kinds import kind_title, kinds_in, of_kind
from kb.features.sections import all_notes
from kb.features.tags import tagged
from kb.link.resolve import display_tag
from kb.model.note import Note
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.fill import Frame, body_of, inside_of
from kb.view.near import shown_by_texts
from kb.view.note import tags_of
from kb.view.pages import DataPage
from kb.view.prose import PERMALINK, Prose
from kb.view.site import Claim, Site
from kb.view.theme import digest_of
from kb.view.urls import absolute, kind_url, root_of, tag_url, url_of

#: What a feed says that has no dated entry. Atom demands some date.
NEVER = "1970-01-01T00:00:00+00:00"

#: The theme's style sheet for who opens a feed in a browser.
STYLE = "needs/feed.css"
_ATOM = "http://www.w3.org/2005/Atom"
_HTML = "http://www.w3.org/1999/xhtml"
#: What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: The notes of a list, oldest first.
Notes: TypeAlias = Callable[[Site], tuple[Note, ...]]


class Entry(msgspec.Struct, frozen=True):
    """One note in a feed. Dates are RFC 3339 text."""

    url: str
    title: str
    published: str
    updated: str
    summary: str
    tags: tuple[str, ...]
    lang: str
    content: Prose


class Texts:
    """The HTML of entries, and how Atom has them. A note stands in the feeds of all its tags; its text is made once.

    No more than some hundred texts are kept: the feeds of one folder are written one after the other.
    """

    MOST = 500

    def __init__(self) -> None:
        self._known: dict[object, str] = {}

    def of(self, entry: Entry) -> str:
        """The whole text of an entry."""
        return self.once(("html", entry), lambda: PERMALINK.sub("", str(entry.content)))

    def once(self, of: object, make: Callable[[], str]) -> str:
        """What is made `of` an entry, alike in all feeds of a site."""
        text = self._known.get(of)
        if text is None:
            if len(self._known) >= self.MOST:
                self._known.clear()
            text = self._known[of] = make()
        return text


class Feed(msgspec.Struct, frozen=True):
    """What a feed says, whatever its format. All addresses are absolute."""

    title: str
    description: str
    home: str
    url: str
    author: str
    lang: str
    updated: str
    entries: tuple[Entry, ...]
    stamp: str
    style: str = ""  # where the style sheet lies for who opens the feed in a browser


#: What writes a feed in one of the formats.
Form: TypeAlias = Callable[[Feed, Texts], bytes]


def feeds(site: Site) -> Iterator[Claim]:
    """Two files for the site, two for each tag, and two for each kind."""
    if not site.settings.base_url:
        return
    yield from _claims("", _site_title, all_notes)
    for tag in sorted(site.vault.cases):
        yield from _claims(tag_url(tag), partial(_tag_title, tag), partial(tagged, tag=tag))
    for kind in kinds_in(site):
        yield from _claims(kind_url(kind), partial(_kind_title, kind), partial(of_kind, kind=kind))


def _site_title(site: Site) -> str:
    return site.settings.title


def _tag_title(tag: str, site: Site) -> str:
    return f"{site.settings.title}: #{display_tag(site.vault, tag)}"


def _kind_title(kind: str, site: Site) -> str:
    return f"{site.settings.title}: {kind_title(site, kind)}"


def feed_of(site: Site, folder: str, title: str, notes: tuple[Note, ...], name: str) -> Feed:
    """The newest of these notes (oldest first) as the feed ``folder/name``."""
    base = site.settings.base_url
    entries = tuple(entry_of(site, note) for note in newest(site, notes))
    return Feed(
        title=title,
        description=site.settings.description,
        home=absolute(base, folder),
        url=absolute(base, folder + name),
        author=site.settings.author or site.settings.title,
        lang=site.settings.language,
        updated=max((entry.updated for entry in entries), key=datetime.fromisoformat, default=NEVER),
        entries=entries,
        stamp=site.theme.stamp,
        style=root_of(folder + name) + style if (style := site.theme.site.assets.get(STYLE, "")) else "",
    )


def newest(site: Site, notes: tuple[Note, ...]) -> list[Note]:
    """Those of these notes (oldest first) that stand in a feed: the newest that have a date, newest first."""
    return list(islice((note for note in reversed(notes) if note.date), site.settings.feed_size))


def entry_of(site: Site, note: Note) -> Entry:
    """A note as a feed has it; made once for all feeds it stands in."""
    base = site.settings.base_url

    def made() -> Entry:
        published = moment(note.date)
        return Entry(
            url=absolute(base, url_of(note)),
            title=note.title,
            published=published,
            updated=max(published, moment(note.updated or note.date), key=datetime.fromisoformat),
            summary=note.description or note.summary,
            tags=entry_tags(site, note),
            lang=note.lang or site.settings.language,
            content=body_of(site, note, Frame.absolute(base, note)),
        )

    return site.once(("feed entry", note.path), made)


def entry_tags(site: Site, note: Note) -> tuple[str, ...]:
    """A note's tags as its entry names them."""
    return tuple(tag.title for tag in tags_of(site, note, ""))


def moment(date: str) -> str:
    """A date of the front matter as RFC 3339: midnight UTC where no time, UTC where no offset was written."""
    when = datetime.fromisoformat(date)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).isoformat()


def atom(feed: Feed, texts: Texts) -> bytes:
    """The feed as Atom 1.0 (RFC 4287)."""
    style = f'\n<?xml-stylesheet type="text/css" href="{_quoted(feed.style)}"?>' if feed.style else ""
    ours = f' xmlns:h="{_HTML}"' if feed.style else ""
    entries = "".join([texts.once(entry, partial(_entry, feed, texts, entry)) for entry in feed.entries])
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{style}\n'
        f'<feed xml:lang="{_quoted(feed.lang)}" xmlns="{_ATOM}"{ours}>'
        f"{_element('title', feed.title)}"
        f'<link href="{_quoted(_uri(feed.home))}" rel="alternate"/>'
        f'<link href="{_quoted(_uri(feed.url))}" rel="self"/>'
        f"{_element('id', feed.url)}<updated>{feed.updated}</updated>"
        f"<author>{_element('name', feed.author)}</author>"
        f"{_element('subtitle', feed.description) if feed.description else ''}"
        f"{_what_this_is(feed) if feed.style else ''}{entries}</feed>\n"
    ).encode()


def _entry(feed: Feed, texts: Texts, entry: Entry) -> str:
    title = _element("title", entry.title)
    link = _quoted(_uri(entry.url))
    summary = f'<summary type="html">{_text(escape(_xml(entry.summary)))}</summary>' if entry.summary else ""
    tags = "".join([f'<category term="{_quoted(tag)}"/>' for tag in entry.tags])
    shown = f'<h:a href="{link}">{_text(_xml(entry.title))}</h:a>' if feed.style else ""
    return (
        f'<entry>{title}<link href="{link}" rel="alternate"/>'
        f"<published>{entry.published}</published><updated>{entry.updated}</updated>{_element('id', entry.url)}"
        f'{summary}<content type="html">{_text(_xml(texts.of(entry)))}</content>{tags}{shown}</entry>'
    )


def _what_this_is(feed: Feed) -> str:
    """Words for a person who opens the feed in a browser, and a way back. Feed readers know none of these elements.

    XSLT, which others use for this, is being taken out of browsers; a style sheet and a few elements of HTML will do.
    """
    return (
        '<h:p class="what">This is a feed: put its address into a feed reader, and you will be told what is new. '
        f'<h:a href="{_quoted(feed.home)}">Back to the site</h:a></h:p>'
    )


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(_xml(text))}</{name}>"


def _text(text: str) -> str:
    """Text as XML has it between tags."""
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")


def _quoted(text: str) -> str:
    """Text as XML has it between quotes, where line breaks would be taken for spaces."""
    quoted = _text(_xml(text)).replace('"', "&quot;")
    return quoted.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def _uri(url: str) -> str:
    """An address in ASCII, what is encoded in it left as it is (RFC 3987, 3.1)."""
    return quote(url, safe="/#%[]=:;$&()+,!?*@'~")


def _xml(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def json_feed(feed: Feed, texts: Texts) -> bytes:
    """The feed as JSON Feed 1.1."""
    items = [
        {
            "id": entry.url,
            "url": entry.url,
            "title": entry.title,
            "content_html": texts.of(entry),
            "summary": entry.summary,
            "date_published": entry.published,
            "date_modified": entry.updated,
            "tags": list(entry.tags),
            "language": entry.lang,
        }
        for entry in feed.entries
    ]
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "description": feed.description,
        "language": feed.lang,
        "authors": [{"name": feed.author}],
        "items": items,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"


def _claims(folder: str, title: Callable[[Site], str], notes: Notes) -> Iterator[Claim]:
    for name, form in (("feed.xml", atom), ("feed.json", json_feed)):
        path = folder + name
        make = partial(_page, folder, title, notes, name, form)
        inside = partial(_inside, notes)
        near = partial(_near, title, notes)
        yield Claim(path, f"the feed /{path}", Place(f"/{path}"), make, inside=inside, near=near)


def _inside(notes: Notes, site: Site) -> tuple[str, ...]:
    """What a feed shows beyond the common ground: the texts of its entries."""
    return tuple(digest for note in newest(site, notes(site)) for digest in inside_of(site, note))


def _near(title: Callable[[Site], str], notes: Notes, site: Site) -> str:
    """A digest of what a feed shows of its notes besides their texts, and of others in these."""
    shown = newest(site, notes(site))
    tags = [entry_tags(site, note) for note in shown]
    return shown_by_texts(site, shown) + digest_of((title(site), tags))


def _page(
    folder: str,
    title: Callable[[Site], str],
    notes: Notes,
    name: str,
    form: Form,
    site: Site,
) -> DataPage:
    feed = feed_of(site, folder, title(site), notes(site), name)
    return DataPage(
        folder + name, digest_of((form.__name__, feed)), partial(form, feed, site.once("texts", Texts))
    )


FEEDS = Plugin("feeds", "1", pages=feeds)
