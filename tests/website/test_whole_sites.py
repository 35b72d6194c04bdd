"""Whole sites under every kind of address, held together by their links."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from website.valid import html_faults
from website.web import BASE, CONFIG, Page, Web, built, made

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Web:
    """This repository's own site, built as `make site` builds it."""
    return made(REPOSITORY, tmp_path_factory.mktemp("own") / "site")


@pytest.fixture(scope="session")
def help_site(corpus: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Web:
    """A vault of Obsidian's own, under a sub-path."""
    return made(corpus("obsidian-help-en"), tmp_path_factory.mktemp("help") / "site", BASE)


@pytest.fixture(params=["own_site", "help_site"])
def web(request: pytest.FixtureRequest) -> Web:
    site: Web = request.getfixturevalue(request.param)
    return site


def test_every_link_leads_to_a_file_and_an_id_and_no_id_stands_twice(web: Web) -> None:
    assert not list(web.faults())


def test_pages_link_by_ways_that_hold_under_any_address(web: Web) -> None:
    for path, data in web.files.items():
        if not path.endswith(".html") or path == "404.html":
            continue
        for tag, found in Page(data.decode()).tags:
            if tag == "link" and found.get("rel") == "canonical":
                continue
            address = found.get("href", "") or found.get("src", "")
            assert not address.startswith("/"), (path, address)
            assert not address.startswith(web.base), (path, address)
            in_folder = urlsplit(urljoin("file:///any/where/site/" + path, address))
            assert in_folder.scheme != "file" or in_folder.path.startswith("/any/where/site/"), (
                path,
                address,
            )


def test_pictures_have_their_size_so_that_nothing_jumps(web: Web) -> None:
    sizes = [
        ("width" in image, "height" in image, image["src"])
        for path, data in web.files.items()
        if path.endswith(".html")
        for image in Page(data.decode()).all("img")
        if not image["src"].startswith("http")
    ]
    assert not [src for width, height, src in sizes if not (width and height)]


@pytest.mark.parametrize(
    "base", ["https://example.org/", "https://example.org/a/b/", "http://localhost:8000/ü/"]
)
def test_only_what_needs_the_sites_address_changes_with_it(own_site: Web, tmp_path: Path, base: str) -> None:
    other = made(REPOSITORY, tmp_path / "site", base)
    assert set(other.files) == set(own_site.files)
    for path, data in own_site.files.items():
        if path.endswith((".xml", ".json", ".txt", "404.html")):
            continue
        lines = zip(
            data.decode(errors="replace").splitlines(),
            other.files[path].decode(errors="replace").splitlines(),
            strict=True,
        )
        changed = [was for was, now in lines if was != now]
        assert all(own_site.base in line for line in changed), (path, changed)


@pytest.mark.slow
def test_pages_are_valid_html(web: Web) -> None:
    assert html_faults(web.folder) == []


def test_a_site_whose_dialect_changes_is_that_of_a_clean_build(tmp_path: Path) -> None:
    web = built(tmp_path, {"a.md": "one\ntwo\n"})
    assert "<br" not in web.body("a/index.html")
    web = built(tmp_path, {}, CONFIG + "hard_breaks: true\n")
    assert "one<br" in web.body("a/index.html")
    web = built(tmp_path, {})
    assert "<br" not in web.body("a/index.html")
