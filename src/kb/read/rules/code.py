"""Fenced code, coloured by Pygments through classes.

The language is the first word of the info string: ``python``, ``python title="x" {1,3}``, ``{.python}``.
Code in no language or an unknown one comes out as markdown-it gives it. A language that nobody knows is
reported once a note.

Code that looks as if it could keep Pygments busy for long (`kb.read.rules.work`) is shown plain and reported.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, fence
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments.lexer import Lexer
from pygments.lexers import LEXERS, find_lexer_class_by_name
from pygments.token import STANDARD_TYPES, _TokenType

from kb.model.endless import Endless
from kb.model.settings import Dialect
from kb.read.rules.colors import UNSTYLED
from kb.read.rules.lexers import on_demand
from kb.read.rules.work import Budget, is_quick

#: Languages that are text, or that something else than Pygments knows. They are shown plain, in silence.
PLAIN = frozenset(
    """
    text txt plain plaintext none pseudocode pseudo regex mathjax katex output log csv tsv math
    latex-math mermaid tikz dataview dataviewjs query base decision chart kanban abc graphviz-dot
    plantuml callout ad-note tasks admonition excalidraw
    """.split()
)
#: Stands in a note's ``env`` where a block of it could not be coloured in time: the note is not to be published, for
#: on another machine it might look otherwise.
REFUSED = "kb refused"
#: Makes the HTML of the code in a language, as `spans` does.
Color: TypeAlias = Callable[[str, str], str]

_REMEMBERED = 8_000

_BRACES = re.compile(r"\{\s*\.?([\w+#.-]+)[^}]*\}?|\{[^}]*\}?")
_WORD = re.compile(r"[^\s{,:=]+")
_TITLE = re.compile(r"""\b(?:title|filename|file)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'}]+))""")


def add_code(md: MarkdownIt, dialect: Dialect) -> None:  # noqa: ARG001 - all rules are added alike
    """Teach `md` to colour fenced code, by what its option "kb color" gives, else by `spans`."""
    md.block.ruler.at("fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    md.add_render_rule("fence", _render)


def language_of(info: str) -> str:
    """The language that an info string names, in lower case; "" if none."""
    text = info.strip()
    found = _BRACES.match(text)
    word = found[1] if found else _WORD.match(text)
    return (word if isinstance(word, str) else word[0] if word else "").lower()


def title_of(info: str) -> str:
    """The title that an info string gives the block, or ""."""
    found = _TITLE.search(info)
    return next((part for part in found.groups() if part), "") if found else ""


def spans(language: str, code: str) -> str:
    """The code, escaped, with a ``<span>`` around each stretch of one kind. However long that takes."""
    parts: list[str] = []
    held, kind = "", ""
    for _, token, value in _lexer(language)().get_tokens_unprocessed(code):
        name = _classes().get(token)
        if name is None:
            name = _class_of(token)
        if name != kind:
            parts.append(_span(kind, held))
            held, kind = value, name
        else:
            held += value
    parts.append(_span(kind, held))
    return "".join(parts)


def highlight(code: str, language: str, color: Color = spans) -> str | None:
    """The HTML inside ``<code>``, as `color` makes it; None if the code is to be shown plain.

    Raises `Endless` where `color` does.
    """
    if language in PLAIN or language not in _aliases() or not is_quick(code, language):
        return None
    return _remembered(color, language, code) if len(code) <= _REMEMBERED else color(language, code)


def _fence(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's
    if not fence(state, line, end, silent):
        return False
    if not silent:
        token = state.tokens[-1]
        language = language_of(token.info)
        at = state.bMarks[line] + state.tShift[line]
        column = at - (state.src.rfind("\n", 0, at) + 1)
        token.meta = {"language": language, "column": column}
        if language in state.md.options.get("kb fences", ()):
            pass  # whoever knows the language says what is wrong
        elif language and language not in PLAIN:
            _check(state, token, language, line, column)
    return True


def _check(state: StateBlock, token: Token, language: str, line: int, column: int) -> None:
    """Report a language that nobody knows, and code that is not coloured for fear of its length."""
    mistakes = state.env.setdefault("mistakes", [])
    if language not in _aliases():
        told = state.env.setdefault("kb languages", set())
        if language not in told:
            told.add(language)
            message = f"no highlighter knows the language '{language}'"
            mistakes.append(("unknown-language", line, column, message, _suggestion(language)))
    elif not is_quick(token.content, language):
        message = "this code block is too long or too repetitive to be highlighted, and is shown plain"
        mistakes.append(("slow-code", line, column, message, "shorten it, or name no language"))
    elif not state.env.setdefault("kb code", Budget()).has_room(token.content, language):
        token.meta["plain"] = True
        message = "the code of this note is too much to be highlighted, and this block is shown plain"
        mistakes.append(("slow-code", line, column, message, "divide the note, or name no language"))


@lru_cache(maxsize=256)
def _suggestion(language: str) -> str:
    root = language.partition("-")[0]
    if root in _aliases():
        return f"did you mean '{root}'?"
    near = difflib.get_close_matches(language, sorted(_aliases()), 1, 0.7)
    return f"did you mean '{near[0]}'?" if near else "use 'text' for code in no particular language"


@lru_cache(maxsize=1)
def _aliases() -> frozenset[str]:
    """Every name of a language that Pygments itself knows. Lexers from elsewhere are not looked for."""
    return frozenset(alias for lexer in LEXERS.values() for alias in lexer[2])


@lru_cache(maxsize=64)
def _lexer(language: str) -> type[Lexer]:
    # The class is kept, not a lexer: some lexers remember what they have read.
    return on_demand(find_lexer_class_by_name(language))


@lru_cache(maxsize=512)
def _remembered(color: Color, language: str, code: str) -> str:
    return color(language, code)


def _span(kind: str, text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<span class="{kind}">{escaped}</span>' if kind else escaped


@lru_cache(maxsize=1)
def _classes() -> Mapping[_TokenType, str]:
    return {token: "" if name in UNSTYLED else name for token, name in STANDARD_TYPES.items()}


@lru_cache(maxsize=512)
def _class_of(token: _TokenType) -> str:
    """The class of a token type: its own, or that of the nearest type above it."""
    known = _classes()
    return next((known[above] for above in reversed(token.split()) if above in known), "")


def _render(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    language = (token.meta or {}).get("language") or language_of(token.info)
    html = _block(self, tokens, index, options, env, language)
    title = title_of(token.info) if "=" in token.info else ""
    if not title:
        return html
    return f'<figure class="code">\n<figcaption>{escapeHtml(title)}</figcaption>\n{html}</figure>\n'


def _block(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
    language: str,
) -> str:
    colored = _colored(tokens[index], language, options, env) if language else None
    if colored is None:
        return RendererHTML.fence(renderer, tokens, index, options, env)
    name = escapeHtml(language)
    return (
        f'<div class="highlight" data-language="{name}"><pre><code class="language-{name}">'
        f"{colored}</code></pre></div>\n"
    )


def _colored(token: Token, language: str, options: OptionsDict, env: EnvType) -> str | None:
    """The coloured code, or None; a note in which one block could not be done in time gets no more of them."""
    if REFUSED in env or "plain" in (token.meta or {}):
        return None
    try:
        return highlight(token.content, language, options.get("kb color", spans))
    except Endless:
        env[REFUSED] = True
        line, column = token.map[0] if token.map else 0, (token.meta or {}).get("column", 0)
        message = f"this code block keeps the highlighter for '{language}' busy without end"
        hint = "shorten it, or name no language; until then the note is not published"
        env.setdefault("mistakes", []).append(("endless-code", line, column, message, hint))
        return None
