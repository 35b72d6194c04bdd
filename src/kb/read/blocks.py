"""Block ids: `` ^id`` at the end of a paragraph or list item, or alone on a line after a larger block.

`name_blocks` runs between the parser's two passes. It takes the ids out of the text, so that nobody
shows, counts or searches them, and leaves a `BlockName` with the token that opens the named block.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_ID = re.compile(r"[A-Za-z0-9-]+")
_EMBED = re.compile(r"!\[\[[^\[\]\n]+\]\]")  # behind one that stands alone, Obsidian asks for no space
_QUOTES = frozenset({"blockquote_open", "callout_open"})
_LISTS = frozenset({"bullet_list_open", "ordered_list_open"})


class BlockName(NamedTuple):
    """The id of a block, and the parsed line (from zero) on which it was written."""

    id: str
    line: int


class _Tail(NamedTuple):
    """A block id found at the end of a text: the text before it, and whether it has a line to itself."""

    id: str
    text: str
    alone: bool


def name_blocks(state: StateCore) -> None:
    """Take every block id out of the text and put it where it belongs."""
    if "^" in state.src:
        _Naming(state).run()


class _Naming:
    def __init__(self, state: StateCore) -> None:
        self._tokens = state.tokens
        self._env = state.env
        self._lines = state.src.split("\n")
        self._open: list[int] = []  # the tokens that enclose the present one
        self._gone: set[int] = set()

    def run(self) -> None:
        for index, token in enumerate(self._tokens):
            if token.nesting < 0:
                if self._open:
                    self._open.pop()
            elif token.nesting > 0:
                self._open.append(index)
            elif token.type == "inline" and index and "^" in token.content:
                tail = _tail_of(token.content)
                if tail:
                    self._name(index, token, tail)
        if self._gone:
            self._tokens[:] = [t for i, t in enumerate(self._tokens) if i not in self._gone]

    def _name(self, index: int, inline: Token, tail: _Tail) -> None:
        holder = self._tokens[index - 1]
        match holder.type:
            case "paragraph_open" if not tail.text:
                self._name_block_before(index, tail)
            case "paragraph_open":
                named = self._lazily_after(inline) if tail.alone else None
                self._put(self._holder_of(index) if named is None else named, inline, tail)
                inline.content = tail.text
            case "heading_open" if tail.text and not tail.alone:
                self._put(index - 1, inline, tail)
                inline.content = tail.text
            case "td_open" if not tail.text and self._tokens[index - 2].type == "tr_open":
                self._name_table(index, inline, tail)

    def _holder_of(self, index: int) -> int:
        """The list item whose first text this is, else the paragraph."""
        before = self._tokens[index - 2] if index > 1 else None
        first = before is not None and (before.type == "list_item_open" or self._tokens[index - 1].hidden)
        return index - 2 if first and before is not None and before.nesting > 0 else index - 1

    def _name_block_before(self, index: int, tail: _Tail) -> None:
        """The id is a paragraph of its own: it names the block that ends before it, if there is one."""
        end = index - 2
        while end in self._gone:
            end -= 1
        if end < 0 or self._tokens[end].nesting > 0:
            return
        depth, start = 0, end
        while start >= 0:
            if start not in self._gone:
                depth += self._tokens[start].nesting
            if depth == 0:
                break
            start -= 1
        self._put(max(start, 0), self._tokens[index], tail)
        self._gone.update((index - 1, index, index + 1))

    def _name_table(self, index: int, inline: Token, tail: _Tail) -> None:
        """Without an empty line between them, the table takes the id for a row of its own."""
        end = index
        while self._tokens[end].type != "tr_close":
            if end > index and self._tokens[end].type == "inline" and self._tokens[end].content:
                return
            end += 1
        if self._tokens[end + 1].type != "tbody_close":
            return
        start = index - 2
        if self._tokens[start - 1].type == "tbody_open":
            start, end = start - 1, end + 1
        self._put(next(i for i in reversed(self._open) if self._tokens[i].type == "table_open"), inline, tail)
        self._gone.update(range(start, end + 1))

    def _lazily_after(self, inline: Token) -> int | None:
        """The quote or list that an id names on an unindented line right after it.

        Markdown takes that line for the rest of its last paragraph.
        """
        if not inline.map:
            return None
        row = self._line_of(inline)
        before = row[: row.rfind("^")]
        quotes = [i for i in self._open if self._tokens[i].type in _QUOTES]
        if before.count(">") < len(quotes):
            return quotes[before.count(">")]
        inner = quotes[-1] if quotes else -1
        lists = (i for i in self._open if i > inner and self._tokens[i].type in _LISTS)
        return next((i for i in lists if self._column_of(i) >= len(before)), None)

    def _column_of(self, index: int) -> int:
        lines = self._tokens[index].map
        line = self._lines[lines[0]] if lines else ""
        return len(line) - len(line.lstrip(" \t>"))

    def _line_of(self, inline: Token) -> str:
        index = _line_index(inline)
        return self._lines[index] if index < len(self._lines) else ""

    def _put(self, opener: int, inline: Token, tail: _Tail) -> None:
        names: dict[str, BlockName] = self._env.setdefault("blocks", {})
        line = _line_index(inline)
        if tail.id in names:
            message = f"the block id '^{tail.id}' stands twice in this note"
            hint = "links lead to the first; give this one another id"
            self._env["mistakes"].append(
                ("duplicate-block", line, self._column_in(line, tail.id), message, hint)
            )
            return
        name = names[tail.id] = BlockName(tail.id, line)
        meta = self._tokens[opener].meta
        meta.setdefault("block", name)

    def _column_in(self, line: int, name: str) -> int:
        return max(self._lines[line].rfind("^" + name), 0) if line < len(self._lines) else 0


def _line_index(inline: Token) -> int:
    return (inline.map[0] if inline.map else 0) + inline.content.count("\n")


def _tail_of(content: str) -> _Tail | None:
    at = content.rfind("^")
    name = content[at + 1 :]
    if not _ID.fullmatch(name):
        return None
    text = content[:at].rstrip(" \t")
    if at and content[at - 1] not in " \t\n" and not _EMBED.fullmatch(text):
        return None
    return _Tail(name, text.rstrip(), not text or text.endswith("\n"))
