"""From text to terms. The browser's client does the same, letter for letter; a file of vectors holds both to it.

    text ─ fold ─► small letters without accents ─ TOKEN ─► words ("surfaces") ─ Lexicon ─► terms (stems)

Words are found before stems, so that "running" can be shown and looked for although "run" is what stands in the
index. One regular expression and one dictionary look-up a word: an analysis of 450 words takes a third of a
millisecond, and one is made for every note.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from kb.search.document import HEADING, TAGS, TITLE, Analysis, Document
from kb.search.letters import CJK, marks
from kb.search.stems import SNOWBALL, primary, stemmer

#: Raised whenever the same document would be analysed otherwise.
_VERSION = 1
#: Common English words that find nothing.
STOP = frozenset(
    "a an and are as at be by for from has have if in is it its of on or that the this to was we will with you"
    " your".split()
)
#: Words of more code points than this are pasted data, not words.
LONGEST = 40
#: No phrase reaches over this many positions: from one field to the next, from one heading to the next.
GAP = 8
#: By how many halves an occurrence in the title weighs more than the 1 of one in the body; in a heading; in a tag.
_MORE = {TITLE: 10, HEADING: 3, TAGS: 4}

#: A sign behind a word that belongs to it: C++, C#. In `page.html#top` it does not.
_SIGN = r"(?:(?:\+\+|#)(?!{word}))?"
_ASCII = re.compile(r"[a-z0-9]+" + _SIGN.format(word="[a-z0-9]"))
_ACCENT = re.compile("[\u0300-\u036f]")
#: й is a letter of its own; other letters with a mark above or below are found without it.
_BUT_SHORT_I = re.compile("([\u0438\u0418]\u0306)|[\u0300-\u036f]+")


def stamp(language: str) -> str:
    """What an analysis depends on besides its document: analyses under another stamp are stale."""
    return f"analysis={_VERSION} snowball={SNOWBALL} language={primary(language)}"


def fold(text: str) -> str:
    """The text in small letters, without accents, with compatible characters made one."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text)
    if _ACCENT.search(text):
        text = _BUT_SHORT_I.sub(r"\1", text)
    return unicodedata.normalize("NFC", text.lower())


def tokens(text: str) -> list[str]:
    """The surfaces of a text: its words, folded. In Chinese, Japanese and Korean each character is one."""
    return words_of(fold(text))


def words_of(folded: str) -> list[str]:
    """The surfaces of a text that is folded already."""
    return _ASCII.findall(folded) if folded.isascii() else pattern().findall(folded)


@cache
def pattern() -> re.Pattern[str]:
    """What a surface is in a folded text: a letter or digit and all letters, digits and marks behind it, or one CJK.

    The first branch says nothing new, and takes half the time for most words of most texts.
    """
    sign, any_word = _word_patterns()
    return re.compile(rf"[a-z0-9]++(?![^\x00-\x7f]){sign}|{any_word}")


@cache
def written() -> re.Pattern[str]:
    """The same for a text as it was written, in which accents may still stand behind their letters."""
    return re.compile(_word_patterns()[1])


def _word_patterns() -> tuple[str, str]:
    """A sign that may stand behind a word, and any word with it."""
    letter, mark = rf"[^\W_{CJK}]", f"[\u0300-\u036f{marks()}]"
    sign = _SIGN.format(word=rf"(?:[{CJK}]|{letter}|{mark})")
    return sign, rf"[{CJK}]|{letter}+(?:{mark}+{letter}*)*{sign}"


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the words of a text stand as it is written, and their surfaces."""
    small = text.lower()
    if small.isascii():
        for match in _ASCII.finditer(small):
            yield match.start(), match.end(), match[0]
        return
    if len(small) != len(text):
        small = "".join([one if len(one := letter.lower()) == 1 else letter for letter in text])
    for match in written().finditer(small):
        yield match.start(), match.end(), fold(match[0])


class Lexicon(dict[str, str | None]):
    """The term of each surface in a language, None for a stop word and for what is too long. Fills itself."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._stem = stemmer(language)
        self._stop = STOP if primary(language) == "en" else frozenset()

    def __missing__(self, surface: str) -> str | None:
        skipped = surface in self._stop or len(surface) > LONGEST
        term = self[surface] = None if skipped else self._stem(surface)
        return term


@cache
def lexicon(language: str) -> Lexicon:
    """The one lexicon of a language in this process."""
    return Lexicon(primary(language))


def analyse(document: Document, lexicon: Lexicon) -> Analysis:
    """What the document adds to an index."""
    where: defaultdict[str, list[int]] = defaultdict(list)
    halves: dict[str, int] = {}
    masks: dict[str, int] = {}
    seen: set[str] = set()
    start = title_length = 0
    for field, text in _fields(document):
        words = tokens(text)
        seen.update(words)
        for at, term in enumerate([lexicon[word] for word in words], start):
            if term is not None:
                where[term].append(at)
                halves[term] = halves.get(term, 0) + _MORE[field]
                masks[term] = masks.get(term, 0) | field
                title_length += field == TITLE
        start += len(words) + GAP
    words = tokens(body_of(document))
    seen.update(words)
    for at, term in enumerate([lexicon[word] for word in words], start):
        if term is not None:
            where[term].append(at)
    terms = sorted(where)
    return Analysis(
        terms=tuple(terms),
        halves=tuple([2 * len(where[term]) + halves.get(term, 0) for term in terms]),
        masks=bytes([masks.get(term, 0) for term in terms]) if masks else bytes(len(terms)),
        positions=tuple([_packed(where[term]) for term in terms]),
        length=sum(map(len, where.values())),
        title_length=min(title_length, 255),
        surfaces=tuple([(word, term) for word in sorted(seen) if (term := lexicon[word]) is not None]),
    )


def headings_of(document: Document) -> list[str]:
    """The texts of the document's headings, in order."""
    return [section.title for section in document.sections if section.title]


def body_of(document: Document) -> str:
    """The document's text with its headings, as it stands on the page."""
    return "\n".join(
        [
            f"{section.title}\n{section.text}" if section.title else section.text
            for section in document.sections
        ]
    )


def positions_of(packed: bytes) -> tuple[int, ...]:
    """The positions that an analysis has of a term."""
    values = unpacked(packed)
    at = 0
    found = []
    for step in values[1:]:
        at += step
        found.append(at)
    return tuple(found)


def count_of(packed: bytes) -> int:
    """How many positions an analysis has of a term."""
    return packed[0] if packed[0] < 128 else unpacked(packed)[0]  # noqa: PLR2004 - what seven bits hold


def packed(numbers: Iterable[int]) -> bytes:
    """Numbers as integers of variable length: seven bits a byte, the lowest first."""
    out = bytearray()
    for number in numbers:
        rest = number
        while rest > 127:  # noqa: PLR2004 - what seven bits hold
            out.append(rest & 127 | 128)
            rest >>= 7
        out.append(rest)
    return bytes(out)


def unpacked(data: bytes) -> Sequence[int]:
    """The numbers that `packed` made one."""
    if data.isascii():  # every byte is a number of its own
        return data
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 127) << shift
        if byte > 127:  # noqa: PLR2004 - what seven bits hold
            shift += 7
        else:
            numbers.append(number)
            number = shift = 0
    return numbers


def _fields(document: Document) -> Iterable[tuple[int, str]]:
    yield TITLE, document.title
    for heading in headings_of(document):
        yield HEADING, heading
    if document.tags:
        yield TAGS, " ".join(document.tags)


def _packed(positions: list[int]) -> bytes:
    """How many, the first, and the steps from each to the next."""
    if len(positions) == 1:
        at = positions[0]
        if at < 128:  # noqa: PLR2004 - what seven bits hold
            return bytes((1, at))
        if at < 16384:  # noqa: PLR2004 - what fourteen bits hold
            return bytes((1, at & 127 | 128, at >> 7))
    before = 0
    numbers = [len(positions)]
    for at in positions:
        numbers.append(at - before)
        before = at
    return bytes(numbers) if max(numbers) < 128 else packed(numbers)  # noqa: PLR2004
