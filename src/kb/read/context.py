"""Plain text for lists of notes: the words around a link, a note's summary, and how many words it has."""

from __future__ import annotations

import re

#: How much of a sentence stands on each side of a link.
AROUND = 160
#: A summary holds at most so many characters.
SUMMARY = 200

# A sentence ends at a full stop after a word of two letters or more (so not at "e.g." or "J. Smith"),
# followed by a space and anything but a small letter.
# Looked for by its space, which is quicker than by what must stand before it.
_SENTENCE_END = re.compile(
    r"\s(?:(?<=[^\W\d_]{2}[.!?…]\s)|(?<=[\d)\]\"'”’»][.!?…]\s)|(?<=[.!?…][\"'”’»)\]]\s))\s*(?=[^\sa-z])"
)
_ANY_SENTENCE_END = re.compile(rf"{_SENTENCE_END.pattern}|(?<=[。！？])")
_FULL_STOPS = frozenset("。！？")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after ``text[start:end]`` in its sentence, each cut at a word with "…"."""
    from_, to = max(0, start - AROUND - 40), end + AROUND + 40
    ends = _SENTENCE_END if _FULL_STOPS.isdisjoint(text[from_:to]) else _ANY_SENTENCE_END
    before = text[from_:start]
    for match in ends.finditer(text, from_, start):
        before = text[match.end() : start]
    stop = ends.search(text, end, to)
    after = text[end : stop.start() if stop else to]
    return _cut_left(before.lstrip()), shortened(after.rstrip(), AROUND)


def shortened(text: str, limit: int) -> str:
    """`text` if it has at most `limit` characters, else its beginning up to a word, and "…"."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return head[: space if space > limit // 2 else limit - 1].rstrip(" ,;:–—-") + "…"


def count_words(text: str) -> int:
    """The words of `text`; of Chinese and Japanese, which have no spaces, each character counts."""
    if text.isascii():
        return len(text.split())
    others, characters = _IDEOGRAPH.subn(" ", text)
    return len(others.split()) + characters


def _cut_left(text: str) -> str:
    if len(text) <= AROUND:
        return text
    tail = text[1 - AROUND :]
    space = tail.find(" ")
    return "…" + tail[space + 1 if 0 <= space < AROUND // 2 else 0 :]
