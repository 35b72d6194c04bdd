"""Names of notes that stand in other notes' texts and are not linked: places where a link may have been forgotten.

A name is a title or an alias. It is found as whole words and in any casing, where text is free: not in code, in
the label of a link, in a heading. Of names that overlap the longest counts. Nothing is said of a note
that is linked from the same text anywhere.

Most words that are somebody's title are just words. So a name has to have two words, or one that is told from the
word by its casing: *Search* in the middle of a sentence may be the note of that name, *search* is not, nor is the
first word of a sentence or a part of a longer name, as in *Google Search*. A name that two notes have is nobody's.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from kb.link.mentions import linked_from
from kb.link.names import bare, is_index
from kb.link.resolve import resolve
from kb.link.vault import Vault
from kb.model.note import Body, Link, LinkKind, Note
from kb.model.problem import Place, Problem

#: A name has at least so many letters in all, and a name of one word in this word.
_LETTERS = 4
#: Words that make no name, however many of them stand together.
_COMMON = frozenset(
    "a about an and are as at be by can do for from has have how i if in into is it its my no not of on or our so that"
    " the their this to up us was we what when where which who why will with you your".split()
)
#: A name of one word that is mentioned in more notes is no name there.
_WORD_OF_THE_VAULT = 10
_NOT_FREE = re.compile(r"\[\[.*?\]\]|\]\([^()]*\)|(`+).*?\1|https?://\S+|<[^<>]*>")
_WORD = re.compile(r"\w+")
_APART = {code: " " for code in range(128) if not _WORD.match(chr(code))}
#: What ends a sentence, or begins something as a sentence begins.
_ENDS = frozenset(".!?:;…–—•|/\n")
_OPENERS = "\"'“‘„«([*_ "


class Mention(NamedTuple):
    """A note, and where in another one's text its name stands: the name as it is written there, and its offset.

    It stands free on the same line of the file `earlier` times, but was not meant there.
    """

    target: Note
    name: str
    offset: int
    earlier: int = 0


class _Name(NamedTuple):
    """Whose name it is; "" if it is that of several. `written` is what it has to look like, "" for any casing."""

    path: str
    text: str
    written: str = ""


#: Names by their words: a tree of dictionaries, in which what stands under "" is the name that ends there.
_Tree: TypeAlias = dict[str, Any]


def mentions_without_link(vault: Vault, note: Note, body: Body) -> list[Mention]:
    """Each note that is named in the text of `note` and not linked from it, at the first place where it is."""
    names = _names(vault)
    found: list[Mention] = []
    told: set[str] | None = None
    for name, start, end in _named(names, note, body):
        if told is None:
            told = {note.path, *(linked_from(vault, note, len(note.links) + len(note.references) + 1) or ())}
        if name.path not in told:
            told.add(name.path)
            written = body.text[start:end]
            found.append(Mention(vault.notes[name.path], written, start, _earlier(body, start, written)))
    return found


def all_mentions_without_link(vault: Vault, bodies: Iterable[tuple[str, Body]]) -> dict[str, list[Mention]]:
    """The same for the notes at these paths, without names of one word that more than ten of them mention.

    Such a name is a word of this vault: nobody wants a link at each.
    """
    found = {
        path: mentions
        for path, body in bodies
        if (mentions := mentions_without_link(vault, vault.notes[path], body))
    }
    times = Counter(
        mention.target.path for each in found.values() for mention in each if _is_word(mention.name)
    )
    words = {path for path, count in times.items() if count > _WORD_OF_THE_VAULT}
    kept = {
        path: [each for each in mentions if each.target.path not in words or not _is_word(each.name)]
        for path, mentions in found.items()
    }
    return {path: mentions for path, mentions in kept.items() if mentions}


def problem_of(
    vault: Vault, source: str, mention: Mention, line: int, lines: Sequence[str], folder: str
) -> Problem:
    """What an author is told of a mention on this line of the note at `source`, of which these are the lines.

    `folder` is where a person finds the vault (``content/``).
    """
    name, target = mention.name, mention.target
    excerpt = lines[line - 1] if line <= len(lines) else ""
    link = as_link(vault, source, mention)
    if excerpt.lstrip().startswith("|"):  # in a table
        link = link.replace("|", "\\|")
    if _folded(name) == _folded(target.title):
        message = f"'{target.title}' ({folder}{target.path}) is mentioned and not linked"
    else:
        message = f"'{name}' may mean '{target.title}' ({folder}{target.path}), which is not linked"
    place = Place(source, line, column_of(lines, line, mention))
    return Problem(place, "unlinked-mention", message, f"if that note is meant, write {link}", excerpt)


def as_link(vault: Vault, source: str, mention: Mention) -> str:
    """What an author writes in the note at `source` to make a link of a mention: ``[[Mixtures|mixtures]]``."""
    path = bare(mention.target.path)
    stem = path.rpartition("/")[2]
    led = resolve(vault, source, Link(LinkKind.WIKI, stem))
    name = stem if led.target is mention.target and len(led.candidates) == 1 else path
    return f"[[{name}]]" if name == mention.name else f"[[{name}|{mention.name}]]"


def column_of(lines: Sequence[str], line: int, mention: Mention) -> int:
    """The column of a mention on this line of a file, in which it may go on; 1 where it is not seen.

    Where marks are between its words, it is the column of the first of them.
    """
    written = "\n".join(lines[line - 1 : line + 1])
    free = _NOT_FREE.sub(lambda taken: "\0" * len(taken[0]), written)
    words = [re.escape(word) for word in mention.name.split()]
    for wanted in (r"\s+".join(words), words[0]):
        found = [at.start() for at in re.finditer(rf"(?<![^\W_]){wanted}(?![^\W_])", free)]
        here = [at for at in found if "\n" not in written[:at]]
        if here:
            return here[min(mention.earlier, len(here) - 1)] + 1
    return 1


def _earlier(body: Body, start: int, name: str) -> int:
    """How often the name stands free before it on its line."""
    begin = max(body.text.rfind("\n", 0, start) + 1, *[at for at in body.lines[::2] if at <= start], 0)
    stands = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", body.text[begin:start])
    return sum(not _is_taken(body, begin + at.start(), begin + at.end()) for at in stands)


def names_of(note: Note) -> Iterator[str]:
    """What a note may be called in a text."""
    if note.title and not (is_index(note.path) and "/" not in note.path):  # the home page has the site's name
        yield note.title
    for alias in note.aliases:
        if "/" not in alias:
            yield alias


def _names(vault: Vault) -> _Tree:
    """The names of all notes."""
    tree: _Tree | None = vault.memo.get(_NAMES)
    if tree is None:
        tree = vault.memo[_NAMES] = {}
        for path, note in vault.notes.items():
            for name in names_of(note):
                _plant(tree, path, name)
    return tree


_NAMES = ("names", "", "")


def _plant(tree: _Tree, path: str, name: str) -> None:
    written = " ".join(unicodedata.normalize("NFC", name).split())
    folded = _folded(written)
    spans = [match.span() for match in _WORD.finditer(folded)]
    words = [folded[start:end] for start, end in spans]
    if not words or not _is_name(words, written):
        return
    core = slice(spans[0][0], spans[-1][1])
    node = tree
    for word in words:
        node = node.setdefault(word, {})
    known: _Name | None = node.get("")
    whose = path if known is None or known.path == path else ""
    node[""] = _Name(whose, folded[core], written[core] if len(words) == 1 else "")


def _is_name(words: list[str], written: str) -> bool:
    """Whether these words, taken from a name as it is written, are more than words."""
    telling = [word for word in words if word not in _COMMON]
    letters = [sum(map(str.isalpha, word)) for word in telling]
    if len(words) > 1:
        return sum(letters) >= _LETTERS
    return (
        bool(letters)
        and letters[0] >= _LETTERS
        and (written != written.lower() or written == written.upper())
    )


def _named(names: _Tree, note: Note, body: Body) -> Iterator[tuple[_Name, int, int]]:
    """The names in the free text of a note, in their order, with where they begin and end."""
    text = body.text
    folded = _folded(text)
    words = _words(folded)
    begins = [
        at
        for at, (word, after) in enumerate(zip(words, [*words[1:], ""], strict=False))
        if word in names and (after in names[word] or "" in names[word])
    ]
    spans: list[tuple[int, int]] = []
    behind = 0
    for at in begins:
        best, end = _longest(names, words, at) if at >= behind else (None, at)
        if best is None:
            continue
        spans = spans or [match.span() for match in _WORD.finditer(folded)]
        start, stop = spans[at][0], spans[end - 1][1]
        if folded[start:stop] == best.text:
            behind = end
            if best.path and _is_free(note, body, start, stop) and _is_meant(text, best, start, stop):
                yield best, start, stop


def _words(folded: str) -> list[str]:
    """The words of a folded text. Most texts are ASCII, where this takes a third of the time of the expression."""
    return folded.translate(_APART).split() if folded.isascii() else _WORD.findall(folded)


def _longest(names: _Tree, words: list[str], at: int) -> tuple[_Name | None, int]:
    """The longest name that begins with the word at this place, and the place behind its last word."""
    best, end = None, at
    node = names.get(words[at])
    behind = at + 1
    while node is not None:
        if "" in node:
            best, end = node[""], behind
        node = node.get(words[behind]) if behind < len(words) else None
        behind += 1
    return best, end


def _is_free(note: Note, body: Body, start: int, end: int) -> bool:
    """Whether this stretch of the text is neither code nor in a link nor in a heading."""
    if _is_taken(body, start, end):
        return False
    first = body.text.rfind("\n", 0, start) + 1
    return first not in body.sections[: len(note.headings)]


def _is_taken(body: Body, start: int, end: int) -> bool:
    taken = body.taken
    return any(taken[at] < end and start < taken[at + 1] for at in range(0, len(taken), 2))


def _is_meant(text: str, name: _Name, start: int, end: int) -> bool:
    """Whether a name of one word is told from the word by its casing."""
    if not name.written:
        return True
    if text[start:end] != name.written:
        return False
    if name.written[1:] != name.written[1:].lower() or name.written == name.written.lower():
        return True  # JSON, OxHugo: no word looks like that
    before = text[:start].rstrip(_OPENERS) if start else ""
    if not before or before[-1] in _ENDS:
        return False
    return not (_is_capital(text, start - 2, -1) or _is_capital(text, end + 1, 1))


def _is_capital(text: str, at: int, step: int) -> bool:
    """Whether the word that ends (or, going forward, begins) at `at` behind one blank begins with a capital letter."""
    blank = at - step
    if not (0 <= at < len(text)) or text[blank] != " ":
        return False
    if step < 0:
        while at > 0 and text[at - 1].isalnum():
            at -= 1
    return text[at].isupper()


def _folded(text: str) -> str:
    """The text in small letters, each in its place."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join([one if len(one) == 1 else letter for letter in text for one in (letter.casefold(),)])


def _is_word(name: str) -> bool:
    return len(_WORD.findall(name)) == 1
