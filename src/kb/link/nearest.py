"""What an author may have meant by a name that stands for nothing.

A slip of the pen leaves the beginning or the end of a name whole, so the likely names stand beside
the wrong one in the alphabet, or beside it in the alphabet of names read backwards. Only those few
are compared letter by letter, so that a vault of any size answers in a millisecond.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from kb.link.names import bare, fold, looks_like_file, note_key
from kb.link.resolve import ranked
from kb.link.vault import Table, Vault

#: How many neighbours are looked at on each side, and how alike (0 to 1) a name must be.
_NEIGHBOURS = 24
_ALIKE = 0.7


class Suggestion(NamedTuple):
    """A name as its author wrote it, and the path it stands for."""

    name: str
    path: str


def nearest(vault: Vault, name: str, count: int = 3) -> list[str]:
    """Up to `count` names of notes or files that are most like `name`, the most alike first.

    Only the last segment of `name` counts. A name that ends as files do is compared with files first.
    """
    return [suggestion.name for suggestion in suggestions(vault, name, count)]


def suggestions(vault: Vault, name: str, count: int = 3) -> tuple[Suggestion, ...]:
    """The same as `nearest`, with the path of each; no path twice."""
    key = ("nearest", name, count, "")  # four parts: `resolve` keeps its answers in the same memo
    found: tuple[Suggestion, ...] | None = vault.memo.get(key)
    if found is None:
        found = _suggested(vault, name, count)
        vault.memo[key] = found
    return found


def did_you_mean(vault: Vault, name: str, folder: str = "") -> str:
    """A hint such as ``did you mean 'Incremental builds' (notes/builds.md)?``, "" if nothing is near.

    `folder` stands before the paths.
    """
    found = [f"'{suggestion.name}' ({folder}{suggestion.path})" for suggestion in suggestions(vault, name)]
    return f"did you mean {either(found)}?" if found else ""


def either(things: Sequence[str]) -> str:
    """``a, b or c``."""
    return " or ".join(filter(None, (", ".join(things[:-1]), things[-1])))


def alike(name: str, names: Iterable[str]) -> str:
    """The one of a few names that is most like `name`, "" if none is."""
    known = {fold(other): other for other in names}
    found = get_close_matches(fold(name), known, n=1, cutoff=_ALIKE)
    return known[found[0]] if found else ""


def _suggested(vault: Vault, name: str, count: int) -> tuple[Suggestion, ...]:
    last = name.rstrip("/").rpartition("/")[2]
    notes = _notes(vault, note_key(last))
    if looks_like_file(last):
        # Node.js may be a note; but no note is meant by the name of a film or a picture.
        files = _distinct(_files(vault, fold(last)), count)
        return files or _distinct((note for note in notes if looks_like_file(note.name)), count)
    return _distinct(notes, count)


def _distinct(found: Iterable[Suggestion], count: int) -> tuple[Suggestion, ...]:
    """The first `count`, leaving out further names of a path."""
    by_path: dict[str, Suggestion] = {}
    for suggestion in found:
        by_path.setdefault(suggestion.path, suggestion)
    return tuple(by_path.values())[:count]


def _files(vault: Vault, key: str) -> Iterator[Suggestion]:
    for found in _near(vault, "files", [vault.file_names], key):
        path = ranked(vault.file_names[found])[0]
        yield Suggestion(path.rpartition("/")[2], path)


def _notes(vault: Vault, key: str) -> Iterator[Suggestion]:
    tables = [vault.names, vault.titles, vault.aliases]
    for found in _near(vault, "notes", tables, key):
        paths = next(table[found] for table in tables if found in table)
        note = vault.notes[ranked(paths)[0]]
        stem = bare(note.path.rpartition("/")[2])
        name = next(name for name in (stem, note.title, *note.aliases, stem) if note_key(name) == found)
        yield Suggestion(name, note.path)


def _near(vault: Vault, what: str, tables: Sequence[Table], key: str) -> list[str]:
    """The names in these tables most like `key`, the most alike first."""
    forward, backward = _alphabets(vault, what, tables)
    candidates = {*_around(forward, key), *(name[::-1] for name in _around(backward, key[::-1]))}
    # Sorted, so that no order of a set decides between names that are equally alike.
    return get_close_matches(key, sorted(candidates), n=8, cutoff=_ALIKE)


def _alphabets(vault: Vault, what: str, tables: Sequence[Table]) -> tuple[list[str], list[str]]:
    """All names that are no paths, sorted, and sorted as read backwards. Made once for a vault."""
    key = ("nearest", what, 0, "alphabets")
    found: tuple[list[str], list[str]] | None = vault.memo.get(key)
    if found is None:
        names = {name for table in tables for name in table if "/" not in name}
        found = sorted(names), sorted(name[::-1] for name in names)
        vault.memo[key] = found
    return found


def _around(alphabet: list[str], key: str) -> list[str]:
    at = bisect_left(alphabet, key)
    return alphabet[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
