"""What a theme of kb's sends its readers of its style sheets and scripts: all but what is written for their authors.

Comments and the indentation of sheets are a sixth of what a page weighs, packed. This knows no CSS and no JavaScript,
and need not: it is asked of kb's own files alone, in which no text holds a comment, and a comment of a script has its
lines to itself (`tests/theme/test_lean.py`). Files of a site's own are sent as they were written.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(rb"/\*(?!!).*?\*/", re.DOTALL)
_BLANK = re.compile(rb"\s*\n\s*")
_LINES = re.compile(rb"^[ \t]*/\*(?!!).*?\*/[ \t]*\n", re.DOTALL | re.MULTILINE)


def lean(name: str, data: bytes) -> bytes:
    """The file of this name as it is sent; a comment that begins with ``/*!`` stays, since a licence may ask for it."""
    if name.endswith(".css"):
        return _BLANK.sub(b"\n", _COMMENT.sub(b"", data)).lstrip()
    if name.endswith(".js"):
        return _LINES.sub(b"", data)
    return data
