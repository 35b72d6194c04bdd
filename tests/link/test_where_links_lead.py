"""DIALECT section 1: where a link leads, rule by rule."""

from __future__ import annotations

import unicodedata

import pytest

from kb.link.explain import parse_link
from kb.link.resolve import Resolution, resolve
from kb.model.note import Link, LinkKind
from link.world import vault

SOURCES = ["zzzz/deep/src.md", "zzzz/src.md", "root.md", "md1.md", "Sub/md2.md"]
THREE = ["zzzz/Note.md", "a/b/Note.md", "b/Note.md"]


def lead(paths: list[str], source: str, text: str, texts: dict[str, str] | None = None) -> Resolution:
    world = vault(dict.fromkeys([*SOURCES, *paths], "") | (texts or {}))
    return resolve(world, source, parse_link(text))


def path_of(found: Resolution) -> str | None:
    return found.target.path if found.target else None


@pytest.mark.parametrize(
    ("paths", "source", "text", "target", "rule"),
    [
        ([*THREE, "Note.md"], "zzzz/src.md", "[[Note]]", "Note.md", "exact-path"),
        (THREE, "zzzz/src.md", "[[Note]]", "zzzz/Note.md", "same-folder"),
        (THREE, "zzzz/deep/src.md", "[[Note]]", "b/Note.md", "shortest-path"),
        (THREE, "root.md", "[[Note]]", "b/Note.md", "shortest-path"),
        (THREE[:2], "root.md", "[[Note]]", "a/b/Note.md", "shortest-path"),
        (THREE, "root.md", "[[b/Note]]", "b/Note.md", "exact-path"),
        (THREE, "zzzz/src.md", "[[b/Note]]", "b/Note.md", "exact-path"),
        ([*THREE, "Note.md"], "zzzz/deep/src.md", "[[b/Note]]", "b/Note.md", "exact-path"),
        (THREE[:2], "root.md", "[[b/Note]]", "a/b/Note.md", "only-candidate"),
        (THREE[:2], "zzzz/src.md", "[[b/Note]]", "a/b/Note.md", "only-candidate"),
        (THREE, "zzzz/src.md", "[[./Nope]]", None, "unresolved"),
        (["Sub/My Note.md"], "md1.md", "[y](My%20Note.md)", "Sub/My Note.md", "only-candidate"),
        (["Sub/My Note.md"], "Sub/md2.md", "[z](Sub/My%20Note.md)", "Sub/My Note.md", "exact-path"),
    ],
)
def test_the_table_of_the_dialect(
    paths: list[str], source: str, text: str, target: str | None, rule: str
) -> None:
    found = lead(paths, source, text)
    assert (path_of(found), found.rule) == (target, rule)


@pytest.mark.parametrize(
    ("text", "target", "rule"),
    [
        ("[[./Note]]", "zzzz/Note.md", "relative"),
        ("[[../b/Note]]", "b/Note.md", "relative"),
        ("[x](../a/./b/Note.md)", "a/b/Note.md", "relative"),
        ("[x](deep/../Note.md)", "zzzz/Note.md", "relative"),
        ("[[../Note]]", None, "unresolved"),  # exact only: b/Note.md is not looked for
        ("[[./Note.md]]", "zzzz/Note.md", "relative"),
        ("[[/b/Note]]", "b/Note.md", "absolute"),
        ("[x](/b/Note.md)", "b/Note.md", "absolute"),
        ("[[/Note]]", None, "unresolved"),
        ("[[NOTE.MD]]", "zzzz/Note.md", "same-folder"),
        ("[x](<b/Note.md>)", "b/Note.md", "exact-path"),
        ("![[b/Note]]", "b/Note.md", "exact-path"),
        ("[[ote]]", None, "unresolved"),  # a tail begins at a segment
        ("[[x/b/Note]]", None, "unresolved"),
        ("[[#Here]]", "zzzz/src.md", "itself"),
    ],
)
def test_relative_absolute_and_exact(text: str, target: str | None, rule: str) -> None:
    found = lead(THREE, "zzzz/src.md", text)
    assert (path_of(found), found.rule) == (target, rule)


def test_a_target_that_climbs_out_of_the_vault_is_outside() -> None:
    for text in ("[[../../Note]]", "![[../../etc/passwd]]", "[x](/../b/Note.md)", "[[../../b/Note]]"):
        found = lead(THREE, "zzzz/src.md", text)
        assert (found.target, found.outside) == (None, True)
    assert not lead(THREE, "zzzz/src.md", "[[../Nope]]").outside


def test_equally_long_paths_are_chosen_by_the_alphabet() -> None:
    found = lead(["y/N.md", "X/N.md"], "root.md", "[[N]]")
    assert (path_of(found), found.rule, found.candidates) == ("X/N.md", "alphabetical", ("X/N.md", "y/N.md"))


def test_the_shortest_path_is_counted_in_characters_however_they_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "ééé/N.md")
    assert path_of(lead([decomposed, "abcd/N.md"], "root.md", "[[N]]")) == decomposed


def test_a_folder_further_up_counts_for_nothing() -> None:
    found = lead(["zzzz/N.md", "a/N.md"], "zzzz/deep/src.md", "[[N]]")
    assert (path_of(found), found.rule) == ("a/N.md", "shortest-path")


@pytest.mark.parametrize("source", ["x/b/src.md", "x/src.md"])
def test_a_longer_target_is_looked_for_beside_the_source_too(source: str) -> None:
    found = lead(["x/b/N.md", "a/b/N.md", source], source, "[[b/N]]")
    assert (path_of(found), found.rule) == ("x/b/N.md", "same-folder")


def test_several_in_the_own_folder_are_chosen_by_length() -> None:
    found = lead(["x/b/N.md", "x/b/b/N.md", "b/b/b/N.md"], "x/b/src.md", "[[b/N]]")
    assert (path_of(found), found.rule) == ("x/b/N.md", "shortest-path")
    assert len(found.candidates) == 3


# Rule 2: files.


@pytest.mark.parametrize(
    ("paths", "text", "target"),
    [
        (["img/cat.png"], "![[cat.png]]", "img/cat.png"),
        (["img/cat.png"], "![](cat.png)", "img/cat.png"),
        (["img/cat.png"], "[[cat]]", None),  # a file is named with its ending
        (["img/cat.png", "cat.md"], "[[cat]]", "cat.md"),
        (["cat.png", "cat.png.md"], "[[cat.png]]", "cat.png"),
        (["img/cat.png"], "![[CAT.PNG|300]]", "img/cat.png"),
        (["img/cat.png"], "![](../cat.png)", None),
        (["img/cat.png"], "![](/img/cat.png)", "img/cat.png"),
        (["a/Node.js.md"], "[[Node.js]]", "a/Node.js.md"),
        (["v1.2 notes.md"], "[[v1.2 notes]]", "v1.2 notes.md"),
        (["x/v1.2 notes.md"], "[n](v1.2%20notes.md)", "x/v1.2 notes.md"),
        (["LICENSE"], "[x](LICENSE)", "LICENSE"),
        (["a.b/N.md"], "[[a.b/N]]", "a.b/N.md"),
        (["doc/a.pdf"], "![[a.pdf#page=3]]", "doc/a.pdf"),
    ],
)
def test_files_are_named_with_their_ending(paths: list[str], text: str, target: str | None) -> None:
    assert path_of(lead(paths, "zzzz/src.md", text)) == target


def test_files_are_chosen_by_the_same_rules_as_notes() -> None:
    paths = ["aaaa/i.png", "b/i.png", "zzzz/i.png"]
    assert lead(paths, "zzzz/src.md", "![[i.png]]").rule == "same-folder"
    assert path_of(lead(paths, "root.md", "![[i.png]]")) == "b/i.png"
    assert lead([*paths, "i.png"], "zzzz/src.md", "![[i.png]]").rule == "exact-path"


def test_what_follows_a_files_name_is_its_readers_business() -> None:
    found = lead(["a.pdf"], "root.md", "![[a.pdf#page=3]]")
    assert (found.anchor, found.subpath_found) == ("", True)


@pytest.mark.parametrize(
    ("paths", "text", "target"),
    [
        (["sub/index.md"], "[x](sub/)", "sub/index.md"),
        (["sub/README.md"], "[[sub/]]", "sub/README.md"),
        (["sub/README.md", "sub/index.md"], "[[sub/]]", "sub/index.md"),
        (["deep/sub/index.md"], "[[sub/]]", "deep/sub/index.md"),
        (["index.md"], "[x](../)", "index.md"),
        (["index.md"], "[x](..)", "index.md"),
        (["index.md"], "[x](/)", "index.md"),
        (["zzzz/index.md"], "[x](./)", "zzzz/index.md"),
        (["sub/other.md"], "[x](sub/)", None),
        (["sub.md"], "[x](sub/)", None),
    ],
)
def test_a_link_to_a_folder_leads_to_its_index(paths: list[str], text: str, target: str | None) -> None:
    assert path_of(lead(paths, "zzzz/src.md", text)) == target


# Rule 10.


def test_an_alias_is_asked_after_paths_and_before_titles() -> None:
    texts = {"a.md": "---\naliases: Zed, One/Two\n---\n", "b.md": "# Zed", "c.md": "# Only a title"}
    assert [
        (path_of(f), f.rule) for f in (lead([], "root.md", t, texts) for t in ("[[zed]]", "[[one/two]]"))
    ] == [
        ("a.md", "alias"),
        ("a.md", "alias"),
    ]
    assert lead([], "root.md", "[[only A title]]", texts).rule == "title"
    assert lead(["x/Zed.md"], "root.md", "[[Zed]]", texts).rule == "only-candidate"


def test_of_several_with_one_alias_the_choice_follows_the_same_rules() -> None:
    texts = {f"{folder}/n.md": "---\naliases: Z\n---\n" for folder in ("aaaaa", "b", "zzzz")}
    near, far = (lead([], source, "[[Z]]", texts) for source in ("zzzz/src.md", "root.md"))
    assert (path_of(near), near.rule) == ("zzzz/n.md", "alias")
    assert (path_of(far), len(far.candidates)) == ("b/n.md", 3)


# Equal names.


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("straße.md", "STRASSE"),
        ("İstanbul.md", "i̇stanbul"),
        (unicodedata.normalize("NFD", "Ärger/Café.md"), unicodedata.normalize("NFC", "ärger/café")),
        (unicodedata.normalize("NFC", "Café.md"), unicodedata.normalize("NFD", "CAFÉ.md")),
        ("日本語.md", "日本語"),
    ],
)
def test_names_are_equal_whatever_their_case_and_composition(path: str, target: str) -> None:
    assert path_of(lead([path], "root.md", f"[[{target}]]")) == path


def test_notes_that_differ_by_case_alone_are_told_apart_by_exact_spelling() -> None:
    both = ["Note.md", "note.md"]
    assert path_of(lead(both, "root.md", "[[note]]")) == "note.md"
    assert path_of(lead(both, "root.md", "[[Note.md]]")) == "Note.md"
    unclear = lead(both, "root.md", "[[NOTE]]")
    assert (path_of(unclear), unclear.rule, unclear.candidates) == ("Note.md", "alphabetical", tuple(both))


def test_notes_that_differ_by_composition_alone_are_told_apart_by_exact_spelling() -> None:
    both = [unicodedata.normalize(form, "é.md") for form in ("NFC", "NFD")]
    for path in both:
        assert path_of(lead(both, "root.md", f"[[{path[:-3]}]]")) == path


def test_a_tag_leads_to_no_note() -> None:
    assert resolve(vault({"a.md": ""}), "a.md", Link(LinkKind.TAG, "a")).target is None


def test_every_kind_of_link_follows_the_same_rules() -> None:
    world = vault(dict.fromkeys([*SOURCES, *THREE], ""))
    for kind in set(LinkKind) - {LinkKind.TAG}:
        assert path_of(resolve(world, "zzzz/src.md", Link(kind, "Note"))) == "zzzz/Note.md"


# Headings and blocks.

PLACES = """# Top
## Can I link to a heading?
## Install
### Linux
## Use
### Linux
text ^a-block
## Don't stop
## Intro
## Intro
## C++ & **you**
## 🎬
"""


@pytest.mark.parametrize(
    ("subpath", "anchor"),
    [
        ("Can I link to a heading?", "can-i-link-to-a-heading"),
        ("can i link to a heading", "can-i-link-to-a-heading"),
        ("can-i-link-to-a-heading", "can-i-link-to-a-heading"),
        ("Linux", "linux"),
        ("Use#Linux", "linux-1"),
        ("Top#Use#Linux", "linux-1"),
        ("Install#Use", ""),  # not below
        ("linux-1", "linux-1"),
        ("dont-stop", "dont-stop"),
        ("Don’t stop", "dont-stop"),
        ("Intro", "intro"),
        ("intro-1", "intro-1"),
        ("C++ & you", "c--you"),
        ("🎬", "section"),
        ("Nowhere", ""),
        ("^a-block", "^a-block"),
        ("^A-Block", "^a-block"),
        ("^none", ""),
    ],
)
def test_headings_match_by_their_words_and_blocks_by_their_id(subpath: str, anchor: str) -> None:
    found = lead([], "root.md", f"[[n#{subpath}]]", {"n.md": PLACES})
    assert path_of(found) == "n.md"
    assert found.anchor == anchor
    assert found.subpath_found is bool(anchor)


def test_the_first_section_that_has_the_heading_wins() -> None:
    text = "# A\n## X\n# A\n## B\n# A\n## B\n"
    assert lead([], "root.md", "[[n#A#B]]", {"n.md": text}).anchor == "b"
