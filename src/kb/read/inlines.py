"""The text within one block becomes HTML, plain words and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from itertools import accumulate
from typing import Any, ClassVar, NamedTuple, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.model.note import Link, LinkKind
from kb.model.problem import Place, Problem
from kb.model.settings import Html
from kb.read import checks
from kb.read.addresses import ALLOWED, SHOWN, looks_cut_off, scheme_of
from kb.read.context import around
from kb.read.draft import Draft
from kb.read.embeds import IMAGES, Size, extension_of, size_of
from kb.read.equations import reference, referred
from kb.read.html import Address, Anchor, Unsafe, written_parts
from kb.read.links import Written, target_of
from kb.read.markup import attributes, escaped, inline_tag
from kb.read.mathml import Mistake, commands_after, mathml, shows_nothing

#: A rule of markdown-it's that renders one kind of token.
Rule: TypeAlias = Callable[[Sequence[Token], int, Any, MutableMapping[str, Any]], str]


class _Met(NamedTuple):
    """A link of this block, and where its label stands among the block's words."""

    number: int
    begin: int
    end: int


class Inlines:
    """Writes the texts of a note's blocks into its draft, one after the other."""

    def __init__(self, md: MarkdownIt, mode: Html, draft: Draft, env: MutableMapping[str, Any]) -> None:
        self._rules: Mapping[str, Rule] = md.renderer.rules  # type: ignore[attr-defined]
        self._options = md.options
        self._trusted = mode is Html.TRUSTED
        self._draft = draft
        self._env = env
        self._block: Token
        self._cells: Sequence[str] | None = None
        self._alone = False
        self._words: list[str] = []
        self._breaks: list[int] = []
        self._taken: list[tuple[int, int]] = []
        self._met: list[_Met] = []
        self._open: list[tuple[_Met | None, str, int]] = []

    def write(self, block: Token, *, cells: Sequence[str] | None = None, alone: bool = False) -> str:
        """Write the children of an inline token; its plain text is returned.

        `cells` are the texts of the cells before it in a table's row. `alone` says that an embed may stand
        here as a block: in a cell, and in a paragraph of embeds alone.
        """
        self._block, self._cells, self._alone = block, cells, alone
        words = self._words = []
        self._met = []
        self._breaks = []
        self._taken = []
        children = block.children or []
        fragments, rules, ours = self._draft.fragments, self._rules, self._OURS
        for index, token in enumerate(children):
            kind = token.type
            if kind == "text" or kind == "text_special":  # noqa: PLR1714 - a set would be built for every token
                if token.content:
                    words.append(token.content)
                    fragments.append(escaped(token.content))
            elif kind in ours:
                ours[kind](self, children, index)
            elif kind in rules:
                if not token.nesting:  # a formula, a reference to a footnote, a box
                    self._draft.whole.add(len(fragments))
                fragments.append(rules[kind](children, index, self._options, self._env))
                if token.content:
                    self._take(token.content)
            else:
                fragments.append(inline_tag(token))
        if self._met:
            self._finish_links()
        if self._draft.may_hold_placeholders and "{{" in block.content:
            self._check_placeholders(block)
        return "".join(words)

    def breaks(self) -> list[int]:
        """Where in the plain text of the last block a line of the file ended."""
        if not self._breaks:
            return []
        ends = list(accumulate(map(len, self._words), initial=0))
        return [ends[number] for number in self._breaks]

    def taken(self) -> list[int]:
        """Pairs of offsets in the plain text of the last block: between them is code, a formula, or a link's label."""
        if not self._taken:
            return []
        ends = list(accumulate(map(len, self._words), initial=0))
        found = [-1, -1]
        for begin, end in sorted(self._taken, key=lambda one: (one[0], -one[1])):
            if ends[begin] >= found[-1]:  # else it is a picture in a link's label
                found += (ends[begin], ends[end])
        return found[2:]

    def raw_html(self, content: str, line: int, column: int) -> None:
        """Write a piece of raw HTML that starts at this place."""
        draft = self._draft
        for part in written_parts(content, trusted=self._trusted):
            match part:
                case Address(address, at):
                    target, subpath = target_of(address)
                    draft.gap(LinkKind.ADDRESS)
                    where = _within(content, at, line, column)
                    draft.links.append(Link(LinkKind.ADDRESS, target, subpath, "", "", *where))
                case Anchor(name):
                    draft.anchors.append(name)
                case Unsafe(address, at):
                    place = draft.place(*_within(content, at, line, column))
                    draft.problems.append(checks.unsafe_link(place, address, scheme_of(address)))
                case "":
                    pass
                case str():
                    draft.fragments.append(part)
                    draft.has_raw_html = draft.has_raw_html or part.startswith("<")

    def _softbreak(self, _tokens: Sequence[Token], _index: int) -> None:
        self._words.append(" ")
        self._breaks.append(len(self._words))
        self._draft.fragments.append("<br>\n" if self._options["breaks"] else "\n")

    def _hardbreak(self, _tokens: Sequence[Token], _index: int) -> None:
        self._words.append(" ")
        self._breaks.append(len(self._words))
        self._draft.fragments.append("<br>\n")

    def _code(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        self._take(token.content)
        self._draft.fragments.append(f"<code{attributes(token)}>{escaped(token.content)}</code>")

    def _formula(self, tokens: Sequence[Token], index: int) -> None:
        token, draft, env = tokens[index], self._draft, self._env
        tex, display, commands = token.content, token.meta["display"], env["commands"]
        found = mathml(referred(tex, env["equations"]), display=display, commands=commands)
        if isinstance(found, Mistake):
            own = mathml(
                tex, display=display, commands=commands
            )  # without our numbers: its place is the author's
            found = own if isinstance(own, Mistake) else found
            place = draft.place(*self._where(token.meta["at"] + found.offset))
            draft.problems.append(checks.maths(place, found.message, found.hint))
            made = self._rules["math_inline"](tokens, index, self._options, env)
        else:
            made = found = _named(found, token.meta.get("letters", ""))
        env["commands"] = commands_after(tex, commands)
        if made is found and shows_nothing(tex):
            return
        draft.whole.add(len(draft.fragments))
        draft.fragments.append(made)
        self._take(tex)

    def _equation(self, tokens: Sequence[Token], index: int) -> None:
        token, equations = tokens[index], self._env["equations"]
        label = token.meta["label"]
        if label not in equations.numbers:
            place = self._draft.place(*self._where(token.meta["at"]))
            self._draft.problems.append(Problem(place, "missing-equation", *equations.unknown(label)))
        self._draft.fragments.append(reference(token, equations))
        self._take(equations.numbers.get(label, token.content))

    def _html(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        start = len(self._draft.fragments)
        self.raw_html(token.content, *self._where(token.meta.get("at", 0)))
        if "".join(self._draft.fragments[start:]).startswith("&lt;"):  # no HTML, but text
            self._take(token.content)

    def _take(self, text: str) -> None:
        """Text in which no name is a mention."""
        self._taken.append((len(self._words), len(self._words) + 1))
        self._words.append(text)

    def _link_open(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        written: Written | None = token.meta.get("link")
        if written:
            self._gap(written, str(token.attrs.get("title", "")))
            self._open.append((self._met.pop(), "</a>", len(self._words)))
        elif self._is_safe(tokens, index, ALLOWED):
            self._check_end(tokens, index)
            self._draft.fragments.append(inline_tag(token))
            self._open.append((None, "</a>", len(self._words)))
        else:
            self._draft.fragments.append('<span class="unsafe-link">')
            self._open.append((None, "</span>", len(self._words)))

    def _link_close(self, tokens: Sequence[Token], index: int) -> None:
        if not self._open:  # of a plugin that renders its own opening
            self._draft.fragments.append(inline_tag(tokens[index]))
            return
        met, tag, begin = self._open.pop()
        self._draft.fragments.append(tag)
        self._taken.append((begin, len(self._words)))
        if met:
            self._met.append(met._replace(end=len(self._words)))

    def _embed(self, tokens: Sequence[Token], index: int) -> None:
        written: Written = tokens[index].meta["link"]
        is_image = extension_of(written.target) in IMAGES
        if is_image and not written.label:
            place = self._draft.place(*self._where(written.at))
            self._draft.problems.append(checks.image_without_alt(place, written.target, wiki=True))
        self._gap(written, "", alone=self._alone and not is_image and not tokens[index].level)
        self._take(written.label)
        self._met.append(self._met.pop()._replace(end=len(self._words)))

    def _image(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        written: Written | None = token.meta.get("link")
        label, size = size_of(_plain(token.children or ()).strip())
        if "label" in token.meta:
            label, size = token.meta["label"], token.meta["size"]
        if not label:
            place = self._draft.place(*self._where(written.at if written else token.meta.get("at", 0)))
            target = written.target if written else str(token.attrs.get("src", ""))
            self._draft.problems.append(checks.image_without_alt(place, target, wiki=False))
        if written:
            self._gap(written._replace(label=label, size=size), str(token.attrs.get("title", "")))
            self._take(label)
            self._met.append(self._met.pop()._replace(end=len(self._words)))
            self._take_caption(token)
            return
        self._take(label)
        self._take_caption(token)
        if self._is_safe(tokens, index, SHOWN):
            self._check_end(tokens, index)
            token.attrs["alt"] = label
            _set_size(token, size)
            self._draft.fragments.append(inline_tag(token))
        else:
            self._draft.fragments.append(f'<span class="unsafe-link">{escaped(label)}</span>')

    def _take_caption(self, token: Token) -> None:
        if "caption" in token.meta:
            self._words.append(f"\n{token.meta['caption']}")

    def _tag(self, tokens: Sequence[Token], index: int) -> None:
        tag = tokens[index].content
        self._gap(Written(LinkKind.TAG, tag, "", tokens[index].meta.get("offset", 0)), "")
        self._take(f"#{tag}")
        self._draft.fragments.append(f"#{escaped(tag)}</a>")
        self._met.append(self._met.pop()._replace(end=len(self._words)))

    def _gap(self, written: Written, title: str, *, alone: bool = False) -> None:
        """A gap, and its link but for the words around it, which are known at the end of the block."""
        draft = self._draft
        kind, target, subpath, at, label, size = written
        draft.gap(kind)
        self._met.append(_Met(len(draft.links), len(self._words), -1))
        line, column = self._where(at)
        draft.links.append(Link(kind, target, subpath, label, title, line, column, "", "", *size, alone))

    def _finish_links(self) -> None:
        """Give the links of this block their labels and the words around them."""
        words, links = self._words, self._draft.links
        text = "".join(words)
        ends = [0]
        for word in words:
            ends.append(ends[-1] + len(word))
        for number, begin, end in self._met:
            link = links[number]
            start, stop = ends[begin], ends[end]
            before, after = around(text, start, stop)
            label = link.label if link.kind in _WHOLE else text[start:stop].strip()
            links[number] = Link(
                link.kind,
                link.target,
                link.subpath,
                label,
                link.title,
                link.line,
                link.column,
                before,
                after,
                link.width,
                link.height,
                link.alone,
            )  # fmt: skip - msgspec.structs.replace takes ten times as long

    def _is_safe(self, tokens: Sequence[Token], index: int, schemes: frozenset[str]) -> bool:
        """Whether an outside address may stand in a page; if not, or if it is in a wikilink, say so."""
        token = tokens[index]
        address = _address(token)
        scheme = scheme_of(address)
        if scheme not in schemes:
            self._draft.problems.append(checks.unsafe_link(self._place(tokens, index), address, scheme))
            return False
        if wiki := token.meta.get("wiki"):
            place = self._place(tokens, index)
            self._draft.problems.append(checks.external_wikilink(place, wiki, embed=token.type == "image"))
        return True

    def _check_end(self, tokens: Sequence[Token], index: int) -> None:
        address = _address(tokens[index])
        cut_off = looks_cut_off(address)
        if tokens[index].info == "auto" and index + 3 < len(tokens):  # a bare address ends before its dots
            cut_off = cut_off or tokens[index + 3].content.startswith(("...", "…"))
        if cut_off:
            self._draft.problems.append(checks.truncated_url(self._place(tokens, index), address))

    def _check_placeholders(self, block: Token) -> None:
        """Tell of what a template has left behind. In code it is shown on purpose."""
        at = 0
        for token in block.children or ():
            for match in _PLACEHOLDER.finditer(token.content) if token.type == "text" else ():
                at = max(block.content.find(match[0], at), 0)
                place = self._draft.place(*self._where(at))
                self._draft.problems.append(checks.placeholder(place, match[0]))

    def _place(self, tokens: Sequence[Token], index: int) -> Place:
        """The place of a token. Those of other people's rules do not say where they stand."""
        at = tokens[index].meta.get("at", -1)
        if at < 0:
            at = max(self._block.content.find(tokens[index + 1].content), 0)
        return self._draft.place(*self._where(at))

    def _where(self, at: int) -> tuple[int, int]:
        return self._draft.places.of(self._block, at, self._cells)

    _OURS: ClassVar[Mapping[str, Callable[[Inlines, Sequence[Token], int], None]]] = {
        "softbreak": _softbreak,
        "hardbreak": _hardbreak,
        "code_inline": _code,
        "math_inline": _formula,
        "equation_ref": _equation,
        "html_inline": _html,
        "link_open": _link_open,
        "link_close": _link_close,
        "embed": _embed,
        "image": _image,
        "tag": _tag,
    }


_PLACEHOLDER = re.compile(r"\{\{\s*(?:date|time|title)\b[^{}]*\}\}")
#: Links whose label is not in the HTML after the gap.
_WHOLE = frozenset({LinkKind.EMBED, LinkKind.IMAGE})


#: What an alternative text has in front of a token's own.
_ALT = {"softbreak": " ", "hardbreak": " ", "tag": "#"}


def _plain(tokens: Sequence[Token]) -> str:
    """The alternative text that an image's tokens come to."""
    return "".join(
        [
            _ALT.get(t.type, "") + (_plain(t.children) if t.children else t.content)
            for t in tokens
            if t.type != "html_inline"
        ]
    )


def _set_size(token: Token, size: Size) -> None:
    if size.width:
        token.attrs["width"] = size.width
    if size.height:
        token.attrs["height"] = size.height


def _address(token: Token) -> str:
    return str(token.attrs.get("href") or token.attrs.get("src") or "")


def _within(content: str, at: int, line: int, column: int) -> tuple[int, int]:
    """The place of the offset `at` in a text that starts at this line and column."""
    lines = content.count("\n", 0, at)
    return (line + lines, at - content.rfind("\n", 0, at)) if lines else (line, column + at)


def _named(formula: str, letters: str) -> str:
    """The formula, with a name for whoever is only told letters."""
    return formula.replace("<math", f'<math aria-label="{escaped(letters)}"', 1) if letters else formula
