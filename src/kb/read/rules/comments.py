"""``%%comment%%`` is gone before anything else looks at the note.

A comment runs from one ``%%`` to the next, over lines and paragraphs, and nothing in between means
anything. ``%%`` is exactly two: in a run of three or more, and behind a backslash, no comment starts.
Code is left alone, be it fenced, indented or a span. Where it is not certain that something is code, it
is taken for text, for what a person hid must not show.

One pass over the lines, with `Outline` telling code from text. A second guard, `add_comments`, runs
inside the parser: a pair that this pass took for code and the parser does not is hidden there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TypeAlias

import msgspec
from markdown_it import MarkdownIt
from markdown_it.common.html_re import close_tag, open_tag
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from kb.model.settings import Dialect, Html
from kb.read.rules.outline import Kind, Outline

#: Code, line, column, message, hint.
Mistake: TypeAlias = tuple[str, int, int, str, str]
#: Index of a line, and of a character in it.
_Spot: TypeAlias = tuple[int, int]

_MARK = re.compile(r"(?<!%)%%(?!%)")
_SPACE = " \t\r"
#: What means something to this pass in a text, and tags and addresses, in which backticks mean nothing.
_IN_TEXT = re.compile(rf"(?P<ticks>`+)|(?P<mark>%%+)|\\.|{open_tag}|{close_tag}|<[a-zA-Z][\w+.-]*:[^\s<>]*>")
_IN_HTML = re.compile(r"(?P<ticks>(?!))|(?P<mark>%%+)")
_TICKS = re.compile(r"`+")
_QUOTES = re.compile(r"(?:[ \t]*>)+[ \t]?")
#: Lines that may begin another block: a code span is not looked for beyond them.
_BREAK = re.compile(r"[ \t>]*(?:\r?$|#|```|~~~|[-+*_=|<:]|\d{1,9}[.)]|\[\^|\$\$)")


class Uncommented(msgspec.Struct, frozen=True):
    """A text without its comments.

    ``lines[i]`` is the source line (from one) that line ``i`` of the text was; None if nothing was
    taken away. The lines of `mistakes` are source lines, from one; their columns count from zero.
    """

    text: str
    lines: tuple[int, ...] | None = None
    mistakes: tuple[Mistake, ...] = ()


def remove_comments(text: str, first_line: int = 1) -> Uncommented:
    """The text as its readers see it. Its first line is line `first_line` of the source."""
    if "%%" not in text:
        return Uncommented(text)
    scan = _Scan(text.split("\n"))
    scan.run()
    if scan.untouched:
        return Uncommented(text)
    lines = tuple(first_line + number for number in scan.numbers)
    return Uncommented("\n".join(scan.kept), lines, _mistakes(scan.unclosed, first_line))


def _mistakes(unclosed: _Spot | None, first_line: int) -> tuple[Mistake, ...]:
    if not unclosed:
        return ()
    message = "this %% comment is never closed, so the rest of the note is hidden"
    hint = "close it with %% or, if two percent signs are meant, write \\%%"
    return (("unclosed-comment", first_line + unclosed[0], unclosed[1], message, hint),)


def add_comments(md: MarkdownIt, dialect: Dialect) -> None:
    """Teach `md` to drop a ``%%comment%%`` that `remove_comments` took for code and the parser does not.

    Where HTML is shown as text, a comment in it is not: whoever wrote it meant nobody to read it. (Elsewhere
    comments go with the rest of HTML, in `kb.read.html`.)
    """
    md.inline.ruler.before("escape", "comment", _comment)
    if dialect.html is Html.ESCAPE:
        md.block.ruler.at("html_block", _html_comments, {"alt": ["paragraph", "reference", "blockquote"]})
        md.inline.ruler.at("html_inline", _html_comment)


def _html_comments(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Lines from ``<!--`` to ``-->``. What stands behind that is the rest of the note."""
    opening = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith("<!--", opening):
        return False
    for line in range(start, end):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return False
        begin = state.bMarks[line] + state.tShift[line]
        closing = state.src.find("-->", opening + 4 if line == start else begin, state.eMarks[line])
        if closing < 0:
            continue
        behind = closing + 3
        nothing = not state.src[behind : state.eMarks[line]].strip()
        if line == start and not nothing:
            return False  # a paragraph, in which it is left out
        if not silent:
            state.line = line + nothing
            if not nothing:
                state.bMarks[line], state.tShift[line] = behind, 0
                state.sCount[line] = state.blkIndent
        return True
    return False


def _html_comment(state: StateInline, silent: bool) -> bool:  # noqa: ARG001, FBT001 - markdown-it's signature
    if not state.src.startswith("<!--", state.pos):
        return False
    closing = state.src.find("-->", state.pos + 4, state.posMax)
    if closing < 0:
        return False
    state.pos = closing + 3
    return True


def _comment(state: StateInline, silent: bool) -> bool:  # noqa: ARG001, FBT001 - markdown-it's signature
    if not state.src.startswith("%%", state.pos) or not _MARK.match(state.src, state.pos):
        return False
    closing = _MARK.search(state.src, state.pos + 2, state.posMax)
    if not closing:
        return False
    state.pos = closing.end()
    return True


class _Scan:
    """One walk over the lines of a text. `kept` and `numbers` are what remains of it."""

    def __init__(self, lines: list[str]) -> None:
        self.kept: list[str] = []
        self.numbers: list[int] = []
        self.untouched = True
        self.unclosed: _Spot | None = None
        self._lines = lines
        self._marks = [
            (number, mark.start())
            for number, line in enumerate(lines)
            if "%%" in line
            for mark in _MARK.finditer(line)
        ]
        self._outline = Outline()
        self._spans = _Spans(lines)
        self._line = 0  # the line to be read next: `_prefix`, then the line from `_from` on
        self._prefix = ""
        self._from = 0
        self._pieces: list[str] = []  # of the line being read: what is kept of it up to `_done`
        self._done = 0

    def run(self) -> None:
        """Read all lines."""
        while self._line < len(self._lines):
            if not self._closing((self._line, self._from - 1)):
                return self._keep_rest()
            self._read()
        return None

    def _read(self) -> None:
        number, prefix, begin = self._line, self._prefix, self._from
        source = self._lines[number]
        line = prefix + source[begin:] if prefix or begin else source
        before = self._outline.copy() if "%%" in line else self._outline
        kind, start = self._outline.read(line)
        start = max(start, len(prefix))
        column = start - len(prefix) + begin
        if kind is Kind.CODE or not ("%%" in line or "`" in line):
            self._keep(line)
            self._go(number + 1)
        elif self._is_mark((number, column)):
            self._outline = before
            self._leading((number, column), line[:start])
        else:
            self._inline(kind, column, line[:start])

    def _leading(self, opening: _Spot, markers: str) -> None:
        """Comments at the start of a line's text, of which only `markers` may remain."""
        self.untouched = False
        spot = opening
        while self._is_mark(spot):
            closing = self._closing(spot)
            if not closing:
                self.unclosed = spot
                self._keep("")
                return self._go(len(self._lines))
            spot = self._behind(closing)
        return self._resume(spot, markers)

    def _inline(self, kind: Kind, column: int, head: str) -> None:
        """A line of text from `column` on, behind `head`."""
        self._pieces, self._done = [head], column
        while found := _next(kind, self._lines[self._line], column):
            spot = (self._line, found.start())
            column = found.end()
            if found["ticks"]:
                column = self._over_span(spot, found["ticks"])
            elif self._is_mark(spot):
                closing = self._closing(spot)
                if not closing:
                    break
                self._cut(spot, closing)
                if closing[0] > spot[0]:
                    return
                column = self._done
        self._keep("".join(self._pieces) + self._lines[self._line][self._done :])
        self._go(self._line + 1)

    def _over_span(self, opening: _Spot, ticks: str) -> int:
        """Where the text goes on behind a code span, whose lines but the last are kept."""
        closing = self._spans.closing(opening, ticks, self._outline.paragraph)
        if not closing:
            return opening[1] + len(ticks)
        while self._line < closing[0]:
            self._keep("".join(self._pieces) + self._lines[self._line][self._done :])
            self._pieces, self._done = [], 0
            self._line += 1
        return closing[1] + len(ticks)

    def _cut(self, opening: _Spot, closing: _Spot) -> None:
        """Leave out a comment within a line, with no space doubled and none left at a line's end."""
        self.untouched = False
        self._pieces.append(self._lines[opening[0]][self._done : opening[1]])
        behind = self._behind(closing)
        if closing[0] > opening[0]:
            self._keep("".join(self._pieces).rstrip(_SPACE))
            self._resume(behind, self._quotes(closing[0]))
        elif behind[1] >= len(self._lines[closing[0]]):
            self._pieces, self._done = ["".join(self._pieces).rstrip(_SPACE)], behind[1]
        else:
            self._done = behind[1] if self._pieces[-1].endswith(" ") else closing[1] + 2

    def _resume(self, spot: _Spot, prefix: str) -> None:
        """Go on behind a comment at `spot`; the rest of that line is read as if it stood behind `prefix`."""
        number, column = spot
        if column >= len(self._lines[number]):
            self._go(number + 1)
        else:
            self._go(number, prefix, column)

    def _go(self, line: int, prefix: str = "", begin: int = 0) -> None:
        self._line, self._prefix, self._from = line, prefix, begin

    def _keep(self, line: str) -> None:
        self.kept.append(line)
        self.numbers.append(self._line)

    def _keep_rest(self) -> None:
        """Nothing that follows can be a comment."""
        self._keep(self._prefix + self._lines[self._line][self._from :])
        self.kept += self._lines[self._line + 1 :]
        self.numbers += range(self._line + 1, len(self._lines))

    def _is_mark(self, spot: _Spot) -> bool:
        index = bisect_right(self._marks, spot)
        return index > 0 and self._marks[index - 1] == spot

    def _closing(self, spot: _Spot) -> _Spot | None:
        """The first mark behind `spot`."""
        index = bisect_right(self._marks, spot)
        return self._marks[index] if index < len(self._marks) else None

    def _behind(self, mark: _Spot) -> _Spot:
        """The first place behind `mark`, in its line, that is no space."""
        number, column = mark
        line = self._lines[number]
        column += 2
        while column < len(line) and line[column] in _SPACE:
            column += 1
        return number, column

    def _quotes(self, number: int) -> str:
        """The quote markers of a line in a quote, which a comment that ends there does not take along."""
        quotes = _QUOTES.match(self._lines[number]) if 0 in self._outline.containers else None
        return quotes[0] if quotes else ""


class _Spans:
    """Where code spans end. Each paragraph is looked through once, whatever is in it."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._until = -1  # the last line looked at
        self._runs: dict[int, list[_Spot]] = {}

    def closing(self, opening: _Spot, ticks: str, paragraph: bool) -> _Spot | None:  # noqa: FBT001 - one use
        """Where the code span ends that `ticks` at `opening` begin, if they begin one."""
        if opening[0] > self._until:
            self._look(opening[0], paragraph)
        runs = self._runs.get(len(ticks), [])
        index = bisect_right(runs, opening)
        return runs[index] if index < len(runs) else None

    def _look(self, first: int, paragraph: bool) -> None:  # noqa: FBT001 - one use
        """Note all runs of backticks from line `first` to the end of its paragraph."""
        last = first + 1
        while paragraph and last < len(self._lines) and not _BREAK.match(self._lines[last]):
            last += 1
        self._until = last - 1
        self._runs = {}
        for number in range(first, last):
            for run in _TICKS.finditer(self._lines[number]):
                self._runs.setdefault(len(run[0]), []).append((number, run.start()))


def _next(kind: Kind, line: str, column: int) -> re.Match[str] | None:
    """The next backticks or percent signs at or behind `column` that may mean something."""
    pattern = _IN_TEXT if kind is Kind.TEXT else _IN_HTML
    while found := pattern.search(line, column):
        if found.lastgroup:
            return found
        column = found.start() + 1 if "%%" in found[0] else found.end()
    return None
