"""The contracts between us and the templates: what each template may see, and nothing besides.

A template gets two names: ``page``, one of the classes below, and ``site``, a `SiteInfo` that is the
same on every page. Two equal pages (under an equal site) have equal bytes. All URLs on a page are
ready for its ``href``: relative to the page (so that a site works under any sub-path, and from a
folder on disk), except where a field says "absolute".

Texts are plain and get escaped by the template; a `Prose` is HTML and escapes itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from msgspec import Struct

from kb.view.around import LocalGraph
from kb.view.prose import Prose
from kb.view.series import Part


class Page(Protocol):
    """Anything a build writes: where it goes, relative to the output folder."""

    @property
    def path(self) -> str:
        """The output file, such as ``notes/x/index.html``."""
        ...


class Ref(Struct, frozen=True):
    """A link to something: its text and where it leads."""

    title: str
    url: str


class TagRef(Struct, frozen=True):
    """A tag and its page. `count` is how many notes carry it or one below it; `depth` from 0."""

    title: str
    url: str
    count: int = 0
    depth: int = 0


class Card(Struct, frozen=True):
    """A note as lists show it. `date` is ``YYYY-MM-DD`` or ""; `summary` plain text."""

    title: str
    url: str
    date: str = ""
    summary: str = ""
    kind: str = "note"
    marks: tuple[str, ...] = ()  # "draft", "private", "future": only ever set in the preview


class Backlink(Struct, frozen=True):
    """A note that links here, and the words around its link: ``before`` + ``label`` + ``after``."""

    title: str
    url: str
    before: str
    label: str
    after: str


class Related(Struct, frozen=True):
    """A note that has to do with this one though no link joins the two, and the reason.

    Both link to `links` notes, and `mentions` notes link to both; either may be 0. `tags` are those of the shared
    tags that few notes have, the rarest first, without ``#``.
    """

    title: str
    url: str
    links: int = 0
    mentions: int = 0
    tags: tuple[str, ...] = ()


class TocEntry(Struct, frozen=True):
    """A heading in the table of contents. `level` is relative: 0 is the highest that the note uses."""

    level: int
    text: str
    url: str


class Head(Struct, frozen=True):
    """What stands in ``<head>``. `root` leads from the page to the site's root ("", "../", …).

    `canonical` and `image` are absolute, and "" where the site has no base URL; the picture's size is 0 where it is not
    known; `json_ld` is JSON that
    is safe inside ``<script>``; `type` is an Open Graph type; `feeds` are (title, url) of the
    page's own feeds, besides those of the site (`SiteInfo.has_feeds`); `robots` is "" or the content of the
    robots meta element. `twin` leads to what the page says as Markdown, where there is such a file. `needs`
    names what the page must load besides what every page does ("math", "review"): the theme's assets
    ``needs/<name>.css`` and ``needs/<name>.js``, where it has them.
    """

    title: str
    root: str
    lang: str
    description: str = ""
    canonical: str = ""
    image: str = ""
    image_alt: str = ""
    image_width: int = 0
    image_height: int = 0
    type: str = "website"
    published: str = ""
    modified: str = ""
    tags: tuple[str, ...] = ()
    json_ld: str = ""
    robots: str = ""
    feeds: tuple[Ref, ...] = ()
    twin: str = ""
    previous: str = ""
    next: str = ""
    needs: tuple[str, ...] = ()


class SiteInfo(Struct, frozen=True):
    """What all pages share. Asset and menu URLs are relative to the site's root: put ``page.head.root`` before them.

    `assets` maps a theme file ("style.css") to its content-hashed path ("_assets/style.3f2a….css").
    An entry of `menu` whose URL has a scheme is used as it stands. Where the site `has_feeds`, they are
    ``feed.xml`` (Atom) and ``feed.json`` in its root. `search` is the path of the script that answers
    queries in the browser, "" where the site has no search; its results page is then ``search/``. `graph` is the
    address of the graph of all notes, "" where there is none.
    """

    title: str
    description: str
    author: str
    language: str
    base_url: str
    assets: Mapping[str, str]
    menu: tuple[Ref, ...] = ()
    favicon: str = ""
    logo: str = ""
    has_feeds: bool = False
    search: str = ""
    graph: str = ""


class NotePage(Struct, frozen=True):
    """The page of one note (template ``note.html``, or ``<kind>.html`` where the theme has one).

    `heading` is the title with its formatting, `anchor` the id that links to it name, "" where no heading of the
    text is the title. Dates are ``YYYY-MM-DD`` or "". `minutes` is the
    reading time, at least 1. `breadcrumbs` lead from the site's root to the note's folder. Where very many notes link
    here, `backlinks` are the first of them, and `all_backlinks` leads to a list of all. `outgoing` are the notes
    it links to, each once, in the order of its text; `graph` draws them and those that link to it, nothing where
    there are none. `meta` is the front matter as written. `facts` is what its kind makes of the fields that it knows:
    a class of the kind's own, such as `Review`, or `Fact` by the names of the fields; nothing where the kind has no
    fields. `marks` as in `Card`.
    """

    path: str
    head: Head
    title: str
    heading: Prose
    body: Prose
    kind: str = "note"
    date: str = ""
    updated: str = ""
    words: int = 0
    minutes: int = 1
    summary: str = ""
    anchor: str = ""
    tags: tuple[TagRef, ...] = ()
    toc: tuple[TocEntry, ...] = ()
    breadcrumbs: tuple[Ref, ...] = ()
    backlinks: tuple[Backlink, ...] = ()
    all_backlinks: TagRef | None = None
    outgoing: tuple[Ref, ...] = ()
    related: tuple[Related, ...] = ()
    graph: LocalGraph | None = None
    series: str = ""
    series_place: str = ""  # "2 of 5"
    series_url: str = ""
    parts: tuple[Part, ...] = ()
    previous: Ref | None = None
    next: Ref | None = None
    cssclasses: tuple[str, ...] = ()
    meta: Mapping[str, Any] | None = None
    facts: Any = None
    marks: tuple[str, ...] = ()
    template: str = "note.html"


class ListPage(Struct, frozen=True):
    """Notes in a row: a folder (``section.html``), a tag (``tag.html``), all notes by date (``archive.html``).

    `note` is the note whose own address this is (the folder's ``index.md``, say), if any: its text stands above
    the list. `children` are the folders or tags directly below, of the archive its years. `number` of `count`
    pages; page 1 holds the oldest notes and keeps its URL for ever, the newest stand at the list's own URL. Only
    there are `total` (of notes) and `count` told, elsewhere they are 0, so that older pages stay as they are; there
    alone stand `children` and, for a tag, the tags that most of its notes carry `beside` it, each with the number
    of notes that carry both. Of thousands of `children` it shows the largest, and `all_children` leads to where all
    begin. `newer` and `older` are URLs, "" at the ends.
    """

    path: str
    head: Head
    title: str
    cards: tuple[Card, ...]
    template: str
    total: int = 0
    note: NotePage | None = None
    children: tuple[TagRef, ...] = ()
    breadcrumbs: tuple[Ref, ...] = ()
    number: int = 1
    count: int = 1
    newer: str = ""
    older: str = ""
    feed: str = ""
    beside: tuple[TagRef, ...] = ()
    all_children: Ref | None = None


class Branch(Struct, frozen=True):
    """A folder in the contents: its name and list, how many notes are in it at any depth, what is directly in it."""

    title: str
    url: str
    count: int
    folders: tuple[Branch, ...] = ()
    notes: tuple[Ref, ...] = ()


class Row(Struct, frozen=True):
    """A series in the contents: its name and page, and its notes in their order unless the site has very many."""

    title: str
    notes: tuple[Ref, ...]
    url: str = ""


class ContentsPage(Struct, frozen=True):
    """The contents of the whole site (``contents.html``): folders with their notes, series, how many notes in all.

    `notes` are those in no folder. Where there are very many notes, neither these nor the folders name any.
    """

    path: str
    head: Head
    title: str
    folders: tuple[Branch, ...]
    notes: tuple[Ref, ...]
    series: tuple[Row, ...]
    total: int
    note: NotePage | None = None
    template: str = "contents.html"


class TagsPage(Struct, frozen=True):
    """All tags (``tags.html``), nested ones below their parents, each with its count.

    Where they are thousands, `tags` are those that most of the notes carry, and `parts` lead to pages that name all
    `total` of them. Such a page has a `number`, from 1, and the `previous` and `next` part beside it.
    """

    path: str
    head: Head
    title: str
    tags: tuple[TagRef, ...]
    note: NotePage | None = None
    total: int = 0
    parts: tuple[Ref, ...] = ()
    number: int = 0
    previous: Ref | None = None
    next: Ref | None = None
    breadcrumbs: tuple[Ref, ...] = ()
    template: str = "tags.html"


class SearchPage(Struct, frozen=True):
    """The page of results (``search.html``), which a script fills: it says nothing of any note.

    Its address takes the query: ``?q=`` words, ``&tag=``, ``&kind=``, ``&since=`` filters, ``&page=``. `archive`
    and `all_tags` are the ways to the notes for a reader without JavaScript.
    """

    path: str
    head: Head
    title: str
    archive: str
    all_tags: str
    note: NotePage | None = None
    template: str = "search.html"


class NotFoundPage(Struct, frozen=True):
    """``404.html``. Shown at any address, so its URLs are absolute paths."""

    path: str
    head: Head
    title: str
    home: str
    archive: str
    all_tags: str
    contents: str
    template: str = "404.html"


class RedirectPage(Struct, frozen=True):
    """A page that only leads elsewhere (``redirect.html``): an alias, an old address."""

    path: str
    head: Head
    title: str
    url: str
    template: str = "redirect.html"


@dataclass(frozen=True, slots=True)
class DataPage:
    """A file whose bytes are computed, not templated: a feed, the sitemap, a theme's asset.

    `key` stands for the bytes: two pages of equal keys have equal bytes. `data` makes them.
    """

    path: str
    key: str
    data: Callable[[], bytes] = field(compare=False)
    template: ClassVar[str] = ""


class CardText(Struct, frozen=True):
    """What stands on a social card, and how: colours as ``#rrggbb``, the path of a font in the vault or ""."""

    title: str
    above: str
    below: str
    date: str
    paper: str
    ink: str
    accent: str
    font: str = ""
    font_digest: str = ""


class PicturePage(Struct, frozen=True):
    """A picture of the vault: stripped of what it tells, or, where it has a `width`, drawn anew as WebP in that size.

    Or a `card`, a picture of words, as PNG; then the digest is that of what stands on it.

    `source` is its path in the vault. Its bytes are made behind the wall; `digest`, the size, the `quality` and
    the `stamp` (the versions of what draws) decide them.
    """

    path: str
    source: str
    digest: str
    width: int = 0
    height: int = 0
    quality: int = 0
    stamp: str = ""
    card: CardText | None = None
    template: ClassVar[str] = ""

    @property
    def key(self) -> str:
        """Equal keys, equal bytes."""
        return f"{self.digest}-{self.width}-{self.height}-{self.quality}-{self.stamp}"


class CopyPage(Struct, frozen=True):
    """A file of the vault, copied as it is. `source` is its path in the vault."""

    path: str
    source: str
    digest: str
    template: ClassVar[str] = ""
