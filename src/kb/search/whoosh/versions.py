"""Which Whoosh this is. Its package says so in its first file, and loads nothing else for it."""

from __future__ import annotations

import whoosh


def whoosh_version() -> str:
    """The version: 2 of Whoosh-Reloaded, 3 of Whoosh3, which share a name."""
    return ".".join(map(str, whoosh.__version__))
