"""What machines ask a site for: sitemap, robots.txt, canonical links, cards, structured data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from kb.features import machine
from kb.features.machine import sitemaps
from website.web import BASE, CONFIG, PNG, Web, built

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _locations(data: bytes, root: str = "urlset", entry: str = "url") -> list[str]:
    """The addresses of a sitemap, which is held against what sitemaps.org says of one."""
    tree = ET.fromstring(data)  # noqa: S314 - we wrote it
    assert tree.tag == SITEMAP + root
    assert 0 < len(tree) <= 50_000
    found = []
    for row in tree:
        assert row.tag == SITEMAP + entry
        names = [part.tag.removeprefix(SITEMAP) for part in row]
        assert names in (["loc"], ["loc", "lastmod"])
        texts = [part.text or "" for part in row]
        address = urlsplit(texts[0])
        assert address.scheme
        assert address.netloc
        assert texts[0].isascii()
        assert " " not in texts[0]
        assert len(texts[0]) < 2048
        assert all(DATE.fullmatch(text) for text in texts[1:])
        found.append(texts[0])
    return found


def _json_ld_all(web: Web, path: str) -> list[dict[str, Any]]:
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', web.text(path), re.DOTALL)
    assert match
    facts = json.loads(match[1])
    return facts if isinstance(facts, list) else [facts]


def _json_ld(web: Web, path: str) -> dict[str, Any]:
    return _json_ld_all(web, path)[0]


def test_the_sitemap_names_the_home_page_and_every_note_once_and_no_list(tmp_path: Path) -> None:
    notes = {"index.md": "Home.", "a/b & c.md": "x", "a/Ünï.md": "x", "a/index.md": "---\ntags: [t]\n---\nx"}
    web = built(tmp_path, notes)
    assert _locations(web.files["sitemap.xml"]) == [
        BASE,
        f"{BASE}a/",
        f"{BASE}a/b-&-c/",
        f"{BASE}a/%C3%BCn%C3%AF/",
    ]


def test_a_site_without_notes_has_a_sitemap_of_its_home_page(tmp_path: Path) -> None:
    assert _locations(built(tmp_path, {}).files["sitemap.xml"]) == [BASE]


def test_the_sitemap_says_when_a_note_was_last_changed(tmp_path: Path) -> None:
    note = "---\ndate: 2020-02-03T10:00:00+02:00\nupdated: 2021-05-06\n---\nx"
    text = built(tmp_path, {"a.md": note, "b.md": "x"}).text("sitemap.xml")
    assert f"<url><loc>{BASE}a/</loc><lastmod>2021-05-06</lastmod></url>" in text
    assert f"<url><loc>{BASE}b/</loc></url>" in text


def test_more_addresses_than_a_sitemap_may_hold_stand_in_parts() -> None:
    rows = [(f"{BASE}{number}/", "") for number in range(100_001)]
    index, *parts = sitemaps(BASE, rows)
    names = _locations(index.data(), "sitemapindex", "sitemap")
    assert names == [BASE + part.path for part in parts] == [f"{BASE}sitemap-{n}.xml" for n in (1, 2, 3)]
    assert [url for part in parts for url in _locations(part.data())] == [url for url, _ in rows]


@pytest.mark.parametrize(("notes", "parts"), [(0, 0), (1, 0), (2, 2), (3, 2), (4, 3)])
def test_there_are_as_many_parts_as_the_addresses_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, notes: int, parts: int
) -> None:
    monkeypatch.setattr(machine, "MOST_URLS", 2)
    web = built(tmp_path, {"index.md": "Home.", **{f"{number}.md": "x" for number in range(notes)}})
    names = [f"sitemap-{number}.xml" for number in range(1, parts + 1)]
    assert sorted(path for path in web.files if path.startswith("sitemap")) == [*names, "sitemap.xml"]
    found = [url for name in names or ["sitemap.xml"] for url in _locations(web.files[name])]
    assert found == [BASE, *(f"{BASE}{number}/" for number in range(notes))]


def test_robots_may_read_everything_and_are_led_to_the_sitemap(tmp_path: Path) -> None:
    assert (
        built(tmp_path, {}).text("robots.txt") == f"User-agent: *\nAllow: /\n\nSitemap: {BASE}sitemap.xml\n"
    )


def test_a_site_without_an_address_has_nothing_that_would_need_one(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "---\ndate: 2020-01-01\ntags: [t]\n---\nx"}, "title: A site\n")
    assert not [path for path in web.files if path.endswith((".xml", "feed.json"))]
    assert web.text("robots.txt") == "User-agent: *\nAllow: /\n"
    pages = [web.page(path) for path in web.files if path.endswith(".html")]
    assert not [
        page for page in pages if page.all("link", rel="canonical") or page.all("link", rel="alternate")
    ]
    assert "no-base-url" in web.codes()


@pytest.mark.parametrize(("base", "top"), [(BASE, "/sub/"), ("https://example.org/", "/"), ("", "/")])
def test_the_page_for_unknown_addresses_starts_every_link_at_the_top(
    tmp_path: Path, base: str, top: str
) -> None:
    web = built(
        tmp_path, {"a.md": "x"}, f"title: A site\nbase_url: '{base}'\nmenu: [{{title: A, link: a}}]\n"
    )
    page = web.page("404.html")
    assert page.all("meta", name="robots", content="noindex")
    assert not page.all("link", rel="canonical")
    assert all(address.startswith((top, "#")) for address in page.addresses)
    assert f"{top}a/" in page.addresses


def test_every_page_names_its_own_address_and_the_feeds(tmp_path: Path) -> None:
    web = built(tmp_path, {"index.md": "x", "a/b.md": "---\ntags: [t]\n---\nx"})
    for path in (
        "index.html",
        "a/index.html",
        "a/b/index.html",
        "tags/index.html",
        "tags/t/index.html",
        "archive/index.html",
    ):
        page = web.page(path)
        assert [link["href"] for link in page.all("link", rel="canonical")] == [
            BASE + path.removesuffix("index.html")
        ]
        feeds = [link["href"] for link in page.all("link", rel="alternate")]
        root = "../" * path.count("/")
        own = [f"{root}tags/t/feed.xml", f"{root}tags/t/feed.json"] if path == "tags/t/index.html" else []
        assert feeds == [*own, f"{root}feed.xml", f"{root}feed.json"]


def test_a_note_has_a_card_for_those_who_share_it(tmp_path: Path) -> None:
    note = "---\ntitle: A & B\ndate: 2020-01-02\nupdated: 2021-01-02\nimage: i/x y.png\ndescription: '\"Quoted\"'\n---\nx"
    page = built(tmp_path, {"a.md": note, "i/x y.png": PNG}).page("a/index.html")
    said = {found.get("property", ""): found["content"] for found in page.all("meta") if "property" in found}
    assert said == {
        "og:title": "A & B",
        "og:type": "article",
        "og:url": f"{BASE}a/",
        "og:description": '"Quoted"',
        "og:site_name": "A site",
        "og:image": f"{BASE}i/x-y.png",
        "og:image:alt": "A & B",
        "og:image:width": "2",
        "og:image:height": "3",
        "article:published_time": "2020-01-02",
        "article:modified_time": "2021-01-02",
    }


def test_a_note_is_an_article_to_search_engines(tmp_path: Path) -> None:
    note = "---\ntitle: T\ndate: 2020-01-02\ntags: [x, y]\nimage: i.png\nlang: de\n---\nSome words here."
    facts = _json_ld(built(tmp_path, {"a.md": note, "i.png": PNG}), "a/index.html")
    assert facts == {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": "T",
        "description": "Some words here.",
        "datePublished": "2020-01-02",
        "dateModified": "2020-01-02",
        "author": {"@type": "Person", "name": "An author"},
        "keywords": ["x", "y"],
        "inLanguage": "de",
        "wordCount": 3,
        "image": f"{BASE}i.png",
        "url": f"{BASE}a/",
        "mainEntityOfPage": f"{BASE}a/",
    }


def test_a_note_in_a_folder_says_where_it_lies(tmp_path: Path) -> None:
    web = built(tmp_path, {"a/b/c.md": "# C", "a/index.md": "# The A"})
    article, way = _json_ld_all(web, "a/b/c/index.html")
    assert article["@type"] == "Article"
    assert way["@type"] == "BreadcrumbList"
    found = [(step["position"], step["name"], step["item"]) for step in way["itemListElement"]]
    assert found == [
        (1, "A site", BASE),
        (2, "The A", f"{BASE}a/"),
        (3, "b", f"{BASE}a/b/"),
        (4, "C", f"{BASE}a/b/c/"),
    ]


def test_what_search_engines_ask_of_an_article_is_there(tmp_path: Path) -> None:
    """What Google's and schema.org's validators want of these types, on every page that has any of them."""
    wanted = {
        "Article": {"headline", "author", "datePublished", "url", "mainEntityOfPage"},
        "BreadcrumbList": {"itemListElement"},
        "WebSite": {"name", "url"},
    }
    notes = {
        f"{folder}n{number}.md": "---\ndate: 2020-01-01\n---\nx" for folder in ("", "a/") for number in (1, 2)
    }
    web = built(tmp_path, notes | {"index.md": "# Home"})
    seen = set()
    for path in web.files:
        if path.endswith(".html") and "ld+json" in web.text(path):
            for facts in _json_ld_all(web, path):
                assert facts["@context"] == "https://schema.org"
                assert wanted[facts["@type"]] <= {name for name, fact in facts.items() if fact}
                seen.add(facts["@type"])
    assert seen == wanted.keys()


def test_the_front_page_is_a_site_that_can_be_searched(tmp_path: Path) -> None:
    web = built(tmp_path, {"index.md": "x"})
    facts = _json_ld(web, "index.html")
    assert (facts["@type"], facts["name"], facts["url"]) == ("WebSite", "A site", BASE)
    assert facts["potentialAction"]["target"]["urlTemplate"] == f"{BASE}search/?q={{query}}"
    assert "potentialAction" not in _json_ld(built(tmp_path, {}, f"{CONFIG}search: false\n"), "index.html")


def test_pages_say_in_microformats_what_they_are(tmp_path: Path) -> None:
    notes = {
        "a.md": "---\ndate: 2020-01-02\nupdated: 2020-01-03\ntags: [x]\n---\n# T\n\n[[b]]",
        "b.md": "Text.",
    }
    web = built(tmp_path, notes)
    page = web.page("a/index.html")
    classes = [name for _, found in page.tags for name in found.get("class", "").split()]
    once = ["h-entry", "p-name", "dt-published", "dt-updated", "e-content", "u-url", "p-category", "p-author"]
    assert {name: classes.count(name) for name in once} == dict.fromkeys(once, 1)
    assert page.all("data", value=f"{BASE}a/")[0]["class"] == "u-url"
    cited = [found for _, found in web.page("b/index.html").tags if "h-cite" in found.get("class", "")]
    assert len(cited) == 1
    for path in ("index.html", "archive/index.html", "tags/x/index.html"):
        classes = [name for _, found in web.page(path).tags for name in found.get("class", "").split()]
        assert classes.count("h-feed") == 1
        assert classes.count("h-entry") >= 1


def test_no_title_can_end_the_script_that_holds_it(tmp_path: Path) -> None:
    title = "</script><script>alert(1)</script> <!-- & ]]>"
    web = built(tmp_path, {"a.md": f"---\ntitle: '{title}'\n---\nx"})
    assert _json_ld(web, "a/index.html")["headline"] == title
    scripts = [
        found for tag, found in web.page("a/index.html").tags if tag == "script" and "src" not in found
    ]
    assert scripts == [{"type": "application/ld+json"}]


def test_a_list_with_an_introduction_is_no_article(tmp_path: Path) -> None:
    intro = "---\ndate: 2020-01-01\n---\n# About it\n\nText."
    notes = {
        "a/index.md": intro,
        "index.md": intro,
        "tags/index.md": intro,
        "a/b.md": "---\ntags: [t]\n---\nx",
    }
    web = built(tmp_path, notes)
    for path in ("a/index.html", "index.html", "tags/index.html"):
        text = web.text(path)
        assert "Text." in text
        assert '<meta property="og:type" content="website">' in text
        assert '"Article"' not in text
        assert "published_time" not in text


def test_the_assets_of_the_theme_are_named_by_their_content(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "x"}, CONFIG)
    (style,) = [path for path in web.files if path.startswith("_assets/style") and path.endswith(".css")]
    assert re.fullmatch(r"_assets/style\.[0-9a-f]{12}\.css", style)
    override = tmp_path / "themes/paper/assets/style.css"
    override.parent.mkdir(parents=True)
    override.write_text("body { color: red }")
    again = built(tmp_path, {})
    (other,) = [path for path in again.files if path.startswith("_assets/style") and path.endswith(".css")]
    assert other != style
    assert again.text(other).startswith("body { color: red }")
