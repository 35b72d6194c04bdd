"""Which lines of a note are code, told line by line.

This is CommonMark's block structure as far as the question needs it: quotes, list items, fences,
indented code, raw HTML and open paragraphs. It exists because comments go before the parser runs, and
because a comment may hold what the parser would take for a fence. What it cannot know for sure (lists
inside definition lists, say) it calls text: text may hold a comment, code may not.
"""

from __future__ import annotations

import re
from enum import Enum

from markdown_it.rules_block.html_block import HTML_SEQUENCES

_SPACES = re.compile(r" *")
_QUOTE = re.compile(r" {0,3}> ?")
_RULE = re.compile(r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_ITEM = re.compile(r"([-+*]|(\d{1,9})[.)])(?:( +)|$)")
#: Lines that look like a paragraph's and may be none: targets of links, formulas, definitions.
_DOUBTFUL = re.compile(r"\[[^\]]*\]:|\$\$|[:~] |\\(?:begin|end)|=")
_NOTE = re.compile(r"\[\^[^\[\]\s]+\]: *")
_DEFINITION = re.compile(r"([:~])( +)")
_FENCE = re.compile(r"(`{3,})[^`]*$|(~{3,})")
_HEADING = re.compile(r"#{1,6}(?: |$)")
_UNDERLINE = re.compile(r"(?:=+|-+) *$")
#: Text indented by so much is code.
_CODE_INDENT = 4
_BLANK_ENDS = re.compile(r"^$").pattern


class Kind(Enum):
    """What a line is."""

    TEXT = "text"
    RAW = "raw"  # a block of HTML, in which backticks mean nothing
    CODE = "code"


class Outline:
    """The blocks that are open after the lines read so far.

    `paragraph` says that the next line may continue a paragraph. A container is a list item, given as
    the columns its content is indented by, or a quote, given as 0.
    """

    def __init__(self) -> None:
        self.paragraph = False
        self.containers: tuple[int, ...] = ()
        self._fence: re.Pattern[str] | None = None
        self._html: re.Pattern[str] | None = None
        self._doubtful = False  # whether the paragraph may be none

    def copy(self) -> Outline:
        """The same outline, to come back to."""
        twin = Outline()
        twin.__dict__.update(self.__dict__)
        return twin

    def read(self, line: str) -> tuple[Kind, int]:
        """Take in one more line: what it is, and where its text starts behind markers and indentation."""
        flat = line.expandtabs(4) if "\t" in line else line
        flat = flat.rstrip("\r")
        at, matched = self._matched(flat)
        if matched == len(self.containers) and (self._fence or self._html):
            return self._inside(flat, at)
        self._fence = self._html = None
        kind, start = self._opened(flat, at, self.containers[:matched])
        return kind, start if flat == line else _unflattened(line, flat, start)

    def _matched(self, line: str) -> tuple[int, int]:
        """Where the line stands behind the markers of the open containers, and how many it continues."""
        at = 0
        for count, width in enumerate(self.containers):
            indent = _end(_SPACES, line, at) - at
            if width == 0:
                quote = _QUOTE.match(line, at)
                if not quote:
                    return at, count
                at = quote.end()
            elif indent >= width:
                at += width
            elif at + indent < len(line):
                return at, count
        return at, len(self.containers)

    def _inside(self, line: str, at: int) -> tuple[Kind, int]:
        """One more line of a fence or of a block of HTML."""
        if self._fence:
            if self._fence.match(line, at):
                self._fence = None
            return Kind.CODE, at
        if self._html and self._ends_html(self._html, line[at:]):
            self._html = None
        return Kind.RAW, at

    def _opened(self, line: str, at: int, containers: tuple[int, ...]) -> tuple[Kind, int]:
        """The line's own new containers, and its leaf."""
        continues = self.paragraph
        lazy = self.paragraph and len(containers) < len(self.containers)
        while True:
            text = _end(_SPACES, line, at)
            if text >= len(line):
                return self._leaf(containers, text)
            if text - at >= _CODE_INDENT:
                if not continues:
                    return self._leaf(containers, text, Kind.CODE)
                break
            marker = _container(line, text, at, interrupts=continues and not lazy)
            if not marker:
                break
            width, at = marker
            containers = (*containers, width)
            continues = lazy = False
        if text - at < _CODE_INDENT and not (lazy and line[text] == "="):
            leaf = self._block(line, text, containers, continues=continues, sure=not self._doubtful)
            if leaf:
                return leaf
        self._doubtful = (continues and self._doubtful) or bool(_DOUBTFUL.match(line, text))
        self.paragraph = True
        self.containers = self.containers if lazy else containers
        return Kind.TEXT, text

    def _block(
        self, line: str, text: int, containers: tuple[int, ...], *, continues: bool, sure: bool
    ) -> tuple[Kind, int] | None:
        """The line's leaf, if it is no paragraph."""
        if fence := _FENCE.match(line, text):
            run = fence[1] or fence[2]
            self._fence = re.compile(rf" {{0,3}}{run[0]}{{{len(run)},}} *$")
            return self._leaf(containers, text, Kind.CODE)
        if _HEADING.match(line, text) or _RULE.match(line, text):
            return self._leaf(containers, text)
        if continues and _UNDERLINE.match(line, text):
            return self._leaf(containers, text)
        if line[text] == "<":
            rest = line[text:]
            for opening, closing, interrupts in HTML_SEQUENCES:
                if (interrupts or not (continues and sure)) and opening.search(rest):
                    self._html = None if self._ends_html(closing, rest) else closing
                    return self._leaf(containers, text, Kind.RAW)
        return None

    def _leaf(self, containers: tuple[int, ...], text: int, kind: Kind = Kind.TEXT) -> tuple[Kind, int]:
        self.paragraph = False
        self.containers = containers
        return kind, text

    @staticmethod
    def _ends_html(closing: re.Pattern[str], text: str) -> bool:
        return not text.strip() if closing.pattern == _BLANK_ENDS else bool(closing.search(text))


def _container(line: str, text: int, at: int, *, interrupts: bool) -> tuple[int, int] | None:
    """The width of the container that a marker at `text` opens, and where its content stands."""
    if line[text] == ">":
        return 0, text + (2 if line.startswith(" ", text + 1) else 1)
    if note := _NOTE.match(line, text):
        return 4, note.end()
    if definition := _DEFINITION.match(line, text):
        return definition.end() - at, definition.end()
    item = _ITEM.match(line, text)
    if not item or _RULE.match(line, text):
        return None
    empty = item.end() >= len(line)
    if interrupts and (empty or item[2] not in (None, "1")):
        return None
    spaces = 1 if empty or len(item[3]) > _CODE_INDENT else len(item[3])
    start = item.end(1) + spaces
    return start - at, min(start, len(line))


def _end(pattern: re.Pattern[str], line: str, at: int) -> int:
    match = pattern.match(line, at)
    return match.end() if match else at


def _unflattened(line: str, flat: str, start: int) -> int:
    """The place in `line` of what stands at `start` in `flat`, the line with its tabs expanded."""
    ahead = len(flat[:start].replace(" ", ""))
    for place, character in enumerate(line):
        if character not in " \t":
            if not ahead:
                return place
            ahead -= 1
    return len(line)
