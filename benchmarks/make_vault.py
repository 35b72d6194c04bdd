"""Makes notes to measure with: as many as wanted, the same on every machine, like those that people keep.

Half of the notes are longer than 450 words and half are shorter (log-normal); 40 % hold code, 15 % a
table; each links to five others; they lie in 20 folders and carry two to four of 60 tags.

    python benchmarks/make_vault.py FOLDER --notes 1000 [--for kb|hugo] [--seed 1]

Both programs get the same files under the same names. Only a link is written as each knows it:
`[[Title]]` for kb, `[Title](/folder/title/)` for Hugo, which is spared the search for the note.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from code_blocks import code_block
from words import rare_words, some_words

FOLDERS = 20
TAGS = 60
MEDIAN_WORDS = 450
LINKS = 5
FIRST_DAY = date(2012, 1, 1)
DAYS = 5000


@dataclass(frozen=True)
class Name:
    """What other notes need to know of a note: its folder and its title, which is its file's name too."""

    folder: str
    title: str

    @property
    def path(self) -> str:
        """The note's file, in the vault."""
        return f"{self.folder}/{self.title}.md"

    @property
    def url(self) -> str:
        """The note's address, as Hugo makes it from the file's name."""
        return f"/{self.folder}/{self.title.lower().replace(' ', '-')}/"


def names(count: int, seed: int) -> list[Name]:
    """`count` different names. Those of a small vault are the first of a large one."""
    chance = Random(f"names {seed}")
    folders = [f"{word}-{number:02}" for number, word in enumerate(rare_words(chance, FOLDERS))]
    titles: dict[str, None] = {}
    while len(titles) < count:
        titles[" ".join(rare_words(chance, chance.choice((2, 3, 3, 4)))).title()] = None
    return [Name(chance.choice(folders), title) for title in titles]


def wikilink(to: Name) -> str:
    """A link as kb's notes have it."""
    return f"[[{to.title}]]"


def markdown_link(to: Name) -> str:
    """A link as Hugo's notes have it."""
    return f"[{to.title}]({to.url})"


LINK: dict[str, Callable[[Name], str]] = {"kb": wikilink, "hugo": markdown_link}


def note(name: Name, others: list[Name], seed: int, link: Callable[[Name], str]) -> str:
    """The text of one note."""
    chance = Random(f"{seed} {name.path}")
    links = [link(other) for other in chance.choices(others, k=LINKS)]
    return front_matter(name, chance) + "\n" + "\n\n".join(body(links, chance)) + "\n"


def front_matter(name: Name, chance: Random) -> str:
    """YAML between its lines of dashes."""
    tags = chance.sample(tag_names(), chance.randint(2, 4))
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    lines = [f"title: {name.title}", f"date: {day}"]
    if chance.random() < 0.3:
        lines.append(f"updated: {day + timedelta(days=chance.randrange(1, 300))}")
    return "\n".join(["---", *lines, f"tags: [{', '.join(tags)}]", "---", ""])


def tag_names() -> list[str]:
    """The tags that notes are drawn from; a fifth of them is nested below another."""
    words = list(dict.fromkeys(rare_words(Random("tags"), 2 * TAGS)))[:TAGS]
    return [f"{words[number // 5]}/{word}" if number % 5 == 4 else word for number, word in enumerate(words)]


def body(links: list[str], chance: Random) -> Iterator[str]:
    """The blocks of a note: paragraphs, and between them headings, lists, quotes, tables and code.

    Takes every link out of `links`.
    """
    words = max(30, round(MEDIAN_WORDS * math.exp(0.6 * chance.gauss(0, 1))))
    blocks = 1 + (chance.random() < 0.4) + (chance.random() < 0.2) if chance.random() < 0.4 else 0
    table_at = chance.randrange(1, 6) if chance.random() < 0.15 else 0
    number = 0
    while words > 0 or links or blocks:
        number += 1
        if number % 3 == 0:
            words -= 3
            yield ("##" if number % 9 == 3 else "###") + " " + " ".join(rare_words(chance, 3)).capitalize()
        length = min(max(words, 15), chance.randint(30, 90))
        words -= length
        yield chance.choice((paragraph, paragraph, paragraph, paragraph, bullets, quote))(
            length, links, chance
        )
        if number == table_at:
            yield table(chance)
        if blocks and number % 2 == 0:
            blocks -= 1
            yield code_block(chance)


def paragraph(length: int, links: list[str], chance: Random) -> str:
    """Sentences of `length` words in all; takes one or two of the links out of `links`."""
    words = some_words(chance, length)
    for mark in ("**{}**", "*{}*", "`{}`"):
        if chance.random() < 0.4:
            at = chance.randrange(length)
            words[at] = mark.format(words[at])
    for at in chance.sample(range(1, length - 1), min(len(links), chance.choice((0, 1, 1, 2)))):
        words[at] = links.pop()
    if chance.random() < 0.15:
        words[-1] = f"[{words[-1]}](https://example.com/{'/'.join(rare_words(chance, 2))})"
    return " ".join(sentences(words, chance))


def sentences(words: list[str], chance: Random) -> Iterator[str]:
    """The words with capitals, commas and full stops."""
    while words:
        length = chance.randint(6, 20)
        now, words = words[:length], words[length:]
        if len(now) > 10:
            now[4] += ","
        first, *rest = now
        yield " ".join([first[:1].upper() + first[1:], *rest]) + "."


def bullets(length: int, links: list[str], chance: Random) -> str:
    """A list, numbered or not, that holds about `length` words."""
    marker = chance.choice(("-", "-", "1."))
    items = [paragraph(max(4, length // 5), links, chance) for _ in range(5)]
    return "\n".join(f"{marker} {item}" for item in items)


def quote(length: int, links: list[str], chance: Random) -> str:
    """A quotation."""
    return "> " + paragraph(length, links, chance)


def table(chance: Random) -> str:
    """Four columns of a few rows."""
    rows = [rare_words(chance, 4) for _ in range(chance.randint(4, 10))]
    head, *rest = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, "| --- | --- | --- | ---: |", *rest])


def make_vault(folder: Path, count: int, seed: int, program: str) -> None:
    """Writes `count` notes into `folder`."""
    everyone = names(count, seed)
    for place in {name.folder for name in everyone}:
        (folder / place).mkdir(parents=True, exist_ok=True)
    for name in everyone:
        (folder / name.path).write_text(note(name, everyone, seed, LINK[program]), encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--for", dest="program", choices=sorted(LINK), default="kb")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    make_vault(arguments.folder, arguments.notes, arguments.seed, arguments.program)


if __name__ == "__main__":
    main()
