"""A note embedded amid a paragraph's text gets a paragraph of its own, since it is shown as blocks.

Left as they are: paragraphs with a name (``^id``), of which there can be but one; those in footnotes, whose last
paragraph holds the way back; and those with raw HTML, whose elements may span the embed. There, and wherever else
a text can hold no block (in a heading, in emphasis), an embedded note is shown as a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from kb.read.embeds import names_note

_BREAKS = frozenset({"softbreak", "hardbreak"})


def apart(tokens: Sequence[Token]) -> list[Token]:
    """The tokens of a note, with its embedded notes in paragraphs of their own."""
    whole: list[Token] = []
    rest = iter(tokens)
    for token in rest:
        if token.type == "footnote_block_open":
            return [*whole, token, *rest]
        if token.type == "inline" and _is_mixed(whole, token):
            opening = whole.pop()
            whole += _paragraphs(opening, token, next(rest))
        else:
            whole.append(token)
    return whole


def _is_mixed(before: Sequence[Token], inline: Token) -> bool:
    """Whether this is the text of a paragraph that holds other things besides embedded notes."""
    if not before or before[-1].type != "paragraph_open" or "block" in before[-1].meta:
        return False
    children = inline.children or ()
    if not any(map(_is_note, children)) or any(child.type == "html_inline" for child in children):
        return False
    return not all(_is_note(child) or child.type in _BREAKS for child in children)


def _is_note(token: Token) -> bool:
    return token.type == "embed" and not token.level and names_note(token.meta["link"].target)


def _paragraphs(opening: Token, inline: Token, closing: Token) -> Iterator[Token]:
    for run in _runs(inline.children or ()):
        yield opening.copy()
        yield inline.copy(children=run)
        yield closing.copy()


def _runs(children: Iterable[Token]) -> Iterator[list[Token]]:
    """The children in pieces: embedded notes by themselves, and the text between them."""
    text: list[Token] = []
    for child in children:
        if not _is_note(child):
            text.append(child)
            continue
        if text := _trimmed(text):
            yield text
        yield [child]
        text = []
    if text := _trimmed(text):
        yield text


def _trimmed(run: list[Token]) -> list[Token]:
    """A run without space and line breaks at its ends."""
    while run and (run[0].type in _BREAKS or (run[0].type == "text" and not run[0].content.strip())):
        run = run[1:]
    while run and (run[-1].type in _BREAKS or (run[-1].type == "text" and not run[-1].content.strip())):
        run = run[:-1]
    if run and run[0].type == "text":
        run = [run[0].copy(content=run[0].content.lstrip()), *run[1:]]
    if run and run[-1].type == "text":
        run = [*run[:-1], run[-1].copy(content=run[-1].content.rstrip())]
    return run
