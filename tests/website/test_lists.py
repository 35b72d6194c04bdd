"""Lists keep the addresses and the bytes of their older pages."""

from __future__ import annotations

from pathlib import Path

from website.web import CONFIG, built

SMALL = CONFIG + "page_size: 3\n"


def _notes(first: int, last: int) -> dict[str, str]:
    return {
        f"films/{n:02}.md": f"---\ntitle: Film {n}\ndate: 2020-01-{n:02}\ntags: [film]\n---\nText.\n"
        for n in range(first, last + 1)
    }


def _older(files: dict[str, bytes] | object) -> dict[str, bytes]:
    assert hasattr(files, "items")
    return {path: data for path, data in files.items() if "/page/" in path}


def test_adding_newer_notes_changes_no_older_page(tmp_path: Path) -> None:
    before = _older(built(tmp_path, _notes(1, 9), SMALL).files)
    after = _older(built(tmp_path, _notes(10, 11), SMALL).files)
    assert sorted(before) == [
        f"{url}/page/{number}/index.html" for url in ("archive", "films", "tags/film") for number in (1, 2)
    ]
    assert after == before


def test_a_full_page_gets_an_address_for_ever_and_only_its_neighbour_learns_it(tmp_path: Path) -> None:
    before = _older(built(tmp_path, _notes(1, 9), SMALL).files)
    web = built(tmp_path, _notes(10, 12), SMALL)
    after = _older(web.files)
    changed = {path for path in before if after[path] != before[path]}
    assert changed == {f"{url}/page/2/index.html" for url in ("archive", "films", "tags/film")}
    assert set(after) - set(before) == {
        f"{url}/page/3/index.html" for url in ("archive", "films", "tags/film")
    }
    assert not list(web.faults())


def test_pages_of_a_list_lead_to_each_other_and_name_themselves(tmp_path: Path) -> None:
    web = built(tmp_path, _notes(1, 12), SMALL)
    newest, second = web.page("films/index.html"), web.page("films/page/2/index.html")
    assert newest.all("a", rel="next") == [{"class": "next", "rel": "next", "href": "../films/page/3/"}]
    assert [link["href"] for link in second.all("a", rel="prev")] == ["../../../films/page/3/"]
    assert [link["href"] for link in second.all("link", rel="canonical")] == [web.base + "films/page/2/"]
    assert "<title>films, page 2 · A site</title>" in web.text("films/page/2/index.html")
    assert "Page 4 of 4" in web.text("films/index.html")


def test_a_page_of_a_list_holds_never_less_than_a_page_and_never_twice_as_many(tmp_path: Path) -> None:
    for count in (1, 3, 5, 6, 8):
        web = built(tmp_path / str(count), _notes(1, count), SMALL)
        pages = [
            text for path, text in web.files.items() if path.startswith("films/") and b"page-section" in text
        ]
        shown = [text.count(b'<li class="h-entry"><time') for text in pages]
        assert sum(shown) == count
        assert all(min(count, 3) <= number < 6 for number in shown)
