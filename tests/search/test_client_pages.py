"""The browser's client finds what Python finds, in the same order, and shows it alike."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.pipeline.opening import Ask
from kb.pipeline.reading import read_site
from kb.search.analysis import tokens
from kb.search.document import Document, Section
from kb.search.documents import document as document_of
from kb.search.export.shards import Shards
from kb.search.searching import Options, SearchPage, millionth, search
from search.export_world import WORDS, document
from search.in_node import Client, started
from search.served import publish, served

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="ascii"))


def collection() -> list[Document]:
    """The documents of the vectors."""
    return [
        Document(
            each["path"],
            "",
            each["title"],
            each["url"],
            each["date"],
            each["kind"],
            tuple(each["tags"]),
            tuple(Section(anchor, title, 0, text) for anchor, title, text in each["sections"]),
            each["rating"],
        )
        for each in VECTORS["documents"]
    ]


def as_client_says(page: SearchPage) -> dict[str, Any]:
    """A page as the client gives it."""
    return {
        "query": page.query,
        "total": page.total,
        "hits": [
            {
                "title": hit.title,
                "url": hit.url,
                "path": hit.path,
                "score": millionth(hit.score),
                "tags": list(hit.tags),
                "date": hit.date,
                "kind": hit.kind,
                "snippet": [[text, int(marked)] for text, marked in hit.snippet],
                "sections": [
                    {
                        "anchor": section.anchor,
                        "title": section.title,
                        "snippet": [[text, int(marked)] for text, marked in section.snippet],
                    }
                    for section in hit.sections
                ],
            }
            for hit in page.hits
        ],
        "suggestion": page.suggestion,
        "hint": page.hint,
    }


def without_lines(page: Any) -> Any:
    """A page of the client without what it has no news of: lines, and marks of what is not published."""
    for hit in page["hits"]:
        assert hit.pop("line") == 0
        assert hit.pop("marks") == []
        hit["score"] = millionth(hit["score"])
        for section in hit["sections"]:
            assert section.pop("line") == 0
    return page


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with served(folder) as base, started(folder) as client:
        client.ask("create", {"base": base, "backend": "shards"})
        yield client


def test_terms_and_trees_are_those_of_the_vectors(client: Client, tmp_path: Path) -> None:
    for name in ("fold", "tokens"):
        cases = VECTORS[name]
        assert client.each(name, [(text,) for text, _ in cases]) == [found for _, found in cases]
    for query in VECTORS["queries"]:
        assert {"query": query["query"], **_asked(client.ask("parse", query["query"]))} == query
    for language, cases in VECTORS["terms"].items():
        with started(tmp_path, language) as other:
            assert other.each("term", [(word,) for word, _ in cases]) == [term for _, term in cases]


def test_the_pages_are_those_of_the_vectors(client: Client, folder: Path) -> None:
    publish(collection(), folder)
    differ = []
    for page in VECTORS["pages"]:
        found = _asked(client.ask("search", page["query"], {"mode": page["mode"], "limit": 10}))
        top = [[hit["path"], millionth(hit["score"])] for hit in found["hits"]]
        said = {"query": page["query"], "mode": page["mode"], "total": found["total"], "top": top}
        said |= {"suggestion": found["suggestion"], "hint": found["hint"]}
        if said != page:
            differ.append((said, page))
    assert differ == []


def _asked(value: object) -> dict[str, Any]:
    assert isinstance(value, dict)
    return value


def compared(client: Client, index: Shards, queries: list[tuple[str, Options]]) -> list[object]:
    """What the client and Python say of each query where they differ. Python reads the same files."""
    documents = {index.order(doc)[1]: index.document(doc) for doc in index.documents()}
    differ: list[object] = []
    for query, options in queries:
        expected = as_client_says(search(index, documents.get, query, options))
        asked: dict[str, object] = {"mode": options.mode, "limit": options.limit, "offset": options.offset}
        asked |= {"tag": "".join(options.tags), "kind": "".join(options.kinds), "since": options.since}
        found = without_lines(client.ask("search", query, asked))
        if found != expected:
            differ.append((query, options, found, expected))
    return differ


ENDS = ["", "", "", " "]
OPERATORS = [
    *"OR AND NOT ( ) -run the of a running* ru* 日* walk~ walkin~2 zebar~2 happines genralization walkin zeb".split(),
    *"title:run heading:walk tag:x -tag:x/y tag:über kind:review kind:note path:b rating:>=3 -rating:<4 date:2024 after:2024".split(),
    *[
        "title:walk*",
        '"running the walks"',
        '"run walk"',
        '-"of run"',
        'title:"happy sky"',
        "tags:x",
        "tag:x~",
        '"𐐷𐐷 run"',
    ],
]


def queries_of(words: list[str], count: int, chance: random.Random) -> list[tuple[str, Options]]:
    """Queries of all kinds about these words."""
    made = []
    for _ in range(count):
        some = [
            *chance.choices(words, k=chance.randint(1, 4)),
            *chance.choices(OPERATORS, k=chance.choice([0, 0, 1, 3])),
        ]
        chance.shuffle(some)
        options = Options(
            mode="typed" if chance.random() < 0.5 else "submitted",
            limit=chance.choice([5, 10]),
            offset=chance.choice([0, 0, 5]),
            tags=chance.choice([(), (), (), ("X",), ("#x/y/",)]),
            kinds=chance.choice([(), (), (), ("Note",), ("review",)]),
            since=chance.choice(["", "", "", "2024-01-01", "2025", "soon"]),
        )
        made.append((" ".join(some) + chance.choice(ENDS), options))
    return made


@pytest.mark.parametrize("seed", range(3))
def test_made_up_queries_give_the_same_pages(client: Client, folder: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - made-up notes are no secrets

    def text(most: int) -> str:
        return "".join(
            chance.choice(WORDS) + chance.choice([" ", " ", ", ", ".\n"])
            for _ in range(chance.randint(0, most))
        )

    documents = [
        document(
            f"{chance.choice('abc')}/{number}.md",
            text(4),
            text(200),
            chance.choice(["", "2024-01-01", "2024-01-01T10:00:00", "2025-03-04"]),
            chance.choices(["x", "X", "x/y", "Über/z"], k=chance.randint(0, 2)),
            text(5),
            chance.choice(["note", "Review"]),
        )
        for number in range(40)
    ]
    files = publish(documents, folder)
    client.ask("create", {"base": client.ask("base"), "backend": "shards"})
    assert compared(client, Shards(files.__getitem__), queries_of(WORDS, 400, chance)) == []


def test_made_up_queries_about_real_notes_give_the_same_pages(
    client: Client, folder: Path, corpus: Callable[[str], Path], tmp_path: Path
) -> None:
    ask = Ask(root=corpus("obsidian-help-en"), cache=tmp_path)
    site = read_site(ask, lambda _what, _done, _all: None).site
    documents = [document_of(note, site.bodies[path]) for path, note in sorted(site.vault.notes.items())]
    files = publish(documents, folder)
    client.ask("create", {"base": client.ask("base"), "backend": "shards"})
    index = Shards(files.__getitem__)
    words = sorted({word for each in documents for word in tokens(each.title)} | set(index.surfaces("s")))
    chance = random.Random(10)  # noqa: S311 - made-up queries are no secrets
    assert compared(client, index, queries_of(words, 400, chance)) == []
