"""The graph of all notes: its page without scripts, its data, and what an edit makes of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from kb.features.graph import MOST_NOTES, Graph, most_linked_of
from website.web import CONFIG, Web, built

NOTES = {
    "a.md": "---\ntags: [x/y, X/Y, z]\n---\n[[b]] [[c]] [[b]] [[nowhere]]\n",
    "films/b.md": '---\ntitle: "<B>"\nkind: review\n---\n[[a]]\n',
    "films/c.md": "![[a]]\n",
    "alone.md": "Nobody.\n",
    "secret.md": "---\ndraft: true\n---\n[[a]]\n",
}


def data(web: Web) -> Any:
    return json.loads(web.files["graph/graph.json"])


def table(web: Web) -> list[tuple[str, ...]]:
    row = r'<tr><th scope="row"><a href="(.*?)">(.*?)</a></th><td>(\d+)</td><td>(\d+)</td></tr>'
    return re.findall(row, web.text("graph/index.html"))


def test_the_data_say_who_links_where_and_what_can_be_filtered_by(tmp_path: Path) -> None:
    found = data(built(tmp_path, NOTES))
    assert found["notes"] == [
        ["a", "a/", "", 0, [0, 1]],
        ["alone", "alone/", "", 0, []],
        ["<B>", "films/b/", "films", 1, []],
        ["c", "films/c/", "films", 0, []],
    ]
    assert found["links"] == [[2, 3], [], [0], [0]]
    assert found["kinds"] == ["note", "review"]
    assert found["tags"] == ["x/y", "z"] or found["tags"] == ["X/Y", "z"]


def test_the_page_has_the_notes_with_most_links_for_readers_without_scripts(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES)
    assert table(web) == [
        ("../a/", "a", "2", "2"),
        ("../films/b/", "&lt;B&gt;", "1", "1"),
        ("../films/c/", "c", "1", "1"),
        ("../alone/", "alone", "0", "0"),
    ]
    assert "4 notes and 4 links" in web.text("graph/index.html")
    assert not list(web.faults())


def test_no_other_page_loads_what_draws_it(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES)
    loading = {path for path, text in web.files.items() if path.endswith(".html") and b"/d3-" in text}
    assert loading == {"graph/index.html"}
    scripts = re.findall(r'<script src="[^"]*needs/([a-z0-9-]+)\.', web.text("graph/index.html"))
    assert scripts == ["d3-dispatch", "d3-quadtree", "d3-timer", "d3-force", "graph"]


def test_an_edit_of_a_text_leaves_it_as_it_is_and_a_link_does_not(tmp_path: Path) -> None:
    before = dict(built(tmp_path, NOTES).files)
    text = built(tmp_path, {"alone.md": "Nobody at all.\n"}).files
    assert text["graph/graph.json"] == before["graph/graph.json"]
    assert text["graph/index.html"] == before["graph/index.html"]
    after = built(tmp_path, {"alone.md": "Nobody but [[a]].\n"})
    assert data(after)["links"] == [[2, 3], [0], [0], [0]]
    assert ("../alone/", "alone", "0", "1") in table(after)


def test_a_site_may_do_without(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES, f"{CONFIG}graph: false\n")
    assert not [path for path in web.files if path.startswith("graph/")]
    assert not list(web.faults())


def test_a_note_called_graph_stands_above_the_drawing(tmp_path: Path) -> None:
    web = built(tmp_path, {"graph.md": "# How it hangs together\n\nBy [[a]].\n", "a.md": "A.\n"})
    text = web.text("graph/index.html")
    assert ">How it hangs together</h1>" in text
    assert "<canvas" in text
    assert "duplicate-url" not in web.codes()


def test_of_very_many_notes_the_data_have_those_with_most_links_and_say_how_many_there_are() -> None:
    notes = tuple((name, f"{name}/", "", 0, ()) for name in "abcde")
    graph = Graph(notes, ((1, 3), (), (4,), (0,), (3,)), ("note",), (), 5)
    cut = most_linked_of(graph, 3)
    assert [note[0] for note in cut.notes] == ["a", "d", "e"]
    assert cut.links == ((1,), (0,), (1,))
    assert cut.total == 5
    assert most_linked_of(graph, 5) is graph
    assert data_of_twenty_thousand() < 3_500_000


def data_of_twenty_thousand() -> int:
    """The size of the file for as many notes as it may hold, with names as people give and five links each."""
    notes = tuple(
        (f"A title of some words {n}", f"a-folder/a-title-of-some-words-{n}/", "a-folder", 0, (1, 2))
        for n in range(30_000)
    )
    links = tuple(tuple(sorted((n + step) % 30_000 for step in range(1, 6))) for n in range(30_000))
    graph = Graph(notes, links, ("note",), ("x", "y", "z"), 30_000)
    return len(json.dumps(most_linked_of(graph, MOST_NOTES)._asdict(), separators=(",", ":")))
