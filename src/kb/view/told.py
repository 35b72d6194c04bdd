"""Problems as a person is told them: with places they can open, and each mistake once.

Inside, a note's place is its path in the content folder, and that of a page which no note has made is
``/`` and its address. A person sees paths from the site's root: ``content/a.md``, ``site/tags/x/index.html``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kb.model.problem import Place, Problem
from kb.view.theme import TemplateFailed
from kb.view.urls import file_of


def from_root(problem: Problem, content: str, output: str) -> Problem:
    """A problem with its place as a path from the site's root, whose folders are `content` and `output`.

    What is about a template, the configuration or the cache has such a place already.
    """
    place = problem.place
    if problem.code in {"template", "config", "no-base-url", "cache"}:
        return problem
    if place.path.startswith("/"):
        path = f"{output}/{file_of(place.path[1:])}"
    else:
        path = f"{folder_shown(content)}{place.path}"
    return msgspec.structs.replace(problem, place=Place(path, place.line, place.column))


def folder_shown(content: str) -> str:
    """What stands before the path of a note where a person is told of it: ``content/``, "" for the root itself."""
    return "" if content == "." else f"{content}/"


def template_problem(file: str, source: str, owner: str, failed: TemplateFailed) -> Problem:
    """That a template could not make a page: where in its `file` (of this `source`), and whose page."""
    lines = source.split("\n")
    excerpt = lines[failed.line - 1] if failed.line <= len(lines) else ""
    column = len(excerpt) - len(excerpt.lstrip()) + 1
    return Problem(Place(file, failed.line, column), "template", failed.words, owner, excerpt)


def template_problems(found: Iterable[Problem]) -> Iterator[Problem]:
    """Each mistake in a template once, however many pages (their owners stand as hints) it keeps from being made."""
    owners: dict[Problem, list[str]] = {}
    for problem in found:
        owners.setdefault(msgspec.structs.replace(problem, hint=""), []).append(problem.hint)
    for problem, names in owners.items():
        first, more = min(names), len(names) - 1
        whose = f"pages of {first} and {more:,} more were" if more else f"page of {first} was"
        hint = f"mend the template; the {whose} not written"
        yield msgspec.structs.replace(problem, hint=hint)
