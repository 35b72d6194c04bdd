"""Diagrams on pages: once in their own note, once more where that is embedded, and as text for machines."""

from __future__ import annotations

import json
import re
from pathlib import Path

from cli.shell import Shell
from website.web import CONFIG, built

NOTE = "# A\n\n```mermaid How it goes\nflowchart LR\n  first[Alder] --> second[Birch]\n```\n\nSaid below.\n"


def test_a_diagram_is_drawn_and_its_style_is_loaded_only_where_it_is(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": NOTE, "b.md": "# B\n\nNothing.\n"})
    page = web.text("a/index.html")
    assert '<figure class="diagram">' in page
    assert "/needs/diagram." in page
    assert "/needs/diagram." not in web.text("b/index.html")
    assert [each for each in web.problems if each.severity != "info"] == []


def test_where_its_note_is_embedded_its_arrows_still_find_their_heads(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": NOTE, "b.md": "# B\n\n![[a]]\n\n" + NOTE.partition("\n\n")[2]})
    page = web.page("b/index.html")
    assert len(page.ids) == len(set(page.ids))
    named = re.findall(r"url\(#([^)]*)\)", web.text("b/index.html"))
    assert len(named) == 2
    assert len(set(named)) == 2
    assert set(named) <= set(page.ids)


def test_a_mistake_is_told_with_its_line_in_the_note_and_the_text_is_shown(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "---\ntitle: A\n---\n\nOne.\n\n```mermaid\nflowchart LR\n A -->\n```\n"})
    (problem,) = (each for each in web.problems if each.code == "block")
    assert (problem.place.path, problem.place.line) == ("content/a.md", 9)
    assert "A --&gt;" in web.text("a/index.html")
    assert "<svg" not in web.text("a/index.html").partition('class="body"')[2].partition("</article>")[0]


def test_machines_read_the_text_of_it(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": NOTE}, CONFIG + "twins: true\n")
    twin = web.text("a/index.md")
    assert "first[Alder] --> second[Birch]" in twin
    assert "```" in twin
    assert "<svg" not in twin


def test_the_words_of_a_diagram_are_found(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.write({"config.yaml": CONFIG, "content/a.md": NOTE, "content/b.md": "# B\n\nNothing.\n"})
    found = json.loads(shell.kb("search", "birch", "--format", "json").out)
    assert [(hit["path"], hit["line"]) for hit in found["hits"]] == [("a.md", 5)]
