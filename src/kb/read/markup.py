"""HTML tags of tokens, byte for byte as markdown-it's own renderer writes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from markdown_it.token import Token


def escaped(text: str) -> str:
    """`text` as HTML, also inside a double-quoted attribute."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if '"' in text:
        text = text.replace('"', "&quot;")
    return text


def attributes(token: Token) -> str:
    """The token's attributes, each with a space before it."""
    return "".join([f' {escaped(name)}="{escaped(str(value))}"' for name, value in token.attrs.items()])


def inline_tag(token: Token) -> str:
    """The tag of a token in running text."""
    if token.hidden:
        return ""
    if token.nesting < 0:
        return _closing(token.tag)
    return f"<{token.tag}{attributes(token)}>" if token.attrs else _opening(token.tag)


def block_tag(tokens: Sequence[Token], index: int) -> str:
    """The tag of a block, with the line breaks that belong around it."""
    token = tokens[index]
    if token.hidden:
        return ""
    if not token.block:
        return inline_tag(token)
    if token.nesting < 0:
        return _closing(token.tag) + "\n"
    tag = f"<{token.tag}{attributes(token)}>" if token.attrs else _opening(token.tag)
    if index and tokens[index - 1].hidden:
        tag = "\n" + tag
    if token.nesting > 0 and index + 1 < len(tokens):
        after = tokens[index + 1]
        if after.type == "inline" or after.hidden or (after.nesting < 0 and after.tag == token.tag):
            return tag
    return tag + "\n"


@cache
def _opening(name: str) -> str:
    return f"<{name}>"


@cache
def _closing(name: str) -> str:
    return f"</{name}>"
