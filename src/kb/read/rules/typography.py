"""Typographic quotes, dashes and ellipses, as the note's language has them.

``"…"`` and ``'…'`` become the language's quotes, ``'`` in a word an apostrophe, ``--`` and ``---`` dashes,
``...`` an ellipsis. Left alone: code, maths, raw ``<code>`` and its kin, escaped characters, the text of
bare addresses and what follows them, ``--options``, ``../paths``.

markdown-it has rules for this, but its quotes cost the square of their number, and its replacements also
turn ``(c)`` and ``+-`` into something else. Here each text is walked once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from kb.model.settings import Dialect

#: Opening and closing double, then single quotes.
_QUOTES = {
    "bg": "„“‚‘", "cs": "„“‚‘", "da": "»«›‹", "de": "„“‚‘", "de-at": "„“‚‘", "de-ch": "«»‹›", "el": "«»“”",
    "en": "“”‘’", "es": "«»“”", "et": "„“‚‘", "fi": "””’’", "hr": "„“‚‘", "hu": "„”»«", "is": "„“‚‘",
    "it": "«»“”", "lt": "„“‚‘", "lv": "“”‘’", "nb": "«»‘’", "nl": "“”‘’", "nn": "«»‘’", "no": "«»‘’",
    "pl": "„”‚’", "pt": "«»“”", "pt-br": "“”‘’", "ro": "„”«»", "ru": "«»„“", "sk": "„“‚‘", "sl": "„“‚‘",
    "sr": "„“‚‘", "sv": "””’’", "tr": "“”‘’", "uk": "«»„“",
}  # fmt: skip
#: Languages that set a narrow space inside their quotes.
_SPACED = {"fr": ("«\u202f", "\u202f»", "“", "”"), "fr-ch": ("«", "»", "‹", "›")}
_APOSTROPHE = "’"

_REPLACED = re.compile(
    r"""(?P<quote>['"])
    | (?<![-<])(?P<em>---)(?![->])
    | (?:(?<=[^\s\-<])(?P<en>--)(?=[^\s\->]) | (?:(?<=\s)|^)(?P<spaced>--)(?=\s|$))
    | (?<![./\\])(?P<dots>\.\.\.)(?![./\\])""",
    re.VERBOSE,
)
_DECADE = re.compile(r"\d\ds")
_RAW_CODE = re.compile(r"<(/?)(?:code|kbd|pre|samp|script|style|textarea|tt|var)\b", re.IGNORECASE)


class _Quotes(NamedTuple):
    """What the quotes of a language look like."""

    open_double: str
    close_double: str
    open_single: str
    close_single: str


class _Place(NamedTuple):
    """A quote that may be closed later: which of all pieces it is, and how deep it stands."""

    piece: int
    level: int


def add_typography(md: MarkdownIt, dialect: Dialect) -> None:
    """Teach `md` good typography, if the dialect wants it."""
    md.options["typographer"] = False  # markdown-it's own
    if dialect.typographer:
        quotes = quotes_of(dialect.language)
        md.core.ruler.before("text_join", "typography", lambda state: _typeset(state, quotes))


def quotes_of(language: str) -> _Quotes:
    """The quotes of a language, given as a BCP 47 tag; those of English where it is not known."""
    tag = language.lower()
    for name in (tag, tag.partition("-")[0]):
        if found := _SPACED.get(name) or _QUOTES.get(name):
            return _Quotes(*found)
    return _Quotes(*_QUOTES["en"])


def _typeset(state: StateCore, quotes: _Quotes) -> None:
    if own := state.env.get("language"):  # what the note itself says of its language
        quotes = quotes_of(own)
    for token in state.tokens:
        if token.type == "inline" and token.children and _holds_any(token.content):
            _Text(quotes).typeset(token.children)


def _holds_any(text: str) -> bool:
    """Whether there may be something to do. Four quick looks: one expression for all takes ten times as long."""
    return "'" in text or '"' in text or "--" in text or "..." in text


class _Text:
    """The running text of one block while it is typeset: all of it in pieces, cut at every replacement."""

    def __init__(self, quotes: _Quotes) -> None:
        self._quotes = quotes
        self._pieces: list[str] = []
        self._open: dict[str, list[_Place]] = {"'": [], '"': []}

    def typeset(self, tokens: Sequence[Token]) -> None:
        """Replace what is to be replaced in the tokens."""
        before, spans = " ", []
        followers = _followers(tokens)
        for index, free in _free(tokens):
            token = tokens[index]
            self._close_deeper(token.level)
            if free:
                bare = (
                    index > 0 and tokens[index - 1].type == "link_close" and tokens[index - 1].info == "auto"
                )
                start = len(self._pieces)
                self._replace(token, before, followers[index], bare=bare)
                spans.append((token, start, len(self._pieces)))
            before = _edge(token, -1) or before
        for token, start, end in spans:
            token.content = "".join(self._pieces[start:end])

    def _replace(self, token: Token, before: str, after: str, *, bare: bool) -> None:
        """Cut a token's text into pieces. `bare` says that the end of a bare address stands before it."""
        text, done = token.content, 0
        for found in _REPLACED.finditer(text):
            start, end = found.span()
            if found["dots"] and bare and start == 0:
                continue
            self._pieces.append(text[done:start])
            if found["quote"]:
                last = text[start - 1] if start else before
                self._quote(found[0], last, text[end : end + 3] or after, token.level)
            else:
                self._pieces.append("…" if found["dots"] else "—" if found["em"] else "–")
            done = end
        self._pieces.append(text[done:])

    def _quote(self, mark: str, last: str, after: str, level: int) -> None:
        """One more quote mark: what is known of it now, as a piece, and of the one that it closes."""
        opens, closes = _directions(mark, last, after[0])
        index = len(self._pieces)
        self._pieces.append(mark)
        if mark == "'" and (_DECADE.match(after) or not (opens or closes)):
            self._pieces[index] = _APOSTROPHE
        elif closes and self._open[mark] and self._open[mark][-1].level == level:
            self._pair(mark, index)
        elif opens:
            self._open[mark].append(_Place(index, level))
        elif closes and mark == "'":
            self._pieces[index] = _APOSTROPHE

    def _pair(self, mark: str, closing: int) -> None:
        opening = self._open[mark].pop().piece
        single = mark == "'"
        self._pieces[opening] = self._quotes.open_single if single else self._quotes.open_double
        self._pieces[closing] = self._quotes.close_single if single else self._quotes.close_double
        for places in self._open.values():
            while places and places[-1].piece > opening:
                places.pop()

    def _close_deeper(self, level: int) -> None:
        """Quotes opened inside emphasis are not closed outside of it."""
        for places in self._open.values():
            while places and places[-1].level > level:
                places.pop()


def _free(tokens: Sequence[Token]) -> Iterator[tuple[int, bool]]:
    """The number of every token, and whether it is text that may be typeset."""
    address = code = 0
    for index, token in enumerate(tokens):
        if token.info == "auto":
            address += token.nesting
        elif token.type == "html_inline" and (found := _RAW_CODE.match(token.content)):
            code = max(code + (-1 if found[1] else 1), 0)
        yield index, token.type == "text" and not address and not code


def _followers(tokens: Sequence[Token]) -> list[str]:
    """For every token, the character that follows it."""
    after, followers = " ", []
    for token in reversed(tokens):
        followers.append(after)
        after = _edge(token, 0) or after
    return followers[::-1]


def _edge(token: Token, end: int) -> str:
    """The first (0) or last (-1) character of a token, "" if it shows none."""
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content[end] if token.content else ""


def _directions(mark: str, last: str, after: str) -> tuple[bool, bool]:
    """Whether a quote between these characters may open, and whether it may close, as markdown-it has it."""
    last_space, after_space = isWhiteSpace(ord(last)), isWhiteSpace(ord(after))
    last_punct, after_punct = _is_punct(last), _is_punct(after)
    opens = not after_space and (not after_punct or last_space or last_punct)
    closes = not last_space and (not last_punct or after_space or after_punct)
    if mark == after == '"' and last in "0123456789":
        return False, False  # the first of 1"" is an inch
    return (last_punct, after_punct) if opens and closes else (opens, closes)


def _is_punct(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
