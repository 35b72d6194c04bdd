"""Links to notes that are not there, in the preview: who wants such a note, and how it begins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from serve.preview import Answer, Preview, preview
from website.web import built

FILES: dict[str, str | bytes] = {
    "config.yaml": "title: Small\nstarters: [templates]\n",
    "content/index.md": "# Home\n\nRead [[New thing]] and [[one]], not [[sub/deep#part|that]] nor [this](/tags/).\n\n![[one]]\n",
    "content/ml/one.md": "# One\n\nIt wants the [new thing](<New thing.md>) & more.\n",
    "content/ml/other.md": "# Other\n\n[[nowhere else]]\n",
    "templates/fancy.md": "---\ntitle: {{title}}\nkind: fancy\n---\n\nFancy.\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Preview]:
    with preview(tmp_path, FILES) as running:
        yield running


def missing(site: Preview, path: str) -> list[tuple[str, str]]:
    found = json.loads(site.ask(f"/_kb/missing?path={path}").text)["missing"]
    return [(each["label"], each["url"]) for each in found]


def page(site: Preview, target: str, source: str = "index.md") -> Answer:
    return site.ask(f"/_kb/wanted?{urlencode({'target': target, 'from': source})}")


def make(site: Preview, title: str, **more: str) -> Answer:
    said = {"token": site.token, "title": title, "kind": "note", "target": "x", "from": "index.md", **more}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{site.host}"}
    return site.ask("/_kb/new", headers, "POST", urlencode(said).encode())


def test_the_links_of_a_page_that_lead_nowhere_are_told_those_of_embedded_notes_too(site: Preview) -> None:
    assert [label for label, _ in missing(site, "index.html")] == ["New thing", "that", "new thing"]
    assert missing(site, "index.html")[0][1] == "/_kb/wanted?target=New+thing&from=index.md"
    assert missing(site, "nothing/here.html") == []


def test_the_page_of_a_missing_note_says_who_speaks_of_it_in_their_words(site: Preview) -> None:
    text = page(site, "New thing").text
    assert "“New thing” is not written yet" in text
    assert "2 notes speak of it" in text
    assert '<a href="/ml/one/">One</a>' in text
    assert "It wants the <mark>new thing</mark> &amp; more." in text
    assert "kb new 'New thing'" in unescape(text)


def test_a_bare_name_goes_beside_the_note_that_speaks_of_it(site: Preview) -> None:
    assert 'name="title" value="ml/nowhere else"' in page(site, "nowhere else", "ml/other.md").text
    assert 'name="title" value="sub/deep"' in page(site, "sub/deep", "ml/other.md").text
    assert 'name="title" value="up"' in page(site, "../up.md", "ml/other.md").text


def test_a_note_that_has_been_written_meanwhile_is_shown(site: Preview) -> None:
    got = page(site, "one")
    assert (got.status, got.headers["location"]) == (302, "/ml/one/")


def test_a_note_is_begun_from_the_template_of_its_kind(site: Preview) -> None:
    assert "<option>fancy</option>" in page(site, "New thing").text
    got = make(site, "ml/New thing", kind="fancy")
    assert (got.status, got.headers["location"]) == (303, "/ml/new-thing/")
    assert "Fancy." in (site.root / "content/ml/New thing.md").read_text()
    site.live.refresh(None)
    assert "Fancy." in site.ask("/ml/new-thing/").text
    assert [label for label, _ in missing(site, "index.html")] == ["that"]


def test_no_file_is_ever_written_over(site: Preview) -> None:
    before = (site.root / "content/ml/one.md").read_bytes()
    for title in ("ml/one", "ml/One"):
        got = make(site, title)
        assert got.status == 409
        assert "is there already" in got.text
    assert (site.root / "content/ml/one.md").read_bytes() == before


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "title",
    ["../out", "../../out", "/etc/out", "~/out", "a/../../../out", "..\\out", ".git/hooks/out", "C:/out"],
)
def test_no_title_makes_a_file_outside_the_notes(site: Preview, title: str, tmp_path: Path) -> None:
    before = files(tmp_path)
    assert make(site, title).status in {303, 409}
    new = files(tmp_path) - before
    assert all(each.partition("content/")[2] and each.endswith(".md") for each in new)
    assert not [each for each in new if "/." in each]


def test_a_link_out_of_the_notes_is_not_followed(site: Preview, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (site.root / "content" / "led").symlink_to(tmp_path / "elsewhere")
    assert make(site, "led/out").status == 409
    assert not list((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("title", ["", "///", "...", " "])
def test_a_note_without_a_name_is_refused_in_words(site: Preview, title: str) -> None:
    got = make(site, title)
    assert got.status == 409
    assert "no letter or digit" in got.text


def test_an_unknown_kind_is_refused_in_words(site: Preview) -> None:
    got = make(site, "New thing", kind="../../etc/passwd")
    assert got.status == 409
    assert "no template" in got.text


def test_only_the_previews_own_pages_make_a_note(site: Preview) -> None:
    before = files(site.root)
    assert make(site, "Theirs", token="wrong").status == 403  # noqa: S106 - it is
    assert make(site, "Theirs", token="").status == 403
    said = urlencode({"token": site.token, "title": "Theirs"}).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert site.ask("/_kb/new", kind, "POST", said).status == 403
    assert site.ask("/_kb/new", {**kind, "Origin": "http://evil.example"}, "POST", said).status == 403
    assert site.ask("/_kb/new", kind, "POST").status == 403
    got = site.ask("/_kb/new?title=Theirs")
    assert (got.status, got.headers["allow"]) == (405, "POST")
    assert files(site.root) == before


def test_no_word_of_an_address_becomes_an_element(site: Preview) -> None:
    text = page(site, '"><img src=x onerror=alert(1)>', '"><b>').text
    assert "<img" not in text
    assert "<b>" not in text


@pytest.mark.parametrize("target", ["", "/", "..", "./"])
def test_a_page_of_no_name_is_refused(site: Preview, target: str) -> None:
    assert page(site, target).status == 400


def test_in_the_published_site_such_a_link_stays_plain_text(tmp_path: Path) -> None:
    text = built(tmp_path, {"a.md": "See [[New thing]].\n"}).text("a/index.html")
    assert '<a class="missing">New thing</a>' in text
    assert "_kb/" not in text
