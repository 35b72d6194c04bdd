"""What is shown of a document that was found: the passage that holds the words best, and the sections that do.

A passage is chosen by how many different words of the query it holds, then by how often, then by how early it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from kb.search.analysis import spans
from kb.search.document import Document, Section

#: Code points of a passage, and of what stands before its first word.
LENGTH, LEAD = 240, 60
#: Sections shown of one document.
SECTIONS = 3
_ELLIPSIS = "…"
#: The words of phrases are numbered downwards from here.
_IN_PHRASE = -2

#: Text in pieces, each with whether it is marked.
Snippet: TypeAlias = tuple[tuple[str, bool], ...]


class Passage(NamedTuple):
    """A piece of a section, with the line of the file on which its first marked word stands."""

    snippet: Snippet
    line: int


class Shown(NamedTuple):
    """A section that holds words of the query, and its passage."""

    anchor: str
    title: str
    line: int
    snippet: Snippet


class _Mark(NamedTuple):
    start: int
    end: int
    word: int


class _Found(NamedTuple):
    """A section, its marks, and where its best passage begins. They sort from best to worst."""

    less_distinct: int
    less_often: int
    number: int
    section: Section
    marks: tuple[_Mark, ...]
    first: int


class Written(dict[str, str | None]):
    """The terms of some surfaces. Of any other it says None, and nothing is stemmed for it."""

    def __missing__(self, surface: str) -> None:
        return None


class Marker:
    """Finds the terms of a query in texts, and its phrases: `words` are the terms that each word stands for."""

    def __init__(
        self,
        words: Iterable[Iterable[str]],
        lexicon: Mapping[str, str | None],
        phrases: Iterable[tuple[str, ...]] = (),
    ) -> None:
        self._numbers: dict[str, int] = {}
        for number, terms in enumerate(words):
            for term in terms:
                self._numbers.setdefault(term, number)
        self._lexicon = lexicon
        self._phrases = tuple(phrases)

    def shown(self, document: Document) -> tuple[Passage, tuple[Shown, ...]]:
        """The best passage of a document, and the sections with an anchor that hold the words best, the best first.

        Where none of the words stands in the text, the passage is its beginning, or that of the section called so.
        """
        found = sorted(self._found(document))
        sections = [one for one in found if one.section.anchor][:SECTIONS]
        return _passage(document, found), tuple(
            [
                Shown(one.section.anchor, one.section.title, one.section.line, _snippet(one))
                for one in sections
            ]
        )

    def marked(self, text: str) -> Snippet:
        """A whole text with its marks."""
        return _cut(text, self._marks(text), 0, len(text))

    def _found(self, document: Document) -> list[_Found]:
        if not self._numbers and not self._phrases:
            return []
        found = []
        for number, section in enumerate(document.sections):
            title = {mark.word for mark in self._marks(section.title)}
            marks = self._marks(section.text)
            if title or marks:
                first, distinct, often = _window(marks)
                whole = len(title | distinct)
                found.append(_Found(-whole, -often, number, section, tuple(marks), first))
        return found

    def _marks(self, text: str) -> list[_Mark]:
        numbers, lexicon = self._numbers, self._lexicon
        if self._phrases:
            return self._marks_and_phrases([*spans(text)])
        return [
            _Mark(start, end, numbers[term])
            for start, end, surface in spans(text)
            if (term := lexicon[surface]) is not None and term in numbers
        ]

    def _marks_and_phrases(self, words: Sequence[tuple[int, int, str]]) -> list[_Mark]:
        """The marks of single words and of phrases, in which every word is marked."""
        surfaces = tuple([surface for _, _, surface in words])
        inside: dict[int, int] = {}
        for phrase in self._phrases:
            for at in range(len(surfaces) - len(phrase) + 1):
                if surfaces[at] == phrase[0] and surfaces[at : at + len(phrase)] == phrase:
                    inside.update((at + step, _IN_PHRASE - step) for step in range(len(phrase)))
        marks = []
        for at, (start, end, surface) in enumerate(words):
            number = inside.get(at, self._numbers.get(self._lexicon[surface] or ""))
            if number is not None:
                marks.append(_Mark(start, end, number))
        return marks


def _passage(document: Document, found: Sequence[_Found]) -> Passage:
    best = next((one for one in found if one.marks), None)
    if best is not None:
        return Passage(_snippet(best), best.section.line_at(best.marks[best.first].start))
    sections = [one.section for one in found] or [section for section in document.sections if section.text]
    return Passage(_beginning(sections[0].text), sections[0].line) if sections else Passage((), 1)


def _window(marks: Sequence[_Mark]) -> tuple[int, set[int], int]:
    """The mark with which the best passage begins, which words it holds, and how many marks."""
    best: tuple[int, set[int], int] = (0, set(), 0)
    starts = [mark.start for mark in marks]
    for at, mark in enumerate(marks):
        end = bisect_right(starts, mark.start + LENGTH - LEAD)
        distinct = {one.word for one in marks[at:end]}
        if any(word <= _IN_PHRASE for word in distinct):
            distinct.add(_IN_PHRASE + 1)  # a phrase is worth more than its words apart
        if (len(distinct), end - at) > (len(best[1]), best[2]):
            best = (at, distinct, end - at)
    return best


def _snippet(found: _Found) -> Snippet:
    if not found.marks:
        return _beginning(found.section.text)
    text = found.section.text
    start = _word_start(text, found.marks[found.first].start - LEAD)
    return _cut(text, found.marks, start, _word_end(text, start + LENGTH))


def _beginning(text: str) -> Snippet:
    return _cut(text, (), 0, _word_end(text, LENGTH)) if text else ()


def _word_start(text: str, at: int) -> int:
    """The beginning of the first whole word from here on, or of the text."""
    if at <= 0:
        return 0
    space = next((i for i in range(at, min(at + LEAD // 2, len(text))) if text[i].isspace()), at - 1)
    return space + 1


def _word_end(text: str, at: int) -> int:
    """The end of the last whole word up to here, or of the text."""
    if at >= len(text):
        return len(text)
    return next((i for i in range(at, max(at - LEAD // 2, 0), -1) if text[i].isspace()), at)


def _cut(text: str, marks: Iterable[_Mark], start: int, end: int) -> Snippet:
    """The text from `start` to `end` in pieces, on one line, with an ellipsis where more stands before or behind."""
    pieces: list[tuple[str, bool]] = [(_ELLIPSIS, False)] if text[:start].strip() else []
    at = start
    for mark in marks:
        if start <= mark.start and mark.end <= end:
            pieces += [(text[at : mark.start], False), (text[mark.start : mark.end], True)]
            at = mark.end
    pieces.append((text[at:end], False))
    if text[end:].strip():
        pieces.append((_ELLIPSIS, False))
    return _joined(pieces)


def _joined(pieces: Iterable[tuple[str, bool]]) -> Snippet:
    """Neighbours of one kind in one piece, and no line breaks."""
    joined: list[tuple[str, bool]] = []
    for piece, marked in pieces:
        text = " ".join(piece.split("\n"))
        if not text:
            continue
        if joined and not marked and not joined[-1][1]:
            joined[-1] = (joined[-1][0] + text, False)
        else:
            joined.append((text, marked))
    return tuple(joined)


def plain(snippet: Snippet) -> tuple[str, list[tuple[int, int]]]:
    """A snippet as one text, and where in it the marks are."""
    text, marks = "", []
    for piece, marked in snippet:
        if marked:
            marks.append((len(text), len(text) + len(piece)))
        text += piece
    return text, marks
