"""What fills the gaps of a note's HTML: where each link leads is asked here, and only here.

The same links come out in two ways: relative to a page (``../../``), and absolute for feeds. Both
are one prefix that goes before every address of the site.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from html import escape
from urllib.parse import quote, urljoin

from kb.link.anchors import anchor_of, section_of
from kb.link.limits import DEEPEST, MOST
from kb.link.names import fold
from kb.link.resolve import resolve
from kb.model.note import Attachment, Block, Heading, Link, LinkKind, Note, Span
from kb.view.blocks import is_table, made_from
from kb.view.pictures import srcset_of
from kb.view.prose import Fill, Framed, Prose
from kb.view.site import Site, page_at
from kb.view.urls import absolute, attachment_url, tag_url, url_of

#: Of how many words the notes embedded in one page may be. How many they may be, and how deep: `kb.link.limits`.
MOST_WORDS = 150_000

_VIDEO = frozenset(("mkv", "mov", "mp4", "ogv", "webm"))
_AUDIO = frozenset(("flac", "m4a", "mp3", "ogg", "wav", "3gp"))
_PICTURED = frozenset((LinkKind.EMBED, LinkKind.IMAGE))
#: A note's first picture is loaded at once if it stands in these lines of its file, front matter included.
FIRST_LINES = 40
_IMAGE = frozenset(("avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"))


@dataclass(slots=True)
class _Budget:
    """How many embeds a page holds already, and of how many words; counted while one page is made."""

    spent: int = 0
    words: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where prose will stand: the prefix of every address, and what it is embedded in (path and subpath).

    `home` is the address of the page in whole, for a feed; on a page it is "", and links within the page stay
    within it.
    """

    root: str
    chain: tuple[tuple[str, str], ...]
    budget: _Budget
    home: str = ""

    @classmethod
    def at(cls, root: str, note: Note) -> Frame:
        """The frame of a note's own page."""
        return cls(root, ((note.path, ""),), _Budget())

    @classmethod
    def absolute(cls, base_url: str, note: Note) -> Frame:
        """The frame of a note in a feed, where every address is whole."""
        return cls(base_url, ((note.path, ""),), _Budget(), _absolute(base_url, url_of(note)))

    def address(self, url: str) -> str:
        """An address of the site, ready for an attribute of this page."""
        if self.home:
            return _absolute(self.root, url)
        return self.root + _escaped(url) or "./"


_escaped = lru_cache(maxsize=1 << 16)(escape)


@lru_cache(maxsize=1 << 12)
def _absolute(base_url: str, url: str) -> str:
    return escape(absolute(base_url, url))


def prose_of(
    site: Site, note: Note, frame: Frame, spans: tuple[Span, ...] = (), prefix: str = "", home: str = ""
) -> Prose:
    """A note's body, or the given stretches of it, with every gap in them filled for a page in this frame."""
    links = note.links
    if not spans:
        fills = [fill(site, note, link, frame) for link in links]
    else:
        fills = [""] * len(links)
        for span in spans:
            for gap in range(span.gap, min(span.end_gap, len(links))):
                fills[gap] = fill(site, note, links[gap], frame)
    return Prose(
        note.digest, spans, tuple(fills), partial(_pieces, site, note.path), prefix, home or frame.home
    )


def body_of(site: Site, note: Note, frame: Frame, prefix: str = "", home: str = "") -> Prose:
    """The whole body but for the heading that is shown as the title."""
    if note.title_span is None:
        return prose_of(site, note, frame, (), prefix, home)
    whole = Span(0, 0, len(note.links), 1 << 40)
    return prose_of(site, note, frame, _around_title(note, whole), prefix, home)


def _around_title(note: Note, span: Span) -> tuple[Span, ...]:
    """A stretch of a note's body without the heading that is shown as the title, if that stands in it."""
    title = note.title_span
    if title is None or not (
        (span.gap, span.offset) <= (title.gap, title.offset)
        and (title.end_gap, title.end_offset) <= (span.end_gap, span.end_offset)
    ):
        return (span,)
    before = Span(span.gap, span.offset, title.gap, title.offset)
    return before, Span(title.end_gap, title.end_offset, span.end_gap, span.end_offset)


def heading_of(site: Site, note: Note, frame: Frame) -> Prose:
    """The title as the author formatted it."""
    if note.title_span is None:
        return Prose.of(note.title)
    return prose_of(site, note, frame, (note.title_span,))


def inside_of(site: Site, note: Note) -> tuple[str, ...]:
    """Digests of all texts that a note's body shows: its own, and of the notes that it embeds, to any depth."""
    shown = shown_in(site, note)
    return (note.digest,) if len(shown) == 1 else tuple([each.digest for each in shown])


def shown_in(site: Site, note: Note) -> tuple[Note, ...]:
    """The notes whose text a note's body shows: itself, and those that it embeds, to any depth."""
    for link in note.links:
        if link.kind is LinkKind.EMBED:
            break
    else:
        return (note,)
    seen: dict[str, Note] = {}
    pending = [note]
    while pending:
        here = pending.pop()
        if here.path in seen:
            continue
        seen[here.path] = here
        leads = (
            resolve(site.vault, here.path, link).target for link in here.links if link.kind is LinkKind.EMBED
        )
        pending += [target for target in leads if isinstance(target, Note)]
    return tuple(seen.values())


def fill(site: Site, note: Note, link: Link, frame: Frame) -> Fill:
    """What stands in the gap of one link."""
    kind = link.kind
    if kind is LinkKind.TAG:
        return f'<a class="tag" href="{frame.address(tag_url(fold(link.target)))}">'
    if kind is LinkKind.EMBED or kind is LinkKind.IMAGE:
        return _embed(site, note, link, frame)
    href = _address_of(site, note, link, frame)
    if kind is LinkKind.ADDRESS:
        return href or escape(_written(link, frame))
    title = f' title="{escape(link.title)}"' if link.title else ""
    return f'<a href="{href}"{title}>' if href else f'<a class="missing"{title}>'


def _address_of(site: Site, note: Note, link: Link, frame: Frame) -> str:
    """Where a link leads, ready for ``href``; "" if nowhere. Within the note: just ``#…``, which its prose knows."""
    found = resolve(site.vault, note.path, link)
    target = found.target
    if type(target) is Note:
        anchor = _anchor(found.anchor) if found.anchor else ""
        if anchor and target.path == note.path:
            return anchor
        return frame.address(url_of(target)) + anchor
    if type(target) is Attachment:
        return frame.address(attachment_url(target.path)) + _fragment(link.subpath)
    page = page_at(site, note.path, link.target)
    return "" if page is None else frame.address(page) + _fragment(link.subpath)


def _fragment(subpath: str) -> str:
    """What follows ``#`` after a file's name: ``page=3``, say."""
    return "#" + escape(quote(subpath, safe="=&,:/?+;@")) if subpath else ""


@lru_cache(maxsize=1 << 12)
def _anchor(name: str) -> str:
    return "#" + quote(name, safe="") if name else ""


def _written(link: Link, frame: Frame) -> str:
    """An address in raw HTML that names nothing of ours, as it was written."""
    written = quote(link.target, safe="/:@!$&'()*+,;=~?%-._") + (f"#{link.subpath}" if link.subpath else "")
    return urljoin(frame.home, written) if frame.home else written


def _embed(site: Site, note: Note, link: Link, frame: Frame) -> Fill:
    found = resolve(site.vault, note.path, link)
    match found.target:
        case Attachment() as file if link.block or (link.alone and is_table(file)):
            return made_from(site, file, link).html or _instead(file, frame)
        case Attachment() as file:
            return _media(site, note, file, link, frame)
        case Note() as target if link.alone and (not link.subpath or section_of(target, link.subpath)):
            return _embedded_note(site, target, link, frame)
        case Note() as target if link.alone:
            return f'<p class="embed-missing">{_link_instead(target, link, frame)}</p>'
        case Note() as target:
            return _link_instead(target, link, frame)
    what = link.label or link.target
    return f'<span class="missing">{escape(what)}</span>'


def _instead(file: Attachment, frame: Frame) -> str:
    """Of a block that could not be made, the file that it names."""
    href = frame.address(attachment_url(file.path))
    return f'<p class="embed-missing"><a href="{href}">{escape(file.path.rpartition("/")[2])}</a></p>\n'


def _embedded_note(site: Site, target: Note, link: Link, frame: Frame) -> Fill:
    part = section_of(target, link.subpath) if link.subpath else None
    here = (target.path, part.id if part else "")
    if here in frame.chain or (part is None and any(path == target.path for path, _ in frame.chain)):
        chain = " → ".join(escape(site.vault.notes[path].title) for path, _ in (*frame.chain, here))
        return f'<p class="embed-missing">This note embeds itself: {chain}</p>'
    budget = frame.budget
    words = 0 if part else target.words
    if len(frame.chain) > DEEPEST or budget.spent >= MOST or budget.words + words > MOST_WORDS:
        return f'<p class="embed-missing">{_link_instead(target, link, frame)}</p>'
    budget.spent += 1
    budget.words += words
    return _framed(site, target, part, replace(frame, chain=(*frame.chain, here)), f"e{budget.spent}:")


def _framed(site: Site, target: Note, part: Heading | Block | None, frame: Frame, prefix: str) -> Framed:
    home = frame.address(url_of(target))
    if part is None:
        prose = body_of(site, target, frame, prefix, home if frame.home else "")
    else:
        prose = prose_of(site, target, frame, _spans(target, part), prefix, home)
    what = "note" if part is None else "block" if isinstance(part, Block) else "section"
    href = home + (_part_anchor(part) if part else "")
    before = (
        f'<div class="embed" data-embed="{what}"><p class="embed-title"><a href="{href}">'
        f'{escape(_part_name(target, part))}</a></p><div class="embed-content">\n'
    )
    after = "</div></div>\n"
    if isinstance(part, Block) and part.tag == "li":
        before, after = before + "<ul>", "</ul>" + after
    return Framed(before, prose, after)


def _link_instead(target: Note, link: Link, frame: Frame) -> str:
    """A link to what cannot be shown here."""
    part = section_of(target, link.subpath) if link.subpath else None
    href = frame.address(url_of(target)) + _anchor(anchor_of(target, link.subpath) if link.subpath else "")
    return f'<a class="embed-link" href="{href}">{escape(_part_name(target, part))}</a>'


def _part_name(note: Note, part: Heading | Block | None) -> str:
    if not isinstance(part, Heading) or part.text == note.title:
        return note.title
    return f"{note.title} > {part.text}"


def _part_anchor(part: Heading | Block) -> str:
    return _anchor(part.id if isinstance(part, Heading) else "^" + part.id)


def _spans(note: Note, part: Heading | Block) -> tuple[Span, ...]:
    return _around_title(note, part.section) if isinstance(part, Heading) else (part.span,)


def _is_first(note: Note, link: Link, frame: Frame) -> bool:
    """Whether a picture is in sight when the page opens, as far as one can tell: then it must not wait."""
    if link.line > FIRST_LINES or len(frame.chain) > 1:
        return False
    return next(each for each in note.links if each.kind in _PICTURED) is link


def _media(site: Site, note: Note, file: Attachment, link: Link, frame: Frame) -> str:
    src = frame.address(attachment_url(file.path))
    extension = file.path.rpartition(".")[2].lower()
    size = _size(file, link)
    name = escape(link.label or file.path.rpartition("/")[2])
    if extension in _IMAGE:
        title = f' title="{escape(link.title)}"' if link.title else ""
        choice = "" if frame.home else srcset_of(site, file, link, frame.address)
        late = "" if _is_first(note, link, frame) else ' loading="lazy"'
        return f'<img src="{src}"{choice} alt="{escape(link.label)}"{size}{title}{late} decoding="async">'
    if extension in _VIDEO:
        return f'<video src="{src}"{size} controls preload="metadata"><a href="{src}">{name}</a></video>'
    if extension in _AUDIO:
        return f'<audio src="{src}" controls preload="metadata"><a href="{src}">{name}</a></audio>'
    fragment = _fragment(link.subpath)
    if extension == "pdf":
        return (
            f'<object class="pdf" data="{src}{fragment}" type="application/pdf"{size}>'
            f'<a href="{src}{fragment}">{name}</a></object>'
        )
    return f'<a href="{src}{fragment}">{name}</a>'


def _size(file: Attachment, link: Link) -> str:
    """``width`` and ``height``: as written, the other in proportion, else the file's own."""
    width, height = link.width, link.height
    if not (width or height):
        width, height = file.width, file.height
    elif file.width and file.height:
        width = width or max(1, round(height * file.width / file.height))
        height = height or max(1, round(width * file.height / file.width))
    return (f' width="{width}"' if width else "") + (f' height="{height}"' if height else "")


def _pieces(site: Site, path: str) -> tuple[str, ...]:
    return site.bodies[path].html
