"""Thousands of tags, folders and kinds: pages show the most used, and lead to pages that name all."""

from __future__ import annotations

import re
from pathlib import Path

from website.web import CONFIG, Web, built

#: Ten tags stand on a page of tags.
SMALL = CONFIG + "page_size: 1\n"


def _tagged(first: int, last: int, above: str = "") -> dict[str, str]:
    """A note for each tag, and of every tenth tag a second."""
    return {
        f"n{n:02}-{copy}.md": f"---\ntags: [{above}t{n:02}]\n---\n"
        for n in range(first, last + 1)
        for copy in range(1 + (n % 10 == 0))
    }


def _tags(web: Web, file: str) -> list[str]:
    part = web.text(file).partition('<ul class="leaders">')[2].partition("</ul>")[0]
    return re.findall(r'<a href="[^"]*">([^<]*)</a>', part)


def _ranges(web: Web, file: str) -> list[str]:
    part = web.text(file).partition('<nav class="ranges"')[2].partition("</nav>")[0]
    return re.findall(r'<a href="[^"]*">([^<]*)</a>', part)


def test_fewer_than_two_pages_of_tags_are_one_page(tmp_path: Path) -> None:
    web = built(tmp_path, _tagged(1, 19), SMALL)
    assert _tags(web, "tags/index.html") == [f"t{n:02}" for n in range(1, 20)]
    assert "tags/page/1/index.html" not in web.files
    assert "ranges" not in web.text("tags/index.html")


def test_of_more_the_most_used_are_shown_and_pages_name_all_in_order(tmp_path: Path) -> None:
    web = built(tmp_path, _tagged(1, 35), SMALL)
    assert _tags(web, "tags/index.html") == ["t10"]
    assert "35 tags" in web.text("tags/index.html")
    assert _ranges(web, "tags/index.html") == ["t01 – t10", "t11 – t20", "t21 – t35"]
    pages = [_tags(web, f"tags/page/{number}/index.html") for number in (1, 2, 3)]
    assert [tag for page in pages for tag in page] == [f"t{n:02}" for n in range(1, 36)]
    middle = web.page("tags/page/2/index.html")
    assert [link["href"] for link in middle.all("a", **{"class": "previous"})] == ["../../../tags/page/1/"]
    assert [link["href"] for link in middle.all("a", **{"class": "next"})] == ["../../../tags/page/3/"]
    assert "<title>Tags, page 2 · A site</title>" in web.text("tags/page/2/index.html")
    assert not list(web.faults())


def test_a_tag_above_very_many_shows_the_most_used_and_where_all_of_them_begin(tmp_path: Path) -> None:
    web = built(tmp_path, {**_tagged(1, 35, "all/"), "a.md": "---\ntags: [a, b]\n---\n"}, SMALL)
    assert _tags(web, "tags/all/index.html") == ["all/t10"]
    assert '<a href="../../tags/page/1/">All of them, from a – all/t08</a>' in web.text("tags/all/index.html")
    assert not list(web.faults())


def test_a_note_above_the_tags_stands_on_the_first_page_alone(tmp_path: Path) -> None:
    web = built(tmp_path, {"tags.md": "# My tags\n\nThey are mine.\n", **_tagged(1, 35)}, SMALL)
    assert "They are mine." in web.text("tags/index.html")
    assert "They are mine." not in web.text("tags/page/1/index.html")


def test_pages_of_tags_after_an_edit_are_those_of_a_clean_build(tmp_path: Path) -> None:
    for last in (35, 36, 19):
        now = _tagged(1, last)
        for old in (tmp_path / "edited").glob("content/*.md"):
            if old.name not in now:
                old.unlink()
        edited = built(tmp_path / "edited", now, SMALL).files
        assert edited == built(tmp_path / str(last), now, SMALL).files


def test_the_front_page_shows_the_largest_of_very_many_folders_kinds_and_tags(tmp_path: Path) -> None:
    config = CONFIG + "page_size: 2\nhome: [folders, kinds, tags]\n"
    few = {f"f{n}/a.md": f"---\nkind: k{n}\ntags: [t{n}]\n---\n" for n in range(3)}
    web = built(tmp_path / "few", few, config)
    assert web.text("index.html").count('<li><a href="') == 9
    assert "All folders" not in web.text("index.html")
    many = {
        f"f{n}/{copy}.md": f"---\nkind: k{n}\ntags: [t{n}]\n---\n"
        for n in range(6)
        for copy in range(1 + (n in {2, 5}))
    }
    web = built(tmp_path / "many", many, config)
    page = web.text("index.html")
    shown = re.findall(r'<li><a href="([^"]*)">', page)
    assert shown == ["f2/", "f5/", "kinds/k2/", "kinds/k5/", "tags/t2/", "tags/t5/"]
    assert re.findall(r'<p class="all"><a href="([^"]*)">', page) == ["contents/", "kinds/", "tags/"]
    assert not list(web.faults())
    asked = CONFIG + "page_size: 2\nhome: [{tags: 5}]\n"
    assert built(tmp_path / "asked", many, asked).text("index.html").count('<li><a href="tags/') == 5
