"""TeX becomes MathML Core, which browsers show without a script.

math-core does it, and where it refuses Temml (`kb.read.temml`), if that is installed. Whether what they give may stand
in a page, `kb.read.safe_mathml` says; what the author's own commands come to, `kb.read.commands`. The author's TeX
stays with the formula as its annotation, where feeds and whoever copies it find it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from html import unescape
from math import log
from typing import Any, NamedTuple, TypeAlias

from kb.read import temml
from kb.read.commands import (
    LENT,
    MOST_OF_A_NOTE,
    MOST_WRITTEN,
    NAME,
    NO_COMMANDS,
    Commands,
    defines,
    grown_of,
    only_defines,
)
from kb.read.safe_mathml import annotated, safe

#: math-core calls itself for each level, and the process dies where the stack ends, behind 3,000 levels on 8 MB. So
#: many signs that may open a level are allowed one after another.
_DEEPEST = 1000
#: math-core 0.9.0 takes twice as long for each bracket behind a function that is never closed: 18 of them 0.3 s.
_MOST_OPEN = 10
#: How often commands may stand for something else, in one formula.
_EXPANSIONS = 200
#: Letters that a formula may come to where a command says twice what it is given: 142 doublings never end.
_MOST_COPIED = 1_000_000

_HINT = "it is shown as its TeX"

_IN_TWO_DIMENSIONS = re.compile("<m(?:su|und|ov|fr|sq|roo|ta|mu|en)")
_TAG = re.compile("<[^>]*>")
_MISTAKE = re.compile(r"(?:(\w+):)?(\d+): (.*)", re.DOTALL)
_BRACKETS = re.compile(r"(?P<open>[(\[])|(?P<close>[)\]])|(?P<wall>\\\\|[{}&])|\\.", re.DOTALL)
#: A definition up to what the command stands for, and what it is given.
_DEFINITION, _GIVEN = re.compile(r"\\[a-z]*def\s*\\[^{]*|\\[a-z]*command"), re.compile(r"#(\d)")
_OPENER = re.compile(r"\\[a-zA-Z]|[({\[^_'-]")

#: What is written in another way for math-core.
_OTHERWISE = re.compile(
    r"\\(?P<side>begin|end)\{(?P<name>split|equation|align|gather|multline|flalign\*?|alignat\*?|alignedat|eqnarray\*?)\}"
    r"(?P<count>\{\d+\})?"
    r"|(?P<distance>\\\\\s*\[\s*-?[\d.]+\s*(?:em|ex|pt|mm|cm|in|px|mu|pc)\s*\])"
    r"|(?P<silent>\\label\s*\{[^{}]*\}|\\(?:notag|nonumber)\b)"
    r"|\\tag(?P<alone>\*?)\s*\{(?P<tag>[^{}]*)\}"
    r"|\\(?:text|mbox)\{(?P<before>[^{}$]*)\$(?P<maths>[^{}$]*)\$(?P<after>[^{}$]*)\}"
    r"|\\(?:re)?newcommand\*?\s*(?:\{\s*(?P<braced>\\(?:[a-zA-Z]+|[^a-zA-Z\s]))\s*\}|(?P<bare>\\(?:[a-zA-Z]+|[^a-zA-Z\s])))"
    r"\s*(?:\[(?P<parameters>[1-9])\])?\s*(?=\{)"
    r"|\\(?P<starred>providecommand)\*"
    r"|\\DeclareMathOperator(?P<limits>\*?)\s*\{?\s*(?P<operator>\\[a-zA-Z]+)\s*\}?\s*"
    r"\{(?P<shown>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
)
_NAMES = {
    "split": "aligned",
    "alignedat": "aligned",
    "equation": "equation*",
    "align": "align*",
    "gather": "gather*",
    "multline": "multline*",
}
#: What every line of which may have a number, which stands at the margin.
_LINES = re.compile(r"\s*\\begin\{(?:align|gather|multline|flalign|alignat)\*?\}")


#: Where something begins and ends in the author's text, and how long it is in ours.
Edit: TypeAlias = tuple[int, int, int]


class Mistake(NamedTuple):
    """Why a formula cannot be shown as one, and at which of its letters."""

    offset: int
    message: str
    hint: str = _HINT


def mathml(tex: str, *, display: bool, commands: Commands = NO_COMMANDS) -> str | Mistake:
    """The formula as one element, ``math``, or why there is none. `display` says whether it stands by itself.

    `commands` are those that the formulas before it have defined; those that it uses stand in its annotation, too.
    """
    if (fault := _fault(tex)) is not None:
        return fault
    if not commands.known and not defines(tex):
        return _made(tex, display)
    text, edits = _rewritten(tex)
    before = commands.before(text)
    expansions = for_temml = _EXPANSIONS
    if before or defines(text):
        grown = grown_of(before + text)
        if commands.letters > MOST_OF_A_NOTE:
            return Mistake(0, f"the commands of this note come to more than {MOST_OF_A_NOTE:,} letters")
        for_temml = _expansions(before + text)
        if grown is None:
            expansions = for_temml
        elif grown.fault:
            return Mistake(_place(grown.at, before, tex, edits), grown.fault)
        elif (fault := _fault(grown.text)) is not None:
            return fault
        else:
            expansions = grown.expansions
            for_temml = max(for_temml, 0 if _copies(before + text) > 1 else expansions + _EXPANSIONS)
    return _made(tex, display, before, expansions, for_temml)


def in_letters(tex: str, commands: Commands = NO_COMMANDS) -> str:
    """A formula in letters alone: its signs in their order, or its TeX where their places say something."""
    html = mathml(tex, display=False, commands=commands)
    if isinstance(html, Mistake) or _IN_TWO_DIMENSIONS.search(html):
        return tex
    return unescape(_TAG.sub("", html.partition("<annotation")[0]))


def has_lines(tex: str) -> bool:
    """Whether the formula is of an environment each line of which may have a number."""
    return _LINES.match(tex) is not None


def commands_after(tex: str, commands: Commands) -> Commands:
    """What formulas behind this one may use, whether it could be made or not."""
    return commands.behind(_rewritten(tex)[0]) if commands.known or defines(tex) else commands


def shows_nothing(tex: str) -> bool:
    """Whether the formula is there for what it defines alone."""
    return defines(tex) and only_defines(_rewritten(tex)[0])


def _fault(tex: str) -> Mistake | None:
    """Why a formula is not given to a library at all."""
    if len(tex) > _DEEPEST and sum(1 for _ in _OPENER.finditer(tex)) > _DEEPEST:
        return Mistake(0, "it is too long")
    if _left_open(tex) > _MOST_OPEN:
        return Mistake(0, f"more than {_MOST_OPEN} brackets in it are never closed")
    return None


def _left_open(tex: str) -> int:
    """How many brackets are opened and not closed before their group or their cell ends."""
    total = here = 0
    for token in _BRACKETS.finditer(tex):
        if token["open"]:
            here += 1
        elif token["close"]:
            here = max(here - 1, 0)
        elif token["wall"]:
            total, here = total + here, 0
    return total + here


def _copies(tex: str) -> int:
    """How often, at most, one of the author's own commands says what it is given."""
    return max(max(Counter(_GIVEN.findall(body)).values(), default=0) for body in _DEFINITION.split(tex))


def _expansions(text: str) -> int:
    """How often commands may stand for something in a formula of which nobody knows what it comes to.

    What they stand for may be long, or say twice what it is given.
    """
    opened = sum(1 for _ in _OPENER.finditer(text))
    expansions = min(_DEEPEST // opened if opened else _EXPANSIONS, MOST_WRITTEN // len(text))
    if _left_open(text):
        expansions = min(expansions, _MOST_OPEN)
    if (copies := _copies(text)) > 1:
        expansions = min(expansions, max(int(log(_MOST_COPIED / len(text), copies)), 1))
    return expansions


@lru_cache(maxsize=512)
def _made(
    tex: str,
    display: bool,  # noqa: FBT001 - a cache wants it so
    before: str = "",
    expansions: int = _EXPANSIONS,
    for_temml: int = _EXPANSIONS,
) -> str | Mistake:
    """The formula behind definitions, which `before` holds. Temml counts what its own commands stand for, too."""
    from math_core import LatexError  # noqa: PLC0415 - a note without maths pays nothing

    text, edits = _rewritten(tex)
    html, refused = "", None
    try:
        html = _converter(expansions).convert_with_local_state(before + text, displaystyle=display)
    except LatexError as error:
        refused = error
    made = safe(html)
    if made is None:
        made = safe(temml.made(before + text, display=display, expansions=for_temml))
    return annotated(made, before + tex) if made is not None else _mistake(refused, before, tex, edits)


def _mistake(refused: Exception | None, before: str, tex: str, edits: Sequence[Edit]) -> Mistake:
    """What math-core says of a formula that nobody could read; if it says nothing, that it is not safe."""
    hint = _HINT if temml.is_installed() else f"{_HINT}; more commands are known with pip install 'kb[math]'"
    if refused is None:
        return Mistake(0, "it holds what no formula may hold", hint)
    found = _MISTAKE.fullmatch(str(refused))
    if not found or found[1]:
        return Mistake(0, (found[3] if found else str(refused)).strip(), hint)
    return Mistake(_place(int(found[2]), before, tex, edits), found[3].strip(), hint)


def _place(offset: int, before: str, tex: str, edits: Sequence[Edit]) -> int:
    """The offset in the author's text of what stands at `offset` in ours, behind the definitions."""
    if offset >= len(before):
        return min(_origin(offset - len(before), edits), len(tex))
    uses = (match.start() for match in NAME.finditer(tex) if match[0] in before)
    return next(uses, 0)


@cache
def _converter(expansions: int) -> Any:
    from math_core import LatexToMathML  # noqa: PLC0415 - a note without maths pays nothing

    return LatexToMathML(
        macros=dict(LENT),
        fancy_error=False,
        allow_unreliable_rendering=True,  # a tilde that is too short says more than its name
        max_expansions=expansions,
    )


def _rewritten(tex: str) -> tuple[str, list[Edit]]:
    """The formula as math-core wants it, and where that is not what its author wrote."""
    edits: list[Edit] = []
    return _OTHERWISE.sub(lambda match: _otherwise(match, edits), tex), edits


def _otherwise(match: re.Match[str], edits: list[Edit]) -> str:
    if match["distance"]:
        text = "\\\\ "
    elif match["silent"]:
        text = " "
    elif match["tag"] is not None:
        text = _tag(match)
    elif match["maths"] is not None:
        text = f"\\text{{{match['before']}}}{{{match['maths']}}}\\text{{{match['after']}}}"
    elif match["starred"]:
        text = f"\\{match['starred']}"
    elif match["operator"]:
        text = f"\\def{match['operator']}{{\\operatorname{match['limits']}{{{match['shown']}}}}}"
    elif name := match["braced"] or match["bare"]:
        # As in MathJax, one may name what the library knows: authors cannot know what it does.
        text = f"\\def{name}{''.join(f'#{number}' for number in range(1, int(match['parameters'] or 0) + 1))}"
    else:
        text = _environment(match["name"], match["side"], match["count"] or "")
    edits.append((match.start(), match.end(), len(text)))
    return text


def _tag(match: re.Match[str]) -> str:
    """A number in a line: as it is, where lines have numbers; else behind what stands there."""
    before = match.string[: match.start()]
    if _LINES.match(before) and before.count("\\begin{") - before.count("\\end{") == 1:
        return match[0]
    return f"\\qquad\\text{{{match['tag'] if match['alone'] else '(' + match['tag'] + ')'}}}"


def _environment(name: str, side: str, count: str) -> str:
    if name.startswith("eqnarray"):
        return f"\\{side}{{array}}" + ("{rcl}" if side == "begin" else "")
    if name.startswith(("alignat", "flalign", "alignedat")):
        return f"\\{side}{{{_NAMES.get(name, 'align*')}}}" + ("" if name.startswith("al") else count)
    return f"\\{side}{{{_NAMES[name]}}}{count}"


def _origin(offset: int, edits: Sequence[Edit]) -> int:
    """The offset in the author's text of what stands at `offset` in ours."""
    grown = 0
    for start, end, length in edits:
        if offset < start + grown:
            break
        if offset < start + grown + length:
            return start
        grown += length - (end - start)
    return max(offset - grown, 0)
