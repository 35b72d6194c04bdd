"""What a note links to, and the drawing of its neighbours, on its page; and which pages an edit writes for their sake."""

from __future__ import annotations

import re
from pathlib import Path

from website.web import Web, built

NOTES = {
    "a.md": "See [[c]] and [[b]], and ![[e]]\n",
    "b.md": "B. [[c]]\n",
    "c.md": "C.\n",
    "d.md": "D. [[a]]\n",
    "e.md": "E.\n",
    "alone.md": "Nobody.\n",
}


def outgoing(web: Web, path: str) -> list[str]:
    section = re.search(r'<section class="outgoing".*?</section>', web.text(path), re.DOTALL)
    return re.findall(r'<li><a href="(.*?)">', section[0]) if section else []


def drawn(web: Web, path: str) -> list[str]:
    section = re.search(r'<section class="graph".*?</section>', web.text(path), re.DOTALL)
    return re.findall(r'<a href="(.*?)"><circle', section[0]) if section else []


def test_a_page_tells_what_its_note_links_to_in_the_order_of_the_text(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES)
    assert outgoing(web, "a/index.html") == ["../c/", "../b/", "../e/"]
    assert outgoing(web, "c/index.html") == []


def test_a_drawing_stands_only_where_a_note_has_links(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES)
    assert drawn(web, "a/index.html") == ["../d/", "../c/", "../b/", "../e/"]
    assert drawn(web, "c/index.html") == ["../a/", "../b/"]
    assert "<svg" not in web.text("alone/index.html")
    assert not list(web.faults())


def test_a_link_between_neighbours_is_drawn_on_the_page_of_the_note_between_them(tmp_path: Path) -> None:
    notes = {
        "a.md": "[[b]] and [[c]]\n",
        "b.md": "B.\n",
        "c.md": "C.\n",
        "far.md": "[[away]]\n",
        "away.md": "",
    }
    before = dict(built(tmp_path, notes).files)
    web = built(tmp_path, {"b.md": "B. [[c]]\n"})
    assert 'class="ties"' not in before["a/index.html"].decode()
    assert web.text("a/index.html").count('class="ties"') == 1
    pages = {f"{path.removesuffix('.md')}/index.html" for path in notes}
    changed = {path for path in pages if before[path] != web.files[path]}
    assert changed == {"a/index.html", "b/index.html", "c/index.html"}


def test_a_draft_is_no_neighbour_of_what_is_published(tmp_path: Path) -> None:
    web = built(tmp_path, {**NOTES, "c.md": "---\ndraft: true\n---\nC.\n"})
    assert outgoing(web, "a/index.html") == ["../b/", "../e/"]
    assert drawn(web, "b/index.html") == ["../a/"]
