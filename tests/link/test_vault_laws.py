"""Law 1: the vault is the sum of its notes. And what stands in its tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.link.mentions import hear, mentions, uses
from kb.link.problems import problems
from kb.link.resolve import display_tag, resolve
from kb.link.vault import Vault, update
from kb.model.note import Attachment, Note
from link.world import files, note, notes, vault

FOLDERS = ["", "a/", "A/", "a/b/", "c/"]
NAMES = ["n", "N", "m", "é", "e\u0301", "index", "v1.2"]
PATHS = [folder + name for folder in FOLDERS for name in NAMES]
WORDS = st.sampled_from(
    [
        f"[[{target}]]"
        for target in (*NAMES, "b/n", "./n", "../m", "/a/n", "Z", "T", "i.png", "a/", "n#H", "..")
    ]
    + [
        "![[i.png]]",
        "![[n]]",
        "[x](a/n.md)",
        "#tag/x",
        "#Tag/X",
        "# H",
        "# T",
        "\n\n",
        "[[n|l]]",
        "\n![[m]]\n",
    ]
)
FRONT = st.sampled_from(
    ["", "---\naliases: Z, n\n---\n", "---\ntags: T, t/U\n---\n", "---\nseries: S\nimage: i.png\n---\n"]
)
TEXTS = st.builds(lambda front, words: front + " ".join(words), FRONT, st.lists(WORDS, max_size=6))


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, Note | None], dict[str, Attachment | None]]:
    texts = draw(st.dictionaries(st.sampled_from(PATHS), st.none() | TEXTS, max_size=8))
    changed = {f"{p}.md": None if text is None else note(f"{p}.md", text) for p, text in texts.items()}
    attached = draw(
        st.dictionaries(st.sampled_from(["i.png", "a/i.png", "c/I.PNG"]), st.booleans(), max_size=3)
    )
    return changed, {p: Attachment(p, "d", 1) if there else None for p, there in attached.items()}


Thing = TypeVar("Thing")
Change = tuple[dict[str, Note | None], dict[str, Attachment | None]]


@given(changes(), changes(), changes())
def test_two_updates_are_one_update_by_both(start: Change, first: Change, second: Change) -> None:
    v = update(Vault(), *start)
    once = update(v, first[0] | second[0], first[1] | second[1])
    assert update(update(v, *first), *second) == once


@given(st.lists(changes(), max_size=5))
def test_any_history_leads_to_the_vault_built_from_nothing(history: list[Change]) -> None:
    v = Vault()
    for change in history:
        v = update(v, *change)
    assert v == update(Vault(), v.notes, v.files)


@given(changes(), changes())
def test_an_update_and_its_reverse_leave_nothing_behind(start: Change, change: Change) -> None:
    v = update(Vault(), *start)
    back: Change = ({p: v.notes.get(p) for p in change[0]}, {p: v.files.get(p) for p in change[1]})
    assert update(update(v, *change), *back) == v


@given(changes(), changes())
def test_answers_do_not_depend_on_the_way_to_the_vault(start: Change, change: Change) -> None:
    walked = update(update(Vault(), *start), *change)
    built = update(Vault(), _backwards(walked.notes), _backwards(walked.files))
    assert list(problems(walked)) == list(problems(built))
    for path, some in walked.notes.items():
        assert [(s.path, link) for s, link in mentions(walked, some)] == [
            (s.path, link) for s, link in mentions(built, some)
        ]
        for link in some.links:
            assert resolve(walked, path, link) == resolve(built, path, link)


def _backwards(things: Mapping[str, Thing]) -> dict[str, Thing | None]:
    return dict(list(things.items())[::-1])


@given(changes())
def test_backlinks_are_exactly_the_links_read_backwards(change: Change) -> None:
    v = update(Vault(), *change)
    forward = {
        (path, target.path)
        for path, some in v.notes.items()
        for link in (*some.links, *some.references)
        if isinstance(target := resolve(v, path, link).target, Note) and target.path != path
    }
    assert forward == {
        (source.path, path) for path, some in v.notes.items() for source, _ in mentions(v, some)
    }


def test_an_update_leaves_the_vault_it_came_from_as_it_was() -> None:
    before = vault({"a.md": "[[b]]", "i.png": ""})
    tables: Mapping[str, object] = dict(before.names)
    update(before, {"a.md": None, "b.md": note("b.md")}, {"i.png": None})
    assert set(before.notes) == {"a.md"}
    assert before.names == tables
    assert before == vault({"a.md": "[[b]]", "i.png": ""})


def test_answers_of_one_vault_are_not_asked_of_the_next() -> None:
    v = vault({"a.md": "[[b]]"})
    link = v.notes["a.md"].links[0]
    assert resolve(v, "a.md", link).target is None
    assert resolve(update(v, notes({"x/b.md": ""})), "a.md", link).target == note("x/b.md")
    assert v == vault({"a.md": "[[b]]"})  # what it remembers is no part of it


def test_removing_what_is_not_there_changes_nothing() -> None:
    v = vault({"a.md": ""})
    assert update(v, {"b.md": None}, {"i.png": None}) == v


def test_files_alone_can_change() -> None:
    assert update(vault({"a.md": ""}), {}, files({"i.png": ""})) == vault({"a.md": "", "i.png": ""})


def test_every_folder_knows_all_notes_beneath_it() -> None:
    v = vault({"a/b/n.md": "", "a/m.md": "", "r.md": ""})
    assert v.within == {
        "": frozenset({"a/b/n.md", "a/m.md", "r.md"}),
        "a": frozenset({"a/b/n.md", "a/m.md"}),
        "a/b": frozenset({"a/b/n.md"}),
    }


def test_a_series_is_found_under_its_folded_name() -> None:
    v = vault({"a.md": "---\nseries: Means\n---\n", "b.md": "---\nseries: means\n---\n"})
    assert v.series == {"means": frozenset({"a.md", "b.md"})}


def test_a_note_tagged_below_a_tag_belongs_to_it_too() -> None:
    v = vault({"a.md": "#ML/GMM", "b.md": "#ml"})
    assert {tag: {path for _, path in stand} for tag, stand in v.cases.items()} == {
        "ml": {"a.md", "b.md"},
        "ml/gmm": {"a.md"},
    }


@pytest.mark.parametrize(
    ("spelled", "shown"),
    [
        (["ML", "ml", "ML"], "ML"),
        (["ml", "ML"], "ML"),
        (["Ml", "mL", "ml"], "Ml"),
        (["ml", "ml/a", "ML"], "ml"),
    ],
)
def test_a_tag_is_shown_in_its_most_frequent_spelling_then_by_the_alphabet(
    spelled: list[str], shown: str
) -> None:
    v = vault({f"{i}.md": f"#{tag}" for i, tag in enumerate(spelled)})
    assert display_tag(v, "ml") == shown


@given(changes())
def test_mentions_asked_all_at_once_are_those_asked_one_by_one(change: Change) -> None:
    v, heard = update(Vault(), *change), update(Vault(), *change)
    hear(heard)
    for path, some in v.notes.items():
        one_by_one = [(source.path, link) for source, link in mentions(v, some)]
        assert one_by_one == [(source.path, link) for source, link in mentions(heard, heard.notes[path])]
    assert [uses(v, file) for file in v.files.values()] == [
        uses(heard, file) for file in heard.files.values()
    ]
