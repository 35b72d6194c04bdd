"""How things look in a terminal: colour, problems with their excerpts, progress, the closing line."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TextIO

import click

from kb.model.problem import Problem, Severity

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
#: The worst comes last, where the eye is when the list has run through.
_ORDER = (Severity.INFO, Severity.WARNING, Severity.ERROR)
_EXCERPT = 100
_BAR = 24
_WIDTH = 80
#: Work that is done sooner shows no bar; a bar is drawn anew no more often than this.
_BAR_AFTER, _BAR_EVERY = 0.4, 0.05
#: What our own words use, for a terminal that cannot show it.
_PLAINER = str.maketrans({"→": "->", "…": "...", "━": "#", "╌": "-", "’": "'", "–": "-"})


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the person asked for before naming a command, and how to speak to them."""

    root: Path | None
    cache: Path | None
    quiet: bool
    verbose: bool
    no_color: bool

    def style(self, text: str, *, err: bool = False, **how: object) -> str:
        """Text in colour where the reader is a person who wants it."""
        plain = self.no_color or os.environ.get("NO_COLOR") or not is_terminal(err=err)
        return text if plain else click.style(text, **how)  # type: ignore[arg-type]

    def say(self, text: str = "") -> None:
        """A line about what was done."""
        if not self.quiet:
            click.echo(text)

    def answer(self, text: str) -> None:
        """What the command was asked for, and gives however quiet it is to be."""
        click.echo(text)

    def refuse(self, message: str, hint: str = "") -> None:
        """Why the command was not carried out, and what to do instead."""
        click.echo(f"{self.style('kb:', err=True, bold=True)} {printable(message)}", err=True)
        if hint:
            click.echo(f"{self._hint(err=True)} {printable(hint)}", err=True)

    def remark(self, text: str) -> None:
        """Something beside the answer, which is no part of it."""
        if not self.quiet:
            click.echo(self.style(printable(text), err=True, dim=True), err=True)

    def warn(self, text: str) -> None:
        """Something a person should know, though all goes on."""
        click.echo(f"{self.style('warning:', err=True, fg='yellow', bold=True)} {printable(text)}", err=True)

    def problems(self, problems: Iterable[Problem], *, err: bool = True) -> None:
        """Each problem as ``path:line:column: code: message``, its line with a caret, and the hint; errors last.

        A person sees a free line between two files.
        """
        apart = is_terminal(err=err)
        last = ""
        for problem in sorted(problems, key=lambda problem: (_ORDER.index(problem.severity), problem)):
            if apart and last and last != problem.place.path:
                click.echo(err=err)
            last = problem.place.path
            for line in self._problem(problem, err=err):
                click.echo(line, err=err)

    def counts(self, problems: Sequence[Problem]) -> str:
        """``2 errors, 5 warnings``, or "" when there are neither."""
        found = Counter(problem.severity for problem in problems)
        return ", ".join(
            self.style(counted(found[severity], severity.value), fg=_COLOURS[severity], bold=True)
            for severity in (Severity.ERROR, Severity.WARNING)
            if found[severity]
        )

    def _problem(self, problem: Problem, *, err: bool) -> Iterator[str]:
        place = self.style(f"{printable(str(problem.place))}:", err=err, bold=True)
        code = self.style(f"{problem.code}:", err=err, fg=_COLOURS[problem.severity])
        yield f"{place} {code} {printable(problem.message)}"
        if problem.excerpt.strip():
            shown, caret = _excerpt(problem.excerpt, problem.place.column)
            yield f"    {shown}"
            yield f"    {' ' * caret}{self.style('^', err=err, fg='red', bold=True)}"
        if problem.hint:
            yield f"{self._hint(err=err)} {printable(problem.hint)}"

    def _hint(self, *, err: bool) -> str:
        return self.style("  hint:", err=err, dim=True)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """A bar for long work, drawn only for a person at a terminal, and wiped at the end."""
        if self.quiet or not is_terminal(err=True):
            yield lambda _what, _done, _all: None
            return
        bar = _Bar(sys.stderr)
        try:
            yield bar.draw
        finally:
            bar.wipe()


@dataclass(slots=True)
class _Bar:
    """A line that says how far the work is."""

    stream: TextIO
    next: float = -1.0
    drawn: bool = False

    def draw(self, what: str, done: int, whole: int) -> None:
        now = monotonic()
        if self.next < 0:
            self.next = now + _BAR_AFTER
        if now < self.next:
            return
        self.next, self.drawn = now + _BAR_EVERY, True
        full = _BAR * done // whole if whole else _BAR
        self.stream.write(f"\r\x1b[K{what:<8} {'━' * full}{'╌' * (_BAR - full)} {done:,} of {whole:,}")
        self.stream.flush()

    def wipe(self) -> None:
        if self.drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def counted(count: int, noun: str) -> str:
    """``1 error``, ``2 errors``, ``1,024 pages``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def is_terminal(*, err: bool) -> bool:
    """Whether a person reads it who sees more than letters. A closed output is None."""
    stream = sys.stderr if err else sys.stdout
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """How many cells a line has. A terminal that does not know says 0."""
    named = os.environ.get("COLUMNS", "")
    try:
        told = int(named) if named.isdecimal() else os.get_terminal_size().columns
    except OSError:
        told = 0
    return told or _WIDTH


def printable(text: str) -> str:
    """Text without what could move the cursor, change colours or turn the direction: a note may hold anything."""
    if text.isprintable():
        return text
    return "".join(_visible(char) for char in text)


def never_fail_to_print() -> None:
    """From now on what a terminal cannot show is spelled out, rather than ending the program."""
    codecs.register_error("kb", _spelled_out)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="kb")


def _spelled_out(error: UnicodeError) -> tuple[str | bytes, int]:
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101 - we only print
    part = error.object[error.start : error.end].translate(_PLAINER)
    return part.encode("ascii", "backslashreplace").decode(), error.end


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """The part of a line around a column, and how many cells are to the left of it."""
    indent = len(line) - len(line.lstrip())
    start = max(min(indent, column - 1), column - _EXCERPT * 3 // 4)
    text = printable(line[start : start + _EXCERPT])
    before = text[: column - 1 - start]
    return text.rstrip(), sum(map(cells, before))


def _visible(char: str) -> str:
    return " " if char == "\t" else "�" if unicodedata.category(char) in {"Cc", "Cf"} else char


def cells(char: str) -> int:
    """How many cells of a terminal a character takes."""
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
