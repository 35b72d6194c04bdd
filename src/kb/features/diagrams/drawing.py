"""A drawing that a library made, as a part of a page: in the theme's colours, and without what nobody sees.

Gone are rules of style for what is not in the drawing, definitions that nothing uses, and ids that nothing names: of
a small flowchart that is nine tenths.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import NamedTuple
from xml.etree.ElementTree import Element, XMLParser, fromstring

_SPACES = {"{http://www.w3.org/1999/xlink}": "xlink:", "{http://www.w3.org/XML/1998/namespace}": "xml:"}
_NAMED = re.compile(r"(?:url\(['\"]?#|^#)([^)'\"]+)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]|\{[^{}]*\})*\})")
_CLASS, _DATA = re.compile(r"\.([\w-]+)"), re.compile(r"\[(data-[\w-]+)=\"([^\"]*)\"\]")
_ELEMENT, _IN_BRACKETS = re.compile(r"(?:^|[\s>+~])([a-zA-Z]\w*)"), re.compile(r"\[[^\]]*\]")
_DEFINED = frozenset(
    ("marker", "symbol", "linearGradient", "radialGradient", "filter", "clipPath", "pattern", "mask")
)
_AROUND = frozenset(("defs", "g"))
_OF_BOXES = frozenset(("width", "height", "overflow"))
_MOST_DECIMALS = re.compile(r"(\.\d{2})\d+")
_SHAPES = ("d", "points", "transform")


class Drawing(NamedTuple):
    """An ``<svg>`` for the middle of a page: its opening tag, and all behind that.

    `kind` is what it calls itself; `is_named`, whether it has a title; `is_painted`, whether its author chose colours.
    """

    opening: str
    rest: str
    kind: str
    is_named: bool
    is_painted: bool


def drawn(svg: bytes, name: str, colours: Callable[[str], str], *, is_painted: bool) -> Drawing:
    """The drawing `svg`, well-formed and safe, called `name` in its ids and style, as a part of a page.

    `colours` puts the theme's colours into styles, and into the value of an attribute in its quotation marks.
    """
    root = fromstring(svg, XMLParser(encoding="utf-8"))  # noqa: S314 - sanitized: there is no doctype in it
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {_prefixed(key): value for key, value in element.attrib.items()}
        if element.tag == "a" and not _leads_somewhere(element):
            element.tag = "g"
    _nest_as_html(root)
    _take_out_definitions(root)
    named = _names(root)
    styles: list[str] = []
    for element in root.iter("style"):
        styles.append(element.text or "")
        element.text = ""
    style = colours(_needed("".join(styles), root, name))
    data = {match[1] for match in _DATA.finditer(style)}
    for element in root.iter():
        element.attrib = {
            key: _value(key, value, colours)
            for key, value in element.attrib.items()
            if not (key == "id" and value not in named)
            and not (key.startswith("data-") and key not in data)
            and not _means_nothing(element.tag, key, value)
        }
    width, height = _size(root)
    kind = root.get("aria-roledescription", "")
    root.attrib = {
        "class": name,
        "viewBox": root.get("viewBox", f"0 0 {width} {height}"),
        "width": width,
        "height": height,
        "role": "graphics-document",
        "style": f"--w:{width}px",
    }
    whole = _written(root)
    opening, _, rest = whole.partition(">")
    return Drawing(
        f"{opening}>",
        f"<style>{escape(style, quote=False)}</style>{rest}" if style else rest,
        kind,
        root.find("title") is not None,
        is_painted,
    )


def _prefixed(key: str) -> str:
    space, brace, name = key.rpartition("}")
    return f"{_SPACES.get(space + brace, '')}{name}"


def _leads_somewhere(element: Element) -> bool:
    return any(key.endswith("href") for key, _ in element.items())


def _nest_as_html(root: Element) -> None:
    """Paragraphs within a ``span``, where HTML has none, become lines of their own in it."""
    for span in root.iter("span"):
        for paragraph in span.iter("p"):
            paragraph.tag = "span"
            paragraph.set("style", "display: block")


def _means_nothing(tag: str, key: str, value: str) -> bool:
    """Whether it is an attribute that Mermaid writes and no element of SVG has, or one that says nothing."""
    return key == "name" or (tag == "circle" and key in _OF_BOXES) or (key == "font-weight" and not value)


def _take_out_definitions(root: Element) -> None:
    """Take out definitions that nothing names; what they name may then be in vain as well."""
    while True:
        named = _names(root)
        vain = [
            (parent, child)
            for parent in root.iter()
            for child in parent
            if (child.tag in _DEFINED and child.get("id") not in named)
            or (child.tag in _AROUND and not len(child))
        ]
        if not vain:
            return
        for parent, child in vain:
            parent.remove(child)


def _names(root: Element) -> frozenset[str]:
    """The ids that something in the drawing names."""
    return frozenset(
        match[1]
        for element in root.iter()
        for key, value in element.attrib.items()
        if "#" in value and key != "id"
        for match in _NAMED.finditer(value)
    ) | frozenset(
        one
        for element in root.iter()
        for key in ("aria-labelledby", "aria-describedby")
        for one in element.get(key, "").split()
    )


def _needed(style: str, root: Element, name: str) -> str:
    """The rules of a style sheet that paint something in the drawing, each below its class instead of its id."""
    there = _There(
        {one for element in root.iter() for one in element.get("class", "").split()},
        {element.tag for element in root.iter()},
        {pair for element in root.iter() for pair in element.items()},
    )
    out = []
    for match in _RULE.finditer(_AT_RULE.sub("", style)):
        own = [one.strip() for one in match[1].split(",")]
        selectors = [f".{name}{one[len(name) + 1 :]}" for one in own if one.startswith(f"#{name}")]
        selectors = [one for one in selectors if there.may_match(one.removeprefix(f".{name}"))]
        if selectors and match[2].strip():
            out.append(f"{','.join(selectors)}{{{match[2].strip()}}}")
    return "".join(out)


class _There(NamedTuple):
    """What a selector can name in a drawing: classes, elements, attributes with their values."""

    classes: set[str]
    tags: set[str]
    attributes: set[tuple[str, str]]

    def may_match(self, selector: str) -> bool:
        """Whether all that a selector names is there. It may still match nothing, which does no harm."""
        bare = _IN_BRACKETS.sub("", selector)
        return (
            ":root" not in selector
            and self.classes.issuperset(_CLASS.findall(bare))
            and self.tags.issuperset(_ELEMENT.findall(bare))
            and all(pair in self.attributes for pair in _DATA.findall(selector))
        )


def _value(key: str, value: str, colours: Callable[[str], str]) -> str:
    if key in _SHAPES:
        return _MOST_DECIMALS.sub(r"\1", value)
    if key in {"class", "id"}:
        return value
    return colours(f"{value};")[:-1] if key == "style" else colours(f'"{value}"')[1:-1]


def _size(root: Element) -> tuple[str, str]:
    """Width and height in whole pixels, from the view box."""
    parts = root.get("viewBox", "").replace(",", " ").split()
    try:
        _x, _y, width, height = map(float, parts)
    except ValueError:
        width, height = 600.0, 400.0
    return str(max(round(width), 1)), str(max(round(height), 1))


def _written(element: Element) -> str:
    """An element as HTML reads it in the middle of a page."""
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in element.items())
    inside = escape(element.text or "", quote=False) + "".join(
        _written(child) + escape(child.tail or "", quote=False) for child in element
    )
    if element.tag == "style":
        return ""
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"
