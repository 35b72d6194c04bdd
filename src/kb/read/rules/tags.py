"""``#tag`` and ``#nested/tag`` in running text.

    tag = "#" segment ("/" segment)*     segment = letters, digits, "_", "-", symbols

of any script, marks and joiners included, with something in it that is no digit. It stands at the start
of a line, behind a space or behind opening punctuation; emphasis around it does not count. The token
`tag` holds the tag as written, without ``#``, as its content.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kb.model.settings import Dialect

#: ASCII is decided here; of the other characters `_belongs` says more.
_CANDIDATE = re.compile(r"[\w/\-\u0080-\U0010ffff]+")
_ASCII = re.compile(r"[\w/\-]+", re.ASCII)
#: Categories of letters, marks, digits and symbols.
_CATEGORIES = frozenset("LMNS")
#: The joiners that hold Persian words and compound emoji together.
_JOINERS = "\u200c\u200d"
_EMPHASIS = "*_~="
_OPENING = "([{\"'"


def add_tags(md: MarkdownIt, dialect: Dialect) -> None:  # noqa: ARG001 - all rules are added alike
    """Teach `md` tags."""
    md.inline.ruler.before("link", "tag", _tag)
    md.add_render_rule("tag", _render)


def tag_at(text: str, at: int) -> str:
    """The tag whose ``#`` stands at `at`, without it; "" if there is none."""
    if not _may_start(text, at):
        return ""
    found = _CANDIDATE.match(text, at + 1)
    if not found:
        return ""
    written = found[0] if _ASCII.fullmatch(found[0]) else _prefix(found[0])
    tag = written.partition("//")[0].rstrip("/")
    if text[at - 1 : at] == "_":
        tag = tag.rstrip("_")
    if tag.startswith("/") or all(c.isdigit() or c == "/" for c in tag):
        return ""
    return tag


def _prefix(text: str) -> str:
    """As much of `text` as belongs to a tag."""
    return text[: next((i for i, c in enumerate(text) if not _belongs(c)), len(text))]


def _belongs(character: str) -> bool:
    return character in "_-/" or character in _JOINERS or unicodedata.category(character)[0] in _CATEGORIES


def _may_start(text: str, at: int) -> bool:
    while at > 0 and text[at - 1] in _EMPHASIS:
        at -= 1
    if at == 0:
        return True
    before = text[at - 1]
    return before.isspace() or before in _OPENING or unicodedata.category(before) in {"Ps", "Pi"}


def _tag(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    if state.src[state.pos] != "#" or state.linkLevel:
        return False
    tag = tag_at(state.src, state.pos)
    if not tag:
        return False
    if not silent:
        token = state.push("tag", "", 0)
        token.content = tag
        token.markup = "#"
        token.meta = {"tag": tag, "offset": state.pos}
    state.pos += 1 + len(tag)
    return True


def _render(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f'<span class="tag">#{escapeHtml(tokens[index].content)}</span>'
