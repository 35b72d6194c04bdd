"""The client in a real browser: over HTTP and from a disk, whatever the host does to its files."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from kb.search.export.published import twin
from kb.search.script import client
from kb.search.searching import millionth
from search.export_world import document, exported
from search.in_node import INSIDE
from search.make_client import made_for
from search.served import publish, served, written
from search.test_client_pages import collection
from search.test_client_words import astonishing

VECTORS = json.loads((Path(__file__).parents[1] / "search" / "vectors.json").read_text(encoding="ascii"))
NOTES = [
    document(
        "bread.md", "Bread", "Flour, water and salt. The dough rests.", "2024-01-01", ["cooking"], "Oven"
    ),
    document("soup.md", "Soup", "Water and leek. The soup simmers.", "2024-02-01", ["cooking/soups"]),
    document("chess.md", "Chess", "The dough of openings rests on theory.", "", [], "Endgames", "review"),
]


def site(folder: Path, script: bytes) -> None:
    (folder / "client.js").write_bytes(script)
    (folder / "index.html").write_text(
        '<!doctype html><meta charset="utf-8"><script src="client.js"></script>'
    )


def opened(page: Page, address: str) -> None:
    """The page at this address, and in it an engine over the files beside it."""
    page.goto(f"{address}index.html")
    page.evaluate(
        "window.engine = KBSearch.create({ base: new URL('./', location.href).href, backend: 'shards' }), null"
    )


def find(page: Page, query: str, **options: object) -> Any:
    """The page of results."""
    return page.evaluate("([query, options]) => window.engine.search(query, options)", [query, options])


def paths(found: Any) -> list[str]:
    return [hit["path"] for hit in found["hits"]]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A small site."""
    site(tmp_path, client("en"))
    publish(NOTES, tmp_path)
    with served(tmp_path) as address:
        yield address


def test_chromium_reads_words_and_queries_as_the_vectors_say(page: Page, tmp_path: Path) -> None:
    site(tmp_path, made_for("en", INSIDE))
    with served(tmp_path) as address:
        page.goto(address)
        each = "([name, cases]) => window.inside.each(name, cases)"
        for name in ("fold", "tokens"):
            found = page.evaluate(each, [name, [[text] for text, _ in VECTORS[name]]])
            assert found == [expected for _, expected in VECTORS[name]]
        words = VECTORS["terms"]["en"]
        assert page.evaluate(each, ["term", [[word] for word, _ in words]]) == [term for _, term in words]
        trees = page.evaluate(each, ["parse", [[query["query"]] for query in VECTORS["queries"]]])
        assert [
            {"query": each["query"], **tree} for each, tree in zip(VECTORS["queries"], trees, strict=True)
        ] == VECTORS["queries"]
        texts, expected = astonishing()
        assert page.evaluate(each, ["tokens", [[text] for text in texts]]) == expected


def test_chromium_finds_the_pages_of_the_vectors(page: Page, tmp_path: Path) -> None:
    site(tmp_path, client("en"))
    publish(collection(), tmp_path)
    with served(tmp_path) as address:
        opened(page, address)
        found = page.evaluate(
            "async (pages) => { const found = []; for (const { query, mode } of pages) found.push(await window.engine.search(query, { mode }));"
            " return found; }",
            VECTORS["pages"],
        )
    for given, expected in zip(found, VECTORS["pages"], strict=True):
        top = [[hit["path"], millionth(hit["score"])] for hit in given["hits"]]
        said = {key: given[key] for key in ("query", "total", "suggestion", "hint")}
        assert {**said, "mode": expected["mode"], "top": top} == expected


def test_a_site_on_a_disk_is_searched_by_the_twins_of_its_files(page: Page, tmp_path: Path) -> None:
    site(tmp_path, client("en"))
    files = exported(NOTES)
    twins = dict(twin(path, data) for path, data in files.items())
    assert not set(files) & set(twins)
    written(twins, tmp_path)
    opened(page, f"{tmp_path.as_uri()}/")
    assert sorted(paths(find(page, '"the dough"'))) == ["bread.md", "chess.md"]
    assert paths(find(page, "tag:cooking")) == ["soup.md", "bread.md"]


@pytest.mark.parametrize("encoded", [False, True])
def test_a_host_may_unpack_the_files_or_say_that_they_are_packed(
    page: Page, address: str, *, encoded: bool
) -> None:
    def give(route: Route) -> None:
        packed = route.fetch().body()
        headers = {"Content-Encoding": "gzip"} if encoded else {}
        route.fulfill(body=packed if encoded else gzip.decompress(packed), headers=headers)

    page.route("**/_search/**", give)
    opened(page, address)
    assert paths(find(page, "leek")) == ["soup.md"]


def test_nothing_is_fetched_twice_and_little_at_first(page: Page, address: str) -> None:
    asked: list[str] = []
    opened(page, address)
    page.on("request", lambda request: asked.append(request.url.removeprefix(f"{address}_search/")))
    page.evaluate(
        "Promise.all([window.engine.search('leek'), window.engine.search('leek'), window.engine.prefetch('leek')])"
    )
    assert len(asked) == len(set(asked))
    kinds = sorted(name.partition("/")[0].partition("-")[0] for name in asked)
    assert kinds == ["f", "len", "manifest.bin", "t"]
    find(page, "leek", mode="typed")
    find(page, '"water and leek"')
    assert len(asked) == len(set(asked))


def test_what_is_needed_is_fetched_while_it_is_typed(page: Page, address: str) -> None:
    asked: list[str] = []
    opened(page, address)
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response("**/_search/len-*"):
        page.evaluate("window.engine.prefetch('')")
    with page.expect_response("**/_search/t/*"):
        page.evaluate("window.engine.prefetch('dough')")
    before = len(asked)
    find(page, "dough")
    assert all("/f/" in url for url in asked[before:])


def test_a_site_that_was_built_anew_is_found_anew(page: Page, address: str, tmp_path: Path) -> None:
    opened(page, address)
    assert paths(find(page, "leek")) == ["soup.md"]
    build_anew(tmp_path)
    assert paths(find(page, '"rests on theory"')) == ["chess.md"]
    assert paths(find(page, "leek")) == ["leek.md", "soup.md"]


def test_an_old_tab_learns_within_a_minute_that_the_site_was_built_anew(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.clock.install()
    opened(page, address)
    assert paths(find(page, "leek")) == ["soup.md"]
    build_anew(tmp_path)
    page.clock.fast_forward(61_000)
    assert paths(find(page, "leek")) == ["leek.md", "soup.md"]


def build_anew(folder: Path) -> None:
    for path in (folder / "_search").rglob("*.bin"):
        path.unlink()
    publish([*NOTES, document("leek.md", "Leek", "A vegetable with a pinch of theory")], folder)
    later = time() + 5  # a server that knows a file by whole seconds takes it for the old one
    os.utime(folder / "_search" / "manifest.bin", (later, later))


def test_an_index_that_is_not_there_is_an_error_and_asked_for_again(
    page: Page, address: str, tmp_path: Path
) -> None:
    opened(page, address)
    manifest = tmp_path / "_search" / "manifest.bin"
    data = manifest.read_bytes()
    manifest.unlink()
    said = "window.engine.search('leek').then(() => 'found', (error) => error.message)"
    assert page.evaluate(said) == "manifest: 404"
    manifest.write_bytes(data)
    assert page.evaluate(said) == "found"


def test_a_search_can_be_given_up(page: Page, address: str) -> None:
    opened(page, address)
    name = page.evaluate(
        "() => { const stop = new AbortController(); const found = window.engine.search('leek', { signal: stop.signal });"
        " stop.abort(); return found.then(() => 'found', (error) => error.name); }"
    )
    assert name == "AbortError"
    assert paths(find(page, "leek")) == ["soup.md"]


def test_a_browser_that_cannot_unpack_says_so(page: Page, address: str) -> None:
    opened(page, address)
    said = page.evaluate(
        "() => { delete window.DecompressionStream; return window.engine.search('leek').catch((error) => error.message); }"
    )
    assert said == "This browser is too old to unpack the index."


def test_filters_are_offered_with_how_often_they_occur(page: Page, address: str) -> None:
    opened(page, address)
    assert page.evaluate("window.engine.facets()") == {
        "tags": [["cooking", 2], ["cooking/soups", 1]],
        "kinds": [["note", 2], ["review", 1]],
    }
    assert paths(find(page, "", tag="cooking", since="2024-01-15")) == ["soup.md"]
    assert page.evaluate("window.engine.suggest('le')") == ["leek"]


def test_the_preview_answers_where_there_is_one(page: Page, address: str) -> None:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url.removeprefix(address))
        snippet = {"text": "a 𐌰 leek", "marks": [[2, 3], [4, 8]]}
        section = {"anchor": "x", "title": "X", "line": 3, "snippet": {"text": "leek", "marks": []}}
        hit = {"title": "Soup", "snippet": snippet, "sections": [section]}
        route.fulfill(json={"query": "leek", "total": 1, "hits": [hit], "suggestion": "", "hint": ""})

    page.route("**/_kb/search**", answer)
    page.goto(f"{address}index.html")
    found = page.evaluate(
        "KBSearch.create({ base: location.href, backend: 'auto', url: '/_kb/search' }).search('leek', { mode: 'typed', offset: 0, limit: 5, tag: '', kind: 'note' })"
    )
    assert asked == ["_kb/search?q=leek&mode=typed&offset=0&limit=5&kind=note"]
    assert found["hits"][0]["snippet"] == [["a ", 0], ["𐌰", 1], [" ", 0], ["leek", 1]]
    assert found["hits"][0]["sections"][0]["snippet"] == [["leek", 0]]


def test_the_client_needs_no_more_than_scripts_and_connections_to_its_own_site(
    page: Page, address: str
) -> None:
    policy = "default-src 'none'; script-src 'self'; connect-src 'self'"
    page.route(
        "**/index.html",
        lambda route: route.fulfill(
            response=route.fetch(), headers={"Content-Type": "text/html", "Content-Security-Policy": policy}
        ),
    )
    opened(page, address)
    assert paths(find(page, "leek")) == ["soup.md"]
