r"""Commands of an author's own: what ``\def`` and ``\newcommand`` say, and what a formula comes to by them.

A definition holds in its formula and in all behind it, in the order of the page. A library that makes MathML sees one
formula at a time, so that it is handed the definitions that this one uses (`Commands.before`), and every formula can
be made, remembered and copied by itself.

What a formula comes to is worked out here before any library expands it: letters and expansions are counted, and a
command that grows for ever is stopped at a count. So a formula with commands may come to what it might say without.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

#: How often the commands of one formula may stand for something, and to how many letters they may come, in the end and
#: on the way there.
MOST_EXPANSIONS = 1_000
MOST_LETTERS, MOST_WRITTEN = 10_000, 100_000
#: Letters that the commands of all formulas of a note may come to, beyond what its author wrote.
MOST_OF_A_NOTE = 1_000_000

#: Commands that math-core does not know, and what they stand for.
LENT = MappingProxyType(
    {
        "mbox": r"\text{#1}",
        "pmb": r"\boldsymbol{#1}",
        "bold": r"\mathbf{#1}",
        "mathds": r"\mathbb{#1}",
        "substack": r"{\begin{subarray}{c}#1\end{subarray}}",
        "textnormal": r"\text{#1}",
    }
)

#: A piece of TeX, and where in the text it stands, or the command that it comes of.
Piece: TypeAlias = tuple[str, int]

_PIECE = re.compile(r"\\[a-zA-Z]+|\\.|%[^\n]*\n?|\s+|.", re.DOTALL)
_COMMENT = re.compile(r"(?<!\\)%")
NAME = re.compile(r"\\(?:[a-zA-Z]+|[^a-zA-Z\s])")
#: What can make another command of one.
_MAKER = re.compile(
    r"\\(?:[gex]?def|let|futurelet|(?:re)?newcommand|providecommand|global|long|outer|expandafter|noexpand|csname"
    r"|(?:re)?newenvironment|DeclareMathOperator|DeclarePairedDelimiter|DeclareRobustCommand|NewDocumentCommand)"
    r"(?![a-zA-Z])"
)
_DEFINED = re.compile(
    r"\\(?:g?def(?![a-zA-Z])\s*(?P<name>\\(?:[a-zA-Z]+|[^a-zA-Z\s]))\s*(?P<numbers>(?:\#[1-9]\s*)*)"
    r"|providecommand\s*\{?\s*(?P<provided>\\(?:[a-zA-Z]+|[^a-zA-Z\s]))\s*\}?\s*(?:\[(?P<count>[0-9])\])?\s*)(?=\{)"
)
_LET = re.compile(
    r"\\let(?![a-zA-Z])\s*(?P<name>\\(?:[a-zA-Z]+|[^a-zA-Z\s]))\s*=?\s?(?P<meant>\\(?:[a-zA-Z]+|[^a-zA-Z\s]))"
)


class Definition(NamedTuple):
    r"""What a command stands for, and how many parameters it has. `meant` is the command of ``\let``, else "".

    One that is only `provided` holds where nobody else has the name. `start` and `end` say where in its formula it is.
    """

    name: str
    body: str
    parameters: int = 0
    meant: str = ""
    provided: bool = False
    start: int = 0
    end: int = 0

    @property
    def written(self) -> str:
        """The definition, to stand before another formula: of a name that means something already, too."""
        if self.meant:
            return f"\\let{self.name}={self.meant} "
        if self.provided:
            return f"\\providecommand{{{self.name}}}[{self.parameters}]{{{self.body}}}"
        numbers = "".join(f"#{number}" for number in range(1, self.parameters + 1))
        return f"\\def{self.name}{numbers}{{{self.body}}}"


class Grown(NamedTuple):
    """What a formula comes to without commands of its author's, and by how many expansions.

    `fault` is what keeps it from being made, "" if nothing does, and `at` where the command stands that is too much.
    """

    text: str = ""
    expansions: int = 0
    fault: str = ""
    at: int = 0


class Commands(NamedTuple):
    """What the formulas of a note have defined so far, and to how many letters their commands have come."""

    known: Mapping[str, Definition] = MappingProxyType({})
    letters: int = 0

    def before(self, text: str) -> str:
        """The definitions that this formula uses and does not make itself."""
        if not self.known or "\\" not in text:
            return ""
        first = {match[0]: match.start() for match in reversed(list(NAME.finditer(text)))}
        own = {
            each.name
            for each in definitions(text) or ()
            if not each.provided and text.find(each.name, each.start) == first[each.name]
        }
        used: dict[str, None] = {}
        asked = [name for name in NAME.findall(text) if name in self.known and name not in own]
        while asked:
            name = asked.pop()
            if name not in used:
                used[name] = None
                asked += [each for each in NAME.findall(self.known[name].body) if each in self.known]
        ordered = sorted((self.known[name] for name in used), key=lambda each: (not each.meant, each.name))
        return "".join(each.written for each in ordered)

    def behind(self, text: str) -> Commands:
        """The commands behind this formula."""
        made, before = definitions(text) or (), self.before(text)
        if not made and not before:
            return self
        known = dict(self.known)
        for each in made:
            if not (each.provided and each.name in known):
                meant = known.get(each.meant)
                known[each.name] = meant._replace(name=each.name) if meant else each
        grown = grown_of(before + text)
        more = len(before) + max(len(grown.text) - len(text), 0) if grown else len(before)
        return Commands(MappingProxyType(known), self.letters + more)


#: Nothing is defined.
NO_COMMANDS = Commands()


def defines(text: str) -> bool:
    """Whether anything in this formula may make a command."""
    return "\\" in text and _MAKER.search(text) is not None


def definitions(text: str) -> tuple[Definition, ...] | None:
    """The definitions of a formula, in their order; None if there is one that is not among those understood here.

    Understood is what stands in no group, has no delimiters between its parameters, and makes no further command.
    """
    found = []
    depth = at = 0
    while piece := _PIECE.match(text, at):
        if not _MAKER.fullmatch(piece[0]):
            depth += (piece[0] == "{") - (piece[0] == "}")
            at = piece.end()
            continue
        made = _definition(text, at)
        if made is None or depth or _MAKER.search(made.body) or _MAKER.fullmatch(made.meant):
            return None
        found.append(made)
        at = made.end
    return tuple(found)


def only_defines(text: str) -> bool:
    """Whether a formula shows nothing, and is there for what it defines."""
    made = definitions(text) if defines(text) else ()
    rest, at = "", 0
    for each in made or ():
        rest, at = rest + text[at : each.start], each.end
    return bool(made) and not re.sub(r"%[^\n]*|\s", "", rest + text[at:])


@lru_cache(maxsize=512)
def grown_of(text: str) -> Grown | None:
    """What a formula comes to; None if that cannot be told.

    It cannot where a command is made in a way that is not understood here, or twice; nor where something is said twice
    and there are comments, which a library may see otherwise.
    """
    made = definitions(text)
    if made is None or len({each.name for each in made}) < len(made):
        return None
    if _COMMENT.search(text) and any(max(_body(each).uses, default=0) > 1 for each in made):
        return None
    known = {f"\\{name}": Definition(f"\\{name}", body, 1) for name, body in LENT.items()}
    for each in made:
        known.pop(each.name, None)
        if not each.meant:
            known[each.name] = each
        elif each.meant in known:
            known[each.name] = known[each.meant]
    waiting: list[Piece] = []
    at = 0
    for start, end in (*((each.start, each.end) for each in made), (len(text), len(text))):
        waiting += _pieces(text, at, start)
        at = end
    return _expanded(waiting[::-1], known)


def _expanded(waiting: list[Piece], known: Mapping[str, Definition]) -> Grown:
    """The pieces, of which the last is the first, with what commands stand for in their place."""
    bodies = {name: _body(each) for name, each in known.items()}
    most = max(MOST_LETTERS, sum(len(piece) for piece, _ in waiting))
    out: list[str] = []
    letters = written = expansions = last = 0
    while waiting:
        piece, at = waiting.pop()
        if piece in bodies:
            body = bodies[piece]
            expansions, last = expansions + 1, at
            given = _given(waiting, known[piece].parameters)
            written += body.letters + sum(
                number * sum(map(len, each)) for number, each in zip(body.uses, given, strict=True)
            )
            if expansions > MOST_EXPANSIONS:
                return Grown(
                    fault=f"its commands stand for something more than {MOST_EXPANSIONS:,} times", at=at
                )
            if written <= MOST_WRITTEN:
                waiting += [(each, at) for each in reversed(_replaced(body.pieces, given))]
        else:
            out.append(f"{piece} " if len(piece) > 1 and piece[-1].isalpha() else piece)
            letters += len(piece)
        if expansions and (letters > most or written > MOST_WRITTEN):
            return Grown(fault=f"its commands come to more than {MOST_LETTERS:,} letters", at=last)
    return Grown("".join(out), expansions)


class _Body(NamedTuple):
    """What a command stands for: how many letters, and how often each parameter stands in it."""

    pieces: tuple[str, ...]
    letters: int
    uses: tuple[int, ...]


def _body(definition: Definition) -> _Body:
    pieces = tuple(piece for piece, _ in _pieces(definition.body, 0, len(definition.body)))
    after = Counter(number for sign, number in pairwise(pieces) if sign == "#")
    uses = tuple(after[str(number)] for number in range(1, definition.parameters + 1))
    return _Body(pieces, sum(map(len, pieces)), uses)


def _given(waiting: list[Piece], parameters: int) -> list[list[str]]:
    """What stands behind a command for each of its parameters, taken from there: a group, or one piece."""
    given: list[list[str]] = []
    for _ in range(parameters):
        while waiting and waiting[-1][0].isspace():
            waiting.pop()
        group: list[str] = []
        depth = 0
        while waiting:
            piece, _at = waiting.pop()
            depth += (piece == "{") - (piece == "}")
            group.append(piece)
            if depth <= 0:
                break
        given.append(group[1:-1] if len(group) > 1 else group)
    return given


def _replaced(body: Sequence[str], given: Sequence[Sequence[str]]) -> list[str]:
    """A body with what is given in place of its parameters."""
    out: list[str] = []
    pieces = iter(body)
    for piece in pieces:
        if piece != "#":
            out.append(piece)
            continue
        number = next(pieces, "")
        if number.isdecimal() and 0 < int(number) <= len(given):
            out += given[int(number) - 1]
    return out


def _pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    r"""The pieces of a text with their places. A comment is none, nor is a blank that ends a command's name."""
    before = ""
    for match in _PIECE.finditer(text, start, end):
        piece = match[0]
        if piece.startswith("%") or (piece.isspace() and len(before) > 1 and before[-1].isalpha()):
            continue
        before = piece
        yield piece, match.start()


def _definition(text: str, at: int) -> Definition | None:
    if let := _LET.match(text, at):
        return Definition(let["name"], "", 0, let["meant"], start=at, end=let.end())
    head = _DEFINED.match(text, at)
    end = _end_of_group(text, head.end()) if head else -1
    if head is None or end < 0:
        return None
    body = text[head.end() + 1 : end - 1]
    if head["provided"]:
        return Definition(head["provided"], body, int(head["count"] or 0), provided=True, start=at, end=end)
    numbers = "".join(head["numbers"].split())
    if not "#1#2#3#4#5#6#7#8#9".startswith(numbers):
        return None
    return Definition(head["name"], body, len(numbers) // 2, start=at, end=end)


def _end_of_group(text: str, at: int) -> int:
    """Where the group ends that begins there; -1 if it does not."""
    depth = 0
    for match in _PIECE.finditer(text, at):
        depth += (match[0] == "{") - (match[0] == "}")
        if not depth:
            return match.end()
    return -1
