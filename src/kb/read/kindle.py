"""A Kindle's ``My Clippings.txt`` becomes notes of passages, one for each book.

The file is a list of clippings, each ended by a line of equals signs:

    Middlemarch (Eliot, George)
    - Your Highlight on page 31 | Location 475-477 | Added on Monday, 3 March 2014 21:03:22

    The words.
    ==========

The second line is in the language of the device: English, German, Spanish and French are read. Bookmarks hold nothing
and are left out; a highlight that was made longer stands there twice, and is taken once, at its longest.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_END = re.compile(r"^={6,}\s*$", re.MULTILINE)
_BOOK = re.compile(r"(?P<title>.*?)\s*(?:\((?P<author>[^()]*(?:\([^()]*\)[^()]*)*)\))?\s*$")
_PAGE = re.compile(r"(?:page|seite|página|pagina)\s+([\divxlcdm]+(?:-[\divxlcdm]+)?)", re.IGNORECASE)
_LOCATION = re.compile(
    r"(?:location|loc\.|position|posición|pos\.|emplacement)\s+(\d+)(?:-(\d+))?", re.IGNORECASE
)
#: Words of the second line that tell what it is.
_NOTES = ("note", "notiz", "nota")
_MARKS = ("bookmark", "lesezeichen", "marcador", "signet")
_CLIPS = ("highlight", "markierung", "subrayado", "surlignement", "surligné")
_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    )
    for number, name in enumerate(names.split(), 1)
}
_SIGNS = re.compile(r"([\\`*_\[\]<>$#=~^|&!{}])")
_LISTED = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))", re.MULTILINE)


class Clipping(NamedTuple):
    """Words of a book, or a reader's own note (`mine`). Locations count from `start` to `end`, 0 where unknown."""

    text: str
    mine: bool
    page: str
    start: int
    end: int
    date: str

    @property
    def place(self) -> str:
        """Where it stands: ``p. 31``, ``loc. 475–477``."""
        if self.page:
            return f"p. {self.page.replace('-', '–')}"
        if not self.start:
            return ""
        return f"loc. {self.start}" + (f"–{self.end}" if self.end > self.start else "")


class Book(NamedTuple):
    """A book, and what was clipped from it, in the order of the book."""

    title: str
    authors: tuple[str, ...]
    clippings: tuple[Clipping, ...]

    @property
    def date(self) -> str:
        """The day of the first clipping, "" where none has one."""
        return min((clipping.date for clipping in self.clippings if clipping.date), default="")


def read_clippings(text: str) -> tuple[Book, ...]:
    """The books in the file, in the order of their titles. What is no clipping is left out."""
    found: dict[tuple[str, tuple[str, ...]], list[Clipping]] = {}
    for piece in _END.split(text.replace("\r\n", "\n").replace("\ufeff", "")):
        lines = piece.strip("\n").split("\n")
        if len(lines) < 3 or not lines[1].lstrip().startswith("-"):  # noqa: PLR2004 - book, place, words
            continue
        clipping = _clipping(lines[1], "\n".join(lines[2:]).strip())
        if clipping is not None:
            found.setdefault(_book(lines[0]), []).append(clipping)
    books = (Book(title, authors, _in_order(each)) for (title, authors), each in found.items())
    return tuple(sorted(books))


def written(clipping: Clipping) -> str:
    """The clipping as a note writes it: words of the book as a quotation, a reader's own as they are."""
    text = _escaped(clipping.text)
    if clipping.mine:
        return text
    lines = "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
    return f"> [!quote] {clipping.place}".rstrip() + f"\n{lines}"


def bare(text: str) -> str:
    """The letters and digits of a text: equal where two texts say the same, however they are written."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _escaped(text: str) -> str:
    """Text that Markdown shows as it stands."""
    text = _SIGNS.sub(r"\\\1", text).replace("%%", "%\\%")
    return _LISTED.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[2] in "+-" else f"{found[1]}{found[2]}\\", text
    )


def _book(line: str) -> tuple[str, tuple[str, ...]]:
    match = _BOOK.match(" ".join(line.split()))
    if match is None or not match["title"]:
        return " ".join(line.split()), ()
    names = [name.strip() for name in (match["author"] or "").split(";") if name.strip()]
    return match["title"], tuple(_turned(name) for name in names)


def _turned(name: str) -> str:
    """``Eliot, George`` as it is said."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and "," not in given else name


def _clipping(about: str, text: str) -> Clipping | None:
    lower = about.lower().partition("|")[0]
    mine = any(re.search(rf"\b{word}\b", lower) for word in _NOTES)
    is_clip = any(word in lower for word in _CLIPS)
    if not text or any(word in lower for word in _MARKS) or not (mine or is_clip):
        return None
    page, location = _PAGE.search(about), _LOCATION.search(about)
    start = int(location[1]) if location else 0
    end = _end(location[1], location[2]) if location and location[2] else start
    text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return Clipping(
        text, mine and not is_clip, page[1] if page else "", start, end, _date(about.rpartition("|")[2])
    )


def _end(start: str, end: str) -> int:
    """The end of a range; old devices write ``1475-77``."""
    return int(end if len(end) >= len(start) else start[: len(start) - len(end)] + end)


def _date(text: str) -> str:
    year = re.search(r"\b(?:19|20)\d\d\b", text)
    month = next((_MONTHS[word] for word in re.findall(r"[^\W\d_]+", text.lower()) if word in _MONTHS), 0)
    day = re.search(r"\b(\d{1,2})\b(?!:)", text)
    if not (year and month and day):
        return ""
    return f"{year[0]}-{month:02}-{int(day[1]):02}"


def _in_order(clippings: list[Clipping]) -> tuple[Clipping, ...]:
    """In the order of the book, each once, the longest of those that grew."""
    kept = [one for one in dict.fromkeys(clippings) if not any(_grew(one, other) for other in clippings)]
    seen: dict[tuple[str, bool], Clipping] = {}
    for clipping in kept:
        seen.setdefault((clipping.text, clipping.mine), clipping)
    return tuple(sorted(seen.values(), key=lambda one: (one.start or one.end, one.mine, one.end, one.text)))


def _grew(one: Clipping, other: Clipping) -> bool:
    """Whether `other` is `one`, made longer."""
    if one.mine or other.mine or len(other.text) <= len(one.text) or one.text not in other.text:
        return False
    return one.page == other.page or (one.start <= other.end and other.start <= one.end)
