"""TeX becomes MathML Core, which browsers show without a script.

math-core does it, and where it refuses Temml (`kb.read.temml`), if that is installed. What they give is not taken on
trust: every tag and attribute has to be one of those below, or the formula counts as refused, so that no TeX and no
slip of a library puts anything else into a page. Its style
attributes, which a strict Content-Security-Policy forbids, become classes that the theme's ``needs/math.css`` knows.
The author's TeX stays with the formula as its annotation, where feeds and whoever copies it find it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from html import unescape
from math import log
from typing import Any, NamedTuple

from kb.read import temml
from kb.read.markup import escaped

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

#: Commands that math-core does not know.
_MACROS = {
    "mbox": r"\text{#1}",
    "pmb": r"\boldsymbol{#1}",
    "bold": r"\mathbf{#1}",
    "mathds": r"\mathbb{#1}",
    "substack": r"{\begin{subarray}{c}#1\end{subarray}}",
    "textnormal": r"\text{#1}",
}

_TAGS = (
    "math|semantics|mrow|mi|mn|mo|mtext|mspace|ms|msup|msub|msubsup|munder|mover|munderover|mfrac|msqrt|mroot"
    "|mtable|mtr|mtd|mphantom|mpadded|mmultiscripts|mprescripts|menclose|mstyle|b|i|em|s|u|code"
)
_ATTRIBUTES = (
    "display|displaystyle|scriptlevel|stretchy|symmetric|movablelimits|largeop|lspace|rspace|minsize|maxsize|form"
    "|fence|separator|accent|accentunder|linethickness|width|height|depth|voffset|mathvariant|mathcolor"
    "|mathbackground|mathsize|notation|class"
)
#: All that a formula may consist of.
_SAFE = re.compile(
    rf"""(?:[^<>&]++|&(?:lt|gt|amp|quot|\#39);|</?+(?:{_TAGS})(?:\ (?:{_ATTRIBUTES})="[^"<>&]*+")*+\ ?/?>)*+"""
)
#: A bracket whose size the author chose, with an index: in Chromium it sinks below its line, unless it has a row.
_LARGE = re.compile(r"(<m(?:sup|sub|subsup)>)<mo (minsize=[^<>]*>[^<>]*</mo>)")
_IN_TWO_DIMENSIONS = re.compile("<m(?:su|und|ov|fr|sq|roo|ta|mu|en)")
_TAG = re.compile("<[^>]*>")
_STYLED = re.compile(r"""<(\w+)([^<>]*?) style="([^"]*)"([^<>]*)>""")
#: What a page has in place of what math-core writes. Its bar, a combining sign, stands beside what it belongs to.
_INSTEAD = {
    "&ApplyFunction;": "\u2061",
    "&InvisibleTimes;": "\u2062",
    '<mo stretchy="true">\u0332</mo>': '<mo stretchy="true">_</mo>',
}
_MISTAKE = re.compile(r"(?:(\w+):)?(\d+): (.*)", re.DOTALL)
_BRACKETS = re.compile(r"(?P<open>[(\[])|(?P<close>[)\]])|(?P<wall>\\\\|[{}&])|\\.", re.DOTALL)
#: A definition up to what the command stands for, and what it is given.
_DEFINITION, _GIVEN = re.compile(r"\\[a-z]*def\s*\\[^{]*|\\[a-z]*command"), re.compile(r"#(\d)")
_OPENER = re.compile(r"\\[a-zA-Z]|[({\[^_'-]")

#: What stands in style attributes, and the class that says the same.
_CLASSES = {
    "text-align:left": "left",
    "text-align:right": "right",
    "padding-left:0": "joined-left",
    "padding-right:0": "joined-right",
    "padding-left:1em": "apart",
    "border-left:0.05em solid currentcolor": "line-left",
    "border-right:0.05em solid currentcolor": "line-right",
    "border-top:0.05em solid currentcolor": "line-top",
    "border-left:0.05em dashed currentcolor": "dash-left",
    "border-right:0.05em dashed currentcolor": "dash-right",
    "border-top:0.05em dashed currentcolor": "dash-top",
    "math-shift:compact": "compact",
}

#: What is written in another way for math-core. Numbers of lines are not known: nothing is numbered by itself.
_OTHERWISE = re.compile(
    r"\\(?P<side>begin|end)\{(?P<name>split|equation|align|gather|multline|flalign\*?|alignat\*?|alignedat|eqnarray\*?)\}"
    r"(?P<count>\{\d+\})?"
    r"|(?P<distance>\\\\\s*\[\s*-?[\d.]+\s*(?:em|ex|pt|mm|cm|in|px|mu|pc)\s*\])"
    r"|(?P<silent>\\label\s*\{[^{}]*\}|\\(?:notag|nonumber)\b)"
    r"|\\tag(?P<bare>\*?)\s*\{(?P<tag>[^{}]*)\}"
    r"|\\(?:text|mbox)\{(?P<before>[^{}$]*)\$(?P<maths>[^{}$]*)\$(?P<after>[^{}$]*)\}"
)
_NAMES = {
    "split": "aligned",
    "alignedat": "aligned",
    "equation": "equation*",
    "align": "align*",
    "gather": "gather*",
    "multline": "multline*",
}


class Mistake(NamedTuple):
    """Why a formula cannot be shown as one, and at which of its letters."""

    offset: int
    message: str
    hint: str = _HINT


def mathml(tex: str, *, display: bool) -> str | Mistake:
    """The formula as one element, ``math``, or why there is none. `display` says whether it stands by itself."""
    if len(tex) > _DEEPEST and sum(1 for _ in _OPENER.finditer(tex)) > _DEEPEST:
        return Mistake(0, "it is too long")
    if _left_open(tex) > _MOST_OPEN:
        return Mistake(0, f"more than {_MOST_OPEN} brackets in it are never closed")
    return _made(tex, display)


def in_letters(tex: str) -> str:
    """A formula in letters alone: its signs in their order, or its TeX where their places say something."""
    html = mathml(tex, display=False)
    if isinstance(html, Mistake) or _IN_TWO_DIMENSIONS.search(html):
        return tex
    return unescape(_TAG.sub("", html.partition("<annotation")[0]))


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


@lru_cache(maxsize=512)
def _made(tex: str, display: bool) -> str | Mistake:  # noqa: FBT001 - a cache wants it so
    from math_core import LatexError  # noqa: PLC0415 - a note without maths pays nothing

    edits: list[
        tuple[int, int, int]
    ] = []  # where it begins and ends in the author's text, how long it is in ours
    text = _OTHERWISE.sub(lambda match: _otherwise(match, edits), tex)
    # What an author's own command stands for may be long, so that it is not to stand for it often.
    own = _DEFINITION.search(tex) is not None
    opened = sum(1 for _ in _OPENER.finditer(tex)) if own else 0
    expansions = _DEEPEST // opened if opened else _EXPANSIONS
    if own and _left_open(tex):
        expansions = min(expansions, _MOST_OPEN)
    if own and (copies := _copies(tex)) > 1:
        expansions = min(expansions, max(int(log(_MOST_COPIED / len(tex), copies)), 1))
    html, refused = "", None
    try:
        html = _converter(expansions).convert_with_local_state(text, displaystyle=display)
    except LatexError as error:
        refused = error
    safe = _safe(html)
    if safe is None:
        safe = _safe(temml.made(text, display=display, expansions=expansions))
    return _annotated(safe, tex) if safe is not None else _mistake(refused, tex, edits)


def _mistake(refused: Exception | None, tex: str, edits: list[tuple[int, int, int]]) -> Mistake:
    """What math-core says of a formula that nobody could read; if it says nothing, that it is not safe."""
    hint = _HINT if temml.is_installed() else f"{_HINT}; more commands are known with pip install 'kb[math]'"
    if refused is None:
        return Mistake(0, "it holds what no formula may hold", hint)
    found = _MISTAKE.fullmatch(str(refused))
    if not found or found[1]:
        return Mistake(0, (found[3] if found else str(refused)).strip(), hint)
    return Mistake(min(_origin(int(found[2]), edits), len(tex)), found[3].strip(), hint)


@cache
def _converter(expansions: int) -> Any:
    from math_core import LatexToMathML  # noqa: PLC0415 - a note without maths pays nothing

    return LatexToMathML(
        macros=_MACROS,
        fancy_error=False,
        allow_unreliable_rendering=True,  # a tilde that is too short says more than its name
        max_expansions=expansions,
    )


def _otherwise(match: re.Match[str], edits: list[tuple[int, int, int]]) -> str:
    if match["distance"]:
        text = "\\\\ "
    elif match["silent"]:
        text = " "
    elif match["tag"] is not None:
        text = f"\\qquad\\text{{{match['tag'] if match['bare'] else '(' + match['tag'] + ')'}}}"
    elif match["maths"] is not None:
        text = f"\\text{{{match['before']}}}{{{match['maths']}}}\\text{{{match['after']}}}"
    else:
        text = _environment(match["name"], match["side"], match["count"] or "")
    edits.append((match.start(), match.end(), len(text)))
    return text


def _environment(name: str, side: str, count: str) -> str:
    if name.startswith("eqnarray"):
        return f"\\{side}{{array}}" + ("{rcl}" if side == "begin" else "")
    if name.startswith(("alignat", "flalign", "alignedat")):
        return f"\\{side}{{{_NAMES.get(name, 'align*')}}}" + ("" if name.startswith("al") else count)
    return f"\\{side}{{{_NAMES[name]}}}{count}"


def _origin(offset: int, edits: list[tuple[int, int, int]]) -> int:
    """The offset in the author's text of what stands at `offset` in ours."""
    grown = 0
    for start, end, length in edits:
        if offset < start + grown:
            break
        if offset < start + grown + length:
            return start
        grown += length - (end - start)
    return max(offset - grown, 0)


def _annotated(html: str, tex: str) -> str:
    opening, _, rest = html.partition(">")
    inner = rest.removesuffix("</math>")
    return (
        f"{opening}><semantics><mrow>{inner}</mrow>"
        f'<annotation encoding="application/x-tex">{escaped(tex)}</annotation></semantics></math>'
    )


def _safe(html: str) -> str | None:
    """The MathML without style attributes; None if there is anything in it that has no business in a formula."""
    for written, meant in _INSTEAD.items():
        if written in html:
            html = html.replace(written, meant)
    if " style=" in html:
        html = _STYLED.sub(_classed, html)
    if "><mo minsize=" in html:
        html = _LARGE.sub(r'\1<mrow><mo form="postfix" \2</mrow>', html)
    if not html.startswith("<math") or not html.endswith("</math>") or html.count("<math") > 1:
        return None
    return html if _SAFE.fullmatch(html) else None


def _classed(match: re.Match[str]) -> str:
    name, before, style, after = match.groups()
    return f"<{name}{before}{_attributes(style)}{after}>"


@lru_cache(maxsize=512)
def _attributes(style: str) -> str:
    """A style as attributes. What no class stands for is left away."""
    classes: list[str] = []
    color = ""
    for declaration in style.split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        known = _CLASSES.get(f"{key}:{value}")
        if known and known not in classes:
            classes.append(known)
        elif key == "color" and re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
            color = f' mathcolor="{value}"'
    return (f' class="{" ".join(classes)}"' if classes else "") + color
