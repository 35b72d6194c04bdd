"""MathML as a library makes it, made ours: of known tags and attributes alone, without a style, valid as HTML.

What a library gives is not taken on trust: every tag and attribute has to be one of those below, or the formula counts
as refused, so that no TeX and no slip of a library puts anything else into a page. Style attributes, which a strict
Content-Security-Policy forbids, become classes that the theme's ``needs/math.css`` knows.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.read.markup import escaped

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
_STYLED = re.compile(r"""<(\w+)([^<>]*?) style="([^"]*)"([^<>]*)>""")
#: Tables, and what the parts of may be smaller than their line.
_LEVELS = re.compile(
    r"<(/?)(mtable|msub|msup|msubsup|munder|mover|munderover|mmultiscripts|mfrac|mroot|mstyle)\b([^<>]*)>"
)
_FULL_SIZE = ' scriptlevel="0"'
#: What a page has in place of what math-core writes. Its bar, a combining sign, stands beside what it belongs to.
_INSTEAD = {
    "&ApplyFunction;": "\u2061",
    "&InvisibleTimes;": "\u2062",
    '<mo stretchy="true">\u0332</mo>': '<mo stretchy="true">_</mo>',
}
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
    "width:50%": "margin",
    "width:7.5%": "edge",
}


def safe(html: str) -> str | None:
    """The MathML without style attributes; None if there is anything in it that has no business in a formula."""
    for written, meant in _INSTEAD.items():
        if written in html:
            html = html.replace(written, meant)
    if " style=" in html:
        html = _STYLED.sub(_classed, html)
    if "><mo minsize=" in html:
        html = _LARGE.sub(r'\1<mrow><mo form="postfix" \2</mrow>', html)
    if _FULL_SIZE in html:
        html = _levelled(html)
    if not html.startswith("<math") or not html.endswith("</math>") or html.count("<math") > 1:
        return None
    return html if _SAFE.fullmatch(html) else None


def annotated(html: str, tex: str) -> str:
    """The formula with its TeX, where feeds and whoever copies it find it."""
    opening, _, rest = html.partition(">")
    inner = rest.removesuffix("</math>")
    return (
        f"{opening}><semantics><mrow>{inner}</mrow>"
        f'<annotation encoding="application/x-tex">{escaped(tex)}</annotation></semantics></math>'
    )


def reannotated(html: str, tex: str, said: str) -> str:
    """The formula whose annotation ends in `tex` with `said` in its place."""
    end = "</annotation></semantics></math>"
    return html.removesuffix(escaped(tex) + end) + escaped(said) + end


def _levelled(html: str) -> str:
    """Tables whose parent says that they are of full size, as HTML has it; nobody does where nothing is small."""
    out: list[str] = []
    wrapped: list[bool] = []
    at = small = 0
    for match in _LEVELS.finditer(html):
        closes, name, rest = match.groups()
        if name != "mtable":
            small += -1 if closes else 1
        elif closes:
            if wrapped and wrapped.pop():
                out += [html[at : match.end()], "</mstyle>"]
                at = match.end()
        else:
            wrapped.append(small > 0 and _FULL_SIZE in rest)
            parent = f"<mstyle{_FULL_SIZE}>" if wrapped[-1] else ""
            out += [html[at : match.start()], f"{parent}<mtable{rest.replace(_FULL_SIZE, '')}>"]
            at = match.end()
    return "".join((*out, html[at:]))


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
