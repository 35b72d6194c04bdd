"""Where our own syntax claims the text of a specification's example: for each reason, the examples by number.

Whatever is not listed here must come out as markdown-it alone gives it; whatever is listed must differ.
"""

from __future__ import annotations

from collections.abc import Mapping

TAG = "#hashtag is a tag"
WIKILINK = "[[x]] and ![[x]] are links and embeds, whatever is defined for [x]"
SCHEME = "an address whose scheme is not allowed is shown as text"
COLOUR = "code in a language that is known is coloured"
TASK = "a task keeps its mark, any mark is one, and its box has a name for those who cannot see it"
FOOTNOTE = "[^1] is a footnote"
FIGURE = "a picture with a title that stands alone is a figure, and the title its caption"
COMMENT = "a comment is for the author alone and is not published"
UNDERSCORE = "an address may hold an underscore, as in GFM itself; the base cuts it in two"

EXCEPTIONS: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "commonmark/spec.txt": {
        TAG: (64,),
        COLOUR: (142, 143),
        WIKILINK: (550, 561, 592),
        FIGURE: (574, 575, 578, 579, 586, 587, 588, 590, 591, 593),
        SCHEME: (598, 600, 601, 603),
        COMMENT: (179, 181, 185, 310, 311, 627, 628),
    },
    "gfm/spec.txt": {
        TAG: (34,),
        COLOUR: (112, 113),
        TASK: (279, 280),
        WIKILINK: (556, 567, 598),
        FIGURE: (580, 581, 584, 585, 592, 593, 594, 596, 597, 599),
        SCHEME: (604, 606, 607, 609),
        COMMENT: (146, 148, 152, 288, 289, 644, 645, 646),
        UNDERSCORE: (631,),
    },
    "gfm/extensions.txt": {
        FOOTNOTE: (23,),
        TASK: (26, 27, 28),
        COMMENT: (22,),
    },
    "gfm/regression.txt": {
        FOOTNOTE: (13,),
    },
}
