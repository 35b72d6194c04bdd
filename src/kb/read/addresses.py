"""Addresses: which schemes a page may link to, and what an address looks like in its HTML.

An address is either *outside* (it has a scheme, or a host as in ``//host``) or a target in the
vault. Only the schemes of `ALLOWED` are ever written into a page.
"""

from __future__ import annotations

import re

from markdown_it.common.normalize_url import normalizeLink, normalizeLinkText

ALLOWED = frozenset({"http", "https", "mailto", "tel", "obsidian"})
#: Schemes that an image, a player or another thing shown inside the page may have.
SHOWN = frozenset({"http", "https"})

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f]+")
_WEB = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://|(?:mailto|tel):", re.IGNORECASE)
_PLAIN = re.compile(r"[a-zA-Z0-9:/?#@!$&'()*+,;=._~-]*\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CUT_OFF = ("…", "%E2%80%A6", "...", "(", ",")


def scheme_of(address: str) -> str | None:
    """The scheme of an outside address in lower case, "//" for one that names a host alone, else None.

    Browsers skip spaces and control characters in front of and inside a scheme, so we do. A target
    that ends in ``.md`` is a note whatever its name looks like (``Spartacus: Vengeance.md``), unless
    it has a scheme we know (``mailto:help@example.md``).
    """
    if ":" not in address and address[:1] not in ("/", "\\"):
        return None
    bare = _INVISIBLE.sub("", address)
    if bare[:1] in ("/", "\\") and bare[1:2] in ("/", "\\"):
        return "//"
    match = _SCHEME.match(bare)
    if not match:
        return None
    scheme = match[1].lower()
    return None if bare.endswith(".md") and "://" not in bare and scheme not in ALLOWED else scheme


def address_of(target: str, subpath: str) -> str:
    """The web address that a wikilink holds, "" where it names a note."""
    if not _WEB.match(target):
        return ""
    return f"{target}#{subpath}" if subpath else target


def normalized(address: str) -> str:
    """`address` as an ``href`` holds it; a target in the vault stays as written."""
    scheme = scheme_of(address)
    if scheme is None or _PLAIN.match(address):
        return address
    written = normalizeLink(address)
    # What is encoded is no scheme any more: "java\nscript:" must not pass for the name of a note.
    return written if scheme_of(written) == scheme else _INVISIBLE.sub("", address).replace("\\", "/")


def normalized_text(address: str) -> str:
    """`address` as a reader sees it. Control characters stay percent-encoded: NUL marks our gaps."""
    if "%" not in address and address.isascii():
        return address
    return _CONTROL.sub(lambda match: f"%{ord(match[0]):02X}", normalizeLinkText(address))


def looks_cut_off(address: str) -> bool:
    """Whether `address` ends as only a mangled copy does."""
    return address.endswith(_CUT_OFF)
