"""The reference of what a template sees names every field of every page, and nothing else."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import fields

from kb.view import home_page, pages
from kb.view.reference import reference

SHOWN = [
    pages.SiteInfo, pages.NotePage, pages.ListPage, home_page.HomePage, pages.TagsPage, pages.SearchPage, pages.NotFoundPage,
    pages.RedirectPage, pages.Head, pages.Card, pages.Ref, pages.TagRef, pages.Backlink, pages.Related, pages.TocEntry,
]  # fmt: skip


def section(name: str) -> str:
    found = re.search(rf"^### {name}\n(.*?)(?=^### |\Z|^## )", reference(), re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: shown.__name__)
def test_every_field_has_its_row(shown: type) -> None:
    text = section("site" if shown is pages.SiteInfo else shown.__name__)
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert rows == [each.name for each in fields(shown) if each.name != "template"]


def test_no_page_without_a_template_is_in_it() -> None:
    assert "DataPage" not in reference()
    assert "CopyPage" not in reference()


def test_types_are_in_words() -> None:
    assert "| `tags` | list of TagRef | an empty list |" in section("NotePage")
    assert "| `previous` | Ref or nothing | nothing |" in section("NotePage")
    assert "| `assets` | text by text | always there |" in section("site")
    assert not re.search(r"\b(?:str|tuple|Mapping|None)\b", reference())


def test_it_reads_as_markdown() -> None:
    assert "``" not in re.sub(r"`[^`\n]*`", "", reference())
