"""Raw HTML in notes: what of it is kept, and how a page is made safe that holds any.

Two steps. While a note is rendered, `written_parts` takes each piece of raw HTML apart: comments go, tags that are
no HTML (``List<String>``) are shown as text, and addresses of files in the vault become links. Then, only
in notes with raw HTML, `cleaned` runs the whole rendered body through nh3 with the allowlist below, so
that ``<details>`` … Markdown … ``</details>`` works and nothing stays open at the end. The marks that
stand in for gaps on that way carry a nonce made from the note's own text, so no author can write one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import unescape
from typing import NamedTuple, TypeAlias

import nh3

from kb.read.addresses import ALLOWED, SHOWN, scheme_of

#: Elements an author may use.
_TAGS = frozenset(
    "a abbr address article aside audio b bdi bdo blockquote br caption center cite code col colgroup dd del"
    " details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img input ins kbd li mark"
    " ol p picture pre q rp rt ruby s samp section small source span strike strong sub summary sup table tbody"
    " td tfoot th thead time tr track tt u ul var video wbr".split()
)
#: Elements of HTML that are taken away, while their text stays. Other names are no HTML but text.
_DROPPED = frozenset(
    "applet area base basefont bgsound big blink body button canvas data datalist dialog dir embed fieldset font"
    " form frame frameset head hgroup html iframe image label legend link listing main map marquee math menu meta"
    " meter nav nobr noembed noframes noscript object optgroup option output param plaintext portal progress"
    " script search select slot style svg template textarea title xmp".split()
)
#: Elements that are taken away with all they hold.
_SILENT = frozenset({"script", "style"})
_CLOSING = {name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE) for name in sorted(_SILENT)}
_PLAYED = frozenset({"src", "srcset", "poster"})
_ADDRESSES = _PLAYED | {"href"}

_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>])")
_TAG = re.compile(
    r"""</?[a-zA-Z][a-zA-Z0-9-]*+(?=[\s/>])[^<>"']*+(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+){0,60}+>"""
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")
_CHECKBOX = re.compile(r"""\stype\s*=\s*["']?checkbox["'\s/>]""", re.IGNORECASE)
#: What is no element: how it begins, how it ends.
_ASIDES = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"))


class Address(NamedTuple):
    """A file of the vault that raw HTML names. `at` is the offset of its tag in that HTML."""

    target: str
    at: int


class Unsafe(NamedTuple):
    """An address that was left out."""

    address: str
    at: int


class Anchor(NamedTuple):
    """An id by which a link finds this spot."""

    name: str


Part: TypeAlias = str | Address | Unsafe | Anchor


def written_parts(html: str, *, trusted: bool) -> Iterator[Part]:
    """`html` as it is to be rendered, taken apart at the addresses that are links, and the ids it gives."""
    at = 0
    missing: set[str] = set()
    while (start := html.find("<", at)) >= 0:
        yield html[at:start]
        end = _aside_end(html, start, missing)
        if end:
            if trusted and not _is_comment(html, start):
                yield html[start:end]
            at = end
            continue
        tag = _TAG.match(html, start)
        name = _name_of(tag[0]) if tag else ""
        if tag is None or not (trusted or name in _TAGS or name in _DROPPED):
            yield "<" if trusted else "&lt;"
            at = start + 1
            continue
        at = tag.end()
        if name in _SILENT and not tag[0].startswith("</") and name not in missing:
            closing = _CLOSING[name].search(html, at)
            if closing:
                if trusted:
                    yield html[start : closing.start()]
                at = closing.start()
                continue
            missing.add(name)
        if trusted or (name in _TAGS and (name != "input" or _CHECKBOX.search(tag[0]))):
            yield from _tag_parts(tag[0], start, trusted=trusted)
    yield html[at:]


def _is_comment(html: str, start: int) -> bool:
    """Whether what begins here is for nobody's eyes. ``<!--#`` is for the server, and not among it."""
    return html.startswith("<!--", start) and not html.startswith("<!--#", start)


def text_of(html: str) -> str:
    """The words in a piece of raw HTML, without its comments and scripts."""
    kept = "".join([part for part in written_parts(html, trusted=False) if isinstance(part, str)])
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", kept)).split())


def cleaned(html: str) -> str:
    """`html` with nothing but what `_TAGS` and `_ATTRIBUTES` allow, every element closed."""
    return _cleaner().clean(html)


_ATTRIBUTES = {
    "*": {"class", "id", "title", "lang", "dir", "style", "align", "role"},
    "a": {"href"},
    "audio": {"src", "controls", "loop", "muted", "preload"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "del": {"datetime"},
    "details": {"open", "name"},
    "img": {"src", "srcset", "alt", "width", "height", "loading", "decoding"},
    "input": {"checked", "disabled"},
    "ins": {"datetime"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "source": {"src", "srcset", "type", "media"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "time": {"datetime"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "video": {"src", "controls", "loop", "muted", "preload", "poster", "width", "height", "playsinline"},
}


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={*_TAGS, "meta"},  # our marks; an author's own <meta> never comes this far
        attributes=_ATTRIBUTES,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        generic_attribute_prefixes={"data-", "aria-"},
        filter_style_properties={"text-align"},
        url_schemes=set(ALLOWED),
        link_rel=None,
    )


def _name_of(tag: str) -> str:
    match = _NAME.match(tag)
    return match[1].lower() if match else ""


def _aside_end(html: str, start: int, missing: set[str]) -> int:
    """Where the comment or declaration at `start` ends, 0 if it is none.

    `missing` are the ends that do not occur any more, so that a row of unclosed comments is not searched
    again and again.
    """
    for opening, closing in _ASIDES:
        if html.startswith(opening, start):
            if opening == "<!" and not html[start + 2 : start + 3].isalpha():
                return 0
            if closing in missing:
                return 0
            inside = start + (2 if opening == "<!--" else len(opening))  # <!--> and <!---> are whole
            end = html.find(closing, inside)
            if end < 0:
                missing.add(closing)
                return 0
            return end + len(closing)
    return 0


def _tag_parts(tag: str, start: int, *, trusted: bool) -> Iterator[Part]:
    """A tag, taken apart at its addresses. The old ``<a name="…">`` is written as the id that it stands for."""
    done = 0
    name = _NAME.match(tag)
    attributes = list(_ATTRIBUTE.finditer(tag, name.end() if name else 0))
    anchor = _anchor(tag, attributes)
    for match in attributes:
        attribute = match[1].lower()
        if match is anchor:
            yield Anchor(unescape(match[2].strip("\"'")))
            if attribute == "name" and not trusted:
                yield f"{tag[done : match.start()]}id"
                done = match.end(1)
        if attribute not in _ADDRESSES or not match[2]:
            continue
        address = unescape(match[2].strip("\"'")).strip()
        scheme = scheme_of(address)
        if attribute == "srcset" and ("," in address or " " in address):  # several pictures to choose from
            yield tag[done : match.start() if not trusted else match.end()]
            done = match.end()
        elif scheme is None and address and not address.startswith("#"):
            yield f'{tag[done : match.start()]}{attribute}="'
            yield Address(address, start)
            yield '"'
            done = match.end()
        elif scheme and not trusted and scheme not in (SHOWN if attribute in _PLAYED else ALLOWED):
            yield tag[done : match.start()]
            yield Unsafe(address, start)
            done = match.end()
    yield tag[done:]


def _anchor(tag: str, attributes: Sequence[re.Match[str]]) -> re.Match[str] | None:
    """The attribute that makes a tag the end of links, if any does."""
    if tag.startswith("</"):
        return None
    # Of two of a name, the first counts.
    given = {match[1].lower(): match for match in reversed(attributes) if match[2]}
    return given.get("id") or (given.get("name") if _name_of(tag) == "a" else None)
