"""Everything an author should mend, as far as it takes the whole vault to see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

import msgspec

from kb.link.limits import limits
from kb.link.loops import leads, loops
from kb.link.names import is_index, links_of, looks_like_file
from kb.link.nearest import alike, did_you_mean, either
from kb.link.resolve import Resolution, resolve
from kb.link.vault import Vault
from kb.model.note import Attachment, Link, LinkKind, Note
from kb.model.problem import Place, Problem

#: Why a rule chose as it did, to stand after "was chosen, ".
_REASONS = {
    "same-folder": "since it is in the same folder",
    "shortest-path": "since its path is the shortest",
    "alphabetical": "since it is the first in the alphabet",
    "alias": "since it has that alias",
    "title": "since it has that title",
}
_SHOWN_CANDIDATES = 5
#: Links in whose place a picture is shown.
_SHOWN = frozenset((LinkKind.EMBED, LinkKind.IMAGE, LinkKind.ADDRESS))


#: Whether a link in a note, which leads to no note and no file, leads to another page of the site.
LeadsToPage: TypeAlias = Callable[[Note, Link], bool]


def problems(
    vault: Vault,
    withheld: Vault | None = None,
    leads_to_page: LeadsToPage = lambda _note, _link: False,
    folder: str = "",
) -> Iterator[Problem]:
    """The mistakes of all notes and of the links between them, by place.

    `withheld` holds the notes that are not published; a link to one of them is told from a broken one.
    `folder` is where a person finds the vault (``content/``): it stands before the paths that are told.
    """
    found = [problem for note in vault.notes.values() for problem in note.problems]
    linked, linking = set[str](), set[str]()
    for path, note in vault.notes.items():
        for link in links_of(note):
            if link.kind is LinkKind.TAG:
                continue
            led = resolve(vault, path, link)
            if isinstance(led.target, Note) and led.target is not note:
                linked.add(led.target.path)
                linking.add(path)
            if led.target is None and leads_to_page(note, link):
                continue
            if isinstance(led.target, Attachment) and led.target.flaw and link.kind in _SHOWN:
                found.append(_unreadable(note.place(link), folder, led.target))
            if led.target is None or not led.subpath_found or len(led.candidates) > 1:
                found += _of_link(_Told(vault, withheld, folder, leads_to_page), note, link, led)
    embeds = leads(vault)
    yield from sorted(
        (*found, *loops(vault, embeds), *limits(vault, embeds), *_islands(vault, linked, linking))
    )


def _unreadable(place: Place, folder: str, file: Attachment) -> Problem:
    hint = "open it in a program for pictures, and save it as JPEG, PNG, WebP, AVIF, GIF or SVG"
    message = f"{folder}{file.path} cannot be shown as it should be: {file.flaw}"
    return Problem(place, "unreadable-image", message, hint)


class _Told(NamedTuple):
    """What it takes to tell of a link."""

    vault: Vault
    withheld: Vault | None
    folder: str
    leads_to_page: LeadsToPage


def _of_link(told: _Told, note: Note, link: Link, led: Resolution) -> Iterator[Problem]:
    place = note.place(link)
    if led.outside:
        yield Problem(
            place,
            "link-outside",
            f"'{link.target}' leads out of the vault",
            "move what it leads to into the vault, or give its web address",
        )
        return
    if led.target is None:
        yield _private(told, note, link) or _page(told, note, link) or _broken(told, place, link)
        return
    if len(led.candidates) > 1:
        yield _ambiguous(told.folder, place, link, led, led.target)
    if not led.subpath_found and isinstance(led.target, Note):
        yield from _no_such_part(told.folder, place, link, led.target)


def _private(told: _Told, note: Note, link: Link) -> Problem | None:
    private = resolve(told.withheld, note.path, link).target if told.withheld else None
    if not isinstance(private, Note):
        return None
    return Problem(
        note.place(link),
        "link-to-private",
        f"'{private.title}' ({told.folder}{private.path}) is not published: {because(private)}",
        "publish that note, or take the link away; readers see its text alone",
    )


def because(note: Note) -> str:
    """Why a note that is held back is held back, in its author's words."""
    if not note.readable:
        return "its front matter has a mistake"
    if not note.publish:
        return "it says 'publish: false'"
    if note.draft:
        return "it is a draft"
    return f"its date, {note.date}, has not come yet" if note.date else "it is not published"


def _page(told: _Told, note: Note, link: Link) -> Problem | None:
    """That a link would lead to a page, such as the list of a tag, if it were written as its address."""
    address = f"/{link.target.strip('/')}/"
    if not told.leads_to_page(note, msgspec.structs.replace(link, target=address)):
        return None
    return Problem(
        note.place(link),
        "broken-link",
        f"no note is called '{link.target}'",
        f"if the page at {address} is meant, write {_exact(link, address)}",
    )


def _broken(told: _Told, place: Place, link: Link) -> Problem:
    meant = did_you_mean(told.vault, link.target, told.folder)
    if link.kind is LinkKind.IMAGE or looks_like_file(link.target):
        hint = meant or "add the file to the vault, under this name and with its ending"
        return Problem(place, "missing-attachment", f"no file is called '{link.target}'", hint)
    if link.target.startswith(("/", "./", "../")):
        hint = (
            meant or "the path must be exact; without what stands before the name it is looked for everywhere"
        )
        return Problem(place, "broken-link", f"no note is at '{link.target}'", hint)
    return Problem(
        place, "broken-link", f"no note is called '{link.target}'", meant or "create it, or add an alias"
    )


def _ambiguous(folder: str, place: Place, link: Link, led: Resolution, target: Note | Attachment) -> Problem:
    what = "notes" if isinstance(target, Note) else "files"
    more = len(led.candidates) - _SHOWN_CANDIDATES
    paths = [f"{folder}{path}" for path in led.candidates[:_SHOWN_CANDIDATES]]
    paths += [f"{more} more"] if more > 0 else []
    return Problem(
        place,
        "ambiguous-link",
        f"'{link.target}' could be {len(led.candidates)} {what}: {either(paths)}; "
        f"{folder}{target.path} was chosen, {_REASONS[led.rule]}",
        f"to be exact, write {_exact(link, target.path)}",
    )


def _exact(link: Link, path: str) -> str:
    """How this link is written to lead to `path` and nowhere else."""
    subpath = f"#{link.subpath}" if link.subpath else ""
    match link.kind:
        case LinkKind.MARKDOWN | LinkKind.IMAGE | LinkKind.ADDRESS:
            return quote(path) + subpath.replace(" ", "%20")
        case LinkKind.EMBED:
            return f"![[{path.removesuffix('.md')}{subpath}]]"
    return f"[[{path.removesuffix('.md')}{subpath}]]"


def _no_such_part(folder: str, place: Place, link: Link, target: Note) -> Iterator[Problem]:
    name = f"'{target.title}'" if link.target else "this note"
    if link.subpath.startswith("^"):
        meant = alike(link.subpath[1:], [block.id.removeprefix("^") for block in target.blocks])
        hint = (
            f"did you mean '^{meant}'?"
            if meant
            else f"write {link.subpath} at the end of the block in {folder}{target.path}"
        )
        yield Problem(place, "missing-block", f"{name} has no block '{link.subpath}'", hint)
    elif link.kind is not LinkKind.ADDRESS or link.target:  # raw HTML may have made the id itself
        meant = alike(link.subpath.rpartition("#")[2], [heading.text for heading in target.headings])
        hint = (
            f"did you mean '{meant}'?"
            if meant
            else f"link to the note alone, or add the heading to {folder}{target.path}"
        )
        yield Problem(place, "missing-heading", f"{name} has no heading '{link.subpath}'", hint)


def _islands(vault: Vault, linked: set[str], linking: set[str]) -> Iterator[Problem]:
    """Notes that nobody finds by following links, and notes from which one finds nothing."""
    if len(vault.notes) == 1:
        return
    for path in vault.notes:
        if is_index(path):
            continue
        if path not in linked:
            yield Problem(
                Place(path), "orphan", "no note links here", "link to it from a note on the same subject"
            )
        if path not in linking:
            yield Problem(
                Place(path),
                "dead-end",
                "this note links to no other",
                "link to what a reader could read next",
            )
