"""Notes read with the real parser, and what came of them written down so that a person can check it.

A fixture is Markdown: ``## `` names a case, the fenced block ``md`` is the note, each further block says one
thing about it, named by the word behind its fence (see `SAID`). Gaps are shown as ``⟦kind target#subpath⟧``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from kb.model.note import Body, Link, Note, Source, Span
from kb.model.settings import Dialect, Html
from kb.read.parse import Parse, parser

_FIXTURES = Path(__file__).parent / "fixtures"
_FENCE = "~~~~~~"


def cases(name: str) -> dict[str, dict[str, str]]:
    """Name of a case → its fenced blocks by the word behind the fence."""
    found: dict[str, dict[str, str]] = {}
    blocks: dict[str, str] = {}
    inside = ""
    for line in (_FIXTURES / f"{name}.md").read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith(_FENCE):
            inside = line.strip("~\n")
            if inside:
                blocks[inside] = ""
        elif inside:
            blocks[inside] += line
        elif line.startswith("## "):
            blocks = found[line[3:].strip()] = {}
    return found


@cache
def reader(dialect: Dialect) -> Parse:
    return parser(dialect)


def read(text: str | bytes, path: str = "a.md", dialect: Dialect | None = None) -> tuple[Note, Body]:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return reader(dialect or Dialect())(Source(path, data, "digest"))


def html(note: Note, body: Body, span: Span | None = None) -> str:
    """The body's HTML, or a stretch of it, with its gaps shown."""
    if span is None:
        span = Span(0, 0, len(body.html) - 1, len(body.html[-1]))
    pieces = list(body.html[span.gap : span.end_gap + 1])
    pieces[-1] = pieces[-1][: span.end_offset]
    pieces[0] = pieces[0][span.offset :]
    return pieces[0] + "".join(
        _gap(link) + piece for link, piece in zip(note.links[span.gap :], pieces[1:], strict=False)
    )


def _gap(link: Link) -> str:
    return f"⟦{link.kind} {_where_to(link)}⟧"


def _where_to(link: Link) -> str:
    return f"{link.target}#{link.subpath}" if link.subpath else link.target


def _links(note: Note, _body: Body) -> str:
    """Line, column, kind and target of each link; its label, size and title; the words around it."""
    return "".join(f"{_link(link)}\n" for link in note.links)


def _link(link: Link) -> str:
    size = f" {link.width}x{link.height}" if link.width or link.height else ""
    title = f" title '{link.title}'" if link.title else ""
    alone = " alone" if link.alone else ""
    around = f" in '{link.before}' … '{link.after}'" if link.before or link.after else ""
    return (
        f"{link.line}:{link.column} {link.kind} {_where_to(link)} '{link.label}'{size}{title}{alone}{around}"
    )


def _problems(note: Note, _body: Body) -> str:
    return "".join(
        f"{p.place.line}:{p.place.column} {p.code}: {p.message} ({p.hint})\n" for p in note.problems
    )


def _headings(note: Note, body: Body) -> str:
    """Level, id, line and text of each heading, and the plain words of its section."""
    return "".join(
        f"{h.level} #{h.id} line {h.line} '{h.text}': {_words(html(note, body, h.section))}\n"
        for h in note.headings
    )


def _blocks(note: Note, body: Body) -> str:
    return "".join(
        f"^{b.id} line {b.line} {b.tag or 'block'}: {html(note, body, b.span).strip()}\n" for b in note.blocks
    )


def _words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).replace("#", "").split())


#: What a block of a fixture may say.
def _lines(_note: Note, body: Body) -> str:
    """The plain text, each of its stretches with its line in the file, and what begins there."""
    shown = []
    pairs = list(zip(body.lines[::2], body.lines[1::2], strict=True))
    ends = [*body.lines[2::2], len(body.text) + 1]
    for (start, line), end in zip(pairs, ends, strict=True):
        at = start
        for further, text in enumerate(body.text[start:end].removesuffix("\n").split("\n")):
            begins = "#" * (at in body.sections[:-1]) + "^" * (at == body.sections[-1])
            shown.append(f"{line + further} {begins or '|'} {text.strip()}\n")
            at += len(text) + 1
    return "".join(shown)


def _taken(_note: Note, body: Body) -> str:
    """The plain text, with ⟨ and ⟩ around what is taken."""
    shown, at = [], 0
    for start, end in zip(body.taken[::2], body.taken[1::2], strict=True):
        shown += [body.text[at:start], "⟨", body.text[start:end], "⟩"]
        at = end
    return "".join(shown) + body.text[at:] + "\n"


SAID: dict[str, Callable[[Note, Body], str]] = {
    "html": html,
    "links": _links,
    "problems": _problems,
    "headings": _headings,
    "blocks": _blocks,
    "text": lambda _note, body: body.text + "\n",
    "lines": _lines,
    "taken": _taken,
    "title": lambda note, body: (
        f"{note.title}\n" + (html(note, body, note.title_span) if note.title_span else "-") + "\n"
    ),
    "summary": lambda note, _body: f"{note.summary}\n",
    "tags": lambda note, _body: " ".join(note.tags) + "\n",
    "counts": lambda note, _body: f"{note.words} words, needs {' '.join(note.needs) or 'nothing'}\n",
    "trusted": html,
    "escaped": html,
}
#: The dialect for blocks that speak of another than the default.
_DIALECTS = {"trusted": Dialect(html=Html.TRUSTED), "escaped": Dialect(html=Html.ESCAPE)}


def said(block: str, text: str) -> str:
    """What there is to say of the note `text` under the name `block`."""
    answer = SAID[block](*read(text, dialect=_DIALECTS.get(block)))
    return answer if answer.endswith("\n") or not answer else f"{answer}\n"
