"""Graphs in DOT, laid out by Graphviz: which is a library in C, so that what calls it stands behind the wall.

Graphviz measures words by a table of its own instead of the fonts of a machine, and so draws the same on every one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from kb.features.diagrams.block import figure
from kb.features.diagrams.drawing import drawn
from kb.features.diagrams.graph import Unreadable, graph
from kb.media.svg import UnreadableError, sanitized
from kb.model.fenced import Fenced, Layout, Made, Mistake

#: Words as wide as in a sans-serif face; and how much work is done at most, in rounds, not in time.
_DEFAULTS = """\
graph ["fontname"="Helvetica" "nslimit"="2" "nslimit1"="2" "mclimit"="0.3" "maxiter"="100" "overlap"="scale"
  "bgcolor"="transparent"];
node ["fontname"="Helvetica" "margin"="0.14,0.07"]; edge ["fontname"="Helvetica" "fontsize"="12"];"""
_LARGEST = 1 << 20
_TITLE = re.compile(rb"<title>[^<]*</title>\n?")
_FACE = re.compile(rb' font-family="[^"]*"')
#: Warnings that have a word of the author's in them.
_OF_WORD = re.compile(r'^Arrow type "(\S+)"|^(\S+) is not a known color')
_COLOURS = {
    '"black"': '"var(--ink)"',
    '"#000000"': '"var(--ink)"',
    '"white"': '"var(--paper)"',
    '"#ffffff"': '"var(--paper)"',
    '"lightgrey"': '"var(--shade)"',
    '"#d3d3d3"': '"var(--shade)"',
}


def dot(fenced: Fenced, layout: Layout) -> Made:
    """The graph as a figure: the drawing, its caption, and the text behind it.

    Without Graphviz, and where the text cannot be read, HTML is "", and the block is shown as code.
    """
    try:
        found = graph(fenced.text, _DEFAULTS)
    except Unreadable as unreadable:
        return Made(mistakes=(unreadable.mistake,))
    laid = layout(found.dot, found.engine)
    if isinstance(laid, Mistake):
        return Made(mistakes=(*found.mistakes, laid))
    if len(laid.svg) > _LARGEST:
        return Made(mistakes=(Mistake(1, 1, "this diagram is too large to be drawn", "make two of it"),))
    name = "d" + blake2b(fenced.text.encode(errors="surrogatepass"), digest_size=4).hexdigest()
    try:
        safe = sanitized(_FACE.sub(b"", _TITLE.sub(b"", laid.svg)))
    except UnreadableError:
        message, hint = "the drawing of this diagram cannot be read", "take out what is unusual in its words"
        return Made(mistakes=(Mistake(1, 1, message, hint),))
    drawing = drawn(safe, name, _in_colours_of_the_theme, is_painted=found.is_painted)
    return Made(
        figure(fenced, drawing, "Graph"), ("diagram",), (*found.mistakes, *_said(fenced.text, laid.said))
    )


def _said(text: str, said: Sequence[str]) -> Iterator[Mistake]:
    """What Graphviz says of a graph that it draws all the same, each at the word of which it is said."""
    for line in said:
        named = _OF_WORD.search(line)
        at = max(text.find(named[1] or named[2]), 0) if named else 0
        column = at - (text.rfind("\n", 0, at) + 1) + 1
        hint = "take another, or leave it out"
        yield Mistake(text.count("\n", 0, at) + 1, column, f"Graphviz says: {line}", hint, harmless=True)


def _in_colours_of_the_theme(text: str) -> str:
    """Graphviz's own colours as the theme's: all others are an author's."""
    return _COLOURS.get(text, text)
