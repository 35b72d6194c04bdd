"""The laws of ARCHITECTURE.md, tried on random vaults and random edits."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

from kb.disk.pictures import pictures
from kb.link.vault import Vault, update
from kb.model.note import Note, Source
from kb.model.settings import Dialect
from kb.pipeline.building import build
from kb.pipeline.exporting import with_index
from kb.pipeline.opening import Ask
from kb.pipeline.reading import read_site
from kb.read.parse import parser
from kb.view.pages import CopyPage, DataPage, NotePage, PicturePage
from kb.view.site import plan
from kb.view.theme import key, render
from laws.histories import Builder, Histories
from laws.worlds import Edit, edits, paths, start, texts, tree, vaults

PARSE = parser(Dialect())


def quiet(_what: str, _done: int, _all: int) -> None:
    """No progress is shown."""


def note(path: str, text: str) -> Note:
    return PARSE(Source(path, text.encode(), f"digest of {text}"))[0]


@contextmanager
def world(notes: dict[str, str]) -> Iterator[Path]:
    """A site on disk, and gone again. (Hypothesis and pytest's tmp_path do not mix.)"""
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        start(Path(folder) / "root", notes)
        yield Path(folder)


def built(folder: Path) -> Path:
    build(Ask(root=folder / "root", cache=folder / "cache", jobs=1), quiet)
    return folder / "root" / "site"


@given(vaults(), vaults(), st.sets(paths(), max_size=3))
def test_law_1_a_vault_is_the_sum_of_its_notes_in_whatever_steps_they_came(
    first: dict[str, str], second: dict[str, str], gone: set[str]
) -> None:
    a = {path: note(path, text) for path, text in first.items()}
    b: dict[str, Note | None] = {path: note(path, text) for path, text in second.items()}
    b |= dict.fromkeys(gone)
    stepwise = update(update(Vault(), a), b)
    final = {path: found for path, found in {**a, **b}.items() if found is not None}
    assert stepwise == update(Vault(), final)
    assert stepwise == update(update(Vault(), a | b), {})
    one_by_one = Vault()
    for path, found in reversed(final.items()):
        one_by_one = update(one_by_one, {path: found})
    assert stepwise == one_by_one


def test_law_2_an_incremental_build_equals_a_clean_one_and_law_4_a_second_build_writes_nothing(
    builders: Sequence[Builder],
) -> None:
    Histories.builders = builders
    run_state_machine_as_test(Histories, settings=settings.default)


@given(vaults())
def test_law_3_a_page_made_alone_is_the_page_that_a_build_writes(notes: dict[str, str]) -> None:
    with world(notes) as folder:
        site_folder = built(folder)
        ask = Ask(root=folder / "root", cache=folder / "cache", jobs=1)
        read = read_site(ask, quiet)
        paths_of = sorted(with_index(read, plan(read.site)).claims)
        for path in paths_of[:: max(1, len(paths_of) // 8)]:
            read = read_site(ask, quiet)  # nothing was asked of this site before
            site = read.site
            page = with_index(read, plan(site)).claims[path].make(site)
            if isinstance(page, PicturePage):
                alone = pictures(folder / "root" / "content", folder / "another cache")
                assert alone(page) == (site_folder / path).read_bytes()
            elif not isinstance(page, CopyPage):
                assert render(site.theme, page) == (site_folder / path).read_bytes()


@given(vaults(), edits())
def test_law_5_equal_pages_have_equal_keys_and_bytes_and_unequal_pages_unequal_keys(
    notes: dict[str, str], edit: Edit
) -> None:
    with world(notes) as folder:
        ask = Ask(root=folder / "root", cache=folder / "cache", jobs=1)
        one = read_site(ask, quiet).site
        before = plan(one).pages(one)
        edit.do(folder / "root")
        other = read_site(ask, quiet).site
        after = plan(other).pages(other)
        for path in before.keys() & after.keys():
            a, b = before[path](), after[path]()
            templated = not isinstance(a, CopyPage | DataPage | PicturePage)
            same = a == b and (not templated or one.theme.digest == other.theme.digest)
            assert (key(one.theme, a) == key(other.theme, b)) == same
            if same and not isinstance(a, CopyPage | PicturePage):
                assert render(one.theme, a) == render(other.theme, b)


@given(texts(), st.sampled_from(("title", "words", "updated", "kind", "summary")))
def test_law_5_a_page_that_differs_in_any_field_has_another_key(text: str, field: str) -> None:
    with world({"one.md": "---\ndate: 2020-01-01\n---\n" + text.replace("---", "")}) as folder:
        site = read_site(Ask(root=folder / "root", cache=folder / "cache", jobs=1), quiet).site
        page = next(page for make in plan(site).pages(site).values() if isinstance(page := make(), NotePage))
        other = replace(page, **{field: -7 if field == "words" else "something else"})
        assert key(site.theme, page) != key(site.theme, other)
        assert key(site.theme, page) == key(site.theme, replace(page))


@given(vaults(), st.lists(edits(), max_size=3))
def test_law_6_the_output_holds_exactly_the_plan_and_what_was_never_ours(
    notes: dict[str, str], steps: list[Edit]
) -> None:
    with world(notes) as folder:
        stranger = folder / "root" / "site" / "CNAME"
        stranger.parent.mkdir()
        stranger.write_text("example.org")
        built(folder)
        for edit in steps:
            edit.do(folder / "root")
        site_folder = built(folder)
        read = read_site(Ask(root=folder / "root", cache=folder / "cache", jobs=1), quiet)
        planned = with_index(read, plan(read.site))
        assert set(tree(site_folder)) == {*planned.claims, "CNAME", ".kb/manifest.json"}
