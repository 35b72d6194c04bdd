r"""Maths: ``$…$`` and ``$$…$$`` in a text, ``$$…$$`` and ``\begin{align}…\end{align}`` as blocks.

Prices stay prices: the opening ``$`` is not followed by a space, the closing one not preceded by one nor
followed by a digit, and the first ``$`` that could close decides. A formula never reaches over a blank
line, so a ``$$`` that is never closed takes nothing with it. What is no maths is text.

The tokens `math_inline` and `math_block` hold the TeX as their content; ``meta["display"]`` says whether
it is a displayed formula, ``meta["at"]`` of an inline one where its TeX begins in the text of its block. The rules
here show the TeX itself, as code; where it can be understood, `kb.read.mathml` makes it MathML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kb.model.settings import Dialect

_ENVIRONMENT = re.compile(
    r"\\begin\{((?:equation|multline|gather|align|alignat|flalign|[pbBvV]?matrix|eqnarray)\*?)\}"
)
#: A run of dollars, or an escaped character to be passed over.
_DOLLARS = re.compile(r"\\.|(\$+)", re.DOTALL)
#: One dollar, two, or too many: a run of thousands is asked at each of them, and must not be walked each time.
_FEW_DOLLARS = re.compile(r"\${1,3}")
#: Behind an amount, this much says that a ``$`` is its currency: ``5$, 10$``.
_AFTER_AMOUNT = frozenset(".,;:!?)]/-")
#: In front of an amount, so does a letter of a country: ``US$5``.
_COUNTRY = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Where, in a note's env, a search for the end of a block leaves word that it failed.
_FAILED = "kb maths"

#: Says of a line of a block whether the block ends with it. None: the block is none.
_Ends: TypeAlias = Callable[[str], bool | None]


def add_maths(md: MarkdownIt, dialect: Dialect) -> None:  # noqa: ARG001 - all rules are added alike
    """Teach `md` maths."""
    md.inline.ruler.before("escape", "math_inline", _inline)
    md.block.ruler.before(
        "fence", "math_block", _block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    md.add_render_rule("math_inline", _render_inline)
    md.add_render_rule("math_block", _render_block)


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    if state.src[state.pos] != "$":
        return False
    end, length = _formula(state.src, state.pos, state.posMax)
    if not end:
        return False
    if not silent:
        token = state.push("math_inline", "math", 0)
        inner = state.src[state.pos + length : end]
        token.content = inner.strip()
        token.markup = "$" * length
        at = state.pos + length + len(inner) - len(inner.lstrip())
        token.meta = {"display": length == 2, "at": at}  # noqa: PLR2004 - two dollars
        _need_maths(state.env)
    state.pos = end + length
    return True


def _formula(text: str, start: int, limit: int) -> tuple[int, int]:
    """Where the formula that may start here ends, and its number of dollars; (0, 0) if there is none."""
    opening = _FEW_DOLLARS.match(text, start, limit)
    length = len(opening[0]) if opening else 0
    begin = start + length
    if length not in (1, 2) or begin >= limit or text[begin] in " \t":
        return 0, 0
    if _is_currency(text[start - 1 : start], text[begin]):
        return 0, 0
    end = next((found.start() for found in _DOLLARS.finditer(text, begin, limit) if found[1]), 0)
    if not end or text[end - 1] in " \t" or text[end + length : end + length + 1].isdigit():
        return 0, 0
    closing = _FEW_DOLLARS.match(text, end, limit)
    if not closing or len(closing[0]) != length or _in_wikilink(text, begin, end):
        return 0, 0
    return end, length


def _is_currency(before: str, after: str) -> bool:
    """Whether a dollar between these two stands with an amount: ``5$,`` or ``US$5``."""
    if before.isdigit():
        return after in _AFTER_AMOUNT
    return before != "" and before in _COUNTRY and after.isdigit()


def _in_wikilink(text: str, begin: int, dollar: int) -> bool:
    """Whether the dollar belongs to a wikilink that starts behind `begin`."""
    opening = text.rfind("[[", begin, dollar)
    if opening < 0 or text.find("]]", opening, dollar) >= 0:
        return False
    stop = text.find("\n", dollar)
    return text.find("]]", dollar, stop if stop >= 0 else len(text)) >= 0


def _block(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    at = state.bMarks[line] + state.tShift[line]
    if state.src[at : at + 2] not in ("$$", "\\b") or state.is_code_block(line):
        return False
    first = state.src[at : state.eMarks[line]].rstrip()
    environment = _ENVIRONMENT.match(first)
    if not environment and first[0] != "$":
        return False
    last = _last_line(state, line, end, environment[1] if environment else "$$")
    if last < 0:
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block = True
        tex = state.getLines(line, last + 1, state.sCount[line], False).strip()  # noqa: FBT003
        token.content = tex if environment else tex[2:-2].strip()
        token.markup = environment[0] if environment else "$$"
        token.map = [line, last + 1]
        token.meta = {"display": True}
        _need_maths(state.env)
        state.line = last + 1
    return True


def _last_line(state: StateBlock, line: int, end: int, kind: str) -> int:
    """The last line of the block of this kind that starts at `line`; -1 if there is none."""
    failed = state.env.setdefault(_FAILED, {})
    # Many openings in one paragraph, none of them closed, would otherwise each look through all of it.
    key = (state.level, kind)
    ends = _dollars_end() if kind == "$$" else _environment_end(kind)
    first, beyond = failed.get(key, (0, 0))
    if first < line < beyond:
        return -1
    for number in range(line, end):
        outside = state.sCount[number] < state.blkIndent
        if number > line and (outside or state.isEmpty(number)):
            failed[key] = (line, number)
            return -1
        at = state.bMarks[number] + state.tShift[number]
        answer = ends(state.src[at : state.eMarks[number]].rstrip())
        if answer is not False:
            return number if answer else -1
    failed[key] = (line, end)
    return -1


def _dollars_end() -> _Ends:
    first = True

    def dollars(text: str) -> bool | None:
        nonlocal first
        inner = text[2:] if first else text
        first = False
        at = inner.find("$$")
        return False if at < 0 else True if at == len(inner) - 2 else None

    return dollars


def _environment_end(name: str) -> _Ends:
    depth = 0

    def environment(text: str) -> bool | None:
        nonlocal depth
        closing = f"\\end{{{name}}}"
        depth += text.count(f"\\begin{{{name}}}") - text.count(closing)
        return False if depth > 0 else True if text.endswith(closing) else None

    return environment


def _need_maths(env: EnvType) -> None:
    env.setdefault("needs", set()).add("math")


def _render_inline(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    display = "block" if tokens[index].meta["display"] else "inline"
    return f'<code class="math" data-display="{display}">{escapeHtml(tokens[index].content)}</code>'


def _render_block(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f'<pre><code class="math" data-display="block">{escapeHtml(tokens[index].content)}</code></pre>\n'
