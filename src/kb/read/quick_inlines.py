"""The loop over the text of a block. It does what markdown-it's does."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from typing import Any, Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as emphasis
from markdown_it.token import Token

from kb.read.quick import Chains, token

InlineRule: TypeAlias = Callable[[StateInline, bool], bool]

#: At which characters a rule may match.
TRIGGERS = {
    "newline": "\n",
    "comment": "%",
    "math_inline": "$",
    "equation_ref": "\\",
    "escape": "\\",
    "backticks": "`",
    "mark": "=",
    "strikethrough": "~",
    "emphasis": "*_",
    "tag": "#",
    "wikilink": "[",
    "link": "[",
    "embed": "!",
    "image": "!",
    "footnote_inline": "^",
    "footnote_ref": "[",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
    "gfm_autolink_www": "w",
    "gfm_autolink_protocol": ":",
    "gfm_autolink_email": "@",
}
#: Where a rule may match indeed: most of these characters mean nothing by themselves. "]" ends a label.
#: The set in front lets the search run fast; each of its characters then says what must stand around it.
_STOPS = re.compile(
    r"""[\n\\`\[\]*$_!<&\#^=~%:w@](?:
      (?<=[\n\\`\[\]*$])
    | (?<=_)(?:(?<![^\W_]_)|(?![^\W_]))  # inside a word it is a letter
    | (?<=!)(?=\[) | (?<=<)(?=\S) | (?<=&)(?=[#a-zA-Z]) | (?<=\#)(?=[^\s#]) | (?<=\^)(?=\[)
    | (?<==)(?==) | (?<=~)(?=~) | (?<=%)(?=%)
    | (?<=https:)(?=//) | (?<=http:)(?=//) | (?<=mailto:) | (?<=xmpp:)
    | (?<=w)(?=ww\.) | (?<=@)(?=[a-zA-Z0-9_-])
    )""",
    re.VERBOSE,
)
#: ``**words**`` that are emphasis whatever else the block holds: what opens could not close, what closes could not
#: open, so they find each other, and between them no mark stands that means anything.
_EMPHASIS = re.compile(
    r"""(?: (?<![^ \t\n]) | (?<=[(\["'“‘—–-])(?=[*_]+[^\W_]) )
    (?P<marks>\*\*?|__?)
    (?P<text>[^\s\\`\[\]*$_<&\#^=~%@][^\n\\`\[\]*$_<&\#^=~%@]*)
    (?: (?<=[^\W_])(?P=marks)(?=[.,;:!?)\]"'”’…—–/-]) | (?<=\S)(?P=marks)(?![^ \t\n]) )""",
    re.VERBOSE,
)
#: These pair what other rules have collected; where nothing was collected they have nothing to do.
_PAIRING = frozenset({"balance_pairs", "strikethrough", "emphasis", "mark", "fragments_join"})
#: Links and images in each other are read so deep; deeper ones are text. Each level takes four calls.
_NESTING = 100


class Inlines(ParserInline):
    """markdown-it's inline parser with the rules of `plain`."""

    def __init__(self, plain: ParserInline) -> None:
        self.ruler, self.ruler2 = plain.ruler, plain.ruler2
        self._extra_terminator_chars: set[str] = set()
        names = plain.ruler.get_active_rules()
        rules = [(n, r) for n, r in zip(names, plain.ruler.getRules(""), strict=True) if n != "text"]
        self._all_pair = _PAIRING.issuperset(plain.ruler2.get_active_rules())
        if (
            self._all_pair
            and TRIGGERS.keys() >= {name for name, _ in rules}
            and ("emphasis", emphasis) in rules
        ):
            rules.insert(rules.index(("emphasis", emphasis)), ("emphasis", _emphasis))
        chains: Chains[InlineRule] = Chains(rules, TRIGGERS)
        self._at, self._always = chains.at, chains.always
        self.terminator_re = plain.terminator_re if self._always else _STOPS

    def parse(
        self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]
    ) -> list[Token]:
        """Read `src` into `tokens`."""
        if not self.terminator_re.search(src):
            if src:
                text = token("text", "", 0, 0)
                text.content = src
                tokens.append(text)
            return tokens
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        if state.paired or not self._all_pair:
            for rule in self.ruler2.getRules(""):
                rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        """Make the tokens from ``state.pos`` to ``state.posMax``."""
        src, end, at, always = state.src, state.posMax, self._at, self._always
        search = self.terminator_re.search
        pos = state.pos
        while pos < end:
            stop = search(src, pos, end)
            if stop is None:
                state.append_pending(src[pos:end])
                state.pos = end
                break
            if stop.start() > pos:
                state.append_pending(src[pos : stop.start()])
                pos = state.pos = stop.start()
            if state.level < _NESTING:
                for rule in at.get(src[pos], always):
                    if rule(state, False):  # noqa: FBT003 - markdown-it's signature
                        break
            if state.pos <= pos:
                state.append_pending(src[pos])
                state.pos = pos + 1
            pos = state.pos
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 - its own name
        """Step over one token, or over a stretch of text."""
        pos, cache = state.pos, state.cache
        if pos in cache:
            state.pos = cache[pos]
            return
        stop = self.terminator_re.search(state.src, pos, state.posMax)
        if stop is None or stop.start() > pos:
            state.pos = stop.start() if stop else state.posMax
        elif state.level >= _NESTING:
            state.pos = state.posMax  # as markdown-it does
        else:
            state.level += 1
            for rule in self._at.get(state.src[pos], self._always):
                if rule(state, True):  # noqa: FBT003 - markdown-it's signature
                    break
            state.level -= 1
            if state.pos <= pos:
                state.pos = pos + 1
        cache[pos] = state.pos


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Emphasis that needs no pairing."""
    found = None if silent else _EMPHASIS.match(state.src, state.pos, state.posMax)
    if found is None or _STOPS.search(state.src, *found.span("text")):
        return False
    marks, text = found["marks"], found["text"]
    tag = "em" if len(marks) == 1 else "strong"
    if state.pending:
        state.pushPending()
    level = state.level
    opening, closing = token(f"{tag}_open", tag, 1, level), token(f"{tag}_close", tag, -1, level)
    opening.markup = closing.markup = marks
    words = token("text", "", 0, level + 1)
    words.content = text
    state.tokens += (opening, words, closing)
    state.tokens_meta += (None, None, None)
    state.pendingLevel = level
    state.pos = found.end()
    return True


class _State(StateInline):
    """Makes its tokens plainly, and knows whether there is anything to pair."""

    @property
    def paired(self) -> bool:
        """Whether a rule has collected a delimiter."""
        return bool(self.delimiters) or any(meta and meta["delimiters"] for meta in self.tokens_meta)

    def pushPending(self) -> Token:  # noqa: N802 - its own name
        made = token("text", "", 0, self.pendingLevel)
        made.content = self.pending
        self.tokens.append(made)
        self.pending = ""
        return made

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if self._pending_buffer or self._pending:
            self.pushPending()
        meta = None
        if nesting < 0:
            self.level -= 1
            self.delimiters = self._prev_delimiters.pop()
        made = token(ttype, tag, nesting, self.level)
        if nesting > 0:
            self.level += 1
            self._prev_delimiters.append(self.delimiters)
            self.delimiters = []
            meta = {"delimiters": self.delimiters}
        self.pendingLevel = self.level
        self.tokens.append(made)
        self.tokens_meta.append(meta)
        return made
