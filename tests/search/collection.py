"""Notes read by the real parser, as documents and as an index, and what is found in them, written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.model.note import Source
from kb.model.settings import Dialect
from kb.read.parse import Parse, parser
from kb.search.analysis import analyse, lexicon
from kb.search.document import Document
from kb.search.documents import document
from kb.search.inverted import Inverted, known_of
from kb.search.searching import Options, SearchPage, search
from kb.search.snippets import Snippet

_FENCE = re.compile(r"~~~~~~ *(.*)")


@dataclass(frozen=True)
class Collection:
    """Some documents, and their index."""

    documents: Mapping[str, Document]
    index: Inverted

    def search(self, text: str, options: Options | None = None) -> SearchPage:
        return search(self.index, self.documents.get, text, options)

    def paths(self, text: str, options: Options | None = None) -> list[str]:
        return [hit.path for hit in self.search(text, options).hits]


def collected(documents: Iterable[Document]) -> Collection:
    by_path = {one.path: one for one in documents}
    entries = [(known_of(one), analyse(one, lexicon("en"))) for one in by_path.values()]
    return Collection(by_path, Inverted(entries))


def notes(texts: Mapping[str, str]) -> Collection:
    """The collection of these notes by their paths."""
    return collected(
        document(*_parse()(Source(path, text.encode(), "digest"))) for path, text in texts.items()
    )


def plain(*texts: str) -> Collection:
    """Notes called a.md, b.md … with these texts and titles that say nothing."""
    return notes({f"{chr(97 + number)}.md": text for number, text in enumerate(texts)})


def shown(snippet: Snippet) -> str:
    return "".join(f"«{text}»" if marked else text for text, marked in snippet)


def said(page: SearchPage) -> str:
    """A page as the fixture has it: hits with line and passage, sections below them, and what else there is to tell."""
    lines = []
    for hit in page.hits:
        lines.append(f"  {hit.path}:{hit.line} {hit.title} | {shown(hit.snippet)}".rstrip())
        lines += [
            f"    #{section.anchor}:{section.line} {shown(section.snippet)}".rstrip()
            for section in hit.sections
        ]
    if page.total != len(page.hits):
        lines.append(f"  {page.total} in all")
    lines += [f"  ? {page.suggestion}"] if page.suggestion else []
    lines += [f"  ! {page.hint}"] if page.hint else []
    return "".join(f"{line}\n" for line in lines or ["  nothing"])


def cases(file: Path) -> dict[str, tuple[dict[str, str], list[tuple[str, str]]]]:
    """Name of a case → its notes by path; pairs of a query and what is found, as written. A case keeps the notes above it."""
    found: dict[str, tuple[dict[str, str], list[tuple[str, str]]]] = {}
    texts: dict[str, str] = {}
    asked: list[tuple[str, str]] = []
    inside = ""
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if match := _FENCE.match(line):
            inside = match[1].strip()
            if inside not in {"", "asked"}:
                texts[inside] = ""
        elif not inside and line.startswith("## "):
            texts, asked = dict(texts), []
            found[line[3:].strip()] = (texts, asked)
        elif inside == "asked" and line.startswith("> "):
            asked.append((line[2:].rstrip("\n"), ""))
        elif inside == "asked":
            asked[-1] = (asked[-1][0], asked[-1][1] + line)
        elif inside:
            texts[inside] += line
    return found


@cache
def _parse() -> Parse:
    return parser(Dialect())
