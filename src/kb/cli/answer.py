"""What `kb search` does once the look at the files has begun: the index, the question, the answer."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kb.cli.hits import as_json, as_lines, as_text
from kb.cli.terminal import Terminal, is_terminal
from kb.cli.wish import Wish
from kb.disk.lock import Busy
from kb.disk.refused import Refused
from kb.pipeline.looking import Look
from kb.pipeline.opening import Ask
from kb.pipeline.searching import Found, find
from kb.search.searching import Options, SearchPage
from kb.search.whoosh.upkeep import IndexBusyError


def answer(terminal: Terminal, ask: Ask, begun: Look, wish: Wish) -> int:
    """Find what is wished for, and show or open it; the exit code, 1 if nothing is found."""
    try:
        with terminal.progress() as progress:
            found = find(ask, progress, begun)
    except IndexBusyError as error:
        raise Busy(str(error)) from error
    options = Options(limit=wish.limit, tags=wish.tags, kinds=wish.kinds, since=wish.since)
    if wish.number is not None:
        options = options._replace(limit=1, offset=wish.number - 1)
    page = _page(found, wish, options)
    if wish.number is not None and page.hits:
        return _open(found, page)
    if wish.form == "json":
        click.echo(as_json(page))
    else:
        _tell(terminal, page, found.opened.content)
    return 0 if page.hits else 1


def _page(found: Found, wish: Wish, options: Options) -> SearchPage:
    if wish.like is None:
        return found.search(wish.query, options)
    return found.like(_note(found, wish.like), options)


def _tell(terminal: Terminal, page: SearchPage, content: Path) -> None:
    """The hits, and what to know of the query: for a person with them, for a program beside them."""
    if page.hint:
        terminal.remark(page.hint)
    if page.suggestion:
        terminal.remark(f"no note says just that; this is what was found for: {page.suggestion}")
    if is_terminal(err=False):
        for line in as_text(page, content, terminal):
            terminal.answer(line)
    else:
        for line in as_lines(page, content):
            terminal.answer(line)


def _note(found: Found, name: str) -> str:
    """The path of the one note that is called so. Raises `Refused`."""
    paths = found.called(name)
    if not paths:
        raise Refused(f"no note is called {name!r}", "name it by its path")
    if len(paths) > 1:
        raise Refused(f"several notes are called {name!r}", f"name one by its path: {', '.join(paths[:5])}")
    return paths[0]


def _open(found: Found, page: SearchPage) -> int:
    from kb.serve.editor import edit, source_file  # noqa: PLC0415 - only where something is opened

    hit = page.hits[0]
    opened = found.opened
    edit(os.environ, source_file(opened.root, opened.content, hit.path), hit.line)
    return 0
