"""Where a link leads: asked whenever somebody wants to know, never written down.

The rules are those of the manual, tried in this order; the first that decides ends the search.

====  ==================  ===========================================================================
 1    itself              an empty target is the note that holds the link
 2                        an ending other than ``.md`` names a file; without one, ``.md`` is implied
 3    relative            ``./`` and ``../`` count from the note's folder, and nothing else is tried
 4    absolute            a leading ``/`` counts from the vault's root, and nothing else is tried but
      address             the address of a note's page, as links of an imported blog have it
 5    exact-path          the exact path from the vault's root
 6    only-candidate      the one path that ends in the target
 7    same-folder         of several, the one in the note's own folder
 8    shortest-path       else the shortest path, in characters
 9    alphabetical        else the first in the alphabet
10    alias, title        no path at all: an alias, then a title, of several chosen by 7 to 9
      unresolved          nothing
====  ==================  ===========================================================================

Two notes whose paths differ only by case or by Unicode form are told apart by exact spelling, in a
target that gives the whole path; nowhere else.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

import msgspec

from kb.link.anchors import anchor_of
from kb.link.names import bare, ends_as_note, fold, folder_of, note_key
from kb.link.vault import Table, Vault
from kb.model.note import Attachment, Link, LinkKind, Note

Target: TypeAlias = Note | Attachment


class Resolution(msgspec.Struct, frozen=True, gc=False):
    """Where a link leads, and why.

    `anchor` is the id of the heading or ``^block`` that was asked for, "" if none was or there is none;
    of the two `subpath_found` tells which. What follows ``#`` after a file's name is the reader's
    business: it is always found, and no anchor. `candidates` are the paths among which `rule` chose,
    sorted; of several, the choice is one the author may not have meant. `outside` is true for a target
    that climbs out of the vault.
    """

    target: Target | None = None
    anchor: str = ""
    rule: str = "unresolved"
    candidates: tuple[str, ...] = ()
    subpath_found: bool = True
    outside: bool = False


_NOWHERE = Resolution()
_OUTSIDE = Resolution(outside=True)


def resolve(vault: Vault, source: str, link: Link) -> Resolution:
    """Where `link`, written in the note at `source`, leads. A tag leads to no note."""
    if link.kind is LinkKind.TAG:
        return _NOWHERE
    found = _lead(vault, source, link.target)
    return _entered(vault, found, link.subpath) if link.subpath else found


def leads(vault: Vault, source: str, links: Iterable[Link]) -> list[Target | None]:
    """What each of these links of the note at `source` leads to, whatever part of it; None for nothing.

    A tag and an empty target are nothing here. The same as `resolve` says, for many links at once.
    """
    memo = vault.memo
    found: list[Target | None] = []
    for link in links:
        target = link.target
        if not target or link.kind is LinkKind.TAG:
            found.append(None)
        else:
            known = memo.get(target)
            found.append((known or _lead(vault, source, target)).target)
    return found


def display_tag(vault: Vault, folded: str) -> str:
    """How a tag is shown: in its most frequent spelling, of several such the first in the alphabet."""
    return _most_frequent(vault.cases[folded]) if folded in vault.cases else folded


def place_of(source: str, target: str) -> str | None:
    """The path that a relative or absolute `target` names, ending in ``/`` if a folder; None if outside.

    "" is the vault's root.
    """
    parts = target.split("/")
    walked = [] if parts[0] == "" else [part for part in folder_of(source).split("/") if part]
    for part in parts:
        if part == "..":
            if not walked:
                return None
            walked.pop()
        elif part not in {"", "."}:
            walked.append(part)
    is_folder = walked and parts[-1] in {"", ".", ".."}
    return "/".join(walked) + ("/" if is_folder else "")


def is_relative(target: str) -> bool:
    """Whether `target` counts from the source's folder: one of its segments is ``.`` or ``..``."""
    return "." in target and not {".", ".."}.isdisjoint(target.split("/")) and not target.startswith("/")


def readings(vault: Vault, written: str) -> Iterator[tuple[Table, Mapping[str, Target], str]]:
    """Rule 2: what a path may be the name of, the likelier first, as table, things and key.

    A path that ends in ``/`` is a folder, for which its index speaks.
    """
    if not written or written.endswith("/"):
        yield vault.names, vault.notes, fold(written) + "index"
        yield vault.names, vault.notes, fold(written) + "readme"
        return
    key = fold(written)
    as_note = (vault.names, vault.notes, bare(key))
    if ends_as_note(key):
        yield as_note
    elif "." in key.rpartition("/")[2]:
        yield vault.file_names, vault.files, key
        yield as_note  # Node.js.md may be called Node.js
    else:
        yield as_note
        yield vault.file_names, vault.files, key  # LICENSE


def _lead(vault: Vault, source: str, target: str) -> Resolution:
    """Rules 1 to 10, remembered: under the target alone where the source has no say in it."""
    if not target:
        note = vault.notes.get(source)
        return Resolution(note, rule="itself") if note else _NOWHERE
    memo = vault.memo
    found: Resolution | None = memo.get(target)
    if found is None:
        folder = source.rpartition("/")[0]
        found = memo.get((folder, target))
        if found is None:
            found = _asked(vault, source, target)
            by_folder = len(found.candidates) > 1 or is_relative(target)
            memo[(folder, target) if by_folder else target] = found
    return found


def _asked(vault: Vault, source: str, target: str) -> Resolution:
    if target.startswith("/") or is_relative(target):
        place = place_of(source, target)
        if place is None:
            return _OUTSIDE
        if target.startswith("/"):
            return _exact(vault, place, "absolute") or _addressed(vault, place) or _NOWHERE
        return _exact(vault, place, "relative") or _NOWHERE
    folder = fold(folder_of(source))
    for table, things, key in readings(vault, target):
        if paths := table.get("/" + key):
            return _spelled(things, paths, target, "exact-path")
        if paths := table.get(key):
            beside = table.get(f"/{folder}/{key}", _NONE)
            if "/" in key:
                beside |= table.get(f"/{folder}/{key.rpartition('/')[2]}", _NONE)
            return _chosen(things, paths, paths & beside)
    return _called(vault, source, note_key(target)) or _NOWHERE


def _exact(vault: Vault, place: str, rule: str) -> Resolution | None:
    for table, things, key in readings(vault, place):
        if paths := table.get("/" + key):
            return _spelled(things, paths, place, rule)
    return None


def _addressed(vault: Vault, place: str) -> Resolution | None:
    """The note whose page is, or once was, at this address."""
    by_address: dict[str, str] | None = vault.memo.get(_BY_ADDRESS)
    if by_address is None:
        notes = [vault.notes[path] for path in sorted(vault.notes)]
        old = [(alias, note.path) for note in notes for alias in note.aliases if alias.startswith("/")]
        now = [(note.url, note.path) for note in notes]
        by_address = {_address(url): path for url, path in reversed([*now, *old])}  # of several, the first
        vault.memo[_BY_ADDRESS] = by_address
    path = by_address.get(_address(place)) if place else None
    return Resolution(vault.notes[path], rule="address", candidates=(path,)) if path else None


def _address(url: str) -> str:
    return fold(url).strip("/")


def _spelled(things: Mapping[str, Target], paths: frozenset[str], written: str, rule: str) -> Resolution:
    """The one of these paths, all with one key; of several that which is spelled as `written`."""
    if len(paths) > 1:
        paths = paths & {written, f"{written}.md", f"{written}.ipynb"} or paths
    if len(paths) > 1:
        return _chosen(things, paths, _NONE)
    (path,) = paths
    return Resolution(things[path], rule=rule, candidates=(path,))


def _chosen(things: Mapping[str, Target], paths: frozenset[str], beside: frozenset[str]) -> Resolution:
    """Rules 6 to 9: of all candidates those `beside` the source, then the shortest, then the first."""
    if len(paths) == 1:
        (path,) = paths
        return Resolution(things[path], rule="only-candidate", candidates=(path,))
    order = ranked(beside or paths)
    if len(beside) == 1:
        rule = "same-folder"
    elif _length(order[0]) < _length(order[1]):
        rule = "shortest-path"
    else:
        rule = "alphabetical"
    return Resolution(things[order[0]], rule=rule, candidates=_in_order(paths))


def _called(vault: Vault, source: str, key: str) -> Resolution | None:
    """Rule 10."""
    for rule, table in (("alias", vault.aliases), ("title", vault.titles)):
        if paths := table.get(key):
            folder = folder_of(source)
            beside = [path for path in paths if folder_of(path) == folder] if len(paths) > 1 else ()
            path = ranked(frozenset(beside) or paths)[0]
            return Resolution(vault.notes[path], rule=rule, candidates=_in_order(paths))
    return None


def _entered(vault: Vault, found: Resolution, subpath: str) -> Resolution:
    """The same, with the way from the target's top to the heading or block."""
    target = found.target
    if not isinstance(target, Note):
        return found if target else Resolution(subpath_found=False, outside=found.outside)
    memo, key = vault.memo, ("#", target.path, subpath)
    anchor: str | None = memo.get(key)
    if anchor is None:
        anchor = memo[key] = anchor_of(target, subpath)
    # No heading and no block has an empty id, so "" is a way that was not found.
    return Resolution(target, anchor, found.rule, found.candidates, subpath_found=anchor != "")


# Of a set, the hash is kept inside it, so that these answers cost one look-up.


@lru_cache(maxsize=1 << 12)
def ranked(paths: frozenset[str]) -> tuple[str, ...]:
    """Paths by rules 8 and 9, the same whether a disk keeps names composed or decomposed."""
    return tuple(sorted(paths, key=lambda path: (_length(path), fold(path), path)))


@lru_cache(maxsize=1 << 12)
def _in_order(paths: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(paths))


@lru_cache(maxsize=1 << 12)
def _most_frequent(spellings: frozenset[tuple[str, str]]) -> str:
    counts = Counter(spelled for spelled, _ in spellings)
    return min(counts, key=lambda spelled: (-counts[spelled], spelled))


def _length(path: str) -> int:
    return len(path) if path.isascii() else len(unicodedata.normalize("NFC", path))


_NONE: frozenset[str] = frozenset()
#: Where `Vault.memo` keeps the notes by address: a key of one part is nobody else's.
_BY_ADDRESS = ("address",)
