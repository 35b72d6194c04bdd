"""What turns sources into bytes besides the sources: the versions of kb, of its libraries and of Python.

Part of every key, so that whatever changes here makes everything anew. kb's own part is a hash of its
code, not only its version: whoever changes the code must not be shown pages of the old one.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path

import kb

#: Libraries whose output stands in pages.
LIBRARIES = (
    "markdown-it-py",
    "mdit-py-plugins",
    "Pygments",
    "nh3",
    "PyYAML",
    "Jinja2",
    "imagesize",
    "math-core",
)
#: The same, of those that need not be there.
EXTRAS = ("Pillow", "font-source-serif-pro", "python-calamine", "merman", "pygraphviz", "quickjs-ng")


@cache
def versions() -> str:
    """One text that differs whenever the same sources could come out differently."""
    python = ".".join(map(str, sys.version_info[:2]))
    installed = _installed()
    libraries = " ".join(f"{name}={installed.get(_normal(name)) or _asked(name)}" for name in LIBRARIES)
    extras = " ".join(f"{name}={installed.get(_normal(name), 'none')}" for name in EXTRAS)
    return f"kb={kb.__version__}+{_code()} python={python} {libraries} {extras}{_without(installed)}"


def _without(installed: Mapping[str, str]) -> str:
    """What is installed and yet cannot be loaded, for want of something in the system: with it, graphs are drawn."""
    if "pygraphviz" not in installed:
        return ""
    from kb.disk.graphviz import is_loaded  # noqa: PLC0415 - 10 ms, and an extra

    return "" if is_loaded() else " without=pygraphviz"


def _installed() -> dict[str, str]:
    """Versions by name, read off the names of the ``.dist-info`` folders: 1 ms, where asking properly takes 45."""
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for entry in os.listdir(folder or "."):  # noqa: PTH208 - names are all that is wanted
                name, dash, rest = entry.partition("-")
                if dash and rest.endswith(".dist-info"):
                    found.setdefault(_normal(name), rest.removesuffix(".dist-info"))
    return found


def _normal(name: str) -> str:
    """A project's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked(name: str) -> str:
    from importlib.metadata import version  # noqa: PLC0415 - slow to import, and hardly ever needed

    return version(name)


def _code() -> str:
    home = Path(kb.__file__).parent
    digest = blake2b(digest_size=8)
    for path in sorted(home.rglob("*.py")):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
