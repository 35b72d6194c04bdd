"""A folder of notes may be called as one of kb's own lists is: both have their page, and every link leads somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from website.web import Web, built

#: One note of all that makes a list of kb's own: a tag, a kind, a series, two years.
OF_LISTS = {
    "one.md": "---\ntags: [sub/x]\ndate: 2020-01-01\nseries: S\n---\n",
    "two.md": "---\nkind: review\nwork: W\ntype: film\nrating: 3/5\ndate: 2021-01-01\n---\n",
}


@pytest.mark.parametrize("name", ["archive", "Archive", "contents", "graph", "search"])
def test_the_list_of_such_a_folder_stands_apart_and_the_list_of_kb_where_it_is(
    tmp_path: Path, name: str
) -> None:
    there = name.lower()
    web = built(
        tmp_path, {**OF_LISTS, f"{name}/kept.md": "# Kept", f"{name}/index.md": "# What is kept\n\nIn here."}
    )
    _is_sound(web)
    of_kb, of_folder = web.text(f"{there}/index.html"), web.text(f"{there}/-/index.html")
    assert 'href="../../' in of_folder
    assert ("In here." in of_folder, "In here." in of_kb) == (True, False)
    assert f'href="../../{there}/-/"' in web.text(f"{there}/kept/index.html")
    assert f'href="{there}/-/"' in web.text("index.html")


@pytest.mark.parametrize("folder", ["archive/2020", "series/S", "tags/sub", "tags/sub/x", "kinds/review"])
def test_so_does_that_of_a_folder_below(tmp_path: Path, folder: str) -> None:
    web = built(tmp_path, {**OF_LISTS, f"{folder}/kept.md": "# Kept"})
    _is_sound(web)
    assert "Kept" in web.text(f"{folder.lower()}/-/index.html")
    up = "../" * (folder.count("/") + 2)
    assert f'href="{up}{folder.lower()}/-/"' in web.text(f"{folder.lower()}/kept/index.html")


@pytest.mark.parametrize(("folder", "text"), [("tags", "sub"), ("Kinds", "review")])
def test_notes_that_introduce_tags_and_kinds_lie_in_folders_whose_list_is_that_of_kb(
    tmp_path: Path, folder: str, text: str
) -> None:
    web = built(
        tmp_path, {**OF_LISTS, f"{folder}/{text}.md": "I introduce it.", f"{folder}/index.md": "And I all."}
    )
    _is_sound(web)
    assert "I introduce it." in web.text(f"{folder.lower()}/{text}/index.html")
    assert "And I all." in web.text(f"{folder.lower()}/index.html")
    assert f"{folder.lower()}/-/index.html" not in web.files


def test_a_folder_called_series_stands_where_any_folder_does(tmp_path: Path) -> None:
    web = built(tmp_path, {**OF_LISTS, "Series/kept.md": "# Kept", "Series/index.md": "In here."})
    _is_sound(web)
    assert "In here." in web.text("series/index.html")
    assert "series/s/index.html" in web.files


def test_a_link_to_such_a_folder_leads_to_its_list_and_one_to_the_address_of_kb_s_list_to_that(
    tmp_path: Path,
) -> None:
    web = built(
        tmp_path,
        {**OF_LISTS, "Archive/kept.md": "# Kept", "a.md": "[x](/Archive/) [y](/archive/) [z](/Tags/Sub/X/)"},
    )
    _is_sound(web)
    text = web.text("a/index.html")
    for address, label in (("archive/-/", "x"), ("archive/", "y"), ("tags/sub/x/", "z")):
        assert f'href="../{address}">{label}</a>' in text


def _is_sound(web: Web) -> None:
    assert not [problem for problem in web.problems if problem.severity == "error"]
    assert not list(web.faults())
