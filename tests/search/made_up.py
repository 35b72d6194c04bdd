"""A collection of documents that nobody wrote: the same in every run, in every version of Python.

Titles, headings and texts are drawn from the words of a few subjects, so that words are common and rare, stand together
and apart, in one field and in another. A generator of its own, because a library's may change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from kb.search.document import Document, Section

SUBJECTS: dict[str, str] = {
    "garden": "garden gardens gardening soil compost seeds seedling watering tomato tomatoes pruning hedge roses mulch harvest",
    "baking": "bread dough sourdough flour yeast baking baked oven crust kneading proofing recipe recipes butter crème brûlée",
    "cycling": "bicycle cycling wheel wheels spoke gears chain saddle brakes touring mountain climbing descent puncture pump",
    "code": "function functions compiler compiling parser parsing vector vectors template C++ C# std::vector v1.4.0 v2.0 snake_case memory",
    "music": "piano sonata sonatas rhythm melody melodies harmony chord chords orchestra conductor violin Dvořák São Éclair",
    "weather": "weather storm storms lightning thunder clouds cloudy rain raining rainy wind windy pressure forecast forecasting",
    "travel": "travel travelling traveller train trains station harbour island islands ferry map maps passport Łódź Zürich",
    "words": "日本語 言葉 한국어 ภาษาไทย हिन्दी новый слово ελληνικά naïve café resume résumé Straße",
}
PLAIN = (
    "the a of to and in for with that is was on by from this it be as at an or not but when how why where every"
    " some few many small large old new good better best first last long short"
).split()
HEADINGS = "Introduction|How it works|Notes|Before and after|What to buy|Common mistakes|Further reading|A short history".split(
    "|"
)
KINDS = ("note", "note", "note", "review", "project")

Item = TypeVar("Item")


class Dice:
    """Numbers that look random: a linear congruential generator, its upper bits."""

    def __init__(self, seed: int) -> None:
        self._state = seed

    def below(self, limit: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % limit

    def one_of(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]


def documents(count: int = 150, seed: int = 7) -> list[Document]:
    """The collection."""
    dice = Dice(seed)
    return [_document(number, dice) for number in range(count)]


def sentence(words: Sequence[str], dice: Dice) -> str:
    """Some words of a subject between plain ones."""
    drawn = [
        dice.one_of(words) if dice.below(3) == 0 else dice.one_of(PLAIN) for _ in range(6 + dice.below(12))
    ]
    return f"{' '.join(drawn).capitalize()}."


def _document(number: int, dice: Dice) -> Document:
    subject = dice.one_of(list(SUBJECTS))
    words = SUBJECTS[subject].split()
    title = " ".join(
        [dice.one_of(words), *([dice.one_of(PLAIN)] if dice.below(3) == 0 else []), dice.one_of(words)][
            : 1 + dice.below(3)
        ]
    )
    path = f"{subject}/{number:03}.md" if dice.below(4) else f"{number:03}.md"
    tags = (
        (subject, f"{subject}/{dice.one_of(words)}")
        if dice.below(3) == 0
        else (subject,)
        if dice.below(2)
        else ()
    )
    date = f"20{20 + dice.below(6)}-{1 + dice.below(12):02}-{1 + dice.below(28):02}" if dice.below(5) else ""
    return Document(
        path,
        f"{number:032x}",
        title,
        path.removesuffix(".md") + "/",
        date,
        dice.one_of(KINDS),
        tags,
        tuple(_sections(words, dice)),
        number * 50 % 501 if number % 3 == 0 else None,
    )


def _sections(words: Sequence[str], dice: Dice) -> Iterator[Section]:
    line = 5
    for number in range(1 + dice.below(4)):
        text = "\n".join([sentence(words, dice) for _ in range(1 + dice.below(5))])
        heading = (
            ""
            if number == 0
            else f"{dice.one_of(HEADINGS)}: {dice.one_of(words)}"
            if dice.below(2)
            else dice.one_of(HEADINGS)
        )
        anchor = f"section-{number}" if heading else ""
        yield Section(anchor, heading, line, text, ((0, line + 2),))
        line += 4 + text.count("\n")
