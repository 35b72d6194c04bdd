r"""Numbers of equations, and the ways to them: ``\label``, ``\tag``, ``\ref``, ``\eqref``.

An equation has a number if it has a label: the note's first is 1. A ``\tag`` in the same line is the number instead.
Labels are the note's own; each is the id of its equation, so that other notes can link to it as to a heading
(``[[Note#eq:em]]``). References stand in the text or in a formula, before or behind what they refer to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from kb.model.settings import Dialect
from kb.read.commands import NO_COMMANDS, Commands
from kb.read.markup import escaped
from kb.read.mathml import Mistake, has_lines, mathml
from kb.read.safe_mathml import reannotated
from kb.read.spelling import nearest

_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")
_REFERENCE = re.compile(r"\\(eq)?ref\s*\{([^{}\n]{1,200})\}")
_ROW = re.compile(r"\\\\")
#: The number of a line, at the margin.
_NUMBERS = re.compile(r'<mtd class="[^"]*(?:margin|edge)[^"]*"><mtext>[^<]')
_ODD = re.compile(r"[^\w:.-]+")


class Equations(NamedTuple):
    """The equations of a note: the number of each label."""

    numbers: Mapping[str, str] = MappingProxyType({})

    def unknown(self, label: str) -> tuple[str, str]:
        """What is wrong with a reference to a label that is not there, and what to do."""
        near = nearest(label, tuple(self.numbers))
        hint = (
            f"did you mean \\eqref{{{near}}}?"
            if near
            else f"write \\label{{{label}}} in the formula that is meant"
        )
        return f"no equation of this note is labelled '{label}'", hint


NO_EQUATIONS = Equations()


def add_references(md: MarkdownIt, dialect: Dialect) -> None:  # noqa: ARG001 - all rules are added alike
    """Teach `md` references to equations in a text."""
    md.inline.ruler.before("escape", "equation_ref", _reference)


def equations_of(tokens: Iterable[Token]) -> Equations:
    """The equations that stand by themselves among the tokens of a note, numbered in their order."""
    numbers: dict[str, str] = {}
    count = 0
    for token in tokens:
        if token.type != "math_block" or "\\label" not in token.content:
            continue
        for row in _ROW.split(token.content):
            labels = [label.strip() for label in _LABEL.findall(row)]
            if not labels:
                continue
            tag = _TAG.search(row)
            count += tag is None
            number = tag[2].strip() if tag else str(count)
            for label in labels:
                numbers.setdefault(label, number)
    return Equations(numbers)


class Shown(NamedTuple):
    """A formula as HTML, or why there is none; the ids that it gives, and the labels that others have already."""

    html: str | Mistake
    ids: tuple[str, ...]
    again: tuple[str, ...]


def shown(tex: str, equations: Equations, taken: set[str], commands: Commands = NO_COMMANDS) -> Shown:
    """A formula that stands by itself, with its number. Labels in `taken` give no id again; new ones go there.

    `commands` are those that the formulas before it have defined.
    """
    labels = [label.strip() for label in _LABEL.findall(tex)]
    new = tuple(dict.fromkeys(label for label in labels if label not in taken))
    again = tuple(label for at, label in enumerate(labels) if label in taken or label in labels[:at])
    taken.update(new)
    ids = tuple(_id_of(label) for label in new)
    text, number = referred(tex, equations), ""
    said = ""
    if _has_numbers_of_lines(tex):
        text = "\\\\".join(_tagged(row, equations, lines=has_lines(tex)) for row in _ROW.split(text))
    elif tag := _TAG.search(text):
        if _is_plain(tag[2]):  # else it is for TeX to say, behind the formula
            said, text = text, _TAG.sub(" ", text, count=1)
            number = tag[2].strip() if tag[1] else f"({tag[2].strip()})"
    elif labels:
        number = f"({equations.numbers.get(labels[0], '')})"
    html = mathml(text, display=True, commands=commands)
    if isinstance(html, Mistake):
        own = mathml(
            tex, display=True, commands=commands
        )  # as its author wrote it, so that its place is right
        return Shown(own if isinstance(own, Mistake) else html, ids, again)
    return Shown(_framed(reannotated(html, text, said) if said else html, ids, number), ids, again)


def _has_numbers_of_lines(tex: str) -> bool:
    """Whether it is each line of the formula that may have a number, and not the whole."""
    labels = len(_LABEL.findall(tex)) + len(_TAG.findall(tex))
    return _ROW.search(tex) is not None and (labels > 1 or has_lines(tex))


def _is_plain(text: str) -> bool:
    return not re.search(r"[\\${}]", text)


def referred(tex: str, equations: Equations) -> str:
    """A formula with the numbers of what it refers to."""
    if "ref" not in tex:
        return tex
    return _REFERENCE.sub(lambda match: f"\\text{{{_number(match[1], match[2], equations)}}}", tex)


def reference(token: Token, equations: Equations) -> str:
    """A reference in a text as a link to its equation; as it was written where there is none."""
    label = token.meta["label"]
    if label not in equations.numbers:
        return f'<span class="equation-ref">{escaped(token.content)}</span>'
    number = _number(token.meta["eq"], label, equations)
    return f'<a class="equation-ref" href="#{_id_of(label)}">{escaped(number)}</a>'


def _number(eq: str | None, label: str, equations: Equations) -> str:
    number = equations.numbers.get(label.strip(), "?")
    return f"({number})" if eq else number


def _framed(html: str, ids: Sequence[str], number: str) -> str:
    more = "".join(f'<span id="{each}"></span>' for each in ids[1:])
    kind = "formula numbered" if number else "formula lined" if _NUMBERS.search(html) else "formula"
    shown_number = f'<span class="number">{escaped(number)}</span>' if number else ""
    named = f' id="{ids[0]}"' if ids else ""
    return f'<div class="{kind}"{named}>{more}{html}{shown_number}</div>\n'


def _tagged(row: str, equations: Equations, *, lines: bool) -> str:
    """A line of a formula whose label has become its number: where it is, if `lines` have numbers, else at the end."""
    label = _LABEL.search(row)
    if label is None:
        return row
    bare = _LABEL.sub("", row)
    if _TAG.search(bare):
        return bare
    number = f"\\tag{{{equations.numbers.get(label[1].strip(), '')}}} "
    if lines:
        return _LABEL.sub("", f"{row[: label.start()]}{number}{row[label.end() :]}")
    end = re.search(r"\s*(?:\\end\{[^{}]*\}\s*)*\Z", bare)
    at = end.start() if end else len(bare)
    return f"{bare[:at]}{number}{bare[at:]}"


def _id_of(label: str) -> str:
    """The id of an equation: its label, where that can be one, and never that of a heading."""
    name = _ODD.sub("-", label).strip("-") or "equation"
    return name if name.startswith("eq:") else f"eq:{name}"


def _reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    if not state.src.startswith(("\\eqref", "\\ref"), state.pos):
        return False
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("equation_ref", "", 0)
        token.content = match[0]
        token.meta = {"label": match[2].strip(), "eq": match[1], "at": state.pos}
    state.pos = match.end()
    return True
