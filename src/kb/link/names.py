"""When two names are the same name, and which names a link may use for a note.

All comparing in this room is done on *keys*: a name in Unicode NFC, case folded, and for notes
without ``.md`` or ``.ipynb``. Keys are for looking up only; what people see are paths and names as written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from kb.model.note import Link, LinkKind, Note

_EXTENSION = re.compile(r"\.(?=[^.]*[a-z])[a-z0-9]{1,8}$", re.IGNORECASE)
_ADDRESS = re.compile(r"//|[a-z][a-z0-9+.-]+:", re.IGNORECASE)


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """The form in which two names are the same: NFC, case folded, and NFC again where folding undid it."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def note_key(name: str) -> str:
    """The key of a note's path or name, in which ``.md`` and ``.ipynb`` may be left out."""
    return bare(fold(name))


def bare(path: str) -> str:
    """A note's path or name, in small letters at the end, without what says that it is one: ``.md``, ``.ipynb``."""
    return path[:-3] if path.endswith(".md") else path.removesuffix(".ipynb")


def ends_as_note(target: str) -> bool:
    """Whether a target ends as notes do."""
    return fold(target).endswith((".md", ".ipynb"))


def tails(key: str) -> list[str]:
    """Every ending of a path on a segment boundary, and the whole path marked by a leading ``/``."""
    found = ["/" + key, key]
    while "/" in key:
        key = key.partition("/")[2]
        found.append(key)
    return found


@lru_cache(maxsize=1 << 16)
def said(target: str) -> str:
    """The key under which a link to `target` is filed: its last segment, "" for one made of dots and slashes.

    Whatever a link may call a note (a tail of its path, an alias, a title), the last segments agree.
    """
    last = target.rstrip("/").rpartition("/")[2]
    return "" if last in {".", ".."} else note_key(last)


def folder_of(path: str) -> str:
    """The folder that holds `path`, "" for the vault's root."""
    return path.rpartition("/")[0]


def is_index(path: str) -> bool:
    """Whether this note speaks for its folder: ``index.md`` or ``README.md``."""
    return note_key(path.rpartition("/")[2]) in {"index", "readme"}


def looks_like_file(target: str) -> bool:
    """Whether a target ends as files do: ``a.png`` and ``Node.js``, not ``v1.2`` nor ``Note.md``."""
    return bool(_EXTENSION.search(target)) and not ends_as_note(target)


def links_of(note: Note) -> tuple[Link, ...]:
    """Every link of `note`: those of the text, those of the front matter, and its ``image``."""
    if not note.references and not note.image:
        return note.links
    return (*note.links, *note.references, *_picture(note))


def _picture(note: Note) -> Iterator[Link]:
    target = note.image.removeprefix("!").removeprefix("[[").removesuffix("]]").strip()
    known = {link.target for link in note.references}
    if target and target not in known and not _ADDRESS.match(target):
        yield Link(LinkKind.PROPERTY, target)
