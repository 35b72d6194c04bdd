"""Which notes the last build of an output folder held back, in the cache: their names are nobody else's business.

It is believed for the manifest that this build left. Where the cache was lost, or another one has built since, what
was held back is not known.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kb.disk.kept import keep, kept
from kb.disk.manifest import MANIFEST
from kb.disk.stamp import digest

#: Whatever changes the meaning of what is kept changes this.
_KEY = "kb-held-1"


class Held(msgspec.Struct, frozen=True):
    """Why each note was held back, by its path, when the manifest with the digest `manifest` was left."""

    manifest: str
    reasons: dict[str, str]


def recall_held(cache: Path, out: Path) -> tuple[Mapping[str, str], bool]:
    """The notes that the last build into `out` held back, with the reason; and whether these are all of them."""
    held = kept(cache, _name(out), _KEY, Held)
    return ({}, False) if held is None else (held.reasons, held.manifest == _manifest(out))


def remember_held(cache: Path, out: Path, reasons: Mapping[str, str]) -> None:
    """Keep what a build into `out` that is done has held back, for the next one."""
    held = Held(_manifest(out), dict(sorted(reasons.items())))
    if kept(cache, _name(out), _KEY, Held) != held:
        keep(cache, _name(out), _KEY, held)


def _manifest(out: Path) -> str:
    try:
        return digest((out / MANIFEST).read_bytes())
    except OSError:
        return ""


def _name(out: Path) -> str:
    return f"held-{digest(os.fsencode(os.path.realpath(out)))[:20]}"
