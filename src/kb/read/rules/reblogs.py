"""What somebody else wrote, in a note of kind ``reblog``: an excerpt in a frame whose head names its source.

The frame is made of the first quote of the note, a plain one or a callout ``[!quote]``, ``[!excerpt]`` or
``[!paraphrase]``. Lines that such pages carry are read and taken out of the text:

    22 minutes (5,929 words)                  minutes and words of the original
    View original post 6,045 more words       how much of it is not shown here

What the front matter says goes before them. Nothing is fetched: there is never more of the text than the author of the
note has written into it. The author's own words come first: a note that begins with the excerpt gets it behind them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kb.model.note import Json
from kb.model.settings import Dialect
from kb.read.blocks import BlockName
from kb.read.rules.labels import Label, label

REBLOG = "reblog"
#: The id of the frame, by which it can be linked and embedded.
FRAME = "excerpt"
#: Words a minute, where the original does not say how many it takes.
_SPEED = 238
#: Longer than this, nobody means a single minute.
_COARSE = 10

_LENGTH = re.compile(
    r"(\d+)\s*min(?:ute)?s?\.?(?:\s+read)?\s*\(\s*(\d[\d,.\s]*?)\s*words?\s*\)\.?", re.IGNORECASE
)
_MORE = re.compile(
    r"\[?View original(?: post)?(?:\]\((?P<url>https?://[^\s)]+)\))?[\s,:–—-]*"
    r"(?P<words>\d[\d,.\s]*?)\s*more words?\s*[→»]?",
    re.IGNORECASE,
)
_CALLOUTS = frozenset({"quote", "paraphrase"})
#: Tokens of a callout before its content: its own, and three of its title.
_HEAD = 4


def add_reblogs(md: MarkdownIt, dialect: Dialect) -> None:
    """Teach `md` reblogs. To be called when block ids are known to it."""
    md.core.ruler.after("name_blocks", "reblogs", _reblog)
    read_on = escape(label(Label.READ_ON, dialect.language))
    minutes = escape(label(Label.MINUTES, dialect.language))

    def foot(
        _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        facts = tokens[index].meta["facts"]
        rest = minutes_left(facts)
        left = f" ({minutes.format(rest)})" if rest else ""
        where = escape(facts.get("site") or _host(facts.get("url", "")))
        return f'<p class="read-on">{read_on} <a href="{escape(facts["url"])}">{where}</a>{left}</p>\n'

    md.add_render_rule("reblog_head", _render_head)
    md.add_render_rule("reblog_foot", foot)


def minutes_left(facts: Mapping[str, Json]) -> int:
    """How many minutes the rest of the original takes, about; 0 where nothing is known of it.

    Of more than ten, to the nearest five: nobody knows how fast another one reads.
    """
    words, minutes = float(facts.get("words", 0)), float(facts.get("minutes", 0))
    speed = words / minutes if words and minutes else _SPEED
    left = facts["more"] / speed if facts.get("more") else minutes or words / _SPEED
    if left <= _COARSE:
        return max(round(left), 1) if left else 0
    return round(left / 5) * 5


def _reblog(state: StateCore) -> None:
    if state.env.get("kind") != REBLOG:
        return
    _take_lines(state)
    tokens, facts = state.tokens, state.env["facts"]
    start = next((at for at, token in enumerate(tokens) if _is_excerpt(token)), None)
    if start is None:
        return
    end = _end_of(tokens, start)
    frame = _framed(tokens[start : end + 1], facts, state.env)
    before, after = tokens[:start], tokens[end + 1 :]
    state.tokens[:] = [*before, *frame, *after] if before else [*after, *frame]


def _take_lines(state: StateCore) -> None:
    """Read the lines that tell of the original's length, and take them out, with a quote that held nothing else."""
    facts = state.env["facts"]
    gone: set[int] = set()
    for at, token in enumerate(state.tokens):
        if token.type != "inline" or state.tokens[at - 1].type != "paragraph_open":
            continue
        lines = token.content.split("\n")
        kept = [line for line in lines if not _read_line(line.strip(" *_"), facts)]
        if len(kept) == len(lines):
            continue
        token.content = "\n".join(kept)
        if not token.content.strip():
            gone.update((at - 1, at, at + 1))
    state.tokens[:] = [token for at, token in enumerate(state.tokens) if at not in gone]


def _read_line(line: str, facts: dict[str, Json]) -> bool:
    if found := _LENGTH.fullmatch(line):
        facts.setdefault("minutes", int(found[1]))
        facts.setdefault("words", _number(found[2]))
        return True
    if found := _MORE.fullmatch(line):
        facts.setdefault("more", _number(found["words"]))
        if found["url"]:
            facts.setdefault("url", found["url"])
        return True
    return False


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _is_excerpt(token: Token) -> bool:
    if token.level:
        return False
    if token.type == "blockquote_open":
        return True
    if token.type != "callout_open" or token.tag != "div":
        return False
    return token.attrs.get("data-callout") in _CALLOUTS or token.attrs.get("data-callout-type") == FRAME


def _end_of(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return at


def _framed(quote: list[Token], facts: Mapping[str, Json], env: EnvType) -> list[Token]:
    """The tokens of the quote in a figure: its head names the source, its foot the way to the rest."""
    opening, closing = quote[0], quote[-1]
    retold = opening.attrs.get("data-callout") == "paraphrase"
    content = quote[1:-1]
    if opening.type == "callout_open":
        content = quote[_HEAD + 1 : -2] if len(quote) > _HEAD + 1 else []
    names: dict[str, BlockName] = env.setdefault("blocks", {})
    line = opening.map[0] if opening.map else 0
    name = opening.meta.get("block") or names.setdefault(FRAME, BlockName(FRAME, line))
    figure = Token("reblog_open", "figure", 1, block=True, map=opening.map)
    figure.attrs = {"class": "reblogged h-cite", "data-passage": "paraphrase" if retold else "quote"}
    figure.meta = {"block": name}
    head, foot = Token("reblog_head", "", 0, block=True), Token("reblog_foot", "", 0, block=True)
    head.meta = foot.meta = {"facts": facts}
    tag = "div" if retold else "blockquote"
    opening.type, closing.type, opening.tag, closing.tag = "reblog_text_open", "reblog_text_close", tag, tag
    opening.attrs = {"class": "reblogged-text e-content"}
    opening.meta = {}
    if facts.get("url") and not retold:
        opening.attrs["cite"] = str(facts["url"])
    rest = [foot] if facts.get("url") else []
    return [figure, head, opening, *content, closing, *rest, Token("reblog_close", "figure", -1, block=True)]


def _render_head(
    _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    facts = tokens[index].meta["facts"]
    url = facts.get("url", "")
    title = escape(facts.get("original_title") or facts.get("site") or _host(url))
    link = (
        f'<a class="p-name u-url" href="{escape(url)}">{title}</a>'
        if url
        else f'<span class="p-name">{title}</span>'
    )
    authors = ", ".join(
        f'<span class="p-author h-card">{escape(each)}</span>' for each in facts.get("author", ())
    )
    site = facts.get("site", "")
    place = (
        f'<span class="p-publication">{escape(site)}</span>' if site and facts.get("original_title") else ""
    )
    written = facts.get("written", "")
    date = f'<time class="dt-published" datetime="{written}">{written[:10]}</time>' if written else ""
    about = " · ".join(filter(None, (authors, place, date)))
    return (
        f'<figcaption class="reblogged-head">{link}'
        + (f'<span class="reblogged-by">{about}</span>' if about else "")
        + "</figcaption>\n"
    )


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
