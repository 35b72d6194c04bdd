"""HTML cut at its gaps, and positions in it.

While a note is rendered, its HTML is a list of fragments; a gap or a mark is a place between two of
them. `cut` joins the fragments into the pieces of a `Body` and says where each mark came to stand.
Where the note holds raw HTML, the whole is cleaned on the way; `Cut.gaps` then tells which gaps
survived, and in what order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from kb.model.note import LinkKind
from kb.read.html import cleaned


class Gap(NamedTuple):
    """A place for a link, before the fragment `before`."""

    before: int
    kind: LinkKind


class Cut(NamedTuple):
    """The pieces; the numbers of the gaps between them; for each mark its piece and its offset there."""

    pieces: tuple[str, ...]
    gaps: Sequence[int]
    marks: dict[int, tuple[int, int]]


def cut(fragments: Sequence[str], gaps: Sequence[Gap], marks: set[int]) -> Cut:
    """Cut at `gaps`. A mark is the index of a fragment, and means the place before it."""
    pieces: list[str] = []
    places: dict[int, tuple[int, int]] = {}
    wanted = sorted(marks)
    taken = start = 0
    for end in [*(gap.before for gap in gaps), len(fragments)]:
        offset, since = 0, start
        while taken < len(wanted) and wanted[taken] <= end:
            offset += sum(map(len, fragments[since : wanted[taken]]))
            since = wanted[taken]
            places[since] = (len(pieces), offset)
            taken += 1
        pieces.append("".join(fragments[start:end]))
        start = end
    return Cut(tuple(pieces), range(len(gaps)), places)


def cut_cleaned(
    fragments: Sequence[str], gaps: Sequence[Gap], marks: set[int], whole: set[int], source: bytes
) -> Cut:
    """Clean the HTML and cut it at what is left of `gaps`.

    An HTML parser knows no gaps, so elements stand in for them and for the marks: a nonce made from
    the digest of `source` keeps an author from writing one. The fragments in `whole` are our own and
    closed in themselves (highlighted code, formulas): they need no cleaning and are put back as they were.
    """
    nonce = "k" + blake2b(source, digest_size=16).hexdigest()
    html = cleaned(_with_stand_ins(fragments, gaps, marks, whole, nonce))
    stand_in = re.compile(rf'<(?:a|img|meta) data-{nonce}="([gmw])(\d+)">|https://{nonce}/(\d+)')
    pieces: list[str] = []
    order: list[int] = []
    places: dict[int, tuple[int, int]] = {}
    piece: list[str] = []
    length = at = 0
    for match in stand_in.finditer(html):
        piece.append(html[at : match.start()])
        length += match.start() - at
        at = match.end()
        kind, number = match[1], int(match[2] or match[3])
        if kind == "m":
            places.setdefault(number, (len(pieces), length))
        elif kind == "w":
            piece.append(fragments[number])
            length += len(fragments[number])
        else:
            pieces.append("".join(piece))
            order.append(number)
            piece, length = [], 0
    piece.append(html[at:])
    pieces.append("".join(piece))
    end = (len(pieces) - 1, len(pieces[-1]))
    return Cut(tuple(pieces), order, {mark: places.get(mark, end) for mark in marks})


def _with_stand_ins(
    fragments: Sequence[str], gaps: Sequence[Gap], marks: set[int], whole: set[int], nonce: str
) -> str:
    """The HTML with an element, or within an attribute an address, for every gap and mark."""
    html: list[str] = []
    number = 0
    for index in range(len(fragments) + 1):
        if index in marks:
            html.append(f'<meta data-{nonce}="m{index}">')
        while number < len(gaps) and gaps[number].before == index:
            html.append(_stand_in(gaps[number].kind, number, nonce))
            number += 1
        if index in whole:
            html.append(f'<meta data-{nonce}="w{index}">')
        elif index < len(fragments):
            html.append(fragments[index])
    return "".join(html)


def _stand_in(kind: LinkKind, number: int, nonce: str) -> str:
    match kind:
        case LinkKind.ADDRESS:
            return f"https://{nonce}/{number}"
        case LinkKind.EMBED | LinkKind.IMAGE:
            return f'<img data-{nonce}="g{number}">'
        case _:
            return f'<a data-{nonce}="g{number}">'
