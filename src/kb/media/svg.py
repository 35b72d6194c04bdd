"""SVG made safe: a drawing, opened by itself, is a page of the site, and must not act like one.

Its elements and attributes are written anew from an allowlist. Gone are scripts, handlers, whatever changes an
address by animation, addresses that lead out of the drawing (links of ``<a>`` to web pages, mail and the site
stay), doctypes with their entities, processing instructions, comments, and what drawing programs write for
themselves: names of people, paths of disks. HTML in ``<foreignObject>`` is kept as far as it is text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from html import escape
from xml.parsers import expat

from kb.media.css import harmless

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_XML, _HTML = "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/1999/xhtml"
#: What stands in the place of a drawing that cannot be read.
NOTHING = f'<svg xmlns="{_SVG}" xmlns:xlink="{_XLINK}"/>\n'.encode()

_DRAWN = frozenset(
    "svg g defs symbol use switch title desc style path rect circle ellipse line polyline polygon text"
    " tspan textPath tref a image marker pattern mask clipPath linearGradient radialGradient meshgradient"
    " meshrow meshpatch stop filter feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix"
    " feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG"
    " feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight"
    " feSpecularLighting feSpotLight feTile feTurbulence view animate animateMotion animateTransform"
    " animateColor set mpath foreignObject".split()
)
_WRITTEN = frozenset(
    "div span p br b i u s em strong small sub sup mark code pre kbd ul ol li dl dt dd h1 h2 h3 h4 h5 h6 hr"
    " table thead tbody tfoot tr th td caption center font".split()
)
_MOVING = frozenset("animate animateMotion animateTransform animateColor set".split())
_WRITTEN_ATTRIBUTES = frozenset(
    "class style dir lang title align valign color face size colspan rowspan".split()
)
_FETCHED = frozenset(("image", "feImage"))
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif);base64,", re.IGNORECASE)
_LINK = re.compile(r"(?:https?:|mailto:|#|/|\./|\.\./|[\w-]+(?:[/.#?]|$))", re.IGNORECASE)
_BLANK = re.compile(r"[\x00-\x20]+")
_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.-]*")
#: Deeper or longer drawings are taken for attempts on our patience.
_DEEPEST, _MOST = 500, 2_000_000

#: Makes a picture inside the drawing one without EXIF.
Strip = Callable[[bytes], bytes]


class UnreadableError(ValueError):
    """The data is no well-formed SVG."""


def sanitized(data: bytes, strip: Strip = bytes) -> bytes:
    """The drawing with nothing in it that could run, fetch or tell tales. Raises `UnreadableError`.

    Sanitizing it again changes nothing.
    """
    writer = _Writer(strip)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat's signature
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UnreadableError(str(error)) from error
    if not writer.parts:
        raise UnreadableError("its outermost element is not svg")
    return "".join(writer.parts).encode() + b"\n"


class _Writer:
    """Writes what it hears of, as far as it is allowed. `_skipped` counts the elements left out that we are in."""

    def __init__(self, strip: Strip) -> None:
        self.parts: list[str] = []
        self._strip = strip
        self._open: list[tuple[str, str]] = []
        self._style: list[str] | None = None
        self._skipped = 0
        self._size = 0
        self._begun = False  # whether the last start tag still lacks its ">"

    def start(self, full: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        space, _, name = full.rpartition(" ")
        if not self._open and not self._skipped and (space, name) not in {(_SVG, "svg"), ("", "svg")}:
            raise UnreadableError("its outermost element is not svg")
        space = space or _SVG
        self._size += 1
        if self._size > _MOST or len(self._open) > _DEEPEST:
            raise UnreadableError("it has too many elements")
        if self._skipped or not self._allowed(space, name, attributes):
            self._skipped += 1
            return
        self._close_tag()
        tag = [f"<{name}"]
        if not self._open:
            tag += [f' xmlns="{_SVG}"', f' xmlns:xlink="{_XLINK}"']
        elif space != self._open[-1][0]:
            tag.append(f' xmlns="{space}"')
        tag += [
            f' {key}="{_quoted(value)}"'
            for written, value in attributes.items()
            if (found := self._attribute(space, name, written, value)) is not None
            for key, value in (found,)
        ]
        self.parts.append("".join(tag))
        self._begun = True
        self._open.append((space, name))
        if name == "style":
            self._style = []

    def end(self, _full: str) -> None:
        """The element ends that began last."""
        if self._skipped:
            self._skipped -= 1
            return
        _, name = self._open.pop()
        if self._style is not None and name == "style":
            style, self._style = harmless("".join(self._style)), None
            if style.strip():
                self._close_tag()
                self.parts.append(escape(style, quote=False))
        if self._begun:
            self.parts.append("/>")
            self._begun = False
        else:
            self.parts.append(f"</{name}>")

    def text(self, text: str) -> None:
        """Text stands here."""
        if self._skipped or not self._open:
            return
        if self._style is not None:
            self._style.append(text)
            return
        self._close_tag()
        self.parts.append(escape(text, quote=False).replace("\r", "&#13;"))

    def _close_tag(self) -> None:
        if self._begun:
            self.parts.append(">")
            self._begun = False

    def _allowed(self, space: str, name: str, attributes: Mapping[str, str]) -> bool:
        if space == _HTML:
            return name in _WRITTEN and any(name == "foreignObject" for _, name in self._open)
        if space != _SVG or name not in _DRAWN or self._style is not None:
            return False
        moved = attributes.get("attributeName", "").rpartition(":")[2].strip().lower()
        return name not in _MOVING or not (moved == "href" or moved.startswith("on"))

    def _attribute(self, space: str, name: str, written: str, value: str) -> tuple[str, str] | None:
        """An attribute as it is written; None if it is left out."""
        owner, _, key = written.rpartition(" ")
        if not _ATTRIBUTE.fullmatch(key) or key.lower().startswith("on"):
            return None
        if owner == _XML:
            return (f"xml:{key}", value) if key in {"lang", "space"} else None
        if key == "href" and owner in {"", _XLINK}:
            safe = self._address(name, value) if space == _SVG else ""
            return ("xlink:href" if owner else "href", safe) if safe else None
        if owner or (space == _HTML and key not in _WRITTEN_ATTRIBUTES) or key in {"src", "base", "ping"}:
            return None
        if key == "style" or "(" in value or "\\" in value:
            value = harmless(value)
            return (key, value) if value else None
        return key, value

    def _address(self, name: str, value: str) -> str:
        plain = _BLANK.sub("", value)
        if plain.startswith("#"):
            return plain
        if name == "a":
            return plain if _LINK.match(plain) and not plain.startswith("//") else ""
        if name in _FETCHED and (head := _PICTURE.match(plain)):
            try:
                inner = base64.b64decode(plain[head.end() :], validate=True)
            except (binascii.Error, ValueError):
                return ""
            return head[0] + base64.b64encode(self._strip(inner)).decode()
        return ""


def _quoted(value: str) -> str:
    return escape(value).replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")
