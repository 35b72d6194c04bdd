"""The front page says what the author wrote there, and what is new; lists without dates read from A to Z."""

from __future__ import annotations

import re
from pathlib import Path

from website.web import CONFIG, Web, built

DATED = "---\ndate: 2024-05-01\n---\n"


def _headings(web: Web) -> list[str]:
    return re.findall(r"<h[12][^>]*>(.*?)</h[12]>", web.text("index.html"))


def _titles(page: str) -> list[str]:
    return re.findall(r'<a [^>]*href="[^"]*">([A-Z])</a>', page)


def test_the_title_of_the_home_note_is_the_front_pages_own(tmp_path: Path) -> None:
    for number, (text, title) in enumerate(
        [
            ("# From a heading\n\nText.", "From a heading"),
            ("---\ntitle: From above\n---\n", "From above"),
            ("x", "A site"),
        ]
    ):
        assert _headings(built(tmp_path / str(number), {"index.md": text}))[0] == title


def test_what_has_no_date_is_not_new(tmp_path: Path) -> None:
    web = built(tmp_path, {"A.md": "", "B.md": DATED, "C.md": ""})
    assert _headings(web) == ["A site", "New"]
    assert _titles(web.text("index.html")) == ["B"]


def test_where_nothing_has_a_date_the_front_page_begins_with_the_first_notes(tmp_path: Path) -> None:
    web = built(tmp_path, {f"{name}.md": "" for name in "DBCA"})
    assert _headings(web) == ["A site", "Notes"]
    assert _titles(web.text("index.html")) == ["A", "B", "C", "D"]


def test_notes_without_a_date_stand_from_a_to_z_behind_those_with_one(tmp_path: Path) -> None:
    web = built(tmp_path, {"letters/D.md": DATED, **{f"letters/{name}.md": "" for name in "BCA"}})
    for page in ("letters/index.html", "archive/index.html"):
        assert _titles(web.text(page)) == ["D", "A", "B", "C"]


def test_the_next_note_without_a_date_is_the_next_by_title(tmp_path: Path) -> None:
    web = built(tmp_path, {f"letters/{name}.md": "" for name in "CAB"}, CONFIG)
    [before] = web.page("letters/b/index.html").all("a", rel="prev")
    [after] = web.page("letters/b/index.html").all("a", rel="next")
    assert (before["href"], after["href"]) == ("../../letters/a/", "../../letters/c/")


MANY = {
    "index.md": "# Front\n\nWords.\n",
    "films/one.md": "---\ndate: 2024-01-01\ntags: [b]\nkind: review\n---\n[[three]]\n",
    "films/two.md": "---\ndate: 2024-02-01\ntags: [b]\n---\n[[three]] [[four]]\n",
    "books/three.md": "---\ndate: 2024-03-01\ntags: [a]\n---\n[[four]]\n",
    "four.md": "---\ntags: [c, b]\n---\n",
}


def test_the_parts_of_the_front_page_stand_in_the_order_of_the_settings(tmp_path: Path) -> None:
    web = built(tmp_path, MANY, f"{CONFIG}home: [tags, central, kinds, new]\n")
    assert _headings(web) == ["Front", "Tags", "Central notes", "Kinds", "New"]


def test_where_nothing_is_said_the_front_page_has_its_usual_parts(tmp_path: Path) -> None:
    assert _headings(built(tmp_path, MANY, CONFIG)) == [
        *("Front", "New", "Central notes", "Folders", "Kinds", "Tags"),
    ]


def test_an_empty_list_leaves_the_text_of_the_front_page(tmp_path: Path) -> None:
    web = built(tmp_path, MANY, f"{CONFIG}home: []\n")
    assert _headings(web) == ["Front"]
    assert "Words." in web.text("index.html")


def test_a_part_of_the_front_page_shows_as_many_entries_as_it_is_told(tmp_path: Path) -> None:
    config = f"{CONFIG}home:\n  - new: 1\n  - central: 1\n  - folders: 1\n  - tags: 2\n"
    page = built(tmp_path, MANY, config).text("index.html")
    assert re.findall(r'class="u-url p-name" href="([^"]*)"', page) == ["books/three/", "four/"]
    # Of folders and tags those with most notes, in the order of the alphabet.
    assert re.findall(r'<li><a href="([^"]*)">', page) == ["films/", "tags/a/", "tags/b/"]


def test_a_block_of_the_front_page_can_be_changed_wherever_it_stands(tmp_path: Path) -> None:
    own = '{% extends "paper/home.html" %}{% block tags %}<h2>Mine</h2>{{ super() }}{% endblock %}'
    files = {**MANY, "../themes/paper/templates/home.html": own}
    web = built(tmp_path, files, f"{CONFIG}home: [kinds, tags, new]\n")
    assert _headings(web) == ["Front", "Kinds", "Mine", "Tags", "New"]


def test_a_front_page_that_names_the_passage_of_the_day_shows_one(tmp_path: Path) -> None:
    files = {**MANY, "read.md": "---\nkind: excerpt\nwork: A book\n---\n> [!quote] p. 3\n> Said.\n"}
    assert "Passage of the day" in _headings(built(tmp_path / "named", files, f"{CONFIG}home: [passage]\n"))
    asked = f"{CONFIG}passage_of_the_day: true\nhome: [new]\n"
    assert "Passage of the day" not in _headings(built(tmp_path / "other", files, asked))
