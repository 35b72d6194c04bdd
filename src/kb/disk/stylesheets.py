"""What a style sheet fetches, by the names under which it is published.

An asset lies under a name that changes with its content. A sheet is written before that name is known, and says
``url("marks.woff2")`` as the files lie in the theme. The address it gets is relative to the sheet, so that it leads to
the file from a site in a sub-path and from a folder on disk. A sheet's own name is made of what it says then: another
font, another sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from posixpath import dirname, join, normpath, relpath
from urllib.parse import quote, unquote

#: A comment, an address, or a text that may look like either.
_ADDRESS = re.compile(
    r"""/\*.*?\*/|url\(\s*(?:"(?P<double>[^"\n\\]*)"|'(?P<single>[^'\n\\]*)'|(?P<bare>[^\s"'()\\]+))\s*\)"""
    r"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""",
    re.DOTALL | re.IGNORECASE,
)
#: Where an address goes on behind the name of the file.
_BEHIND = re.compile(r"[?#]")


def with_addresses(assets: Mapping[str, bytes], path_of: Callable[[str, bytes], str]) -> dict[str, bytes]:
    """The assets with every ``url()`` of a sheet that names one of them leading to where `path_of` puts it.

    What names no asset stands as it was written. So does what names a sheet: two could name each other, and neither
    would have a name.
    """
    paths = {name: path_of(name, data) for name, data in assets.items() if not name.endswith(".css")}
    return {
        name: _leading(name, data, dirname(path_of(name, data)), paths)
        if name.endswith(".css") and b"url(" in data.lower()
        else data
        for name, data in assets.items()
    }


def _leading(name: str, data: bytes, folder: str, paths: Mapping[str, str]) -> bytes:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data

    def led(match: re.Match[str]) -> str:
        written = match["double"] or match["single"] or match["bare"] or ""
        file = _BEHIND.split(written, maxsplit=1)[0]
        path = paths.get(normpath(join(dirname(name), unquote(file)))) if file else None
        if path is None:
            return match[0]
        return f'url("{quote(relpath(path, folder))}{written[len(file) :]}")'

    return _ADDRESS.sub(led, text).encode()
