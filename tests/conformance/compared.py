"""The examples of the CommonMark and GFM specifications, each read three times: by kb, by its base alone
(markdown-it with GFM's addresses, without a rule of ours), and as the specification prints it.

Ours comes out of the reader cut at every link. Here it is put together again with each gap as markdown-it
would have rendered that link, so that whatever differs is the reader's doing. Percent-encoding of addresses
is undone on all sides: our links hold their targets decoded.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt

from kb.model.note import Body, Link, LinkKind, Note, Source
from kb.model.settings import Dialect, Html
from kb.read.dialect import base
from kb.read.parse import Parse, parser

FILES = ("commonmark/spec.txt", "gfm/spec.txt", "gfm/extensions.txt", "gfm/regression.txt")

_DIALECT = Dialect(html=Html.TRUSTED, typographer=False)
_EXAMPLE = re.compile(r"^`{32} example[^\n]*\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)
_PERMALINK = re.compile(r'<a class="permalink"[^>]*>#</a>')
_HEADING_ID = re.compile(r'(<h[1-6]) id="[^"]*"')
#: A heading that skips a level stands in the page as the level it has there.
_RANKED = re.compile(r'<h[1-6] id="[^"]*" class="(h[1-6])">(.*?)</h[1-6]>', re.DOTALL)
_ADDRESS = re.compile(r'((?:href|src)=")([^"]*)(")')
#: The specifications write some tags in another form, and have newlines between them where markdown-it has none.
_EMPTY_TAG = re.compile(r" ?/>")
_BETWEEN_TAGS = re.compile(r"(?<=>)\n+|\n+(?=</)")
_BOX = re.compile(r"<input [^>]*>")
_ALIGNED = re.compile(r' align="(\w+)"')


class Example(NamedTuple):
    """One example of a specification. `number` counts from one within its file."""

    number: int
    text: str
    printed: str


class Compared(NamedTuple):
    """What an example comes to: for kb, for its base alone, and in the specification's own words."""

    example: Example
    ours: str
    alone: str

    @property
    def is_equal(self) -> bool:
        """Whether our reader gives what the base gives."""
        return self.ours == self.alone

    @property
    def is_as_printed(self) -> bool:
        """Whether our reader gives what the specification prints, but for the form of its tags."""
        return _loose(self.ours) == _loose(_addresses_decoded(self.example.printed))


def compared(file: Path) -> Iterator[Compared]:
    """Each example of the specification in `file`."""
    for number, match in enumerate(_EXAMPLE.finditer(file.read_text(encoding="utf-8")), start=1):
        example = Example(number, match[1].replace("→", "\t"), match[2].replace("→", "\t"))
        yield Compared(example, _ours(example.text), _addresses_decoded(str(_base().render(example.text))))


@cache
def _reader() -> Parse:
    return parser(_DIALECT)


@cache
def _base() -> MarkdownIt:
    return base(_DIALECT)


def _ours(text: str) -> str:
    # An empty line first: an example that begins with a rule must not begin with front matter.
    written = f"\n{text}" if text.startswith("---") else text
    note, body = _reader()(Source("example.md", written.encode(), ""))
    pieces = _with_title(note, body)
    whole = pieces[0] + "".join(
        _gap(link) + piece for link, piece in zip(note.links, pieces[1:], strict=True)
    )
    whole = _HEADING_ID.sub(r"\1", _RANKED.sub(r"<\1>\2</\1>", _PERMALINK.sub("", whole)))
    return _addresses_decoded(whole)


def _with_title(note: Note, body: Body) -> list[str]:
    """The body's HTML with its tags given back to the heading that became the note's title."""
    pieces = list(body.html)
    span = note.title_span
    if span:
        end = pieces[span.end_gap]
        pieces[span.end_gap] = f"{end[: span.end_offset]}</h1>\n{end[span.end_offset :]}"
        start = pieces[span.gap]
        pieces[span.gap] = f"{start[: span.offset]}<h1>{start[span.offset :]}"
    return pieces


def _gap(link: Link) -> str:
    """The link as markdown-it would have rendered it. What only we know, we show as we know it."""
    address = html.escape(f"{link.target}#{link.subpath}" if link.subpath else link.target)
    title = f' title="{html.escape(link.title)}"' if link.title else ""
    match link.kind:
        case LinkKind.MARKDOWN:
            return f'<a href="{address}"{title}>'
        case LinkKind.IMAGE:
            return f'<img src="{address}" alt="{html.escape(link.label)}"{title}>'
        case LinkKind.ADDRESS:
            return address
        case _:
            return f"⟦{link.kind} {address}⟧"


def _addresses_decoded(text: str) -> str:
    return _ADDRESS.sub(
        lambda match: match[1] + html.escape(unquote(html.unescape(match[2]))) + match[3], text
    )


def _loose(text: str) -> str:
    text = _BOX.sub(lambda match: f"<input{' checked' * ('checked' in match[0])}> ", text)
    text = _EMPTY_TAG.sub(">", _ALIGNED.sub(r' style="text-align:\1"', text)).replace("  ", " ")
    text = text.replace("<del>", "<s>").replace("</del>", "</s>")
    return _BETWEEN_TAGS.sub("", html.unescape(text)).strip()
