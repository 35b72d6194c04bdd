"""The loop over blocks. It does what markdown-it's does, but for the limit of nesting.

Where blocks are nested deeper than the limit, markdown-it silently drops them and all that follows them.
Here they are kept, as a paragraph of plain text, what follows is read as ever, and the author is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any, Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.parser_block import ParserBlock
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from kb.read.checks import nesting_limit
from kb.read.quick import Chains, token

BlockRule: TypeAlias = Callable[[StateBlock, int, int, bool], bool]

#: With which characters a line begins at which a rule may match.
TRIGGERS = {
    "table": "",
    "callout": ">[",
    "math_block": "$\\",
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "footnote_def": "[",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
    "prose": "",
    "lheading": "",
    "deflist": "",
    "paragraph": "",
}
#: The same for rules that are asked whether they end what goes before. A term of a definition list does not.
END_TRIGGERS = {**TRIGGERS, "deflist": ":~"}

_CODE_INDENT = 4
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*")


class Blocks(ParserBlock):
    """markdown-it's block parser with the rules of `plain`."""

    def __init__(self, plain: ParserBlock) -> None:
        ruler = plain.ruler
        self._every = tuple(ruler.getRules(""))
        names = ruler.get_active_rules()
        rules = [(name, _looking_below(name, rule)) for name, rule in zip(names, self._every, strict=True)]
        if "lheading" in names and "paragraph" in names:
            rules.insert(names.index("lheading"), ("prose", _prose))
        self._chains = Chains(rules, TRIGGERS)
        self.ruler = _Ruler(ruler)

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 - its own names
        """Make the tokens of these lines."""
        limit = state.md.options["maxNesting"]
        line, empty_lines = startLine, False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= limit:
                _keep_as_text(state, line, endLine)
            else:
                for rule in self._rules_at(state, line):
                    if rule(state, line, endLine, False):  # noqa: FBT003 - markdown-it's signature
                        break
            if state.line <= line:
                raise RuntimeError("no block rule matched, or one that read nothing")
            state.tight = not empty_lines
            line = state.line
            if line - 1 < endLine and state.isEmpty(line - 1):
                empty_lines = True
            if line < endLine and state.isEmpty(line):
                empty_lines = True
                line += 1
                state.line = line

    def parse(
        self,
        src: str,
        md: MarkdownIt,
        env: MutableMapping[str, Any],
        outTokens: list[Token],  # noqa: N803 - its own name
    ) -> list[Token] | None:
        """Read `src` into `outTokens`."""
        if not src:
            return None
        state = _State(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def _rules_at(self, state: StateBlock, line: int) -> Sequence[BlockRule]:
        if state.sCount[line] - state.blkIndent >= _CODE_INDENT:
            return self._every
        return self._chains.at.get(state.src[state.bMarks[line] + state.tShift[line]], self._chains.always)


class _Ruler(Ruler[BlockRule]):
    """Where rules ask which rules end a paragraph, a list or a quote, gives them one that knows whom to ask."""

    def __init__(self, plain: Ruler[BlockRule]) -> None:
        super().__init__()
        self.__rules__ = plain.__rules__
        self._enders: dict[str, list[BlockRule]] = {}

    def getRules(self, chainName: str = "") -> list[BlockRule]:  # noqa: N802, N803 - its own names
        """The rules of a chain."""
        if not chainName:
            return super().getRules()
        if chainName not in self._enders:
            chain = [
                (r.name, _looking_below(r.name, r.fn))
                for r in self.__rules__
                if chainName in r.alt and r.enabled
            ]
            self._enders[chainName] = [_ender(Chains(chain, END_TRIGGERS))]
        return self._enders[chainName]


class _State(StateBlock):
    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if nesting < 0:
            self.level -= 1
        made = token(ttype, tag, nesting, self.level)
        made.block = True
        if nesting > 0:
            self.level += 1
        self.tokens.append(made)
        return made


def _ender(chains: Chains[BlockRule]) -> BlockRule:
    at, always = chains.at, chains.always

    def ends(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - its signature
        start = state.bMarks[line] + state.tShift[line]
        for rule in at.get(state.src[start : start + 1], always):  # noqa: SIM110 - any() takes twice as long
            if rule(state, line, end, silent):
                return True
        return False

    return ends


def _looking_below(name: str, rule: BlockRule) -> BlockRule:
    """A table or a definition list may begin with anything: the line below it tells whether it may be one."""
    if name not in {"table", "deflist"}:
        return rule
    may_begin = _may_be_table if name == "table" else _may_be_definition

    def looking_below(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001
        return may_begin(state, line, end, silent) and rule(state, line, end, silent)

    return looking_below


def _may_be_table(state: StateBlock, line: int, end: int, _silent: bool) -> bool:  # noqa: FBT001
    return line + 1 < end and _first(state, line + 1) in {"|", ":", "-"}


def _may_be_definition(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    if silent:
        return True
    below = line + 2 if line + 1 < end and state.isEmpty(line + 1) else line + 1
    return below < end and _first(state, below) in {":", "~"}


def _first(state: StateBlock, line: int) -> str:
    start = state.bMarks[line] + state.tShift[line]
    return state.src[start : start + 1]


def _prose(state: StateBlock, line: int, end: int, _silent: bool) -> bool:  # noqa: FBT001 - its signature
    """A paragraph, or a heading underlined. markdown-it looks through its lines for one, then for the other.

    What may begin a definition list is left to its rules.
    """
    if _may_be_definition(state, line, end, silent=False):
        return False
    parent, state.parentType = state.parentType, "paragraph"
    below, level = _end_of_prose(state, line, end)
    kind, tag = ("heading", f"h{level}") if level else ("paragraph", "p")
    state.line = below + 1 if level else below
    opening = state.push(f"{kind}_open", tag, 1)
    text = state.push("inline", "", 0)
    closing = state.push(f"{kind}_close", tag, -1)
    if level:
        opening.markup = closing.markup = "=" if level == 1 else "-"
    opening.map = [line, state.line]
    text.map = [line, below]
    text.children = []
    if below == line + 1:
        text.content = mdTrim(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]])
    else:
        text.content = mdTrim(state.getLines(line, below, state.blkIndent, False))  # noqa: FBT003
    state.parentType = parent
    return True


def _end_of_prose(state: StateBlock, line: int, end: int) -> tuple[int, int]:
    """The line after the text that begins at `line`, and the level of heading that this line makes it, or 0."""
    ends = state.md.block.ruler.getRules("paragraph")[0]
    below = line + 1
    while below < state.lineMax and not state.isEmpty(below):
        indent = state.sCount[below]
        if indent - state.blkIndent < _CODE_INDENT:  # else a lazy continuation, whatever is on it
            if below < end and indent >= state.blkIndent:
                start = state.bMarks[below] + state.tShift[below]
                if state.src[start] in "=-" and _UNDERLINE.fullmatch(state.src, start, state.eMarks[below]):
                    return below, 1 if state.src[start] == "=" else 2
            if indent >= 0 and ends(state, below, state.lineMax, True):  # noqa: FBT003 - its signature
                break
        below += 1
    return below, 0


def _keep_as_text(state: StateBlock, line: int, end: int) -> None:
    """Make a paragraph of all lines from `line` on that belong to the block that is too deep."""
    below = line
    while below < end and (state.isEmpty(below) or state.sCount[below] >= state.blkIndent):
        below += 1
    state.push("paragraph_open", "p", 1).map = [line, below]
    text = state.push("inline", "", 0)
    text.map = [line, below]
    text.content = mdTrim(state.getLines(line, below, state.blkIndent, False))  # noqa: FBT003 - its signature
    text.children = []
    state.push("paragraph_close", "p", -1)
    state.line = below
    mistakes = state.env.setdefault("mistakes", [])
    if not any(mistake[0] == "nesting-limit" for mistake in mistakes):
        mistakes.append(nesting_limit(line))
