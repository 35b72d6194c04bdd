"""``kb check``, ``kb why``, ``kb explain-link``: what the road tells a person, without writing anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec

from kb.disk.last import was_quiet
from kb.disk.memory import remembered_keys
from kb.disk.refused import Refused
from kb.disk.root import CONFIG
from kb.link.explain import Explanation, explain
from kb.link.problems import because
from kb.link.problems import problems as link_problems
from kb.link.resolve import resolve
from kb.model.note import Link, LinkKind, Note
from kb.model.problem import Place, Problem
from kb.pipeline.exporting import with_index
from kb.pipeline.mentioning import all_unlinked
from kb.pipeline.opening import Ask, Opened, Progress
from kb.pipeline.reading import Read, read_site
from kb.search.export.order import FOLDER
from kb.view.blocks import block_problems
from kb.view.site import Plan, leads_to_page, page_at, plan
from kb.view.told import folder_shown
from kb.view.why import Unknown, Why, why_page


def check(ask: Ask, progress: Progress) -> tuple[Problem, ...]:
    """Everything an author should mend, in the order of the files; nothing is written."""
    read = read_site(ask, progress)
    return tuple(sorted({*all_problems(read, plan(read.site)), *all_unlinked(read)}))


def why(ask: Ask, name: str, progress: Progress) -> Why | Unknown:
    """What the page at this path, address or note is made of, and why a build would or would not write it."""
    read = read_site(ask, progress)
    opened = read.opened
    written, before = remembered_keys(opened.output, opened.cache)
    if was_quiet(opened.cache, opened.output):
        before = written
    inside = _path_inside(opened, name)
    planned = plan(read.site)
    if inside.strip("/").startswith(f"{FOLDER}/") and inside.strip("/") not in planned.claims:
        planned = with_index(read, planned)
    answer = why_page(read.site, planned, inside, written, before)
    if isinstance(answer, Unknown):
        note = resolve(read.withheld, "", Link(LinkKind.WIKI, inside)).target
        if isinstance(note, Note):
            return replace(answer, because=f"{note.path} is not published: {because(note)}")
    return answer


def _path_inside(opened: Opened, name: str) -> str:
    """What a person names by its file, as the path of a page or a note; anything else as it is."""
    path = Path(name).absolute()
    for folder in (opened.output, opened.content):
        if path.is_relative_to(folder) and path.is_file():
            return path.relative_to(folder).as_posix()
    return name.removeprefix(f"{opened.settings.content}/")


def explain_link(ask: Ask, note: str, link: str, progress: Progress) -> Explanation:
    """Where a link in a note leads: the candidates, and the rule that decided."""
    read = read_site(ask, progress)
    vault = read.site.vault
    source = resolve(
        vault, "", Link(LinkKind.WIKI, note.removeprefix(f"{read.opened.settings.content}/"))
    ).target
    if not isinstance(source, Note):
        raise Refused(f"no note is called {note!r}", "name it by its path, or as a wikilink would")
    told = explain(vault, source.path, link)
    if told.target is None:
        page = page_at(read.site, source.path, told.link.target)
        return told if page is None else msgspec.structs.replace(told, page=f"/{page}")
    return told


def all_problems(read: Read, planned: Plan) -> tuple[Problem, ...]:
    """Every problem of the files, the links and the addresses, as a person is told them, in order."""
    vault = read.site.vault
    of_links = link_problems(
        vault,
        read.withheld,
        lambda note, link: leads_to_page(read.site, note, link),
        folder_shown(read.site.settings.content),
    )
    found: list[Problem] = [*read.problems, *planned.problems, *of_links, *block_problems(read.site)]
    for note in read.withheld.notes.values():  # what its author held back is nobody's business yet
        found += () if note.readable else note.problems
    for plugin in read.plugins:
        if plugin.problems:
            found += plugin.problems(vault)
    if not read.site.settings.base_url:
        found.append(
            Problem(
                Place(CONFIG),
                "no-base-url",
                "the site's address is not known, so there are no feeds, no sitemap and no canonical links",
                "set base_url: in config.yaml, or build with --base-url https://…",
            )
        )
    return tuple(sorted(set(map(read.opened.shown, found))))
