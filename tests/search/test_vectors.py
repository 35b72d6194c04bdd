from __future__ import annotations

import json
from pathlib import Path

from kb.search.analysis import analyse, lexicon
from kb.search.document import Document
from kb.search.index import Index
from kb.search.inverted import known_of
from kb.search.searching import Options, millionth, search
from kb.search.whoosh.index import WhooshIndex
from kb.search.whoosh.tables import Entry
from kb.search.whoosh.upkeep import apply, rebuild
from search.entries import recall
from search.export_world import exported, shards
from search.made_up import documents
from search.make_vectors import FILE, LANGUAGE, PAGES, written


def test_the_vectors_are_what_the_engine_says_now() -> None:
    assert FILE.read_text(encoding="ascii") == written()


def test_the_vectors_ask_for_much_and_find_most_of_it() -> None:
    vectors = json.loads(FILE.read_text(encoding="ascii"))
    pages = vectors["pages"]
    assert len(pages) == PAGES == 500
    assert len(vectors["queries"]) >= 300
    assert sum(page["total"] > 0 for page in pages) > 400
    assert sum(bool(page["suggestion"]) for page in pages) > 20
    assert len({tuple(map(tuple, page["top"])) for page in pages}) > 350


def test_published_files_give_the_pages_of_the_vectors() -> None:
    assert _differing(shards(exported(documents(), LANGUAGE))) == []


def test_a_whoosh_index_with_a_history_gives_the_pages_of_the_vectors(tmp_path: Path) -> None:
    assert _differing(_with_a_history(tmp_path / "cache" / "index")) == []


def _with_a_history(folder: Path) -> WhooshIndex:
    """The collection, written in three commits over another one, of which nothing is left."""
    final = {one.path: _entry(one) for one in documents()}
    before = {one.path: _entry(one) for one in documents(90, seed=3)}
    index = rebuild(folder, "one", before.values(), {})
    paths = sorted(final)
    for start in range(3):
        changed = [final[path] for path in paths[start::3]]
        index = apply(folder, index, changed, (), recall(before | final))
    return apply(folder, index, (), [path for path in before if path not in final], recall(final))


def _entry(document: Document) -> Entry:
    return Entry(known_of(document), document.digest, analyse(document, lexicon(LANGUAGE)))


def _differing(index: Index) -> list[object]:
    """The queries to which an index answers otherwise than the vectors."""
    by_path = {one.path: one for one in documents()}
    differing: list[object] = []
    for page in json.loads(FILE.read_text(encoding="ascii"))["pages"]:
        found = search(index, by_path.get, page["query"], Options(LANGUAGE, page["mode"]))
        top = [[hit.path, millionth(hit.score)] for hit in found.hits]
        if (found.total, top, found.suggestion) != (page["total"], page["top"], page["suggestion"]):
            differing.append((page, found.total, top))
    return differing
