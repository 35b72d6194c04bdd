"""A vault in one line: ``vault({"a.md": "see [[b]]", "i.png": ""})``.

Notes are made by hand here, from as little Markdown as links need, so that these tests speak of
links alone. `note` is the one place where the real parser would go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from kb.link.vault import Vault, update
from kb.model.note import Attachment, Block, Heading, Link, LinkKind, Note, Span

_LINK = re.compile(
    r"(?P<bang>!?)\[\[(?P<wiki>[^\]|]*)(?:\|(?P<label>[^\]]*))?\]\]"
    r"|(?P<bang2>!?)\[(?P<text>[^\]]*)\]\((?:<(?P<angle>[^>]*)>|(?P<bare>[^)\s]*))\)"
    r"|(?<!\S)#(?P<tag>[^\s#]+)"
)
_HEADING = re.compile(r"(#{1,6}) (.*)")
_BLOCK = re.compile(r" \^([\w-]+)$")


def vault(texts: Mapping[str, str]) -> Vault:
    """The vault of these notes and, where the name does not end in ``.md``, files."""
    return update(Vault(), notes(texts), files(texts))


def notes(texts: Mapping[str, str]) -> dict[str, Note | None]:
    return {path: note(path, text) for path, text in texts.items() if path.lower().endswith(".md")}


def files(texts: Mapping[str, str]) -> dict[str, Attachment | None]:
    return {p: Attachment(p, p, len(t)) for p, t in texts.items() if not p.lower().endswith(".md")}


def note(path: str, text: str = "") -> Note:
    """A note whose front matter is ``key: value`` lines, lists parted by commas."""
    meta, body, first_line = _front_matter(text)
    links: list[Link] = []
    heads: list[tuple[int, str, int, int]] = []
    blocks: list[Block] = []
    for number, line in enumerate(body.split("\n"), first_line):
        if heading := _HEADING.fullmatch(line):
            heads.append((len(heading[1]), heading[2], number, len(links)))
            continue
        start = len(links)
        links.extend(_links(line, number))
        if block := _BLOCK.search(line):
            blocks.append(Block(block[1], number, Span(start, 0, len(links), 0)))
    title = next((text for level, text, _, _ in heads if level == 1), path.rpartition("/")[2][:-3])
    references = [link for value in meta.values() for link in _links(value, 1)]
    return Note(
        path,
        path + text,
        title=meta.get("title", title),
        draft=meta.get("draft") == "true",
        publish=meta.get("publish") != "false",
        readable=meta.get("readable") != "false",
        date=meta.get("date", ""),
        image=meta.get("image", ""),
        series=meta.get("series", ""),
        tags=_list(meta, "tags") + tuple(link.target for link in links if link.kind is LinkKind.TAG),
        aliases=_list(meta, "aliases"),
        headings=_headings(heads, len(links)),
        blocks=tuple(blocks),
        links=tuple(links),
        references=tuple(Link(LinkKind.PROPERTY, r.target, r.subpath, r.label) for r in references),
    )


def _front_matter(text: str) -> tuple[dict[str, str], str, int]:
    if not text.startswith("---\n"):
        return {}, text, 1
    front, _, body = text[4:].partition("---\n")
    pairs = (line.partition(": ") for line in front.splitlines())
    return {key: value for key, _, value in pairs}, body, front.count("\n") + 3


def _list(meta: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in meta[key].split(",")) if key in meta else ()


def _links(line: str, number: int) -> list[Link]:
    return [_link(found, line, number) for found in _LINK.finditer(line)]


def _link(found: re.Match[str], line: str, number: int) -> Link:
    column = found.start() + 1
    if found["tag"]:
        return Link(LinkKind.TAG, found["tag"], line=number, column=column)
    if found["wiki"] is not None:
        kind = LinkKind.EMBED if found["bang"] else LinkKind.WIKI
        written, label = found["wiki"], found["label"] or ""
    else:
        kind = LinkKind.IMAGE if found["bang2"] else LinkKind.MARKDOWN
        written, label = unquote(found["angle"] or found["bare"] or ""), found["text"]
    target, _, subpath = written.partition("#")
    before, after = line[: found.start()], line[found.end() :]
    alone = kind is LinkKind.EMBED and not (before + after).strip()
    return Link(
        kind,
        target.strip(),
        subpath.strip(),
        label or target,
        line=number,
        column=column,
        before=before,
        after=after,
        alone=alone,
    )


def _headings(heads: list[tuple[int, str, int, int]], links: int) -> tuple[Heading, ...]:
    made: list[Heading] = []
    for i, (level, text, line, gap) in enumerate(heads):
        end = next((later[3] for later in heads[i + 1 :] if later[0] <= level), links)
        slug = re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") or "section"
        count = sum(1 for other in made if re.sub(r"-\d+$", "", other.id) == slug)
        made.append(Heading(level, text, f"{slug}-{count}" if count else slug, line, Span(gap, 0, end, 0)))
    return tuple(made)
