"""What one file says. Nothing here knows that other files exist.

A `Note` is the part of a file that lists, links and page keys need; its `Body` (rendered HTML
and plain text, ten times as large) is kept beside it and fetched only for a page that is
rendered. Both are made once per file content.

The body's HTML is cut at every link: ``html[0] links[0] html[1] links[1] … html[n]``. Nothing of
a gap's own output is in the pieces except, for a link with a label, the label and ``</a>``: the
gap of a ``WIKI`` or ``MARKDOWN`` link becomes the opening tag alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from enum import StrEnum
from hashlib import blake2b
from typing import Any, TypeAlias

import msgspec

from kb.model.problem import Place, Problem

#: A front matter value as templates see it: text, number, boolean, None, lists and mappings of them.
#: Dates stand as ISO 8601 text.
Json: TypeAlias = Any


class Source(msgspec.Struct, frozen=True, gc=False):
    """A file as it was read: its path in the vault (POSIX, NFC as found), its bytes, their digest."""

    path: str
    data: bytes
    digest: str


class LinkKind(StrEnum):
    """What a gap is, and so what fills it."""

    WIKI = "wiki"  # [[target|label]]            gap = opening <a …>; label and </a> are in the HTML
    MARKDOWN = "markdown"  # [label](target)     gap = opening <a …>
    EMBED = "embed"  # ![[target|…]]             gap = the whole note, section, block, image, player
    IMAGE = "image"  # ![alt](target)            gap = the whole <img>
    TAG = "tag"  # #tag                          gap = opening <a …>
    ADDRESS = "address"  # src="…" href="…" of raw HTML   gap = the escaped URL alone
    PROPERTY = "property"  # in front matter     no gap


class Link(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A link as written. Where it leads is the vault's business, not the note's.

    `target` is percent-decoded, trimmed, without its subpath ("" means the note itself; for TAG the
    tag as written). `subpath` is what followed the first ``#``: ``Heading#Sub`` or ``^block-id``.
    `label` is the plain text shown (alternative text for images). `before` and `after` are the plain
    text around the label, within its sentence or list item, each at most 160 characters.
    `width` and `height` are as written, in CSS pixels, 0 where none. `alone` is true for an embed
    that stands where blocks may: in a paragraph of its own or in a table's cell. Any other has to be inline.
    `block` is the fenced block that names this file (``language info``, a newline, its text), "" for a link.
    """

    kind: LinkKind
    target: str
    subpath: str = ""
    label: str = ""
    title: str = ""
    line: int = 1
    column: int = 1
    before: str = ""
    after: str = ""
    width: int = 0
    height: int = 0
    alone: bool = False
    block: str = ""


class Span(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A stretch of cut HTML: from ``html[gap][offset]`` up to, not including, ``html[end_gap][end_offset]``."""

    gap: int
    offset: int
    end_gap: int
    end_offset: int


class Heading(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A heading: its level 1–6, plain text, unique id, line, and its section.

    The section runs from the heading's tag to the next heading of its level or higher in the same
    container, or to the container's end.
    """

    level: int
    text: str
    id: str
    line: int
    section: Span


class Block(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A block named by ``^id``. `tag` is "li" for a list item, whose span is wrapped when embedded."""

    id: str
    line: int
    span: Span
    tag: str = ""


class Note(msgspec.Struct, frozen=True, array_like=True):
    """One parsed file, without its body.

    Dates are ISO 8601 text as written: ``2024-05-01``, ``2024-05-01T10:00:00`` or with an offset; ""
    where none. `tags` are as written, without ``#``, front matter and text united, first spelling
    kept. `readable` is false when the front matter could not be read or when ``date``, ``draft`` or
    ``publish`` holds a mistake: such a note is not published. `title_span` is the inner HTML of the H1
    that gave the title (its ``<h1>`` tags are not in the HTML); `summary` is one paragraph of plain
    text. `words` counts words of the text, comments and block ids not included. `needs` names what
    the page must load: "math", "code", "diagram". `meta` holds every front matter key as written.
    `references` are the links found in front matter values; they have no gap. `anchors` are the ids that raw
    HTML in the text gives. `facts` is what the fields of its kind come to (`kb.model.kinds`), and what its text adds.

    `face`, `voice` and `brief` are digests (`with_digests`): of what any page may see of this note; of the words
    around its links, which the pages of the linked notes show; of its summary and its facts, which lists show. What
    is in none of them, only the note's own page shows and those that embed it. Worked out once, because every build
    asks for them: `url`, the address of the note's page (`kb.view.urls`); `calls`, the keys under which
    links to it are filed, and `says`, those under which its own links are (`kb.link.mentions`).
    """

    path: str
    digest: str
    title: str
    kind: str = "note"
    date: str = ""
    updated: str = ""
    draft: bool = False
    publish: bool = True
    readable: bool = True
    permalink: str = ""
    slug: str = ""
    description: str = ""
    image: str = ""
    series: str = ""
    order: float | None = None
    lang: str = ""
    toc: bool | None = None
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    cssclasses: tuple[str, ...] = ()
    summary: str = ""
    words: int = 0
    title_span: Span | None = None
    headings: tuple[Heading, ...] = ()
    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()
    references: tuple[Link, ...] = ()
    needs: tuple[str, ...] = ()
    meta: Mapping[str, Json] = {}
    problems: tuple[Problem, ...] = ()
    face: str = ""
    voice: str = ""
    brief: str = ""
    url: str = ""
    calls: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    facts: Mapping[str, Json] = {}
    says: tuple[str, ...] = ()

    def place(self, link: Link) -> Place:
        """Where `link`, one of this note's, was written."""
        return Place(self.path, link.line, link.column)


def with_digests(note: Note) -> Note:
    """The note with its `face`, its `voice` and its `brief`."""
    links = (*note.links, *note.references)
    face = (
        *(note.path, note.title, note.kind, note.date, note.updated, note.draft, note.publish, note.readable),
        *(note.permalink, note.slug, note.image, note.series, note.lang),
        None if note.order is None else float(note.order),  # 1 and 1.0 are one order
        *(note.tags, note.aliases),
        [(heading.level, heading.text, heading.id) for heading in note.headings],
        [(block.id, block.tag) for block in note.blocks],
        note.anchors,
        [(link.kind, link.target, link.subpath, link.alone) for link in links],
    )
    voice = [(link.label, link.before, link.after) for link in links]
    brief = (note.summary, note.description, note.facts)
    return msgspec.structs.replace(note, face=_digest(face), voice=_digest(voice), brief=_digest(brief))


def _digest(value: object) -> str:
    return blake2b(msgspec.msgpack.encode(value), digest_size=16).hexdigest()


#: So many characters of a note's text can be searched; of a longer text no more.
SEARCHED = 1_000_000


class Body(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a note's page shows: HTML cut at every link (one piece more than links), and plain text.

    `text` is what search reads: words of the body with code and formulas, without comments, block
    ids and markup, blocks separated by newlines. `lines` are pairs, one behind the other: an offset in the
    text, and the line of the file that stands there; from there on each newline is one line further.
    `sections` are the offsets in the text of the note's headings, in their order, and behind them of the
    footnotes, or of the end. `taken` are pairs of offsets: between them there is code, a formula, or the label
    of a link.
    """

    html: tuple[str, ...]
    text: str
    lines: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    taken: tuple[int, ...] = ()

    def line_at(self, offset: int) -> int:
        """The line of the file on which this offset of the text stands."""
        lines = self.lines
        known = bisect_right(range(0, len(lines), 2), offset, key=lines.__getitem__) - 1
        if known < 0:
            return 1
        return lines[2 * known + 1] + self.text.count("\n", lines[2 * known], offset)


class Attachment(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A file that is not a note. Width and height in pixels, as shown, for images whose header says so, else 0.

    Of a picture, `format` is how it is written down ("jpeg", "svg" …), whatever its name says, "" if in no way that
    is known; `moving` that it is a row of pictures; `flaw` in words why it cannot be shown as it should be, or "".
    """

    path: str
    digest: str
    size: int
    width: int = 0
    height: int = 0
    format: str = ""
    moving: bool = False
    flaw: str = ""
