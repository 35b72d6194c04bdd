"""What only a document's text can tell: whether it holds a phrase word for word, and filters on lines and sections.

An index knows stems and places. It cannot tell "to be" from "to the", whose words it leaves out, nor a line from the
next.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from typing import NamedTuple

from kb.search.analysis import Lexicon, body_of, headings_of, tokens
from kb.search.document import Document, Section
from kb.search.query import And, Compound, Fuzzy, InSection, Line, Node, Not, Or, Phrase, Prefix, Regex, Word
from kb.search.snippets import Passage
from kb.search.spelling import distance


def holds_phrase(document: Document, surfaces: Sequence[str], field: str = "") -> bool:
    """Whether these words stand one behind the other, word for word."""
    phrase = _run(surfaces)
    return any(phrase in _run(tokens(text)) for text in _texts(document, field))


def line_with(document: Document, looks: Callable[[str], bool]) -> Passage | None:
    """The first line that something is found in, as a passage without marks."""
    for section, start, end in _stretches(document):
        if start < 0 and looks(section.title):
            return Passage(((section.title, False),), section.line)
        if start >= 0 and looks(section.text[start:end]):
            return Passage(((section.text[start:end].strip(), False),), section.line_at(start))
    return None


class Reading(NamedTuple):
    """How documents of an index are read.

    `found` gives the documents for which a part of a query holds that needs no text; `regex` what looks for a
    regular expression in a line.
    """

    lexicon: Lexicon
    found: Callable[[Node], Container[int]]
    regex: Callable[[str], Callable[[str], bool]]

    def holds(self, node: Node, document: Document, doc: int) -> bool:  # noqa: PLR0911 - one for each kind of node
        """Whether a part of a query holds for a document, whose number is `doc`."""
        match node:
            case And(parts):
                return all(self.holds(part, document, doc) for part in parts)
            case Or(parts):
                return any(self.holds(part, document, doc) for part in parts)
            case Not(part):
                return not self.holds(part, document, doc)
            case Line(part):
                return any(self._matches(part, tokens(line)) for line in _lines(document))
            case InSection(part):
                texts = (f"{section.title}\n{section.text}" for section in document.sections)
                return any(self._matches(part, tokens(text)) for text in texts)
            case Regex(pattern):
                return any(map(self.regex(pattern), _lines(document)))
            case _:
                return doc in self.found(node)

    def _matches(self, node: Node, words: Sequence[str]) -> bool:  # noqa: PLR0911 - one for each kind of node
        """Whether a part of a query holds for a run of words. Filters say nothing of one."""
        match node:
            case And(parts):
                return all(self._matches(part, words) for part in parts)
            case Or(parts):
                return any(self._matches(part, words) for part in parts)
            case Not(part):
                return not self._matches(part, words)
            case Word(surface):
                term = self.lexicon[surface]
                return term is None or any(self.lexicon[word] == term for word in words)
            case Prefix(surface):
                return any(word.startswith(surface) for word in words)
            case Fuzzy(surface, limit):
                return any(
                    word[0] == surface[0] and distance(surface, word, limit) <= limit for word in words
                )
            case Phrase(surfaces) | Compound(surfaces):
                return _run(surfaces) in _run(words)
            case _:
                return True


def _run(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


def _texts(document: Document, field: str) -> Iterator[str]:
    if field in {"", "title"}:
        yield document.title
    if field in {"", "heading"}:
        yield from headings_of(document)
    if field in {"", "tags"}:
        yield " ".join(document.tags)
    if not field:
        yield body_of(document)


def _lines(document: Document) -> Iterator[str]:
    for section, start, end in _stretches(document):
        yield section.title if start < 0 else section.text[start:end]


def _stretches(document: Document) -> Iterator[tuple[Section, int, int]]:
    """The lines of a document: offsets in a section's text, -1 for its title. A line ends where it ends in the file."""
    for section in document.sections:
        if section.title:
            yield section, -1, -1
        starts = [at for at, _ in section.lines] or [0]
        for start, end in zip(starts, [*starts[1:], len(section.text)], strict=True):
            at = start
            for line in section.text[start:end].removesuffix("\n").split("\n"):
                yield section, at, at + len(line)
                at += len(line) + 1
