"""Feeds: what readers get, and that they can read it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from website.web import BASE, CONFIG, PNG, Page, Web, built

feedparser = pytest.importorskip("feedparser")
ATOM = "{http://www.w3.org/2005/Atom}"

NOTES: dict[str, str | bytes] = {
    "a/new.md": (
        "---\ndate: 2021-05-06\ntags: [x, y/z]\n---\n# New & \\<b>\n\n"
        "See [[old]], [[#Part]], [[old#End|the end]], ![a picture](pic.png) and a foot.[^1]\n\n"
        '<a href="../a/pic.png">raw</a> <img src="/nowhere.png" alt="">\n\n'
        "## Part\n\n![[old]]\n\n![[old#End]]\n\n[^1]: The foot.\n"
    ),
    "old.md": "---\ndate: 2019-01-01T10:00:00+02:00\ntags: [x]\n---\nOld, with [[#End]] and a note.^[small]\n\n## End\n\n[[a/new]] ![[pic.png]]\n",
    "undated.md": "---\ntags: [x]\n---\nNo date, no entry.",
    "a/pic.png": PNG,
}


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Web:
    return built(tmp_path_factory.mktemp("feeds"), NOTES)


def _atom(web: Web, path: str) -> Any:
    parsed = feedparser.parse(web.files[path])
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def _contents(web: Web) -> list[str]:
    """The HTML of every entry of every feed."""
    found = []
    for path in web.files:
        if path.endswith("feed.xml"):
            tree = ET.fromstring(web.files[path])  # noqa: S314 - we wrote it
            found += [entry.findtext(f"{ATOM}content", "") for entry in tree.iter(f"{ATOM}entry")]
        elif path.endswith("feed.json"):
            found += [item["content_html"] for item in json.loads(web.files[path])["items"]]
    return found


def test_the_site_and_each_tag_has_both_feeds(web: Web) -> None:
    folders = ("", "tags/x/", "tags/y/", "tags/y/z/")
    feeds = [path for path in web.files if path.endswith(("feed.xml", "feed.json"))]
    assert sorted(feeds) == sorted(f"{folder}feed.{form}" for folder in folders for form in ("xml", "json"))
    for folder in folders:
        atom, other = _atom(web, f"{folder}feed.xml"), json.loads(web.files[f"{folder}feed.json"])
        assert atom.feed.id == f"{BASE}{folder}feed.xml"
        assert other["feed_url"] == f"{BASE}{folder}feed.json"
        assert atom.feed.link == other["home_page_url"] == BASE + folder
        assert [entry.id for entry in atom.entries] == [item["id"] for item in other["items"]]


def test_a_feed_holds_the_newest_dated_notes_whole(web: Web) -> None:
    feed = _atom(web, "feed.xml")
    assert [(entry.title, entry.id, entry.link) for entry in feed.entries] == [
        ("New & <b>", f"{BASE}a/new/", f"{BASE}a/new/"),
        ("old", f"{BASE}old/", f"{BASE}old/"),
    ]
    html = feed.entries[0].content[0].value
    assert "The foot." in html
    assert "Old, with" in html
    assert [tag.term for tag in feed.entries[0].tags] == ["x", "y/z"]


def test_a_feed_holds_no_more_than_it_is_told(tmp_path: Path) -> None:
    notes = {f"{n}.md": f"---\ndate: 2020-01-0{n}\n---\nx" for n in range(1, 6)}
    web = built(tmp_path, notes, CONFIG + "feed_size: 2\n")
    assert [entry.title for entry in _atom(web, "feed.xml").entries] == ["5", "4"]


def test_dates_are_those_of_the_notes_in_the_form_that_feeds_want(web: Web) -> None:
    feed = json.loads(web.files["feed.json"])
    assert [item["date_published"] for item in feed["items"]] == [
        "2021-05-06T00:00:00+00:00",
        "2019-01-01T10:00:00+02:00",
    ]
    parsed = _atom(web, "feed.xml")
    assert parsed.feed.updated == "2021-05-06T00:00:00+00:00"
    for entry in parsed.entries:
        assert datetime.fromisoformat(entry.updated).tzinfo


def test_every_address_in_a_feed_is_whole_and_leads_to_the_site(web: Web) -> None:
    contents = _contents(web)
    assert contents
    files = {BASE + path.removesuffix("index.html") for path in web.files} | {
        "https://example.org/nowhere.png"
    }
    for html in contents:
        for address in Page(html).addresses:
            file, _, fragment = address.partition("#")
            assert file in files, address
            page = file.removeprefix(BASE) + "index.html"
            assert not fragment or fragment.replace("%5E", "^").replace("%3A", ":") in web.page(page).ids, (
                address
            )


def test_no_id_stands_twice_in_an_entry(web: Web) -> None:
    for html in _contents(web):
        ids = Page(html).ids
        assert len(set(ids)) == len(ids)


def test_a_feed_has_no_signs_to_copy_a_headings_address(web: Web) -> None:
    assert 'class="permalink"' in web.text("a/new/index.html")
    assert not [html for html in _contents(web) if "permalink" in html]


def test_what_xml_cannot_hold_breaks_no_feed(tmp_path: Path) -> None:
    note = (
        '---\ntitle: "a\\x07b ]]> & <i>\\uFFFE"\ndate: 2020-01-01\ntags: ["q]]>"]\n'
        'description: "AT&T <b>\\x1f"\n---\n]]> & \x0b\x0c &#x1; \ufffe `<![CDATA[`\n'
    )
    web = built(tmp_path, {"a.md": note}, CONFIG.replace("A site", "A ]]> & <site>"))
    (entry,) = _atom(web, "feed.xml").entries
    assert entry.title == "a\ufffdb ]]> & <i>\ufffd"
    assert "]]&gt; &amp;" in entry.content[0].value
    assert "AT&amp;T &lt;b&gt;\ufffd" in entry.summary
    assert json.loads(web.files["feed.json"])["items"][0]["content_html"]


def test_a_feed_is_the_same_in_every_build_and_changes_with_an_entry(tmp_path: Path) -> None:
    first = built(tmp_path, dict(NOTES)).files
    (tmp_path / "content/undated.md").write_text("---\ntags: [x]\n---\nOther words.")
    second = built(tmp_path, {}).files
    assert {path for path in first if "feed" in path and first[path] != second[path]} == set()
    old = str(NOTES["old.md"]).replace("Old, with", "Changed, with")
    third = built(tmp_path, {"old.md": old}).files
    changed = {path for path in first if "feed" in path and first[path] != third[path]}
    assert {"feed.xml", "feed.json", "tags/x/feed.xml", "tags/y/z/feed.json"} <= changed  # new.md embeds it


def test_a_feed_without_entries_is_one_all_the_same(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "x"})
    assert _atom(web, "feed.xml").feed.updated == "1970-01-01T00:00:00+00:00"
    assert json.loads(web.files["feed.json"])["items"] == []


def test_what_was_changed_in_another_zone_is_newest_by_the_clock_not_by_its_letters(tmp_path: Path) -> None:
    notes = {
        "a.md": "---\ndate: 2020-01-01T23:00:00-05:00\n---\nx",
        "b.md": "---\ndate: 2020-01-02T01:00:00+05:00\n---\nx",
    }
    assert _atom(built(tmp_path, notes), "feed.xml").feed.updated == "2020-01-01T23:00:00-05:00"


def test_json_feeds_say_what_version_1_1_demands(web: Web) -> None:
    feed = json.loads(web.files["feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "A site"
    assert feed["authors"] == [{"name": "An author"}]
    for item in feed["items"]:
        assert item["id"]
        assert item["content_html"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", item["date_published"])


def test_a_person_who_opens_a_feed_finds_words_and_links(web: Web) -> None:
    html = "{http://www.w3.org/1999/xhtml}"
    for path, root in (("feed.xml", ""), ("tags/y/z/feed.xml", "../../../")):
        style = re.search(r'<\?xml-stylesheet type="text/css" href="([^"]*)"\?>', web.text(path))
        assert style
        assert style[1].startswith(f"{root}_assets/")
        assert style[1].removeprefix(root) in web.files
        tree = ET.fromstring(web.files[path])  # noqa: S314 - we wrote it
        assert [link.get("href") for link in tree.iterfind(f"{html}p/{html}a")] == [
            BASE + path.removesuffix("feed.xml")
        ]
        links = [(link.text, link.get("href")) for link in tree.iterfind(f"{ATOM}entry/{html}a")]
        assert links == [(entry.title, entry.link) for entry in _atom(web, path).entries]
