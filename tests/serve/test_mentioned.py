"""What the preview says of mentions without a link."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.search.analysis import lexicon
from kb.search.naming import naming
from serve.preview import Preview, preview

FILES: dict[str, str | bytes] = {
    "config.yaml": "title: Mentions\n",
    "content/index.md": "# Home\n\nAll notes.\n",
    "content/gmm.md": "---\ntitle: Gaussian mixture models\naliases: [mixture of Gaussians]\n---\n\nThey generalise glue code.\n",
    "content/Glue code.md": "A mixture of *good* Gaussians? No: a mixture of Gaussians.\n",
    "content/linked.md": "A mixture of Gaussians, see [[gmm]].\n",
    "content/draft.md": "---\ndraft: true\n---\n\nOf Gaussian mixture models I know little.\n",
    "content/other.md": "Gaussians are a mixture.\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Preview]:
    with preview(tmp_path, FILES) as running:
        yield running


def mentions(site: Preview, page: str) -> Any:
    answer = site.ask(f"/_kb/mentions?path={page}")
    assert answer.status == 200
    return answer.json


def places(problems: list[dict[str, Any]]) -> list[tuple[str, int, int, str]]:
    return [
        (each["path"], each["line"], each["column"], each["hint"].partition("write ")[2]) for each in problems
    ]


def test_a_page_is_told_whom_its_note_mentions_and_who_mentions_it(site: Preview) -> None:
    said = mentions(site, "gmm/index.html")
    assert said["note"] == "gmm.md"
    assert places(said["here"]) == [("content/gmm.md", 6, 17, "[[Glue code|glue code]]")]
    assert places(said["there"]) == [
        ("content/Glue code.md", 1, 38, "[[gmm|mixture of Gaussians]]"),
        ("content/draft.md", 5, 4, "[[gmm|Gaussian mixture models]]"),
    ]


def test_a_mention_that_was_linked_is_told_no_more(site: Preview) -> None:
    assert len(mentions(site, "gmm/index.html")["there"]) == 2
    site.write({"content/Glue code.md": "A [[gmm|mixture of Gaussians]].\n"})
    site.live.refresh()
    assert [place[0] for place in places(mentions(site, "gmm/index.html")["there"])] == ["content/draft.md"]


def test_a_page_of_no_note_has_no_mentions(site: Preview) -> None:
    for page in ("archive/index.html", "nowhere/index.html", "../secret"):
        assert mentions(site, page) == {"note": "", "here": [], "there": []}


def test_who_may_say_a_name_holds_all_of_its_words_and_of_too_many_the_newest_are_asked(
    site: Preview,
) -> None:
    assert site.live.finder
    index, words = site.live.finder.index(), lexicon("en")
    assert sorted(naming(index, ["Gaussian mixtures"], words, 9)) == [
        "Glue code.md",
        "draft.md",
        "gmm.md",
        "linked.md",
        "other.md",
    ]
    assert naming(index, ["The of", "Gaussian zebras"], words, 9) == []
    assert len(naming(index, ["Gaussian mixtures"], words, 2)) == 2
