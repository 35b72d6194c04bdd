"""A note that very many others link to shows some of them, and leads to a list of all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from website.web import CONFIG, Web, built

SMALL = CONFIG + "page_size: 3\n"
LIST = "hub/linked-from/"
HUB = {"hub.md": "# The hub\n\nText.\n"}


def _linking(first: int, last: int, words: str = "before") -> dict[str, str]:
    return {
        f"n{n:02}.md": f"---\ntitle: Note {n}\ndate: 2020-01-{n:02}\n---\nWords {words} [[hub]] and after.\n"
        for n in range(first, last + 1)
    }


def _shown(web: Web, file: str) -> list[int]:
    part = web.text(file).partition('class="backlinks"')[2].partition("</ul>")[0]
    return [int(number) for number in re.findall(r">Note (\d+)</a>", part)]


def _lists(files: Mapping[str, bytes]) -> list[str]:
    return sorted(path for path in files if path.startswith(LIST))


def test_fewer_than_two_pages_of_backlinks_are_all_on_the_note_s_own_page(tmp_path: Path) -> None:
    web = built(tmp_path, {**HUB, **_linking(1, 5)}, SMALL)
    assert _shown(web, "hub/index.html") == [1, 2, 3, 4, 5]
    assert not _lists(web.files)
    assert "notes that link here" not in web.text("hub/index.html")


def test_of_more_a_page_of_them_is_shown_and_a_list_leads_to_every_one(tmp_path: Path) -> None:
    web = built(tmp_path, {**HUB, **_linking(1, 10)}, SMALL)
    assert _shown(web, "hub/index.html") == [1, 2, 3]
    assert '<a href="../hub/linked-from/">All 10 notes that link here</a>' in web.text("hub/index.html")
    assert _shown(web, f"{LIST}index.html") == [10, 9, 8, 7]
    assert [_shown(web, f"{LIST}page/{number}/index.html") for number in (2, 1)] == [[6, 5, 4], [3, 2, 1]]
    assert "Words before <mark>hub</mark> and after." in web.text(f"{LIST}page/1/index.html")
    assert "Page 3 of 3" in web.text(f"{LIST}index.html")
    assert [link["href"] for link in web.page(f"{LIST}index.html").all("link", rel="canonical")] == [
        web.base + LIST
    ]
    assert "<title>What links to The hub, page 1 · A site</title>" in web.text(f"{LIST}page/1/index.html")
    assert not list(web.faults())


def test_a_newer_note_that_links_changes_no_older_page_of_the_list(tmp_path: Path) -> None:
    before = built(tmp_path, {**HUB, **_linking(1, 10)}, SMALL).files
    after = built(tmp_path, _linking(11, 11), SMALL).files
    assert _lists(after) == _lists(before)
    changed = [path for path in _lists(before) if after[path] != before[path]]
    assert changed == [f"{LIST}index.html"]


@pytest.mark.parametrize(("last", "words"), [(10, "other"), (5, "before"), (13, "before")])
def test_lists_after_an_edit_are_those_of_a_clean_build(tmp_path: Path, last: int, words: str) -> None:
    first = {**HUB, **_linking(1, 10)}
    now = {**HUB, **_linking(1, last), **_linking(2, 2, words)}
    built(tmp_path / "edited", first, SMALL)
    for path in first.keys() - now.keys():
        (tmp_path / "edited" / "content" / path).unlink()
    edited = built(tmp_path / "edited", now, SMALL)
    assert edited.files == built(tmp_path / "clean", now, SMALL).files
    assert bool(_lists(edited.files)) == (last > 5)


def test_a_note_at_the_address_of_such_a_list_stands_above_it(tmp_path: Path) -> None:
    own = {"hub/linked-from.md": "# Who says so\n\nMany do.\n"}
    web = built(tmp_path, {**HUB, **own, **_linking(1, 10)}, SMALL)
    assert "<p>Many do.</p>" in web.text(f"{LIST}index.html")
    assert re.search("<h1[^>]*>Who says so</h1>", web.text(f"{LIST}index.html"))
    assert _shown(web, f"{LIST}index.html") == [10, 9, 8, 7]
    assert "duplicate-url" not in web.codes()


@pytest.mark.parametrize(
    ("matter", "where"),
    [("permalink: old/hub.html", "old/hub/linked-from/"), ("permalink: /", "linked-from/")],
)
def test_such_a_list_stands_below_the_address_of_its_note(tmp_path: Path, matter: str, where: str) -> None:
    web = built(tmp_path, {"hub.md": f"---\n{matter}\n---\n", **_linking(1, 10)}, SMALL)
    assert f"{where}index.html" in web.files
    assert not list(web.faults())


def test_the_note_above_a_list_shows_as_few_backlinks(tmp_path: Path) -> None:
    folder = {"hub/index.md": "---\naliases: [hub]\n---\n# The hub\n", "hub/inner.md": ""}
    web = built(tmp_path, {**folder, **_linking(1, 10)}, SMALL)
    assert _shown(web, "hub/index.html") == [1, 2, 3]
    assert ">All 10 notes that link here</a>" in web.text("hub/index.html")
    assert not list(web.faults())
