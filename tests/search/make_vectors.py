"""Writes `vectors.json`: what the Python engine says, for the browser's client to be held to (see README.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from kb.search.analysis import analyse, fold, lexicon, tokens
from kb.search.document import Document
from kb.search.inverted import Inverted, known_of
from kb.search.query import as_json, parse
from kb.search.searching import Options, millionth, search
from search.made_up import PLAIN, SUBJECTS, Dice, documents, sentence

FILE = Path(__file__).with_name("vectors.json")
LANGUAGE = "en"
Mode: TypeAlias = Literal["typed", "submitted"]
PAGES, QUERIES = 500, 300

TEXTS = [
    "Hello, World", "ÀÉÎõü ñ Ç", "Straße GROẞ ſ", "İstanbul ısı", "ΟΔΟΣ Σίσυφος ς", "Ёлка й Й и\u0306 Ї ў", "ﬁn ﬀ ℡ ™ ½ ² Ⅷ",
    "𝐁𝐨𝐥𝐝 𝒜 🅰", "C++ C# F# c++11 a+b a++b i++; #tag page.html#top C#-like", "std::vector v1.4.0 snake_case kebab-case",
    "don't rock’n’roll it's", "日本語のテスト カタカナ ガｶﾞ 漢字123abc", "한국어 문장입니다 각", "中文，标点。𠀀𠀁", "ภาษาไทย ง่าย",
    "हिन्दी में लिखा", "বাংলা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം", "ខ្មែរ ລາວ မြန်မာ བོད་ཡིག", "عَرَبِيّ اردو فارسی می‌خواهم", "עִבְרִית יידיש",
    "ქართული ᲥᲐᲠᲗᲣᲚᲘ հայերեն", "አማርኛ ꯃꯤꯇꯩ ᏣᎳᎩ ꮳꮃꭹ", "e\u0301 a\u0308o\u0323\u0302 n\u0303", "1️⃣ ❤️ 👩‍💻 ok", "tabs\tand\nlines\u00a0here\u2003x\ufeffy",
    "x_y __z__ _", "100% 3.14 1,000 ٣٤ १२ 𝟙𝟚", "\u0001\u0000 odd \ufffd", "a\u200bb soft\u00adhyphen", "𞤀𞤁 𞤢𞤣 𐐀𐐨", "Ǆ ǆ ŉ ΐ", "", "   ", "…—–‘’“”",
    "https://example.org/a/b?c=d#e", "e-mail@example.org", "Łódź Dvořák Zürich São", "＋＋ ｃ＋＋ Ｃ＃", "ậ ệ ộ Việt Nam", "\U0001e8d0 a\U0001e8d0",
]  # fmt: skip
ODD = [
    '"', '""', '" "', "'", "(", ")", "()", "((", "))", ")(", "-", "--", "---x", "- x", "x -", "-(a b)", '-"a b"', "-title:x", "(-a)", "a)b", "a(b",
    "OR", "AND", "NOT", "OR OR", "NOT NOT a", "NOT NOT NOT a", "a OR OR b", "a AND AND b", "AND a OR", "NOT OR a", "-NOT", "or and not", "Or", "a OR", "OR a", "(OR)",
    "title:", "title: a", "title:(a b)", "title:-a", "title:*", "title:a*", "title:a~", 'title:"a', "TITLE:A", "title::a", "title:title:a", "heading:a-b", "headings:x~2",
    "tag:", "tag:#", "tag:#a/b/", "tag:A/B", "tags:x*", "tag:x~", "tag:a/b*", 'tag:"x y"', "-tag:x", "kind:", "kind:Review", 'type:"a b"', "path:/x/Y.md", "path:é",
    "rating:", "rating:4", "rating:>=4", "rating:>4", "rating:<=2.5", "rating:<0", "rating:>5", "rating:4..5", "rating:..3", "rating:2..", "rating:..", "rating:>3..<4", "rating:4..3", "rating:1...2",
    "rating:7.5/10", "rating:>=80/100", "rating:3/0", "rating:6", "rating:4,5", "rating:.5", "rating:4.", "rating:-1", "rating:★★★", "rating:>", "rating:=4", "-rating:<3 cat", 'rating:"4"', "RATING:4",
    "rating:1234567890", "rating:4/1234567890", "rating:٤", "rating:(4)", "cat rating:>=4 -dog",
    "date:", "date:2024", "date:24", "date:2024-13", "date:2024-02-30", "date:2024-02-29", "date:2023-02-29", "date:2000-02-29", "date:1900-02-29", "date:2024..", "date:..2024", "date:..",
    "date:2024..2023", "date:2024-05..2025", "date:a..b", "date:2024...2025", 'date:"2024"', "before:2024", "before:0000", "before:2024-01-01", "before:2024-03", "after:9999", "after:2024-02", "after:2023-02",
    "after:2024-12-31", "before:x", "foo:bar", "foo:", ":foo", "a:b:c", "http://x.org/a", "12:30", "std::vector", "std::vec*", "v1.4.0", "v1.4.0*", "v1.4.0~", "-v1.4.0", "v1.4.0 OR b", "a*", "*", "**", "a**", "a*b", "*a",
    "a~", "a~1", "a~2", "a~3", "a~~", "~", "~2", "日本", "日本*", "日本~", '"日本 語"', "c++", "c++*", "C#~", "“a b”", "„a b“", "a”b", "a\u3000b", "a\u00a0OR\u00a0b", "\ufeffa", "a\tb\nc", "\u0000",
    "the", "the cat", '"the cat"', "of the", "a OR the", "NOT the", "title:the", "a" * 41, "x" * 40, "(" * 60 + "a", "(a " * 55, "a " * 70, "日" * 70, '"' + "a " * 70, "tag:x " * 70, "-" * 70 + "a", "a OR " * 40,
    "((a OR b) c) -d", "(a b) OR (c d)", "a (b OR c) d", "a b OR c d", "NOT (a OR b) c", '"a b" c -d tag:e date:2024', "a AND b", "(a AND b) c", "a -(b AND c)", "(a b) c", "((a))", '("a b")', "a () b", "a - b", "a -b-c", "-a -b", "tag:x -a", "tag:x kind:y",
    "cat ", "cat", " cat", "cat.", "cat)", "cat tag:x", "tag:x cat", "cat the", "cat v1.4", "cat v1.4 ", '"cat', "cat -do", "cat do*", "İ", "ẞ", "e\u0301",
]  # fmt: skip


def made() -> dict[str, object]:
    """All vectors, as the object that is written."""
    collection = documents()
    words = lexicon(LANGUAGE)
    index = Inverted([(known_of(document), analyse(document, words)) for document in collection])
    return {
        "fold": [[text, fold(text)] for text in TEXTS],
        "tokens": [[text, tokens(text)] for text in TEXTS],
        "terms": {language: _terms(language) for language in ("en", "de", "fr", "ru", "fi", "tr", "tlh")},
        "queries": [
            _query(text) for text in [*ODD, *_mixed(QUERIES - len(ODD) if len(ODD) < QUERIES else 100)]
        ],
        "language": LANGUAGE,
        "count": index.count,
        "average": index.average,
        "documents": [_document(document) for document in collection],
        "pages": [_page(index, collection, text, mode) for text, mode in _asked(collection)],
    }


def written() -> str:
    """The file's text: a line for each vector, so that a difference can be read."""
    parts = []
    for key, value in made().items():
        if isinstance(value, list):
            lines = ",\n".join(json.dumps(entry, ensure_ascii=True) for entry in value)
            parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
        else:
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=True)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _terms(language: str) -> list[list[str | None]]:
    lex = lexicon(language)
    drawn = {word for text in [*TEXTS, *SUBJECTS.values(), " ".join(PLAIN), *STEMS] for word in tokens(text)}
    return [[word, lex[word]] for word in sorted(drawn)]


#: Words that stemmers stumble over.
STEMS = [
    "internal international interned generously generally communication skis dying lying early only university arsenic",
    "running runner ran happily happiness hopping hoping agreed relational conditional vileness sky skies news",
    "häuser bücher kinder aufeinanderfolgenden kategorischen schönheit", "continuellement majestueusement chevaux yeux parlerions",
    "вавилонский книгами читающий новый новая", "kirjastoissa taloissamme kävelemässä", "kitaplarımızdan evlerinizden gözlük",
    "x" * 40, "y" * 41, "c++ c# v1 4 2024 1st a1b2",
]  # fmt: skip


def _query(text: str) -> dict[str, object]:
    query = parse(text)
    return {
        "query": text,
        "tree": as_json(query.tree),
        "hint": query.hint,
        "easy": query.easy,
        "typing": query.typing,
    }


def _mixed(count: int) -> Iterator[str]:
    """Queries put together from pieces, with no sense."""
    dice = Dice(11)
    pieces = 'cat dog OR AND NOT -cat ( ) " "a title:cat tag:x/y date:2024 before:2023-05 pre* wrod~ v1.4 the std::vector - kind:note 日本 :'.split()
    for _ in range(count):
        yield "".join(
            [dice.one_of(pieces) + (" " if dice.below(5) else "") for _ in range(1 + dice.below(9))]
        )


def _document(document: Document) -> dict[str, object]:
    return {
        "path": document.path,
        "title": document.title,
        "url": document.url,
        "date": document.date,
        "kind": document.kind,
        "tags": list(document.tags),
        "rating": document.rating,
        "sections": [[section.anchor, section.title, section.text] for section in document.sections],
    }


def _page(index: Inverted, collection: Sequence[Document], text: str, mode: Mode) -> dict[str, object]:
    by_path = {document.path: document for document in collection}
    options = Options(LANGUAGE, mode)
    page = search(index, by_path.get, text, options)
    return {
        "query": text,
        "mode": mode,
        "total": page.total,
        "top": [[hit.path, millionth(hit.score)] for hit in page.hits],
        "suggestion": page.suggestion,
        "hint": page.hint,
    }


def _asked(collection: Sequence[Document]) -> Iterator[tuple[str, Mode]]:
    """Queries of every kind, as drawn from the collection; every third is being typed."""
    dice = Dice(5)
    for number in range(PAGES):
        mode: Mode = "typed" if number % 3 == 0 else "submitted"
        yield _KINDS[number % len(_KINDS)](dice.one_of(collection), dice), mode


def _content(document: Document, dice: Dice) -> str:
    words = [
        word for word in f"{document.title} {document.sections[0].text}".split() if word.lower() not in PLAIN
    ]
    return dice.one_of(words).strip(".") if words else document.title


def _run(document: Document, dice: Dice, most: int) -> str:
    words = document.sections[-1].text.replace("\n", " ").split(" ")
    start = dice.below(max(len(words) - most, 1))
    return " ".join(words[start : start + 2 + dice.below(most - 1)])


def _typo(word: str, dice: Dice) -> str:
    at = 1 + dice.below(max(len(word) - 2, 1))
    changed = [
        word[:at] + word[at + 1 :],
        word[:at] + "x" + word[at:],
        word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
    ]
    return dice.one_of(changed)


_KINDS: list[Callable[[Document, Dice], str]] = [
    _content,
    lambda document, _dice: document.title,
    lambda document, dice: f"{_content(document, dice)} {_content(document, dice)}",
    lambda document, dice: f"{_content(document, dice)} {_content(document, dice)} {_content(document, dice)}",
    lambda document, dice: _run(document, dice, 6),
    lambda document, dice: f'"{_run(document, dice, 5)}"',
    lambda document, dice: _typo(_content(document, dice), dice),
    lambda document, dice: f"{_content(document, dice)} {_typo(_content(document, dice), dice)}",
    lambda document, dice: _content(document, dice)[: 2 + dice.below(4)],
    lambda document, dice: f"{_content(document, dice)} {_content(document, dice)[:3]}",
    lambda document, dice: f"{_content(document, dice)} OR {_content(document, dice)}",
    lambda document, dice: f"{_content(document, dice)} -{_content(document, dice)}",
    lambda document, dice: f"{_content(document, dice)[:4]}*",
    lambda document, dice: f"{_typo(_content(document, dice), dice)}~{1 + dice.below(2)}",
    lambda document, dice: f"title:{_content(document, dice)} {_content(document, dice)}",
    lambda document, dice: f"heading:{_content(document, dice)}",
    lambda document, dice: f"tag:{dice.one_of(document.tags) if document.tags else 'garden'}",
    lambda document, dice: f"{_content(document, dice)} tag:{document.path.partition('/')[0]}",
    lambda document, dice: f"kind:{document.kind} {_content(document, dice)}",
    lambda document, dice: f"date:{document.date[:7] or '2023'} {dice.one_of(('', _content(document, dice)))}",
    lambda document, dice: f"{_content(document, dice)} before:{document.date[:4] or '2024'}",
    lambda document, dice: f"rating:{dice.one_of(('>=', '<', '>', '2..', ''))}{(document.rating or 250) / 100} {dice.one_of(('', _content(document, dice)))}",
    lambda document, dice: f"path:{document.path[:5]} -{_content(document, dice)}",
    lambda document, dice: f"({_content(document, dice)} OR tag:{document.path.partition('/')[0]}) -{_content(document, dice)}",
    lambda document, dice: f"{_content(document, dice)} AND {_content(document, dice)}",
    lambda document, dice: f"{_content(document, dice)} the",
    lambda _document, dice: f"{dice.one_of(PLAIN)} {dice.one_of(PLAIN)}",
    lambda document, dice: f"{dice.one_of(('v1.4.0', 'std::vector', 'snake_case', 'C++', 'C#', '日本語', 'ภาษาไทย'))} {_content(document, dice)}",
    lambda document, _dice: f'title:"{document.title}"',
    lambda document, dice: f'"{_content(document, dice)} {_content(document, dice)}" OR {_content(document, dice)}',
    lambda document, dice: sentence(document.title.split(), dice),
    lambda _document, dice: dice.one_of(ODD),
]  # fmt: skip


if __name__ == "__main__":
    FILE.write_text(written(), encoding="ascii")
