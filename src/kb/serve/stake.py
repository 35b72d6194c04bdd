"""Whether an edit leaves the plan as it is.

Making a plan costs a hundred times what making a page costs, and hardly any edit changes which pages there
are. What the claims of kb's own makers depend on is written down here, note by note; law 3's test of the
preview is its guard. A maker of somebody else's may depend on anything, so with one every edit makes a new plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from kb.features.built_in import BUILT_IN
from kb.link.mentions import calls_of, meant
from kb.link.names import fold, links_of, said
from kb.link.vault import Table, Vault
from kb.model.note import LinkKind, Note
from kb.pipeline.reading import makers_of
from kb.view.backlinks import pages_of
from kb.view.site import Site

#: What a note stakes: equal stakes, equal claims.
Stake: TypeAlias = tuple[object, ...]

_OURS = frozenset(makers_of(BUILT_IN))


def same_pages(before: Site, now: Site, changed: Mapping[str, Note | None]) -> bool:
    """Whether the plan of `before` is also that of `now`, which differs in these notes, and in its theme perhaps."""
    if before.settings != now.settings or before.theme.site.assets != now.theme.site.assets:
        return False
    if before.vault.files is not now.vault.files or before.makers != now.makers:
        return False
    if not _OURS.issuperset(now.makers):
        return False
    return all(_same(before.vault, now.vault, path) for path in changed) and _same_hubs(before, now, changed)


def stake_of(note: Note, file_names: Table) -> Stake:
    """What the claims of a note's page, lists, old addresses and attachments depend on.

    Of its links those that may mean a file: they decide which files are used. A title decides nothing here, since
    it is only asked where neither a note's path nor a file's is meant.
    """
    links = [
        (link.kind, link.target)
        for link in links_of(note)
        if link.kind is not LinkKind.TAG and link.target and said(link.target) in file_names
    ]
    gathered = (note.date[:4], note.kind, fold(note.series), note.facts.get("work"))
    return (note.permalink, note.slug, note.aliases, {fold(tag) for tag in note.tags}, links, gathered)


def _same_hubs(before: Site, now: Site, changed: Mapping[str, Note | None]) -> bool:
    """Whether lists of backlinks have as many pages as they had.

    Only links filed under a key that an edit has touched can lead elsewhere than before: under what a link says that
    came or went, and under what a note is called no longer, or only now.
    """
    keys = {
        key for path in changed for key in _touched(before.vault.notes.get(path), now.vault.notes.get(path))
    }
    for path in {path for site in (before, now) for key in keys for path in meant(site.vault, key)}:
        old, new = before.vault.notes.get(path), now.vault.notes.get(path)
        if old is not None and new is not None and pages_of(before, old) != pages_of(now, new):
            return False
    return True


def _touched(old: Note | None, new: Note | None) -> Iterator[str]:
    """The keys whose links an edit may have led elsewhere."""
    if old is None or new is None:
        return
    were, are = ({(link.kind, link.target) for link in links_of(note)} for note in (old, new))
    yield from (said(target) for _, target in were ^ are)
    yield from calls_of(old) ^ calls_of(new)


def _same(before: Vault, now: Vault, path: str) -> bool:
    old, new = before.notes.get(path), now.notes.get(path)
    if old is None or new is None:
        return old is new
    return stake_of(old, before.file_names) == stake_of(new, now.file_names)
