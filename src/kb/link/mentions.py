"""Who speaks of a note, of whom it speaks, and who uses a file: the links, read in both directions.

Nothing is stored for it. `Vault.saying` names the notes that say the last segment of one of its
names, and those alone are asked where their links lead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from kb.link.names import fold, is_index, links_of, note_key, said
from kb.link.resolve import Target, leads, resolve
from kb.link.vault import Vault
from kb.model.note import Attachment, Link, LinkKind, Note


def mentions(vault: Vault, note: Note) -> Iterator[tuple[Note, Link]]:
    """The notes that link to `note` or embed it, by path, each with one link; never `note` itself.

    Of several links it is the first of the text with words around it, else the first of the text, else
    one of the front matter.
    """
    best: dict[str, _Said] = {}
    for key in note.calls or calls_of(note):
        for one in _meaning(vault, key).get(note.path, ()):
            best[one[0]] = min(one, best.get(one[0], one), key=_rank)
    for path in sorted(best):
        if path != note.path:
            yield vault.notes[path], best[path][2]


def linked_from(vault: Vault, note: Note, most: int) -> frozenset[str] | None:
    """The paths of the notes that `note` links to or embeds, never its own; None if they are more than `most`."""
    heard: Heard | None = vault.memo.get(_HEARD)
    return _at_most(_targets(vault, note) if heard is None else heard.linked.get(note.path, _NONE), most)


def linking_to(vault: Vault, note: Note, most: int) -> frozenset[str] | None:
    """The paths of the notes that link to `note` or embed it, never its own; None if they are more than `most`."""
    heard: Heard | None = vault.memo.get(_HEARD)
    return _at_most(_sources(vault, note) if heard is None else heard.linking.get(note.path, _NONE), most)


def linked_paths(vault: Vault, path: str) -> frozenset[str]:
    """The paths of the notes that the one at `path` links to or embeds, never its own, however many they are."""
    heard: Heard | None = vault.memo.get(_HEARD)
    if heard is not None:
        return heard.linked.get(path, _NONE)
    known: frozenset[str] | None = vault.memo.get(("linked from", path, ""))
    if known is None:
        known = vault.memo[("linked from", path, "")] = frozenset(_targets(vault, vault.notes[path]))
    return known


def voices(vault: Vault, note: Note) -> tuple[str, ...]:
    """What may be said of `note`: the voices of all who say one of its names, whether or not they mean it.

    Equal vaults but for their voices, and equal voices here: then `mentions` are equal, words and all. Asking
    costs a tenth of what they cost.
    """
    saying, notes = vault.saying, vault.notes
    found: list[str] = []
    for key in note.calls or sorted(calls_of(note)):
        sayers = saying.get(key)
        if sayers:
            found += [notes[path].voice for path in (sorted(sayers) if len(sayers) > 1 else sayers)]
    return tuple(found)


def uses(vault: Vault, attachment: Attachment) -> bool:
    """Whether any note links to this file, embeds it, shows it, or names it in its front matter."""
    return attachment.path in _meaning(vault, said(attachment.path))


#: The links of a note that has no more are looked through each time.
_FEW = 16
#: A link after its note's path and its number there. A plain tuple: there is one for each link of the vault.
_Said: TypeAlias = tuple[str, int, Link]


def _rank(one: _Said) -> tuple[bool, int]:
    _, number, link = one
    return not (link.before or link.after), number


def _at_most(paths: Iterable[str], most: int) -> frozenset[str] | None:
    """These paths; None as soon as they are more than `most`, so that of a hub's thousand links few are asked for."""
    if isinstance(paths, frozenset):
        return paths if len(paths) <= most else None
    found: set[str] = set()
    for path in paths:
        found.add(path)
        if len(found) > most:
            return None
    return frozenset(found)


def _targets(vault: Vault, note: Note) -> Iterator[str]:
    for link in links_of(note):
        if link.target and link.kind is not LinkKind.TAG:
            target = resolve(vault, note.path, link).target
            if isinstance(target, Note) and target is not note:
                yield target.path


def _sources(vault: Vault, note: Note) -> Iterator[str]:
    calls = frozenset(note.calls or calls_of(note))
    for path in sorted(_sayers(vault, calls)):
        source = vault.notes[path]
        if source is not note and any(
            resolve(vault, path, link).target is note
            for key in calls
            for _, link in _filed(vault, path, key)
            if link.target and link.kind is not LinkKind.TAG
        ):
            yield path


def calls_of(note: Note) -> set[str]:
    """The keys under which links to this note are filed: the last segments of all that they may call it."""
    parts = note_key(note.path).split("/")
    keys = {parts[-1], said(note.title), *map(said, note.aliases)}
    if note.url:
        keys.add(said(note.url))
    if is_index(note.path):
        keys.add(parts[-2] if len(parts) > 1 else "")  # by its folder: sub/
        keys.add("")  # or by the way there: ../
    return keys


def _sayers(vault: Vault, keys: Iterable[str]) -> set[str]:
    return {path for key in keys for path in vault.saying.get(key, ())}


class Heard(NamedTuple):
    """Where all links lead. `leads` has the answers to a note's links in their order, by its path.

    `meant` are the links by the key they are filed under and by what they lead to. `linked` are the paths of the notes
    that one links to, `linking` those of the notes that link to one, never its own; who has none is not there.
    """

    leads: Mapping[str, Sequence[Target | None]]
    meant: Mapping[str, Mapping[str, Sequence[_Said]]]
    linked: Mapping[str, frozenset[str]]
    linking: Mapping[str, frozenset[str]]


def hear(vault: Vault) -> Heard:
    """Ask every link at once where it leads, for somebody who wants the mentions of thousands of notes.

    Each note is looked at once and in order, which takes a quarter of the time that asking for one note after the other
    does. What `mentions` and `uses` answer is the same. Asked again, it has the answer.
    """
    known: Heard | None = vault.memo.get(_HEARD)
    if known is not None:
        return known
    notes = vault.notes
    leading = {path: leads(vault, path, links) for path in sorted(notes) if (links := links_of(notes[path]))}
    meant: dict[str, dict[str, list[_Said]]] = {}
    linked: dict[str, frozenset[str]] = {}
    for path, row in leading.items():
        links = links_of(notes[path])
        others: set[str] = set()
        for number, target in enumerate(row):
            if target is not None:
                link, to = links[number], target.path
                meant.setdefault(said(link.target), {}).setdefault(to, []).append((path, number, link))
                if to != path and type(target) is Note:
                    others.add(to)
        if others:
            linked[path] = frozenset(others)  # as whoever asks wants it: no copy
    found = vault.memo[_HEARD] = Heard(leading, meant, linked, _turned(linked))
    return found


def _turned(linked: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The same links, seen from where they lead."""
    linking: dict[str, list[str]] = {}
    for path, others in linked.items():
        for other in others:
            linking.setdefault(other, []).append(path)
    return {path: frozenset(linking.pop(path)) for path in list(linking)}


_HEARD = ("heard", "", "")
_NONE: frozenset[str] = frozenset()
_NOBODY: Mapping[str, Sequence[_Said]] = MappingProxyType({})


def _meaning(vault: Vault, key: str) -> Mapping[str, Sequence[_Said]]:
    """What the links filed under `key` mean: a path, and those that lead there.

    Remembered, for a thousand folders may have a README each, and all say "readme".
    """
    heard: Heard | None = vault.memo.get(_HEARD)
    if heard is not None:
        return heard.meant.get(key, _NOBODY)
    known: dict[str, list[_Said]] | None = vault.memo.get(("saying", key, ""))
    if known is None:
        known = vault.memo[("saying", key, "")] = {}
        for path in vault.saying.get(key, ()):
            for number, link in _filed(vault, path, key):
                if target := resolve(vault, path, link).target:
                    known.setdefault(target.path, []).append((path, number, link))
    return known


def _filed(vault: Vault, path: str, key: str) -> Sequence[tuple[int, Link]]:
    """The links of a note that are filed under `key`, with their numbers.

    Those of a note of many links are filed once: looked through for each note that it links to, they would take time by
    the square of their number.
    """
    links = links_of(vault.notes[path])
    if len(links) <= _FEW:
        return [(number, link) for number, link in enumerate(links) if said(link.target) == key]
    filed: dict[str, list[tuple[int, Link]]] | None = vault.memo.get(("filed", path, ""))
    if filed is None:
        filed = vault.memo[("filed", path, "")] = {}
        for number, link in enumerate(links):
            filed.setdefault(said(link.target), []).append((number, link))
    return filed.get(key, ())


def meant(vault: Vault, key: str) -> Iterable[str]:
    """The paths of the notes and files that links filed under `key` lead to."""
    return _meaning(vault, key).keys()


def most_mentioned(vault: Vault, count: int) -> list[tuple[int, Note]]:
    """The notes that most others mention, with how many do; ties by title, then path.

    How often its names are said is an upper bound for who means a note, so that few notes have to be
    counted exactly.
    """
    said_by = {key: len(paths) for key, paths in vault.saying.items()}.get
    bounds = [
        (sum([said_by(key, 0) for key in note.calls or calls_of(note)]), path)
        for path, note in vault.notes.items()
    ]
    best: list[tuple[int, str, str, Note]] = []
    for bound, path in sorted([each for each in bounds if each[0]], reverse=True):
        if len(best) >= count and bound < -best[count - 1][0]:
            break
        note = vault.notes[path]
        exact = sum(1 for _ in mentions(vault, note))
        best = sorted((*best, (-exact, fold(note.title), path, note)), key=lambda row: row[:3])[:count]
    return [(-row[0], row[3]) for row in best if row[0]]
