"""Mentions without a link: told by ``kb check``, and in the preview on the pages of the notes they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.disk.inside import Outside, read_inside
from kb.disk.load import StaleNoteError
from kb.link.unlinked import Mention, all_mentions_without_link, mentions_without_link, problem_of
from kb.model.note import Body
from kb.model.problem import Problem
from kb.pipeline.reading import Read
from kb.read.text import decode
from kb.view.told import folder_shown


def all_unlinked(read: Read) -> Iterator[Problem]:
    """The mentions without a link in all notes, as a person is told them."""
    bodies = _bodies(read, read.site.vault.notes)
    for path, mentions in all_mentions_without_link(read.site.vault, bodies).items():
        yield from _told(read, path, mentions)


def unlinked_in(read: Read, path: str) -> Iterator[Problem]:
    """The mentions without a link in the note at this path."""
    vault = read.site.vault
    for _, body in _bodies(read, (path,)):
        yield from _told(read, path, mentions_without_link(vault, vault.notes[path], body))


def unlinked_to(read: Read, target: str, paths: Iterable[str]) -> Iterator[Problem]:
    """The mentions of the note at `target` without a link in the notes at these paths."""
    for path, mentions in all_mentions_without_link(read.site.vault, _bodies(read, paths)).items():
        yield from _told(read, path, [mention for mention in mentions if mention.target.path == target])


def _bodies(read: Read, paths: Iterable[str]) -> Iterator[tuple[str, Body]]:
    for path in paths:
        try:
            yield path, read.site.bodies[path]
        except StaleNoteError:  # edited this moment: it is told of next time
            continue


def _told(read: Read, path: str, mentions: list[Mention]) -> Iterator[Problem]:
    if not mentions:
        return
    body, vault = read.site.bodies[path], read.site.vault
    lines, folder = _lines(read, path), folder_shown(read.site.settings.content)
    for mention in mentions:
        problem = problem_of(vault, path, mention, body.line_at(mention.offset), lines, folder)
        yield read.opened.shown(problem)


def _lines(read: Read, path: str) -> list[str]:
    """The lines of a note's file; none if it cannot be read any more."""
    try:
        return decode(path, read_inside(read.opened.content, path)).text.split("\n")
    except (OSError, Outside):
        return []
