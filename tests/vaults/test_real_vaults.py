"""Vaults that other people wrote, made into sites: every link leads somewhere, and what is code stays code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from kb.pipeline.building import build
from kb.view.urls import file_of, url_of
from vaults.conftest import BuiltVault, Vault

VAULTS = [
    pytest.param(name, marks=pytest.mark.xdist_group(name))
    for name in ("obsidian-help-en", "quartz-docs", "eips")
]
BROKEN = {"broken-link", "missing-heading", "missing-block", "missing-attachment", "link-outside"}

#: Every link in Obsidian's manual that leads nowhere: in Obsidian neither.
DEAD_IN_OBSIDIAN = [
    # The video is not in the snapshot.
    ("Extending Obsidian/Obsidian CLI.md", 9, "missing-attachment"),
    # How a link to a note called Example would look; there is none.
    ("Linking notes and files/Internal links.md", 154, "broken-link"),
    ("Linking notes and files/Internal links.md", 155, "broken-link"),
    ("Linking notes and files/Internal links.md", 162, "broken-link"),
    ("Linking notes and files/Internal links.md", 163, "broken-link"),
    ("Linking notes and files/Internal links.md", 168, "broken-link"),
    ("Linking notes and files/Internal links.md", 169, "broken-link"),
]
#: And in Quartz's.
DEAD_IN_QUARTZ = [
    # The heading "Layout" went from configuration.md to a note of its own.
    ("advanced/creating components.md", 224, "missing-heading"),
    # Quartz makes pages of tags and lets notes link to them; for Obsidian there are no such notes.
    ("configuration.md", 75, "broken-link"),
    ("configuration.md", 76, "broken-link"),
    ("configuration.md", 77, "broken-link"),
    ("configuration.md", 84, "broken-link"),
    # The picture was replaced by three of other names.
    ("features/popover previews.md", 11, "missing-attachment"),
]
#: And among the proposals, of those that do not climb out of the folder.
DEAD_IN_EIPS = [
    # These are proposals of the other kind, or none that were accepted.
    ("eip-7713.md", 26, "broken-link"),
    ("eip-8141.md", 863, "broken-link"),
    ("eip-8141.md", 1261, "broken-link"),
]

_FRONT_MATTER = re.compile(r"\A---\n.*?^---[ \t]*$\n?", re.DOTALL | re.MULTILINE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@pytest.mark.parametrize("name", VAULTS)
def test_every_note_has_its_page(name: str, built_vault: BuiltVault) -> None:
    vault = built_vault(name)
    assert not vault.built.report.failed
    assert {problem.code for problem in vault.built.problems if problem.severity == "error"} == set()


@pytest.mark.xdist_group("obsidian-help-en")
def test_every_link_that_obsidian_resolves_is_resolved(built_vault: BuiltVault) -> None:
    assert _dead(built_vault("obsidian-help-en")) == DEAD_IN_OBSIDIAN


@pytest.mark.xdist_group("quartz-docs")
def test_every_link_of_quartz_that_is_not_its_own_invention_is_resolved(built_vault: BuiltVault) -> None:
    assert _dead(built_vault("quartz-docs")) == DEAD_IN_QUARTZ


@pytest.mark.xdist_group("eips")
def test_every_link_between_proposals_is_resolved(built_vault: BuiltVault) -> None:
    dead = _dead(built_vault("eips"))
    assert [one for one in dead if one[2] != "link-outside"] == DEAD_IN_EIPS


@pytest.mark.parametrize("name", VAULTS)
def test_every_address_in_the_site_leads_to_a_file_and_an_id_of_it(
    name: str, built_vault: BuiltVault
) -> None:
    assert list(built_vault(name).site.dangling()) == []


@pytest.mark.parametrize("name", VAULTS)
def test_no_id_stands_twice_in_a_page(name: str, built_vault: BuiltVault) -> None:
    pages = built_vault(name).site.pages
    twice = {path: {name for name, times in page.ids.items() if times > 1} for path, page in pages.items()}
    assert {path: ids for path, ids in twice.items() if ids} == {}


@pytest.mark.parametrize("name", VAULTS)
def test_no_page_holds_a_gap_that_nothing_filled(name: str, built_vault: BuiltVault) -> None:
    vault = built_vault(name)
    texts = [path for path in vault.site.files if path.endswith((".html", ".xml", ".json"))]
    assert [path for path in texts if _CONTROLS.search((vault.output / path).read_bytes())] == []


@pytest.mark.parametrize("name", VAULTS)
def test_every_block_of_code_stands_in_its_page_as_it_was_written(name: str, built_vault: BuiltVault) -> None:
    vault = built_vault(name)
    lost = {}
    for path, note in vault.notes.items():
        shown = iter(vault.site.pages[file_of(url_of(note))].code)  # code of embedded notes may stand between
        lost[path] = [code for code in _code_in(vault.root / path) if code not in shown]
    assert {path: code for path, code in lost.items() if code} == {}


@pytest.mark.xdist_group("obsidian-help-en")
def test_code_that_shows_our_syntax_is_among_it(built_vault: BuiltVault) -> None:
    vault = built_vault("obsidian-help-en")
    code = [code for path in vault.notes for code in _code_in(vault.root / path)]
    assert len(code) == 342
    assert {sign: sum(sign in one for one in code) for sign in ("[[", "> [!", "%%")} == {
        "[[": 18,
        "> [!": 19,
        "%%": 1,
    }


@pytest.mark.parametrize("name", VAULTS)
def test_a_second_build_writes_nothing(name: str, built_vault: BuiltVault) -> None:
    vault = built_vault(name)
    report = build(vault.ask, lambda *_: None).report
    assert (report.written, report.removed, report.kept) == ((), (), vault.built.report.written)


def _dead(vault: Vault) -> list[tuple[str, int, str]]:
    """Path, line and code of every link that leads nowhere."""
    return [(p.place.path, p.place.line, p.code) for p in vault.built.problems if p.code in BROKEN]


def _code_in(file: Path) -> list[str]:
    """The blocks of code in a note, as another reader of Markdown finds them; those of footnotes last.

    What is data is shown as a table, a chart or a picture, and so left out.
    """
    text = _FRONT_MATTER.sub("", file.read_text(encoding="utf-8-sig"), count=1)
    tokens = _OTHER_READER.parse(text)
    return [
        token.content for token in tokens if token.type in {"fence", "code_block"} and token.info != "csv"
    ]


_OTHER_READER = MarkdownIt("commonmark").enable("table").use(footnote_plugin)
