"""Equal grounds, equal pages: what lets a build leave a page alone without making it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from kb.link.mentions import calls_of
from kb.link.vault import says_of, update
from kb.model.note import Heading, Link, Note, Span, with_digests
from kb.pipeline.opening import Ask
from kb.pipeline.reading import read_site
from kb.view.site import Site, grounds, plan
from kb.view.theme import key
from laws.worlds import Edit, edits, start, vaults


def quiet(_what: str, _done: int, _all: int) -> None:
    """No progress is shown."""


@given(vaults(), st.lists(edits(), min_size=1, max_size=3))
def test_pages_with_equal_grounds_are_equal_pages_whatever_was_edited(
    notes: dict[str, str], steps: list[Edit]
) -> None:
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        start(Path(folder) / "root", notes)
        ask = Ask(root=Path(folder) / "root", cache=Path(folder) / "cache", jobs=1)
        one = read_site(ask, quiet).site
        before = _keys_by_ground(one)
        for edit in steps:
            edit.do(Path(folder) / "root")
        other = read_site(ask, quiet).site
        after = _keys_by_ground(other)
        for place in before.keys() & after.keys():
            assert before[place] == after[place], place


@given(vaults(), st.integers(0, 7))
def test_what_a_note_keeps_to_itself_changes_only_pages_that_show_its_text(
    notes: dict[str, str], which: int
) -> None:
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        start(Path(folder) / "root", notes)
        site = read_site(Ask(root=Path(folder) / "root", cache=Path(folder) / "cache", jobs=1), quiet).site
        if not site.vault.notes:
            return
        path = sorted(site.vault.notes)[which % len(site.vault.notes)]
        changed = _inwardly_changed(site.vault.notes[path])
        assert changed.face == site.vault.notes[path].face
        assert changed.voice == site.vault.notes[path].voice
        other = Site(
            update(site.vault, {path: changed}),
            site.settings,
            site.theme,
            site.bodies,
            site.makers,
            kinds=site.kinds,
        )
        before, after = _keys_by_ground(site), _keys_by_ground(other)
        assert before.keys() != after.keys()  # its own page has another ground
        for place in before.keys() & after.keys():
            assert before[place] == after[place], place


@given(vaults())
def test_what_is_kept_of_a_notes_names_and_links_is_what_they_come_to(notes: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        for note in _site(Path(folder), notes).vault.notes.values():
            assert note.says == tuple(dict.fromkeys(says_of(note)))
            assert note.calls == tuple(sorted(calls_of(note)))


def test_of_all_texts_those_that_are_new_or_central_are_in_the_ground_of_the_front_page() -> None:
    notes = {f"note {day:02}.md": f"---\ndate: 2024-05-{day:02}\n---\nText." for day in range(1, 20)}
    links = "[[note 01]]"
    notes |= {"note 02.md": links, "note 03.md": links}
    before = _front_ground(notes)
    for name, is_shown in (("note 05", False), ("note 19", True), ("note 01", True)):
        edited = notes | {f"{name}.md": notes[f"{name}.md"].replace("Text.", "Another text.")}
        assert (_front_ground(edited) != before) is is_shown, name


def test_that_there_is_more_from_a_work_is_in_the_ground_of_each_excerpt_from_it() -> None:
    excerpt = "---\nkind: excerpt\nwork: {}\nauthor: A\n---\nText."
    alone = _grounds({"a.md": excerpt.format("W"), "b.md": excerpt.format("V")})
    together = _grounds({"a.md": excerpt.format("W"), "b.md": excerpt.format("w")})
    assert alone["a/index.html"] != together["a/index.html"]


def _front_ground(notes: dict[str, str]) -> str:
    return _grounds(notes)["index.html"]


def _grounds(notes: dict[str, str]) -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="kb-law-") as folder:
        site = _site(Path(folder), notes)
        return grounds(site, plan(site))


def _site(folder: Path, notes: dict[str, str]) -> Site:
    start(folder / "root", notes)
    return read_site(Ask(root=folder / "root", cache=folder / "cache", jobs=1), quiet).site


def _keys_by_ground(site: Site) -> dict[tuple[str, str], str]:
    planned = plan(site)
    found = grounds(site, planned)
    return {(path, found[path]): key(site.theme, claim.make(site)) for path, claim in planned.claims.items()}


def _inwardly_changed(note: Note) -> Note:
    """The note with everything else that is not in its face or voice."""
    elsewhere = Span(0, 1, 0, 2)
    return with_digests(
        msgspec.structs.replace(
            note,
            digest="another",
            summary="another",
            description="another",
            words=note.words + 1,
            toc=False,
            cssclasses=("another",),
            meta={"another": 1},
            facts={**note.facts, "verdict": "another"},
            needs=("math",),
            headings=tuple(_moved(heading, elsewhere) for heading in note.headings),
            blocks=tuple(
                msgspec.structs.replace(block, line=block.line + 7, span=elsewhere) for block in note.blocks
            ),
            links=tuple(_further_down(link) for link in note.links),
            references=tuple(_further_down(link) for link in note.references),
            problems=(),
        )
    )


def _moved(heading: Heading, span: Span) -> Heading:
    return msgspec.structs.replace(heading, line=heading.line + 7, section=span)


def _further_down(link: Link) -> Link:
    return msgspec.structs.replace(link, line=link.line + 7, column=link.column + 3, width=link.width + 1)
