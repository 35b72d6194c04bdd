"""Callouts: ``> [!type|metadata]± title``, a quote with a face, perhaps one that folds.

The first line of a quote says so. That line becomes tokens of its own (`callout_title_open`, an
`inline` or, without a title, a `callout_name`, `callout_title_close`), and the rest of the quote is read
as if it began there, so that any block may stand right under the title. The block rule stands first of
all and looks at one character, which is what a note without callouts pays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, blockquote
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kb.model.settings import Dialect

#: Every other name of a type. GitHub's five alerts are among types and names.
ALIASES = {
    "summary": "abstract",
    "tldr": "abstract",
    "hint": "tip",
    "important": "tip",
    "check": "success",
    "done": "success",
    "help": "question",
    "faq": "question",
    "caution": "warning",
    "attention": "warning",
    "fail": "failure",
    "missing": "failure",
    "error": "danger",
    "cite": "quote",
}
#: What a reader may not want to know. Also in notes of other kinds than reviews.
SPOILER = "spoiler"
TYPES = frozenset({"note", "info", "todo", "bug", "example", SPOILER, "paraphrase", *ALIASES.values()})

_FIRST_LINE = re.compile(
    r">(?: {0,4}|\t)\[!([^\[\]|\n]*[^\[\]|\s][^\[\]|\n]*)(?:\|([^\]\n]*))?\]([+-]?)(?=\s|$)"
)
#: Where, in a note's env, the rule keeps what it saw of the quotes whose first line is still to be read.
_SEEN = "kb callouts"
_ICON = '<span class="callout-icon" aria-hidden="true"></span>'


def add_callouts(md: MarkdownIt, dialect: Dialect) -> None:  # noqa: ARG001 - all rules are added alike
    """Teach `md` callouts. Replaces its own alerts, which know neither titles nor folding."""
    md.options["alerts"] = False
    md.block.ruler.before("table", "callout", _callout)
    md.add_render_rule("callout_name", _render_name)
    md.add_render_rule("callout_title_open", _render_title_open)
    md.add_render_rule("callout_title_close", _render_title_close)


def _callout(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    at = state.bMarks[line] + state.tShift[line]
    first = state.src[at : at + 1]
    if silent or state.is_code_block(line):
        return False
    if first == ">":
        return _quote(state, line, end, _FIRST_LINE.match(state.src, at, state.eMarks[line]))
    if first == "[" and state.parentType == "blockquote":
        seen = state.env.get(_SEEN, {}).pop(line, None)
        return _title(state, line, seen) if seen else False
    return False


def _quote(state: StateBlock, line: int, end: int, seen: re.Match[str] | None) -> bool:
    """The quote as the parser reads it, turned into a callout if its first line became a title."""
    if not seen:
        return False
    pending = state.env.setdefault(_SEEN, {})
    pending[line] = seen
    begin = len(state.tokens)
    blockquote(state, line, end, False)  # noqa: FBT003 - markdown-it's signature
    if pending.pop(line, None) is None:
        _dress(state.tokens, begin, seen)
    return True


def _title(state: StateBlock, line: int, seen: re.Match[str]) -> bool:
    """The tokens of the title, for the first line of the quote."""
    tag = "summary" if _folds(seen) else "div"
    opening = state.push("callout_title_open", tag, 1)
    opening.attrs = {"class": "callout-title"}
    opening.map = [line, line + 1]
    written = state.src[seen.end() : state.eMarks[line]].strip()
    token = state.push("inline" if written else "callout_name", "", 0)
    token.content = written
    token.meta = {"name": seen[1].strip().replace("-", " ").title()}
    token.map = [line, line + 1]
    token.children = []
    state.push("callout_title_close", tag, -1)
    state.line = line + 1
    return True


def _dress(tokens: list[Token], begin: int, seen: re.Match[str]) -> None:
    """Turn the quote from `begin` on into a callout. Its content gets an element, if there is any."""
    opening, closing = tokens[begin], tokens[-1]
    opening.type, closing.type = "callout_open", "callout_close"
    opening.tag = closing.tag = "details" if _folds(seen) else "div"
    opening.attrs = dict(_attributes(seen[1].strip().lower(), (seen[2] or "").strip(), seen[3]))
    if seen[1].strip().lower() == SPOILER:
        for token in tokens[begin:]:
            if token.type == "inline":
                token.meta["hushed"] = True  # no summary may tell it, and so no card, list or feed
    after_title = begin + 4
    if after_title < len(tokens) - 1:
        # Its level is that of what it holds: levels steer lists and the limit of nesting, nothing else.
        content = Token("callout_content_open", "div", 1, attrs={"class": "callout-content"}, block=True)
        ending = Token("callout_content_close", "div", -1, block=True)
        content.level = ending.level = opening.level + 1
        tokens.insert(after_title, content)
        tokens.insert(-1, ending)


def _folds(seen: re.Match[str]) -> bool:
    """Whether the callout can be closed: if it says so, and a spoiler always, which is closed unless it says ``+``."""
    return bool(seen[3]) or seen[1].strip().lower() == SPOILER


def _attributes(name: str, metadata: str, fold: str) -> list[tuple[str, str | int | float]]:
    kind = ALIASES.get(name, name)
    attributes: list[tuple[str, str | int | float]] = [("class", "callout")]
    attributes.append(("data-callout", kind if kind in TYPES else "note"))
    if kind not in TYPES:
        attributes.append(("data-callout-type", name))
    if metadata:
        attributes.append(("data-callout-metadata", metadata))
    if fold == "+":
        attributes.append(("open", ""))
    return attributes


def _render_title_open(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, _env: EnvType
) -> str:
    return (
        f'{self.renderToken(tokens, index, options, _env).rstrip()}{_ICON}<span class="callout-title-inner">'
    )


def _render_title_close(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f"</span></{tokens[index].tag}>\n"


def _render_name(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return escapeHtml(tokens[index].meta["name"])
