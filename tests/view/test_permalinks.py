"""The address that an author chose for a note, or that it once had."""

from __future__ import annotations

import pytest

from kb.features.redirects import old_address
from kb.model.note import Note
from kb.view.urls import file_of, url_of


@pytest.mark.parametrize(
    ("permalink", "file"),
    [
        ("/about/", "about/index.html"),
        ("import/html", "import/html/index.html"),
        ("html", "html/index.html"),
        ("2017/aruvi.html", "2017/aruvi.html"),
        ("2017/ARUVI.HTM", "2017/ARUVI.HTM"),
    ],
)
def test_a_permalink_is_a_folder_unless_it_ends_as_a_file_does(permalink: str, file: str) -> None:
    assert file_of(url_of(Note("a.md", "digest", "A", permalink=permalink))) == file


@pytest.mark.parametrize(
    ("alias", "file"),
    [
        ("/2017/html", "2017/html/index.html"),
        ("/2017/aruvi.html", "2017/aruvi.html"),
        ("Films/Aruvi", "films/aruvi/index.html"),
    ],
)
def test_an_old_address_is_a_folder_unless_it_ends_as_a_file_does(alias: str, file: str) -> None:
    assert file_of(old_address(alias)) == file
