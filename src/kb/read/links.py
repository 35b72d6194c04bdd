"""Links as an author writes them: the grammar of ``[[target#subpath|label]]`` and of addresses.

Nothing here knows where a link leads. The rules below leave tokens whose ``meta["link"]`` is a
`Written`; the renderer turns each into a gap and a `Link`. An address with an allowed scheme is no
link between notes: its token has no `Written` and is rendered as it stands.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, html_inline, image, link

from kb.model.note import LinkKind
from kb.read.addresses import address_of, normalized, normalized_text, scheme_of
from kb.read.embeds import IMAGES, MEDIA, Size, extension_of, size_of


class Written(NamedTuple):
    """What an author wrote of a link, and where: `at` is an offset in the block's text."""

    kind: LinkKind
    target: str
    subpath: str
    at: int
    label: str = ""
    size: Size = Size()


class Wikilink(NamedTuple):
    """The parts of a wikilink. `label` is None where none was written; `shown` is what to display."""

    target: str
    subpath: str
    label: str | None

    @property
    def shown(self) -> str:
        """The label, or what stands in its place: ``Example > Details``."""
        if self.label is not None:
            return self.label
        return " > ".join(
            [*filter(None, [self.target]), *self.subpath.split("#")] if self.subpath else [self.target]
        )


def wikilink_of(inner: str) -> Wikilink | None:
    """The wikilink between ``[[`` and ``]]``, or None where `inner` is plain text after all."""
    path, label = _at_pipe(inner)
    if label is not None and not label.strip():
        return None
    target, _, subpath = path.partition("#")
    target = target.strip()
    subpath = "#".join(part.strip() for part in subpath.split("#") if part.strip()) if subpath else ""
    if not target and not subpath:
        return None
    return Wikilink(target, subpath, None if label is None else label.strip())


def target_of(address: str) -> tuple[str, str]:
    """Target and subpath of a Markdown address without a scheme, both percent-decoded."""
    target, _, subpath = address.partition("#")
    return _decoded(target), _decoded(subpath)


def add_links(md: MarkdownIt) -> None:
    """Teach `md` our links and embeds, and keep the targets of Markdown links as they were written."""
    md.normalizeLink = normalized  # type: ignore[method-assign, assignment] # called on the instance
    md.normalizeLinkText = normalized_text  # type: ignore[method-assign, assignment]
    md.validateLink = _any_address  # type: ignore[method-assign, assignment]
    md.inline.ruler.before("link", "wikilink", _wikilink)
    md.inline.ruler.before("image", "embed", _embed)
    md.inline.ruler.at("link", _link)
    md.inline.ruler.at("image", _image)
    md.inline.ruler.at("html_inline", _html)


_BRACKETS = re.compile(r"\[\[|\]\]|\n")
_UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")
_FORMATTED = re.compile(r"[*_`=~$\\&]")


def _at_pipe(inner: str) -> tuple[str, str | None]:
    if "|" not in inner:
        return inner, None
    path, *label = _UNESCAPED_PIPE.split(inner, maxsplit=1)
    return path.replace("\\|", "|"), label[0] if label else None


def _decoded(text: str) -> str:
    return unquote(text).replace("\0", "\ufffd").strip() if "%" in text else text.strip()


def _any_address(_address: str) -> bool:
    """Every address is read as a link, so that the renderer can show its label and say what is wrong."""
    return True


def _inner(state: StateInline, start: int) -> str | None:
    """What stands between ``[[`` and ``]]``, if they are on one line and the innermost such pair."""
    found = _BRACKETS.search(
        state.src, start, state.posMax
    )  # each opening one looks no further than the next
    return state.src[start : found.start()] if found and found[0] == "]]" else None


def _wikilink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    start = state.pos
    if not state.src.startswith("[[", start) or state.env.get("in_label"):
        return False
    inner = None if state.src.startswith("[", start + 2) else _inner(state, start + 2)
    parts = inner and wikilink_of(inner)
    if not inner or not parts:
        return False
    if not silent:
        _push_wikilink(state, parts, inner)
    state.pos = start + len(inner) + 4
    return True


def _push_wikilink(state: StateInline, parts: Wikilink, inner: str) -> None:
    start = state.pos
    address = address_of(parts.target, parts.subpath)
    token = state.push("link_open", "a", 1)
    if address:
        token.attrs = {"href": normalized(address)}
        token.meta = {"at": start, "wiki": address}
    else:
        token.meta = {"link": Written(LinkKind.WIKI, parts.target, parts.subpath, start)}
    if parts.label is not None and _FORMATTED.search(parts.label):
        _tokenize_label(state, start + 2 + inner.rindex(parts.label), len(parts.label))
    else:
        state.push("text", "", 0).content = parts.shown if not address or parts.label else address
    state.push("link_close", "a", -1)


def _tokenize_label(state: StateInline, start: int, length: int) -> None:
    """Read a label's emphasis, code and marks. Links inside it stay text: a link holds no link."""
    end = state.posMax
    state.pos, state.posMax = start, start + length
    state.linkLevel += 1
    state.env["in_label"] = True
    state.md.inline.tokenize(state)
    state.env["in_label"] = False
    state.linkLevel -= 1
    state.posMax = end


def _embed(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    start = state.pos
    if not state.src.startswith("![[", start):
        return False
    inner = None if state.src.startswith("[", start + 3) else _inner(state, start + 3)
    parts = inner and wikilink_of(inner)
    if not inner or not parts:
        return False
    if not silent:
        address = address_of(parts.target, parts.subpath)
        label, size = parts.label or "", Size()
        if address or extension_of(parts.target) in MEDIA:
            label, size = size_of(label)
        if address:
            token = state.push("image", "img", 0)
            token.attrs = {"src": normalized(address), "alt": ""}
            token.meta = {"at": start, "wiki": address, "label": label, "size": size}
        elif state.linkLevel and extension_of(parts.target) not in IMAGES:
            state.push(
                "text", "", 0
            ).content = parts.shown  # a link holds pictures, but no link and no player
        else:
            token = state.push("embed", "", 0)
            token.content = label
            token.meta = {"link": Written(LinkKind.EMBED, parts.target, parts.subpath, start, label, size)}
    state.pos = start + len(inner) + 5
    return True


def _link(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """CommonMark's own rule; an address without a scheme is a link between notes."""
    start = state.pos
    if state.src[start] != "[" or (state.linkLevel and state.env.get("in_label")):
        return False
    if state.html_terminator_last("]") < start:  # no label ends here: a row of "[" is not searched each time
        return False
    if silent:
        return link(state, True)  # noqa: FBT003 - the same
    count = len(state.tokens)
    if not link(state, False):  # noqa: FBT003 - the same
        return False
    token = state.tokens[count]
    if token.type != "link_open":  # the text before it was pushed first
        token = state.tokens[count + 1]
    address = str(token.attrs.get("href", ""))
    if scheme_of(address) is None:
        token.meta = {"link": Written(LinkKind.MARKDOWN, *target_of(address), start)}
    else:
        token.meta = {"at": start}
    return True


def _html(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """CommonMark's own rule; the token says where it stands."""
    start = state.pos
    if state.src[start] != "<" or not html_inline(state, silent):
        return False
    if not silent:
        state.tokens[-1].meta = {"at": start}
    return True


def _image(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """CommonMark's own rule; an address without a scheme is a file of the vault."""
    start = state.pos
    if state.src[start] != "!" or state.html_terminator_last("]") < start or not image(state, silent):
        return False
    if not silent:
        token = state.tokens[-1]
        address = str(token.attrs.get("src", ""))
        if scheme_of(address) is None:
            token.meta = {"link": Written(LinkKind.IMAGE, *target_of(address), start)}
        else:
            token.meta = {"at": start}
    return True
