"""Where a page stands: from paths of the vault to paths of the site.

An address depends on the note alone, so it can be known without the vault; two notes that claim
one address are found when all claims are collected (`kb.view.site.plan`). Addresses are pretty
(``notes/gaussian-mixture/``), portable (every system can hold the file), and never have a leading
slash: what stands before them is the business of the page that links.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import quote, unquote

from kb.link.names import fold
from kb.model.note import Note

#: File names that Windows reserves, whatever their extension.
RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10)))
)
#: A segment longer than this (bytes of UTF-8) is cut and marked with a digest. Most systems stop at 255.
LONGEST = 180

#: A longer path of the output (bytes of UTF-8) is not made: macOS stops at 1,024, with all that stands above.
LONGEST_PATH = 900

_SPACE = re.compile(r"\s")
_SPACES = re.compile(r"[\s\-]+")
_ILLEGAL = re.compile(r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*#%`^{}\[\]\u202a-\u202e\u2066-\u2069\ufeff\u200b]")
#: What Windows allows in no name, and what turns the direction of a text around in every list of files.
_UNPORTABLE = re.compile(r"[\x00-\x1f\x7f<>:\"\\|?*\u202a-\u202e\u2066-\u2069]")
INDEX_NAMES = frozenset(("index", "readme"))
#: Where kb has lists of its own, and a folder of the vault may have the same name.
_OWN_LISTS = frozenset(("archive", "contents", "graph", "kinds", "search", "series", "tags"))
#: Of these the folders of notes that introduce such lists, which are their lists, too: ``tags/film.md`` that of a tag.
_INTRODUCING = frozenset(("kinds", "tags"))
#: The folders that stand where they would anywhere: kb has lists below, and no other one here.
_AS_ANY = frozenset((*(f"{name}/" for name in _INTRODUCING), "series/"))
#: What a folder's list ends in where kb has lists of its own: no name, no tag and no series comes to this.
APART = "-/"


@lru_cache(maxsize=1 << 16)
def slug(segment: str) -> str:
    """One segment of an address, made of one of a path (without extension): lower case, no spaces."""
    text = unicodedata.normalize("NFC", segment).lower()
    text = _SPACES.sub("-", _ILLEGAL.sub("-", text)).strip("-. ")
    text = unicodedata.normalize("NFC", text) or "_"
    if text.split(".")[0] in RESERVED:
        text += "_"
    if len(text.encode()) > LONGEST:
        mark = blake2b(segment.encode(), digest_size=4).hexdigest()
        text = f"{text.encode()[:LONGEST].decode(errors='ignore').rstrip('-. ')}-{mark}"
    return text


def is_odd(segment: str) -> bool:
    """Whether some system could not hold a file or folder of this name."""
    return (
        len(segment.encode()) > LONGEST
        or segment.partition(".")[0].lower() in RESERVED
        or segment != segment.rstrip(". ")
        or _UNPORTABLE.search(segment) is not None
    )


@lru_cache(maxsize=1 << 17)
def _address(path: str, permalink: str, own_slug: str) -> str:
    if permalink and not mistake_in(permalink):
        return written_address(permalink)
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0] or name
    if own_slug:
        folders.append(own_slug)
    elif stem.lower() not in INDEX_NAMES:
        folders.append(stem)
    elif folders and slug(folders[0]) not in _INTRODUCING:
        return folder_url("/".join(folders))
    return _joined(folders)


def _joined(segments: Iterable[str]) -> str:
    return "".join([slug(segment) + "/" for segment in segments])


def url_of(note: Note) -> str:
    """The address of a note's page, relative to the site's root: ``notes/x/``, ``""`` for the home page."""
    return note.url or _address(note.path, note.permalink, note.slug)


def path_url(path: str) -> str:
    """The address of a note at this path that says nothing else."""
    return _address(path, "", "")


def written_address(text: str) -> str:
    """The address that an author wrote from the site's root; `mistake_in` says whether it can be one."""
    parts = [part for part in unicodedata.normalize("NFC", unquote(text.strip())).split("/") if part]
    if parts and parts[-1] in {"index.html", "index.htm"}:
        parts.pop()
    address = "/".join(parts)
    return address if is_file(address) or not address else address + "/"


def file_of(url: str) -> str:
    """The output file that a server shows at this address."""
    return url if url and not url.endswith("/") else url + "index.html"


def twin_url(url: str) -> str:
    """The address of what a note's page says as Markdown: ``notes/x/index.md``."""
    return f"{url}.md" if is_file(url) else f"{url}index.md"


def is_file(address: str) -> bool:
    """Whether an address names a file as old sites did (``2017/aruvi.html``); a note may be called just ``html``."""
    return address.lower().endswith((".html", ".htm"))


def root_of(file: str) -> str:
    """What leads from the page in this output file to the site's root: "", "../", "../../" and so on."""
    return "../" * file.count("/")


def folder_url(folder: str) -> str:
    """The address of a folder's list: ``notes/``; of one that is called as a list of kb's own, ``archive/-/``."""
    url = _joined(folder.split("/")) if folder else ""
    return url + APART if url.partition("/")[0] in _OWN_LISTS and url not in _AS_ANY else url


def tag_url(folded: str) -> str:
    """The address of a tag's list."""
    return f"tags/{_joined(folded.split('/'))}"


def kind_url(kind: str) -> str:
    """The address of the list of all notes of a kind."""
    return f"kinds/{slug(kind)}/"


def work_url(work: str) -> str:
    """The address of all passages from a work. Titles that differ by their case alone are one work."""
    return f"{kind_url('excerpt')}{slug(fold(work))}/"


def series_url(series: str) -> str:
    """The address of a series. Names that differ by their case alone are one series."""
    return f"series/{slug(fold(series))}/"


def attachment_url(path: str) -> str:
    """The address of an attachment: made as a note's is, its extension kept."""
    *folders, name = path.split("/")
    stem, dot, extension = name.rpartition(".")
    file = f"{slug(stem)}.{slug(extension)}" if dot and stem else slug(name)
    return _joined(folders) + file


def absolute(base_url: str, url: str) -> str:
    """``url`` under the site's own address, percent-encoded as feeds and sitemaps want it."""
    return base_url + quote(url, safe="/#:@!$&'()*+,;=~-._%")


def mistake_in(permalink: str) -> str:
    """What is wrong with a permalink as an address inside the site, or ""."""
    text = permalink.strip()
    if "://" in text or text.startswith("//"):
        return "is a whole web address; only its path belongs here"
    text = unquote(text)
    if any(part in {".", ".."} for part in text.split("/")):
        return "climbs out of the site"
    if bad := sorted({*_ILLEGAL.findall(text.replace("/", "")), *_SPACE.findall(text)}):
        return f"holds {bad[0]!r}, which an address cannot hold"
    if any(len(part.encode()) > LONGEST for part in text.split("/")):
        return "has a part that is too long for a file's name"
    if any(part.startswith(".") for part in text.split("/")):
        return "has a part that starts with a dot"
    return ""
