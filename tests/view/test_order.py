"""The notes before and after a note, however few of a folder's pages are made."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.link.vault import Vault, update
from kb.model.note import Note
from kb.model.settings import Settings
from kb.view.order import in_folder, neighbours
from kb.view.pages import SiteInfo
from kb.view.series import numbers
from kb.view.site import Site
from kb.view.theme import Theme

THEME = Theme.of("none", {}, {}, SiteInfo("", "", "", "en", "", {}), "")
NOTES = st.dictionaries(
    st.sampled_from(["a.md", "B.md", "index.md", "f/a.md", "f/b.md", "f/README.md", "f/g/c.md", "z.md"]),
    st.tuples(st.sampled_from(["A", "a", "Ä", "z"]), st.sampled_from(["", "2020-01-01", "2021-05-05"])),
)


def site_of(notes: Mapping[str, tuple[str, str]]) -> Site:
    made = {path: Note(path, "", title, date=date) for path, (title, date) in notes.items()}
    return Site(update(Vault(), made), Settings(), THEME, {})


@given(NOTES)
def test_a_page_made_alone_has_the_neighbours_that_it_has_among_all_pages(
    notes: dict[str, tuple[str, str]],
) -> None:
    whole = site_of(notes)
    for folder in whole.vault.within:
        in_folder(whole, folder)
    for path in notes:
        alone = site_of(notes)
        note = alone.vault.notes[path]
        first = neighbours(alone, note)
        assert first == neighbours(alone, note) == neighbours(whole, whole.vault.notes[path])


@pytest.mark.parametrize(("path", "before", "after"), [("b.md", "a.md", "c.md"), ("a.md", None, "b.md")])
def test_neighbours_go_by_date_and_then_from_a_to_z(path: str, before: str | None, after: str | None) -> None:
    site = site_of({"c.md": ("C", "2021-01-01"), "b.md": ("B", "2020-01-01"), "a.md": ("A", "2020-01-01")})
    found = neighbours(site, site.vault.notes[path])
    assert [note.path if note else None for note in found] == [before, after]


def test_a_long_series_shows_its_ends_and_what_is_near_with_a_gap_between_them() -> None:
    assert numbers(0, 15) == [*range(1, 16)]
    assert numbers(0, 16) == [1, 2, 3, 4, 5, 0, 16]
    assert numbers(7, 16) == [1, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 16]
    assert numbers(1_000_000, 3_000_000)[:4] == [1, 0, 999_997, 999_998]
    assert numbers(2_999_999, 3_000_000) == [1, 0, *range(2_999_996, 3_000_001)]
