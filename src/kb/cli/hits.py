"""How what was found looks: to a person, to a program that reads lines, to one that reads JSON."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from kb.cli.terminal import Terminal, cells, counted, printable, terminal_width
from kb.search.answer import answer
from kb.search.searching import Hit, SearchPage
from kb.search.snippets import Snippet, plain

#: Text is no wider than a person likes to read, however wide the terminal is.
_WIDEST, _NARROWEST = 100, 30


def as_lines(page: SearchPage, content: Path) -> Iterator[str]:
    """One line for each hit, as `grep -n` writes them: path, line, text."""
    for hit in page.hits:
        text, _ = plain(hit.snippet)
        yield printable(f"{shown_path(content / hit.path)}:{hit.line}: {text or hit.title}")


def as_text(page: SearchPage, content: Path, terminal: Terminal) -> Iterator[str]:
    """Each hit with its place, its date, its tags and the words around what was found; the count comes last."""
    width = min(_WIDEST, terminal_width())
    indent = len(str(len(page.hits))) + 2
    for number, hit in enumerate(page.hits, 1):
        yield f"{terminal.style(str(number).rjust(indent - 2), dim=True)}  {_title(hit, terminal)}"
        yield " " * indent + _place(hit, content, terminal)
        for line in _wrapped(hit.snippet, max(width - indent, _NARROWEST), terminal):
            yield " " * indent + line
        yield ""
    yield _count(page, terminal)


def as_json(page: SearchPage) -> bytes:
    """All of it, as the preview answers, too."""
    return msgspec.json.format(msgspec.json.encode(answer(page)), indent=2)


def shown_path(path: Path) -> str:
    """A path as a person would name it from where they are."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _title(hit: Hit, terminal: Terminal) -> str:
    marks = "".join(f"  {terminal.style(mark, fg='yellow')}" for mark in hit.marks)
    return terminal.style(printable(hit.title), bold=True) + marks


def _place(hit: Hit, content: Path, terminal: Terminal) -> str:
    path = terminal.style(f"{printable(shown_path(content / hit.path))}:{hit.line}", fg="cyan")
    rest = [hit.date[: len("2026-11-27")], *(f"#{tag}" for tag in hit.tags)]
    told = "  ".join(printable(each) for each in rest if each)
    return f"{path}  {terminal.style(told, dim=True)}" if told else path


def _wrapped(snippet: Snippet, width: int, terminal: Terminal) -> Iterator[str]:
    """The snippet in lines of at most so many cells. What could move the cursor is made visible, letter for letter."""
    text, marks = plain(snippet)
    text = printable(text)
    for start, end in _lines(text, width):
        line, at = "", start
        for first, last in marks:
            if first < end and last > start:
                mark = text[max(first, start) : min(last, end)]
                line += text[at : max(first, start)] + terminal.style(mark, fg="red", bold=True)
                at = min(last, end)
        yield line + text[at:end]


def _lines(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends: broken at spaces, and within a word that is longer than a line."""
    at = 0
    while at < len(text):
        end, room, space = at, width, 0
        while end < len(text) and (room := room - cells(text[end])) >= 0:
            space = end if text[end] == " " else space
            end += 1
        if end < len(text) and space > at:
            yield at, space
            at = space + 1
        else:
            yield at, end
            at = end


def _count(page: SearchPage, terminal: Terminal) -> str:
    if not page.total:
        return terminal.style("nothing found", bold=True)
    notes = counted(page.total, "note")
    shown = len(page.hits)
    return notes if shown == page.total else f"{shown} of {notes}; --limit {page.total} shows all"
