"""The home page, a page for each folder, and all notes by date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby

from msgspec.structs import replace

from kb.features.excerpt import day_inside, passage_of_the_day
from kb.features.kinds import ALL_KINDS, kind_refs
from kb.features.tags import ALL_TAGS, largest, top_tags
from kb.link.mentions import most_mentioned
from kb.link.names import fold
from kb.model.note import Note
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.home_page import HomePage
from kb.view.lists import Listing, intro_head, intro_inside, list_pages, plain_head
from kb.view.note import breadcrumbs, card_of, folder_title, note_page
from kb.view.order import by_date, in_folder, is_index
from kb.view.pages import Card, Ref, TagRef
from kb.view.site import Claim, Right, Site, introduces
from kb.view.structured import of_site
from kb.view.urls import folder_url

#: How many notes the home page shows as new, and as central, where nobody says otherwise.
RECENT, CENTRAL = 12, 8
ARCHIVE = "archive/"


def sections(site: Site) -> Iterator[Claim]:
    """Claims of the home page, the folders and the archive."""
    yield Claim("index.html", "the home page", Place("/"), home_page, Right.LIST, _home_inside)
    for folder in sorted(site.vault.within):
        # A folder `tags/` holds what introduces tags, `kinds/` kinds: their own lists show it.
        if folder and folder_url(folder) not in {ALL_TAGS, ALL_KINDS}:
            yield from list_pages(site, _section(folder))
    yield from list_pages(site, ARCHIVE_LIST)
    for year in years(site):
        yield from list_pages(site, _year(year))


def _home_inside(site: Site) -> tuple[str, ...]:
    """What the front page shows beyond the common ground: summaries of what is new and central, its note, a passage.

    Which notes are new and which central follows from the common ground, so that an edit of another's text makes no
    front page.
    """
    new, most = _listed(site)
    return (*[note.brief for note in (*new, *most)], *intro_inside(site, ""), *day_inside(site))


def _listed(site: Site) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """The notes that the front page shows as new, and as central."""
    counts = {part.name: part.count for part in site.settings.home_parts}
    return (
        recent(site, counts["new"] or RECENT) if "new" in counts else (),
        central(site, counts["central"] or CENTRAL) if "central" in counts else (),
    )


def home_page(site: Site) -> HomePage:
    """The front page: the root's own note if there is one, what is new, and the ways in.

    What has no date is never new; only where nothing has one, the first notes by title stand in its place.
    """
    intro = introduces(site, "")
    counts = {part.name: part.count for part in site.settings.home_parts}
    new, most = _listed(site)
    ways = _ways(site, counts)
    shown = {name: _as_many(site, refs, counts[name]) for name, refs in ways.items()}
    passage = passage_of_the_day(site, "") if "passage" in counts else None
    head = intro_head(site, intro, "") if intro else plain_head(site, site.settings.title, "")
    needs = (*head.needs, *(("excerpt",) if passage else ()))
    return HomePage(
        path="index.html",
        head=replace(head, json_ld=of_site(site), needs=tuple(sorted({*needs}))),
        title=intro.title if intro and _says_its_title(intro) else site.settings.title,
        note=note_page(site, intro.path) if intro else None,
        recent=_cards(site, new),
        central=_cards(site, most),
        sections=shown.get("folders", ()),
        tags=shown.get("tags", ()),
        total=len(all_notes(site)),
        archive=ARCHIVE,
        all_tags=ALL_TAGS,
        kinds=shown.get("kinds", ()),
        all_kinds=ALL_KINDS,
        passage=passage,
        parts=tuple(counts),
        cut=tuple(
            [name for name, _ in ways.items() if len(shown[name]) < len(ways[name]) and not counts[name]]
        ),
    )


def _ways(site: Site, parts: Mapping[str, int]) -> dict[str, tuple[TagRef, ...]]:
    """All folders, kinds and tags, as far as they are parts of the front page."""
    of = {"folders": subfolders, "kinds": kind_refs, "tags": top_tags}
    return {name: refs(site, "") for name, refs in of.items() if name in parts}


def _as_many(site: Site, refs: tuple[TagRef, ...], count: int) -> tuple[TagRef, ...]:
    """As many of these as the settings say; where they say nothing all, but of very many the largest."""
    size = site.settings.page_size
    return largest(refs, count or (size if len(refs) >= 2 * size else 0))


def recent(site: Site, count: int) -> tuple[Note, ...]:
    """The latest notes, the newest first: those of them that have a date, or, where none has, the first by title."""
    latest = all_notes(site)[-count:]
    dated = [note for note in latest if note.date]
    return tuple(reversed(dated or latest))


def _cards(site: Site, notes: Iterable[Note]) -> tuple[Card, ...]:
    return tuple(card_of(site, note, "") for note in notes)


def _says_its_title(note: Note) -> bool:
    """Whether the title is more than the name of its file, which for a home page says nothing."""
    return note.title_span is not None or "title" in note.meta


def all_notes(site: Site) -> tuple[Note, ...]:
    """Every note but folder indexes, oldest first."""
    notes = site.vault.notes
    return site.once("all notes", lambda: by_date(site, (path for path in notes if not is_index(path))))


def years(site: Site) -> dict[str, tuple[Note, ...]]:
    """The notes of each year, oldest first; nothing where all are of one year, which the archive shows as it is."""

    def found() -> dict[str, tuple[Note, ...]]:
        dated = groupby((note for note in all_notes(site) if note.date), key=lambda note: note.date[:4])
        of_year = {year: tuple(notes) for year, notes in dated}
        return of_year if len(of_year) > 1 else {}

    return site.once("years", found)


def subfolders(site: Site, root: str, folder: str = "") -> tuple[TagRef, ...]:
    """The folders directly below one, the vault's own where none is named, each with its number of notes."""
    start = len(folder) + 1 if folder else 0
    below = {
        path[start:].partition("/")[0] for path in site.vault.within.get(folder, ()) if "/" in path[start:]
    }
    full = [
        f"{folder}/{name}" if folder else name for name in sorted(below, key=lambda name: (fold(name), name))
    ]
    return tuple(
        TagRef(folder_title(site, path), root + folder_url(path), _count(site, path)) for path in full
    )


def _count(site: Site, folder: str) -> int:
    return sum(1 for path in site.vault.within[folder] if not is_index(path))


def _section(folder: str) -> Listing:
    above = folder.rpartition("/")[0]
    return Listing(
        url=folder_url(folder),
        title=partial(folder_title, folder=folder),
        by=f"the list of folder {folder}/",
        template="section.html",
        notes=partial(in_folder, folder=folder),
        children=partial(_folders_below, folder),
        breadcrumbs=partial(_trail, above),
    )


def _folders_below(folder: str, site: Site, root: str) -> tuple[TagRef, ...]:
    return subfolders(site, root, folder)


def _trail(folder: str, site: Site, root: str) -> tuple[Ref, ...]:
    return breadcrumbs(site, folder, root)


def central(site: Site, count: int = CENTRAL) -> tuple[Note, ...]:
    """The `count` notes that most others link to; indexes, which lists show anyway, left out."""

    def found() -> tuple[Note, ...]:
        most = most_mentioned(site.vault, 2 * count)
        return tuple(note for links, note in most if links > 1 and not is_index(note.path))[:count]

    return site.once(("central", count), found)


def _years(site: Site, root: str) -> tuple[TagRef, ...]:
    """The archive's years, the latest first."""
    of_year = reversed(years(site).items())
    return tuple([TagRef(year, f"{root}{ARCHIVE}{year}/", len(notes)) for year, notes in of_year])


def _year(year: str) -> Listing:
    return Listing(
        url=f"{ARCHIVE}{year}/",
        by=f"the list of {year}",
        template="archive.html",
        title=lambda _site: year,
        notes=lambda site: years(site)[year],
        breadcrumbs=lambda site, root: (*_trail("", site, root), Ref("All notes", root + ARCHIVE)),
    )


ARCHIVE_LIST = Listing(
    url=ARCHIVE,
    by="the list of all notes",
    template="archive.html",
    title=lambda _site: "All notes",
    notes=all_notes,
    breadcrumbs=partial(_trail, ""),
    children=_years,
    feed="feed.xml",
)
SECTIONS = Plugin("sections", "1", pages=sections)
