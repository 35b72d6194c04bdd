"""A note's HTML with its gaps filled, known by what it is made of rather than by its text.

A page's key must be cheap, and the text of a note is long. So a `Prose` holds the digest of its
note, the stretches it shows and what fills each gap; the pieces of HTML between the gaps are
fetched only when the page is rendered. Equal digest, spans, fills, prefix and home: equal HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, NamedTuple, TypeAlias

from kb.model.note import Span


class Framed(NamedTuple):
    """An embedded note inside its frame."""

    before: str
    prose: Prose
    after: str


Fill: TypeAlias = str | Framed
Pieces: TypeAlias = Callable[[], Sequence[str]]

#: An opening tag, its quoted values whole. Our own HTML quotes with ``"``; trusted HTML may do as it likes.
_TAG = re.compile(r"""<[a-zA-Z][^<>"']*+(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+){0,1000}+>""")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(\s*=\s*)("[^"]*+"|'[^']*+'|[^\s"'=<>`]++)""")
#: The sign at a heading by which its address is copied: of use on the note's page only.
PERMALINK = re.compile(r'<a class="permalink"[^>]*>[^<]*</a>')
#: Whether there is any link to the note itself; asked because few texts have one, and the whole work is slow.
_OWN_LINK = re.compile(r"""href\s*=\s*["']?#""", re.IGNORECASE)
#: Attributes that hold ids: one, or several with spaces between.
_IDS = frozenset(
    "id name for headers aria-controls aria-describedby aria-details aria-labelledby aria-owns".split()
)


class Prose:
    """HTML for a template: prints unescaped, is empty or not, and has a key.

    ``prefix`` is put before every id of an embedded note, so that it collides with none of its host;
    links within the note follow. They lead to ``home``, the note's own address, where that is given:
    where only a part of the note is shown and the link's end may be elsewhere, and in feeds. A ``home``
    without a ``prefix`` is that of a feed, where a heading needs no link to itself.
    """

    __slots__ = ("digest", "fills", "home", "pieces", "prefix", "spans")

    def __init__(
        self,
        digest: str,
        spans: tuple[Span, ...],
        fills: tuple[Fill, ...],
        pieces: Pieces,
        prefix: str = "",
        home: str = "",
    ) -> None:
        self.digest = digest
        self.spans = spans
        self.fills = fills
        self.pieces = pieces
        self.prefix = prefix
        self.home = home

    @staticmethod
    def of(text: str) -> Prose:
        """Plain text as prose."""
        return Prose(f"text:{text}", (), (), lambda: (escape(text),))

    @property
    def parts(self) -> tuple[Any, ...]:
        """What this prose is made of, for the key of a page."""
        return (self.digest, self.spans, self.fills, self.prefix, self.home)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prose) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.digest)

    def __str__(self) -> str:
        return self.__html__()

    def __html__(self) -> str:
        out: list[str] = []
        own: list[str] = []  # up to the next embedded note: a tag may begin in one piece and end in another
        for part in self._shown(self.pieces()):
            if isinstance(part, str):
                own.append(part)
                continue
            out += (self._made_ours("".join(own)), part.before, part.prose.__html__(), part.after)
            own.clear()
        out.append(self._made_ours("".join(own)))
        return "".join(out)

    def _shown(self, pieces: Sequence[str]) -> list[Fill]:
        if not self.spans:
            return _woven(pieces, self.fills)
        return [part for span in self.spans for part in self._stretch(pieces, span)]

    def _stretch(self, pieces: Sequence[str], span: Span) -> list[Fill]:
        if span.gap == span.end_gap:
            return [pieces[span.gap][span.offset : span.end_offset]]
        whole = list(pieces[span.gap : span.end_gap + 1])
        whole[0] = whole[0][span.offset :]
        whole[-1] = whole[-1][: span.end_offset]
        return _woven(whole, self.fills[span.gap : span.end_gap])

    def _made_ours(self, html: str) -> str:
        """``html`` with its ids and the links to them as they must be where it is shown."""
        if self.prefix:
            if "=" not in html:
                return html
        elif not self.home or not _OWN_LINK.search(html := PERMALINK.sub("", html)):
            return html
        return _TAG.sub(lambda tag: _ATTRIBUTE.sub(self._attribute, tag[0]), html)

    def _attribute(self, match: re.Match[str]) -> str:
        name, equals, value = match.groups()
        quote = value[0] if value[0] in "\"'" else ""
        bare = value[1:-1] if quote else value
        if name.lower() == "href" and bare[:1] == "#" and bare != "#":
            target = f"{self.home}{bare}" if self.home else f"#{self.prefix}{bare[1:]}"
        elif name.lower() in _IDS and self.prefix:
            target = " ".join([self.prefix + one for one in bare.split()])
        elif "url(#" in bare and self.prefix:
            target = bare.replace("url(#", f"url(#{self.prefix}")
        else:
            return match[0]
        quote = quote or '"'
        return f"{name}{equals}{quote}{target}{quote}"


def _woven(pieces: Sequence[str], fills: Sequence[Fill]) -> list[Fill]:
    woven: list[Fill] = [""] * (len(pieces) + len(fills))
    woven[::2] = pieces
    woven[1::2] = fills
    return woven
