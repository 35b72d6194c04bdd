"""Which line of a note each block of its page was written on.

Worked out when somebody asks, from the text as it is now: pages bear no line numbers, since they are what a
build writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

from markdown_it.token import Token

from kb.disk.inside import read_inside
from kb.model.note import Note
from kb.pipeline.opening import Opened
from kb.plugin import Plugin
from kb.read.apart import apart
from kb.read.dialect import markdown
from kb.read.written import read_written

#: Elements that have no end.
_EMPTY = frozenset("area base br col embed hr img input link meta source track wbr".split())


def block_lines(opened: Opened, plugins: Iterable[Plugin], note: Note) -> list[int]:
    """The line of each element directly in the body of the note's page, in their order.

    Nothing for a file that is gone. Where raw HTML leaves elements open, what it holds counts as one.
    """
    try:
        data = read_inside(Path(opened.content).resolve(), note.path)
    except OSError:
        return []
    written = read_written(note.path, data)
    md = markdown(opened.settings.dialect, [plugin.syntax for plugin in plugins if plugin.syntax])
    tokens: Sequence[Token] = md.parse(written.shown.text, {"mistakes": []})
    if "![[" in written.shown.text:
        tokens = apart(tokens)
    return [written.places.line(line) for line in _lines(_without_title(tokens, note))]


def _without_title(tokens: Sequence[Token], note: Note) -> Iterator[Token]:
    """The tokens without the heading that is shown as the page's title."""
    to_come = note.title_span is not None
    for token in tokens:
        if to_come and token.level == 0 and token.tag == "h1" and token.nesting == 1:
            to_come = False
            continue
        yield token


def _lines(tokens: Iterable[Token]) -> Iterator[int]:
    html, last = _Html(), 0
    for token in tokens:
        if token.level or token.nesting < 0 or token.type == "inline":
            continue
        last = token.map[0] if token.map else last
        if token.type == "html_block":
            yield from [last] * html.elements(token.content)
        elif not html.depth:
            yield last
        if token.type == "footnote_block_open":  # the last element, in which nothing knows its level
            return


class _Html(HTMLParser):
    """Counts the outermost elements of raw HTML, which may begin in one block and end in another."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self._begun = 0

    def elements(self, text: str) -> int:
        """How many outermost elements begin in `text`."""
        self._begun = 0
        self.feed(text)
        return self._begun

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as the parser calls it
        """Begin an element."""
        self._begun += not self.depth
        self.depth += tag not in _EMPTY

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Begin an element; the slash at its end says nothing in HTML."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        self.depth = max(0, self.depth - (tag not in _EMPTY))
