"""Which notes are related, and that an edit elsewhere does not decide it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.link.mentions import hear
from kb.link.related import MOST, SHOWN, TAGS, Shared, compare, related
from kb.link.vault import Vault, update
from laws.worlds import vaults
from link.world import note, vault

CASES = {
    case.partition("\n")[0]: dict(re.findall(r"^```` (.+)\n((?s:.*?))````$", case, re.MULTILINE))
    for case in Path(__file__).with_name("related.md").read_text(encoding="utf-8").split("\n## ")[1:]
}


def told(shared: Shared) -> str:
    """A related note in a line."""
    parts = [f"shares {_counted(shared.links, 'link')}"] if shared.links else []
    parts += [f"#{tag}" if shared.links else f"shares #{tag}" for tag in shared.tags]
    both = "note links to both" if shared.mentions == 1 else "notes link to both"
    parts += [f"{shared.mentions} {both}"] if shared.mentions else []
    return f"{shared.note.title}: {', '.join(parts)}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def names(world: Vault, path: str) -> list[str]:
    return [shared.note.path.removesuffix(".md") for shared in related(world, world.notes[path])]


@pytest.mark.parametrize("case", CASES)
def test_related_notes_are_told_with_what_they_share(case: str) -> None:
    texts = dict(CASES[case])
    expected = texts.pop("related")
    world = vault(texts)
    assert [told(shared) for shared in related(world, world.notes["n.md"])] == expected.splitlines()


def test_the_rarer_thing_to_share_counts_more() -> None:
    common = {f"x{number}.md": "#common" for number in range(9)}
    world = vault({"n.md": "#common #rare", "a.md": "#common", "z.md": "#rare", **common})
    assert names(world, "n.md")[0] == "z"


def test_one_thing_that_many_share_makes_nobody_related_and_two_such_things_do() -> None:
    others = {f"x{number}.md": "#one" for number in range(20)} | {
        f"y{number}.md": "#two" for number in range(20)
    }
    assert names(vault({"n.md": "#one", "a.md": "#one", **others}), "n.md") == []
    assert names(vault({"n.md": "#one #two", "a.md": "#one #two", **others}), "n.md") == ["a"]


@pytest.mark.parametrize("said", ["#t", "[[hub]]"])
def test_what_too_many_share_counts_for_nothing(said: str) -> None:
    few = {f"x{number:03}.md": f"{said} #x [[y]]" for number in range(MOST - 1)}
    shared = {"n.md": f"{said} #x [[y]]", "hub.md": "", "y.md": "", **few}
    assert names(vault(shared), "n.md") != []
    assert names(vault({**shared, "one too many.md": f"{said} #x [[y]]"}), "n.md") == []


@pytest.mark.parametrize("hub", ["n", "a"])
def test_a_note_with_more_links_than_that_is_related_to_none(hub: str) -> None:
    texts = {"n.md": "#rare", "a.md": "#rare", **{f"x{number}.md": "" for number in range(MOST + 1)}}
    assert names(vault(texts), "n.md") == ["a"]
    inward = {path: f"[[{hub}]]" if path[0] == "x" else text for path, text in texts.items()}
    outward = texts | {f"{hub}.md": "#rare " + " ".join(f"[[x{number}]]" for number in range(MOST + 1))}
    assert names(vault(inward), "n.md") == names(vault(outward), "n.md") == []


def test_no_more_are_told_than_one_takes_in() -> None:
    texts = {f"{name}.md": "#a #b #c #d" for name in "nopqrstu"}
    world = vault(texts)
    found = related(world, world.notes["n.md"])
    assert len(found) == SHOWN
    assert {len(shared.tags) for shared in found} == {TAGS}


def test_a_title_decides_neither_who_is_related_nor_in_which_order() -> None:
    texts = {"n.md": "#t", "a.md": "#t", "b.md": "#t", "c.md": "#t"}
    other = texts | {"c.md": "---\ntitle: A title that is the first\n---\n#t"}
    assert names(vault(texts), "n.md") == names(vault(other), "n.md") == ["a", "b", "c"]


@given(vaults())
def test_a_vault_that_was_heard_at_once_gives_the_same_answers_as_one_that_is_asked(
    texts: dict[str, str],
) -> None:
    asked, heard = vault(texts), vault(texts)
    hear(heard)
    compare(heard)
    for path in asked.notes:
        assert related(asked, asked.notes[path]) == related(heard, heard.notes[path])


@given(vaults())
def test_being_related_goes_both_ways_unless_somebody_is_nearer(texts: dict[str, str]) -> None:
    world = vault(texts)
    for path, this in world.notes.items():
        found = related(world, this)
        assert len({shared.note.path for shared in found}) == len(found) <= SHOWN
        for shared in found:
            assert shared.note.path != path
            assert shared.links or shared.mentions or shared.tags
            back = related(world, shared.note)
            mutual = [(each.links, each.mentions) for each in back if each.note.path == path]
            assert mutual == [(shared.links, shared.mentions)] or len(back) == SHOWN


@given(vaults(), st.data())
def test_an_edit_is_felt_only_by_notes_that_share_something_with_what_it_changes(
    texts: dict[str, str], data: st.DataObject
) -> None:
    world = vault({**texts, "far/p.md": "#far [[far/r]]", "far/q.md": "#far [[far/r]]", "far/r.md": ""})
    path = data.draw(st.sampled_from(sorted(texts) or ["new.md"]))
    text = data.draw(st.sampled_from(["", "[[one]]", "#x and #y", "---\nseries: S\n---\n[[Two]] [[six]]"]))
    edited = update(world, {path: note(path, text)})
    for far in ("far/p.md", "far/q.md"):
        assert related(edited, edited.notes[far]) == related(world, world.notes[far])
