"""The notes around a note: those it links to, and which of its neighbours link to each other.

Who links to it is `kb.link.mentions`. All of it follows from where links lead, nothing from what texts say.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.link.mentions import linked_paths
from kb.link.names import links_of
from kb.link.resolve import resolve
from kb.link.vault import Vault
from kb.model.note import LinkKind, Note


def outgoing(vault: Vault, note: Note) -> tuple[Note, ...]:
    """The notes that `note` links to or embeds, each once, in the order of its first links; never itself."""
    found: dict[str, Note] = {}
    for link in links_of(note):
        if link.target and link.kind is not LinkKind.TAG:
            target = resolve(vault, note.path, link).target
            if type(target) is Note and target is not note:
                found.setdefault(target.path, target)
    return tuple(found.values())


def ties(vault: Vault, paths: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Which of these notes are joined by a link, in whichever direction: their places, the smaller first, in order."""
    chosen = frozenset(paths)
    found = set()
    for one, path in enumerate(paths):
        for other in linked_paths(vault, path) & chosen:
            at = paths.index(other)
            found.add((one, at) if one < at else (at, one))
    return tuple(sorted(found))
