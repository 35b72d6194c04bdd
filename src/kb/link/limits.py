"""Embeds that are not shown whole: nested too deeply, or more of them than a page may hold.

Where a limit is reached, the page has a link in place of the note. Each limit is told where it is first
passed: pages that embed such a note in turn add nothing to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kb.link.loops import Embed, without_loops
from kb.link.vault import Vault
from kb.model.problem import Place, Problem

#: How deep embeds may be nested, and how many one page may hold in all.
DEEPEST, MOST = 5, 100


def limits(vault: Vault, leads: Mapping[Embed, Sequence[Embed]]) -> Iterator[Problem]:
    """One problem for each note whose embeds pass a limit, by place. `leads` are `kb.link.loops.leads`."""
    told: set[str] = set()
    for embed in sorted(_too_deep(leads)):
        if embed.path not in told:
            told.add(embed.path)
            yield _problem(
                vault,
                embed,
                f"embeds are nested more than {DEEPEST} deep from here; the rest is shown as links",
            )
    for embed in _too_many(leads):
        if embed.path not in told:
            message = f"this note shows more than {MOST} notes, with those inside others; the rest is shown as links"
            yield _problem(vault, embed, message)


def _too_deep(leads: Mapping[Embed, Sequence[Embed]]) -> set[Embed]:
    """The embeds from which just one level too many is reached. One that leads into a loop is told as that."""
    deep = without_loops(leads)
    for _ in range(DEEPEST):
        deep = _leading_to(deep, leads)
    return deep - _leading_to(deep, leads)


def _leading_to(some: set[Embed], leads: Mapping[Embed, Sequence[Embed]]) -> set[Embed]:
    return {embed for embed in some if not some.isdisjoint(leads[embed])}


def _too_many(leads: Mapping[Embed, Sequence[Embed]]) -> Iterator[Embed]:
    """The first embed of each note whose page would hold too many."""
    shown = dict.fromkeys(leads, 1)
    for _ in range(DEEPEST - 1):
        shown = {embed: 1 + sum([shown[other] for other in others]) for embed, others in leads.items()}
    totals: dict[str, int] = {}
    first: dict[str, Embed] = {}
    for embed in sorted(leads):
        totals[embed.path] = totals.get(embed.path, 0) + shown[embed]
        first.setdefault(embed.path, embed)
    return (first[path] for path, total in totals.items() if total > MOST)


def _problem(vault: Vault, embed: Embed, message: str) -> Problem:
    link = vault.notes[embed.path].links[embed.gap]
    place = Place(embed.path, link.line, link.column)
    return Problem(place, "embed-depth", message, "make some of these embeds links: leave out the '!'")
