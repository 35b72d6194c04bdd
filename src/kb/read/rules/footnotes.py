"""Footnotes: ``[^id]`` with ``[^id]: text`` anywhere in the note, and ``^[text]`` on the spot.

They are numbered in the order of their first reference and stand at the note's end. Ids hold a colon
(``fn:1``, ``fnref:1``, ``fnref:1-2``), which no heading's id does. What is not a footnote stays text: a
reference to nothing, a definition that nothing refers to, and a second one of the same id. Nothing an
author wrote is lost.

The definition's block rule is that of mdit-py-plugins. The others are our own, because there many
``[^`` cost the square of their number, nested ``^[`` know no limit, and unused definitions vanish.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote.index import footnote_def

from kb.model.settings import Dialect
from kb.read.rules.labels import Label, label

_LABEL = re.compile(r"\[\^([^\[\]\s]+)\]")
_DEFINITION = re.compile(r"\[\^[^\[\]\s]+\]:")
#: The plugin's key in a note's env: ``refs`` holds ":id" of every definition.
_ENV = "footnotes"
#: Ours: the footnotes in the order of their numbers.
_NOTES = "kb footnotes"
_INSIDE = "kb inside a footnote"
_PAIRS = "kb brackets"
_TICKS = re.compile(r"`+")
_BRACKETS = re.compile(r"\\.|`+|[\[\]]", re.DOTALL)


class _Footnote:
    """A footnote while its note is read: its id ("" for one on the spot), references, content."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.references = 0
        self.content: list[Token] = []


def add_footnotes(md: MarkdownIt, dialect: Dialect) -> None:
    """Teach `md` footnotes."""
    md.block.ruler.before("reference", "footnote_def", _definition, {"alt": ["paragraph", "reference"]})
    md.inline.ruler.after("image", "footnote_inline", _on_the_spot)
    md.inline.ruler.after("footnote_inline", "footnote_ref", _reference)
    md.core.ruler.after("inline", "footnote_tail", _collect)
    md.add_render_rule("footnote_ref", _render_reference)
    md.add_render_rule("footnote_open", _render_open)
    md.add_render_rule("footnote_block_close", _render_block_close)
    title = escapeHtml(label(Label.FOOTNOTES, dialect.language))
    back = escapeHtml(label(Label.BACK, dialect.language))
    rules = md.renderer.rules  # type: ignore[attr-defined] # the HTML renderer's
    rules["footnote_block_open"] = partial(_render_block_open, title)
    rules["footnote_anchor"] = partial(_render_anchors, back)


def _definition(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    at = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith("[^", at) or not _DEFINITION.match(state.src, at, state.eMarks[line]):
        return False
    return footnote_def(state, line, end, silent)


def _on_the_spot(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    # A footnote in a footnote stays text, so that no nesting can run deep.
    if not state.src.startswith("^[", state.pos) or state.linkLevel or state.env.get(_INSIDE):
        return False
    end = _closing_bracket(state, state.pos + 1)
    if end < 0 or end >= state.posMax or not state.src[state.pos + 2 : end].strip():
        return False
    if not silent:
        _push_on_the_spot(state, state.src[state.pos + 2 : end])
    state.pos = end + 1
    return True


def _closing_bracket(state: StateInline, opening: int) -> int:
    """Where the bracket at `opening` is closed, -1 if it is not. All pairs of a text are found at once."""
    text, pairs = state.env.get(_PAIRS, (None, {}))
    if text is not state.src:
        pairs = _bracket_pairs(state.src)
        state.env[_PAIRS] = (state.src, pairs)
    return int(pairs.get(opening, -1))


def _bracket_pairs(text: str) -> dict[int, int]:
    """The brackets of a text, closing by opening ones; those in code and behind a backslash do not count."""
    ticks: dict[int, list[int]] = {}
    for run in _TICKS.finditer(text):
        ticks.setdefault(len(run[0]), []).append(run.start())
    pairs, open_ones, resume = {}, [], 0
    for found in _BRACKETS.finditer(text):
        at = found.start()
        if at < resume:
            continue
        if found[0] == "[":
            open_ones.append(at)
        elif found[0] == "]" and open_ones:
            pairs[open_ones.pop()] = at
        elif found[0][0] == "`":
            runs = ticks.get(len(found[0]), [])  # of a run behind a backslash it is less than all of it
            following = bisect_right(runs, at)
            resume = runs[following] + len(found[0]) if following < len(runs) else 0
    return pairs


def _push_on_the_spot(state: StateInline, text: str) -> None:
    note = _Footnote("")
    note.references = 1
    notes = state.env.setdefault(_NOTES, [])
    notes.append(note)
    token = state.push("footnote_ref", "", 0)
    token.meta = {"number": len(notes), "reference": 1, "offset": state.pos}
    state.env[_INSIDE] = True
    children = state.md.inline.parse(text, state.md, state.env, [])
    state.env[_INSIDE] = False
    note.content = _paragraph(text, children)


def _reference(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    if not state.src.startswith("[^", state.pos) or state.linkLevel:
        return False
    found = _LABEL.match(state.src, state.pos, state.posMax)
    if not found or f":{found[1]}" not in state.env.get(_ENV, {}).get("refs", {}):
        return False
    if not silent:
        notes: list[_Footnote] = state.env.setdefault(_NOTES, [])
        numbers: dict[str, int] = state.env[_ENV].setdefault("numbers", {})
        if found[1] not in numbers:
            notes.append(_Footnote(found[1]))
            numbers[found[1]] = len(notes)
        note = notes[numbers[found[1]] - 1]
        note.references += 1
        token = state.push("footnote_ref", "", 0)
        token.meta = {"number": numbers[found[1]], "reference": note.references, "offset": state.pos}
    state.pos = found.end()
    return True


def _collect(state: StateCore) -> None:
    """Move what the footnotes say to the end."""
    notes: list[_Footnote] = state.env.pop(_NOTES, [])
    defined = state.env.pop(_ENV, None)
    if not notes and not defined:
        return
    _place(state.tokens, notes)
    state.tokens = list(_remaining(state.tokens, {note.name: note for note in notes if note.name}))
    if notes:
        state.tokens.append(Token("footnote_block_open", "section", 1, block=True))
        for number, note in enumerate(notes, 1):
            state.tokens += _item(number, note)
        state.tokens.append(Token("footnote_block_close", "section", -1, block=True))


def _place(tokens: Sequence[Token], notes: Sequence[_Footnote]) -> None:
    """Tell the footnotes on the spot which line they stand in, for links in them have a place too."""
    for text in tokens:
        line, seen = (text.map or [0])[0], 0
        for token in (text.children or ()) if text.type == "inline" else ():
            if token.type == "footnote_ref":
                line += text.content.count("\n", seen, token.meta["offset"])
                seen = token.meta["offset"]
                note = notes[token.meta["number"] - 1]
                if not note.name:
                    note.content[1].map = [line, line + 1]


def _remaining(tokens: Sequence[Token], wanted: dict[str, _Footnote]) -> Iterator[Token]:
    """The tokens that stay where they are. Those of a definition go to its footnote, if one wants them."""
    into: list[list[Token] | None] = []
    for index, token in enumerate(tokens):
        if token.type == "footnote_reference_close":
            into.pop()
        elif token.type == "footnote_reference_open":
            note = wanted.pop(token.meta["label"], None)
            outer = into[-1] if into else None
            into.append(note.content if note else outer)
            if not note:
                written = _written(token, tokens[index + 1 : index + 3])
                if outer is None:
                    yield from written
                else:
                    outer.extend(written)
        elif into and into[-1] is not None:
            into[-1].append(token)
        else:
            yield token


def _written(definition: Token, following: Sequence[Token]) -> list[Token]:
    """The ``[^id]:`` of a definition nobody wants, put before the text it was written before."""
    written = f"[^{definition.meta['label']}]:"
    if following[0].type != "paragraph_open":
        return _paragraph(written, [Token("text", "", 0, content=written)], definition.map)
    text = following[1]
    text.content = f"{written} {text.content}"
    text.children = [Token("text", "", 0, content=f"{written} "), *(text.children or ())]
    return []


def _paragraph(text: str, children: list[Token], lines: list[int] | None = None) -> list[Token]:
    return [
        Token("paragraph_open", "p", 1, block=True, map=lines),
        Token("inline", "", 0, content=text, children=children, block=True, map=lines),
        Token("paragraph_close", "p", -1, block=True),
    ]


def _item(number: int, note: _Footnote) -> list[Token]:
    """A footnote of the list, with its way back at the end of its last paragraph."""
    meta = {"number": number, "references": note.references}
    anchor = Token("footnote_anchor", "", 0, meta=meta)
    content = [*note.content]
    content.insert(len(content) - (content[-1:] != [] and content[-1].type == "paragraph_close"), anchor)
    opening = Token("footnote_open", "li", 1, block=True, meta=meta)
    return [opening, *content, Token("footnote_close", "li", -1, block=True)]


def _render_reference(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    number, reference = tokens[index].meta["number"], tokens[index].meta["reference"]
    link = f'<a href="#fn:{number}" id="{_id(number, reference)}" role="doc-noteref">{number}</a>'
    return f'<sup class="footnote-ref">{link}</sup>'


def _render_anchors(
    back: str, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    number, references = tokens[index].meta["number"], tokens[index].meta["references"]
    return "".join(
        f' <a href="#{_id(number, reference)}" class="footnote-backref" role="doc-backlink"'
        f' aria-label="{back} {_id(number, reference)[6:]}">\u21a9\ufe0e</a>'
        for reference in range(1, references + 1)
    )


def _id(number: int, reference: int) -> str:
    return f"fnref:{number}" if reference == 1 else f"fnref:{number}-{reference}"


def _render_block_open(
    title: str, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f'<section class="footnotes" role="doc-endnotes" aria-label="{title}">\n<ol>\n'


def _render_block_close(
    _self: RendererHTML, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return "</ol>\n</section>\n"


def _render_open(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f'<li id="fn:{tokens[index].meta["number"]}" class="footnote-item">\n'
