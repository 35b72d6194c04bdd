"""Style sheets inside an SVG: kept if they fetch nothing and run nothing."""

from __future__ import annotations

import re

_URL = re.compile(r"""url\(\s*("[^"]*"|'[^']*'|[^"')\s]*)\s*\)""", re.IGNORECASE)
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
#: What fetches or runs something without `url(…)`.
_OTHERWISE = re.compile(
    r"@import|@namespace|image-set\s*\(|\bsrc\s*\(|\bimage\s*\(|expression\s*\(|behavior\s*:|-moz-binding",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"#|data:(?:image/(?:png|jpeg|gif|webp|avif)|font/\w+|application/(?:x-)?font-\w+)[;,]", re.IGNORECASE
)


def harmless(css: str) -> str:
    """The style sheet, or the value of an attribute, with ``none`` for every address that leads out of the picture.

    "" where it tries something else: imports, or addresses hidden behind escapes.
    """
    seen = _COMMENT.sub("", css)
    plain = _ESCAPE.sub(_unescaped, seen)
    if _OTHERWISE.search(plain):
        return ""
    if all(_leads_nowhere(match[1]) for match in _URL.finditer(plain)):
        return seen if plain.lower().count("url(") == len(_URL.findall(plain)) else ""
    if plain != seen:
        return ""
    cut = _URL.sub(lambda match: match[0] if _leads_nowhere(match[1]) else "none", seen)
    return cut if cut.lower().count("url(") == len(_URL.findall(cut)) else ""


def _leads_nowhere(address: str) -> bool:
    return _HARMLESS.match(address.strip("\"' \t\r\n\f")) is not None


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        code = int(match[1], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"  # noqa: PLR2004
    return match[2]
