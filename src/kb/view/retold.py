"""The text of a page told again in Markdown, for programs that read rather than look.

It is made of the page's HTML and not of the note's source, so that it says what the page says and nothing else: no
comment, no block id, nothing of what is not published can be in it, whatever rule of the dialect hid it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TypeAlias

#: Makes the address of a link one that suits who reads Markdown.
Lead: TypeAlias = Callable[[str], str]

_EMPTY = frozenset("area base br col embed hr img input link meta source track wbr".split())
_SILENT = frozenset("script style template svg title noscript".split())
_BLOCKS = frozenset(
    "address article aside blockquote dd details div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li ol"
    " p pre section summary table tbody td tfoot th thead tr ul video audio object".split()
)
_AROUND = {
    "em": "*",
    "i": "*",
    "strong": "**",
    "b": "**",
    "s": "~~",
    "del": "~~",
    "strike": "~~",
    "mark": "==",
}
#: Signs that are of use on the page alone.
_UNTOLD = frozenset(("permalink", "footnote-backref"))
_SPECIAL = re.compile(r"[\\`*\[\]<]|(?<!\w)_|_(?!\w)|~~|==|&(?=#?\w+;)")
_BEGINS_BLOCK = re.compile(r"^(?:([#>+-])|(\d+)([.)]))(?=\s|$)", re.MULTILINE)
#: Where a line of TeX would begin a list, a quotation or a heading; a comment's end of line is none to TeX.
_BEGINS_IN_TEX = re.compile(r"(?:(?<!\\)%[^\n]*)?\n\s*(?=(?:[#>+-]|\d+[.)])(?:\s|$))")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_TICKS = re.compile(r"`+")
#: Deeper elements are told as if they were not nested.
_DEEPEST = 120


@dataclass(slots=True)
class _Element:
    """An element of a page, with its attributes and what it holds."""

    name: str
    said: dict[str, str]
    held: list[_Element | str] = field(default_factory=list)

    def has_class(self, name: str) -> bool:
        return name in self.said.get("class", "").split()


def retold(html: str, lead: Lead) -> str:
    """The HTML of a note's body as Markdown, which ends with one line break, or is empty."""
    text = _blocks(_tree(html).held, lead)
    return f"{text}\n" if text else ""


class _Reader(HTMLParser):
    """Makes a tree of HTML. What is closed and was never opened is passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [_Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].held.append(element)
        if tag not in _EMPTY and len(self.open) < _DEEPEST:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].name == tag:
                del self.open[at:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].held.append(data)


def _tree(html: str) -> _Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0]


def _blocks(held: Iterable[_Element | str], lead: Lead) -> str:
    """What stands in a block that may hold others: paragraphs, lists …, a blank line between them."""
    blocks: list[str] = []
    line: list[_Element | str] = []

    def end_line() -> None:
        if text := _paragraph(line, lead):
            blocks.append(text)
        line.clear()

    for each in held:
        if isinstance(each, str) or each.name not in _BLOCKS:
            line.append(each)
            continue
        end_line()
        if text := _block(each, lead):
            blocks.append(text)
    end_line()
    return "\n\n".join(blocks)


def _block(element: _Element, lead: Lead) -> str:
    told = _OWN_BLOCKS.get(element.name)
    if told:
        return told(element, lead)
    text = _blocks(element.held, lead)
    return _quoted(text) if element.name == "blockquote" or element.has_class("callout") else text


def _heading(element: _Element, lead: Lead) -> str:
    return f"{'#' * int(element.name[1])} {_inline(element.held, lead).strip()}"


def _rule(_element: _Element, _lead: Lead) -> str:
    return "---"


def _name(element: _Element, lead: Lead) -> str:
    """What opens a list of definitions or a part that was folded."""
    return f"**{_inline(element.held, lead).strip()}**"


def _caption(element: _Element, lead: Lead) -> str:
    return f"*{_inline(element.held, lead).strip()}*"


def _plain_block(element: _Element, lead: Lead) -> str:
    return _paragraph(element.held, lead)


def _paragraph(held: Iterable[_Element | str], lead: Lead) -> str:
    return _BEGINS_BLOCK.sub(_unbegun, _inline(held, lead).strip())


def _unbegun(match: re.Match[str]) -> str:
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}"


def _inline(held: Iterable[_Element | str], lead: Lead) -> str:
    parts = [_text(each) if isinstance(each, str) else _phrase(each, lead) for each in held]
    return re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", "".join(parts))).replace("\0", "  ")


def _text(text: str) -> str:
    return _SPECIAL.sub(lambda match: "".join(f"\\{sign}" for sign in match[0]), _SPACE.sub(" ", text))


def _phrase(element: _Element, lead: Lead) -> str:
    if element.name in _SILENT or not _UNTOLD.isdisjoint(element.said.get("class", "").split()):
        return ""
    told = _OWN_PHRASES.get(element.name)
    if told:
        return told(element, lead)
    inner = _inline(element.held, lead)
    around, bare = _AROUND.get(element.name, ""), inner.strip()
    if not around or not bare:
        return inner
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{before}{around}{bare}{around}{after}"


def _break(_element: _Element, _lead: Lead) -> str:
    return "\0\n"


def _code_span(element: _Element, _lead: Lead) -> str:
    return f"${_plain(element).strip()}$" if element.has_class("math") else _span(_plain(element))


def _image(element: _Element, lead: Lead) -> str:
    return f"![{_text(element.said.get('alt', ''))}]({_address(lead(element.said.get('src', '')))})"


def _box(element: _Element, _lead: Lead) -> str:
    return "[x] " if "checked" in element.said else "[ ] "


def _formula(element: _Element, _lead: Lead) -> str:
    """The formula in TeX, as its MathML is annotated. No line of it begins a block, so that none has to be escaped."""
    sign = "$$" if element.said.get("display") == "block" else "$"
    found = _find(element, lambda each: each.said.get("encoding") == "application/x-tex")
    return f"{sign}{_BEGINS_IN_TEX.sub(' ', _plain(found or element).strip())}{sign}"


def _raised(element: _Element, lead: Lead) -> str:
    if element.has_class("footnote-ref"):
        return f"[^{_plain(element).strip()}]"
    return _inline(element.held, lead)


def _player(element: _Element, lead: Lead) -> str:
    address = element.said.get("src") or element.said.get("data", "")
    return f"[{_text(address.rpartition('/')[2])}]({_address(lead(address))})"


def _link(element: _Element, lead: Lead) -> str:
    inner, address = _inline(element.held, lead), element.said.get("href", "")
    return f"[{inner}]({_address(lead(address))})" if address else inner


def _address(address: str) -> str:
    return f"<{address}>" if re.search(r"[\s()<>]", address) else address


def _span(code: str) -> str:
    longest = max((len(run) for run in _TICKS.findall(code)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{ticks}{space}{code}{space}{ticks}"


def _find(element: _Element, is_it: Callable[[_Element], bool]) -> _Element | None:
    for each in element.held:
        if isinstance(each, _Element):
            found = each if is_it(each) else _find(each, is_it)
            if found:
                return found
    return None


def _plain(element: _Element) -> str:
    return "".join(each if isinstance(each, str) else _plain(each) for each in element.held)


def _code(element: _Element, _lead: Lead) -> str:
    code = _find(element, lambda each: each.name == "code") or element
    if code.has_class("math"):
        return f"$$\n{_plain(code).strip()}\n$$"
    language = next(
        (name[9:] for name in code.said.get("class", "").split() if name.startswith("language-")), ""
    )
    text = _plain(code).rstrip("\n")
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _list(element: _Element, lead: Lead) -> str:
    items = [each for each in element.held if isinstance(each, _Element) and each.name == "li"]
    number = element.said.get("start", "1")
    first = int(number) if number.isdecimal() else 1
    told = []
    for place, item in enumerate(items, first):
        mark = f"{place}. " if element.name == "ol" else "- "
        if item.has_class("footnote-item"):
            mark = f"[^{place}]: "
        text = _blocks(item.held, lead)
        if not any(isinstance(each, _Element) and each.name == "p" for each in item.held):
            text = re.sub(r"\n\n(?=- |\d+\. )", "\n", text)
        indent = "    " if item.has_class("footnote-item") else " " * len(mark)
        told.append(mark + text.replace("\n", f"\n{indent}"))
    loose = any("\n\n" in each for each in told)
    return re.sub(r"[ ]+$", "", ("\n\n" if loose else "\n").join(told), flags=re.MULTILINE)


def _table(element: _Element, lead: Lead) -> str:
    rows = [
        [
            _inline(cell.held, lead).strip().replace("|", "\\|").replace("\n", " ")
            for cell in row.held
            if isinstance(cell, _Element)
        ]
        for row in _rows(element)
    ]
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = [f"| {' | '.join([*row, *[''] * (width - len(row))])} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])


def _rows(element: _Element) -> Iterable[_Element]:
    for each in element.held:
        if isinstance(each, _Element):
            if each.name == "tr":
                yield each
            else:
                yield from _rows(each)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


#: What is told in a way of its own, by the name of the element.
_OWN_BLOCKS: Mapping[str, Callable[[_Element, Lead], str]] = {
    **dict.fromkeys((f"h{level}" for level in range(1, 7)), _heading),
    **dict.fromkeys(("video", "audio", "object"), _player),
    "hr": _rule,
    "pre": _code,
    "ul": _list,
    "ol": _list,
    "table": _table,
    "dt": _name,
    "summary": _name,
    "figcaption": _caption,
    "p": _plain_block,
}
_OWN_PHRASES: Mapping[str, Callable[[_Element, Lead], str]] = {
    "a": _link,
    "br": _break,
    "code": _code_span,
    "img": _image,
    "input": _box,
    "math": _formula,
    "sup": _raised,
}
