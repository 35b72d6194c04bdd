"""Embeds: which file names are media, and the sizes an author writes after a ``|``."""

from __future__ import annotations

import re
from typing import NamedTuple

IMAGES = frozenset({"avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"})
AUDIO = frozenset({"flac", "m4a", "mp3", "ogg", "wav", "3gp"})
VIDEO = frozenset({"mkv", "mov", "mp4", "ogv", "webm"})
MEDIA = IMAGES | AUDIO | VIDEO | {"pdf"}


class Size(NamedTuple):
    """Width and height in CSS pixels as written, 0 where none."""

    width: int = 0
    height: int = 0


def extension_of(target: str) -> str:
    """The extension of a target in lower case, without its dot."""
    return target.rpartition(".")[2].lower() if "." in target else ""


def names_note(target: str) -> bool:
    """Whether an embed of this target shows a note, as far as its name can tell: ``Note``, ``v1.2 notes``, ``a.md``."""
    extension = extension_of(target)
    return extension in {"", "md", "ipynb"} or not extension.isalnum()


_SIZE = re.compile(r"(?:(.*)\|)?\s*(\d{1,5})(?:x(\d{1,5}))?\s*", re.DOTALL)


def size_of(label: str) -> tuple[str, Size]:
    """Split ``alt|640x480``, ``alt|300``, ``640x480`` or ``300`` into the text and the size."""
    match = _SIZE.fullmatch(label) if label else None
    if not match:
        return label, Size()
    return (match[1] or "").strip(), Size(int(match[2]), int(match[3] or 0))
