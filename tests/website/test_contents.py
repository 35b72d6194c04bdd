"""The contents of the site: every folder, series and note on one page, which other pages only link to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from website.web import CONFIG, Web, built

NOTES = {
    "loose.md": "# Loose\n",
    "ml/index.md": "# Machine learning\n",
    "ml/b.md": "# Beta\n\n[[a]]\n",
    "ml/deep/a.md": "# Alpha\n",
    "means/two.md": "---\ntitle: Two\nseries: Means\norder: 2\n---\n",
    "means/one.md": "---\ntitle: One\nseries: Means\norder: 1\n---\n",
    "hidden/secret.md": "---\ntitle: Secret\ndraft: true\n---\n",
}


def tree(web: Web) -> list[tuple[str, str]]:
    """The links of the contents, in their order."""
    part = web.text("contents/index.html").partition('<nav class="tree"')[2].partition("</nav>")[0]
    return [(title, url) for url, title in re.findall(r'<a href="([^"]*)">([^<]*)</a>', part)]


def test_every_folder_series_and_note_stands_in_the_contents(tmp_path: Path) -> None:
    web = built(tmp_path, NOTES)
    assert tree(web) == [
        ("One", "../means/one/"),
        ("Two", "../means/two/"),
        ("means", "../means/"),
        ("One", "../means/one/"),
        ("Two", "../means/two/"),
        ("Machine learning", "../ml/"),
        ("deep", "../ml/deep/"),
        ("Alpha", "../ml/deep/a/"),
        ("Beta", "../ml/b/"),
        ("Loose", "../loose/"),
    ]
    assert not list(web.faults())


def test_each_page_leads_to_the_contents_and_says_nothing_of_what_is_in_them(tmp_path: Path) -> None:
    before = built(tmp_path, NOTES)
    assert [link["href"] for link in before.page("ml/b/index.html").all("a", **{"class": "all-notes"})] == [
        "../../contents/"
    ]
    after = built(tmp_path, {"far/away.md": "# Far away\n"})
    assert after.files["ml/b/index.html"] == before.files["ml/b/index.html"]
    assert ("Far away", "../far/away/") in tree(after)


def test_a_note_at_its_address_stands_above_the_contents(tmp_path: Path) -> None:
    web = built(tmp_path, {**NOTES, "contents.md": "# What there is\n\nBy folder.\n"})
    assert "<p>By folder.</p>" in web.text("contents/index.html")
    assert re.search("<h1[^>]*>What there is</h1>", web.text("contents/index.html"))


def test_a_vault_without_notes_has_contents(tmp_path: Path) -> None:
    assert tree(built(tmp_path, {})) == []


def test_the_archive_leads_to_its_years(tmp_path: Path) -> None:
    web = built(
        tmp_path,
        {
            f"{day}.md": f"---\ntitle: Day {day}\ndate: {day}\n---\n"
            for day in ("2023-05-01", "2024-01-01", "2024-02-01")
        },
    )
    years = web.text("archive/index.html").partition('aria-label="Years"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="([^"]*)">(\d+)</a> <span class="count">(\d)', years) == [
        ("../archive/2024/", "2024", "2"),
        ("../archive/2023/", "2023", "1"),
    ]
    assert re.findall(r">(Day [-\d]+)</a>", web.text("archive/2024/index.html")) == [
        "Day 2024-02-01",
        "Day 2024-01-01",
    ]
    assert not list(web.faults())


def test_notes_of_a_single_year_have_no_page_for_it(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "---\ndate: 2024-01-01\n---\n", "b.md": ""})
    assert [path for path in web.files if path.startswith("archive/")] == ["archive/index.html"]


def test_a_tag_shows_which_others_stand_beside_it_most_often_and_none_of_its_own_family(
    tmp_path: Path,
) -> None:
    tags = {"a": "film, tamil", "b": "film, tamil, Law", "c": "film/short, law", "d": "law, sea"}
    web = built(
        tmp_path, {f"{name}.md": f"---\ntags: [{said}]\n---\n" for name, said in tags.items()}, CONFIG
    )
    beside = web.text("tags/film/index.html").partition('class="beside"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="([^"]*)">(\w+)</a> <span class="count">(\d)', beside) == [
        ("../../tags/law/", "law", "2"),
        ("../../tags/tamil/", "tamil", "2"),
    ]


def test_of_very_many_notes_the_contents_name_folders_and_series_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.features.contents.MOST_NOTES", 4)
    web = built(tmp_path, NOTES)
    assert tree(web) == [
        ("Means", "../series/means/"),
        ("means", "../means/"),
        ("Machine learning", "../ml/"),
        ("deep", "../ml/deep/"),
    ]
    assert not list(web.faults())
