"""The vault is the sum of its notes.

Every table maps a key to what its notes contribute, and a note's contributions depend on that
note alone. So a vault can be added to and taken from in any order and always comes out the same,
which is why a vault patched a thousand times equals one built from nothing. `update` is the only
way to another vault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

from kb.link.names import fold, folder_of, links_of, note_key, said, tails
from kb.model.note import Attachment, LinkKind, Note

#: What stands under a key. The values are paths, in `Vault.cases` spellings with paths.
Table: TypeAlias = Mapping[str, frozenset[str]]
Cases: TypeAlias = Mapping[str, frozenset[tuple[str, str]]]

Thing = TypeVar("Thing", Note, Attachment)
Value = TypeVar("Value")

_TAG = LinkKind.TAG
_NO_FILES: Mapping[str, Attachment | None] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Vault:
    """All notes and files by path, and tables over them. Keys are folded, but for the folders of `within`.

    `names` and `file_names` hold every tail of a path, and the whole path under ``/path``; notes stand
    there without ``.md``. `aliases` and `titles` are whole. `saying` holds who links to a name: the
    last segment of the target, tags not counted. `cases` holds for each tag and each of its ancestors
    how it was spelled and where. `within` holds for each folder, "" being the root, the notes anywhere
    beneath it. `series` is what it says.

    `memo` is for the readers of this one vault: answers that follow from the rest. It starts empty and
    is no part of the value.
    """

    notes: Mapping[str, Note] = field(default_factory=dict)
    files: Mapping[str, Attachment] = field(default_factory=dict)
    names: Table = field(default_factory=dict, repr=False)
    file_names: Table = field(default_factory=dict, repr=False)
    aliases: Table = field(default_factory=dict, repr=False)
    titles: Table = field(default_factory=dict, repr=False)
    saying: Table = field(default_factory=dict, repr=False)
    cases: Cases = field(default_factory=dict, repr=False)
    within: Table = field(default_factory=dict, repr=False)
    series: Table = field(default_factory=dict, repr=False)
    memo: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


def update(
    vault: Vault,
    changed: Mapping[str, Note | None],
    files: Mapping[str, Attachment | None] = _NO_FILES,
) -> Vault:
    """The vault with some notes and files added, replaced, or (where ``None``) removed."""
    old, new = _gone(vault.notes, changed), _come(changed)
    old_files, new_files = _gone(vault.files, files), _come(files)

    less, more = _with_path(old), _with_path(new)

    def sums(table: Table, keys: Callable[[Note], Iterable[str]]) -> Table:
        return _sum(table, _by_key(keys, less), _by_key(keys, more))

    return Vault(
        notes=_replaced(vault.notes, changed),
        files=_replaced(vault.files, files),
        names=sums(vault.names, _names),
        file_names=_sum(
            vault.file_names,
            _by_key(_file_names, _with_path(old_files)),
            _by_key(_file_names, _with_path(new_files)),
        ),
        aliases=sums(vault.aliases, _aliases),
        titles=sums(vault.titles, _titles),
        saying=sums(vault.saying, _saying),
        cases=_sum(vault.cases, _spelled(old), _spelled(new)),
        within=sums(vault.within, _within),
        series=sums(vault.series, _series),
    )


# What one note, or one file, contributes to each table: the keys under which its path stands.


def _names(note: Note) -> Iterable[str]:
    return tails(note_key(note.path))


def _file_names(file: Attachment) -> Iterable[str]:
    return tails(fold(file.path))


def _aliases(note: Note) -> Iterable[str]:
    return [note_key(alias) for alias in note.aliases if alias]


def _titles(note: Note) -> Iterable[str]:
    return (note_key(note.title),) if note.title else ()


def says_of(note: Note) -> Iterable[str]:
    """The names that a note says: the last segments of what its links lead to, tags not counted."""
    return [said(link.target) for link in links_of(note) if link.target and link.kind is not _TAG]


def _saying(note: Note) -> Iterable[str]:
    return note.says or says_of(note)


def _within(note: Note) -> Iterable[str]:
    return _above(folder_of(note.path))


@lru_cache(maxsize=1 << 12)
def _above(folder: str) -> tuple[str, ...]:
    """A folder and all that hold it, the vault's root among them."""
    return (folder, *_above(folder_of(folder))) if folder else ("",)


def _series(note: Note) -> Iterable[str]:
    return (fold(note.series),) if note.series else ()


def _spellings(tag: str) -> Iterator[str]:
    """A tag and those above it, as they are written in it."""
    while tag:
        yield tag
        tag = tag.rpartition("/")[0]


# The sum.


def _gone(things: Mapping[str, Thing], changed: Mapping[str, Thing | None]) -> list[Thing]:
    return [things[path] for path in changed if path in things]


def _come(changed: Mapping[str, Thing | None]) -> list[Thing]:
    return [thing for thing in changed.values() if thing is not None]


def _replaced(things: Mapping[str, Thing], changed: Mapping[str, Thing | None]) -> Mapping[str, Thing]:
    if not changed:
        return things
    replaced = dict(things)
    for path, thing in changed.items():
        if thing is None:
            replaced.pop(path, None)
        else:
            replaced[path] = thing
    return replaced


def _spelled(notes: Iterable[Note]) -> dict[str, frozenset[tuple[str, str]]]:
    """What notes contribute to `Vault.cases`. Tags are few: each is looked at once, for all notes that have it."""
    tagged: dict[str, list[str]] = {}
    for note in notes:
        for tag in note.tags:
            tagged.setdefault(tag, []).append(note.path)
    found: dict[str, set[tuple[str, str]]] = {}
    for tag, paths in tagged.items():
        for spelled in _spellings(tag):
            found.setdefault(fold(spelled), set()).update([(spelled, path) for path in paths])
    return {key: frozenset(pairs) for key, pairs in found.items()}


def _sum(
    table: Mapping[str, frozenset[Value]],
    less: Mapping[str, frozenset[Value]],
    more: Mapping[str, frozenset[Value]],
) -> Mapping[str, frozenset[Value]]:
    """The table without what is `less` and with what is `more`."""
    if less == more:
        return table
    if not table:
        return more
    summed = dict(table)
    for key, values in less.items():
        left = summed[key] - values
        if left:
            summed[key] = left
        else:
            del summed[key]
    for key, values in more.items():
        present = summed.get(key)
        summed[key] = present | values if present else values
    return summed


def _with_path(things: Iterable[Thing]) -> list[tuple[frozenset[str], Thing]]:
    return [(frozenset((thing.path,)), thing) for thing in things]


def _by_key(
    keys: Callable[[Thing], Iterable[str]], things: Sequence[tuple[frozenset[str], Thing]]
) -> dict[str, frozenset[str]]:
    """The paths of things by their keys. Most keys are one thing's, whose set of its path all of these share."""
    piles: dict[str, frozenset[str]] = {}
    further: dict[str, list[str]] = {}
    for own, thing in things:
        for key in keys(thing):
            if key not in piles:
                piles[key] = own
            elif key in further:
                further[key].append(thing.path)
            else:
                further[key] = [thing.path]
    for key, paths in further.items():
        piles[key] = piles[key].union(paths)
    return piles
