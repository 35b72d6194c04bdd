"""What the template of the graph of all notes may see; a contract as those of `kb.view.pages` are."""

from __future__ import annotations

from msgspec import Struct

from kb.view.pages import Head, NotePage


class Linked(Struct, frozen=True):
    """A note with how many notes link to it and to how many it links."""

    title: str
    url: str
    linked_from: int
    links_to: int


class GraphPage(Struct, frozen=True):
    """The graph of all notes (``graph.html``), which a script draws from the file at `data`.

    `linked` are the notes with most links, `total` is how many notes there are, `links` how many links between them.
    `archive` is the way to all of them.
    """

    path: str
    head: Head
    title: str
    data: str
    linked: tuple[Linked, ...]
    total: int
    links: int
    archive: str
    note: NotePage | None = None
    template: str = "graph.html"
