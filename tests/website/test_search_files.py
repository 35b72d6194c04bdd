"""The search index as a build leaves it in the output folder."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

import pytest

from kb.pipeline.building import build
from kb.pipeline.checking import why
from kb.pipeline.opening import Ask
from kb.search.export.shards import Shards
from kb.view.why import Why
from website.web import CONFIG, Web, built

NOTES = {
    "bread.md": "---\ndate: 2024-05-01\ntags: [cooking/oven]\n---\n# Bread\n\nRye and wheat.\n\n## The dough\n\nKnead it.",
    "soup.md": "---\ndate: 2023-01-01\nkind: recipe\n---\n# Soup\n\nLeek and potatoes, with bread.",
    "index.md": "Welcome.",
}


def shards(web: Web) -> Shards:
    return Shards(lambda path: web.files[f"_search/{path}"])


def index(web: Web) -> Mapping[str, bytes]:
    """The files of the index; the script that reads them lies beside them."""
    found = {path: data for path, data in web.files.items() if path.startswith("_search/")}
    return {path: data for path, data in found.items() if not path.startswith("_search/client.")}


def written(root: Path) -> set[str]:
    """What a build of this folder writes of the index."""
    report = build(Ask(root=root, jobs=1), lambda *_: None).report
    return {path for path in report.written if path.startswith("_search/")}


def clean(tmp_path: Path, notes: Mapping[str, str], config: str = CONFIG) -> Mapping[str, bytes]:
    return index(built(tmp_path / "clean", notes, config))


def test_a_document_has_its_facts_and_its_sections_with_their_anchors(tmp_path: Path) -> None:
    found = shards(built(tmp_path, NOTES))
    assert [found.known(doc).path for doc in found.documents()] == ["index.md", "soup.md", "bread.md"]
    bread = found.document(2)
    assert (bread.title, bread.url, bread.date, bread.kind) == ("Bread", "bread/", "2024-05-01", "note")
    assert bread.tags == ("cooking/oven",)
    assert [(each.anchor, each.title, each.text) for each in bread.sections] == [
        ("", "", "Rye and wheat."),
        ("the-dough", "The dough", "Knead it."),
    ]
    postings = found.postings("bread")
    assert postings is not None
    assert (list(postings.docs), list(postings.weights), list(postings.masks)) == ([1, 2], [1.0, 6.0], [0, 1])


def test_an_edit_of_a_text_changes_its_fragment_and_what_holds_its_words(tmp_path: Path) -> None:
    many = {f"n{number:02}.md": f"# Note {number}\n\nword{number} and others" for number in range(20)}
    built(tmp_path, {**NOTES, **many})
    edited = NOTES["soup.md"].replace("Leek", "Onions")
    (tmp_path / "content/soup.md").write_text(edited)
    kinds = {re.sub(r"[-/.].*", "", path.removeprefix("_search/")) for path in written(tmp_path)}
    assert kinds == {"manifest", "f", "t", "p", "w", "m"}  # not the lengths, the dates, the paths, the facets
    assert written(tmp_path) == set()
    assert index(Web(tmp_path / "site")) == clean(tmp_path, {**NOTES, **many, "soup.md": edited})


def test_a_file_of_the_index_that_was_removed_or_changed_by_hand_is_made_again(tmp_path: Path) -> None:
    before = index(built(tmp_path, NOTES))
    for kind in ("t/", "p/", "w/", "f/0", "len-", "manifest"):
        (name,) = (path for path in before if path.startswith(f"_search/{kind}"))
        for spoil in (Path.unlink, lambda file: file.write_bytes(b"another")):
            spoil(tmp_path / "site" / name)
            build(Ask(root=tmp_path, jobs=1), lambda *_: None)
            assert index(Web(tmp_path / "site")) == before


def test_an_edit_after_the_folder_was_changed_by_hand_gives_the_clean_index(tmp_path: Path) -> None:
    before = index(built(tmp_path, NOTES))
    edited = NOTES["soup.md"].replace("Leek", "Onions")
    (tmp_path / "content/soup.md").write_text(edited)
    for path in before:
        if path.startswith(("_search/t/", "_search/f/1")):
            (tmp_path / "site" / path).write_bytes(b"another")
    build(Ask(root=tmp_path, jobs=1), lambda *_: None)
    assert index(Web(tmp_path / "site")) == clean(tmp_path, {**NOTES, "soup.md": edited})


def test_an_edit_after_the_cache_was_deleted_gives_the_clean_index(tmp_path: Path) -> None:
    built(tmp_path, NOTES)
    edited = NOTES["soup.md"].replace("Leek", "Onions")
    (tmp_path / "content/soup.md").write_text(edited)
    build(Ask(root=tmp_path, cache=tmp_path / "another cache", jobs=1), lambda *_: None)
    assert index(Web(tmp_path / "site")) == clean(tmp_path, {**NOTES, "soup.md": edited})


def test_a_site_that_is_not_searched_has_no_index(tmp_path: Path) -> None:
    assert index(built(tmp_path, NOTES))
    assert not index(built(tmp_path, {}, CONFIG + "search: false\n"))
    assert index(built(tmp_path, {})) == clean(tmp_path, NOTES)


def test_offline_each_file_has_a_twin_that_a_page_on_a_disk_can_load(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES, CONFIG + "search: {offline: true}\n")
    files = {path: data for path, data in index(web).items() if path.endswith(".bin")}
    online = clean(tmp_path, NOTES)
    assert files == {path: data for path, data in online.items() if path.endswith(".bin")}
    for path, data in files.items():
        name = path.removeprefix("_search/").removesuffix(".bin")
        script = re.fullmatch(r'kbSearch\("(.*)","(.*)"\);\n', web.text(f"_search/{name}.js"))
        assert script
        assert script[1] == name
        assert b64decode(script[2]) == data
    assert index(built(tmp_path, {})) == online


def test_another_language_has_other_stems(tmp_path: Path) -> None:
    notes = {"a.md": "# Häuser\n\nrunning"}
    assert shards(built(tmp_path, notes, CONFIG + "language: de\n")).beginning("haus").keys() == {"haus"}
    assert shards(built(tmp_path, {}, CONFIG + "language: en\n")).beginning("runn").keys() == {"run"}
    assert index(Web(tmp_path / "site")) == clean(tmp_path, notes, CONFIG + "language: en\n")


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("manifest", "its constants"),
        ("t/", "terms, and which notes hold them"),
        ("p/", "where in the notes"),
        ("w/", "words and their terms"),
        ("f/2", "what the search shows of a note"),
    ],
)
def test_kb_why_knows_the_files_of_the_index(tmp_path: Path, kind: str, what: str) -> None:
    web = built(tmp_path, NOTES)
    (path,) = (path for path in index(web) if path.startswith(f"_search/{kind}"))
    answer = why(Ask(root=tmp_path), path, lambda *_: None)
    assert isinstance(answer, Why)
    assert what in answer.owner
    assert answer.verdict == "is up to date; the last build wrote it"
    (tmp_path / "content/soup.md").write_text(NOTES["soup.md"].replace("Leek", "Bread and leek"))
    answer = why(Ask(root=tmp_path), "_search/manifest.bin", lambda *_: None)
    assert isinstance(answer, Why)
    assert answer.verdict == "would be written by the next build"
