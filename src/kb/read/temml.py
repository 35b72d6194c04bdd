r"""Formulas that math-core refuses, by Temml in QuickJS (the extra ``math``): it knows some 300 more commands.

Temml runs where there is nothing but the language: no file, no clock but for dates, no network. What it may cost is
counted, in letters, expansions and bytes, never in time, so that a formula comes out alike on every machine. Its
style attributes and its classes become the classes that the theme's ``needs/math.css`` knows; whether the rest is
safe is for `kb.read.mathml` to say, as it is of all that any library makes.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

#: Letters of a formula that is tried here. Temml needs 0.4 ms for a short one, and up to 0.4 s for one of these.
_LONGEST = 10_000
#: Bytes. Temml itself takes 1.5 MB.
_MEMORY = 64 << 20
#: Ems that a length in a formula may have.
_MOST_EMS = 50

#: JSON, because this binding hands over no string that QuickJS has put together only in name. One that is no mistake of
#: the author's says that this Temml may be in any state.
_ASK = r"""
(tex, display, expansions, ems) => {
  try {
    const macros = {"\\mathds": "\\mathbb{#1}", "\\pmb": "\\boldsymbol{#1}", "\\bold": "\\mathbf{#1}"};
    const settings = {displayMode: display, throwOnError: true, maxExpand: expansions, maxSize: [ems, ems], macros};
    return JSON.stringify({made: temml.renderToString(tex, settings)});
  } catch (error) {
    return JSON.stringify({broken: error.name !== "ParseError"});
  }
}
"""

_TAG = re.compile(r'<(\w+)((?: [\w-]+="[^"<>]*")+)>')
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"<>]*)"')
_BORDER = re.compile(r"border-(left|right|top|bottom):\S+ (solid|dashed)")
_NOTHING = re.compile(r"0(?:em|pt|px)?")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")

#: What Temml's classes are called in ours. What is not here only moves a letter by a hair in one browser.
_CLASSES = {
    "tml-left": "left",
    "tml-right": "right",
    "tml-shift-left": "shift-left",
    "tml-cancel": "strike",
    "upstrike": "strike-up",
    "downstrike": "strike-down",
    "tml-xcancel": "strike-both",
    "sout": "strike-across",
    "tml-overline": "line-over",
    "tml-underline": "line-under",
    "longdiv-top": "division",
    "longdiv-arc": "division-arc",
    "phasor-bottom": "phasor",
    "phasor-angle": "phasor-angle",
    "actuarial": "actuarial",
    "circle-pad": "circled",
    "textcircle": "circle",
    "menclose": "tending",
    "tml-cancelto": "strike-arrow",
}
_STYLES = {
    "padding-left:1em": ("apart",),
    "padding:0": ("joined-left", "joined-right"),
    "width:50%": ("margin",),
    "width:7.5%": ("edge",),
    "transform:scaleX(-1)": ("mirrored",),
}

#: Those that wait for their next formula. One takes 15 ms to make; it is taken out while it works, so that no two
#: threads are ever in the same.
_IDLE: list[tuple[Any, Any]] = []


@lru_cache(maxsize=1)
def is_installed() -> bool:
    """Whether there is a QuickJS to run Temml."""
    try:
        import quickjs  # noqa: F401, PLC0415 - an extra, and asked for a formula that was refused only
    except ImportError:
        return False
    return True


def made(tex: str, *, display: bool, expansions: int) -> str:
    """The formula as Temml makes it, with our classes; "" if it refuses too, or is not installed.

    `expansions` says how often commands may stand for something else.
    """
    if len(tex) > _LONGEST or not is_installed():
        return ""
    from quickjs import JSException  # noqa: PLC0415 - an extra

    context, ask = _IDLE.pop() if _IDLE else _started()
    try:
        answer = json.loads(ask(tex, display, expansions, _MOST_EMS))
    except JSException:  # there was no memory left even to say so
        return ""
    if not answer.get("broken"):
        _IDLE.append((context, ask))
    return _TAG.sub(_tag, answer.get("made", ""))


def _started() -> tuple[Any, Any]:
    from quickjs import Context  # noqa: PLC0415 - an extra

    from kb.read.temml_script import SCRIPT  # noqa: PLC0415 - 165 kB that hardly a note needs

    context = Context()
    context.set_memory_limit(_MEMORY)
    context.eval(SCRIPT)
    return context, context.eval(_ASK)


def _tag(match: re.Match[str]) -> str:
    attributes, classes = [], []
    for name, value in _ATTRIBUTE.findall(match[2]):
        if name == "class":
            classes += [_CLASSES[each] for each in value.split() if each in _CLASSES]
        elif name == "style":
            for declaration in value.split(";"):
                classes += _of_style(declaration)
                if declaration.startswith("color:") and _COLOR.fullmatch(declaration[6:]):
                    attributes.append(f' mathcolor="{declaration[6:]}"')
        elif (name, value) == ("mathbackground", "black"):  # a rule: ink, which is not black in the dark
            attributes.append(' mathbackground="currentcolor"')
        elif name != "linebreak":
            attributes.append(f' {name}="{value}"')
    if classes:
        attributes.append(f' class="{" ".join(dict.fromkeys(classes))}"')
    return f"<{match[1]}{''.join(attributes)}>"


def _of_style(declaration: str) -> tuple[str, ...]:
    """The classes that say what a declaration of a style says; none if it is of no weight."""
    if border := _BORDER.fullmatch(declaration):
        return (f"{'line' if border[2] == 'solid' else 'dash'}-{border[1]}",)
    name, _, value = declaration.partition(":")
    if name in {"padding-left", "padding-right"} and _NOTHING.fullmatch(value):
        return (f"joined-{name.removeprefix('padding-')}",)
    return _STYLES.get(declaration, ())
