"""The browser's client reads queries as Python does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from kb.search.query import Query, as_json, parse
from search.in_node import Client, started

PIECES = [
    *"a b cat cats the v1.4.0 std::vector 日本 C# naïve É 𐌰𐌱 snake_case don't x y z".split(),
    *'AND OR NOT and or - -- ( ) " "" “ ” * ~ ~1 ~2 ~3 ** : :: .. , \u00a0 \u3000'.split(" "),
    *"title: heading: Headings: tag: tags:# tag:a/b type: kind:Review path:/x rating: rating:>=4 rating:..3 foo: date: before: after:".split(),
    *"date:2024 date:2024-02..2024-03-01 date:..2023 date:2024-02-30 before:2024-03 after:1999-12-31".split(),
    *"after:9999 before:0000 date:0000-02-29 after:2023-02-28 before:2024-03-01 date:2024-13".split(),
    *"ca* *ca ca~ ca~2 title:ca* tag:ca~1 title:v1.4.0 -tag:x -(a b) (a OR b)".split(" "),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with started(tmp_path_factory.mktemp("client")) as client:
        yield client


def made_up(count: int, most: int) -> Iterator[str]:
    chance = random.Random(9)  # noqa: S311 - made-up queries are no secrets
    for _ in range(count):
        pieces = chance.choices(PIECES, k=chance.randint(1, most))
        yield "".join(f"{piece}{chance.choice(['', ' ', ' ', '  '])}" for piece in pieces)


def as_client_says(query: Query) -> dict[str, Any]:
    return {"tree": as_json(query.tree), "hint": query.hint, "easy": query.easy, "typing": query.typing}


def test_made_up_queries_are_read_alike(client: Client) -> None:
    texts = [*made_up(6000, 8), *made_up(300, 90), "(" * 60 + "a" + ")" * 60, "-(" * 49 + "a", ""]
    found = client.each("parse", [(text,) for text in texts])
    differ = [
        (text, answer, expected)
        for text, answer in zip(texts, found, strict=True)
        if answer != (expected := as_client_says(parse(text)))
    ]
    assert differ == []


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        ("section:(a b) c", "(a b) c"),
        ("line:a b", "a b"),
        ("-section:(a OR b) c", "-(a OR b) c"),
        ("/a[bc]d/ e", "a bc d e"),
    ],
)
def test_what_needs_all_texts_is_plain_words_in_the_client(client: Client, query: str, plain: str) -> None:
    ((answer,), (expected,)) = client.each("parse", [(query,)]), client.each("parse", [(plain,)])
    assert isinstance(answer, dict)
    assert answer.pop("hint") == "line:, section: and /…/ need kb search or the preview; here they are words"
    assert isinstance(expected, dict)
    assert expected.pop("hint") == ""
    assert answer == expected
