"""The contents of the whole site on one page: folders with their notes, and series in their order.

A page of its own, which a note's page only links to: what every page shows, every page depends on. The theme's script
fetches it when a reader opens the contents, and shows it beside the note; without a script it is a page like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kb.features.sections import all_notes
from kb.link.names import fold
from kb.model.note import Note
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.lists import intro_head, intro_inside, plain_head
from kb.view.note import folder_title, note_page
from kb.view.order import in_folder, in_series, is_index
from kb.view.pages import Branch, ContentsPage, Ref, Row
from kb.view.site import Claim, Right, Site, introduces
from kb.view.urls import file_of, folder_url, root_of, series_url, url_of

CONTENTS = "contents/"
#: With more notes than this the page names folders alone, each of which leads to its own list: 3,000 notes are 60 kB.
MOST_NOTES = 3000
#: Folders nested deeper than this are counted, and named on the pages of those above them.
DEEPEST = 20


def contents(site: Site) -> Iterator[Claim]:  # noqa: ARG001 - all makers are asked alike
    """The claim of ``contents/``."""
    inside = partial(intro_inside, url=CONTENTS)
    place = Place(f"/{CONTENTS}")
    yield Claim(file_of(CONTENTS), "the contents of the site", place, contents_page, Right.LIST, inside)


def contents_page(site: Site) -> ContentsPage:
    """Every folder with its notes from A to Z, and every series in its order."""
    root = root_of(file_of(CONTENTS))
    intro = introduces(site, CONTENTS)
    total = len(all_notes(site))
    named = total <= MOST_NOTES
    top = _branch(site, "", root, named=named)
    return ContentsPage(
        path=file_of(CONTENTS),
        head=intro_head(site, intro, root) if intro else plain_head(site, "Contents", CONTENTS),
        title=intro.title if intro else "Contents",
        folders=top.folders,
        notes=top.notes,
        series=tuple([_series(site, name, root, named=named) for name in sorted(site.vault.series)]),
        total=total,
        note=note_page(site, intro.path) if intro else None,
    )


def _branch(site: Site, folder: str, root: str, *, named: bool, depth: int = 0) -> Branch:
    start = len(folder) + 1 if folder else 0
    inside = site.vault.within.get(folder, ())
    below = {path[start:].partition("/")[0] for path in inside if "/" in path[start:]}
    names = sorted(below, key=lambda name: (fold(name), name)) if depth < DEEPEST else ()
    notes = sorted(in_folder(site, folder), key=lambda note: (fold(note.title), note.path)) if named else ()
    return Branch(
        title=folder_title(site, folder) if folder else "",
        url=root + folder_url(folder),
        count=sum(1 for path in inside if not is_index(path)),
        folders=tuple(
            [
                _branch(site, f"{folder}/{name}" if folder else name, root, named=named, depth=depth + 1)
                for name in names
            ]
        ),
        notes=tuple([_ref(note, root) for note in notes]),
    )


def _series(site: Site, folded: str, root: str, *, named: bool) -> Row:
    notes = in_series(site, folded)
    shown = notes if named else ()
    return Row(notes[0].series, tuple([_ref(note, root) for note in shown]), root + series_url(folded))


def _ref(note: Note, root: str) -> Ref:
    return Ref(note.title, root + url_of(note) or "./")


CONTENTS_PAGE = Plugin("contents", "1", pages=contents)
