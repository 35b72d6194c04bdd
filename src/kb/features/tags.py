"""A page for each tag, nested ones too, and one of all tags.

Of thousands of tags that one shows those which most notes carry, and leads to pages that name all of them in the order
of the alphabet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from kb.link.names import fold
from kb.link.resolve import display_tag
from kb.model.note import Note
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.lists import Listing, intro_head, intro_inside, list_pages, plain_head
from kb.view.note import note_page
from kb.view.order import by_date, chunks
from kb.view.pages import Ref, TagRef, TagsPage
from kb.view.site import Claim, Right, Site, introduces, nothing_more
from kb.view.urls import file_of, root_of, tag_url

ALL_TAGS = "tags/"
#: How many neighbours of a tag its page shows.
NEIGHBOURS = 12
#: A page of tags holds so many times what a page of notes does: a tag takes a tenth of the room.
_MANY = 10


def tag_pages(site: Site) -> Iterator[Claim]:
    """Claims of all tags' pages and of their index."""
    inside = partial(intro_inside, url=ALL_TAGS)
    place = Place(f"/{ALL_TAGS}")
    by = "the list of all tags"
    yield Claim(file_of(ALL_TAGS), by, place, tags_page, Right.LIST, inside)
    for number, _ in enumerate(_parts(site), 1):
        make = partial(_tags_part, number=number)
        yield Claim(file_of(_part_url(number)), by, place, make, Right.LIST, nothing_more)
    for tag in sorted(site.vault.cases):
        yield from list_pages(site, _listing(tag))


def tags_page(site: Site) -> TagsPage:
    """All tags, parents before their children; of very many those that most notes carry."""
    root = root_of(file_of(ALL_TAGS))
    intro = introduces(site, ALL_TAGS)
    tags, parts = _in_order(site), _parts(site)
    shown = largest(tuple([_ref(site, tag, root) for tag in tags]), site.settings.page_size if parts else 0)
    return TagsPage(
        path=file_of(ALL_TAGS),
        head=intro_head(site, intro, root) if intro else plain_head(site, "Tags", ALL_TAGS),
        title=intro.title if intro else "Tags",
        note=note_page(site, intro.path) if intro else None,
        tags=shown,
        total=len(tags),
        parts=tuple([_part_ref(site, number, root) for number, _ in enumerate(parts, 1)]),
    )


def largest(refs: tuple[TagRef, ...], count: int) -> tuple[TagRef, ...]:
    """The `count` entries with most notes, in the order they had; all of them if `count` is 0."""
    if not count:
        return refs
    most = sorted(range(len(refs)), key=lambda at: (-refs[at].count, at))[:count]
    return tuple(refs[at] for at in sorted(most))


def _tags_part(site: Site, number: int) -> TagsPage:
    """One of the pages that name all tags, where there are very many."""
    parts, url = _parts(site), _part_url(number)
    root = root_of(file_of(url))
    return TagsPage(
        path=file_of(url),
        head=plain_head(site, f"Tags, page {number}", url),
        title="Tags",
        tags=tuple([_ref(site, tag, root) for tag in parts[number - 1]]),
        number=number,
        previous=_part_ref(site, number - 1, root) if number > 1 else None,
        next=_part_ref(site, number + 1, root) if number < len(parts) else None,
        breadcrumbs=(Ref(site.settings.title, root), Ref("Tags", root + ALL_TAGS)),
    )


def _in_order(site: Site) -> tuple[str, ...]:
    """All tags, parents before their children."""
    return site.once("tags in order", lambda: tuple(sorted(site.vault.cases, key=lambda tag: tag.split("/"))))


def _parts(site: Site) -> tuple[tuple[str, ...], ...]:
    """The tags of each page that names them, nothing where one page will do."""

    def cut() -> tuple[tuple[str, ...], ...]:
        found = chunks(_in_order(site), _MANY * site.settings.page_size)
        return found if len(found) > 1 else ()

    return site.once("parts of the tags", cut)


def _part_url(number: int) -> str:
    return f"{ALL_TAGS}page/{number}/"


def _part_ref(site: Site, number: int, root: str) -> Ref:
    """The way to a page of tags, called by the first and the last of them."""
    part = _parts(site)[number - 1]
    return Ref(
        " – ".join(display_tag(site.vault, tag) for tag in (part[0], part[-1])), root + _part_url(number)
    )


def top_tags(site: Site, root: str) -> tuple[TagRef, ...]:
    """The tags that are below no other, alphabetically."""
    return tuple(_ref(site, tag, root) for tag in sorted(site.vault.cases) if "/" not in tag)


def tagged(site: Site, tag: str) -> tuple[Note, ...]:
    """The notes that carry a (folded) tag or one below it, oldest first."""
    return site.once(("tagged", tag), lambda: by_date(site, {path for _, path in site.vault.cases[tag]}))


def _listing(tag: str) -> Listing:
    return Listing(
        url=tag_url(tag),
        title=partial(_title, tag),
        by=f"the list of tag #{tag}",
        template="tag.html",
        notes=partial(tagged, tag=tag),
        children=partial(_children, tag),
        all_children=partial(_all_children, tag),
        breadcrumbs=partial(_above, tag),
        beside=partial(_beside, tag),
        feed=f"{tag_url(tag)}feed.xml",
    )


def _title(tag: str, site: Site) -> str:
    return f"#{display_tag(site.vault, tag)}"


def _by_parent(site: Site) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for other in sorted(site.vault.cases):
        found.setdefault(other.rpartition("/")[0], []).append(other)
    return found


def _children(tag: str, site: Site, root: str) -> tuple[TagRef, ...]:
    below = site.once("tags by parent", partial(_by_parent, site)).get(tag, ())
    children = tuple([_ref(site, child, root) for child in below])
    return largest(children, site.settings.page_size if _is_long(site, children) else 0)


def _all_children(tag: str, site: Site, root: str) -> Ref | None:
    """Where all tags below this one are named, if its own page names only some."""
    if not _is_long(site, site.once("tags by parent", partial(_by_parent, site)).get(tag, ())):
        return None
    at = next(number for number, part in enumerate(_parts(site), 1) if part[-1].split("/") >= tag.split("/"))
    return _part_ref(site, at, root)


def _is_long(site: Site, tags: Sequence[object]) -> bool:
    """Whether these are so many that they stand on pages of their own."""
    return len(tags) >= 2 * _MANY * site.settings.page_size


def _beside(tag: str, site: Site, root: str) -> tuple[TagRef, ...]:
    """The tags that most notes of this one also carry, those above and below it left out."""
    path = f"{tag}/"
    counts = Counter(
        other
        for note in tagged(site, tag)
        for other in dict.fromkeys(map(fold, note.tags))
        if not (f"{other}/".startswith(path) or path.startswith(f"{other}/"))
    )
    most = sorted(counts.items(), key=lambda found: (-found[1], found[0]))[:NEIGHBOURS]
    return tuple(
        [TagRef(display_tag(site.vault, other), root + tag_url(other), count) for other, count in most]
    )


def _above(tag: str, site: Site, root: str) -> tuple[Ref, ...]:
    parts = tag.split("/")[:-1]
    above = ["/".join(parts[: i + 1]) for i, _ in enumerate(parts)]
    tags = (Ref(display_tag(site.vault, part), root + tag_url(part)) for part in above)
    return (Ref(site.settings.title, root or "./"), Ref("Tags", root + ALL_TAGS), *tags)


def _ref(site: Site, tag: str, root: str) -> TagRef:
    count = len({path for _, path in site.vault.cases[tag]})
    return TagRef(display_tag(site.vault, tag), root + tag_url(tag), count, tag.count("/"))


TAGS = Plugin("tags", "1", pages=tag_pages)
