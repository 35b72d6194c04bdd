"""One file's text becomes a note and its body. Pure: the same source always gives the same.

Parsing never fails. What is wrong with a file is said in ``Note.problems``, so a typo in one note costs
that note a warning and the other ten thousand nothing.

    bytes ─ decode ─► text ─ front matter ─► body ─ comments ─► parsed text ─ tokens ─► draft ─► note
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from markdown_it import MarkdownIt

from kb.model.fenced import Fence
from kb.model.kinds import Schema
from kb.model.note import SEARCHED, Block, Body, Heading, Link, LinkKind, Note, Source, Span
from kb.model.problem import Place, Problem
from kb.model.settings import Dialect, Html
from kb.read import checks
from kb.read.apart import apart
from kb.read.checks import sorted_problems
from kb.read.commands import NO_COMMANDS
from kb.read.dialect import markdown
from kb.read.draft import Draft
from kb.read.equations import NO_EQUATIONS, equations_of
from kb.read.frontmatter import PLAIN, FrontMatter
from kb.read.hidden import hidden_in
from kb.read.pieces import Cut, cut, cut_cleaned
from kb.read.render import NONE, Writer
from kb.read.rules.code import REFUSED, Color, spans
from kb.read.written import read_written

#: Endings of files whose rows are shown where they are embedded.
_SHOWN_AS_TABLES = (".csv", ".tsv", ".xlsx", ".ods")

Parse: TypeAlias = Callable[[Source], tuple[Note, Body]]


def parser(
    dialect: Dialect,
    syntax: Sequence[Callable[[MarkdownIt], None]] = (),
    schemas: Mapping[str, Schema] = MappingProxyType({}),
    fences: Mapping[str, Fence] = NONE,
    color: Color = spans,
) -> Parse:
    """What turns a source into its note and body, in this dialect and with the plugins' `syntax`.

    `schemas` are those of the kinds that are known, by kind. A rule of the syntax finds the note's kind in
    ``env["kind"]`` and its facts in ``env["facts"]``, to which it may add. `fences` make what is more than code of
    fenced blocks, by language. `color` makes the HTML of code, and may give up by `Endless`: then the note is not
    readable.
    """
    md = markdown(dialect, syntax, fences, color)

    def parse(source: Source) -> tuple[Note, Body]:
        return _parse(source, md, dialect.html, schemas, fences)

    return parse


def _parse(
    source: Source, md: MarkdownIt, mode: Html, schemas: Mapping[str, Schema], fences: Mapping[str, Fence]
) -> tuple[Note, Body]:
    written = read_written(source.path, source.data, schemas)
    text, matter, shown = written.text, written.matter, written.shown
    draft = Draft(source.path, written.places)
    draft.may_hold_placeholders = "{{" in shown.text
    env: dict[str, Any] = {
        "mistakes": [],
        "language": matter.fields.get("lang", ""),
        "kind": matter.fields.get("kind", PLAIN),
        "facts": dict(matter.fields.get("facts", {})),
        "equations": NO_EQUATIONS,
        "commands": NO_COMMANDS,  # those that formulas have defined so far
    }
    writer = Writer(md, mode, draft, matter.fields.get("title", ""), fences)
    tokens = md.parse(shown.text, env)
    env["mistakes"] += hidden_in(shown.text, tokens)
    if "\\label" in shown.text or "ref{" in shown.text:
        env["equations"] = equations_of(tokens)
    writer.write(apart(tokens) if "![[" in shown.text else tokens, env)
    body, placed = _cut(source, draft, writer, mode), draft.stretches.placed(draft.places)
    if len(placed.text) > SEARCHED:
        draft.problems.append(checks.large_note(Place(source.path), len(placed.text)))
    problems = (
        *text.problems,
        *matter.problems,
        *draft.problems,
        *_reported(source.path, shown.mistakes, written.line_of),
        *_reported(source.path, env["mistakes"], draft.places.line),
    )
    fields = {
        **matter.fields,
        **_fields(source.path, matter, draft, writer, body),
        "readable": text.readable and matter.readable and REFUSED not in env,
        "problems": sorted_problems(map(written.in_cell, problems) if written.cells else problems),
        "facts": env["facts"],
    }
    return Note(source.path, source.digest, **fields), Body(body.pieces, *placed)


def _cut(source: Source, draft: Draft, writer: Writer, mode: Html) -> Cut:
    marks = {mark for section in writer.sections.all for mark in (section.start, section.end)}
    marks.update(mark for block in writer.blocks for mark in (block.start, block.end))
    marks.update(writer.title_marks or ())
    if draft.has_raw_html and mode is Html.SANITIZE:
        return cut_cleaned(draft.fragments, draft.gaps, marks, draft.whole, source.data)
    return cut(draft.fragments, draft.gaps, marks)


def _fields(path: str, matter: FrontMatter, draft: Draft, writer: Writer, body: Cut) -> dict[str, Any]:
    """What the text, and not the front matter alone, says of the note."""

    def span(start: int, end: int) -> Span:
        return Span(*body.marks[start], *body.marks[end])

    links = tuple([draft.links[number] for number in body.gaps])
    return {
        "title": writer.title or _name_of(path),
        "title_span": span(*writer.title_marks) if writer.title_marks else None,
        "tags": _tags(matter.fields.get("tags", ()), links),
        "summary": draft.summary,
        "words": draft.words,
        "headings": tuple(
            [Heading(s.level, s.text, s.id, s.line, span(s.start, s.end)) for s in writer.sections.all]
        ),
        "blocks": tuple([Block(b.id, b.line, span(b.start, b.end), b.tag) for b in writer.blocks]),
        "links": links,
        "needs": tuple(sorted(draft.needs | {"table"} if any(map(_shows_table, links)) else draft.needs)),
        "anchors": tuple(dict.fromkeys(draft.anchors)),
    }


def _shows_table(link: Link) -> bool:
    """Whether an embed shows the rows of a file (`kb.view.blocks`)."""
    return link.kind is LinkKind.EMBED and link.alone and link.target.lower().endswith(_SHOWN_AS_TABLES)


def _name_of(path: str) -> str:
    """The file's name stands in for a title; a folder's ``index.md`` has the name of its folder."""
    folder, _, name = path.rpartition("/")
    name = name.rpartition(".")[0] or name
    return folder.rpartition("/")[2] if folder and name.lower() == "index" else name


def _tags(given: Iterable[str], links: Iterable[Link]) -> tuple[str, ...]:
    """Front matter and text united, each in the spelling that the note uses most; of equals, the alphabet's first."""
    spellings: dict[str, Counter[str]] = {}
    for tag in [*given, *(link.target for link in links if link.kind is LinkKind.TAG)]:
        spellings.setdefault(tag.casefold(), Counter())[tag] += 1
    return tuple([min(found, key=lambda tag: (-found[tag], tag)) for found in spellings.values()])


def _reported(
    path: str, mistakes: Iterable[tuple[str, int, int, str, str]], line_of: Callable[[int], int]
) -> list[Problem]:
    """The mistakes that rules found, as problems. Their columns count from zero."""
    return [
        Problem(Place(path, line_of(line), column + 1), code, message, hint)
        for code, line, column, message, hint in mistakes
    ]
