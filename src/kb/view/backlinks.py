"""Who links to a note, where they are many: some on the note's own page, all of them on pages of their own.

A note to which fewer than twice `page_size` others link shows them all. A hub shows the first `page_size` of them
by path, and leads to a list of all, which is cut as any list of notes is (`kb.view.order.chunk`): the newest stand
at the list's own address, and a page of older ones keeps its address and its bytes as newer notes come.
"""

from __future__ import annotations

from kb.link.mentions import calls_of, mentions
from kb.link.vault import Vault
from kb.model.note import Link, LinkKind, Note
from kb.view.order import by_date, count_of
from kb.view.pages import Backlink, TagRef
from kb.view.site import Site
from kb.view.urls import is_file, url_of

#: What a list of backlinks is called in addresses, below its note's own.
LIST = "linked-from/"


def backlink(source: Note, link: Link, root: str) -> Backlink:
    """A note that links, and the words around its link."""
    if link.kind is LinkKind.PROPERTY:
        return Backlink(source.title, root + url_of(source) or "./", "", link.label, "")
    return Backlink(source.title, root + url_of(source) or "./", link.before, link.label, link.after)


def backlinks_url(note: Note) -> str:
    """The address of the list of all notes that link to this one."""
    url = url_of(note)
    return f"{url.rpartition('.')[0]}/{LIST}" if is_file(url) else f"{url}{LIST}"


def is_hub(count: int, size: int) -> bool:
    """Whether so many notes are too many for the page of the one they link to, of which `size` would stand there."""
    return count >= 2 * size


def all_backlinks(site: Site, note: Note, root: str, count: int) -> TagRef | None:
    """The way to the list of all, where `count` notes are too many for the note's own page."""
    if not is_hub(count, site.settings.page_size):
        return None
    return TagRef(note.title, root + backlinks_url(note), count)


def hubs(site: Site) -> tuple[Note, ...]:
    """The notes whose backlinks have pages of their own, by path.

    How often its names are said is an upper bound for who links to a note, so that hardly any has to be asked.
    """
    size = site.settings.page_size
    notes = [note for note in site.vault.notes.values() if is_hub(most_linking(site.vault, note), size)]
    return tuple(sorted([note for note in notes if is_hub(len(linking(site, note)), size)], key=_path))


def most_linking(vault: Vault, note: Note) -> int:
    """How many notes link to this one at most."""
    saying = vault.saying
    return sum([len(saying[key]) for key in note.calls or calls_of(note) if key in saying])


def linking(site: Site, note: Note) -> tuple[tuple[Note, Link], ...]:
    """All notes that link to this one, oldest first, each with the link that `kb.link.mentions` chooses."""
    return site.once(("linking", note.path), lambda: _linking(site, note))


def pages_of(site: Site, note: Note) -> int:
    """How many pages the list of all that link to this note has; 0 where its own page shows them."""
    size = site.settings.page_size
    if not is_hub(most_linking(site.vault, note), size):
        return 0
    found = linking(site, note)
    return count_of(found, size) if is_hub(len(found), size) else 0


def _linking(site: Site, note: Note) -> tuple[tuple[Note, Link], ...]:
    chosen = {source.path: link for source, link in mentions(site.vault, note)}
    return tuple([(source, chosen[source.path]) for source in by_date(site, chosen)])


def _path(note: Note) -> str:
    return note.path
