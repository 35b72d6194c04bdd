"""The page of one note, and the small things about a note that other pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from kb.link.around import outgoing
from kb.link.mentions import mentions, voices
from kb.link.names import fold
from kb.link.related import related
from kb.link.resolve import display_tag, resolve
from kb.model.note import Attachment, Heading, Link, LinkKind, Note
from kb.model.problem import Place
from kb.view.around import LocalGraph, choose
from kb.view.backlinks import all_backlinks, backlink, is_hub
from kb.view.cards import social_card
from kb.view.facts import told
from kb.view.fill import Frame, body_of, heading_of, inside_of, shown_in
from kb.view.near import around
from kb.view.order import folder_of, in_series, neighbours, places
from kb.view.pages import Card, Head, NotePage, Ref, Related, TagRef, TocEntry
from kb.view.series import Part, numbers
from kb.view.site import Claim, Right, Site
from kb.view.structured import of_note
from kb.view.theme import digest_of
from kb.view.urls import (
    absolute,
    attachment_url,
    file_of,
    folder_url,
    root_of,
    series_url,
    tag_url,
    twin_url,
    url_of,
)

#: Words a minute of an adult reading non-fiction in silence (Brysbaert 2019, mean 238).
READING_SPEED = 238
#: Headings of these depths below the highest one stand in the table of contents.
TOC_DEPTH = 2
#: A note with fewer headings has no table of contents unless it asks for one.
FEWEST_HEADINGS = 2


def note_pages(site: Site) -> list[Claim]:
    """A page for each note."""
    # Keywords would cost a dictionary each.
    return [
        Claim(
            file_of(url_of(note)),
            path,
            Place(path),
            partial(_page, path),
            Right.NOTE,
            partial(_inside, path),
            near=partial(_near, path),
        )
        for path, note in sorted(site.vault.notes.items())
    ]


def _page(path: str, site: Site) -> NotePage:
    return note_page(site, path)


def _inside(path: str, site: Site) -> tuple[str, ...]:
    return note_inside(site, path)


def _near(path: str, site: Site) -> str:
    return note_near(site, path)


def note_inside(site: Site, path: str) -> tuple[str, ...]:
    """What a note's page shows beyond the common ground: texts, and what others say when they link to it."""
    vault = site.vault
    note = vault.notes[path]
    found = inside_of(site, note) + voices(vault, note)
    kind = site.kinds.get(note.kind)
    return (*found, *kind.inside(site, note)) if kind and kind.inside else found


def note_near(site: Site, path: str) -> str:
    """A digest of what a note's page shows of other notes: those around it, its folder, what its kind tells of them."""
    note = site.vault.notes[path]
    folder = folder_of(path)
    found = around(site, note) + site.once(
        ("digest of breadcrumbs", folder), lambda: digest_of(breadcrumbs(site, folder, ""))
    )
    if note.image:
        found += digest_of(_image(site, note))
    if note.kind in site.kinds:
        root = root_of(file_of(url_of(note)))
        found += digest_of((facts_of(site, note, root), note_head(site, note, root).json_ld))
    return found


def note_page(site: Site, path: str) -> NotePage:
    """Everything the template of a note may see."""
    note = site.vault.notes[path]
    url = url_of(note)
    file = file_of(url)
    root = root_of(file)
    frame = Frame.at(root, note)
    before, after = neighbours(site, note)
    said = tuple(mentions(site.vault, note))
    size = site.settings.page_size
    shown = said[:size] if is_hub(len(said), size) else said
    linked = {other.path: _ref(other, root) for other in outgoing(site.vault, note)}
    return NotePage(
        path=file,
        head=note_head(site, note, root),
        title=note.title,
        heading=heading_of(site, note, frame),
        body=body_of(site, note, frame),
        kind=note.kind,
        date=note.date[:10],
        updated=note.updated[:10],
        words=note.words,
        minutes=max(1, round(note.words / READING_SPEED)),
        summary=note.description or note.summary,
        anchor=_anchor(note),
        tags=tags_of(site, note, root),
        toc=toc_of(note),
        breadcrumbs=breadcrumbs(site, folder_of(path), root),
        backlinks=tuple([backlink(source, link, root) for source, link in shown]),
        all_backlinks=all_backlinks(site, note, root, len(said)),
        outgoing=tuple(linked.values()),
        related=related_of(site, note, root),
        graph=_graph(site, note, root, said, linked),
        series=note.series,
        series_place=_series_place(site, note),
        series_url=root + series_url(note.series) if note.series else "",
        parts=parts_of(site, note, root) if note.series else (),
        previous=Ref(before.title, root + url_of(before)) if before else None,
        next=Ref(after.title, root + url_of(after)) if after else None,
        cssclasses=note.cssclasses,
        meta=note.meta,
        facts=facts_of(site, note, root),
        marks=site.marks.get(path, ()),
        template=site.theme.template_for(note.kind, knows_fields=note.kind in site.kinds),
    )


def facts_of(site: Site, note: Note, root: str) -> object:
    """What the template of the note's kind sees of its fields, None if its kind has none."""
    kind = site.kinds.get(note.kind)
    if kind is None:
        return None
    return kind.tell(site, note, root) if kind.tell else told(site, note, root, kind.schema)


def note_head(site: Site, note: Note, root: str) -> Head:
    """The ``<head>`` of a page that shows this note."""
    base = site.settings.base_url
    url = absolute(base, url_of(note)) if base else ""
    description = note.description or note.summary
    image = _image(site, note)
    return Head(
        title=note.title,
        root=root,
        lang=note.lang or site.settings.language,
        description=description,
        canonical=_original(site, note) or url,
        image=image.url,
        image_alt=image.alt,
        image_width=image.width,
        image_height=image.height,
        type="article",
        published=note.date,
        modified=note.updated or note.date,
        tags=note.tags,
        json_ld=of_note(site, note, url, image.url, breadcrumbs(site, folder_of(note.path), "")),
        twin=root + twin_url(url_of(note)) if base and site.settings.twins else "",
        needs=_needs(site, note),
    )


def _original(site: Site, note: Note) -> str:
    """The address of what this note is a copy of, if it says so."""
    kind = site.kinds.get(note.kind)
    return kind.original(note) if kind and kind.original else ""


def _needs(site: Site, note: Note) -> tuple[str, ...]:
    """What a page that shows this note must load: what its text needs, and those it embeds, and what its kind does."""
    shown = shown_in(site, note)
    if len(shown) == 1 and note.kind == "note":
        return note.needs
    return tuple(sorted({need for each in shown for need in (*each.needs, each.kind)} - {"note"}))


def card_of(site: Site, note: Note, root: str) -> Card:
    """A note as a list on a page with this root shows it; made once for all such pages."""
    return site.once(("card", note.path, root), lambda: _card(site, note, root))


def _card(site: Site, note: Note, root: str) -> Card:
    return Card(
        title=note.title,
        url=root + url_of(note) or "./",
        date=note.date[:10],
        summary=note.description or note.summary,
        kind=note.kind,
        marks=site.marks.get(note.path, ()),
    )


def tags_of(site: Site, note: Note, root: str) -> tuple[TagRef, ...]:
    """A note's tags in the spelling most used, in the order the author gave them."""
    if not note.tags:
        return ()
    return tuple([_tag(site, tag, root) for tag in dict.fromkeys(map(fold, note.tags))])


def _tag(site: Site, tag: str, root: str) -> TagRef:
    return site.once(("tag", tag, root), lambda: TagRef(display_tag(site.vault, tag), root + tag_url(tag)))


def toc_of(note: Note) -> tuple[TocEntry, ...]:
    """The table of contents; empty for fewer than two headings, or where the author says ``toc: false``."""
    shown = _title_heading(note)
    headings = tuple([heading for heading in note.headings if heading is not shown])
    wanted = note.toc if note.toc is not None else len(headings) >= FEWEST_HEADINGS
    if not (wanted and headings):
        return ()
    top = min(heading.level for heading in headings)
    return tuple(
        [
            TocEntry(heading.level - top, heading.text, f"#{heading.id}")
            for heading in headings
            if heading.level - top <= TOC_DEPTH
        ]
    )


def _title_heading(note: Note) -> Heading | None:
    """The heading that is shown as the page's title, if one of the text is."""
    if note.title_span is None:
        return None
    start = (note.title_span.gap, note.title_span.offset)
    sections = ((heading, heading.section) for heading in note.headings if heading.level == 1)
    return next((heading for heading, span in sections if (span.gap, span.offset) == start), None)


def _anchor(note: Note) -> str:
    heading = _title_heading(note)
    return heading.id if heading else ""


def breadcrumbs(site: Site, folder: str, root: str) -> tuple[Ref, ...]:
    """From the home page down to this folder."""
    return site.once(("breadcrumbs", folder, root), lambda: _breadcrumbs(site, folder, root))


def _breadcrumbs(site: Site, folder: str, root: str) -> tuple[Ref, ...]:
    crumbs = [Ref(site.settings.title, root or "./")]
    parts = folder.split("/") if folder else []
    for i, _ in enumerate(parts):
        above = "/".join(parts[: i + 1])
        crumbs.append(Ref(folder_title(site, above), root + folder_url(above)))
    return tuple(crumbs)


def folder_title(site: Site, folder: str) -> str:
    """What a folder is called: the title of its index, else its name."""
    for name in ("index.md", "README.md", "readme.md", "Index.md"):
        index = site.vault.notes.get(f"{folder}/{name}")
        if index is not None:
            return index.title
    return folder.rpartition("/")[2]


def _ref(note: Note, root: str) -> Ref:
    return Ref(note.title, root + url_of(note) or "./")


def _graph(
    site: Site, note: Note, root: str, said: Sequence[tuple[Note, Link]], linked: Mapping[str, Ref]
) -> LocalGraph | None:
    """The note among those that link to it and those that it links to."""
    if not (said or linked):
        return None
    sources = [source.path for source, _ in said]
    before, after, tied = choose(site.vault, sources, tuple(linked))
    notes, both = site.vault.notes, linked.keys() & sources
    return LocalGraph(
        note.title,
        tuple([_ref(notes[path], root) for path in before]),
        tuple([linked[path] for path in after]),
        tuple([at for at, path in enumerate(after) if path in both]) if both else (),
        tied,
        len(sources) + len(linked) - len(both) - len(before) - len(after),
    )


def related_of(site: Site, note: Note, root: str) -> tuple[Related, ...]:
    """Which notes have to do with this one, and why, the nearest first."""
    return tuple(
        [
            Related(
                shared.note.title,
                root + url_of(shared.note) or "./",
                shared.links,
                shared.mentions,
                tuple([_tag(site, tag, root).title for tag in shared.tags]) if shared.tags else (),
            )
            for shared in related(site.vault, note)
        ]
    )


def parts_of(site: Site, note: Note, root: str) -> tuple[Part, ...]:
    """The row of numbers of a note's series. Of a long one: the first, the last, and those around the note."""
    notes = in_series(site, note.series)
    row = numbers(places(site, note)[note.path], len(notes))
    return tuple([_part(notes[n - 1], n, root, note) if n else Part(0) for n in row])


def _part(note: Note, number: int, root: str, page: Note) -> Part:
    return Part(number, note.title, root + url_of(note) or "./", note is page)


def _series_place(site: Site, note: Note) -> str:
    if not note.series:
        return ""
    return f"{1 + places(site, note)[note.path]} of {len(in_series(site, note.series))}"


class _Picture(NamedTuple):
    """A note's own picture: its absolute address, what it shows, its size if it is known."""

    url: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0


def _image(site: Site, note: Note) -> _Picture:
    """The note's own picture, if it has one that can be named from elsewhere."""
    base = site.settings.base_url
    if base and (card := social_card(site, note)):
        return _Picture(absolute(base, card.path), note.title, card.width, card.height)
    if not (note.image and base):
        return _Picture()
    if note.image.startswith(("https://", "http://")):
        return _Picture(note.image, note.title)
    file = resolve(site.vault, note.path, Link(LinkKind.IMAGE, note.image)).target
    if not isinstance(file, Attachment):
        return _Picture()
    return _Picture(absolute(base, attachment_url(file.path)), note.title, file.width, file.height)
