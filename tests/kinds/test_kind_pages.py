"""The pages of each kind, of lists of a kind, and what programs read of them: small sites built whole."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kb.model.problem import Severity
from kb.pipeline.building import build
from kb.pipeline.opening import Ask, BadConfig
from website.web import BASE, Web, built, made

NOTES: dict[str, str | bytes] = {
    "lamp.md": """---
title: The lamp
kind: review
date: 2024-03-02
work: The Lamp & <Son>
original_title: Die Lampe
type: film
year: 1962
creators: [Ada Stern]
language: de
links: {IMDb: "https://www.imdb.com/title/tt1/"}
rating: ★★★½
watched: 2024-03-01
verdict: Long, and worth it.
---
> [!spoiler] The end
> It goes out.
""",
    "oven.md": "---\nkind: review\ndate: 2023-01-01\nwork: An oven\ntype: thing\nrating: 7.5/10\n---\nHot.\n",
    "graded.md": "---\nkind: review\nwork: A place\ntype: place\nrating: B+\n---\nQuiet.\n",
    "notes/a.md": """---
title: From the lamp
kind: excerpt
work: The Lamp & <Son>
author: Ada Stern
year: 1871
---
Read at night.

> [!quote] p. 31
> Nobody lit it **twice**.

> [!paraphrase] ch. 3
> She lights it after all.
""",
    "notes/b.md": """---
title: More of it
kind: excerpt
work: the lamp & <son>
author: Ada Stern
---
> [!quote] p. 2
> It was dark.
""",
    "elsewhere.md": "![[notes/a#^p-31]]\n\n[[notes/a#^ch-3]]\n",
    "copied.md": """---
title: On lamps
kind: reblog
url: https://example.com/lamps
original_title: All about lamps
site: Lantern
author: Ada Stern
written: 2019-03-01
canonical: original
---
> Lamps are old.
>
> View original post 6,045 more words

22 minutes (5,929 words)

My own words, which come first.
""",
    "parts/one.md": "---\nseries: Lamps\norder: 1\n---\nOne.\n",
    "parts/two.md": "---\nseries: Lamps\norder: 2\n---\nTwo.\n",
    "parts/three.md": "---\nseries: lamps\norder: 3\n---\nThree.\n",
}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Web:
    return built(tmp_path_factory.mktemp("kinds"), NOTES)


def structured(web: Web, path: str) -> dict[str, Any]:
    """The first thing that a page says in JSON-LD."""
    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', web.text(path))
    assert text
    said = json.loads(text[1])
    found: dict[str, Any] = said[0] if isinstance(said, list) else said
    return found


def test_every_link_of_these_pages_leads_somewhere(web: Web) -> None:
    assert list(web.faults()) == []
    assert [problem for problem in web.problems if problem.severity is not Severity.INFO] == []


def test_a_review_shows_its_work_and_its_stars(web: Web) -> None:
    text = web.text("lamp/index.html")
    assert '<cite class="p-name">The Lamp &amp; &lt;Son&gt;</cite>' in text
    assert '<span class="work-original">Die Lampe</span>' in text
    assert "★★★½☆" in text
    assert '<span class="unseen">3.5 out of 5</span>' in text
    assert "h-review" in text
    assert "needs/review." in text


def test_a_review_is_a_review_to_search_engines(web: Web) -> None:
    said = structured(web, "lamp/index.html")
    assert said["@type"] == "Review"
    assert said["itemReviewed"] == {
        "@type": "Movie",
        "name": "The Lamp & <Son>",
        "alternateName": "Die Lampe",
        "director": [{"@type": "Person", "name": "Ada Stern"}],
        "datePublished": "1962",
        "inLanguage": "de",
        "sameAs": ["https://www.imdb.com/title/tt1/"],
    }
    assert said["reviewRating"] == {"@type": "Rating", "ratingValue": 3.5, "bestRating": 5, "worstRating": 0}
    assert said["author"]["name"] == "An author"
    assert structured(web, "oven/index.html")["itemReviewed"]["@type"] == "Product"
    assert structured(web, "graded/index.html")["itemReviewed"]["@type"] == "Place"


def test_a_spoiler_is_closed_until_a_reader_opens_it(web: Web) -> None:
    assert re.search(r'<details[^>]*data-callout="spoiler"[^>]*>', web.text("lamp/index.html"))
    assert not re.search(r'<details[^>]*data-callout="spoiler"[^>]*\bopen\b', web.text("lamp/index.html"))


def test_a_spoiler_is_told_by_no_summary(web: Web) -> None:
    told = [path for path, data in web.files.items() if b"It goes out." in data]
    whole = {"lamp/index.html", "feed.xml", "feed.json", "kinds/review/feed.xml", "kinds/review/feed.json"}
    assert {path for path in told if not path.startswith("_search/")} <= whole
    assert 'name="description" content="It goes' not in web.text("lamp/index.html")


def test_all_reviews_stand_in_one_table_the_newest_first(web: Web) -> None:
    text = web.text("kinds/review/index.html")
    assert [text.index(name) for name in (">The lamp<", ">oven<", ">graded<")] == sorted(
        text.index(name) for name in (">The lamp<", ">oven<", ">graded<")
    )
    assert "needs/reviews." in text
    shares = re.findall(r'data-share="([\d.]+)"', text)
    assert [round(float(share), 3) for share in shares] == [0.7, 0.75, 0.8]


def test_programs_get_all_reviews_as_they_were_written(web: Web) -> None:
    first = json.loads(web.files["reviews.json"])[0]
    assert first["url"] == f"{BASE}lamp/"
    assert first["rating"] == {"value": "3.5", "best": "5", "form": "stars", "written": "★★★½"}


def test_quotations_and_paraphrases_are_told_apart_and_have_addresses(web: Web) -> None:
    text = web.text("notes/a/index.html")
    assert re.search(r'<figure id="\^p-31"[^>]*data-passage="quote"[^>]*>\s*<blockquote', text)
    assert re.search(r'<figure id="\^ch-3"[^>]*data-passage="paraphrase"[^>]*>\s*<div', text)
    assert 'data-cite="Ada Stern, The Lamp &amp; &lt;Son&gt;, 1871, p. 31"' in text
    assert text.count('<span class="passage-form">Retold</span>') == 1


def test_only_what_is_quoted_is_a_quotation_to_search_engines(web: Web) -> None:
    said = structured(web, "notes/a/index.html")
    assert [part["text"] for part in said["hasPart"]] == ["Nobody lit it twice."]
    assert said["hasPart"][0]["@type"] == "Quotation"
    assert said["about"]["author"] == [{"@type": "Person", "name": "Ada Stern"}]


def test_all_passages_from_a_work_are_gathered_from_all_notes(web: Web) -> None:
    text = web.text("kinds/excerpt/the-lamp-&-son/index.html")
    assert all(words in text for words in ("Nobody lit it", "She lights it", "It was dark."))
    assert "All passages from The Lamp" in web.text("notes/a/index.html")
    assert 'href="../../../lamp/">Review</a>' in text


def test_programs_get_all_passages(web: Web) -> None:
    said = json.loads(web.files["quotes.json"])
    assert [(each["form"], each["place"], each["text"]) for each in said] == [
        ("quote", "p. 31", "Nobody lit it twice."),
        ("paraphrase", "ch. 3", "She lights it after all."),
        ("quote", "p. 2", "It was dark."),
    ]
    assert said[0]["url"] == f"{BASE}notes/a/#%5Ep-31"


def test_a_passage_is_embedded_with_its_frame_and_its_style(web: Web) -> None:
    text = web.text("elsewhere/index.html")
    assert 'data-passage="quote"' in text
    assert "needs/excerpt." in text


def test_a_reblog_has_ones_own_words_first_and_its_source_on_the_frame(web: Web) -> None:
    text = web.text("copied/index.html")
    assert text.index("My own words") < text.index("reblogged-head") < text.index("Lamps are old.")
    assert "View original post" not in text
    assert "Read the rest at" in text
    assert "about 20 minutes" in text
    assert "22 minutes, 5,929 words" in text


def test_a_reblog_may_name_the_original_as_the_one_to_be_found(web: Web) -> None:
    assert '<link rel="canonical" href="https://example.com/lamps">' in web.text("copied/index.html")
    source = structured(web, "copied/index.html")["isBasedOn"]
    assert source["wordCount"] == 5929
    assert source["timeRequired"] == "PT22M"


def test_all_decisions_stand_in_one_table_with_what_came_of_them(tmp_path: Path) -> None:
    block = "```decision\ncriteria: {light: 1}\n"
    web = built(
        tmp_path,
        {
            "a.md": f"---\nkind: decision\ndate: 2024-01-01\n---\n{block}---\nlamp,light\nOld,9\nNew,9\nBad,1\n```\n",
            "b.md": f"---\nkind: decision\ndate: 2024-02-01\nchosen: None\n---\n{block}file: lamps.csv\n```\n",
            "c.md": "---\nkind: decision\nquestion: Whether?\n---\nLater.\n",
            "d.md": f"{block}---\nlamp,light\nOld,9\n```\n",
            "lamps.csv": "lamp,light\nOld,1\nNew,2\nBad,\n",
        },
    )
    rows = re.findall(r'<tr class="h-entry">(.*?)</tr>', web.text("kinds/decision/index.html"))
    cells = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row) for row in rows]
    assert [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells] == [
        ["b", "decided", "None", "3", "2024-02-01"],
        ["a", "open", "by the sums Old, New", "3", "2024-01-01"],
        ["cWhether?", "open", "", "", ""],
    ]
    about = structured(web, "b/index.html")["about"]
    assert about["result"]["name"] == "None"
    assert [(each["position"], each["name"]) for each in about["actionOption"]["itemListElement"]] == [
        (1, "New"),
        (2, "Old"),
    ]
    assert "actionOption" not in structured(web, "c/index.html")["about"]


def test_another_file_of_options_changes_the_table_of_decisions_as_a_clean_build_has_it(
    tmp_path: Path,
) -> None:
    note = "---\nkind: decision\n---\n```decision\ncriteria: {light: 1}\nfile: lamps.csv\n```\n"
    before, after = "lamp,light\nOld,2\nNew,1\n", "lamp,light\nOld,2\nNew,3\n"
    web = built(tmp_path / "a", {"a.md": note, "lamps.csv": before})
    assert "</small> Old<" in web.text("kinds/decision/index.html")
    again = built(tmp_path / "a", {"lamps.csv": after})
    assert "</small> New<" in again.text("kinds/decision/index.html")
    assert again.files == built(tmp_path / "b", {"a.md": note, "lamps.csv": after}).files


def test_a_series_has_a_page_and_a_row_of_numbers(web: Web) -> None:
    text = web.text("parts/two/index.html")
    assert 'Part 2 of 3 of the series <a href="../../series/lamps/">' in text
    assert '<strong aria-current="step">2</strong>' in text
    assert 'title="three">3</a>' in text
    whole = web.text("series/lamps/index.html")
    assert whole.index(">one<") < whole.index(">two<") < whole.index(">three<")


def test_each_kind_has_a_list_and_a_feed(web: Web) -> None:
    for kind in ("review", "excerpt", "reblog"):
        assert {
            f"kinds/{kind}/{name}" for name in ("index.html", "feed.xml", "feed.json")
        } <= web.files.keys()
    assert 'href="../kinds/reblog/"' in web.text("kinds/index.html")


def test_reordering_one_note_changes_the_series_as_a_clean_build_has_it(tmp_path: Path) -> None:
    web = built(tmp_path / "a", NOTES)
    moved = tmp_path / "a/content/parts/one.md"
    moved.write_text("---\nseries: Lamps\norder: 9\n---\nOne.\n", encoding="utf-8")
    again = made(tmp_path / "a", web.folder)
    clean = built(tmp_path / "b", {**NOTES, "parts/one.md": moved.read_text(encoding="utf-8")})
    assert again.files == clean.files
    assert "Part 3 of 3" in again.text("parts/one/index.html")
    assert "Part 1 of 3" in again.text("parts/two/index.html")


def test_a_site_adds_a_kind_of_its_own_without_a_line_of_python(tmp_path: Path) -> None:
    kinds = tmp_path / "kinds"
    kinds.mkdir()
    (kinds / "recipe.yaml").write_text(
        "plural: recipes\nfields:\n  serves: {type: number, label: For}\n  source: link\n", encoding="utf-8"
    )
    note = "---\nkind: recipe\nserves: 4\nsource: https://example.com/\n---\nStir.\n"
    web = built(tmp_path, {"soup.md": note})
    assert "<dt>For</dt><dd>4</dd>" in web.text("soup/index.html")
    assert "Recipes" in web.text("kinds/recipe/index.html")
    templates = tmp_path / "themes/paper/templates"
    templates.mkdir(parents=True)
    (templates / "recipe.html").write_text(
        '{% extends "note.html" %}{% block abstract %}<p>Serves {{ page.facts.serves }}.</p>{% endblock %}',
        encoding="utf-8",
    )
    assert "<p>Serves 4.</p>" in made(tmp_path, web.folder).text("soup/index.html")


def test_a_mistake_in_a_kind_of_ones_own_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds/recipe.yaml").write_text("fields:\n  serves: nubmer\n", encoding="utf-8")
    with pytest.raises(BadConfig) as told:
        built(tmp_path, {})
    assert [str(problem.place) for problem in told.value.problems] == ["kinds/recipe.yaml:2:11"]


def test_a_folder_without_a_configuration_brings_no_kinds(tmp_path: Path) -> None:
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds/recipe.yaml").write_text("fields: {serves: nubmer}\n", encoding="utf-8")
    (tmp_path / "soup.md").write_text("---\nkind: recipe\nserves: 4\n---\nStir.\n", encoding="utf-8")
    done = build(Ask(root=tmp_path, output=tmp_path / "out"), lambda *_: None)
    assert [problem for problem in done.problems if problem.code == "config"] == []
    assert (tmp_path / "out/soup/index.html").is_file()


def test_the_passage_of_the_day_is_that_of_the_date_of_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = "title: A site\npassage_of_the_day: true\n"
    day, shown = 86_400, []
    for number in range(4):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1_700_000_000 + number * day))
        web = built(tmp_path / "one", NOTES, config)
        clean = built(tmp_path / f"clean{number}", NOTES, config)
        assert web.files == clean.files
        found = re.search(
            r'class="of-the-day".*?<figure[^>]*data-cite="[^"]*, ([^",]*)"', web.text("index.html"), re.DOTALL
        )
        assert found
        shown.append(found[1])
    assert sorted(shown[:3]) == ["ch. 3", "p. 2", "p. 31"]
    assert shown[3] == shown[0]


def test_without_asking_for_it_no_page_depends_on_the_day(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    assert built(tmp_path, NOTES).files == web.files
    assert "of-the-day" not in web.text("index.html")


def test_the_front_page_leads_to_each_kind(web: Web) -> None:
    assert 'href="kinds/excerpt/"' in web.text("index.html")
