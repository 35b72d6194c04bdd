"""What the preview finds, and what it shows of the index that a build published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from serve.preview import Answer, Preview, preview

FILES: dict[str, str | bytes] = {
    "config.yaml": "title: Found\n",
    "content/index.md": "# Home\n\nNothing of note.\n",
    "content/garden/Rosemary.md": "---\ntags: [herbs]\ndate: 2024-02-01\n---\n\nIt lives through mild winters.\n\n## Frost\n\nFleece helps rosemary.\n",
    "content/Sage.md": "---\nkind: review\n---\n\nPlanted beside the rosemary.\n",
    "content/Draft.md": "---\ndraft: true\n---\n\nA quokka, not yet described.\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Preview]:
    with preview(tmp_path, FILES) as running:
        yield running


def find(site: Preview, query: str, **asked: str | int) -> Any:
    """What the preview finds."""
    answer: Answer = site.ask(f"/_kb/search?{urlencode({'q': query, **asked})}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    return answer.json


def titles(page: Any) -> list[str]:
    return [hit["title"] for hit in page["hits"]]


def test_a_note_is_found_by_its_words_with_all_that_is_shown_of_it(site: Preview) -> None:
    page = find(site, "rosemary winters")
    assert {key: page[key] for key in ("query", "total", "suggestion", "hint")} == {
        "query": "rosemary winters",
        "total": 2,
        "suggestion": "",
        "hint": "",
    }
    hit = page["hits"][0]
    score = hit.pop("score")
    assert score > 3
    assert hit == {
        "title": "Rosemary",
        "url": "garden/rosemary/",
        "path": "garden/Rosemary.md",
        "line": 6,
        "tags": ["herbs"],
        "date": "2024-02-01",
        "kind": "note",
        "marks": [],
        "snippet": {"text": "It lives through mild winters.", "marks": [[22, 29]]},
        "sections": [
            {
                "anchor": "frost",
                "title": "Frost",
                "line": 8,
                "snippet": {"text": "Fleece helps rosemary.", "marks": [[13, 21]]},
            }
        ],
    }


def test_what_is_being_typed_finds_what_begins_so_and_what_was_submitted_does_not(site: Preview) -> None:
    assert titles(find(site, "rosem", mode="typed")) == ["Rosemary", "Sage"]
    assert titles(find(site, "rosem")) == []


def test_results_are_narrowed_down_by_tag_kind_and_date(site: Preview) -> None:
    assert titles(find(site, "rosemary", tag="herbs")) == ["Rosemary"]
    assert titles(find(site, "rosemary", kind="review")) == ["Sage"]
    assert titles(find(site, "rosemary", since="2024")) == ["Rosemary"]
    assert titles(find(site, "", tag="#herbs")) == ["Rosemary"]
    assert "no date" in find(site, "rosemary", since="soon")["hint"]


def test_results_come_in_pages(site: Preview) -> None:
    first, second = find(site, "rosemary", limit=1), find(site, "rosemary", limit=1, offset=1)
    assert (first["total"], second["total"]) == (2, 2)
    assert titles(first) + titles(second) == titles(find(site, "rosemary"))


@pytest.mark.parametrize("odd", ["-1", "x", "1e9", "99999999999999999999", "", "٣"])
def test_a_number_that_is_none_is_as_good_as_left_out(site: Preview, odd: str) -> None:
    assert titles(find(site, "rosemary", limit=odd, offset=odd)) == titles(find(site, "rosemary"))


@pytest.mark.parametrize(
    "query", ["(" * 2000, '"', "a* " * 1000, "\0", "/(a+)+$/ rosemary", "tag:", "date:x..y", "'\"><b>"]
)
def test_no_query_is_too_odd_to_be_answered(site: Preview, query: str) -> None:
    assert find(site, query)["query"] == query


def test_a_query_longer_than_any_address_is_refused(site: Preview) -> None:
    assert site.ask(f"/_kb/search?q={'a' * 10_000}").status == 414


def test_a_note_is_found_by_what_it_says_since_it_was_saved(site: Preview) -> None:
    assert titles(find(site, "lavender")) == []
    site.write({"content/Sage.md": "Planted beside the lavender.\n"})
    assert titles(find(site, "lavender")) == ["Sage"]
    assert titles(find(site, "rosemary")) == ["Rosemary"]
    site.write({"content/Sage.md": None})
    assert titles(find(site, "lavender")) == []


def test_a_draft_is_found_and_says_that_it_is_one(site: Preview) -> None:
    hit = find(site, "quokka")["hits"][0]
    assert (hit["title"], hit["marks"]) == ("Draft", ["draft"])


def test_a_preview_of_what_will_be_published_finds_nothing_else(tmp_path: Path) -> None:
    with preview(tmp_path, FILES, drafts=False) as published:
        assert titles(find(published, "quokka")) == []
        assert find(published, "-rosemary")["total"] == 1
        assert titles(find(published, "rosemary")) == ["Rosemary", "Sage"]


def test_filters_can_be_chosen_from_what_there_is(site: Preview) -> None:
    assert site.ask("/_kb/search/facets").json == {
        "tags": [["herbs", 1]],
        "kinds": [["note", 3], ["review", 1]],
    }


def test_notes_with_words_like_those_of_a_page_are_told_with_the_words(site: Preview) -> None:
    site.write(
        {
            "content/Thyme.md": "Fleece, mild winters, gravel.\n",
            "content/Boats.md": "Sails and oars.\n",
        }
    )
    answer: Any = site.ask("/_kb/like?path=garden/rosemary/index.html").json
    assert answer["note"] == "garden/Rosemary.md"
    words = {hit["title"]: hit["words"] for hit in answer["hits"]}
    assert words.keys() == {"Thyme", "Sage"}
    assert {"fleece", "mild"} <= set(words["Thyme"])


def test_a_page_without_a_note_is_like_no_other(site: Preview) -> None:
    assert site.ask("/_kb/like?path=tags/index.html").json == {"note": "", "hits": []}
    assert site.ask("/_kb/like?path=nowhere").json == {"note": "", "hits": []}


def test_a_site_that_is_not_searched_says_so(tmp_path: Path) -> None:
    with preview(tmp_path, {**FILES, "config.yaml": "search: false\n"}) as unsearched:
        answer = unsearched.ask("/_kb/search?q=rosemary")
        assert answer.status == 404
        assert answer.json["message"] == "this site is not searched"
        assert b"data-engine" not in unsearched.ask("/").body
        assert unsearched.ask("/search/").status == 404


def test_another_sites_page_cannot_search(site: Preview) -> None:
    asked = {"Origin": "http://elsewhere.example"}
    assert site.ask("/_kb/search?q=rosemary", asked).status == 403
    assert site.ask("/_kb/search?q=rosemary", {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert site.ask("/_kb/like?path=index.html", asked).status == 403
