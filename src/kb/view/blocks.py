"""Fenced blocks that are made from a file of the vault, when their page is; and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterator

from kb.link.resolve import resolve
from kb.model.fenced import Fenced, Made, Mistake
from kb.model.note import Attachment, Link, LinkKind, Note
from kb.model.problem import Place, Problem
from kb.view.site import Site

#: Files that are tables: embedded by themselves, they are shown as one.
TABLES = frozenset(("csv", "tsv", "xlsx", "ods"))
#: Nobody reads a page with more data than this, in bytes; and no browser would show it soon.
LARGEST = 2 << 20


def is_table(file: Attachment) -> bool:
    """Whether an embed of this file shows its rows."""
    return file.path.rpartition(".")[2].lower() in TABLES


def made_from(site: Site, file: Attachment, link: Link) -> Made:
    """What the block of this link makes of a file; without one, the table by itself."""
    part = link.subpath
    return site.once(("block", file.path, part, link.block), lambda: _made(site, file, part, link.block))


def block_problems(site: Site) -> Iterator[Problem]:
    """What is wrong in blocks that are made from files, and in tables that are embedded."""
    for path, note in sorted(site.vault.notes.items()):
        for link in note.links:
            if link.kind is LinkKind.EMBED and (link.block or link.alone):
                file = resolve(site.vault, path, link).target
                if isinstance(file, Attachment) and (link.block or is_table(file)):
                    for mistake in made_from(site, file, link).mistakes:
                        yield _problem(note, link, file, mistake)


def _made(site: Site, file: Attachment, part: str, block: str) -> Made:
    head, _, text = block.partition("\n")
    language, _, info = head.partition(" ")
    fence = site.fences.get(language or "csv")
    if fence is None:
        return Made()
    if file.size > LARGEST:
        message = (
            f"{file.path} is too large to be shown: {file.size >> 20} MB, where {LARGEST >> 20} are read"
        )
        return Made(mistakes=(Mistake(1, 1, message, "link to it, or show a part of it"),))
    try:
        data = site.data[f"{file.path}#{part}" if part else file.path]
    except KeyError:
        message = f"{file.path} cannot be read"
        return Made(mistakes=(Mistake(1, 1, message, "look at its permissions"),))
    if isinstance(data, Mistake):
        return Made(mistakes=(data,))
    return fence(Fenced(language or "csv", info, text, file.path, data))


def _problem(note: Note, link: Link, file: Attachment, mistake: Mistake) -> Problem:
    if mistake.in_file:
        place = Place(file.path, mistake.line, mistake.column)
    else:
        place = Place(note.path, link.line + (mistake.line if link.block else 0), mistake.column)
    return Problem(place, mistake.code, mistake.message, mistake.hint)
