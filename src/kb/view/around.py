"""The graph of a note and its neighbours: which notes are drawn, where, and the drawing.

Two columns with the note between them: at the left who links here, at the right what it links to. So a place says the
direction of a link, no two names can meet, and no simulation is needed: a drawing costs as much as its text does.
Neighbours that link to each other stand together where they can, joined by a thin line.

The page holds the notes (`LocalGraph`); it is drawn when the page is rendered.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from html import escape
from typing import NamedTuple, Protocol, TypeAlias
from unicodedata import east_asian_width

from msgspec import Struct

from kb.link.around import ties
from kb.link.vault import Vault

#: How many notes a column may hold.
MOST = 7
#: The drawing's measures, in pixels of a page whose text is 16 pixels high.
_ROW = 38
_LINE = 17
_NAME = 156  # the width of a name's column
_GAP = 9  # from a name to its dot
_REACH = 62  # from a dot to the note in the middle
#: A name is so many letters wide at most, of a width such as Latin letters have; then comes a second line, then "…".
_LETTERS = 21

#: Two places in a drawing.
Pair: TypeAlias = tuple[int, int]


class LocalGraph(Struct, frozen=True):
    """A note and its neighbours; as text in a template it is its drawing, an ``<svg>``.

    `before` link to the note, it links to those `after`, each a title and a URL; who does both stands in `after`, at
    one of the places `both`. `ties` are pairs of places in ``before + after`` whose notes link to each other. `more`
    neighbours are not drawn.
    """

    title: str
    before: tuple[Named, ...]
    after: tuple[Named, ...]
    both: tuple[int, ...] = ()
    ties: tuple[Pair, ...] = ()
    more: int = 0

    def __html__(self) -> str:
        """The drawing."""
        return drawing(self)


class Named(Protocol):
    """What a name in the drawing says, and where it leads."""

    @property
    def title(self) -> str:
        """Its words."""
        ...

    @property
    def url(self) -> str:
        """Its address."""
        ...


def choose(
    vault: Vault, sources: Sequence[str], targets: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[int, int], ...]]:
    """The paths of a drawing's two columns, and its ties: of those that link to a note, and of those it links to.

    A note that does both stands at the right, those that do both come first.
    """
    said, linked = frozenset(sources), frozenset(targets)
    before = [path for path in sources if path not in linked][:MOST]
    after = sorted(targets, key=lambda path: path not in said)[:MOST]
    chosen = (*before, *after)
    found = ties(vault, chosen) if len(chosen) > 1 else ()
    if not found:
        return tuple(before), tuple(after), ()
    joined = {frozenset((chosen[one], chosen[other])) for one, other in found}
    before, after = _together(before, joined), _together(after, joined)
    place = {path: at for at, path in enumerate((*before, *after))}
    placed = [sorted((place[chosen[one]], place[chosen[other]])) for one, other in found]
    return tuple(before), tuple(after), tuple(sorted([(one, other) for one, other in placed]))


def drawing(graph: LocalGraph) -> str:
    """The graph as an ``<svg>`` whose names are links."""
    frame = _frame(len(graph.before), len(graph.after))
    out = [
        frame.head,
        escape(graph.title),
        '</title><desc id="kb:graph-desc">',
        _described(graph),
        "</desc>",
        frame.lines,
    ]
    if graph.ties:
        ways = "".join(
            [_tie(*frame.dots[one], *frame.dots[other], frame.middle) for one, other in graph.ties]
        )
        out.append(f'<path class="ties" d="{ways}"/>')
    for each, place in zip(graph.before + graph.after, frame.places, strict=True):
        first, second, label = _lines(each.title)
        dot, one, top, other = place
        out += ('<a href="', escape(each.url), label, dot, top if second else one, first)
        if second:
            out += (other, second, "</tspan>")
        out.append("</text></a>")
    if graph.both:
        out.append(f'<path class="both" d="{"".join([frame.full[at] for at in graph.both])}"/>')
    out.append("</svg>")
    return "".join(out)


def _together(paths: list[str], joined: AbstractSet[frozenset[str]]) -> list[str]:
    """The same paths, each followed by one that it is joined with, if any is left."""
    left = list(paths)
    order: list[str] = []
    while left:
        order.append(
            next((path for path in left if order and frozenset((order[-1], path)) in joined), left[0])
        )
        left.remove(order[-1])
    return order


class _Frame(NamedTuple):
    """What is the same in all drawings of so many notes at either side.

    `places` holds for each name what stands before it: up to the dot, the text if it has one line, if it has
    two, and what stands between the two. `full` fills the dot of each name at the right.
    """

    head: str
    lines: str
    dots: tuple[tuple[int, int], ...]
    middle: int
    places: tuple[tuple[str, str, str, str], ...]
    full: tuple[str, ...]


@lru_cache
def _frame(before: int, after: int) -> _Frame:
    height = max(before, after) * _ROW
    side = _NAME + _GAP
    left = side if before else 0
    middle = left + (_REACH if before else 8)
    width = middle + (_REACH + side if after else 8)
    right, half = middle + _REACH, height // 2
    dots = (*((left, y) for y in _heights(before, height)), *((right, y) for y in _heights(after, height)))
    return _Frame(
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="group"'
        ' aria-labelledby="kb:graph-title" aria-describedby="kb:graph-desc">'
        '<title id="kb:graph-title">Notes around ',
        f'<path d="{"".join([_line(middle, half, x, y) for x, y in dots])}"/>'
        f'<circle class="here" cx="{middle}" cy="{half}" r="5.5"/>',
        dots,
        middle,
        tuple([_place(x, y, -_GAP if x < middle else _GAP) for x, y in dots]),
        tuple([f"M{x - 3} {y}a3 3 0 1 0 6 0a3 3 0 1 0-6 0" for x, y in dots[before:]]),
    )


def _heights(count: int, height: int) -> list[int]:
    """Where the dots of a column stand: a row each, the column in the middle of the drawing."""
    top = (height - count * _ROW) // 2 + _ROW // 2
    return [top + at * _ROW for at in range(count)]


def _line(x: int, y: int, to_x: int, to_y: int) -> str:
    bend = (x + to_x) // 2
    return f"M{x} {y}C{bend} {y} {bend} {to_y} {to_x} {to_y}"


def _place(x: int, y: int, gap: int) -> tuple[str, str, str, str]:
    anchor = ' text-anchor="end"' if gap < 0 else ""
    start = f'<text x="{x + gap}"{anchor} y="'
    return (
        f'<circle cx="{x}" cy="{y}" r="3.5"/>',
        f'{start}{y + 5}">',
        f'{start}{y - 3}">',
        f'<tspan x="{x + gap}" dy="{_LINE}">',
    )


def _tie(x: int, y: int, to_x: int, to_y: int, middle: int) -> str:
    if x != to_x:
        return f"M{x} {y}L{to_x} {to_y}"
    bulge = min(12 + abs(to_y - y) // 6, _REACH - 16)
    bend = x + bulge if x < middle else x - bulge
    return f"M{x} {y}C{bend} {y} {bend} {to_y} {to_x} {to_y}"


@lru_cache(maxsize=1 << 14)
def _lines(title: str) -> tuple[str, str, str]:
    """A title's one line or two, the second ending in "…" where it has to; and what closes the link's opening tag.

    A link of two lines has its whole title as its name: what is read aloud is neither cut nor run together.
    """
    if _wide(title) <= _LETTERS:
        return escape(title), "", '">'
    first, name = _beginning(title), f'"><title>{escape(title)}</title>'
    rest = title[len(first) :].strip()
    if _wide(rest) <= _LETTERS:
        return escape(first.strip()), escape(rest), name
    shown = f"{_beginning(rest, _LETTERS - 1).strip()}…"
    return escape(first.strip()), escape(shown), name


def _beginning(text: str, most: int = _LETTERS) -> str:
    """As many words as fit, or else as many letters."""
    end = len(text)
    while _wide(text[:end]) > most:
        end -= 1
    if end == len(text) or text[end].isspace():
        return text[:end]
    space = text.rfind(" ", 0, end)
    return text[:space] if space > most // 3 else text[:end]


def _wide(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _described(graph: LocalGraph) -> str:
    before, after = len(graph.before), len(graph.after)
    said = [
        f"{before} {'note links' if before == 1 else 'notes link'} here" if before else "",
        f"this note links to {after} {'note' if after == 1 else 'notes'}" if after else "",
        f"{graph.more} more {'is' if graph.more == 1 else 'are'} not drawn" if graph.more else "",
    ]
    return ", ".join(filter(None, said))
