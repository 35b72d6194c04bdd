"""A page for each tag, nested ones too, and one of all tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from kb.link.names import fold
from kb.link.resolve import display_tag
from kb.model.note import Note
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.lists import Listing, intro_head, intro_inside, list_pages, plain_head
from kb.view.note import note_page
from kb.view.order import by_date
from kb.view.pages import Ref, TagRef, TagsPage
from kb.view.site import Claim, Right, Site, introduces
from kb.view.urls import file_of, root_of, tag_url

ALL_TAGS = "tags/"
#: How many neighbours of a tag its page shows.
NEIGHBOURS = 12


def tag_pages(site: Site) -> Iterator[Claim]:
    """Claims of all tags' pages and of their index."""
    inside = partial(intro_inside, url=ALL_TAGS)
    place = Place(f"/{ALL_TAGS}")
    yield Claim(file_of(ALL_TAGS), "the list of all tags", place, tags_page, Right.LIST, inside)
    for tag in sorted(site.vault.cases):
        yield from list_pages(site, _listing(tag))


def tags_page(site: Site) -> TagsPage:
    """All tags, parents before their children."""
    root = root_of(file_of(ALL_TAGS))
    intro = introduces(site, ALL_TAGS)
    return TagsPage(
        path=file_of(ALL_TAGS),
        head=intro_head(site, intro, root) if intro else plain_head(site, "Tags", ALL_TAGS),
        title=intro.title if intro else "Tags",
        note=note_page(site, intro.path) if intro else None,
        tags=tuple(_ref(site, tag, root) for tag in sorted(site.vault.cases, key=lambda tag: tag.split("/"))),
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
        breadcrumbs=partial(_above, tag),
        beside=partial(_beside, tag),
        feed=f"{tag_url(tag)}feed.xml",
    )


def _title(tag: str, site: Site) -> str:
    return f"#{display_tag(site.vault, tag)}"


def _children(tag: str, site: Site, root: str) -> tuple[TagRef, ...]:
    def below() -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for other in sorted(site.vault.cases):
            found.setdefault(other.rpartition("/")[0], []).append(other)
        return found

    return tuple(_ref(site, child, root) for child in site.once("tags by parent", below).get(tag, ()))


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
    count = len(tagged(site, tag))
    return TagRef(display_tag(site.vault, tag), root + tag_url(tag), count, tag.count("/"))


TAGS = Plugin("tags", "1", pages=tag_pages)
