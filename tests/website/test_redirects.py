"""Old addresses lead on, and addresses are what an author asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from website.web import BASE, Web, built


def _redirect(web: Web, path: str) -> tuple[str, str]:
    """Where a redirect leads: what a browser follows, and what a search engine keeps."""
    page = web.page(path)
    (refresh,) = page.all("meta", **{"http-equiv": "refresh"})
    assert page.all("meta", name="robots", content="noindex")
    (canonical,) = page.all("link", rel="canonical")
    delay, _, url = refresh["content"].partition("; url=")
    assert delay == "0"
    assert url in page.addresses  # for whoever does not follow by itself
    return url, canonical["href"]


@pytest.mark.parametrize(
    ("alias", "file", "url"),
    [
        ("old/place", "old/place/index.html", "../../films/aruvi/"),
        ("Old/Other Place.md", "old/other-place/index.html", "../../films/aruvi/"),
        ("/2017/05/aruvi.html", "2017/05/aruvi.html", "../../films/aruvi/"),
        ("/2017/Aruvi/", "2017/Aruvi/index.html", "../../films/aruvi/"),
        ("/aruvi", "aruvi/index.html", "../films/aruvi/"),
        ("/caf%C3%A9/x/", "café/x/index.html", "../../films/aruvi/"),
        ("/blog/index.html", "blog/index.html", "../films/aruvi/"),
    ],
)
def test_an_alias_that_is_an_address_leads_to_the_note(
    tmp_path: Path, alias: str, file: str, url: str
) -> None:
    web = built(tmp_path, {"films/Aruvi.md": f"---\naliases: ['{alias}']\n---\nx"})
    assert _redirect(web, file) == (url, f"{BASE}films/aruvi/")
    assert not list(web.faults())


def test_an_alias_that_is_a_name_is_no_address(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "---\naliases: [Another name, '/?p=12', '../up']\n---\nx"})
    assert not [path for path in web.files if b"http-equiv" in web.files[path]]


def test_an_alias_that_is_the_notes_own_address_is_no_redirect(tmp_path: Path) -> None:
    web = built(tmp_path, {"a/B.md": "---\naliases: [a/b, /A/B/, /a/b/index.html]\n---\nText."})
    assert "Text." in web.text("a/b/index.html")
    assert "duplicate-url" not in web.codes()


def test_an_alias_takes_no_address_from_a_page(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "---\naliases: [/b/, /archive/]\n---\nx", "b.md": "Text of b."})
    assert "Text of b." in web.text("b/index.html")
    assert web.codes().count("duplicate-url") == 2


def test_a_redirect_to_the_home_page_leads_there(tmp_path: Path) -> None:
    web = built(tmp_path, {"index.md": "---\naliases: [/home/, start/page]\n---\nx"})
    assert _redirect(web, "home/index.html") == ("../", BASE)
    assert _redirect(web, "start/page/index.html") == ("../../", BASE)


@pytest.mark.parametrize(
    ("permalink", "file"),
    [
        ("/about/", "about/index.html"),
        ("about", "about/index.html"),
        ("/2017/Aruvi.html", "2017/Aruvi.html"),
        ("/caf%C3%A9/", "café/index.html"),
        ("/x/index.html", "x/index.html"),
    ],
)
def test_a_permalink_is_the_address_of_its_note(tmp_path: Path, permalink: str, file: str) -> None:
    web = built(tmp_path, {"a.md": f"---\npermalink: '{permalink}'\n---\nText.", "b.md": "[[a]]"})
    assert "Text." in web.text(file)
    assert "a/index.html" not in web.files
    assert not list(web.faults())


def test_a_permalink_to_the_top_is_the_home_page(tmp_path: Path) -> None:
    for number, permalink in enumerate(("/", "/index.html")):
        web = built(tmp_path / str(number), {"a.md": f"---\npermalink: {permalink}\n---\nWelcome text."})
        assert "Welcome text." in web.text("index.html")


@pytest.mark.parametrize(
    "permalink", ["../up/", "/a b/", "https://example.org/x/", "/x?y/", "/.git/config", "/a%2F..%2Fb/"]
)
def test_a_permalink_that_cannot_be_an_address_is_told_and_not_used(tmp_path: Path, permalink: str) -> None:
    web = built(tmp_path, {"a.md": f"---\npermalink: '{permalink}'\n---\nText."})
    assert "Text." in web.text("a/index.html")
    assert "bad-permalink" in web.codes()


@pytest.mark.parametrize(
    ("name", "file", "told"),
    [
        ("Gaussian mixture  models", "gaussian-mixture-models/index.html", []),
        ("100% sure #1", "100-sure-1/index.html", []),
        ("Mr.", "mr/index.html", ["odd-name"]),
        ("CON", "con_/index.html", ["odd-name"]),
        ("what? why: how", "what-why-how/index.html", ["odd-name"]),
        ("ends with a dot./inside", "ends-with-a-dot/inside/index.html", ["odd-name"]),
        ("Über ß", "über-ß/index.html", []),
        ("U\u0308ber", "über/index.html", []),
    ],
)
def test_addresses_are_pretty_and_every_system_can_hold_them(
    tmp_path: Path, name: str, file: str, told: list[str]
) -> None:
    web = built(tmp_path, {f"{name}.md": "Text."})
    assert "Text." in web.text(file)
    assert [code for code in web.codes() if code == "odd-name"] == told
    assert not list(web.faults())
