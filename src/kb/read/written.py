"""A file taken apart before it is parsed: its text, its front matter, and the way back from parsed lines to its own.

One road for notes in Markdown and for notebooks, which are Markdown first (`kb.read.notebooks`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from kb.model.kinds import Schema
from kb.model.problem import Place, Problem
from kb.read.frontmatter import FrontMatter, read_front_matter
from kb.read.notebooks import SUFFIX, Notebook, UnreadableError, as_markdown
from kb.read.places import Places
from kb.read.rules.comments import Uncommented, remove_comments
from kb.read.text import Text, decode

_NO_SCHEMAS: Mapping[str, Schema] = MappingProxyType({})
_NO_CELLS: Mapping[int, tuple[int, int]] = MappingProxyType({})


class Written(NamedTuple):
    """What a file says, and where.

    `shown` is what is to be parsed. `line_of` gives the file's line of one of the text's; `cells`, for a line of
    a notebook, the cell and the line in it, both from 1.
    """

    text: Text
    matter: FrontMatter
    shown: Uncommented
    places: Places
    line_of: Callable[[int], int]
    cells: Mapping[int, tuple[int, int]] = _NO_CELLS

    def in_cell(self, problem: Problem) -> Problem:
        """The problem, with the cell of a notebook that it is in."""
        where = self.cells.get(problem.place.line)
        if where is None:
            return problem
        return replace(problem, message=f"cell {where[0]}, line {where[1]}: {problem.message}")


def read_written(path: str, data: bytes, schemas: Mapping[str, Schema] = _NO_SCHEMAS) -> Written:
    """The file at `path`, taken apart. What is wrong with it is in the problems of its text and front matter."""
    text = decode(path, data)
    if path.lower().endswith(SUFFIX):
        return _notebook(path, text, schemas)
    matter = read_front_matter(path, text.text, schemas)
    shown = remove_comments(_without_lines(text.text, matter.lines), matter.lines + 1)
    places = Places(text.text, shown.text, matter.lines + 1, shown.lines)
    return Written(text, matter, shown, places, _itself)


def _itself(line: int) -> int:
    return line


def _notebook(path: str, text: Text, schemas: Mapping[str, Schema]) -> Written:
    try:
        book = as_markdown(text.text)
    except UnreadableError as error:
        problem = Problem(Place(path, error.line, error.column), "notebook", error.message, error.hint)
        text = replace(text, readable=False, problems=(*text.problems, problem))
        book = Notebook("", (1,), {})

    def line_of(line: int) -> int:
        return book.lines[min(line, len(book.lines)) - 1]

    matter = read_front_matter(path, book.text, schemas)
    fields = dict(matter.fields)
    if "references" in fields:
        fields["references"] = tuple(replace(link, line=line_of(link.line)) for link in fields["references"])
    matter = replace(
        matter,
        fields=fields,
        problems=tuple(
            replace(each, place=replace(each.place, line=line_of(each.place.line)))
            for each in matter.problems
        ),
    )
    shown = remove_comments(_without_lines(book.text, matter.lines), matter.lines + 1)
    rows = shown.lines or range(matter.lines + 1, len(book.lines) + 1)
    places = Places(text.text, shown.text, 1, tuple(map(line_of, rows)))
    return Written(text, matter, shown, places, line_of, book.cells)


def _without_lines(text: str, count: int) -> str:
    at = 0
    for _ in range(count):
        at = text.find("\n", at) + 1
        if not at:
            return ""
    return text[at:]
