"""The graph of all notes: a page that draws it, and the file that it is drawn from.

The drawing is made in the browser (``needs/graph.js`` of the theme), out of a file that no other page asks for. What
the page itself holds is what a reader without scripts gets: the notes with most links, as a table. All of it is common
ground: titles, addresses, tags, kinds, and where links lead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from kb.features.sections import ARCHIVE
from kb.link.mentions import linked_paths
from kb.link.names import fold
from kb.link.resolve import display_tag
from kb.model.problem import Place
from kb.plugin import Plugin
from kb.view.graph_pages import GraphPage, Linked
from kb.view.lists import intro_head, intro_inside, plain_head
from kb.view.note import note_page
from kb.view.order import folder_of
from kb.view.pages import DataPage
from kb.view.site import Claim, Right, Site, introduces, nothing_more
from kb.view.theme import digest_of
from kb.view.urls import file_of, root_of, url_of

GRAPH = "graph/"
_DATA = "graph.json"
#: Notes in the file that the drawing is made from, those with most links: 3 MB. An eighth of them is drawn at once.
MOST_NOTES = 20_000
#: Notes in the table of the page.
_ROWS = 100
#: What the page loads besides what every page does, in this order.
_NEEDS = ("d3-dispatch", "d3-quadtree", "d3-timer", "d3-force", "graph")


class Graph(NamedTuple):
    """All notes by path, and what each links to; where a number stands for something, it is its place in a list here.

    A note is its title, address, folder, kind and tags. `total` is how many notes there are, of which the file that the
    browser is given may hold only those with most links.
    """

    notes: tuple[tuple[str, str, str, int, tuple[int, ...]], ...]
    links: tuple[tuple[int, ...], ...]
    kinds: tuple[str, ...]
    tags: tuple[str, ...]
    total: int


def graph_claims(site: Site) -> Iterator[Claim]:
    """Claims of ``graph/`` and of its data, where the site has a graph."""
    if site.theme.site.graph:
        inside = partial(intro_inside, url=GRAPH)
        place = Place(f"/{GRAPH}")
        yield Claim(file_of(GRAPH), "the graph of all notes", place, graph_page, Right.LIST, inside)
        file = f"{GRAPH}{_DATA}"
        yield Claim(file, "the data of the graph", Place(f"/{file}"), graph_data, inside=nothing_more)


def graph_of(site: Site) -> Graph:
    """The graph of the site's notes."""
    return site.once("graph", lambda: _graph_of(site))


def graph_page(site: Site) -> GraphPage:
    """The page, with the notes that have most links. A note at its address stands above the drawing."""
    root = root_of(file_of(GRAPH))
    intro = introduces(site, GRAPH)
    head = intro_head(site, intro, root) if intro else plain_head(site, "Graph", GRAPH)
    graph = graph_of(site)
    heard = _heard(graph)
    most = _most_linked(graph, heard)
    return GraphPage(
        path=file_of(GRAPH),
        head=replace(head, needs=(*_NEEDS, *(need for need in head.needs if need not in _NEEDS))),
        title=intro.title if intro else "Graph",
        data=_DATA,
        linked=tuple(
            Linked(graph.notes[at][0], root + graph.notes[at][1] or "./", heard[at], len(graph.links[at]))
            for at in most[:_ROWS]
        ),
        total=len(graph.notes),
        links=sum(map(len, graph.links)),
        archive=root + ARCHIVE,
        note=note_page(site, intro.path) if intro else None,
    )


def graph_data(site: Site) -> DataPage:
    """``graph.json``: a `Graph` as an object."""
    graph = most_linked_of(graph_of(site), MOST_NOTES)
    return DataPage(f"{GRAPH}{_DATA}", digest_of(graph), lambda: msgspec.json.encode(graph._asdict()))


def most_linked_of(graph: Graph, most: int) -> Graph:
    """The part of a graph that holds as many notes, those with most links, and the links between them."""
    if len(graph.notes) <= most:
        return graph
    kept = sorted(_most_linked(graph, _heard(graph))[:most])
    place = {at: new for new, at in enumerate(kept)}
    return graph._replace(
        notes=tuple([graph.notes[at] for at in kept]),
        links=tuple([tuple([place[to] for to in graph.links[at] if to in place]) for at in kept]),
    )


def _graph_of(site: Site) -> Graph:
    vault = site.vault
    paths = sorted(vault.notes)
    place = {path: at for at, path in enumerate(paths)}
    kinds = tuple(sorted({note.kind for note in vault.notes.values()}))
    tags = sorted({fold(tag) for note in vault.notes.values() for tag in note.tags})
    kind_at = {kind: at for at, kind in enumerate(kinds)}
    tag_at = {tag: at for at, tag in enumerate(tags)}
    return Graph(
        tuple(
            (
                note.title,
                url_of(note),
                folder_of(path),
                kind_at[note.kind],
                tuple(dict.fromkeys(tag_at[fold(tag)] for tag in note.tags)),
            )
            for path in paths
            for note in (vault.notes[path],)
        ),
        tuple(tuple(sorted(place[other] for other in linked_paths(vault, path))) for path in paths),
        kinds,
        tuple(display_tag(vault, tag) for tag in tags),
        len(paths),
    )


def _most_linked(graph: Graph, heard: Sequence[int]) -> list[int]:
    """The notes by the number of their links in both directions, those with most first."""
    return sorted(range(len(heard)), key=lambda at: (-heard[at] - len(graph.links[at]), at))


def _heard(graph: Graph) -> list[int]:
    """How many notes link to each note."""
    counts = [0] * len(graph.notes)
    for targets in graph.links:
        for target in targets:
            counts[target] += 1
    return counts


GRAPH_PAGE = Plugin("graph", "1", pages=graph_claims)
