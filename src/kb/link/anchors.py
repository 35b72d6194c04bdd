"""The way into a note: what follows ``#`` in a link.

Headings are compared by their words alone, since authors copy them with and without marks and
GitHub writes them with dashes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from kb.link.names import fold
from kb.model.note import Block, Heading, Note


def section_of(note: Note, subpath: str) -> Heading | Block | None:
    """The heading or block of `note` that ``Heading#Sub`` or ``^block-id`` means, None if it has none such.

    ``Heading#Sub`` is the first Sub below Heading, before the next heading of Heading's level or
    higher; where several would do, the first. A heading's GitHub slug will do for its text.
    """
    if subpath.startswith("^"):
        return block_of(note, subpath[1:])
    wanted = [part.strip() for part in subpath.split("#") if part.strip()]
    return _descend(note.headings, wanted) if wanted else None


def anchor_of(note: Note, subpath: str) -> str:
    """The id on the note's page that `subpath` means: a heading's, a ``^block``'s or one of raw HTML; "" if none."""
    match section_of(note, subpath):
        case Heading(id=anchor):
            return anchor
        case Block(id=name):
            return f"^{name.removeprefix('^')}"
    if subpath in note.anchors:
        return subpath
    wanted = fold(subpath)
    return next((anchor for anchor in note.anchors if fold(anchor) == wanted), "")


def block_of(note: Note, name: str) -> Block | None:
    """The block called ``^name``, the first if there are several."""
    wanted = fold(name.strip())
    return next((block for block in note.blocks if fold(block.id.removeprefix("^")) == wanted), None)


@lru_cache(maxsize=1 << 16)
def words(text: str) -> str:
    """The form in which two headings are the same: folded, every special character a space, single spaces."""
    folded = fold(text)
    return " ".join(folded.translate(_SPECIAL).split()) or folded.strip()


def _descend(headings: Sequence[Heading], wanted: Sequence[str]) -> Heading | None:
    first, rest = words(wanted[0]), wanted[1:]
    for i, heading in enumerate(headings):
        if words(heading.text) != first:
            continue
        if found := _descend(_below(headings, i), rest) if rest else heading:
            return found
    return None if rest else _slugged(headings, fold(wanted[0]))


def _slugged(headings: Sequence[Heading], slug: str) -> Heading | None:
    return next((heading for heading in headings if slug in {heading.id, _slug(heading.text)}), None)


def _below(headings: Sequence[Heading], i: int) -> Sequence[Heading]:
    """The headings of the section that heading `i` opens."""
    level = headings[i].level
    end = next((k for k in range(i + 1, len(headings)) if headings[k].level <= level), len(headings))
    return headings[i + 1 : end]


@lru_cache(maxsize=1 << 12)
def _slug(text: str) -> str:
    """GitHub's slug without its counter: marks left out where `words` has spaces (``don't`` is ``dont``)."""
    kept = (c for c in fold(text) if c in " -_" or not _is_special(c))
    return "".join(kept).replace(" ", "-")


def _is_special(character: str) -> bool:
    """Punctuation of every script, and the symbols of ASCII. An emoji may be all that a heading says."""
    category = unicodedata.category(character)
    return category[0] == "P" or (category[0] == "S" and character.isascii())


class _Special(dict[int, str]):
    """A table for `str.translate` that learns each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = " " if _is_special(character) else character
        return self[code]


_SPECIAL = _Special()
