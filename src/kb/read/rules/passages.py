"""Passages of a work, in a note of kind ``excerpt``: quotations and paraphrases, told apart in what they become.

    > [!quote] p. 31                      > [!paraphrase] ch. 3
    > Word for word what stands there.    > What stands there, in other words.

To any other program, and in any other kind of note, these are callouts. Here each becomes a ``<figure>`` with an
address of its own: a ``<blockquote>`` where somebody's words stand, a ``<div>`` where they are retold, with the place
and the work below. The address is the block's id where the author gave one (`` ^id``), else it is made of the place in
the work, or of the words; so passages can be linked and embedded as blocks can. A callout that folds stays one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from kb.model.note import Json
from kb.model.settings import Dialect
from kb.read.blocks import BlockName
from kb.read.rules.labels import Label, label

EXCERPT = "excerpt"
#: What a callout is called → the form of the passage.
FORMS = frozenset({"quote", "paraphrase"})
#: Tokens of a callout before its content: its own, and three of its title.
_HEAD = 4
_PASSAGES = "kb passages"


def add_passages(md: MarkdownIt, dialect: Dialect) -> None:
    """Teach `md` passages. To be called when block ids are known to it."""
    md.core.ruler.after("name_blocks", "passages", _passages)
    md.core.ruler.push("passage_texts", _texts)
    retold = escape(label(Label.RETOLD, dialect.language))

    def source(
        _self: RendererHTML, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
    ) -> str:
        meta = tokens[index].meta
        form = f'<span class="passage-form">{retold}</span> ' if meta["form"] == "paraphrase" else ""
        link = f'<a class="permalink" href="#%5E{meta["id"]}" aria-label="Link to this passage">#</a>'
        return f'{form}<span class="passage-source">{meta["html"]}</span>{link}'

    md.add_render_rule("passage_source", source)


def citation(facts: Mapping[str, Json], place: str) -> str:
    """A passage's source in one line: ``George Eliot, Middlemarch, 1871, ch. 20``."""
    made = f", {facts['publisher']}" if "publisher" in facts else ""
    year = f", {facts['year']}" if "year" in facts else ""
    return (
        ", ".join(filter(None, (_authors(facts), facts.get("work", ""))))
        + made
        + year
        + (f", {place}" if place else "")
    )


def _passages(state: StateCore) -> None:
    if state.env.get("kind") != EXCERPT:
        return
    tokens, made, at = state.tokens, [], 0
    found: list[Json] = []
    while at < len(tokens):
        end = _end_of(tokens, at) if _is_passage(tokens[at]) else at
        if end - at <= _HEAD:
            made.append(tokens[at])
            at += 1
            continue
        made += _figure(tokens[at : end + 1], state.env, found)
        at = end + 1
    if found:
        state.tokens[:] = made
        state.env["facts"]["passages"] = found


def _is_passage(token: Token) -> bool:
    return token.type == "callout_open" and token.tag == "div" and _form(token) in FORMS


def _form(token: Token) -> str:
    return str(token.attrs.get("data-callout", ""))


def _end_of(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return at


def _figure(callout: list[Token], env: EnvType, found: list[Json]) -> list[Token]:
    """The callout's tokens as those of a figure. What the passage is goes to `found`, without its text."""
    opening, title, closing = callout[0], callout[2], callout[-1]
    form = _form(opening)
    content = callout[_HEAD:-1]
    place = title.content if title.type == "inline" else ""
    name: BlockName = opening.meta.get("block") or _name(place, content, env, opening)
    facts = env["facts"]
    opening.type, opening.tag = "passage_open", "figure"
    opening.attrs = {"class": "passage", "data-passage": form, "data-cite": citation(facts, place)}
    opening.meta["block"] = name
    opening.meta["passage"] = entry = {"id": name.id, "form": form, "place": place, "text": ""}
    closing.type, closing.tag = "passage_close", "figure"
    for token in (content[0], content[-1]):
        token.type = token.type.replace("callout_content", "passage_text")
        token.tag = "blockquote" if form == "quote" else "div"
    content[0].attrs = {"class": "passage-text"}
    work = f"<cite>{escape(facts['work'])}</cite>" if facts.get("work") else ""
    source = Token("passage_source", "", 0, block=True)
    source.meta = {
        "id": name.id,
        "form": form,
        "html": ", ".join(filter(None, (escape(_authors(facts)), work))),
    }
    found.append(entry)
    caption = [
        Token("passage_caption_open", "figcaption", 1, block=True),
        *([title] if place else ()),
        source,
        Token("passage_caption_close", "figcaption", -1, block=True),
    ]
    if place:
        title.content = f"{place} "
    return [opening, *content, *caption, closing]


def _name(place: str, content: Sequence[Token], env: EnvType, opening: Token) -> BlockName:
    names: dict[str, BlockName] = env.setdefault("blocks", {})
    plain = unicodedata.normalize("NFKD", place).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    if not stem:
        words = " ".join(token.content for token in content if token.type == "inline")
        stem = f"passage-{blake2b(' '.join(words.split()).encode(), digest_size=3).hexdigest()}"
    id_, number = stem, 1
    while id_ in names:
        number += 1
        id_ = f"{stem}-{number}"
    name = names[id_] = BlockName(id_, opening.map[0] if opening.map else 0)
    return name


def _authors(facts: Mapping[str, Json]) -> str:
    *most, last = facts.get("author") or [""]
    return f"{', '.join(most)} and {last}" if most else str(last)


def _texts(state: StateCore) -> None:
    """What each passage says, as plain text: known when the inline rules have run."""
    if not state.env.get("facts", {}).get("passages") or state.env.get("kind") != EXCERPT:
        return
    here: dict[str, Json] | None = None
    inside = False
    for token in state.tokens:
        match token.type:
            case "passage_open":
                here, inside = token.meta["passage"], True
            case "passage_caption_open":
                inside = False
            case "inline" if inside and here is not None:
                text = " ".join("".join(map(_word, token.children or ())).split())
                here["text"] = f"{here['text']}\n{text}".strip()


def _word(token: Token) -> str:
    return " " if token.type in {"softbreak", "hardbreak"} else token.content
