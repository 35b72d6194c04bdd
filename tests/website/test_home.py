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
