"""The page of each kind as it was looked at and found good: golden/<kind>.html has what is the kind's own on it.

Beside it: all pages of these kinds are valid HTML, and say to machines what schema.org knows of.

Where a page is meant to look otherwise, ``KB_GOLDEN=write pytest tests/kinds/test_golden_kinds.py`` writes them anew; the
difference is to be read.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kinds.test_kind_pages import NOTES, structured
from website.valid import html_faults
from website.web import Web, built

GOLDEN = Path(__file__).parent / "golden"
#: Kind → the page of it, and the parts that are the kind's own.
PAGES = {
    "review": ("lamp/index.html", ("header", "body")),
    "excerpt": ("notes/a/index.html", ("header", "body", "gathering")),
    "reblog": ("copied/index.html", ("header", "body")),
    "decision": ("which/index.html", ("header", "body")),
    "recipe": ("soup/index.html", ("header", "body")),
    "series": ("parts/two/index.html", ("series",)),
    "whole-series": ("series/lamps/index.html", ("list",)),
    "recipes": ("kinds/recipe/index.html", ("list",)),
    "kinds": ("kinds/index.html", ("list",)),
    "decisions": ("kinds/decision/index.html", ("table",)),
    "reviews": ("kinds/review/index.html", ("table",)),
    "passages": ("kinds/excerpt/the-lamp-&-son/index.html", ("body",)),
}
DECISION = """---
title: Which lamp
date: 2024-03-05
kind: decision
question: Which lamp <for> the desk?
decided: 2024-03-04
chosen: The old & bright one
look_again: 2026-03-04
---
```decision
criteria: {light: 2, price: {weight: 1, direction: lower}}
---
lamp,light,price
Old,9,10
New,7,5
```
"""
PARTS = {
    "header": r'<article class="note.*?</header>',
    "body": r'<div class="body.*?\n</div>\n(?=<section|<nav|</article>|<p class="gathering|</div>\n</main>)',
    "gathering": r'<p class="gathering".*?</p>',
    "series": r'<nav class="series".*?</nav>',
    "list": r'<div class="list.*?(?=</main>)',
    "table": r'<table class="(?:reviews|data-table)">.*?</table>',
}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Web:
    root = tmp_path_factory.mktemp("golden")
    (root / "kinds").mkdir()
    (root / "kinds/recipe.yaml").write_text("fields: {serves: number, liked: rating}\n", encoding="utf-8")
    return built(
        root,
        {**NOTES, "which.md": DECISION, "soup.md": "---\nkind: recipe\nserves: 4\nliked: 4/5\n---\nStir.\n"},
    )


@pytest.mark.parametrize("kind", PAGES)
def test_the_page_of_a_kind_is_as_it_was_found_good(web: Web, kind: str) -> None:
    path, parts = PAGES[kind]
    text = web.text(path)
    found = []
    for part in parts:
        match = re.search(PARTS[part], text, re.DOTALL)
        assert match, f"{path} has no {part}"
        found.append(match[0].strip())
    if kind in {"review", "excerpt", "reblog", "decision", "recipe", "series"}:
        found.append(json.dumps(structured(web, path), indent=1, ensure_ascii=False))
    now = "\n\n".join(found) + "\n"
    file = GOLDEN / f"{kind}.html"
    if os.environ.get("KB_GOLDEN") == "write":
        file.write_text(now, encoding="utf-8")
    assert now == file.read_text(encoding="utf-8")


#: What schema.org (version 29) says that things of these types have, by the type that has it first.
_THING = {
    "@context",
    "@type",
    "name",
    "alternateName",
    "description",
    "url",
    "image",
    "sameAs",
    "mainEntityOfPage",
}
_WORK = _THING | {
    *(
        "about",
        "author",
        "creator",
        "dateModified",
        "datePublished",
        "hasPart",
        "headline",
        "inLanguage",
        "isBasedOn",
    ),
    *(
        "isPartOf",
        "keywords",
        "position",
        "publisher",
        "text",
        "timeRequired",
        "translator",
        "wordCount",
        "pageEnd",
    ),
}
_ACTION = _THING | {"actionStatus", "endTime", "result", "target"}
KNOWN = {
    "Article": _WORK | {"wordCount", "pagination"},
    "Book": _WORK | {"numberOfPages"},
    "BreadcrumbList": _THING | {"itemListElement"},
    "ChooseAction": _ACTION | {"actionOption"},
    "CreativeWorkSeries": _WORK,
    "EntryPoint": _THING | {"urlTemplate"},
    "ItemList": _THING | {"itemListElement", "itemListOrder"},
    "ListItem": _THING | {"item", "position"},
    "Movie": _WORK | {"director", "actor", "duration"},
    "Organization": _THING,
    "Person": _THING,
    "Place": _THING,
    "Product": _THING,
    "Quotation": _WORK | {"spokenByCharacter"},
    "Rating": _THING | {"bestRating", "worstRating", "ratingValue"},
    "Review": _WORK | {"itemReviewed", "reviewBody", "reviewRating"},
    "SearchAction": _ACTION | {"query", "query-input"},
    "Thing": _THING,
    "WebSite": _WORK | {"potentialAction"},
}


def things(said: object) -> Iterator[dict[str, Any]]:
    """Everything that is of a type in what a page says, at any depth."""
    if isinstance(said, dict):
        yield said
    for each in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        yield from things(each)


def test_machines_are_told_of_kinds_in_words_that_schema_org_has(web: Web) -> None:
    seen = set()
    for path in web.files:
        for script in re.findall(
            r'<script type="application/ld\+json">(.*?)</script>',
            web.text(path) if path.endswith(".html") else "",
        ):
            for thing in things(json.loads(script)):
                assert thing.keys() - KNOWN[thing["@type"]] == set(), path
                assert all(fact not in ("", None, [], {}) for fact in thing.values()), path
                seen.add(thing["@type"])
    assert seen == KNOWN.keys()


@pytest.mark.slow
def test_every_page_of_a_kind_is_valid_html(web: Web) -> None:
    assert html_faults(web.folder) == []
