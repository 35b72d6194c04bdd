"""Which attributes of a graph in DOT are handed on to Graphviz, and which values.

What would read a file, ask a clock or make work without end is not. The limits are far beyond what can be read.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from html import unescape
from xml.parsers import expat

#: Engines that are quick for every graph within the limits. `circo` is not, `sfdp` needs a library more.
ENGINES = ("dot", "neato", "fdp", "twopi", "osage")
COLOURS = frozenset(("color", "fillcolor", "fontcolor", "bgcolor", "pencolor", "labelfontcolor"))
_LINKS = frozenset(
    (
        "url",
        "href",
        "edgeurl",
        "edgehref",
        "labelurl",
        "labelhref",
        "headurl",
        "headhref",
        "tailurl",
        "tailhref",
    )
)
#: Attributes that hold numbers, and the largest of them.
_NUMBERS: Mapping[str, float] = {
    "arrowsize": 10, "distortion": 10, "fontsize": 100, "height": 50, "width": 50, "labelangle": 360,
    "labeldistance": 20, "labelfontsize": 100, "len": 50, "margin": 10, "minlen": 3, "nodesep": 20, "orientation": 360,
    "pad": 10, "penwidth": 50, "peripheries": 8, "pos": 5000, "ranksep": 20, "rotate": 360,
    "sep": 100, "esep": 100, "sides": 20, "size": 50, "skew": 10, "weight": 1000, "gradientangle": 360, "nojustify": 1,
    "arealen": 50, "area": 50,
}  # fmt: skip
_WORDS = frozenset(
    """
    arrowhead arrowtail center class clusterrank colorscheme comment compound constraint decorate dir dirtype fixedsize
    fontname forcelabels group headclip headlabel headport id label labelfloat labeljust labelloc labeltooltip
    landscape layout lhead ltail normalize ordering outputorder overlap rank rankdir ratio regular
    root samehead sametail shape splines style tailclip taillabel tailport target title tooltip edgetooltip
    headtooltip tailtooltip xlabel
    """.split()
)
#: Said nothing of, and left out: the page decides on it.
_SILENT = frozenset(
    "charset class comment dpi fontname id layers quantum resolution stylesheet target viewport".split()
)
_FILES = frozenset(("image", "imagepath", "imagepos", "imagescale", "shapefile", "fontpath"))
#: The rest of them is written in lower case.
_CASED = {
    "edgeurl": "edgeURL",
    "headurl": "headURL",
    "labelurl": "labelURL",
    "tailurl": "tailURL",
    "url": "URL",
}
_KNOWN = COLOURS | _LINKS | _NUMBERS.keys() | _WORDS
_NUMBER = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_EXPONENT = re.compile(r"\d[eE]|[xXnN]")
_LEADS = re.compile(r"(?:https?:|mailto:)", re.IGNORECASE)
_SPLINES = frozenset(
    ("line", "spline", "polyline", "curved", "ortho", "true", "false", "none", "no", "yes", "")
)
#: Of an unknown shape Graphviz tells once in a process, so that it must be known here.
_SHAPES = frozenset(
    """
    box polygon ellipse oval circle point egg triangle none plaintext plain diamond trapezium parallelogram house
    pentagon hexagon septagon octagon note tab folder box3d component cylinder rect rectangle square star underline
    doublecircle doubleoctagon tripleoctagon invtriangle invtrapezium invhouse Mdiamond Msquare Mcircle record Mrecord
    promoter cds terminator utr insulator ribosite rnastab proteasesite proteinstab primersite restrictionsite
    fivepoverhang threepoverhang noverhang assembly signature rpromoter larrow rarrow lpromoter
    """.split()
)
_RATIOS = frozenset(("auto", "compress", "expand", "fill"))
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w*;")
_LONGEST, _MOST_BRACES, _DEEPEST, _MOST_CELLS = 1000, 40, 16, 200
_HTML = frozenset("table tr td hr vr br font b i u o s sub sup".split())
_HTML_NUMBERS: Mapping[str, float] = {
    "border": 50, "cellborder": 50, "cellpadding": 100, "cellspacing": 100, "colspan": 20, "height": 1000,
    "point-size": 100, "rowspan": 20, "width": 1000, "gradientangle": 360,
}  # fmt: skip
_HTML_WORDS = frozenset(
    "align balign bgcolor color columns face fixedsize href port rows sides style title tooltip valign".split()
)


class Refused(Exception):  # noqa: N818 - what is wrong with an attribute
    """The attribute is not handed on. `whole`: nor is the graph, for its author meant more than we can leave out."""

    def __init__(self, message: str, hint: str, *, whole: bool = True) -> None:
        super().__init__(message)
        self.message, self.hint, self.whole = message, hint, whole


def attribute(name: str, value: str, *, html: bool) -> tuple[str, str] | None:
    """Name and value as Graphviz is given them, None for what it need not know. Raises `Refused`."""
    known = name.lower()
    if known in _FILES:
        raise Refused(f"'{name}' would read a file, which a diagram does not", "show the picture beside it")
    if known in _SILENT:
        return None
    if known not in _KNOWN:
        near = difflib.get_close_matches(known, sorted(_KNOWN), 1, 0.75)
        hint = f"did you mean '{near[0]}'?" if near else "take it out"
        raise Refused(f"kb does not know the attribute '{name}'", hint, whole=False)
    if html:
        if not known.endswith("label"):
            raise Refused(f"only a label can be HTML, and '{name}' is none", 'write it in "quotation marks"')
        return known, _html(value)
    _check(name, known, value)
    if known == "overlap" and value.lower() == "false":
        return known, "scale"  # the way of taking overlaps out for which no library more is needed
    return _CASED.get(known, known), value


def _check(name: str, known: str, value: str) -> None:
    if len(value) > _LONGEST or value.count("{") > _MOST_BRACES:
        raise Refused(f"the value of '{name}' is too long", "say less in it")
    if known in _NUMBERS:
        _numbers(name, value, _NUMBERS[known])
        if known == "minlen" and not value.isdecimal():
            raise Refused(f"'{value}' is no whole number for '{name}'", "write one from 1 to 3")
    elif known in _LINKS and not _LEADS.match(value):
        hint = "begin it with https://, or link to it in the text"
        raise Refused(f"'{value}' is no address that a diagram may link to", hint, whole=False)
    elif known == "layout" and value.lower() not in ENGINES:
        raise Refused(f"'{value}' is no layout that kb draws", f"take one of {', '.join(ENGINES)}")
    elif known == "ratio" and value.lower() not in _RATIOS:
        _numbers(name, value, 10)
    elif known == "shape" and value not in _SHAPES:
        near = difflib.get_close_matches(value.lower(), sorted(_SHAPES), 1, 0.6)
        hint = f"did you mean '{near[0]}'?" if near else "take another, such as box or ellipse"
        raise Refused(f"'{value}' is no shape", hint, whole=False)
    elif known == "splines" and value.lower() not in _SPLINES:
        raise Refused(f"'{value}' is no kind of splines", "take line, spline, polyline, curved or ortho")
    elif known == "overlap" and value.lower() not in {"true", "false", "scale", "scalexy", ""}:
        raise Refused(f"'{value}' is no kind of overlap that kb draws", "take true, false or scale")


def _numbers(name: str, value: str, most: float) -> None:
    if _EXPONENT.search(value):
        raise Refused(f"'{value}' is no number for '{name}'", "write it in digits")
    if any(float(number) > most for number in _NUMBER.findall(value)):
        raise Refused(f"'{name}' is at most {most:g}", "take a smaller number")


def _html(text: str) -> str:
    """A label in Graphviz's HTML, if it is whole and small, and shows nothing but words and tables."""
    text = _ENTITY.sub(lambda match: unescape(match[0]), text)
    if len(text) > 4 * _LONGEST:
        raise Refused("this label is too long", "say less in it")
    depth = cells = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, cells
        depth, cells = depth + 1, cells + (tag.lower() == "td")
        _check_tag(tag, attributes)
        if depth > _DEEPEST or cells > _MOST_CELLS:
            raise Refused("the table in this label is too large", "make it smaller")

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(f"<label>{text}</label>", True)  # noqa: FBT003 - expat's
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise Refused(
            f"the HTML of this label cannot be read: {reason}", "close what is open in it"
        ) from error
    return text


def _check_tag(tag: str, attributes: Mapping[str, str]) -> None:
    name = tag.lower()
    if name not in _HTML and name != "label":
        raise Refused(f"a label has no <{tag}>", "leave it out")
    for key, value in attributes.items():
        word = key.lower()
        if word in _HTML_NUMBERS:
            _numbers(key, value, _HTML_NUMBERS[word])
        elif word == "href" and not _LEADS.match(value):
            raise Refused(f"'{value}' is no address that a diagram may link to", "begin it with https://")
        elif word not in _HTML_WORDS:
            raise Refused(f"<{tag}> in a label has no '{key}'", "leave it out")


def _no_doctype(*_declared: object) -> None:
    raise Refused("a label declares no document type", "leave it out")
