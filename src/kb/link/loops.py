"""Notes that embed themselves, perhaps through others.

An embed shows a note, or one section or block of it, and with that the embeds that stand in there.
So embeds lead to embeds, and a loop is one that leads back to itself. A note that embeds another
section of its own is none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kb.link.anchors import section_of
from kb.link.resolve import resolve
from kb.link.vault import Vault
from kb.model.note import Heading, LinkKind, Note, Span
from kb.model.problem import Place, Problem


class Embed(NamedTuple):
    """An embed by the note that holds it and the number of its gap."""

    path: str
    gap: int


def loops(vault: Vault, leads: Mapping[Embed, Sequence[Embed]]) -> Iterator[Problem]:
    """One problem for each embed that has to go so that no loop is left, by place."""
    left = _reduced(leads)
    while left:
        first = min(left)
        if chain := _way_back(left, first):
            yield _problem(vault, first, chain)
        del left[first]
        left = _reduced(left)


def without_loops(leads: Mapping[Embed, Sequence[Embed]]) -> set[Embed]:
    """The embeds that lead into no loop."""
    return leads.keys() - _reduced(leads).keys()


def leads(vault: Vault) -> dict[Embed, list[Embed]]:
    """The embeds that are shown when an embed is."""
    shown: dict[Embed, tuple[Note, str]] = {}
    of_note: dict[str, list[int]] = {}
    for path, note in vault.notes.items():
        for gap, link in enumerate(note.links):
            if link.kind is not LinkKind.EMBED or not link.alone:
                continue
            found = resolve(vault, path, link)
            if isinstance(found.target, Note) and _can_be_shown(found.target, link.subpath):
                shown[Embed(path, gap)] = found.target, link.subpath
                of_note.setdefault(path, []).append(gap)
    return {
        embed: [Embed(note.path, gap) for gap in of_note.get(note.path, ()) if _holds(note, subpath, gap)]
        for embed, (note, subpath) in shown.items()
    }


def _can_be_shown(note: Note, subpath: str) -> bool:
    """Whether the note has such a part; an id that raw HTML gave is none."""
    return not subpath or section_of(note, subpath) is not None


def _holds(note: Note, subpath: str, gap: int) -> bool:
    """Whether the part of `note` that `subpath` names, or all of it, holds this gap."""
    part = section_of(note, subpath) if subpath else None
    if part is None:
        return True
    span: Span = part.section if isinstance(part, Heading) else part.span
    return span.gap <= gap < span.end_gap


def _reduced(leads: Mapping[Embed, Sequence[Embed]]) -> dict[Embed, list[Embed]]:
    """The same without the embeds that lead into no loop."""
    left = {embed: [other for other in others if other in leads] for embed, others in leads.items()}
    before: dict[Embed, list[Embed]] = {}
    for embed, others in left.items():
        for other in others:
            before.setdefault(other, []).append(embed)
    open_ends = {embed: len(others) for embed, others in left.items()}
    done = [embed for embed, count in open_ends.items() if not count]
    while done:
        embed = done.pop()
        del left[embed]
        for other in before.get(embed, ()):
            open_ends[other] -= 1
            if not open_ends[other]:
                done.append(other)
    return left


def _way_back(leads: dict[Embed, list[Embed]], start: Embed) -> list[Embed]:
    """The shortest way from an embed to itself, [] if there is none."""
    came_from: dict[Embed, Embed] = {}
    queue = deque([start])
    while queue:
        embed = queue.popleft()
        for other in sorted(leads.get(embed, ())):
            if other == start:
                way = [embed]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if other not in came_from:
                came_from[other] = embed
                queue.append(other)
    return []


def _problem(vault: Vault, first: Embed, way: list[Embed]) -> Problem:
    names = [vault.notes[embed.path].title for embed in way]
    chain = " → ".join((*(names if len(names) <= _LONG else (*names[:_LONG], "…")), names[0]))
    link = vault.notes[first.path].links[first.gap]
    return Problem(
        Place(first.path, link.line, link.column),
        "embed-loop",
        f"this note embeds itself: {chain}",
        "make one of these embeds a link: leave out its '!'",
    )


#: A chain longer than that is shown by its beginning.
_LONG = 10
