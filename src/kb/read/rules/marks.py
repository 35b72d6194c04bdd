"""``==text==`` is marked text. What may open and close it is what may open and close ``**``.

The rule is markdown-it's own for ``~~``, with another character: delimiters are collected as text and
paired afterwards, which is linear however many there are. An odd number of ``=`` is text.
"""

from __future__ import annotations

from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from kb.model.settings import Dialect

_EQUALS = ord("=")


def add_marks(md: MarkdownIt, dialect: Dialect) -> None:  # noqa: ARG001 - all rules are added alike
    """Teach `md` marked text."""
    md.inline.ruler.before("emphasis", "mark", _delimiters)
    md.inline.ruler2.before("fragments_join", "mark", _pairs)


def _delimiters(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    if state.src[state.pos] != "=" or silent:
        return False
    found = state.scanDelims(state.pos, True)  # noqa: FBT003 - markdown-it's signature
    state.pos += found.length
    if found.length % 2:
        state.append_pending("=" * found.length)
        return True
    for _ in range(found.length // 2):
        state.push("text", "", 0).content = "=="
        token = len(state.tokens) - 1
        state.delimiters.append(Delimiter(_EQUALS, 0, token, -1, found.can_open, found.can_close))
    return True


def _pairs(state: StateInline) -> None:
    _pair(state, state.delimiters)
    for meta in state.tokens_meta:
        if meta:
            _pair(state, meta.get("delimiters", []))


def _pair(state: StateInline, delimiters: list[Delimiter]) -> None:
    for opening in delimiters:
        if opening.marker == _EQUALS and opening.end >= 0:
            _become(state.tokens[opening.token], "mark_open", 1)
            _become(state.tokens[delimiters[opening.end].token], "mark_close", -1)


def _become(token: Token, kind: str, nesting: Literal[1, -1]) -> None:
    token.type, token.tag, token.nesting = kind, "mark", nesting
    token.markup, token.content = "==", ""
