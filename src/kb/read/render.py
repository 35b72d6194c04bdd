"""Tokens become HTML, plain text, links, headings and blocks, in one walk.

markdown-it's own renderer returns one string, in which nobody knows any more what came from where. This
one writes the same HTML (a test holds that) as a list of fragments, so that it can say where a gap, a
section or a named block lies; and it collects the plain text on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.model.fenced import Fence, Fenced
from kb.model.note import Link, LinkKind
from kb.model.problem import Problem
from kb.model.settings import Html
from kb.read import checks
from kb.read.blocks import BlockName
from kb.read.context import SUMMARY, count_words, shortened
from kb.read.draft import Draft
from kb.read.embeds import IMAGES, extension_of
from kb.read.equations import shown
from kb.read.headings import Section, Sections, Slugs
from kb.read.html import text_of
from kb.read.inlines import Inlines, Rule
from kb.read.markup import attributes, block_tag, escaped
from kb.read.mathml import Mistake, commands_after, in_letters, shows_nothing
from kb.read.stretches import breaks, closed_up

#: No fenced block is more than code.
NONE: Mapping[str, Fence] = MappingProxyType({})
#: A paragraph of nothing but these says nothing: it makes no summary.
_MUTE = frozenset({"tag", "image", "embed", "softbreak", "hardbreak"})
_BREAKS = frozenset({"softbreak", "hardbreak"})
_CELLS = frozenset({"th_open", "td_open"})
_CODE = frozenset({"fence", "code_block"})
#: Where the first heading is closed if it is the first block.
_FIRST_CLOSE = 2
_FIRST_TAG = re.compile(r"<[a-zA-Z][a-zA-Z0-9]*")


class Named(NamedTuple):
    """A named block, and the marks between which it lies. `tag` is "li" for a list item."""

    id: str
    line: int
    tag: str
    start: int
    end: int


class Writer:
    """Writes the tokens of one note into its draft. `title` is that of its front matter, or ""."""

    def __init__(
        self, md: MarkdownIt, mode: Html, draft: Draft, title: str, fences: Mapping[str, Fence] = NONE
    ) -> None:
        self.title = title
        self.title_marks: tuple[int, int] | None = None
        self.sections = Sections()
        self.blocks: list[Named] = []
        self._md = md
        self._mode = mode
        self._fences = fences
        self._draft = draft
        self._rules: Mapping[str, Rule] = md.renderer.rules  # type: ignore[attr-defined]
        self._slugs = Slugs()
        self._depth = 0
        self._unfinished: list[tuple[int, int]] = []  # depth and number of named blocks still open
        self._cells: list[str] = []
        self._alone = False
        self._slot = 0
        self._level = 0  # of the last heading
        self._above: list[tuple[int, int]] = []  # level and rank of the headings it stands under
        self._text = ""
        self._late_summary = ""
        self._labels: set[str] = set()  # of equations that were met
        self._notes = False  # behind the body, among the footnotes

    def write(self, tokens: Sequence[Token], env: MutableMapping[str, Any]) -> None:
        """Write all tokens of the note."""
        self._env = env
        self._inlines = Inlines(self._md, self._mode, self._draft, env)
        fragments, rules, options = self._draft.fragments, self._rules, self._md.options
        for index, token in enumerate(tokens):
            kind, nesting = token.type, token.nesting
            if kind == "inline":
                self._inline(tokens, index)
                continue
            if nesting < 0:
                self._depth -= 1
                self.sections.leave(self._depth, len(fragments))
            start = len(fragments)
            if kind in self._OURS:
                self._OURS[kind](self, tokens, index)
            elif kind in rules:
                fragments.append(rules[kind](tokens, index, options, env))
                if not nesting:
                    self._leaf(token, start)
            else:
                fragments.append(block_tag(tokens, index))
            if token.meta and "block" in token.meta:
                self._begin_named(token, start)
            if self._unfinished and nesting <= 0 and self._unfinished[-1][0] == self._depth:
                self._end_named()
            if nesting > 0:
                self._depth += 1
        self.sections.leave(-1, len(fragments))
        self._draft.summary = self._draft.summary or self._late_summary
        self._draft.needs |= env.get("needs", set())

    def _inline(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        holder = tokens[index - 1].type if index else ""
        if holder in _CELLS:
            text = self._inlines.write(token, cells=self._cells, alone=holder == "td_open")
            self._cells.append(token.content)
        else:
            text = self._inlines.write(token, alone=self._alone)
        written, text = text, text.strip()
        self._text = text
        if text:
            if "  " in text:
                text = " ".join(text.split())
            row = token.map[0] if token.map else 0
            met, taken = self._inlines.breaks(), self._inlines.taken()
            if len(text) < len(written):
                met, taken = closed_up(written, met), closed_up(written, taken)
            if "\n" in token.content:
                met = breaks(text, token.content, met)
            self._draft.stretches.add(text, row, met, taken)
            self._draft.words += count_words(text)
            if holder == "paragraph_open" and not self._draft.summary:
                self._summarize(token, text)

    def _summarize(self, token: Token, text: str) -> None:
        """The first paragraph is the summary: one of the note itself, else one in a list or a quote."""
        if self._notes or "hushed" in token.meta or (self._depth > 1 and self._late_summary):
            return
        if all(t.type in _MUTE or not t.content.strip() for t in token.children or ()):
            return
        if self._depth == 1:
            self._draft.summary = shortened(text, SUMMARY)
        else:
            self._late_summary = shortened(text, SUMMARY)

    def _leaf(self, token: Token, start: int) -> None:
        """A block without blocks in it: code, a formula, a rule."""
        draft = self._draft
        if token.type in _CODE:
            draft.whole.add(start)
            draft.needs.add("code")
        elif token.type.startswith("math"):
            draft.whole.add(start)
        if token.content.strip():
            code = token.content.rstrip()
            draft.stretches.add(code, self._first_row(token), taken=(0, len(code)))

    def _fence(self, tokens: Sequence[Token], index: int) -> None:
        if tokens[index].meta["language"] in self._fences:
            self._made(tokens, index)
        else:
            self._code(tokens, index)

    def _code(self, tokens: Sequence[Token], index: int) -> None:
        start = len(self._draft.fragments)
        self._draft.fragments.append(self._rules["fence"](tokens, index, self._md.options, self._env))
        self._leaf(tokens[index], start)

    def _formula(self, tokens: Sequence[Token], index: int) -> None:
        token, draft, env = tokens[index], self._draft, self._env
        html, ids, again = shown(token.content, env["equations"], self._labels, env["commands"])
        env["commands"] = commands_after(token.content, env["commands"])
        draft.anchors.extend(ids)
        for label in again:
            at = self._in_formula(token, max(token.content.rfind(label), 0))
            draft.problems.append(checks.duplicate_equation(draft.place(*at), label))
        if isinstance(html, Mistake):
            place = draft.place(*self._in_formula(token, html.offset))
            draft.problems.append(checks.maths(place, html.message, html.hint))
            html = self._rules["math_block"](tokens, index, self._md.options, env)
        elif shows_nothing(token.content):
            return
        draft.fragments.append(html)
        self._leaf(token, len(draft.fragments) - 1)

    def _in_formula(self, token: Token, offset: int) -> tuple[int, int]:
        """Line and column of the offset in a formula that is a block."""
        places, before = self._draft.places, token.content[:offset]
        row = self._first_row(token) + before.count("\n")
        begin = before.rfind("\n") + 1
        line = token.content[begin:].partition("\n")[0]
        return places.line(row), max(places.raw(row).find(line), 0) + offset - begin + 1

    def _made(self, tokens: Sequence[Token], index: int) -> None:
        """A fenced block that is more than code; as code, if it cannot be read."""
        token, draft = tokens[index], self._draft
        language: str = token.meta["language"]
        info = token.info.strip().partition(" ")[2].strip()
        made = self._fences[language](Fenced(language, info, token.content))
        row = token.map[0] if token.map else 0
        for mistake in made.mistakes:
            line = draft.places.line(row + mistake.line)
            where = draft.place(line, mistake.column)
            draft.problems.append(Problem(where, mistake.code, mistake.message, mistake.hint))
        draft.needs.update(made.needs)
        if language == self._env["kind"]:
            self._env["facts"] |= {**made.facts, **self._env["facts"]}
        start = len(draft.fragments)
        if made.file:
            place = draft.places.line(row + 1)
            draft.gap(LinkKind.EMBED)
            block = f"{language} {info}\n{token.content}"
            target, _, part = made.file.partition("#")
            draft.links.append(Link(LinkKind.EMBED, target, part, line=place, alone=True, block=block))
        elif made.html:
            draft.whole.add(start)
            draft.fragments.append(made.html)
        else:
            self._code(tokens, index)
            return
        if token.content.strip():
            code = token.content.rstrip()
            draft.stretches.add(code, self._first_row(token), taken=(0, len(code)))

    def _html_block(self, tokens: Sequence[Token], index: int) -> None:
        token = tokens[index]
        first = token.map[0] if token.map else 0
        row = token.content.partition("\n")[0]
        column = max(self._draft.places.raw(first).rfind(row.strip()), 0) + 1
        self._inlines.raw_html(token.content, self._draft.places.line(first), column)
        text = text_of(token.content)
        if text:
            self._draft.stretches.add(text, first, taken=(0, len(text)))
            self._draft.words += count_words(text)

    def _first_row(self, token: Token) -> int:
        """The parsed line on which the content of a block of code or of a formula begins."""
        row = token.map[0] if token.map else 0
        if token.type == "fence":
            return row + 1
        first = token.content.partition("\n")[0]
        return row if token.type == "code_block" or first in self._draft.places.raw(row) else row + 1

    def _paragraph_open(self, tokens: Sequence[Token], index: int) -> None:
        self._alone = _is_alone(tokens, index)
        if not self._alone:
            _make_figure(tokens, index)
            self._draft.fragments.append(block_tag(tokens, index))
        elif "block" in tokens[index].meta:
            self._draft.fragments.append("<div>")

    def _paragraph_close(self, tokens: Sequence[Token], index: int) -> None:
        if not self._alone:
            if caption := tokens[index].meta.get("caption"):
                self._draft.fragments.append(f"<figcaption>{escaped(caption)}</figcaption>")
            self._draft.fragments.append(block_tag(tokens, index))
        elif "block" in tokens[index - 2].meta:
            self._draft.fragments.append("</div>\n")
        elif not tokens[index].hidden:
            self._draft.fragments.append("\n")
        self._alone = False

    def _row_open(self, tokens: Sequence[Token], index: int) -> None:
        self._cells = []
        self._draft.fragments.append(block_tag(tokens, index))

    def _heading_open(self, tokens: Sequence[Token], index: int) -> None:
        fragments = self._draft.fragments
        if index and tokens[index - 1].hidden:
            fragments.append("\n")
        self._slot = len(fragments)
        fragments.append("")  # filled at the heading's end, when its text is known

    def _heading_close(self, tokens: Sequence[Token], index: int) -> None:
        fragments = self._draft.fragments
        opener, tag = tokens[index - 2], tokens[index].tag
        level, text = int(tag[1]), self._text
        slug, rank = self._slugs.add(text), self._rank(level)
        line = self._draft.places.line(opener.map[0] if opener.map else 0)
        if not self._depth:
            self._check_jump(opener, level, line)
        if self._gives_title(level, text, index):
            self.title = self.title or text
            self.title_marks = (self._slot, len(fragments))
        else:
            opener.attrs.pop("id", None)
            if rank != level:
                opener.attrJoin("class", tag)
                tag = f"h{rank}"
            fragments[self._slot] = f'<{tag} id="{slug}"{attributes(opener)}>'
            link = f'<a class="permalink" href="#{slug}" aria-label="Link to this section">#</a>'
            fragments.append(f"{link}</{tag}>\n")
        self.sections.begin(Section(level, text, slug, line, self._slot, -1), self._depth)
        self._draft.stretches.begin_section(text)

    def _rank(self, level: int) -> int:
        """The level that a heading has in the page: one below the heading it stands under.

        An author who likes the look of ``###`` skips a level, and a reader who walks by headings would look for it. The
        look stays: such a heading is an ``<h2 class="h3">``.
        """
        while self._above and self._above[-1][0] >= level:
            self._above.pop()
        rank = 1 if level == 1 else 1 + (self._above[-1][1] if self._above else 1)
        self._above.append((level, rank))
        return rank

    def _gives_title(self, level: int, text: str, index: int) -> bool:
        """The first H1 does, unless the front matter has a title; then only one that repeats it on top."""
        if level > 1 or self._depth or self.title_marks or not text:
            return False
        return not self.title or (index == _FIRST_CLOSE and _folded(text) == _folded(self.title))

    def _check_jump(self, opener: Token, level: int, line: int) -> None:
        before, self._level = self._level or level, level
        if level > before + 1:
            raw = self._draft.places.raw(opener.map[0] if opener.map else 0)
            place = self._draft.place(line, len(raw) - len(raw.lstrip()) + 1)
            self._draft.problems.append(checks.heading_jump(place, level, before))

    def _footnotes(self, tokens: Sequence[Token], index: int) -> None:
        """The footnotes belong to no section."""
        self.sections.leave(-1, len(self._draft.fragments))
        self._notes = True
        self._draft.stretches.begin_footnotes()
        rule = self._rules["footnote_block_open"]
        self._draft.fragments.append(rule(tokens, index, self._md.options, self._env))

    def _head_cell(self, tokens: Sequence[Token], index: int) -> None:
        """A cell in the head of a table. One that says nothing is the heading of nothing, and an ordinary cell.

        Of one that holds a formula alone browsers say nothing: they leave MathML out of the names of things.
        """
        said = tokens[index + 1]
        children = said.children or []
        if not said.content.strip():
            tokens[index].tag = tokens[index + 2].tag = "td"
        elif [child.type for child in children] == ["math_inline"]:
            children[0].meta["letters"] = in_letters(children[0].content, self._env["commands"])
        self._draft.fragments.append(block_tag(tokens, index))

    def _begin_named(self, token: Token, start: int) -> None:
        name: BlockName = token.meta["block"]
        fragments = self._draft.fragments
        if token.type == "heading_open":
            fragments.append(f'<span id="^{name.id}"></span>')
        elif token.type != "html_block" and start < len(fragments):
            fragments[start] = _FIRST_TAG.sub(rf'\g<0> id="^{name.id}"', fragments[start], count=1)
        self._unfinished.append((self._depth, len(self.blocks)))
        tag = "li" if token.type == "list_item_open" else ""
        self.blocks.append(Named(name.id, self._draft.places.line(name.line), tag, start, -1))

    def _end_named(self) -> None:
        number = self._unfinished.pop()[1]
        self.blocks[number] = self.blocks[number]._replace(end=len(self._draft.fragments))

    _OURS: ClassVar[Mapping[str, Callable[[Writer, Sequence[Token], int], None]]] = {
        "paragraph_open": _paragraph_open,
        "paragraph_close": _paragraph_close,
        "heading_open": _heading_open,
        "heading_close": _heading_close,
        "tr_open": _row_open,
        "th_open": _head_cell,
        "html_block": _html_block,
        "fence": _fence,
        "math_block": _formula,
        "footnote_block_open": _footnotes,
    }


def _is_alone(tokens: Sequence[Token], index: int) -> bool:
    """Whether the paragraph holds embeds of notes or players, each on a line of its own, and nothing else."""
    children = tokens[index + 1].children if index + 1 < len(tokens) else None
    if not children or children[0].type != "embed":
        return False
    return all(
        (t.type == "embed" and extension_of(t.meta["link"].target) not in IMAGES) or t.type in _BREAKS
        for t in children
    )


def _make_figure(tokens: Sequence[Token], index: int) -> None:
    """A paragraph that is one picture with a title becomes a figure, whose caption is the title."""
    children = tokens[index + 1].children if index + 1 < len(tokens) else None
    if not children or len(children) != 1 or children[0].type != "image" or tokens[index].hidden:
        return
    title = str(children[0].attrs.pop("title", "")).strip()
    if title:
        tokens[index].tag = tokens[index + 2].tag = "figure"
        tokens[index + 2].meta["caption"] = children[0].meta["caption"] = title


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
